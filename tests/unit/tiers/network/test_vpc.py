"""The network: each zone can do without the others, isolated subnets have no way out."""

from typing import Any

import pytest

from components.tiers.network.vpc import Vpc, VpcArgs
from tests.support.graph import deploy
from tests.unit.tiers.network.vpc import KEY, TWO, ZONES, network, routes


@pytest.mark.parametrize("zones", [TWO, ZONES])
def test_each_zone_has_three_subnets_in_it_and_none_gives_public_addresses(zones: tuple[str, ...]) -> None:
    graph = network(zones)
    subnets = graph.of("aws:ec2/subnet:Subnet")
    assert len(subnets) == 3 * len(zones)
    for subnet in subnets:
        assert subnet.name.endswith(subnet.inputs["availabilityZone"])
        assert subnet.inputs["mapPublicIpOnLaunch"] is False
        assert subnet.name == f"net-{subnet.inputs['tags']['Subnet']}-{subnet.inputs['availabilityZone']}"
        assert [v.name for v in graph.referred(subnet, "vpcId")] == ["net-vpc"]
    assert len({s.inputs["cidrBlock"] for s in subnets}) == len(subnets)


@pytest.mark.parametrize("ipv6", [False, True])
def test_isolated_subnets_have_tables_without_any_route(ipv6: bool) -> None:
    graph = network(ipv6=ipv6)
    for zone in ZONES:
        association = graph.one("aws:ec2/routeTableAssociation:RouteTableAssociation", f"net-isolated-{zone}")
        assert [t.name for t in graph.referred(association, "routeTableId")] == [f"net-isolated-{zone}"]
        assert routes(graph, f"net-isolated-{zone}") == []
        assert "routes" not in graph.one("aws:ec2/routeTable:RouteTable", f"net-isolated-{zone}").inputs
    for endpoint in graph.every("aws:ec2/vpcEndpoint:VpcEndpoint"):
        assert not any("isolated" in t.name for t in graph.referred(endpoint, "routeTableIds"))


def test_the_default_security_group_is_emptied() -> None:
    group = network().one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert not {"ingress", "egress"} & set(group.inputs)


def test_ipv6_gives_each_subnet_a_64_and_private_ones_an_egress_only_way_out() -> None:
    graph = network(ipv6=True)
    assert graph.one("aws:ec2/vpc:Vpc").inputs["assignGeneratedIpv6CidrBlock"] is True
    subnets = graph.of("aws:ec2/subnet:Subnet")
    assert len({s.inputs["ipv6CidrBlock"] for s in subnets}) == len(subnets)
    assert all(s.inputs["assignIpv6AddressOnCreation"] for s in subnets)
    for zone in ZONES:
        [out] = [r for r in routes(graph, f"net-private-{zone}") if "destinationIpv6CidrBlock" in r.inputs]
        assert [g.name for g in graph.referred(out, "egressOnlyGatewayId")] == ["net-egress6"]
    assert len(routes(graph, "net-public")) == 2


def test_without_ipv6_nothing_speaks_it() -> None:
    graph = network()
    assert graph.of("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway") == []
    assert not any("ipv6CidrBlock" in s.inputs for s in graph.of("aws:ec2/subnet:Subnet"))


@pytest.mark.parametrize("zones", [("us-west-2a",), ("us-west-2a", "us-west-2a"), ("us-west-2a",) * 4, ()])
def test_fewer_than_two_distinct_zones_are_refused_in_any_profile(zones: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="one zone is a single point of failure; give 2 or 3 distinct zones"):
        VpcArgs(region="us-west-2", vpc_cidr="10.0.0.0/16", zones=zones, kms_key_arn=KEY, tags={})


def test_outputs_are_keyed_by_zone() -> None:
    seen: dict[str, Any] = {}

    args = VpcArgs(region="us-west-2", vpc_cidr="10.0.0.0/16", zones=TWO, kms_key_arn=KEY, tags={})

    def program() -> None:
        tier = Vpc("net", args)
        seen.update(public=set(tier.public_subnet_ids), routing=len(tier.private_routing), widgets=len(tier.widgets))
        seen["tables"] = {kind: set(tables) for kind, tables in tier.route_table_ids.items()}

    deploy(program)
    assert seen["public"] == set(TWO)
    assert seen["tables"] == {kind: set(TWO) for kind in ("public", "private", "isolated")}
    assert (seen["routing"], seen["widgets"]) == (4, 1)
