"""Whether the internet reaches an instance, a task or a group directly: a public address and an open security group."""

from collections.abc import Iterator
from typing import Final

from .model import Graph
from .node import Node
from .placement import SUBNETS
from .relations import memoized
from .values import UNKNOWN, CannotTell

SECURITY_GROUP: Final = "ec2/securityGroup"
EVERYBODY: Final = frozenset({"0.0.0.0/0", "::/0"})
# Ports of administrators (SSH, RDP): a bastion host is not what customers use.
ADMINISTRATION: Final = frozenset({22, 3389})
TEMPLATES: Final = (
    "launchTemplate.id",
    "launchTemplate.name",
    "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateId",
)
GROUPS: Final = {
    "ec2/instance": ("vpcSecurityGroupIds", "securityGroups"),
    "ec2/launchTemplate": ("vpcSecurityGroupIds", "networkInterfaces.securityGroups"),
    "ecs/service": ("networkConfiguration.securityGroups",),
}
SOURCES: Final = ("securityGroups", "referencedSecurityGroupId", "sourceSecurityGroupId")
"""Properties of a rule that name the security group that it lets in."""
PLACES: Final = {
    "ec2/instance": "subnetId",
    "autoscaling/group": "vpcZoneIdentifiers",
    "ecs/service": "networkConfiguration.subnets",
}


def faces_internet(graph: Graph, node: Node) -> bool:
    """Whether clients on the internet can connect to it. Raises CannotTell if its security groups are not known."""
    return memoized(graph, ("faces_internet", node.urn), lambda: _public(graph, node) and _open(graph, node))


def templates(graph: Graph, node: Node) -> tuple[Node, ...]:
    """The launch templates of the stack from which an Auto Scaling group starts its instances."""
    if node.kind != "autoscaling/group":
        return ()
    return tuple(n for path in TEMPLATES for n in graph.refs(node, path, "ec2/launchTemplate").nodes)


def _public(graph: Graph, node: Node) -> bool:
    """Whether it gets a public address, as far as that is known."""
    if node.kind == "ecs/service":
        return node.is_on("networkConfiguration.assignPublicIp")
    holders = ((node, "associatePublicIpAddress"), *(
        (t, "networkInterfaces.associatePublicIpAddress") for t in templates(graph, node)))  # fmt: skip
    if any(holder.is_on(path) for holder, path in holders):
        return True
    if node.kind == "ec2/instance" and elastic_ips(graph, node):
        return True
    if any(holder.is_off(path) for holder, path in holders):
        return False
    if isinstance(node.raw("publicIp"), str) and node.raw("publicIp"):
        return True
    if _in_default_subnet(node):
        return True
    subnets = graph.refs(node, PLACES[node.kind], *SUBNETS).nodes
    return any(s.kind == "ec2/defaultSubnet" or s.is_on("mapPublicIpOnLaunch") for s in subnets)


def _in_default_subnet(node: Node) -> bool:
    """Whether it is in a subnet of the default VPC because nothing else is asked for; they give public addresses unless
    that was changed (VPC guide: default subnets).
    """
    elsewhere = {
        "ec2/instance": ("subnetId", "networkInterfaces", "primaryNetworkInterface", "launchTemplate"),
        "autoscaling/group": ("vpcZoneIdentifiers",),
    }
    return not any(node.has(path) for path in elsewhere[node.kind])


def elastic_ips(graph: Graph, instance: Node) -> tuple[Node, ...]:
    """The Elastic IP addresses, or their associations, of an instance."""
    own = graph.referrers(instance, "ec2/eip", "instance", "ec2/instance").nodes
    return (*own, *graph.referrers(instance, "ec2/eipAssociation", "instanceId", "ec2/instance").nodes)


def _open(graph: Graph, node: Node) -> bool:
    """Whether a security group lets everybody in on a port that is not an administrator's."""
    missing: list[str] = []
    for holder in templates(graph, node) or (node,):
        for path in GROUPS.get(holder.kind, ()):
            refs = graph.refs(holder, path, SECURITY_GROUP)
            missing += refs.missing
            if any(_lets_everybody_in(graph, group) for group in refs.nodes):
                return True
            missing += [g.unknown("ingress").what for g in refs.nodes if g.raw("ingress") is UNKNOWN]
    if missing:
        raise CannotTell("; ".join(missing))
    return False


def _lets_everybody_in(graph: Graph, group: Node) -> bool:
    return memoized(
        graph, ("lets_everybody_in", group.urn), lambda: any(_rule_opens(rule) for rule in rules_of(graph, group))
    )


def rules_of(graph: Graph, group: Node) -> Iterator[Node]:
    """The ingress rules of a security group, inside it and as resources of their own. Raises CannotTell."""
    if group.raw("ingress") is not UNKNOWN:
        yield from group.blocks("ingress")
    for kind in ("vpc/securityGroupIngressRule", "ec2/securityGroupRule"):
        for rule in graph.referrers(group, kind, "securityGroupId", SECURITY_GROUP).nodes:
            if kind != "ec2/securityGroupRule" or rule.raw("type") == "ingress":
                yield rule


def called_within(graph: Graph, instance: Node) -> bool:
    """Whether its security groups let other workloads of its network in, as far as that is known: another security
    group, or addresses that are not everybody's.
    """
    groups = [g for path in GROUPS[instance.kind] for g in graph.refs(instance, path, SECURITY_GROUP).nodes]
    own = {group.urn for group in groups}
    return any(_rule_admits(graph, rule, own) for group in groups for rule in rules_of(graph, group))


def _rule_admits(graph: Graph, rule: Node, own: set[str]) -> bool:
    if not is_service(rule):
        return False
    sources = (g for path in SOURCES for g in graph.refs(rule, path, SECURITY_GROUP).nodes)
    return any(g.urn not in own for g in sources) or any(
        isinstance(r, str) and r not in EVERYBODY for r in _ranges(rule)
    )


def _rule_opens(rule: Node) -> bool:
    return is_service(rule) and any(isinstance(r, str) and r in EVERYBODY for r in _ranges(rule))


def _ranges(rule: Node) -> Iterator[object]:
    return (v for path in ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6") for v in rule.leaves(path))


def is_service(rule: Node) -> bool:
    """Whether it is about a port that clients use: not an administrator's, and no ICMP."""
    protocols = [rule.raw(path) for path in ("protocol", "ipProtocol")]
    if any(isinstance(p, str) and p.startswith("icmp") for p in protocols):
        return False
    ends = [rule.raw(path) for path in ("fromPort", "toPort")]
    numbers = [int(e) for e in ends if isinstance(e, int | str) and str(e).lstrip("-").isdigit()]
    return not (len(numbers) == 2 and numbers[0] == numbers[1] and numbers[0] in ADMINISTRATION)
