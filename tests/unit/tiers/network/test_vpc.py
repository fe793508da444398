"""The network: each zone can do without the others, isolated subnets have no way out."""

from typing import Any

import pytest

from components.alarms import Alarming
from components.tiers.network.vpc import Vpc, VpcArgs
from tests.support.graph import Graph, Node, deploy

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
TWO = ZONES[:2]
KEY = "arn:aws:kms:us-west-2:123456789012:key/one"
TOPIC = "arn:aws:sns:us-west-2:123456789012:alarms"


def network(zones: tuple[str, ...] = ZONES, **changes: Any) -> Graph:
    args: dict[str, Any] = {
        "region": "us-west-2",
        "vpc_cidr": "10.0.0.0/16",
        "zones": zones,
        "kms_key_arn": KEY,
        "tags": {"Tier": "network"},
        "alarms": Alarming(topic_arns=(TOPIC,)),
        **changes,
    }
    return deploy(lambda: Vpc("net", VpcArgs(**args)))


def routes(graph: Graph, table: str) -> list[Node]:
    return [
        r for r in graph.of("aws:ec2/route:Route") if [t.name for t in graph.referred(r, "routeTableId")] == [table]
    ]


@pytest.mark.parametrize("zones", [TWO, ZONES])
def test_each_zone_has_three_subnets_in_it_and_none_gives_public_addresses(zones: tuple[str, ...]) -> None:
    graph = network(zones)
    subnets = graph.of("aws:ec2/subnet:Subnet")
    assert len(subnets) == 3 * len(zones)
    for subnet in subnets:
        assert subnet.name.endswith(subnet.inputs["availabilityZone"])
        assert subnet.inputs["mapPublicIpOnLaunch"] is False
        assert [v.name for v in graph.referred(subnet, "vpcId")] == ["net-vpc"]
    assert len({s.inputs["cidrBlock"] for s in subnets}) == len(subnets)


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
    for node in (*graph.of("aws:ec2/natGateway:NatGateway"), *graph.of("aws:ec2/eip:Eip")):
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


@pytest.mark.parametrize("ipv6", [False, True])
def test_isolated_subnets_have_tables_without_any_route(ipv6: bool) -> None:
    graph = network(ipv6=ipv6)
    for zone in ZONES:
        association = graph.one("aws:ec2/routeTableAssociation:RouteTableAssociation", f"net-isolated-{zone}")
        assert [t.name for t in graph.referred(association, "routeTableId")] == [f"net-isolated-{zone}"]
        assert routes(graph, f"net-isolated-{zone}") == []
        assert "routes" not in graph.one("aws:ec2/routeTable:RouteTable", f"net-isolated-{zone}").inputs
    for endpoint in graph.of("aws:ec2/vpcEndpoint:VpcEndpoint"):
        assert not any("isolated" in t.name for t in graph.referred(endpoint, "routeTableIds"))


def test_gateway_endpoints_are_on_every_private_table() -> None:
    graph = network()
    endpoints = graph.of("aws:ec2/vpcEndpoint:VpcEndpoint")
    assert [e.inputs["serviceName"] for e in endpoints] == [
        "com.amazonaws.us-west-2.dynamodb",
        "com.amazonaws.us-west-2.s3",
    ]
    for endpoint in endpoints:
        assert endpoint.inputs["vpcEndpointType"] == "Gateway"
        assert {t.name for t in graph.referred(endpoint, "routeTableIds")} == {f"net-private-{z}" for z in ZONES}


def test_interface_endpoints_stand_in_every_zone_behind_a_group_that_lets_nobody_in_by_itself() -> None:
    graph = network(endpoint_services=["ecr.api", "kms"])
    for service in ("ecr.api", "kms"):
        endpoint = graph.one("aws:ec2/vpcEndpoint:VpcEndpoint", f"net-{service}")
        assert endpoint.inputs["privateDnsEnabled"] is True
        assert {s.inputs["availabilityZone"] for s in graph.referred(endpoint, "subnetIds")} == set(ZONES)
        assert [g.name for g in graph.referred(endpoint, "securityGroupIds")] == ["net-endpoints"]
    assert "ingress" not in graph.one("aws:ec2/securityGroup:SecurityGroup", "net-endpoints").inputs
    assert not graph.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")


def test_without_interface_endpoints_there_is_no_group_for_them() -> None:
    assert network().of("aws:ec2/securityGroup:SecurityGroup") == []


def test_the_default_security_group_is_emptied() -> None:
    group = network().one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert not {"ingress", "egress"} & set(group.inputs)


def test_flow_logs_of_all_traffic_are_encrypted_and_kept_as_long_as_asked() -> None:
    graph = network(flow_log_days=365)
    flow = graph.one("aws:ec2/flowLog:FlowLog")
    assert (flow.inputs["trafficType"], flow.inputs["logDestinationType"]) == ("ALL", "cloud-watch-logs")
    [group] = graph.referred(flow, "logDestination")
    assert (group.inputs["kmsKeyId"], group.inputs["retentionInDays"]) == (KEY, 365)
    assert graph.one("aws:iam/rolePolicy:RolePolicy", "net-flows-policy").urn in flow.depends_on


def test_the_flow_logs_role_writes_to_its_own_group_only_and_only_for_this_account() -> None:
    graph = network()
    policy = graph.one("aws:iam/rolePolicy:RolePolicy", "net-flows-policy").inputs["policy"]
    assert '"Resource": "*"' not in policy
    assert "logs:CreateLogGroup" not in policy
    trust = graph.one("aws:iam/role:Role", "net-flows-role").inputs["assumeRolePolicy"]
    assert '"aws:SourceAccount": "123456789012"' in trust
    assert '"aws:SourceArn": "arn:aws:ec2:us-west-2:123456789012:vpc-flow-log/*"' in trust


def rules(graph: Graph, kind: str, way: str) -> list[dict[str, Any]]:
    return graph.one("aws:ec2/networkAcl:NetworkAcl", f"net-{kind}-acl").inputs[way]


def test_every_subnet_is_under_exactly_one_acl_of_its_kind() -> None:
    graph = network()
    for kind in ("public", "private", "isolated"):
        acl = graph.one("aws:ec2/networkAcl:NetworkAcl", f"net-{kind}-acl")
        assert {s.name for s in graph.referred(acl, "subnetIds")} == {f"net-{kind}-{z}" for z in ZONES}


@pytest.mark.parametrize("kind", ["public", "private"])
@pytest.mark.parametrize("ipv6", [False, True])
def test_acls_let_answers_back_in_for_whatever_may_go_out(kind: str, ipv6: bool) -> None:
    graph = network(ipv6=ipv6)
    worlds = [("cidrBlock", "0.0.0.0/0"), *([("ipv6CidrBlock", "::/0")] if ipv6 else [])]
    for key, world in worlds:
        [out] = [r for r in rules(graph, kind, "egress") if r.get(key) == world]
        assert (out["protocol"], out["action"]) == ("-1", "allow")
        back = {r["protocol"]: (r["fromPort"], r["toPort"]) for r in rules(graph, kind, "ingress")
                if r.get(key) == world and r["fromPort"] == 1024}  # fmt: skip
        assert back == {"6": (1024, 65535), "17": (1024, 65535)}, "TCP and UDP answers arrive on ephemeral ports"
        icmp = [r for r in rules(graph, kind, "ingress") if r.get(key) == world and r["protocol"] in ("1", "58")]
        assert len(icmp) == 1, "path-MTU discovery"


def test_clients_reach_the_listeners_and_targets_that_see_their_own_address() -> None:
    graph = network(client_ports=[443, 554])
    for kind in ("public", "private"):
        single = [r for r in rules(graph, kind, "ingress") if r["fromPort"] == r["toPort"] and r["protocol"] == "6"]
        open_ports = {r["fromPort"] for r in single if r.get("cidrBlock") == "0.0.0.0/0"}
        assert open_ports == {443, 554}


@pytest.mark.parametrize("ipv6", [False, True])
def test_isolated_subnets_speak_inside_the_vpc_and_to_peers_only(ipv6: bool) -> None:
    graph = network(trusted_cidrs=["10.1.0.0/16"], ipv6=ipv6)
    inside = {"10.0.0.0/16", "10.1.0.0/16"}
    for way in ("ingress", "egress"):
        found = rules(graph, "isolated", way)
        assert {r["cidrBlock"] for r in found if "cidrBlock" in r} == inside
        assert {r["ipv6CidrBlock"] for r in found if "ipv6CidrBlock" in r} == (
            {"2600:1f14:abc:de00::/56"} if ipv6 else set()
        )


@pytest.mark.parametrize("kind", ["public", "private", "isolated"])
def test_acl_rules_are_numbered_apart(kind: str) -> None:
    graph = network(ipv6=True, trusted_cidrs=["10.1.0.0/16"])
    for way in ("ingress", "egress"):
        numbers = [r["ruleNo"] for r in rules(graph, kind, way)]
        assert len(set(numbers)) == len(numbers)


def test_as_many_ranges_are_let_through_as_an_acl_has_room_for() -> None:
    most = [f"10.{n}.0.0/16" for n in range(1, 14)]
    graph = network(ipv6=True, trusted_cidrs=most)
    for family in ("cidrBlock", "ipv6CidrBlock"):
        longest = max(sum(family in r for r in rules(graph, k, w)) for k in ("public", "private", "isolated")
                      for w in ("ingress", "egress"))  # fmt: skip
        assert longest == (19 if family == "cidrBlock" else 6), "19 of each family, AWS's own makes 20 (VPC quotas)"
    with pytest.raises(ValueError, match="15 ranges and 2 client_ports make 20 rules; a network ACL takes 19"):
        network(trusted_cidrs=[*most, "10.14.0.0/16"])


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


def test_every_gateway_is_watched_for_ports_and_lost_packets() -> None:
    graph = network()
    alarms = graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert {(a.inputs["metricName"], a.inputs["dimensions"]["NatGatewayId"]) for a in alarms} == {
        (metric, f"net-nat-{zone}-id") for zone in ZONES for metric in ("ErrorPortAllocation", "PacketsDropCount")
    }
    assert all(a.inputs["alarmActions"] == [TOPIC] for a in alarms)


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
