"""The path from a public load balancer to the data: no tier on it is in one zone only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.relations import members, memoized, target_groups_of
from ha_policy.graph.values import CannotTell
from ha_policy.graph.zones import Zones
from ha_policy.rule import CORE, Check, Severity, rule, skip

from .rds import CLUSTERS, cluster_members, is_headless, member_zones

SECURITY: Final = "ec2/securityGroup"
# Resources with security groups: kind, path.
GUARDED: Final = (
    ("ecs/service", "networkConfiguration.securityGroups"),
    ("lambda/function", "vpcConfig.securityGroupIds"),
    ("rds/instance", "vpcSecurityGroupIds"),
    ("rds/cluster", "vpcSecurityGroupIds"),
    ("rds/proxy", "vpcSecurityGroupIds"),
    ("docdb/cluster", "vpcSecurityGroupIds"),
    ("neptune/cluster", "vpcSecurityGroupIds"),
    ("elasticache/replicationGroup", "securityGroupIds"),
    ("elasticache/cluster", "securityGroupIds"),
    ("memorydb/cluster", "securityGroupIds"),
    ("ec2/instance", "vpcSecurityGroupIds"),
    ("opensearch/domain", "vpcOptions.securityGroupIds"),
    ("lb/loadBalancer", "securityGroups"),
    ("mq/broker", "securityGroups"),
    ("msk/cluster", "brokerNodeGroupInfo.securityGroups"),
)


CALLERS: Final = ("autoscaling/group", "ec2/instance", "ecs/service", "lambda/function")


def _guards(graph: Graph) -> tuple[dict[str, list[Node]], tuple[str, ...]]:
    """Resources by their security groups (URN), and what is unknown."""

    def work() -> tuple[dict[str, list[Node]], tuple[str, ...]]:
        found: dict[str, list[Node]] = {}
        unresolved: list[str] = []
        for kind, path in GUARDED:
            for node in graph.of(kind):
                refs = graph.refs(node, path, SECURITY)
                unresolved += refs.unresolved_here
                for group in refs.nodes:
                    found.setdefault(group.urn, []).append(node)
        return found, tuple(unresolved)

    return memoized(graph, ("guards", ""), work)


def _allowed(graph: Graph) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """Security groups (URN) that each security group may call, from the ingress rules of the called one, and what is
    unknown.
    """

    def work() -> tuple[dict[str, list[str]], tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        unresolved: list[str] = []
        for kind, caller in (
            ("vpc/securityGroupIngressRule", "referencedSecurityGroupId"),
            ("ec2/securityGroupRule", "sourceSecurityGroupId"),
        ):
            for node in graph.of(kind):
                if kind == "ec2/securityGroupRule" and node.raw("type") != "ingress":
                    continue
                sources = graph.refs(node, caller, SECURITY)
                targets = graph.refs(node, "securityGroupId", SECURITY)
                if sources.count:
                    unresolved += (*sources.unresolved_here, *targets.unresolved_here)
                for source in sources.nodes:
                    found.setdefault(source.urn, []).extend(t.urn for t in targets.nodes)
        for group in graph.of(SECURITY):
            for source in graph.refs(group, "ingress.securityGroups", SECURITY).nodes:
                found.setdefault(source.urn, []).append(group.urn)
        return found, tuple(unresolved)

    return memoized(graph, ("allowed", ""), work)


def _groups(graph: Graph, node: Node) -> tuple[Node, ...]:
    if node.kind == "autoscaling/group":
        for path in (
            "launchTemplate.id",
            "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateId",
        ):
            for template in graph.refs(node, path, "ec2/launchTemplate").nodes:
                own = graph.refs(template, "vpcSecurityGroupIds", SECURITY).nodes
                return own or graph.refs(template, "networkInterfaces.securityGroups", SECURITY).nodes
        return ()
    path = dict(GUARDED).get(node.kind)
    return graph.refs(node, path, SECURITY).nodes if path else ()


def guarded_by(graph: Graph, security_group: str) -> list[Node]:
    """The resources in front of which a security group (URN) stands, mount targets apart."""
    return _guards(graph)[0].get(security_group, [])


def callers(graph: Graph) -> dict[str, list[Node]]:
    """The groups, instances, services and functions that may open connections to each security group (URN)."""

    def work() -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for caller in graph.of(*CALLERS):
            for called in {t for group in _groups(graph, caller) for t in _allowed(graph)[0].get(group.urn, ())}:
                found.setdefault(called, []).append(caller)
        return found

    return memoized(graph, ("callers", ""), work)


@dataclass(frozen=True, slots=True)
class _Step:
    """A resource on the path. beside: the instances that do the same (of its target group, or behind its security
    group): together they are one tier.
    """

    node: Node
    beside: tuple[Node, ...]
    path: tuple[str, ...]


def _steps(found: Iterable[Node], path: tuple[str, ...]) -> list[_Step]:
    """Steps to resources that do the same."""
    nodes = list(found)
    instances = tuple(n for n in nodes if n.kind == "ec2/instance")
    return [_Step(n, instances if n in instances else (), (*path, n.name)) for n in nodes]


def _calls(graph: Graph, step: _Step) -> list[_Step]:
    """What a resource may call inside the VPC."""
    found: dict[str, _Step] = {}
    for group in _groups(graph, step.node):
        for target in _allowed(graph)[0].get(group.urn, ()):
            behind = (n for n in _guards(graph)[0].get(target, ()) if n is not step.node)
            found.update({s.node.urn: s for s in _steps(behind, step.path)})
    return list(found.values())


def _tier(step: _Step, check: Check) -> Zones:
    """The zones from which a tier keeps serving, as far as they are known."""
    node = step.node
    try:
        if step.beside:
            return _together(check.graph.zones(n) for n in step.beside)
        if node.kind in CLUSTERS and not is_headless(node):
            return member_zones(cluster_members(node, check), node, check)
        if node.kind == "rds/instance" and node.flag("multiAz"):
            return Zones(regional=True)
        return check.graph.zones(node)
    except CannotTell as unknown:
        return Zones(unresolved=(unknown.what,))


def _together(several: Iterable[Zones]) -> Zones:
    total, *further = several
    for zones in further:
        total |= zones
    return total


@rule(
    "spof-path",
    "No tier between a public load balancer and the data is in one zone only",
    "lb/loadBalancer",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a request path is only as available as its weakest tier: one zone's failure stops all of it",
    fix="spread that tier over at least two zones",
    refs=("REL10-BP01",),
)
def spof_path(balancer: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    if balancer.flag("internal"):
        skip("it is internal")
    # By name, since the engine reports resources in a different order each time.
    groups = target_groups_of(graph, balancer).nodes
    behind = {s.node.urn: s for g in groups for s in _steps(members(graph, g)[0], (balancer.name,))}
    todo = sorted(behind.values(), key=_name, reverse=True)
    if not todo:
        skip("it has no targets in this stack")
    seen = set(behind)
    unresolved: list[str] = [*_allowed(graph)[1], *_guards(graph)[1]]
    while todo:
        step = todo.pop()
        zones = _tier(step, check)
        try:
            if not zones.at_least(2) and zones.limit == 1 and not _replica(step.node):
                yield f"{' -> '.join(step.path)} is in {zones} only"
        except CannotTell:
            unresolved += zones.unresolved
        for called in sorted(_calls(graph, step), key=_name, reverse=True):
            if called.node.urn not in seen:
                seen.add(called.node.urn)
                todo.append(called)
    Zones(unresolved=tuple(unresolved)).exactly()


def _name(step: _Step) -> str:
    return step.node.name


def _replica(node: Node) -> bool:
    return node.kind == "rds/instance" and node.given("replicateSourceDb")
