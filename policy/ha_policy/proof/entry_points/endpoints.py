"""Endpoints: the targets of DNS records, CloudFront origins and accelerators, each built once.

The other modules here register how endpoints of their kind are built, and ask `Endpoints.behind` for the endpoints that
they point to, so that none of them imports another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ha_policy.graph import CannotTell, Node
from ha_policy.proof import model
from ha_policy.proof.model import Failover, Pool, Recovery, Series, Step, Unknown
from ha_policy.proof.request_paths.builder import PathBuilder

Build = Callable[[Node], model.Part]


class Endpoints:
    """covered: URNs of endpoints behind another one, which are not entry points themselves."""

    def __init__(self, builder: PathBuilder) -> None:
        self.builder, self.ctx, self.graph = builder, builder.ctx, builder.graph
        self.covered: set[str] = set()
        self._builds: dict[str, Build] = {}
        self._made: dict[str, model.Part] = {}

    def register(self, build: Build, *kinds: str) -> None:
        """Register ``build`` as the function that builds endpoints of these kinds."""
        self._builds.update(dict.fromkeys(kinds, build))

    def behind(self, node: Node) -> model.Part:
        """The endpoint that something points to, with everything it needs."""
        self.covered.add(node.urn)
        if node.urn not in self._made:
            self._made[node.urn] = Unknown(node.name, "it refers to itself", node.urn)
            self._made[node.urn] = self.build(node)
        return self._made[node.urn]

    def build(self, node: Node) -> model.Part:
        """An endpoint as an entry point. If something cannot be told, this endpoint becomes unknown; the others are not
        affected.
        """
        build = self._builds.get(node.kind)
        if build is None:
            return Unknown(node.name, f"the simulation does not know {node.kind}", node.urn)
        try:
            return build(node)
        except CannotTell as unknown:
            return Unknown(node.name, unknown.what, node.urn)

    def with_web_acl(self, node: Node, inner: model.Part) -> model.Part:
        """``inner`` behind the Regional web ACL that is associated with ``node``, if there is one."""
        for link in self.graph.referrers(node, "wafv2/webAclAssociation", "resourceArn", node.kind).nodes:
            for acl in self.graph.refs(link, "webAclArn", "wafv2/webAcl").nodes:
                return Series(node.name, (self.builder.part(acl, None), inner), node.urn)
        return inner

    def sizes(self, options: Sequence[model.Part]) -> tuple[int, ...]:
        """The size of what serves in each option."""
        return tuple(self.builder.size(o) or 1 for o in options)

    def active_active(
        self, name: str, options: Sequence[model.Part], recovery: Recovery, urn: str, weights: tuple[int, ...] = ()
    ) -> model.Part:
        """Options that share the traffic by weights, by default their size; a single option alone."""
        if len(options) == 1:
            return options[0]
        weights = weights or self.sizes(options)
        return Pool(name, tuple(options), 1, weights, recovery, urn)

    def healthy(self, option: model.Part, balancers: Sequence[Node]) -> model.Part:
        """``option`` as something sees it that evaluates the health of its load balancers: with every target group."""
        watched = [part for node in balancers for part in self.builder.soft_targets(node)]
        return Series(option.name, (option, *watched), option.resource) if watched else option

    def failing_open(
        self,
        options: Sequence[model.Part],
        seen: Sequence[model.Part],
        routed: Callable[[Sequence[model.Part]], model.Part],
    ) -> model.Part:
        """Traffic goes to the options that are seen as healthy; if none is, to all of them, as if all were."""
        whole = routed(options)
        if len(options) == 1 or all(a is b for a, b in zip(options, seen, strict=True)):
            return whole
        return Failover(whole.name, (routed(seen), whole), None, True)

    def detection(self, interval: float | None, threshold: float | None) -> tuple[Step, ...]:
        """Health check steps, with the resource's own interval (seconds) and threshold if it sets them."""
        every = self.ctx.assumed.timings["health-interval"]
        times = self.ctx.assumed.timings["health-threshold"]
        seconds, count = interval or every.seconds, threshold or times.seconds
        source = every.source if interval is None else "set on the resource"
        return (Step("detect", f"{count:g} failed checks, {seconds:g} s apart", seconds * count, source),)
