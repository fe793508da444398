"""Relations between resources: routing, forwarding, redrive. Every function raises CannotTell instead of guessing."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar, cast

from .model import Graph, Refs
from .node import Node
from .placement import SUBNETS
from .region import region_of
from .values import UNKNOWN, CannotTell
from .zones import Zones

# The whole internet, or half of it: two halves together are a default route too. 2000::/3 is all that IPv6 has
# assigned.
DEFAULT_ROUTES: Final = frozenset({"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0", "::/1", "8000::/1", "2000::/3"})
T = TypeVar("T")
_SEPARATORS: Final = re.compile("[/:]")


def memoized(graph: Graph, key: tuple[str, str], work: Callable[[], T]) -> T:
    """The result of ``work``, computed once per graph and key; CannotTell is remembered too."""
    if key not in graph.memo:
        try:
            graph.memo[key] = work()
        except CannotTell as unknown:
            graph.memo[key] = unknown
    found = graph.memo[key]
    if isinstance(found, CannotTell):
        raise CannotTell(found.what)
    return found


# --- network -----------------------------------------------------------------------------------------------------


VPCS: Final = ("ec2/vpc", "ec2/defaultVpc")
ROUTE_TABLES: Final = ("ec2/routeTable", "ec2/defaultRouteTable", *VPCS)
"""What a ``routeTableId`` may be. A VPC stands for its main route table, which is made with it."""


def route_table(graph: Graph, subnet: Node) -> Node | None:
    """The route table of a subnet; else the main route table of its VPC, if the stack has routes of it; else None."""
    return memoized(graph, ("route_table", subnet.urn), lambda: _route_table(graph, subnet))


def _route_table(graph: Graph, subnet: Node) -> Node | None:
    links = graph.referrers(subnet, "ec2/routeTableAssociation", "subnetId", *SUBNETS)
    if links.nodes:
        return graph.ref(links.nodes[0], "routeTableId", *ROUTE_TABLES)
    links.resolved()
    vpc = graph.refs(subnet, "vpcId", *VPCS)
    for own in vpc.nodes:
        for main in graph.referrers(own, "ec2/mainRouteTableAssociation", "vpcId", "ec2/vpc").nodes:
            return graph.ref(main, "routeTableId", "ec2/routeTable")
        for table in graph.of("ec2/defaultRouteTable"):
            if any(n is own for n in graph.refs(table, "defaultRouteTableId", *VPCS).nodes):
                return table
        if graph.referrers(own, "ec2/route", "routeTableId", *ROUTE_TABLES).nodes:
            return own
    return None


def subnets_of(graph: Graph, table: Node) -> Refs:
    """The subnets associated with a route table."""
    links = graph.referrers(table, "ec2/routeTableAssociation", "routeTableId", *ROUTE_TABLES)
    found: list[Node] = []
    missing = list(links.missing)
    for link in links.nodes:
        refs = graph.refs(link, "subnetId", *SUBNETS)
        found += refs.nodes
        missing += refs.missing
    return Refs(tuple(found), tuple(missing))


def option_subnets(graph: Graph, environment: Node, value: object) -> list[Node]:
    """Subnets of an Elastic Beanstalk environment's instances. value: its option ``Subnets``, comma-separated ids.

    While ids are unknown: the subnets that its settings refer to and that have no public route (the others are the load
    balancer's), or all of them if all are public.
    """
    if isinstance(value, str):
        return [s for i in ids_in(value) for s in graph.named(i, *SUBNETS, near=environment)]
    edges = (graph.get(u) for u in environment.property_dependencies.get("settings", ()))
    subnets = [n for n in edges if n is not None and n.kind in SUBNETS]
    private = [s for s in subnets if not s.is_on("mapPublicIpOnLaunch") and not _to_internet(graph, s)]
    return private or subnets


def ids_in(value: str) -> list[str]:
    """The ids in a comma-separated option of Elastic Beanstalk, each once."""
    return list(dict.fromkeys(i.strip() for i in value.split(",") if i.strip()))


def _to_internet(graph: Graph, subnet: Node) -> bool:
    try:
        table = route_table(graph, subnet)
        routes = default_routes(graph, table) if table else ()
        return any(r.has("gatewayId") and not nat_gateways_of(graph, r) for r in routes)
    except CannotTell:
        return False


def default_routes(graph: Graph, table: Node) -> tuple[Node, ...]:
    """The default routes of a route table, inline or as ``ec2/route``: nodes with natGatewayId, gatewayId, …"""
    return memoized(graph, ("default_routes", table.urn), lambda: _default_routes(graph, table))


def _default_routes(graph: Graph, table: Node) -> tuple[Node, ...]:
    inline = [
        r
        for r in table.blocks("routes")
        if any(isinstance(v := r.raw(p), str) and v in DEFAULT_ROUTES for p in ("cidrBlock", "ipv6CidrBlock"))
    ]
    apart = graph.referrers(table, "ec2/route", "routeTableId", *ROUTE_TABLES)
    own = [r for r in apart.nodes if _is_default(r)]
    if not inline and not own:
        apart.resolved()
    return (*inline, *own)


def _is_default(route: Node) -> bool:
    found = [route.raw(p) for p in ("destinationCidrBlock", "destinationIpv6CidrBlock")]
    if any(v is UNKNOWN for v in found) and any(route.has(p) for p in ("natGatewayId", "networkInterfaceId")):
        raise route.unknown("the destination")
    return any(isinstance(v, str) and v in DEFAULT_ROUTES for v in found)


def inspecting_endpoints(graph: Graph, table: Node) -> tuple[Node, ...]:
    """The VPC endpoints (of Gateway Load Balancers) that a route table's default routes lead to.

    Endpoints of Network Firewall belong to the firewall: a rule on the firewall checks their zones.
    """
    found: dict[str, Node] = {}
    for route in default_routes(graph, table):
        if route.has("vpcEndpointId"):
            refs = graph.refs(route, "vpcEndpointId", "ec2/vpcEndpoint", "networkfirewall/firewall")
            found.update({n.urn: n for n in refs.resolved_here() if n.kind == "ec2/vpcEndpoint"})
    return tuple(found.values())


def nat_gateways(graph: Graph, table: Node) -> tuple[Node, ...]:
    """The NAT gateways that a route table's default routes lead to."""
    found: dict[str, Node] = {}
    for route in default_routes(graph, table):
        found.update({n.urn: n for n in nat_gateways_of(graph, route)})
    return tuple(found.values())


def nat_gateways_of(graph: Graph, route: Node) -> tuple[Node, ...]:
    """The NAT gateways that a route leads to, also one that is given as ``gatewayId``, which AWS accepts."""
    if route.has("natGatewayId"):
        return graph.refs(route, "natGatewayId", "ec2/natGateway").resolved()
    return graph.refs(route, "gatewayId", "ec2/natGateway").nodes if route.has("gatewayId") else ()


# --- load balancing ----------------------------------------------------------------------------------------------

Member = tuple[Node, Zones]


def target_groups_of(graph: Graph, balancer: Node) -> Refs:
    """The target groups that a load balancer's listeners and rules forward to."""
    found: dict[str, Node] = {}
    listeners = graph.referrers(balancer, "lb/listener", "loadBalancerArn", "lb/loadBalancer")
    missing = list(listeners.missing)
    outside: set[str] = set()
    for listener in listeners.nodes:
        rules = graph.referrers(listener, "lb/listenerRule", "listenerArn", "lb/listener")
        missing += rules.missing
        for source, top in ((listener, "defaultActions"), *((r, "actions") for r in rules.nodes)):
            for path in (f"{top}.targetGroupArn", f"{top}.forward.targetGroups.arn"):
                refs = graph.refs(source, path, "lb/targetGroup")
                found.update({n.urn: n for n in refs.nodes})
                missing += refs.missing
                outside |= refs.outside
    return Refs(tuple(found.values()), tuple(dict.fromkeys(missing)), outside=frozenset(outside))


def balancers_of(graph: Graph, group: Node) -> tuple[Node, ...]:
    """The load balancers that forward to a target group. Raises CannotTell if none does but an unresolved one may."""
    index, missing = memoized(graph, ("balancers", ""), lambda: _balancers(graph))
    found = tuple(index.get(group.urn, ()))
    if missing and not found:
        raise CannotTell("; ".join(missing))
    return found


def _balancers(graph: Graph) -> tuple[dict[str, list[Node]], list[str]]:
    index: dict[str, list[Node]] = {}
    missing: dict[str, None] = {}
    for balancer in graph.of("lb/loadBalancer"):
        refs = target_groups_of(graph, balancer)
        missing.update(dict.fromkeys(refs.unresolved_here))
        for group in refs.nodes:
            index.setdefault(group.urn, []).append(balancer)
    return index, list(missing)


CLASSIC: Final = "elb/loadBalancer"
TARGET_GROUP: Final = "lb/targetGroup"
TRAFFIC_SOURCES: Final = (TARGET_GROUP, CLASSIC, "vpclattice/targetGroup")
"""What a traffic source of an Auto Scaling group may be (EC2 Auto Scaling API: TrafficSourceIdentifier)."""
ATTACHMENTS: Final = (
    ("autoscaling/attachment", "lbTargetGroupArn", (TARGET_GROUP,)),
    ("autoscaling/attachment", "albTargetGroupArn", (TARGET_GROUP,)),  # its name before version 6 of the provider
    ("autoscaling/attachment", "elb", (CLASSIC,)),
    ("autoscaling/trafficSourceAttachment", "trafficSource.identifier", TRAFFIC_SOURCES),
)
"""Resources that register an Auto Scaling group: kind, the property that names where, and what that may be."""


def _attached(graph: Graph, target: Node) -> tuple[list[Node], list[str]]:
    """The Auto Scaling groups that register in a target group or with a Classic Load Balancer by a resource of its own
    or by their traffic sources, and what could not be resolved.
    """
    own = graph.referrers(target, "autoscaling/group", "trafficSources.identifier", *TRAFFIC_SOURCES)
    found, missing = list(own.nodes), list(own.missing)
    for kind, path, targets in ATTACHMENTS:
        if target.kind not in targets:
            continue
        links = graph.referrers(target, kind, path, *targets)
        missing += links.missing
        for link in links.nodes:
            refs = graph.refs(link, "autoscalingGroupName", "autoscaling/group")
            found += refs.nodes
            missing += refs.missing
    return found, missing


def classic_members(graph: Graph, balancer: Node) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """What registers with a Classic Load Balancer (Auto Scaling groups, ECS services, instances), and what could not be
    resolved.
    """
    sources = [
        graph.referrers(balancer, "autoscaling/group", "loadBalancers", CLASSIC),
        graph.referrers(balancer, "ecs/service", "loadBalancers.elbName", CLASSIC),
    ]
    attached, unclear = _attached(graph, balancer)
    found: dict[str, Node] = {n.urn: n for n in (*(n for s in sources for n in s.nodes), *attached)}
    missing = [*(m for s in sources for m in s.missing), *unclear]
    links = graph.referrers(balancer, "elb/attachment", "elb", CLASSIC)
    missing += links.missing
    for holder, path in ((balancer, "instances"), *((link, "instance") for link in links.nodes)):
        refs = graph.refs(holder, path, "ec2/instance")
        found.update({n.urn: n for n in refs.nodes})
        missing += refs.unresolved_here
    return tuple(found.values()), tuple(dict.fromkeys(missing))


def members(graph: Graph, group: Node) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """What registers in a target group (Auto Scaling groups, ECS services, attached targets), and what could not be
    resolved.
    """
    sources: list[Refs] = [
        graph.referrers(group, "autoscaling/group", "targetGroupArns", "lb/targetGroup"),
        graph.referrers(group, "ecs/service", "loadBalancers.targetGroupArn", "lb/targetGroup"),
        graph.referrers(
            group, "ecs/service", "loadBalancers.advancedConfiguration.alternateTargetGroupArn", "lb/targetGroup"
        ),
        graph.referrers(group, "ecs/taskSet", "loadBalancers.targetGroupArn", "lb/targetGroup"),
    ]
    found: dict[str, Node] = {n.urn: n for s in sources for n in s.nodes}
    missing = [m for s in sources for m in s.missing]
    attached, unclear = _attached(graph, group)
    found.update({n.urn: n for n in attached})
    missing += unclear
    direct = graph.referrers(group, "lb/targetGroupAttachment", "targetGroupArn", "lb/targetGroup")
    missing += direct.missing
    for link in direct.nodes:
        refs = graph.refs(link, "targetId", "ec2/instance", "lambda/function", "lambda/alias", "lb/loadBalancer")
        found.update({n.urn: n for n in refs.nodes})
        found.update({link.urn: link} if refs.missing else {})  # an IP address: the attachment stands for it
    return tuple(found.values()), tuple(dict.fromkeys(missing))


# Compute that can register in a target group: kind, and the properties that register it.
_REGISTERED = {
    "autoscaling/group": ("targetGroupArns", "loadBalancers", "trafficSources"),
    "ecs/service": ("loadBalancers",),
    "ec2/instance": (),
}


def unattached(graph: Graph) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """Groups, services and instances that register with no load balancer, and what could not be resolved."""
    return memoized(graph, ("unattached", ""), lambda: _unattached(graph))


def _unattached(graph: Graph) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    attached: set[str] = set()
    unresolved: list[str] = []
    for kind, path, targets in (
        ("autoscaling/attachment", "autoscalingGroupName", ("autoscaling/group",)),
        ("autoscaling/trafficSourceAttachment", "autoscalingGroupName", ("autoscaling/group",)),
        ("lb/targetGroupAttachment", "targetId", ("ec2/instance",)),
        ("elb/attachment", "instance", ("ec2/instance",)),
        ("elb/loadBalancer", "instances", ("ec2/instance",)),
        ("ecs/taskSet", "service", ("ecs/service",)),
    ):
        for node in graph.of(kind):
            refs = graph.refs(node, path, *targets)
            attached |= {n.urn for n in refs.nodes}
            unresolved += refs.unresolved_here
    found = [
        node
        for kind, paths in _REGISTERED.items()
        for node in graph.of(kind)
        if node.urn not in attached and not any(node.has(path) for path in paths)
    ]
    return tuple(found), tuple(unresolved)


def weighted_out(graph: Graph, group: Node) -> bool:
    """Whether every action that forwards to a group gives it weight 0: the idle side of a blue/green deployment.

    Raises CannotTell if it may be so.
    """
    weights, unclear = memoized(graph, ("weights", ""), lambda: _weights(graph))
    own = weights.get(group.urn, [])
    if group.urn in unclear and not any(own):
        raise CannotTell(unclear[group.urn])
    return bool(own) and max(own) <= 0


def _weights(graph: Graph) -> tuple[dict[str, list[float]], dict[str, str]]:
    """The weights that listeners give each target group (URN), and the groups that may be the one of weight 0."""
    weights: dict[str, list[float]] = {}
    unclear: dict[str, str] = {}
    for kind, top in (("lb/listener", "defaultActions"), ("lb/listenerRule", "actions")):
        for holder in graph.of(kind):
            for action in _blocks(holder, top):
                for node in graph.refs(action, "targetGroupArn", "lb/targetGroup").nodes:
                    weights.setdefault(node.urn, []).append(1)
                for target in _blocks(action, "forward.targetGroups"):
                    refs, weight = graph.refs(target, "arn", "lb/targetGroup"), target.raw("weight")
                    given = 1 if weight is None or weight is UNKNOWN else target.number("weight")
                    for node in refs.nodes:
                        weights.setdefault(node.urn, []).append(given)
                    if given <= 0:  # one of several groups has weight 0, and it is not known yet which
                        unclear |= {node.urn: "; ".join(refs.missing) for node in refs.candidates}
    return weights, unclear


def _blocks(node: Node, path: str) -> Iterator[Node]:
    """The objects of a list that are known."""
    for value in node.items(path) if node.raw(path) is not UNKNOWN else ():
        if isinstance(value, Mapping):
            yield node.block(path, cast(Mapping[str, Any], value))


def blue_green(graph: Graph, group: Node) -> bool:
    """Whether CodeDeploy switches between the target group and another."""
    paths = (
        "loadBalancerInfo",
        "loadBalancerInfo.targetGroupPairInfo.targetGroups.name",
        "loadBalancerInfo.targetGroupInfos.name",
    )
    return any(graph.referrers(group, "codedeploy/deploymentGroup", p, "lb/targetGroup").nodes for p in paths)


# --- scaling and replicas ----------------------------------------------------------------------------------------


def scaling_targets(graph: Graph, node: Node) -> list[Node]:
    """The Application Auto Scaling targets of a resource: by reference, or by the name at the end of ``resourceId``
    (``service/<cluster>/<name>``, ``table/<name>``, ``cluster:<name>``).
    """
    by_name, by_urn = memoized(graph, ("scaling_targets", ""), lambda: _scaling_targets(graph))
    if found := by_urn.get(node.urn):
        return found
    name = node.raw("name" if node.kind in ("ecs/service", "dynamodb/table") else "clusterIdentifier")
    name = name if isinstance(name, str) and name else node.logical_name
    return [t for t in by_name.get(name, ()) if _same_place(t, node)]


def _scaling_targets(graph: Graph) -> tuple[dict[str, list[Node]], dict[str, list[Node]]]:
    by_name: dict[str, list[Node]] = {}
    by_urn: dict[str, list[Node]] = {}
    for target in graph.of("appautoscaling/target"):
        resource = target.raw("resourceId")
        if isinstance(resource, str):
            by_name.setdefault(_SEPARATORS.split(resource)[-1], []).append(target)
        else:
            for urn in target.property_dependencies.get("resourceId", ()):
                by_urn.setdefault(urn, []).append(target)
    return by_name, by_urn


def _same_place(target: Node, node: Node) -> bool:
    """Whether they are in one Region and, if it is known, one ECS cluster."""
    here, there = region_of(target), region_of(node)
    if here is not UNKNOWN and there is not UNKNOWN and here != there:
        return False
    parts = str(target.raw("resourceId")).split("/")
    cluster = node.raw("cluster") if node.kind == "ecs/service" and len(parts) == 3 else None
    return not isinstance(cluster, str) or _SEPARATORS.split(cluster)[-1] == parts[1]


def tasks_of(graph: Graph, service: Node) -> int:
    """The tasks that an ECS service always runs. If the program leaves desiredCount to Application Auto Scaling, the
    minimum of the scalable target; with a desiredCount below it, ECS keeps that until it has to scale out (ECS guide:
    service auto scaling), also where later changes are ignored. Raises CannotTell.
    """
    if not service.given("desiredCount"):
        floors = [
            int(t.number("minCapacity"))
            for t in scaling_targets(graph, service)
            if t.text("scalableDimension") == "ecs:service:DesiredCount"
        ]
        if floors:
            return max(floors)
    return int(service.number("desiredCount", default=1))


READ_REPLICAS: Final = ("rds:cluster:ReadReplicaCount", "neptune:cluster:ReadReplicaCount")


def scaled_readers(graph: Graph, cluster: Node, readers: int) -> int:
    """The readers that Application Auto Scaling adds to a cluster which has ``readers`` of its own: its minimum counts
    all of them (Aurora guide: Aurora Auto Scaling). Raises CannotTell.
    """
    floors = [
        int(t.number("minCapacity"))
        for t in scaling_targets(graph, cluster)
        if t.text("scalableDimension") in READ_REPLICAS
    ]
    return max([floor - readers for floor in floors] + [0])


# Where the number of replicas of a shard is set, and where the number of nodes; the second name is of providers before
# version 6.
_REPLICAS: Final = ("replicasPerNodeGroup", "clusterMode.replicasPerNodeGroup")
_NODES: Final = ("numCacheClusters", "numberCacheClusters")
_SHARDS: Final = ("numNodeGroups", "clusterMode.numNodeGroups")


def cache_shards(group: Node) -> int:
    """The shards of an ElastiCache replication group. Raises CannotTell."""
    return max([int(group.number(path)) for path in _SHARDS if group.given(path)] + [1])


def cache_replicas(graph: Graph, group: Node) -> int:
    """The replicas of the shard that has fewest, with those that are resources of their own (``elasticache/cluster``).
    Raises CannotTell.
    """
    counts = [int(group.number(path)) for path in _REPLICAS if group.given(path)]
    if group.given("nodeGroupConfigurations"):
        counts += [
            int(g.number("replicaCount")) for g in group.blocks("nodeGroupConfigurations") if g.given("replicaCount")
        ]
    counts += [int(group.number(path)) // cache_shards(group) - 1 for path in _NODES if group.given(path)]
    links = graph.referrers(group, "elasticache/cluster", "replicationGroupId", "elasticache/replicationGroup")
    return max(min(counts, default=0), 0) + len(links.nodes)


# --- messages and alarms -----------------------------------------------------------------------------------------


def dead_letters(graph: Graph, queue: Node) -> Refs:
    """The dead-letter queue of a queue, from its own redrive policy or ``sqs/redrivePolicy``."""
    for source in (queue, *graph.referrers(queue, "sqs/redrivePolicy", "queueUrl", "sqs/queue").nodes):
        if source.has("redrivePolicy"):
            return graph.refs(source, "redrivePolicy", "sqs/queue")
    return Refs()


def redrive_sources(graph: Graph, queue: Node) -> list[Node]:
    """The queues that use this queue as dead-letter queue."""
    index: dict[str, list[Node]] = memoized(graph, ("redrive", ""), lambda: _redrives(graph))
    return index.get(queue.urn, [])


def _redrives(graph: Graph) -> dict[str, list[Node]]:
    index: dict[str, list[Node]] = {}
    for source in graph.of("sqs/queue"):
        for target in dead_letters(graph, source).nodes:
            index.setdefault(target.urn, []).append(source)
    return index


def first(nodes: Iterable[Node]) -> Node | None:
    """The first of some nodes, or None."""
    return next(iter(nodes), None)
