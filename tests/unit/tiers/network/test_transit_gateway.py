"""None"""

import re
from typing import Any

import pytest

from components.alarms import Alarming
from components.tiers.network.transit_gateway import TransitGateway, TransitGatewayArgs, TransitGatewayVpc
from tests.support.graph import Graph, deploy
from tests.unit.tiers.network.transit_gateway import ROUTE, TABLES

ATTACHMENT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"


ASSOCIATION = "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation"


PROPAGATION = "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation"


WORKLOAD = TransitGatewayVpc(
    vpc_id="vpc-1", cidr="10.0.0.0/16", subnet_ids={"us-west-2a": "subnet-1a", "us-west-2b": "subnet-1b"}
)


SHARED = TransitGatewayVpc(
    vpc_id="vpc-2", cidr="10.9.0.0/16", subnet_ids={"us-west-2a": "subnet-2a", "us-west-2b": "subnet-2b"}
)


def transit(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "workload": WORKLOAD,
        "route_table_ids": TABLES,
        "shared": {"services": SHARED},
        "remote_cidrs": {"office": "192.168.0.0/16"},
        "tags": {"Project": "ha-aws"},
        "alarms": Alarming(topic_arns=["arn:topic"]),
        **changes,
    }
    return deploy(lambda: TransitGateway("hub", TransitGatewayArgs(**given)))


def pairs(graph: Graph, kind: str) -> set[tuple[str, str]]:
    """(attachment, route table) of associations or propagations."""
    return {
        (
            graph.referred(n, "transitGatewayAttachmentId")[0].name,
            graph.referred(n, "transitGatewayRouteTableId")[0].name,
        )
        for n in graph.of(kind)
    }


def test_the_gateway_is_attached_in_every_zone() -> None:
    graph = transit(
        workload=TransitGatewayVpc(
            vpc_id="vpc-1", cidr="10.0.0.0/16", subnet_ids=WORKLOAD.subnet_ids, appliance_mode=True
        )
    )
    made = {n.name: n.inputs for n in graph.of(ATTACHMENT)}
    assert made["hub-attach-workload"]["subnetIds"] == ["subnet-1a", "subnet-1b"]
    assert made["hub-attach-services"]["subnetIds"] == ["subnet-2a", "subnet-2b"]
    assert {k: v["applianceModeSupport"] for k, v in made.items()} == {
        "hub-attach-workload": "enable",
        "hub-attach-services": "disable",
    }
    for attachment in made.values():
        assert attachment["transitGatewayDefaultRouteTableAssociation"] is False
        assert attachment["transitGatewayDefaultRouteTablePropagation"] is False


def test_each_role_has_its_route_table_and_shared_vpcs_do_not_reach_each_other() -> None:
    graph = transit()
    gateway = graph.one("aws:ec2transitgateway/transitGateway:TransitGateway").inputs
    assert gateway["defaultRouteTableAssociation"] == gateway["defaultRouteTablePropagation"] == "disable"
    assert gateway["autoAcceptSharedAttachments"] == "disable"
    assert gateway["vpnEcmpSupport"] == "enable"
    assert pairs(graph, ASSOCIATION) == {
        ("hub-attach-workload", "hub-routes-workload"),
        ("hub-attach-services", "hub-routes-shared"),
    }
    assert pairs(graph, PROPAGATION) == {
        ("hub-attach-workload", "hub-routes-shared"),
        ("hub-attach-workload", "hub-routes-edge"),
        ("hub-attach-services", "hub-routes-workload"),
    }


def test_the_workload_leads_to_all_that_is_behind_the_gateway_once_attached() -> None:
    graph = transit()
    attachment = graph.one(ATTACHMENT, "hub-attach-workload")
    routes = {n.name: n for n in graph.of(ROUTE)}
    assert {name: n.inputs["destinationCidrBlock"] for name, n in routes.items()} == {
        "hub-to-services-private-us-west-2a": "10.9.0.0/16",
        "hub-to-services-private-us-west-2b": "10.9.0.0/16",
        "hub-to-office-private-us-west-2a": "192.168.0.0/16",
        "hub-to-office-private-us-west-2b": "192.168.0.0/16",
    }
    for route in routes.values():
        assert [n.name for n in graph.referred(route, "transitGatewayId")] == ["hub-gateway"]
        assert attachment.urn in route.depends_on


def test_packets_without_a_route_raise_an_alarm() -> None:
    graph = transit()
    alarm = graph.one("aws:cloudwatch/metricAlarm:MetricAlarm", "hub-no-route")
    assert alarm.inputs["metricName"] == "PacketDropCountNoRoute"
    assert [n.name for n in graph.referred(alarm, "dimensions")] == ["hub-gateway"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shared": {}, "remote_cidrs": {}}, "nothing is behind the gateway"),
        ({"remote_cidrs": {"office": "10.0.128.0/20"}}, "workload=10.0.0.0/16: overlaps office=10.0.128.0/20"),
        ({"remote_cidrs": {"services": "192.168.0.0/16"}}, "a label of shared is used again"),
    ],
)
def test_routes_that_could_not_work_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        transit(**changes)


def test_an_attachment_in_one_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="one zone is a single point of failure"):
        TransitGatewayVpc(vpc_id="vpc-1", cidr="10.0.0.0/16", subnet_ids={"us-west-2a": "subnet-1a"})
