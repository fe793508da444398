"""VPCs, subnets, routes, NAT gateways, endpoints, firewalls, transit gateways, private connectivity."""

from collections.abc import Iterator

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.placement import PLACEMENTS, SUBNETS
from ha_policy.graph.relations import (
    VPCS,
    default_routes,
    inspecting_endpoints,
    memoized,
    nat_gateways,
    route_table,
    subnets_of,
)
from ha_policy.graph.values import CannotTell
from ha_policy.graph.zones import Zones
from ha_policy.rule import CORE, HYGIENE, OPTIONAL, PRODUCTION, Check, Severity, rule, skip

from .common import MIN_ZONES, each_list, spans, together, zone_of

TABLES = ("ec2/routeTable", "ec2/defaultRouteTable")
# Resources in subnets that call out: the network must serve their zones.
WORKLOADS = (
    "ecs/service",
    "lambda/function",
    "autoscaling/group",
    "ec2/instance",
    "eks/nodeGroup",
    "eks/fargateProfile",
)


@rule(
    "vpc-subnets-multi-az",
    "A VPC has subnets in at least two Availability Zones",
    "ec2/vpc",
    severity=Severity.HIGH,
    levels=CORE,
    reason="if all subnets of a VPC are in one zone, everything in the VPC is lost with that zone",
    fix="add subnets in another zone",
    refs=("REL10-BP01", "prowler vpc_subnet_different_az"),
    params=MIN_ZONES,
)
def vpc_subnets(vpc: Node, check: Check) -> Iterator[str]:
    refs = check.graph.referrers(vpc, "ec2/subnet", "vpcId", "ec2/vpc")
    if not refs.nodes and not refs.missing:
        skip("none of its subnets is in this stack")
    yield from spans(together(check.graph, refs), check, "its subnets are")


def _routed(graph: Graph, subnet: Node) -> tuple[Node, ...]:
    table = route_table(graph, subnet)
    if table is None:
        skip("its route table is not in this stack")
    nats = nat_gateways(graph, table)
    if not nats:
        skip("it has no default route to a NAT gateway")
    return nats


def _foreign(graph: Graph, subnet: Node, nats: tuple[Node, ...]) -> Iterator[str]:
    for nat in nats:
        zones = graph.zones(nat)
        if not zones.regional and zone_of(graph, nat) != zone_of(graph, subnet):
            yield f"it is in {zone_of(graph, subnet)}, but its default route goes to {nat.name} in {zones}"


@rule(
    "nat-own-az",
    "A subnet's default route leads to a NAT gateway in its own zone",
    "ec2/subnet",
    severity=Severity.HIGH,
    levels=CORE,
    reason="a zonal NAT gateway fails with its zone, and subnets in healthy zones that route to it lose internet "
    "access",
    fix="give each zone its own NAT gateway and route table, or use one NAT gateway with availabilityMode regional",
    refs=("REL10-BP01", "Trusted Advisor c1dfptbg10", "VPC user guide: NAT gateway basics"),
)
def nat_own_az(subnet: Node, check: Check) -> Iterator[str]:
    yield from _foreign(check.graph, subnet, _routed(check.graph, subnet))


@rule(
    "inspection-own-az",
    "A subnet's traffic is inspected in its own zone",
    "ec2/subnet",
    severity=Severity.HIGH,
    levels=CORE,
    reason="a Gateway Load Balancer endpoint is in one zone; if it fails, every subnet that routes to it is cut off",
    fix="give each zone its own endpoint, and route its subnets to that endpoint",
    refs=("REL10-BP01", "Gateway Load Balancer guide: endpoints"),
)
def inspection_own_az(subnet: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    table = route_table(graph, subnet)
    endpoints = inspecting_endpoints(graph, table) if table is not None else ()
    if not endpoints:
        skip("it has no default route to an endpoint")
    yield from _foreign(graph, subnet, endpoints)


@rule(
    "nat-route-table-not-shared",
    "A route table that points to a zonal NAT gateway is used by subnets of one zone only",
    *TABLES,
    severity=Severity.HIGH,
    levels=CORE,
    reason="when that NAT gateway's zone fails, subnets in all the zones that share the route table lose internet "
    "access",
    fix="give each zone its own route table",
    refs=("REL10-BP01",),
)
def nat_table_not_shared(table: Node, check: Check) -> Iterator[str]:
    nats = nat_gateways(check.graph, table)
    if all(check.graph.zones(nat).regional for nat in nats):
        skip("no default route to a zonal NAT gateway")
    zones = together(check.graph, subnets_of(check.graph, table))
    if zones.at_least(2):
        yield f"subnets in {zones} share its route to {nats[0].name}"


@rule(
    "nat-count",
    "A VPC has a NAT gateway in every zone whose subnets need one",
    "ec2/vpc",
    severity=Severity.HIGH,
    levels=CORE,
    reason="with fewer NAT gateways than zones, the failure of one zone cuts off another",
    fix="add a NAT gateway in each zone, or use one with availabilityMode regional",
    refs=("REL10-BP01", "cloudsploit natMultiAz"),
)
def nat_count(vpc: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    needing, used = Zones(), dict[str, Node]()
    subnets = graph.referrers(vpc, "ec2/subnet", "vpcId", "ec2/vpc")
    for subnet in subnets.nodes:
        table = route_table(graph, subnet)
        nats = nat_gateways(graph, table) if table is not None else ()
        zonal = [nat for nat in nats if not graph.zones(nat).regional]
        if zonal:
            needing |= graph.zones(subnet)
            used |= {nat.urn: nat for nat in zonal}
    having = Zones()
    for nat in used.values():
        having |= graph.zones(nat)
    if not needing.names and not needing.unresolved:
        subnets.resolved_here()
        skip("none of its subnets routes to a zonal NAT gateway")
    if having.limit < len(needing.names) or len(having.exactly()) < len(needing.exactly()):
        yield f"subnets in {needing} route to NAT gateways in {having} only"
    subnets.resolved_here()


@rule(
    "nat-not-instance",
    "A default route does not point to a single EC2 instance",
    *TABLES,
    severity=Severity.HIGH,
    levels=CORE,
    reason="a NAT instance is one machine: if it or its zone fails, the subnets lose internet access",
    fix="route to a NAT gateway",
    refs=("REL10-BP01", "checkov CKV2_AWS_35"),
)
def nat_not_instance(table: Node, check: Check) -> Iterator[str]:
    routes = default_routes(check.graph, table)
    if not routes:
        skip("it has no default route")
    for route in routes:
        for path in ("networkInterfaceId", "instanceId"):
            if route.given(path):
                yield "its default route goes to an instance's network interface"


ACLS = ("ec2/networkAcl", "ec2/defaultNetworkAcl")
ALL_PROTOCOLS = ("-1", "all")


@rule(
    "nacl-lets-traffic-through",
    "A network ACL lets traffic into and out of its subnets",
    *ACLS,
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="what runs in a subnet whose network ACL denies everything is not reached: if it is the subnet of one zone, "
    "the workload has a zone less than it seems",
    fix="allow the traffic of the workload, with a smaller number than the entry that denies the rest",
    refs=("REL10-BP01", "VPC user guide: network ACL rules"),
)
def nacl_passes(acl: Node, check: Check) -> Iterator[str]:
    if not acl.has("subnetIds"):
        links = check.graph.referrers(acl, "ec2/networkAclAssociation", "networkAclId", *ACLS)
        if not links.nodes:
            skip("no subnet of this stack is associated with it")
    rules = check.graph.referrers(acl, "ec2/networkAclRule", "networkAclId", *ACLS)
    for direction, word in (("ingress", "into"), ("egress", "out of")):
        entries = [(e.number("ruleNo"), e.text("action"), e) for e in acl.blocks(direction)]
        own = [r for r in rules.nodes if r.flag("egress") is (direction == "egress")]
        entries += [(r.number("ruleNumber"), r.text("ruleAction"), r) for r in own]
        if not _something_passes(sorted(entries, key=lambda e: e[0])):
            rules.resolved_here()  # an entry that could not be traced may be the one that allows
            yield f"it lets nothing {word} its subnets"


def _something_passes(entries: list[tuple[float, str, Node]]) -> bool:
    """Whether an entry allows something before one denies all IPv4 traffic. entries: number and action of each, in
    the order of the numbers.
    """
    for _, action, entry in entries:
        if action.lower() == "allow":
            return True
        if entry.text("protocol") in ALL_PROTOCOLS and entry.text("cidrBlock") == "0.0.0.0/0":
            return False
    return False


@rule(
    "vpce-multi-az",
    "An interface endpoint is in at least two zones",
    "ec2/vpcEndpoint",
    severity=Severity.HIGH,
    levels=CORE,
    reason="if the endpoint's only zone fails, callers in every zone lose the service",
    fix="give the endpoint a subnet in each zone",
    refs=("REL10-BP01", "prowler vpc_endpoint_multi_az_enabled"),
    params=MIN_ZONES,
)
def endpoint_multi_az(endpoint: Node, check: Check) -> Iterator[str]:
    _only_interface(endpoint)
    yield from spans(check.graph.zones(endpoint), check, "it is")


def _only_interface(endpoint: Node) -> None:
    if endpoint.text("vpcEndpointType", "Gateway") != "Interface":
        skip("it is not an interface endpoint")


def workload_zones(graph: Graph) -> tuple[dict[str, Zones], tuple[str, ...]]:
    """The zones in which each VPC (by URN) runs workloads, and workloads that could not be placed."""
    return memoized(graph, ("workload_zones", ""), lambda: _workload_zones(graph))


def _workload_zones(graph: Graph) -> tuple[dict[str, Zones], tuple[str, ...]]:
    found: dict[str, Zones] = {}
    lost: list[str] = []
    for kind in WORKLOADS:
        path = next(place[0] for place in PLACEMENTS[kind] if SUBNETS[0] in place)
        for node in graph.of(kind):
            refs = graph.refs(node, path, *SUBNETS)
            same = len({frozenset(graph.zones(s) for s in nodes) for nodes in refs.choices}) == 1
            lost += () if same else refs.unresolved_here
            for subnet in refs.choices[0] if same else refs.nodes:
                home = graph.refs(subnet, "vpcId", "ec2/vpc")
                lost += home.unresolved_here
                for vpc in home.nodes:
                    found[vpc.urn] = found.get(vpc.urn, Zones()) | graph.zones(subnet)
    return found, tuple(lost)


def _every_workload_zone(node: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    home = graph.refs(node, "vpcId", "ec2/vpc")
    if not home.resolved_here():
        skip("its VPC is not in this stack")
    zones_by_vpc, lost = workload_zones(graph)
    needed = zones_by_vpc.get(home.nodes[0].urn, Zones())
    if not needed.names and not lost:
        skip("no workload of this stack is in its VPC")
    zones = graph.zones(node)
    if missing := needed.names - zones.names:
        zones.exactly()
        yield f"workloads run in {', '.join(sorted(missing))}, where it has no subnet"
    subnets = together(graph, graph.referrers(home.nodes[0], "ec2/subnet", "vpcId", "ec2/vpc"))
    if subnets.unresolved or subnets.names - zones.names:  # it is not in every zone in which a workload could be
        Zones(unresolved=(*needed.unresolved, *lost)).exactly()


@rule(
    "vpce-in-every-workload-az",
    "An interface endpoint is in every zone that runs workloads",
    "ec2/vpcEndpoint",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="a zone without its own endpoint depends on another zone and pays for cross-zone traffic",
    fix="give the endpoint a subnet in each zone that runs workloads",
    refs=("REL10-BP01",),
)
def endpoint_every_zone(endpoint: Node, check: Check) -> Iterator[str]:
    _only_interface(endpoint)
    yield from _every_workload_zone(endpoint, check)


@rule(
    "tgw-attachment-every-az",
    "A transit gateway attachment is in every zone that runs workloads",
    "ec2transitgateway/vpcAttachment",
    severity=Severity.HIGH,
    levels=CORE,
    reason="a transit gateway does not route traffic from zones in which its attachment has no subnet",
    fix="give the attachment a subnet in each zone that runs workloads",
    refs=("REL02-BP03", "Transit Gateway guide: VPC attachments"),
)
def attachment_every_zone(attachment: Node, check: Check) -> Iterator[str]:
    yield from _every_workload_zone(attachment, check)


@rule(
    "lambda-egress-per-az",
    "Each subnet of a Lambda function in a VPC uses a NAT gateway in its own zone",
    "lambda/function",
    severity=Severity.HIGH,
    levels=CORE,
    reason="a function in several zones fails in all of them if all its subnets share the NAT gateway of one zone",
    fix="route each subnet to the NAT gateway in its own zone",
    refs=("REL10-BP01",),
)
def lambda_egress(function: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    if not function.given("vpcConfig"):
        skip("it is not in a VPC")

    def leaving(subnets: tuple[Node, ...]) -> Iterator[str]:
        for subnet in subnets:
            table = route_table(graph, subnet)
            for sentence in _foreign(graph, subnet, nat_gateways(graph, table) if table is not None else ()):
                yield f"{subnet.name}: {sentence}"

    yield from each_list(graph.refs(function, "vpcConfig.subnetIds", *SUBNETS), leaving)


@rule(
    "netfw-multi-az",
    "A network firewall has endpoints in at least two zones",
    "networkfirewall/firewall",
    severity=Severity.HIGH,
    levels=CORE,
    reason="if the firewall's only zone fails, traffic from all zones is lost",
    fix="add a subnet mapping in each zone",
    refs=("REL10-BP01", "Security Hub NetworkFirewall.1", "Config NETFW_MULTI_AZ_ENABLED"),
    params=MIN_ZONES,
)
def firewall_multi_az(firewall: Node, check: Check) -> Iterator[str]:
    yield from spans(check.graph.zones(firewall), check, "its endpoints are")


@rule(
    "netfw-protection",
    "A network firewall has deletion protection and subnet change protection",
    "networkfirewall/firewall",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="if the firewall or one of its subnets is removed by mistake, all the traffic it inspects stops",
    fix="set deleteProtection and subnetChangeProtection",
    refs=("Security Hub NetworkFirewall.9", "Security Hub NetworkFirewall.10"),
)
def firewall_protection(firewall: Node, check: Check) -> Iterator[str]:
    for name in ("deleteProtection", "subnetChangeProtection"):
        if not firewall.flag(name):
            yield f"{name} is off"


@rule(
    "resolver-multi-az",
    "A Route 53 Resolver endpoint has IP addresses in at least two zones",
    "route53/resolverEndpoint",
    severity=Severity.HIGH,
    levels=CORE,
    reason="if the endpoint's only zone fails, DNS resolution stops for all of them",
    fix="give it an IP address in a subnet of each zone",
    refs=("REL02-BP02", "Trusted Advisor Chrv231ch1"),
    params=MIN_ZONES,
)
def resolver_multi_az(endpoint: Node, check: Check) -> Iterator[str]:
    yield from spans(check.graph.zones(endpoint), check, "its addresses are")


@rule(
    "dx-redundancy",
    "Direct Connect connections end at two or more locations",
    "directconnect/connection",
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="connections at one location share its power, devices and fibre",
    fix="order a second connection at another location",
    refs=("REL02-BP02", "Direct Connect resiliency recommendations"),
)
def direct_connect(connection: Node, check: Check) -> Iterator[str]:
    locations = {c.text("location") for c in check.graph.of("directconnect/connection")}
    if len(locations) < 2:
        yield f"every connection of this stack is at {connection.text('location')}"


@rule(
    "dx-vpn-backup",
    "Direct Connect has a VPN as backup",
    "directconnect/gateway",
    severity=Severity.LOW,
    levels=OPTIONAL,
    reason="a VPN over the internet carries the traffic while a connection is repaired",
    fix="add a VPN connection to the transit gateway",
    refs=("REL02-BP02",),
)
def direct_connect_backup(gateway: Node, check: Check) -> Iterator[str]:
    if not check.graph.of("ec2/vpnConnection"):
        yield "this stack has no VPN connection"


@rule(
    "egress-every-zone",
    "A workload in several zones has a default route in all of them or in none",
    "ecs/service",
    "lambda/function",
    "autoscaling/group",
    "eks/nodeGroup",
    severity=Severity.HIGH,
    levels=CORE,
    reason="if one zone's subnets have no default route, tasks or instances there cannot reach what the others can",
    fix="associate all its subnets with route tables that have a default route, or none of them",
    refs=("REL10-BP01",),
)
def egress_every_zone(node: Node, check: Check) -> Iterator[str]:
    graph, path = check.graph, PLACEMENTS[node.kind][0][0]
    if not node.given(path.split(".")[0]):
        skip("it has no subnets of its own")

    def leaving(subnets: tuple[Node, ...]) -> Iterator[str]:
        ways: dict[bool, list[str]] = {}
        for subnet in subnets:
            table = route_table(graph, subnet)
            ways.setdefault(table is not None and bool(default_routes(graph, table)), []).append(subnet.name)
        if len(ways) > 1:
            for subnet in subnets:  # a table of another stack may have the route that is missing here
                if route_table(graph, subnet) is None and _routed_elsewhere(graph, subnet):
                    raise CannotTell(f"the route table of {subnet.label}, which is not in this stack")
            yield f"{', '.join(sorted(ways[False]))} has no default route, {', '.join(sorted(ways[True]))} has one"

    yield from each_list(graph.refs(node, path, *SUBNETS), leaving)


def _routed_elsewhere(graph: Graph, subnet: Node) -> bool:
    """Whether the VPC of a subnet, and so its main route table, or the subnet itself is not of this stack."""
    vpcs = graph.refs(subnet, "vpcId", *VPCS).nodes
    return subnet.external or not vpcs or vpcs[0].external


@rule(
    "subnets-multi-az",
    "A service that runs in your subnets gets subnets in at least two zones",
    "batch/computeEnvironment",
    "apprunner/vpcConnector",
    "docdb/elasticCluster",
    "redshiftserverless/workgroup",
    "msk/serverlessCluster",
    "mwaa/environment",
    "directoryservice/directory",
    "transfer/server",
    "ec2/fleet",
    "opensearch/serverlessVpcEndpoint",
    "kinesisanalyticsv2/application",
    "workspaces/directory",
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="the service can only run in the zones of the subnets it is given",
    fix="give it subnets in at least two zones",
    refs=("REL10-BP01",),
    params=MIN_ZONES,
)
def subnets_multi_az(node: Node, check: Check) -> Iterator[str]:
    paths = [place[0] for place in PLACEMENTS[node.kind]]
    if not any(True for path in paths for _ in node.leaves(path)):
        skip("it has no subnets")
    yield from spans(check.graph.zones(node), check, "its subnets are")


@rule(
    "vpn-two-devices",
    "VPN connections end at two customer gateways, or the VPN is the backup for Direct Connect",
    "ec2/vpnConnection",
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="both tunnels of a VPN connection end at the same customer device: if it fails, the connection is down",
    fix="add a VPN connection to a second customer gateway, or add Direct Connect",
    refs=("REL02-BP02", "Site-to-Site VPN guide: redundant connections", "Security Hub EC2.20"),
)
def vpn_devices(connection: Node, check: Check) -> Iterator[str]:
    if check.graph.of("directconnect/connection", "directconnect/transitVirtualInterface"):
        return
    own = check.graph.refs(connection, "customerGatewayId", "ec2/customerGateway")
    for other in check.graph.of("ec2/vpnConnection"):
        theirs = check.graph.refs(other, "customerGatewayId", "ec2/customerGateway")
        if other is not connection and theirs.nodes and own.nodes and not _one_device(theirs.nodes[0], own.nodes[0]):
            return
        if other is not connection and (theirs.missing or own.missing):
            check.graph.refs(other, "customerGatewayId", "ec2/customerGateway").resolved_here()
            own.resolved_here()
            return
    own.resolved_here()
    yield "every VPN connection of this stack ends at the same customer gateway"


def _one_device(one: Node, other: Node) -> bool:
    """Whether two customer gateways are the same device: one resource, or two with the same address."""
    addresses = [n.raw("ipAddress") for n in (one, other)]
    known = [a for a in addresses if isinstance(a, str)]
    return one is other or (len(known) == 2 and known[0] == known[1])
