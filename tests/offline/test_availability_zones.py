# ruff: noqa: E501 (tables: one case per line)
"""Outputs that follow from other resources or are added to what was given: zones of subnets, parts of nested objects."""

from typing import Any

import pytest

from offline.aws.wire import UNKNOWN
from tests.offline.provider import Provider
from tests.offline.refusals.dynamodb import TABLE
from tests.offline.refusals.elasticache import CACHE
from tests.offline.refusals.elbv2 import LB
from tests.offline.refusals.lambda_ import FN
from tests.offline.refusals.rds import AURORA, DB
from tests.offline.test_refusals_between_resources import network

CLUSTER, MEMBER = "aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance"
SUBNETS, GROUP = "aws:rds/subnetGroup:SubnetGroup", "aws:autoscaling/group:Group"
LATE = ("us-west-2c", "us-west-2d")
"""Zones that no default would be."""
ASG = {"minSize": 2, "maxSize": 4, "launchTemplate": {"id": "lt-1", "version": "1"}}


def test_a_group_is_in_the_zones_of_its_subnets() -> None:
    provider, vpc, subnets = network(*LATE)
    made = provider.create(GROUP, "it", {**ASG, "vpcZoneIdentifiers": subnets})[1]
    assert made["availabilityZones"] == list(LATE)
    found = provider.create("aws:lb/loadBalancer:LoadBalancer", "it", {**LB, "subnets": subnets})[1]
    assert (found["vpcId"], [m["subnetId"] for m in found["subnetMappings"]]) == (vpc, subnets)
    target = provider.create(
        "aws:efs/mountTarget:MountTarget", "it", {"fileSystemId": "fs-0123456789abcdef0", "subnetId": subnets[1]}
    )[1]
    assert (target["availabilityZoneName"], target["availabilityZoneId"]) == (LATE[1], "usw2-az4")


def test_a_database_is_in_the_zones_of_its_subnet_group() -> None:
    provider, vpc, subnets = network(*LATE)
    name, group = provider.create(SUBNETS, "it", {"subnetIds": subnets})
    assert group["vpcId"] == vpc
    cluster, made = provider.create(CLUSTER, "it", {**AURORA, "dbSubnetGroupName": name})
    assert made["availabilityZones"] == list(LATE)
    given = {"clusterIdentifier": cluster, "engine": AURORA["engine"], "instanceClass": "db.r6g.large"}
    assert {provider.create(MEMBER, n, given)[1]["availabilityZone"] for n in ("a", "b", "c")} <= set(LATE)
    assert provider.create(MEMBER, "d", {**given, "availabilityZone": LATE[0]})[1]["availabilityZone"] == LATE[0]
    single = provider.create("aws:rds/instance:Instance", "it", {**DB, "dbSubnetGroupName": name})[1]
    assert single["availabilityZone"] in LATE


def test_a_resource_in_subnets_of_another_stack_keeps_its_given_zones() -> None:
    provider = Provider()
    inputs = {**ASG, "vpcZoneIdentifiers": ["subnet-0a", "subnet-0b"]}
    assert provider.create(GROUP, "it", inputs)[1]["availabilityZones"] == []
    provider, _, subnets = network(*LATE)
    old = {**ASG, "vpcZoneIdentifiers": subnets}
    assert provider.update(GROUP, "it", old, {**old, "maxSize": 8})["availabilityZones"] == list(LATE)
    assert provider.update(GROUP, "it", old, inputs)["availabilityZones"] == list(LATE)
    assert "availabilityZones" not in Provider().create("aws:sqs/queue:Queue", "it", {})[1]


@pytest.mark.parametrize(
    ("token", "inputs", "prop"),
    [
        (GROUP, {**ASG, "vpcZoneIdentifiers": [UNKNOWN, UNKNOWN]}, "availabilityZones"),
        (CLUSTER, {**AURORA, "dbSubnetGroupName": UNKNOWN}, "availabilityZones"),
        (
            MEMBER,
            {"clusterIdentifier": UNKNOWN, "engine": "aurora-mysql", "instanceClass": "db.r8g.large"},
            "availabilityZone",
        ),
    ],
)
def test_zones_are_unknown_while_the_subnets_are(token: str, inputs: dict[str, Any], prop: str) -> None:
    assert Provider().create(token, "it", inputs, preview=True)[1][prop] is UNKNOWN


@pytest.mark.parametrize(
    ("token", "inputs", "path", "starts"),
    [
        ("aws:efs/replicationConfiguration:ReplicationConfiguration", {"sourceFileSystemId": "fs-0123456789abcdef0", "destination": {"region": "us-east-2"}}, ("destination", "fileSystemId"), "fs-0"),
        ("aws:eks/cluster:Cluster", {"roleArn": "arn:r", "vpcConfig": {"subnetIds": ["a", "b"]}}, ("vpcConfig", "clusterSecurityGroupId"), "sg-0"),
        ("aws:dynamodb/table:Table", {**TABLE, "streamEnabled": True, "streamViewType": "NEW_AND_OLD_IMAGES", "replicas": [{"regionName": "us-east-2"}]}, ("replicas", 0, "streamArn"), "arn:aws:dynamodb:us-east-2:"),
    ],
)  # fmt: skip
def test_fields_that_aws_adds_to_an_object_are_unknown_at_preview_and_filled_in_afterwards(
    token: str, inputs: Any, path: tuple[Any, ...], starts: str
) -> None:
    before: Any = Provider().create(token, "it", inputs, preview=True)[1]
    after: Any = Provider().create(token, "it", inputs)[1]
    for step in path:
        before, after = before[step], after[step]
    assert before is UNKNOWN
    assert after.startswith(starts)


def test_a_function_in_subnets_knows_its_vpc() -> None:
    provider, vpc, subnets = network(*LATE)
    inputs = {**FN, "vpcConfig": {"subnetIds": subnets, "securityGroupIds": ["sg-1"]}}
    assert provider.create("aws:lambda/function:Function", "it", inputs)[1]["vpcConfig"]["vpcId"] == vpc


def test_every_resource_gives_its_id() -> None:
    redis = "aws:elasticache/replicationGroup:ReplicationGroup"
    for token, inputs in (
        ("aws:sqs/queue:Queue", {}),
        ("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}),
        (redis, CACHE),
    ):
        identifier, outputs = Provider().create(token, "it", inputs)
        assert outputs["id"] == identifier != ""
        assert Provider().create(token, "it", inputs, preview=True)[1]["id"] is UNKNOWN
        assert Provider().update(token, "it", inputs, {**inputs, "tags": {"a": "b"}})["id"] == identifier


@pytest.mark.parametrize(
    ("kind", "starts"), [("application", "arn:aws:elasticloadbalancing:"), ("classic", "awseb-e-")]
)
def test_a_ready_environment_has_one_load_balancer(kind: str, starts: str) -> None:
    namespace = "aws:elasticbeanstalk:environment"
    settings = [{"namespace": namespace, "name": "LoadBalancerType", "value": kind}]
    stack = "64bit Amazon Linux 2023 v4.5.0 running Python 3.13"
    inputs = {"application": "a", "name": "shop", "solutionStackName": stack, "settings": settings}
    (found,) = Provider().create("aws:elasticbeanstalk/environment:Environment", "it", inputs)[1]["loadBalancers"]
    assert found.startswith(starts)
    alone = [*settings, {"namespace": namespace, "name": "EnvironmentType", "value": "SingleInstance"}]
    made = Provider().create("aws:elasticbeanstalk/environment:Environment", "it", {**inputs, "settings": alone})[1]
    assert made["loadBalancers"] == []


@pytest.mark.parametrize(("scope", "replaced"), [({}, ["input"]), ({"lifecycleScope": "CRUD"}, [])])
def test_a_lambda_invocation_is_replaced_unless_its_lifecycle_is_crud(
    scope: dict[str, str], replaced: list[str]
) -> None:
    before, after = ({"functionName": "f", "input": text, **scope} for text in ("{}", '{"a":1}'))
    assert list(Provider().diff("aws:lambda/invocation:Invocation", "it", before, after).replaces) == replaced
