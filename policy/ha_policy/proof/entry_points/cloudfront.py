"""CloudFront: one path per cache behavior, through its origin or origin group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, cast

from ha_policy.graph import CannotTell, Node
from ha_policy.graph.values import UNKNOWN
from ha_policy.proof import model
from ha_policy.proof.entry_points.endpoints import Endpoints
from ha_policy.proof.entry_points.s3_website import BUCKETS, WEBSITE, is_website
from ha_policy.proof.model import Failover, Path, Recovery, Series, Step, Unknown
from ha_policy.proof.request_paths.context import known_to_be, one_of

DISTRIBUTION: Final = "cloudfront/distribution"
SERVERS: Final = (
    "lb/loadBalancer", "elb/loadBalancer", "apigateway/restApi", "apigatewayv2/api", "apigateway/domainName",
    "apigatewayv2/domainName", "lambda/functionUrl", "ec2/instance", "elasticbeanstalk/environment", "route53/record",
)  # fmt: skip
ONLY: Final = "?"
"""The id of the only origin, while it is not known."""
DISABLED: Final = "it is disabled: it answers no request"
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def is_disabled(node: Node) -> bool:
    """Whether a distribution or an accelerator is switched off."""
    return node.is_off("enabled")


class CloudFront:
    """Builds distributions as endpoints."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints, self.ctx, self.graph = endpoints, endpoints.ctx, endpoints.graph
        endpoints.register(self._distribution, DISTRIBUTION)

    def _distribution(self, node: Node) -> model.Part:
        return Series(node.name, tuple(p.root for p in self.paths(node)), node.urn)

    def paths(self, node: Node) -> tuple[Path, ...]:
        """The paths of a distribution: the default behavior and each path pattern, grouped by target."""
        self.ctx.on_path.add(node.urn)
        if is_disabled(node):
            return (Path("", Unknown(node.name, DISABLED, node.urn)),)
        first = (self.ctx.regional(node, "cloudfront", kind="edge"), *self._web_acls(node))
        try:
            behaviours: list[tuple[str, Node]] = [("*", b) for b in node.blocks("defaultCacheBehavior")]
            behaviours += [(str(b.raw("pathPattern")), b) for b in node.blocks("orderedCacheBehaviors")]
            origins = Origins(self.endpoints, node)
        except CannotTell as unknown:
            return (Path("", Series(node.name, (*first, Unknown("origins", unknown.what, node.urn)), node.urn)),)
        grouped: dict[tuple[str, bool], list[str]] = {}
        for pattern, behaviour in behaviours:
            target = behaviour.raw("targetOriginId")
            methods = {m for m in behaviour.leaves("allowedMethods") if isinstance(m, str)}
            key = (target if isinstance(target, str) else "?", not methods <= READS)
            grouped.setdefault(key, []).append(pattern)
        return tuple(
            Path(
                ", ".join(patterns),
                Series(f"{node.name} {', '.join(patterns)}", (*first, origins.target(origin, writes)), node.urn),
            )
            for (origin, writes), patterns in grouped.items()
        )

    def _web_acls(self, node: Node) -> list[model.Part]:
        found: list[model.Part] = []
        for acl in self.graph.refs(node, "webAclId", "wafv2/webAcl").nodes:
            self.ctx.on_path.add(acl.urn)
            own = self.ctx.component(acl.urn, acl.name, "edge", acl, region="")
            found.append(Series(acl.name, (own,), acl.urn, model.Service("waf", "global")))
        return found


class Origins:
    """The origins of one distribution and their resources.

    An origin with a secret header may be secret as a whole; then its id is known only from references to it.
    """

    def __init__(self, endpoints: Endpoints, node: Node) -> None:
        self.endpoints, self.node, self.graph = endpoints, node, endpoints.graph
        found = node.raw("origins")
        items: tuple[object, ...] = cast(tuple[object, ...], found) if isinstance(found, tuple) else ()
        self.hidden = not isinstance(found, tuple) or any(item is UNKNOWN for item in items)
        known = replace(node, props={**node.props, "origins": tuple(i for i in items if i is not UNKNOWN)})
        self.groups = {b.text("originId"): b for b in node.blocks("originGroups")}
        blocks = known.blocks("origins")
        # With one origin and no group, every behavior uses it, whatever its id (often the bucket's, not known yet).
        self.only = len(items) == len(blocks) == 1 and not self.groups
        self.blocks = {ONLY: blocks[0]} if self.only else {b.text("originId"): b for b in blocks}
        self._nodes = self._assign()

    def target(self, key: str, writes: bool) -> model.Part:
        """An origin, or an origin group, which fails over for reads."""
        if self.only:
            return self._origin(ONLY)
        if key in self.groups:
            members = [str(m) for m in self.groups[key].leaves("members.originId")]
            options = tuple(self._origin(m) for m in members)
            if len(options) == 1:
                return options[0]
            return Failover(
                f"origin group {key}", options, self._recovery(key, members[0], writes), True, (), self.node.urn
            )
        return self._origin(key)

    def _recovery(self, group: str, first: str, writes: bool) -> Recovery:
        timings, block = self.endpoints.ctx.assumed.timings, self.blocks.get(first)
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
        return self.endpoints.ctx.recovery(f"origin group {group} tries its second origin", (step,), limit=limit)

    def _origin(self, key: str) -> model.Part:
        found = self._nodes.get(key)
        if found is None or not found[0]:
            why = found[1] if found else f"no origin has the id {key}"
            return Unknown(f"origin {key}", why, self.node.urn)
        nodes, why = found
        parts = tuple(self.endpoints.behind(n) for n in nodes)
        return one_of(f"origin {key}", parts, why, self.node.urn)

    def _assign(self) -> dict[str, tuple[tuple[Node, ...], str]]:
        """Origin -> its resources. While host names are unknown, the dependencies are those of all origins together;
        kind and name distinguish them. What stays ambiguous is kept as a set, of which all are needed (certainly) or
        any (possibly).
        """
        result: dict[str, tuple[tuple[Node, ...], str]] = {}
        left: dict[str, Node | None] = {}
        for key in self._keys():
            block = self.blocks.get(key)
            host = block.raw("domainName") if block is not None else UNKNOWN
            if isinstance(host, str):
                named = [*self.graph.named(host, *BUCKETS, *SERVERS), *self._sites(self.graph.named(host, WEBSITE))]
                result[key] = (tuple(named[:1]), f"{host} is not part of this stack")
            elif block is not None or self.hidden:
                left[key] = block
        taken = {n.urn for nodes, _ in result.values() for n in nodes}
        pool = [n for u in self.node.property_dependencies.get("origins", ()) if (n := self.graph.get(u)) is not None]
        for kinds, keys in self._classes(left, pool):
            free = [n for n in self._expand(pool, kinds) if n.urn not in taken]
            for key, nodes in _match(keys, free).items():
                names = ", ".join(n.name for n in nodes)
                known = f"whether it is {names}" if names else "its address"
                result[key] = (nodes, f"{known} is not known: {self.node.not_known('origins')}")
        return result

    def _keys(self) -> list[str]:
        """All origins that are declared or referred to."""
        if self.only:
            return [ONLY]
        targets = [*self.node.leaves("defaultCacheBehavior.targetOriginId")]
        targets += [*self.node.leaves("orderedCacheBehaviors.targetOriginId")]
        targets += [m for g in self.groups.values() for m in g.leaves("members.originId")]
        known = (t for t in targets if isinstance(t, str) and t not in self.groups)
        return list(dict.fromkeys([*self.blocks, *known]))

    def _sites(self, pool: Iterable[Node]) -> list[Node]:
        """The buckets whose website endpoints these are."""
        found: dict[str, Node] = {}
        for node in pool:
            if node.kind == WEBSITE:
                found |= {b.urn: b for b in self.graph.refs(node, "bucket", *BUCKETS).nodes}
            elif node.kind in BUCKETS and is_website(self.graph, node):
                found[node.urn] = node
        return list(found.values())

    def _expand(self, pool: list[Node], kinds: tuple[str, ...]) -> list[Node]:
        found = {n.urn: n for n in pool if n.kind in kinds}
        if kinds == SERVERS:  # the website endpoint of a bucket is a server to CloudFront
            found |= {n.urn: n for n in self._sites(pool)}
        for link in (n for n in pool if n.kind == "cloudfront/vpcOrigin" and "lb/loadBalancer" in kinds):
            for target in self.graph.refs(link, "vpcOriginEndpointConfig.arn", "lb/loadBalancer", "ec2/instance").nodes:
                found[target.urn] = target
        names: dict[object, Node] = {}  # all records of one name are one origin
        for node in found.values():
            name = node.raw("name") if node.kind == "route53/record" else UNKNOWN
            names.setdefault(name if isinstance(name, str) else node.urn, node)
        return list(names.values())

    def _classes(self, left: dict[str, Node | None], pool: list[Node]) -> list[tuple[tuple[str, ...], list[str]]]:
        """Separate buckets and servers: by the origin's own configuration; secret origins by whether they are written
        to.
        """
        seen = {k: b for k, b in left.items() if b is not None}
        servers = [k for k, b in seen.items() if b.has("customOriginConfig") or b.has("vpcOriginConfig")]
        stores = [k for k in seen if k not in servers]
        hidden = [k for k, b in left.items() if b is None]
        written = [k for k in hidden if self._written(k)]
        if hidden and len(hidden) - len(written) + len(stores) == len(self._expand(pool, BUCKETS)):
            servers, stores, hidden = servers + written, stores + [k for k in hidden if k not in written], []
        return [(BUCKETS, stores), (SERVERS, servers), ((*BUCKETS, *SERVERS), hidden)]

    def _written(self, key: str) -> bool:
        behaviours = (*self.node.blocks("defaultCacheBehavior"), *self.node.blocks("orderedCacheBehaviors"))
        mine = (b for b in behaviours if known_to_be(b, "targetOriginId", key))
        return any({m for m in b.leaves("allowedMethods") if isinstance(m, str)} - READS for b in mine)


def _match(keys: list[str], nodes: list[Node]) -> dict[str, tuple[Node, ...]]:
    """Assign resources of the same class to origins: first where an origin's id shares most words with one resource's
    name, then the last one left. Ambiguous origins get all resources that are left.
    """
    if len(nodes) == 1:
        return dict.fromkeys(keys, (nodes[0],))
    result: dict[str, tuple[Node, ...]] = {}
    free, open_keys = list(nodes), list(keys)
    moved = True
    while moved and free:
        moved = False
        for key in open_keys:
            words = _words(key)
            score = {n.urn: len(words & _words(n.name)) / (1 + len(_words(n.name) - words)) for n in free}
            best = max(score.values())
            top = [n for n in free if score[n.urn] == best]
            if len(top) == 1 and (best > 0 or len(open_keys) == 1):
                result[key] = (top[0],)
                free.remove(top[0])
                open_keys.remove(key)
                moved = True
                break
    return result | {k: tuple(free) for k in open_keys}


def _words(text: str) -> set[str]:
    return set(text.lower().replace("_", "-").replace(".", "-").split("-"))
