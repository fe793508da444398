"""VPC peering: every zone's route table leads to the peer, which accepts where it is."""

import re
from typing import Any

import pytest

from components.tiers.network.peering import Peering, PeeringArgs
from tests.support.graph import Graph, deploy
from tests.unit.tiers.network.transit_gateway import ROUTE, TABLES


def peering(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "vpc_id": "vpc-1",
        "vpc_cidr": "10.0.0.0/16",
        "peer_vpc_id": "vpc-2",
        "peer_cidr": "10.9.0.0/16",
        "route_table_ids": TABLES,
        "tags": {"Project": "ha-aws"},
        **changes,
    }
    return deploy(lambda: Peering("services", PeeringArgs(**given)))


def test_every_zones_route_table_leads_to_the_peer() -> None:
    graph = peering()
    connection = graph.one("aws:ec2/vpcPeeringConnection:VpcPeeringConnection")
    assert connection.inputs["autoAccept"] is True
    routes = {n.name: n for n in graph.of(ROUTE)}
    assert {name: (n.inputs["routeTableId"], n.inputs["destinationCidrBlock"]) for name, n in routes.items()} == {
        "services-private-us-west-2a": ("rtb-0a", "10.9.0.0/16"),
        "services-private-us-west-2b": ("rtb-0b", "10.9.0.0/16"),
    }
    for route in routes.values():
        assert [n.name for n in graph.referred(route, "vpcPeeringConnectionId")] == ["services-peering"]


def test_a_peer_in_another_region_accepts_there_and_one_of_another_account_itself() -> None:
    graph = peering(peer_region="us-east-1")
    assert graph.one("aws:ec2/vpcPeeringConnection:VpcPeeringConnection").inputs["autoAccept"] is False
    accepter = graph.one("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter")
    assert (accepter.inputs["region"], accepter.inputs["autoAccept"]) == ("us-east-1", True)
    assert all(accepter.urn in n.depends_on for n in graph.every(ROUTE)), "no route over a peering nobody accepted"
    foreign = peering(peer_account_id="210987654321")
    assert foreign.one("aws:ec2/vpcPeeringConnection:VpcPeeringConnection").inputs["autoAccept"] is False
    assert foreign.of("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter") == []


def test_a_peer_with_our_addresses_or_without_routes_is_refused() -> None:
    with pytest.raises(ValueError, match=re.escape("vpc_cidr=10.0.0.0/16: overlaps peer_cidr=10.0.0.0/8")):
        peering(peer_cidr="10.0.0.0/8")
    with pytest.raises(ValueError, match="no subnet would reach the peer"):
        peering(route_table_ids={})
