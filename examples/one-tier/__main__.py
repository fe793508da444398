"""The network of this project and one ECS service behind an internal load balancer, in a program of your own.

Put the folder that contains `components` on PYTHONPATH, or copy that folder beside your program.
"""

import pulumi
import pulumi_aws as aws

from components import Alarming
from components.tiers.containers import EcsCluster, EcsClusterArgs, FargateService, FargateServiceArgs, Workload
from components.tiers.governance import KeyUse, KmsKey, KmsKeyArgs
from components.tiers.load_balancing import InternalLoadBalancer, InternalLoadBalancerArgs, ServiceRoute
from components.tiers.network import Vpc, VpcArgs, allow_traffic
from components.tiers.observability import AlarmTopic, AlarmTopicArgs

REGION = pulumi.Config("aws").require("region")
EMAIL = pulumi.Config().require("alarmEmail")
ZONES = (f"{REGION}a", f"{REGION}b")
IMAGE = "public.ecr.aws/docker/library/python:3.13-alpine"
TAGS = {"Project": "catalog"}

key = KmsKey(
    "catalog",
    KmsKeyArgs(purpose="Logs and alarms", uses=frozenset({KeyUse.LOGS, KeyUse.ALARMS}), retain_data=True, tags=TAGS),
)
topic = AlarmTopic("catalog", AlarmTopicArgs(kms_key_arn=key.key_arn, email=EMAIL, tags=TAGS))
alarms = Alarming(topic_arns=[topic.topic_arn], tags=TAGS)
network = Vpc(
    "catalog",
    VpcArgs(region=REGION, vpc_cidr="10.0.0.0/16", zones=ZONES, kms_key_arn=key.key_arn, alarms=alarms, tags=TAGS),
)
balancer = InternalLoadBalancer(
    "catalog",
    InternalLoadBalancerArgs(
        vpc_id=network.vpc_id, subnet_ids=network.private_subnet_ids, retain_data=True, alarms=alarms, tags=TAGS
    ),
)
service = FargateService(
    "catalog",
    "catalog",
    FargateServiceArgs(
        cluster=EcsCluster("catalog", EcsClusterArgs(tags=TAGS)),
        workload=Workload(image=IMAGE, command=("python", "-m", "http.server", "8080"), health_path="/"),
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        kms_key_arn=key.key_arn,
        route=ServiceRoute(load_balancer=balancer, paths=("/*",), priority=1),
        alarms=alarms,
        tags=TAGS,
        after=network.private_routing,  # without a route to the internet the image cannot be pulled
    ),
)
allow_traffic(
    "balancer-catalog",
    caller=balancer.security_group_id,
    called=service.security_group_id,
    ports=[service.port],
    tags=TAGS,
    opts=pulumi.ResourceOptions(),
)
aws.vpc.SecurityGroupEgressRule(
    "catalog-https",  # image registry, logs
    security_group_id=service.security_group_id,
    cidr_ipv4="0.0.0.0/0",
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    tags=TAGS,
)
pulumi.export("url", pulumi.Output.concat("http://", balancer.dns_name))
