import re
from typing import Any

import pytest

from components.alarms import Alarming
from components.tiers.network.direct_connect import CustomerGateway, DirectConnectConnection, OnPremises, OnPremisesArgs
from tests.support.graph import ACCOUNT, Graph, deploy

KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1"
CONNECTION, VIF = (
    "aws:directconnect/connection:Connection",
    "aws:directconnect/transitVirtualInterface:TransitVirtualInterface",
)
VPN = "aws:ec2/vpnConnection:VpnConnection"
ASSOCIATION = "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation"
PROPAGATION = "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation"


def line(location: str, **changes: Any) -> DirectConnectConnection:
    given: dict[str, Any] = {"bandwidth": "1Gbps", "vlan": 100, "router_asn": 65010, **changes}
    return DirectConnectConnection(location=location, **given)


def site(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "transit_gateway_id": "tgw-1",
        "transit_asn": 64512,
        "workload_route_table_id": "tgw-rtb-1",
        "edge_route_table_id": "tgw-rtb-2",
        "announced": ["10.0.0.0/16"],
        "routers": {"hq": CustomerGateway(address="8.8.8.8", asn=65010)},
        "kms_key_arn": KEY,
        "tags": {"Project": "ha-aws"},
        "retain_data": True,
        "lines": {"a": line("EqDC2", ready=True), "b": line("CSVA1")},
        "alarms": Alarming(topic_arns=["arn:topic"]),
        **changes,
    }
    return deploy(lambda: OnPremises("site", OnPremisesArgs(**given)))


def test_lines_are_ordered_at_two_locations_and_never_torn_down_by_mistake() -> None:
    made = {n.name: n for n in site().of(CONNECTION)}
    assert {name: n.inputs["location"] for name, n in made.items()} == {"site-line-a": "EqDC2", "site-line-b": "CSVA1"}
    assert all(n.protect and n.inputs["skipDestroy"] for n in made.values())
    dev = site(retain_data=False).of(CONNECTION)
    assert not any(n.protect or n.inputs["skipDestroy"] for n in dev)


def test_an_interface_is_made_once_the_cross_connect_is_there() -> None:
    graph = site()
    interface = graph.one(VIF, "site-vif-a")
    assert [n.name for n in graph.referred(interface, "connectionId")] == ["site-line-a"]
    assert [n.name for n in graph.referred(interface, "dxGatewayId")] == ["site-dx-gateway"]
    assert (interface.inputs["vlan"], interface.inputs["bgpAsn"], interface.inputs["mtu"]) == (100, 65010, 8500)
    assert interface.inputs["addressFamily"] == "ipv4"


def test_lines_and_tunnels_are_on_the_transit_gateway_with_routes_both_ways() -> None:
    graph = site()
    association = graph.one("aws:directconnect/gatewayAssociation:GatewayAssociation")
    assert association.inputs["associatedGatewayId"] == "tgw-1"
    assert association.inputs["allowedPrefixes"] == ["10.0.0.0/16"]
    for kind, table in ((ASSOCIATION, "tgw-rtb-2"), (PROPAGATION, "tgw-rtb-1")):
        made = graph.of(kind)
        assert {n.inputs["transitGatewayRouteTableId"] for n in made} == {table}
        assert {graph.referred(n, "transitGatewayAttachmentId")[0].name for n in made} == {
            "site-dx-association",
            "site-vpn-hq",
        }


def test_both_tunnels_speak_bgp_log_and_leave_no_key_in_the_state() -> None:
    graph = site()
    vpn = graph.one(VPN, "site-vpn-hq").inputs
    assert vpn["staticRoutesOnly"] is False
    assert vpn["presharedKeyStorage"] == "SecretsManager"
    assert not any(k.endswith("PresharedKey") for k in vpn)
    for which in ("tunnel1", "tunnel2"):
        assert vpn[f"{which}IkeVersions"] == ["ikev2"]
        assert (vpn[f"{which}StartupAction"], vpn[f"{which}DpdTimeoutAction"]) == ("start", "restart")
        logs = vpn[f"{which}LogOptions"]["cloudwatchLogOptions"]
        assert (logs["logEnabled"], logs["logOutputFormat"]) == (True, "json")
    device = graph.one("aws:ec2/customerGateway:CustomerGateway").inputs
    assert (device["ipAddress"], device["bgpAsn"], device["type"]) == ("8.8.8.8", "65010", "ipsec.1")
    assert graph.one("aws:cloudwatch/logGroup:LogGroup").inputs["kmsKeyId"] == KEY


def test_each_line_and_each_tunnel_raises_its_own_alarm() -> None:
    graph = site()
    alarms = {n.name: n for n in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert {name: (n.inputs["namespace"], n.inputs["metricName"]) for name, n in alarms.items()} == {
        "site-a-down": ("AWS/DX", "ConnectionState"),
        "site-hq-tunnel1-down": ("AWS/VPN", "TunnelState"),
        "site-hq-tunnel2-down": ("AWS/VPN", "TunnelState"),
    }, "a line that is only ordered alarms nobody"
    assert {(n.inputs["threshold"], n.inputs["treatMissingData"]) for n in alarms.values()} == {(1, "breaching")}
    assert [n.name for n in graph.referred(alarms["site-a-down"], "dimensions")] == ["site-line-a"]


def test_vpn_alone_orders_no_line() -> None:
    graph = site(lines={})
    assert [n for n in graph.nodes if n.type.startswith("aws:directconnect/")] == []
    assert len(graph.of(VPN)) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"gateway_asn": 64512}, "gateway_asn=64512: must differ from the transit gateway's"),
        ({"lines": {"a": line("EqDC2"), "b": line("EqDC2")}}, "one location is a single point of failure"),
        (
            {"routers": {"hq": CustomerGateway(address="8.8.8.8", asn=64512)}},
            "hq: asn=64512 is a gateway's on AWS's side",
        ),
        ({"lines": {"a": line("EqDC2", router_asn=64513), "b": line("EqSV5")}}, "a: asn=64513 is a gateway's"),
        (
            {"routers": dict.fromkeys("ab", CustomerGateway(address="8.8.8.8", asn=1))},
            "routers=['a', 'b']: two have one address",
        ),
        ({"routers": {}}, "nothing is left when the lines are cut"),
        ({"announced": []}, "announced=[]"),
    ],
)
def test_a_configuration_that_would_not_survive_a_failure_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        site(**changes)


def test_one_address_of_a_bgp_session_is_refused() -> None:
    with pytest.raises(ValueError, match="give both addresses"):
        line("EqDC2", router_address="169.254.0.1/30")


def test_a_router_is_on_the_internet() -> None:
    with pytest.raises(ValueError, match="public IPv4"):
        CustomerGateway(address="10.0.0.1", asn=1)


def test_a_line_is_ordered_in_the_region_of_its_location_and_its_alarm_is_there() -> None:
    away = Alarming(topic_arns=["arn:aws:sns:us-west-2:123456789012:west"])
    lines = {"a": line("EqDC2", ready=True), "b": line("EqSe2", ready=True, region="us-west-2")}
    graph = site(lines=lines, line_alarms={"us-west-2": away})
    vif = graph.one("aws:directconnect/transitVirtualInterface:TransitVirtualInterface", "site-vif-b")
    ordered = graph.one("aws:directconnect/connection:Connection", "site-line-b")
    alarm = graph.one("aws:cloudwatch/metricAlarm:MetricAlarm", "site-b-down")
    assert [n.inputs["region"] for n in (ordered, vif, alarm)] == ["us-west-2"] * 3
    assert alarm.inputs["alarmActions"] == list(away.topic_arns)
    assert "region" not in graph.one("aws:directconnect/connection:Connection", "site-line-a").inputs
