"""CloudFront: one path per cache behaviour, through its origin or origin group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ha_policy.graph import CannotTell, Node
from ha_policy.graph.values import UNKNOWN
from ha_policy.proof import model
from ha_policy.proof.model import Failover, Path, Series, Step, Switch, Unknown

if TYPE_CHECKING:
    from ha_policy.proof.fronts import Fronts

BUCKETS: Final = ("s3/bucket",)
SERVERS: Final = (
    "lb/loadBalancer", "elb/loadBalancer", "apigateway/restApi", "apigatewayv2/api", "apigateway/domainName",
    "apigatewayv2/domainName", "lambda/functionUrl", "ec2/instance", "elasticbeanstalk/environment", "route53/record",
)  # fmt: skip
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def distribution(fronts: Fronts, node: Node) -> tuple[Path, ...]:
    """The paths of a distribution: the default behaviour and each pattern, grouped by where they lead."""
    ctx = fronts.ctx
    ctx.touched.add(node.urn)
    edge = ctx.regional(node, "cloudfront", kind="edge")
    first: list[model.Node] = [edge]
    for acl in fronts.graph.refs(node, "webAclId", "wafv2/webAcl").nodes:
        ctx.touched.add(acl.urn)
        first.append(
            Series(
                acl.name,
                (ctx.leaf(acl.urn, acl.name, "edge", acl, region=""),),
                acl.urn,
                model.Service("waf", "global"),
            )
        )
    try:
        behaviours: list[tuple[str, Node]] = [("*", b) for b in node.blocks("defaultCacheBehavior")]
        behaviours += [(str(b.raw("pathPattern")), b) for b in node.blocks("orderedCacheBehaviors")]
        origins = Origins(fronts, node)
    except CannotTell as unknown:
        return (Path("", Series(node.name, (*first, Unknown("origins", unknown.what, node.urn)), node.urn)),)
    grouped: dict[tuple[str, bool], list[str]] = {}
    for pattern, behaviour in behaviours:
        target = behaviour.raw("targetOriginId")
        methods = {m for m in behaviour.leaves("allowedMethods") if isinstance(m, str)}
        grouped.setdefault((target if isinstance(target, str) else "?", not methods <= READS), []).append(pattern)
    return tuple(
        Path(
            ", ".join(patterns),
            Series(f"{node.name} {', '.join(patterns)}", (*first, origins.target(origin, writes)), node.urn),
        )
        for (origin, writes), patterns in grouped.items()
    )


class Origins:
    """The origins of one distribution and the resources they mean."""

    def __init__(self, fronts: Fronts, node: Node) -> None:
        self.fronts, self.node, self.graph = fronts, node, fronts.graph
        self.blocks = {b.text("originId"): b for b in node.blocks("origins")}
        self.groups = {b.text("originId"): b for b in node.blocks("originGroups")}
        self._nodes = self._assign()

    def target(self, key: str, writes: bool) -> model.Node:
        """An origin, or a group that fails over for reads."""
        if key in self.groups:
            members = [str(m) for m in self.groups[key].leaves("members.originId")]
            options = tuple(self._origin(m) for m in members)
            if len(options) == 1:
                return options[0]
            return Failover(
                f"origin group {key}", options, self._switch(key, members[0], writes), True, (), self.node.urn
            )
        return self._origin(key)

    def _switch(self, group: str, first: str, writes: bool) -> Switch:
        timings, block = self.fronts.ctx.assumed.timings, self.blocks.get(first)
        tries = block.raw("connectionAttempts") if block else None
        wait = block.raw("connectionTimeout") if block else None
        attempts = float(tries) if isinstance(tries, int) else timings["origin-attempts"].seconds
        timeout = float(wait) if isinstance(wait, int) else timings["origin-connect"].seconds
        source = timings["origin-connect"].source
        step = Step("detect", f"{attempts:g} attempts of {timeout:g} s, for each request", attempts * timeout, source)
        limit = (
            "CloudFront fails over GET, HEAD and OPTIONS only: other methods wait for the first origin"
            if writes
            else ""
        )
        return self.fronts.ctx.switch(f"origin group {group} tries its second origin", (step,), limit=limit)

    def _origin(self, key: str) -> model.Node:
        found = self._nodes.get(key)
        if found is None or not found[0]:
            why = found[1] if found else f"no origin has the id {key}"
            return Unknown(f"origin {key}", why, self.node.urn)
        nodes, why = found
        parts = tuple(self._front(n) for n in nodes)
        if len(parts) == 1:
            return parts[0]
        certain = Series(f"origin {key}", parts)
        perhaps = Series(f"origin {key}", (Unknown(f"origin {key}", why), Failover(key, parts, None, False)))
        return Failover(f"origin {key}", (certain, perhaps), None, False)

    def _front(self, node: Node) -> model.Node:
        if node.kind == "route53/record":
            name = node.raw("name")
            same = [
                r for r in self.graph.of("route53/record") if r.raw("name") is not UNKNOWN and r.raw("name") == name
            ]
            for record in same or [node]:
                self.fronts.inner.add(record.urn)
            made = self.fronts.name(same or [node], str(name))
            return made or Unknown(node.name, "the record leads nowhere in this stack", node.urn)
        return self.fronts.front(node)

    def _assign(self) -> dict[str, tuple[tuple[Node, ...], str]]:
        """Origin -> resources it means. While host names are unknown the edges are those of all origins together; kind
        and name tell them apart, and what stays ambiguous is kept as a set: needed all (certain) or any (possible).
        """
        result: dict[str, tuple[tuple[Node, ...], str]] = {}
        edges = [self.graph.get(u) for u in self.node.property_dependencies.get("origins", ())]
        pool = [n for n in edges if n is not None]
        left: dict[str, Node] = {}
        for key, block in self.blocks.items():
            host = block.raw("domainName")
            if isinstance(host, str):
                named = self.graph.named(host, *BUCKETS, *SERVERS)
                why = f"{host} is not part of this stack"
                result[key] = (tuple(named[:1]), why)
            else:
                left[key] = block
        taken = {n.urn for nodes, _ in result.values() for n in nodes}
        for kinds, keys in self._classes(left):
            free = [n for n in self._expand(pool, kinds) if n.urn not in taken]
            for key, nodes in _match(keys, free).items():
                result[key] = (
                    nodes,
                    f"which of {', '.join(n.name for n in nodes)} it is, is not known before deployment",
                )
        return result

    def _expand(self, pool: list[Node], kinds: tuple[str, ...]) -> list[Node]:
        found = {n.urn: n for n in pool if n.kind in kinds}
        if kinds is SERVERS:
            for link in (n for n in pool if n.kind == "cloudfront/vpcOrigin"):
                for balancer in self.graph.refs(
                    link, "vpcOriginEndpointConfig.arn", "lb/loadBalancer", "ec2/instance"
                ).nodes:
                    found[balancer.urn] = balancer
        return list(found.values())

    def _classes(self, blocks: dict[str, Node]) -> list[tuple[tuple[str, ...], list[str]]]:
        stores = [k for k, b in blocks.items() if not b.has("customOriginConfig") and not b.has("vpcOriginConfig")]
        return [(BUCKETS, stores), (SERVERS, [k for k in blocks if k not in stores])]


def _match(keys: list[str], nodes: list[Node]) -> dict[str, tuple[Node, ...]]:
    """Origins to resources of the same class: the only one, or those that share most words with the origin's id."""
    if len(keys) <= 1 or len(nodes) <= 1:
        return {k: tuple(nodes) for k in keys}
    result: dict[str, tuple[Node, ...]] = {}
    for key in keys:
        words = _words(key)
        score = {n.urn: len(words & _words(n.name)) / (1 + len(_words(n.name) - words)) for n in nodes}
        best = max(score.values())
        result[key] = tuple(n for n in nodes if score[n.urn] == best)
    claimed = [n[0].urn for n in result.values() if len(n) == 1]
    if any(len(n) != 1 for n in result.values()) or len(set(claimed)) != len(claimed):
        return {k: tuple(nodes) for k in keys}
    return result


def _words(text: str) -> set[str]:
    return set(text.lower().replace("_", "-").replace(".", "-").split("-"))
