"""A stack that breaks the graph rules, each at a resource of its own."""

import json

import pulumi
import pulumi_aws as aws

A, B = "us-west-2a", "us-west-2b"
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
subnets = [
    aws.ec2.Subnet(f"subnet-{n}", vpc_id=vpc.id, cidr_block=f"10.0.{n}.0/24", availability_zone=zone)
    for n, zone in enumerate((A, B, A))
]
gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id)
address = aws.ec2.Eip("address", domain="vpc")
nat = aws.ec2.NatGateway("nat", subnet_id=subnets[0].id, allocation_id=address.id)
table = aws.ec2.RouteTable("table", vpc_id=vpc.id)
aws.ec2.Route("route", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id)
for n, subnet in enumerate(subnets[:2]):
    aws.ec2.RouteTableAssociation(f"link-{n}", route_table_id=table.id, subnet_id=subnet.id)

balancer = aws.lb.LoadBalancer("balancer", subnets=[subnets[0].id, subnets[1].id], enable_zonal_shift=True)
group = aws.lb.TargetGroup("group", port=80, protocol="HTTP", vpc_id=vpc.id, health_check={"path": "/health"})
aws.lb.Listener("listener", load_balancer_arn=balancer.arn, port=80,
    default_actions=[{"type": "forward", "target_group_arn": group.arn}])  # fmt: skip
template = aws.ec2.LaunchTemplate("template", image_id="resolve:ssm:/aws/service/ami", instance_type="m7g.large")
aws.autoscaling.Group(
    "servers", min_size=2, max_size=4, vpc_zone_identifiers=[subnets[0].id, subnets[2].id],
    target_group_arns=[group.arn], launch_template={"id": template.id, "version": "$Latest"},
)  # fmt: skip
places = aws.rds.SubnetGroup("places", subnet_ids=[subnets[0].id, subnets[1].id])
cluster = aws.rds.Cluster("cluster", engine=aws.rds.EngineType.AURORA_POSTGRESQL, db_subnet_group_name=places.name,
    master_username="root", manage_master_user_password=True, backup_retention_period=7)  # fmt: skip
for n in range(2):
    aws.rds.ClusterInstance(f"member-{n}", cluster_identifier=cluster.id, engine=aws.rds.EngineType.AURORA_POSTGRESQL,
        instance_class="db.r7g.large", availability_zone=A)  # fmt: skip
aws.rds.Instance("lone", engine="postgres", instance_class="db.m7g.large", allocated_storage=20, username="root",
    manage_master_user_password=True, db_subnet_group_name=places.name, skip_final_snapshot=True)  # fmt: skip
dead = aws.sqs.Queue("dead", message_retention_seconds=60)
aws.sqs.Queue("queue", redrive_policy=dead.arn.apply(
    lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})))  # fmt: skip
topic = aws.sns.Topic("topic")
aws.cloudwatch.MetricAlarm("alarm", comparison_operator="GreaterThanThreshold", evaluation_periods=1, threshold=1,
    namespace="AWS/SQS", metric_name="ApproximateAgeOfOldestMessage", period=60, statistic="Maximum",
    dimensions={"QueueName": dead.name}, alarm_actions=[topic.arn])  # fmt: skip
pulumi.export("balancer", balancer.dns_name)
