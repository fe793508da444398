"""A stack that is right in unusual ways: nothing of it may be found fault with."""

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx

ZONES = ("us-west-2a", "us-west-2b")
safe = pulumi.ResourceOptions(protect=True)
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
subnets = {
    zone: aws.ec2.Subnet(f"subnet-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{n}.0/24", availability_zone=zone)
    for n, zone in enumerate(ZONES)
}
ids = [s.id for s in subnets.values()]

# One regional NAT gateway behind one route table of both zones.
nat = aws.ec2.NatGateway("nat", availability_mode="regional", vpc_id=vpc.id)
table = aws.ec2.RouteTable("table", vpc_id=vpc.id)
aws.ec2.Route("route", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id)
for zone, subnet in subnets.items():
    aws.ec2.RouteTableAssociation(f"link-{zone}", route_table_id=table.id, subnet_id=subnet.id)

# A Network Load Balancer with cross-zone balancing off and targets everywhere; the service is awsx's.
balancer = aws.lb.LoadBalancer("balancer", load_balancer_type="network", subnets=ids, internal=True,
    enable_zonal_shift=True, enable_deletion_protection=True)  # fmt: skip
group = aws.lb.TargetGroup("group", port=80, protocol="TCP", target_type="ip", vpc_id=vpc.id,
    health_check={"protocol": "HTTP", "path": "/health"})  # fmt: skip
aws.lb.Listener("listener", load_balancer_arn=balancer.arn, port=80, protocol="TCP",
    default_actions=[{"type": "forward", "target_group_arn": group.arn}])  # fmt: skip
guard = aws.ec2.SecurityGroup("guard", vpc_id=vpc.id, description="the service")
cluster = aws.ecs.Cluster("cluster")
service = awsx.ecs.FargateService(
    "app",
    cluster=cluster.arn,
    desired_count=2,
    deployment_circuit_breaker={"enable": True, "rollback": True},
    health_check_grace_period_seconds=60,
    load_balancers=[{"container_name": "app", "container_port": 80, "target_group_arn": group.arn}],
    network_configuration={"subnets": ids, "security_groups": [guard.id]},
    task_definition_args={
        "container": {
            "name": "app", "image": "nginx:1", "cpu": 256, "memory": 512, "essential": True,
            "port_mappings": [{"container_port": 80}],
        }
    },
)  # fmt: skip

# Aurora whose members carry the zones, a Multi-AZ instance with a read replica, a Multi-AZ DB cluster.
places = aws.rds.SubnetGroup("places", subnet_ids=ids)
aurora = aws.rds.Cluster("aurora", engine=aws.rds.EngineType.AURORA_MYSQL, db_subnet_group_name=places.name,
    master_username="root", manage_master_user_password=True, backup_retention_period=14, deletion_protection=True,
    final_snapshot_identifier="aurora-last", copy_tags_to_snapshot=True, opts=safe)  # fmt: skip
for zone in ZONES:
    aws.rds.ClusterInstance(f"aurora-{zone}", cluster_identifier=aurora.id, engine=aws.rds.EngineType.AURORA_MYSQL,
        instance_class="db.r7g.large", availability_zone=zone, promotion_tier=0)  # fmt: skip
primary = aws.rds.Instance("primary", engine="postgres", instance_class="db.m7g.large", allocated_storage=20,
    max_allocated_storage=100, username="root", password=pulumi.Output.secret("quite-secret"), multi_az=True,
    db_subnet_group_name=places.name, backup_retention_period=14, deletion_protection=True, copy_tags_to_snapshot=True,
    final_snapshot_identifier="primary-last", delete_automated_backups=False, opts=safe)  # fmt: skip
aws.rds.Instance("replica", replicate_source_db=primary.identifier, instance_class="db.m7g.large",
    deletion_protection=True, copy_tags_to_snapshot=True, max_allocated_storage=100, allocated_storage=20,
    skip_final_snapshot=True, opts=safe)  # fmt: skip

# One zone by design, said so.
aws.autoscaling.Group("batch", min_size=2, max_size=4, vpc_zone_identifiers=[ids[0]],
    launch_template={"id": aws.ec2.LaunchTemplate("template", instance_type="m7g.large").id, "version": "$Latest"},
    tags=[{"key": f"ha:exempt:{rule}", "value": "starts anew anywhere", "propagate_at_launch": False}
          for rule in ("asg-multi-az", "asg-instance-types")])  # fmt: skip

# Another VPC, known by the ids of its subnets alone.
aws.lb.LoadBalancer("theirs", subnets=["subnet-01", "subnet-02"], internal=True, enable_zonal_shift=True,
    enable_deletion_protection=True)  # fmt: skip

shared = aws.ec2.Vpc.get("shared", "vpc-01")
ours = [aws.ec2.Subnet(f"ours-{zone}", vpc_id=shared.id, cidr_block=f"10.9.{n}.0/24", availability_zone=zone)
        for n, zone in enumerate(ZONES)]  # fmt: skip
aws.lb.LoadBalancer("ours", subnets=[s.id for s in ours], internal=True, enable_zonal_shift=True,
    enable_deletion_protection=True)  # fmt: skip
aws.ec2.VpcEndpoint("ours", vpc_id=shared.id, service_name="com.amazonaws.us-west-2.sqs", vpc_endpoint_type="Interface",
    subnet_ids=[s.id for s in ours])  # fmt: skip

# A second Region, by the property of one resource and by a provider.
east = aws.Provider("east", region="us-east-1")
for name, options in (("near", safe), ("far", pulumi.ResourceOptions(protect=True, provider=east))):
    aws.s3.BucketVersioning(f"{name}-versions", bucket=aws.s3.Bucket(name, opts=options).id,
        versioning_configuration={"status": "Enabled"},
        opts=pulumi.ResourceOptions(provider=options.provider))  # fmt: skip
table = aws.dynamodb.Table("table", hash_key="id", attributes=[{"name": "id", "type": "S"}],
    billing_mode="PAY_PER_REQUEST", stream_enabled=True, stream_view_type="NEW_AND_OLD_IMAGES",
    deletion_protection_enabled=True, point_in_time_recovery={"enabled": True},
    replicas=[{"region_name": "us-east-1", "point_in_time_recovery": True, "deletion_protection_enabled": True}],
    opts=safe)  # fmt: skip
