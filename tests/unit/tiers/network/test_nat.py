"""NAT gateways: each zone leaves through its own, and one that drops traffic raises an alarm."""

import pytest

from tests.unit.tiers.network.vpc import TOPIC, TWO, ZONES, network, routes


@pytest.mark.parametrize("zones", [TWO, ZONES])
def test_private_subnets_leave_through_the_gateway_of_their_own_zone(zones: tuple[str, ...]) -> None:
    graph = network(zones)
    assert len(graph.of("aws:ec2/natGateway:NatGateway")) == len(graph.of("aws:ec2/eip:Eip")) == len(zones)
    for zone in zones:
        nat = graph.one("aws:ec2/natGateway:NatGateway", f"net-nat-{zone}")
        assert [s.name for s in graph.referred(nat, "subnetId")] == [f"net-public-{zone}"]
        assert [e.name for e in graph.referred(nat, "allocationId")] == [f"net-nat-{zone}"]
        [out] = routes(graph, f"net-private-{zone}")
        assert [n.name for n in graph.referred(out, "natGatewayId")] == [nat.name]
        assert out.inputs["destinationCidrBlock"] == "0.0.0.0/0"
        association = graph.one("aws:ec2/routeTableAssociation:RouteTableAssociation", f"net-private-{zone}")
        assert [s.name for s in graph.referred(association, "subnetId")] == [f"net-private-{zone}"]
        assert [t.name for t in graph.referred(association, "routeTableId")] == [f"net-private-{zone}"]


def test_a_gateway_waits_for_the_internet_gateway_that_its_address_needs() -> None:
    graph = network()
    gateway = graph.one("aws:ec2/internetGateway:InternetGateway")
    for node in (*graph.every("aws:ec2/natGateway:NatGateway"), *graph.every("aws:ec2/eip:Eip")):
        assert gateway.urn in node.depends_on, node.name


def test_regional_mode_is_one_gateway_of_the_vpc_without_subnet_or_address() -> None:
    graph = network(nat_mode="regional")
    nat = graph.one("aws:ec2/natGateway:NatGateway")
    assert nat.inputs["availabilityMode"] == "regional"
    assert [v.name for v in graph.referred(nat, "vpcId")] == ["net-vpc"]
    assert not {"subnetId", "allocationId"} & set(nat.inputs), "AWS refuses them in this mode"
    assert not graph.of("aws:ec2/eip:Eip")
    for zone in ZONES:
        [out] = routes(graph, f"net-private-{zone}")
        assert [n.name for n in graph.referred(out, "natGatewayId")] == ["net-nat"]


def test_every_gateway_is_watched_for_ports_and_lost_packets() -> None:
    graph = network()
    alarms = graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert {(a.inputs["metricName"], a.inputs["dimensions"]["NatGatewayId"]) for a in alarms} == {
        (metric, f"net-nat-{zone}-id") for zone in ZONES for metric in ("ErrorPortAllocation", "PacketsDropCount")
    }
    assert all(a.inputs["alarmActions"] == [TOPIC] for a in alarms)
