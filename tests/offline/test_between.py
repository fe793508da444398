"""Rules between resources: what one run knows of the others."""

from typing import Any

import pytest

from offline.aws.wire import UNKNOWN
from tests.offline.cases import AURORA, LB
from tests.offline.more_cases import BETWEEN, THREE
from tests.offline.provider import Provider, Refused

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


def test_a_secondary_block_makes_room() -> None:
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


def test_a_mount_target_is_alone_in_its_zone() -> None:
    provider, _, both = network("us-west-2a", "us-west-2a")
    provider.create("aws:efs/mountTarget:MountTarget", "a", {"fileSystemId": "fs-1", "subnetId": both[0]})
    with pytest.raises(Refused, match="MountTargetConflict"):
        provider.create("aws:efs/mountTarget:MountTarget", "b", {"fileSystemId": "fs-1", "subnetId": both[1]})


def test_an_attachment_has_one_subnet_in_a_zone() -> None:
    provider, vpc, both = network("us-west-2a", "us-west-2a")
    with pytest.raises(Refused, match="DuplicateSubnetsInSameZone"):
        provider.create(
            "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
            "it",
            {"transitGatewayId": "t", "vpcId": vpc, "subnetIds": both},
        )


def test_the_second_cluster_of_a_global_database_has_no_user() -> None:
    provider, cluster = Provider(), "aws:rds/cluster:Cluster"
    inputs = {"engine": "aurora-postgresql", "globalClusterIdentifier": "g"}
    provider.create(cluster, "first", {**inputs, "masterUsername": "app", "masterPassword": "longenough"})
    provider.create(cluster, "second", {**inputs, "region": "us-east-2"})
    with pytest.raises(Refused, match="Cannot specify masterUsername for a cross Region replication cluster"):
        provider.create(cluster, "third", {**inputs, "region": "us-east-1", "masterUsername": "app"})


def _resolved(value: Any, made: dict[str, dict[str, Any]]) -> Any:
    """A value in which ``$a.id`` is that output of the resource a."""
    if isinstance(value, str) and value.startswith("$"):
        name, prop = value[1:].split(".")
        return made[name][prop]
    if isinstance(value, dict):
        return {k: _resolved(v, made) for k, v in value.items()}
    return [_resolved(v, made) for v in value] if isinstance(value, list) else value


def _there(others: list[tuple[str, str, dict[str, Any]]]) -> tuple[Provider, dict[str, dict[str, Any]]]:
    provider, made = Provider(), dict[str, dict[str, Any]]()
    for token, name, inputs in others:
        given = {k: v for k, v in _resolved(inputs, made).items() if v is not None}
        made[name] = provider.create(token, name, given)[1]
    return provider, made


@pytest.mark.parametrize(
    ("rule", "others", "token", "good", "change", "says"), BETWEEN, ids=[f"{c[0]}-{i}" for i, c in enumerate(BETWEEN)]
)
def test_what_fits_the_others_passes_and_what_does_not_is_refused(
    rule: str, others: Any, token: str, good: dict[str, Any], change: dict[str, Any], says: str
) -> None:
    provider, made = _there(others)
    provider.check(token, "it", _resolved(good, made))
    bad = _resolved({**good, **change}, made)
    with pytest.raises(Refused) as refused:
        provider.check(token, "it", bad)
    assert says in str(refused.value)
    provider.check(token, "it", dict.fromkeys(good, UNKNOWN))
    for name in change:
        provider.check(token, "it", {**bad, name: UNKNOWN})


def test_a_multi_az_cluster_is_in_three_zones() -> None:
    provider, _, subnets = network("us-west-2a", "us-west-2b", "us-west-2c")
    two = provider.create("aws:rds/subnetGroup:SubnetGroup", "two", {"subnetIds": subnets[:2]})[0]
    three = provider.create("aws:rds/subnetGroup:SubnetGroup", "three", {"subnetIds": subnets})[0]
    provider.check("aws:rds/cluster:Cluster", "it", {**THREE, "dbSubnetGroupName": three})
    with pytest.raises(Refused, match="needs three Availability Zones"):
        provider.check("aws:rds/cluster:Cluster", "it", {**THREE, "dbSubnetGroupName": two})
    provider.check("aws:rds/cluster:Cluster", "it", {**THREE, "dbSubnetGroupName": UNKNOWN})


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
