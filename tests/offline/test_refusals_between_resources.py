"""Refusals that are about several resources and take more than one line of a table to try."""

from typing import Any

import pytest

from offline.aws.wire import UNKNOWN
from tests.offline.provider import Provider, Refused
from tests.offline.refusals.elbv2 import LB
from tests.offline.refusals.rds import AURORA

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"


def network(*zones: str, preview: bool = False) -> tuple[Provider, str, list[str]]:
    """A provider with a VPC and a subnet in each zone; (provider, VPC id, subnet ids)."""
    provider = Provider()
    vpc = provider.create(VPC, "net", {"cidrBlock": "10.0.0.0/16"}, preview)[0]
    subnets = [
        provider.create(SUBNET, f"s{i}", subnet(vpc or UNKNOWN, f"10.0.{i}.0/24", zone), preview)[0]
        for i, zone in enumerate(zones)
    ]
    return provider, vpc, subnets


def subnet(vpc: Any, block: str, zone: str = "us-west-2a") -> dict[str, Any]:
    return {"vpcId": vpc, "cidrBlock": block, "availabilityZone": zone}


@pytest.mark.parametrize("preview", [False, True])
def test_a_subnet_is_inside_its_vpc(preview: bool) -> None:
    provider, vpc, _ = network("us-west-2a", preview=preview)
    with pytest.raises(Refused, match=r"not inside its VPC \(10.0.0.0/16\)"):
        provider.create(SUBNET, "far", subnet(vpc or UNKNOWN, "10.1.0.0/24"), preview)


@pytest.mark.parametrize("preview", [False, True])
def test_a_subnet_does_not_overlap_another(preview: bool) -> None:
    provider, vpc, _ = network("us-west-2a", preview=preview)
    with pytest.raises(Refused, match="conflicts with another subnet"):
        provider.create(SUBNET, "twice", subnet(vpc or UNKNOWN, "10.0.0.128/25"), preview)


def test_subnets_of_two_vpcs_may_overlap_and_are_not_told_apart_at_preview() -> None:
    for preview in (False, True):
        provider, _, _ = network("us-west-2a", preview=preview)
        other = provider.create(VPC, "other", {"cidrBlock": "10.0.0.0/16"}, preview)[0]
        provider.create(SUBNET, "same", subnet(other or UNKNOWN, "10.0.0.0/24"), preview)


def test_a_secondary_cidr_block_adds_address_space() -> None:
    provider, vpc, _ = network()
    provider.create(
        "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        "more",
        {"vpcId": vpc, "cidrBlock": "10.9.0.0/16"},
    )
    provider.create(SUBNET, "there", subnet(vpc, "10.9.1.0/24"))


@pytest.mark.parametrize(
    ("token", "prop", "inputs"),
    [
        ("aws:lb/loadBalancer:LoadBalancer", "subnets", LB),
        ("aws:rds/subnetGroup:SubnetGroup", "subnetIds", {}),
    ],
)
def test_two_subnets_in_one_zone_are_one_zone(token: str, prop: str, inputs: dict[str, Any]) -> None:
    provider, _, both = network("us-west-2a", "us-west-2a")
    with pytest.raises(Refused, match="Availability Zone"):
        provider.create(token, "it", {**inputs, prop: both})
    provider, _, both = network("us-west-2a", "us-west-2b")
    provider.create(token, "it", {**inputs, prop: both})


def test_a_secondary_cluster_comes_after_an_instance_of_the_primary() -> None:
    cluster, provider = "aws:rds/cluster:Cluster", Provider()
    given = {"engine": "aurora-postgresql", "globalClusterIdentifier": "g"}
    user = {"masterUsername": "app", "masterPassword": "longenough", "clusterIdentifier": "first"}
    provider.create(cluster, "first", {**given, **user})
    second = {**given, "region": "us-east-1"}
    with pytest.raises(Refused, match="has no instance yet"):
        provider.check(cluster, "second", second)
    provider.check(cluster, "second", {**second, "globalClusterIdentifier": UNKNOWN})
    provider.check(cluster, "second", second, {**second, "clusterIdentifier": "second"})  # it exists
    member = {"engine": AURORA["engine"], "clusterIdentifier": "first", "instanceClass": "db.r6g.large"}
    provider.create("aws:rds/clusterInstance:ClusterInstance", "writer", member)
    provider.check(cluster, "second", second)
