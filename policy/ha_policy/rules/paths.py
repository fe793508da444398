"""The path from a public load balancer to the data: no tier on it is in one zone only."""

from collections.abc import Iterator
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


def _calls(graph: Graph, node: Node) -> list[Node]:
    """What a resource may call inside the VPC."""
    found: dict[str, Node] = {}
    for group in _groups(graph, node):
        for target in _allowed(graph)[0].get(group.urn, ()):
            found.update({n.urn: n for n in _guards(graph)[0].get(target, ()) if n is not node})
    return list(found.values())


def _tier(node: Node, check: Check) -> Zones:
    """The zones from which a tier keeps serving, as far as they are known."""
    try:
        if node.kind in CLUSTERS and not is_headless(node):
            return member_zones(cluster_members(node, check), node, check)
        if node.kind == "rds/instance" and node.flag("multiAz"):
            return Zones(regional=True)
        return check.graph.zones(node)
    except CannotTell as unknown:
        return Zones(unresolved=(unknown.what,))


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
    behind = {m.urn: m for g in target_groups_of(graph, balancer).nodes for m in members(graph, g)[0]}
    first = sorted(behind.values(), key=lambda n: n.name, reverse=True)
    todo: list[tuple[Node, tuple[str, ...]]] = [(m, (balancer.name, m.name)) for m in first]
    if not todo:
        skip("it has no targets in this stack")
    seen = {node.urn for node, _ in todo}
    unresolved: list[str] = [*_allowed(graph)[1], *_guards(graph)[1]]
    while todo:
        node, path = todo.pop()
        zones = _tier(node, check)
        try:
            if not zones.at_least(2) and zones.limit == 1 and not _replica(node):
                yield f"{' -> '.join(path)} is in {zones} only"
        except CannotTell:
            unresolved += zones.unresolved
        for target in sorted(_calls(graph, node), key=lambda n: n.name, reverse=True):
            if target.urn not in seen:
                seen.add(target.urn)
                todo.append((target, (*path, target.name)))
    Zones(unresolved=tuple(unresolved)).exactly()


def _replica(node: Node) -> bool:
    return node.kind == "rds/instance" and node.given("replicateSourceDb")
