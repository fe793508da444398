"""A stack on `awsx.ec2.Vpc`, whose outputs depend on every subnet of it. The settings are what a test asks for."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx

config = pulumi.Config()
kinds = (config.get("kinds") or "Public,Private").split(",")
net = awsx.ec2.Vpc(
    "net",
    number_of_availability_zones=config.get_int("zones") or 3,
    subnet_strategy=awsx.ec2.SubnetAllocationStrategy.AUTO,
    subnet_specs=[awsx.ec2.SubnetSpecArgs(type=awsx.ec2.SubnetType(kind), cidr_mask=24) for kind in kinds],
    nat_gateways=awsx.ec2.NatGatewayConfigurationArgs(
        strategy=awsx.ec2.NatGatewayStrategy(config.get("nat") or "OnePerAz")
    ),
)
private: Any = net.private_subnet_ids
if config.get_bool("cut"):
    private = net.private_subnet_ids[:1]
if config.get_bool("mixed"):  # one public and one private subnet of the same zone
    private = [net.public_subnet_ids[0], net.private_subnet_ids[0]]

balancer = aws.lb.LoadBalancer("balancer", subnets=net.public_subnet_ids, enable_zonal_shift=True,
    enable_deletion_protection=True)  # fmt: skip
group = aws.lb.TargetGroup("group", port=80, protocol="HTTP", target_type="ip", vpc_id=net.vpc_id,
    health_check={"path": "/health"})  # fmt: skip
aws.lb.Listener("listener", load_balancer_arn=balancer.arn, port=80,
    default_actions=[{"type": "forward", "target_group_arn": group.arn}])  # fmt: skip
guard = aws.ec2.SecurityGroup("guard", vpc_id=net.vpc_id, description="the service")
cluster = aws.ecs.Cluster("cluster")
awsx.ecs.FargateService(
    "app",
    cluster=cluster.arn,
    desired_count=3,
    deployment_circuit_breaker={"enable": True, "rollback": True},
    health_check_grace_period_seconds=60,
    load_balancers=[{"container_name": "app", "container_port": 80, "target_group_arn": group.arn}],
    network_configuration={"subnets": private, "security_groups": [guard.id]},
    task_definition_args={
        "container": {
            "name": "app", "image": "nginx:1", "cpu": 256, "memory": 512, "essential": True,
            "port_mappings": [{"container_port": 80}],
        }
    },
)  # fmt: skip
if config.get_bool("database") is not False:  # RDS itself refuses a subnet group of one zone
    places = aws.rds.SubnetGroup("places", subnet_ids=private)
    aws.rds.Instance("database", engine="postgres", instance_class="db.m7g.large", allocated_storage=20,
        max_allocated_storage=100, username="root", manage_master_user_password=True, multi_az=True,
        db_subnet_group_name=places.name, backup_retention_period=14, deletion_protection=True,
        copy_tags_to_snapshot=True, final_snapshot_identifier="database-last", delete_automated_backups=False,
        opts=pulumi.ResourceOptions(protect=True))  # fmt: skip
trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
role = aws.iam.Role("role", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
aws.lambda_.Function("function", runtime="python3.13", handler="a.b", role=role.arn,
    code=pulumi.AssetArchive({"a.py": pulumi.StringAsset("pass")}),
    vpc_config={"subnet_ids": private, "security_group_ids": [guard.id]})  # fmt: skip
