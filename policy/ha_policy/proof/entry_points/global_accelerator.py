"""Global Accelerator: listeners, endpoint groups, and the endpoints in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from ha_policy.graph import UNKNOWN, Node, Refs
from ha_policy.proof import model
from ha_policy.proof.entry_points.cloudfront import DISABLED, is_disabled
from ha_policy.proof.entry_points.endpoints import Endpoints
from ha_policy.proof.model import Failover, Recovery, Series, Unknown
from ha_policy.proof.request_paths.context import known_to_be

ACCELERATOR: Final = "globalaccelerator/accelerator"
LISTENER: Final = "globalaccelerator/listener"
ENDPOINT_GROUP: Final = "globalaccelerator/endpointGroup"


class GlobalAccelerator:
    """Builds accelerators as endpoints."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints, self.ctx, self.graph = endpoints, endpoints.ctx, endpoints.graph
        endpoints.register(self.accelerator, ACCELERATOR)

    def accelerator(self, node: Node) -> model.Part:
        """Endpoint groups share the traffic; the accelerator stops using an unhealthy one."""
        self.endpoints.covered.discard(node.urn)  # clients can use its own addresses, even if a DNS name points to it
        if is_disabled(node):
            return Unknown(node.name, DISABLED, node.urn)
        edge = self.ctx.regional(node, "global-accelerator", kind="edge")
        parts: list[model.Part] = [edge]
        for listener in self.graph.referrers(node, LISTENER, "acceleratorArn", ACCELERATOR).nodes:
            groups = self.graph.referrers(listener, ENDPOINT_GROUP, "listenerArn", LISTENER).nodes
            live = [g for g in groups if not known_to_be(g, "trafficDialPercentage", 0) and _weights(g) != {0}]
            options = [self._endpoint_group(g) for g in live]
            if not options:
                why = "no endpoint group with traffic is part of this stack"
                parts.append(Unknown(listener.name, why, listener.urn))
                continue
            recovery = self._recovery(node, live)
            seen = [self.endpoints.healthy(o, self._balancers(g)) for o, g in zip(options, live, strict=True)]

            share = partial(
                self.endpoints.active_active,
                listener.name,
                recovery=recovery,
                urn=listener.urn,
                weights=self.endpoints.sizes(options),
            )
            parts.append(self.endpoints.failing_open(options, seen, share))
        if len(parts) == 1:
            parts.append(Unknown(node.name, "no listener is part of this stack", node.urn))
        return Series(node.name, tuple(parts), node.urn)

    def _balancers(self, group: Node) -> tuple[Node, ...]:
        return self.graph.refs(group, "endpointConfigurations.endpointId", "lb/loadBalancer").nodes

    def _recovery(self, node: Node, groups: Sequence[Node]) -> Recovery:
        own = [g.raw("healthCheckIntervalSeconds") for g in groups]
        interval = max((float(v) for v in own if isinstance(v, int)), default=None)
        return self.ctx.recovery(f"{node.name} leaves the endpoint group out", self.endpoints.detection(interval, None))

    def _endpoint_group(self, group: Node) -> model.Part:
        kinds = ("lb/loadBalancer", "ec2/instance", "ec2/eip")
        refs = self.graph.refs(group, "endpointConfigurations.endpointId", *kinds)
        if 0 in _weights(group):  # an endpoint of weight 0 never takes over
            blocks = [b for b in group.blocks("endpointConfigurations") if not known_to_be(b, "weight", 0)]
            used = [self.graph.refs(b, "endpointId", *kinds) for b in blocks]
            if all(len(r.nodes) == 1 for r in used):
                refs = Refs(tuple(dict.fromkeys(r.nodes[0] for r in used)))
            else:
                return Unknown(group.name, "it is not known yet which of its endpoints has weight 0", group.urn)
        parts: list[model.Part] = [self.endpoints.behind(n) for n in refs.nodes]
        parts += [Unknown(f"endpoint of {group.name}", why, group.urn) for why in refs.missing]
        if not parts:
            return Unknown(group.name, "the endpoint group has no endpoint", group.urn)
        return parts[0] if len(parts) == 1 else Failover(group.name, tuple(parts), None, False, (), group.urn)


def _weights(group: Node) -> set[object]:
    """The weights of an endpoint group's endpoints: 0 takes no traffic; None is the default, 128."""
    given = group.raw("endpointConfigurations")
    if given is UNKNOWN or not given:
        return set()
    known = [(b.raw("weight"), known_to_be(b, "weight", 0)) for b in group.blocks("endpointConfigurations")]
    return {0 if zero else w if w is not UNKNOWN else None for w, zero in known}
