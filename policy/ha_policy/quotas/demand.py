"""What each resource needs of AWS's quotas: at its floor, at its peak and while it is being replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, inf
from typing import Final

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.placement import SUBNETS
from ha_policy.graph.relations import scaling_targets
from ha_policy.graph.values import UNKNOWN, CannotTell
from ha_policy.quotas import prefix_lists
from ha_policy.quotas.table import ONE_EACH
from ha_policy.quotas.vcpus import family_of, vcpus

PERCENT: Final = 100
CPU_UNITS: Final = 1024
"""CPU units of one vCPU (ECS API, TaskDefinition)."""
UNRESERVED: Final = 100
"""Concurrent executions that Lambda never lets functions reserve (Lambda API, PutFunctionConcurrency)."""
TASKS_PERCENT: Final = 200
"""maximumPercent of an ECS service that says nothing (ECS API, DeploymentConfiguration)."""
NODE_TYPE: Final = "t3.medium"
"""Instance type of an EKS node group that says nothing (EKS API, CreateNodegroup)."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a resource needs of a quota. holder: what the quota is counted for, such as a VPC; empty for the Region or
    account. floor, peak, rollout: numbers. unknown: why they are only what is certain; up to ``possible`` more is
    needed. note: what the numbers cannot contain by their nature.
    """

    quota: str
    node: Node
    floor: float = 1
    peak: float = 1
    rollout: float = 1
    holder: str = ""
    unknown: str = ""
    possible: float = inf
    note: str = ""


def demands(graph: Graph) -> Iterator[Demand]:
    """Everything that the stack's own resources need. Linear in the number of resources."""
    for kind, quota in ONE_EACH.items():
        yield from (Demand(quota, node) for node in _own(graph, kind))
    for counted in _COUNTED:
        for node in _own(graph, *counted.kinds):
            try:
                yield from counted.count(graph, node)
            except CannotTell as unknown:
                yield Demand(counted.quota, node, 0, 0, 0, unknown=unknown.what)
    yield from _reserved(graph)


def _own(graph: Graph, *kinds: str) -> list[Node]:
    """Resources that the stack manages, not those that it looks up."""
    return [n for n in graph.of(*kinds) if not n.external]


# --- EC2 --------------------------------------------------------------------------------


def _split(
    node: Node, instance_types: tuple[str, ...], counts: tuple[float, float, float], spot: Callable[[float], float],
    weights: tuple[float, ...] = (),
) -> Iterator[Demand]:  # fmt: skip
    """On-Demand and Spot vCPUs of instances that may be of any of these types: those of the type with the most.

    counts: floor, peak, rollout. spot: how many of a number of instances are Spot instances. weights: how many
    instances each type counts as.
    """
    sizes: list[float] = []
    families: set[str] = set()
    for place, name in enumerate(instance_types):
        size, family = vcpus(name), family_of(name)
        if size is None or family is None:
            raise CannotTell(f"the vCPUs of {name} ({node.label})")
        sizes.append(size / (weights[place] if weights else 1))
        families.add(family)
    if not sizes:
        raise CannotTell(f"the instance type of {node.label}")
    if len(families) > 1:
        raise CannotTell(f"which of the families {', '.join(sorted(families))} {node.label} starts")
    size, family = max(sizes), families.pop()
    shares = [spot(count) for count in counts]
    demand = [ceil(size * (count - share)) for count, share in zip(counts, shares, strict=True)]
    if any(demand):
        yield _running(f"on-demand {family}", node, demand)
    if any(shares):
        quota = f"spot {family}" if family not in ("u", "hpc") else f"on-demand {family}"
        yield _running(quota, node, [ceil(size * share) for share in shares])


def _running(quota: str, node: Node, counts: list[float] | list[int]) -> Demand:
    floor, peak, rollout = counts
    return Demand(quota, node, floor, peak, rollout)


def _none(_: float) -> float:
    return 0


def _all(count: float) -> float:
    return count


def _instance(graph: Graph, node: Node) -> Iterator[Demand]:
    if node.text("tenancy") == "host":
        return
    spot = node.kind == "ec2/spotInstanceRequest" or node.text("instanceMarketOptions.marketType") == "spot"
    kind = node.text("instanceType") or _template(graph, node, "launchTemplate").text("instanceType")
    yield from _split(node, (kind,) if kind else (), (1, 1, 1), _all if spot else _none)


def _template(graph: Graph, node: Node, path: str) -> Node:
    for end in ("launchTemplateId", "launchTemplateName") if path.endswith("Specification") else ("id", "name"):
        found = graph.ref(node, f"{path}.{end}", "ec2/launchTemplate") if node.has(f"{path}.{end}") else None
        if found is not None:
            return found
    raise CannotTell(f"the launch template of {node.label}")


def _group(graph: Graph, node: Node) -> Iterator[Demand]:
    least, most = node.number("minSize"), node.number("maxSize")
    floor = max(least, min(_desired(node, least), most))
    warm = node.number("warmPool.minSize")
    refresh = "instanceMaintenancePolicy", "instanceRefresh.preferences"
    percent = max([node.number(f"{r}.maxHealthyPercentage", PERCENT) for r in refresh])
    counts = (floor + warm, max(most, floor + warm), max(ceil(floor * max(percent, PERCENT) / PERCENT), floor + warm))
    mixed = node.raw("mixedInstancesPolicy")
    if mixed is UNKNOWN:
        raise node.unknown("mixedInstancesPolicy")
    if mixed:
        yield from _mixed(graph, node, counts)
        return
    if node.has("launchConfiguration"):
        source = graph.ref(node, "launchConfiguration", "ec2/launchConfiguration")
        if source is None:
            raise CannotTell(f"the launch configuration of {node.label}")
        spot = source.has("spotPrice")
    else:
        source = _template(graph, node, "launchTemplate")
        spot = source.text("instanceMarketOptions.marketType") == "spot"
    yield from _split(node, _types(source), counts, _all if spot else _none)


def _desired(node: Node, otherwise: float) -> float:
    """The desired capacity, if the program sets it and does not leave it to scaling policies."""
    if "desiredCapacity" in node.ignore_changes or not node.given("desiredCapacity"):
        return otherwise
    return node.number("desiredCapacity")


def _types(template: Node) -> tuple[str, ...]:
    name = template.text("instanceType")
    return (name,) if name else ()


def _mixed(graph: Graph, node: Node, counts: tuple[float, float, float]) -> Iterator[Demand]:
    policy = "mixedInstancesPolicy"
    base = node.number(f"{policy}.instancesDistribution.onDemandBaseCapacity")
    share = node.number(f"{policy}.instancesDistribution.onDemandPercentageAboveBaseCapacity", PERCENT)

    def spot(count: float) -> float:
        return count - min(count, base) - ceil(max(count - base, 0) * share / PERCENT)

    template = node.block(policy, node.get(f"{policy}.launchTemplate") or {})
    types: list[str] = []
    weights: list[float] = []
    for override in template.blocks("overrides"):
        if override.has("instanceRequirements"):
            raise CannotTell(f"which instance types {node.label} starts: it gives requirements")
        if name := override.text("instanceType"):
            types.append(name)
            weights.append(override.number("weightedCapacity", 1) or 1)
    if not types:
        specification = f"{policy}.launchTemplate.launchTemplateSpecification"
        types = list(_types(_template(graph, node, specification)))
    yield from _split(node, tuple(types), counts, spot, tuple(weights))


def _node_group(graph: Graph, node: Node) -> Iterator[Demand]:
    least, most = node.number("scalingConfig.minSize"), node.number("scalingConfig.maxSize")
    floor = max(least, _desired_nodes(node, least))
    types = node.texts("instanceTypes")
    if not types and node.has("launchTemplate"):
        types = _types(_template(graph, node, "launchTemplate"))
    # An update adds twice as many nodes as the group has zones, or those that may be unavailable, whichever is more
    # (EKS User Guide, "Understand each phase of node updates").
    zones = len(graph.zones(node).exactly())
    unavailable = ceil(floor * node.number("updateConfig.maxUnavailablePercentage") / PERCENT)
    more = max(2 * zones, node.number("updateConfig.maxUnavailable", 1), unavailable)
    spot = _all if node.text("capacityType") == "SPOT" else _none
    yield from _split(node, types or (NODE_TYPE,), (floor, most, floor + more), spot)


def _desired_nodes(node: Node, otherwise: float) -> float:
    if any(p.startswith("scalingConfig") for p in node.ignore_changes):
        return otherwise
    return node.number("scalingConfig.desiredSize", otherwise)


_TWICE: Final = ("Immutable", "TrafficSplitting")
"""Deployment policies of Elastic Beanstalk that start as many instances again."""


def _environment(_: Graph, node: Node) -> Iterator[Demand]:
    options: dict[tuple[str, str], str] = {}
    for path in ("allSettings", "settings"):
        for setting in node.blocks(path) if node.raw(path) is not UNKNOWN else ():
            value = setting.raw("value")
            if value is not UNKNOWN:
                options[setting.text("namespace"), setting.text("name")] = str(value)
    if options.get(("aws:elasticbeanstalk:environment", "EnvironmentType")) == "SingleInstance":
        least = most = 1
    else:
        least = int(options.get(("aws:autoscaling:asg", "MinSize"), 1))
        most = int(options.get(("aws:autoscaling:asg", "MaxSize"), 4))
    named = options.get(("aws:ec2:instances", "InstanceTypes")) or options.get(
        ("aws:autoscaling:launchconfiguration", "InstanceType"), ""
    )
    if not named:
        raise CannotTell(f"the instance type of {node.label}")
    # Elastic Beanstalk starts the first type that has capacity.
    policies = (
        options.get(("aws:elasticbeanstalk:command", "DeploymentPolicy"), ""),
        options.get(("aws:autoscaling:updatepolicy:rollingupdate", "RollingUpdateType"), ""),
    )
    rollout = 2 * least if any(p in _TWICE for p in policies) else least
    spot = _all if options.get(("aws:ec2:instances", "EnableSpot")) == "true" else _none
    yield from _split(node, tuple(t.strip() for t in named.split(",")), (least, most, rollout), spot)


def _fleet(_: Graph, node: Node) -> Iterator[Demand]:
    raise CannotTell(f"how many instances, and of which types, {node.label} starts")


# --- containers --------------------------------------------------------------------------------

_FARGATE: Final = {"FARGATE": "fargate", "FARGATE_SPOT": "fargate spot"}


def _service(graph: Graph, node: Node) -> Iterator[Demand]:
    strategies = _strategies(graph, node)
    if not strategies:
        return
    task = graph.ref(node, "taskDefinition", "ecs/taskDefinition")
    if task is None:
        raise CannotTell(f"the task definition of {node.label}")
    size = _task_vcpus(task)
    floor = most = node.number("desiredCount")
    for target in scaling_targets(graph, node):
        floor = max(floor if "desiredCount" not in node.ignore_changes else 0, target.number("minCapacity"))
        most = max(most, target.number("maxCapacity"))
    rollout = max(floor, int(floor * node.number("deploymentMaximumPercent", TASKS_PERCENT) / PERCENT))
    counts = (floor, most, rollout)
    bases = {name: base for name, base, _ in strategies}
    weights = {name: weight for name, _, weight in strategies}
    for name, quota in _FARGATE.items():
        if name in bases:
            yield _running(quota, node, [size * _share(count, name, bases, weights) for count in counts])


def _share(count: float, name: str, bases: dict[str, float], weights: dict[str, float]) -> float:
    """How many of a service's tasks a capacity provider gets at most."""
    rest = max(count - sum(bases.values()), 0)
    total = sum(weights.values())
    return min(bases[name], count) + (ceil(rest * weights[name] / total) if total else 0)


def _strategies(graph: Graph, node: Node) -> list[tuple[str, float, float]]:
    """Capacity provider, base and weight of a service that runs on Fargate; empty if it runs on instances."""
    blocks = node.blocks("capacityProviderStrategies") if node.given("capacityProviderStrategies") else ()
    if not blocks:
        launch = node.text("launchType")
        if launch == "FARGATE":
            return [("FARGATE", 0, 1)]
        if launch:
            return []
        for cluster in graph.refs(node, "cluster", "ecs/cluster").nodes:
            for link in graph.referrers(cluster, "ecs/clusterCapacityProviders", "clusterName", "ecs/cluster").nodes:
                blocks += link.blocks("defaultCapacityProviderStrategies")
    found = [(block.raw("capacityProvider"), block) for block in blocks]
    if not any(name is not UNKNOWN and name in _FARGATE for name, _ in found):
        return []
    # A provider of one's own is a resource, whose name is not known before it exists.
    return [
        ("" if name is UNKNOWN else str(name), block.number("base"), block.number("weight")) for name, block in found
    ]


def _task_vcpus(task: Node) -> float:
    text = task.text("cpu").strip()
    number, _, unit = text.lower().partition(" ")
    try:
        return float(number) if unit == "vcpu" else float(number) / CPU_UNITS
    except ValueError:
        raise task.unknown("cpu", "is not a number of CPU units") from None


def _pods(_: Graph, node: Node) -> Iterator[Demand]:
    raise CannotTell(f"how many pods run on {node.label}")


def _compute_environment(_: Graph, node: Node) -> Iterator[Demand]:
    where = node.text("computeResources.type")
    if not where:  # an unmanaged environment starts nothing
        return
    least, most = node.number("computeResources.minVcpus"), node.number("computeResources.maxVcpus")
    if where in _FARGATE:
        yield Demand(_FARGATE[where], node, 0, most, 0)
        return
    names = node.texts("computeResources.instanceTypes")
    families = {"standard" if n == "optimal" else family_of(n if "." in n else f"{n}.large") for n in names}
    if len(families) != 1 or None in families:
        raise CannotTell(f"which instance families {node.label} starts")
    yield Demand(f"{'spot' if where == 'SPOT' else 'on-demand'} {families.pop()}", node, least, most, least)


# --- functions --------------------------------------------------------------------------------


def _reserved(graph: Graph) -> Iterator[Demand]:
    """Reserved and provisioned concurrency. What functions without a reservation use depends on their requests."""
    reserved: dict[str, bool] = {}
    for function in _own(graph, "lambda/function"):
        try:
            count = function.number("reservedConcurrentExecutions", -1)
        except CannotTell as unknown:
            yield Demand("lambda concurrency", function, 0, 0, 0, unknown=unknown.what)
            continue
        reserved[function.urn] = count >= 0
        if count > 0:
            yield Demand("lambda concurrency", function, count, count, count)
        elif count < 0:
            yield Demand("lambda concurrency", function, 0, 0, 0, note="functions without a reservation")
    for provisioned in _own(graph, "lambda/provisionedConcurrencyConfig"):
        try:
            function = graph.ref(provisioned, "functionName", "lambda/function", "lambda/alias")
            if function is None or not reserved.get(function.urn, False):  # else it is part of the reservation
                count = provisioned.number("provisionedConcurrentExecutions")
                yield Demand("lambda concurrency", provisioned, count, count, count)
        except CannotTell as unknown:
            yield Demand("lambda concurrency", provisioned, 0, 0, 0, unknown=unknown.what)


# --- network and load balancing --------------------------------------------------------------------------------


def _nat(graph: Graph, node: Node) -> Iterator[Demand]:
    """A NAT gateway is one in each of its zones. AWS decides about those of a regional one: one more in any."""
    try:
        if node.text("availabilityMode") == "regional":
            raise CannotTell(f"in which zones AWS runs {node.label}, which is a regional NAT gateway")
        for zone in graph.zones(node).exactly():
            yield Demand("nat gateways", node, holder=zone)
    except CannotTell as unknown:
        yield Demand("nat gateways", node, 0, 0, 0, unknown=unknown.what, possible=1)


def _in_vpc(quota: str) -> Callable[[Graph, Node], Iterator[Demand]]:
    def count(graph: Graph, node: Node) -> Iterator[Demand]:
        yield _held(graph, quota, node, node, "vpcId", "ec2/vpc")

    return count


def _holder(graph: Graph, node: Node, path: str, *kinds: str) -> str:
    """What a resource is counted for: another resource of the stack, or an id of something outside."""
    refs = graph.refs(node, path, *kinds)
    if refs.nodes:
        return refs.nodes[0].name
    if refs.foreign:
        return refs.foreign[0]
    raise CannotTell("; ".join(refs.missing) or f"{path} of {node.label}")


def _held(graph: Graph, quota: str, node: Node, source: Node, path: str, *kinds: str) -> Demand:
    """One for the resource that ``path`` of ``source`` names, or for one that is not known."""
    try:
        return Demand(quota, node, holder=_holder(graph, source, path, *kinds))
    except CannotTell as unknown:
        return Demand(quota, node, 0, 0, 0, unknown=unknown.what, possible=1)


def _endpoint(graph: Graph, node: Node) -> Iterator[Demand]:
    if node.text("vpcEndpointType", "Gateway") == "Gateway":
        yield Demand("gateway endpoints", node)
    else:
        yield _held(graph, "interface endpoints", node, node, "vpcId", "ec2/vpc")


_RANGES: Final = ("cidrBlocks", "ipv6CidrBlocks")


def _security_group(graph: Graph, node: Node) -> Iterator[Demand]:
    """Rules written inside the security group: one for each source."""
    for direction in ("ingress", "egress"):
        count = 0.0
        for block in node.blocks(direction) if node.given(direction) else ():
            groups = len(block.items("securityGroups")) + float(block.flag("self"))
            count += groups + _sources(graph, block) or 1
        if count:
            yield Demand("security group rules", node, count, count, count, f"{node.name} {direction}")


def _sources(graph: Graph, node: Node) -> float:
    """The rules that ranges of addresses and prefix lists make."""
    return sum(len(node.items(path)) for path in _RANGES) + prefix_lists.rules_of(graph, node, "prefixListIds")


def _security_group_rule(graph: Graph, node: Node) -> Iterator[Demand]:
    if node.kind == "ec2/securityGroupRule":
        direction = node.text("type")
        count = _sources(graph, node) or 1
    else:
        direction = "ingress" if node.kind.endswith("IngressRule") else "egress"
        count = prefix_lists.rules_of(graph, node, "prefixListId") or 1
    quota = "security group rules"
    try:
        group = _holder(graph, node, "securityGroupId", "ec2/securityGroup", "ec2/defaultSecurityGroup")
    except CannotTell as unknown:
        yield Demand(quota, node, 0, 0, 0, unknown=unknown.what, possible=count)
    else:
        yield Demand(quota, node, count, count, count, f"{group} {direction}")


_GROUPS: Final = {
    "lb/loadBalancer": "securityGroups", "ecs/service": "networkConfiguration.securityGroups",
    "lambda/function": "vpcConfig.securityGroupIds", "ec2/instance": "vpcSecurityGroupIds",
    "rds/instance": "vpcSecurityGroupIds", "rds/cluster": "vpcSecurityGroupIds",
    "elasticache/replicationGroup": "securityGroupIds", "efs/mountTarget": "securityGroups",
    "ec2/launchTemplate": "vpcSecurityGroupIds",
}  # fmt: skip
"""Where kinds name the security groups of their network interfaces."""


def _groups(_: Graph, node: Node) -> Iterator[Demand]:
    path = _GROUPS[node.kind]
    if node.given(path) and (count := len(node.items(path))):
        yield Demand("groups per interface", node, count, count, count, node.name)


def _load_balancer(_: Graph, node: Node) -> Iterator[Demand]:
    kind = node.text("loadBalancerType", "application")
    if kind in ("application", "network"):
        yield Demand(f"{kind} load balancers", node)


def _listener(graph: Graph, node: Node) -> Iterator[Demand]:
    yield _held(graph, "listeners", node, node, "loadBalancerArn", "lb/loadBalancer")


def _listener_rule(graph: Graph, node: Node) -> Iterator[Demand]:
    listeners = graph.refs(node, "listenerArn", "lb/listener").nodes
    if listeners:
        yield _held(graph, "listener rules", node, listeners[0], "loadBalancerArn", "lb/loadBalancer")
    else:
        yield _held(graph, "listener rules", node, node, "listenerArn")


# --- data stores and events --------------------------------------------------------------------------------


def _storage(graph: Graph, node: Node) -> Iterator[Demand]:
    source = graph.ref(node, "replicateSourceDb", "rds/instance") if node.given("replicateSourceDb") else None
    size = (source or node).number("allocatedStorage")  # a replica has what its source has
    if size:
        yield Demand("db storage", node, size, max(size, node.number("maxAllocatedStorage")), size)


def _readers(graph: Graph, node: Node) -> Iterator[Demand]:
    """Readers that Aurora adds by itself."""
    if node.text("scalableDimension") != "rds:cluster:ReadReplicaCount":
        return
    cluster = graph.ref(node, "resourceId", "rds/cluster")
    if cluster is None:
        raise CannotTell(f"the cluster of {node.label}")
    members = graph.referrers(cluster, "rds/clusterInstance", "clusterIdentifier", "rds/cluster").nodes
    readers = max(len(members) - 1, 0)
    low, high = (max(node.number(p) - readers, 0) for p in ("minCapacity", "maxCapacity"))
    if high:
        yield Demand("db instances", node, low, high, low)


def _cache(_: Graph, node: Node) -> Iterator[Demand]:
    if node.kind == "elasticache/cluster":
        count = 0 if node.given("replicationGroupId") else node.number("numCacheNodes", 1)
    elif node.given("numCacheClusters"):
        count = node.number("numCacheClusters")
    else:
        count = node.number("numNodeGroups", 1) * (node.number("replicasPerNodeGroup") + 1)
    if count:
        yield Demand("cache nodes", node, count, count, count)


def _event_rule(graph: Graph, node: Node) -> Iterator[Demand]:
    if node.has("eventBusName"):
        yield _held(graph, "event rules", node, node, "eventBusName", "cloudwatch/eventBus")
    else:
        yield Demand("event rules", node, holder="default")


Counter = Callable[[Graph, Node], Iterator[Demand]]


@dataclass(frozen=True, slots=True)
class Counted:
    """Kinds that are counted in one way. quota: the one whose need is not known if the count of a resource is not."""

    kinds: tuple[str, ...]
    quota: str
    count: Counter


_INSTANCES: Final = "on-demand standard"
_COUNTED: Final = (
    Counted(("ec2/instance", "ec2/spotInstanceRequest"), _INSTANCES, _instance),
    Counted(("autoscaling/group",), _INSTANCES, _group),
    Counted(("eks/nodeGroup",), _INSTANCES, _node_group),
    Counted(("elasticbeanstalk/environment",), _INSTANCES, _environment),
    Counted(("ec2/fleet", "ec2/spotFleetRequest", "emr/cluster"), _INSTANCES, _fleet),
    Counted(("batch/computeEnvironment",), _INSTANCES, _compute_environment),
    Counted(("ecs/service",), "fargate", _service),
    Counted(("eks/fargateProfile",), "fargate", _pods),
    Counted(("ec2/natGateway",), "nat gateways", _nat),
    Counted(SUBNETS, "subnets", _in_vpc("subnets")),
    Counted(("ec2/routeTable",), "route tables", _in_vpc("route tables")),
    Counted(("ec2/vpcEndpoint",), "interface endpoints", _endpoint),
    Counted(("ec2/securityGroup",), "security group rules", _security_group),
    Counted(
        ("vpc/securityGroupIngressRule", "vpc/securityGroupEgressRule", "ec2/securityGroupRule"),
        "security group rules",
        _security_group_rule,
    ),
    Counted(tuple(_GROUPS), "groups per interface", _groups),
    Counted(("lb/loadBalancer",), "application load balancers", _load_balancer),
    Counted(("lb/listener",), "listeners", _listener),
    Counted(("lb/listenerRule",), "listener rules", _listener_rule),
    Counted(("rds/instance",), "db storage", _storage),
    Counted(("appautoscaling/target",), "db instances", _readers),
    Counted(("elasticache/replicationGroup", "elasticache/cluster"), "cache nodes", _cache),
    Counted(("cloudwatch/eventRule",), "event rules", _event_rule),
)
KINDS: Final = tuple(
    sorted(
        {*ONE_EACH, "lambda/function", "lambda/provisionedConcurrencyConfig", *(k for c in _COUNTED for k in c.kinds)}
    )
)
"""All kinds that are counted."""
