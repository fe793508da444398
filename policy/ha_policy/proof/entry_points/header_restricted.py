"""Load balancers that require a secret header, which only CloudFront sends; they are no entry points if CloudFront is
down."""

from __future__ import annotations

from typing import Final

from ha_policy.graph import Graph, Node
from ha_policy.graph.values import UNKNOWN

BALANCER: Final = "lb/loadBalancer"


def is_header_restricted(graph: Graph, balancer: Node) -> bool:
    """Whether requests without a certain header get only health checks and fixed responses.

    Unknown rules count as forwarding nothing, so that a load balancer becomes an entry point only if that is certain.
    """
    listeners = graph.referrers(balancer, "lb/listener", "loadBalancerArn", BALANCER).nodes
    demanding = False
    for listener in listeners:
        if "forward" in _texts(listener, "defaultActions.type"):
            return False
        rules = graph.referrers(listener, "lb/listenerRule", "listenerArn", "lb/listener").nodes
        for rule in (r for r in rules if "forward" in _texts(r, "actions.type")):
            if rule.raw("conditions") is UNKNOWN or any(True for _ in rule.leaves("conditions.httpHeader")):
                demanding = True
            elif not _probes_alone(graph, rule):
                return False
    return demanding


def _probes_alone(graph: Graph, rule: Node) -> bool:
    """Whether a rule forwards only the health check path of its target group."""
    paths = _texts(rule, "conditions.pathPattern.values")
    groups = graph.refs(rule, "actions.targetGroupArn", "lb/targetGroup").nodes
    return bool(paths) and paths <= {path for group in groups for path in _texts(group, "healthCheck.path")}


def _texts(node: Node, path: str) -> set[str]:
    """The known strings at a path; UNKNOWN cannot be compared."""
    return {value for value in node.leaves(path) if isinstance(value, str)}
