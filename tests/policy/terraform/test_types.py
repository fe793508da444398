# ruff: noqa: E501 (tables: one case per line)
"""Types and attributes of Terraform get the names that the rules know."""

from typing import Any

import pytest
from ha_policy.graph.values import UNKNOWN
from ha_policy.terraform.types import only_configured, terraform_name, terraform_type, token_of, translate

CASES: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    (
        "aws_lb",
        {"internal": None, "subnets": ["subnet-1", UNKNOWN], "subnet_mapping": [], "access_logs": [{"bucket": "b"}]},
        "aws:lb/loadBalancer:LoadBalancer",
        {"subnets": ["subnet-1", UNKNOWN], "accessLogs": {"bucket": "b"}},
    ),
    ("aws_elb", {"health_check": [{"target": "TCP:22"}]}, "aws:elb/loadBalancer:LoadBalancer", {"healthCheck": {"target": "TCP:22"}}),
    ("aws_db_instance", {"multi_az": True, "timeouts": {"create": "1h"}}, "aws:rds/instance:Instance", {"multiAz": True}),
    (
        "aws_ecs_service",
        {"network_configuration": [{"subnets": UNKNOWN}], "load_balancer": [{"container_port": 80}]},
        "aws:ecs/service:Service",
        {"networkConfiguration": {"subnets": UNKNOWN}, "loadBalancers": [{"containerPort": 80}]},
    ),
    (
        "aws_autoscaling_group",
        {"tag": [{"key": "Name", "propagate_at_launch": True}], "vpc_zone_identifier": ["subnet-1"]},
        "aws:autoscaling/group:Group",
        {"tags": [{"key": "Name", "propagateAtLaunch": True}], "vpcZoneIdentifiers": ["subnet-1"]},
    ),
    (
        "aws_lambda_function",
        {"function_name": "f", "environment": [{"variables": {"TABLE_NAME": "t"}}], "tags": {"cost_center": "1"}},
        "aws:lambda/function:Function",
        {"name": "f", "environment": {"variables": {"TABLE_NAME": "t"}}, "tags": {"cost_center": "1"}},
    ),
    ("aws_db_instance", {"restore_to_point_in_time": UNKNOWN}, "aws:rds/instance:Instance", {"restoreToPointInTime": UNKNOWN}),
    (
        "aws_cloudfront_distribution",
        {"origin_group": [{"failover_criteria": [{"status_codes": [502]}], "member": [{"origin_id": "a"}]}]},
        "aws:cloudfront/distribution:Distribution",
        {"originGroups": [{"failoverCriteria": {"statusCodes": [502]}, "members": [{"originId": "a"}]}]},
    ),
    # Version 6 of the provider has more attributes than the one that the table is made from.
    (
        "aws_nat_gateway",
        {"availability_mode": "regional", "availability_zone_address": [{"availability_zone": "eu-west-1a"}]},
        "aws:ec2/natGateway:NatGateway",
        {"availabilityMode": "regional", "availabilityZoneAddresses": [{"availabilityZone": "eu-west-1a"}]},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("tf_type", "values", "token", "props"), CASES)
def test_a_resource_of_terraform_has_type_and_properties_in_pulumis_names(
    tf_type: str, values: dict[str, Any], token: str, props: dict[str, Any]
) -> None:
    assert translate(tf_type, values) == (token, props)


@pytest.mark.parametrize(
    ("path", "dynamic"),
    [
        (("aws_ecs_service", "load_balancer"), True),
        (("aws_autoscaling_group", "mixed_instances_policy"), False),
        (("aws_autoscaling_group", "mixed_instances_policy", "launch_template", "override"), True),
        (("aws_lb_target_group", "health_check"), False),
        (("aws_instance", "availability_zone"), False),
        (("aws_opsworks_stack", "any"), False),
    ],
)
def test_unknown_blocks_are_of_the_configuration_unless_the_provider_fills_them_in(
    path: tuple[str, ...], dynamic: bool
) -> None:
    assert only_configured(*path) == dynamic


def test_types_without_counterpart_are_left_out() -> None:
    assert translate("aws_opsworks_stack", {}) is None
    assert translate("random_id", {"byte_length": 8}) is None
    assert token_of("aws_simpledb_domain") is None


@pytest.mark.parametrize(
    ("pulumi_type", "path", "name"),
    [
        ("rds/instance", "multiAz", "multi_az"),
        ("ecs/service", "networkConfiguration.assignPublicIp", "network_configuration.assign_public_ip"),
        ("aws:cloudfront/distribution:Distribution", "originGroups[0].members", "origin_group[0].member"),
        ("sns/topicSubscription", "topic", "topic_arn"),
        ("autoscaling/group", "tags", "tag"),
        ("someone:else:Type", "maxSize", "max_size"),
    ],
)
def test_messages_name_attributes_as_terraform_does(pulumi_type: str, path: str, name: str) -> None:
    assert terraform_name(pulumi_type, path) == name


@pytest.mark.parametrize(
    ("kind", "tf_type"),
    [
        ("lb/loadBalancer", "aws_lb"),
        ("opensearch/domain", "aws_opensearch_domain"),
        ("s3/bucketObject", "aws_s3_object"),
        ("aws:s3/bucketV2:BucketV2", "aws_s3_bucket"),
        ("awsx:ec2:Vpc", None),
    ],
)
def test_of_several_names_of_a_type_messages_use_todays(kind: str, tf_type: str | None) -> None:
    assert terraform_type(kind) == tf_type
