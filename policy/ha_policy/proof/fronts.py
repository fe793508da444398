"""Entry points and the request paths behind them: names, distributions, accelerators, APIs, load balancers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ha_policy.graph import CannotTell, Node
from ha_policy.graph.values import UNKNOWN
from ha_policy.proof import model
from ha_policy.proof.build import Builder
from ha_policy.proof.context import says
from ha_policy.proof.model import Entry, Failover, Path, Series, Share, Step, Switch, Unknown
from ha_policy.proof.places import Regions

API_TARGETS: Final = (
    "lambda/function", "lambda/alias", "lb/loadBalancer", "lb/listener", "apigateway/vpcLink", "apigatewayv2/vpcLink",
    "sqs/queue", "sns/topic", "dynamodb/table", "sfn/stateMachine", "kinesis/stream", "s3/bucket",
)  # fmt: skip
RECORD_TARGETS: Final = (
    "lb/loadBalancer", "elb/loadBalancer", "cloudfront/distribution", "apigateway/domainName",
    "apigatewayv2/domainName", "globalaccelerator/accelerator", "s3/bucket", "ec2/eip", "ec2/instance",
    "elasticbeanstalk/environment", "route53/record",
)  # fmt: skip
ADDRESSING: Final = frozenset({"A", "AAAA", "CNAME", "HTTPS", "SVCB"})
FAILOVER: Final = "failoverRoutingPolicies"
ACTIVE: Final = (
    "weightedRoutingPolicies", "latencyRoutingPolicies", "geolocationRoutingPolicies", "geoproximityRoutingPolicy",
    "multivalueAnswerRoutingPolicy", "cidrRoutingPolicy",
)  # fmt: skip


class Fronts:
    """Builds the client-facing entry points from the outside in; what a front covers is no entry point of its own."""

    def __init__(self, builder: Builder) -> None:
        self.b, self.ctx, self.graph = builder, builder.ctx, builder.graph
        self.regions = Regions(builder)
        self.inner: set[str] = set()  # fronts that stand behind another front
        self._made: dict[str, model.Node] = {}

    def entries(self) -> list[Entry]:
        """Every client-facing entry point, names first."""
        from ha_policy.proof.cloudfront import distribution

        found = [*self._names(), *self._each("globalaccelerator/accelerator", "accelerator", self.accelerator)]
        shown: list[Entry] = []
        for node in self.graph.of("cloudfront/distribution"):
            paths = distribution(self, node)
            shown.append(Entry(node.urn, node.name, "distribution", paths, node.urn))
        found += [e for e in shown if e.resource not in self.inner]
        found += self._each("apigateway/restApi", "api", self.api)
        found += self._each("apigatewayv2/api", "api", self.api)
        for node in self.graph.of("lambda/functionUrl"):
            if node.urn not in self.inner:
                found.append(self._entry(node, "function-url", self._safely(node, self.function_url)))
        found += self._each("elasticbeanstalk/environment", "application", self.b.require)
        for kind in ("lb/loadBalancer", "elb/loadBalancer"):
            public = [n for n in self.graph.of(kind) if n.raw("internal") is not True]
            alone = [n for n in public if n.urn not in self.ctx.touched | self.inner]
            found += [self._entry(n, "load-balancer", self._safely(n, self._front)) for n in alone]
        # A front that a later one covers is dropped: names and distributions refer to each other in any order.
        return [e for e in found if not e.resource or e.resource not in self.inner]

    def _each(self, kind: str, word: str, make: Callable[[Node], model.Node]) -> list[Entry]:
        nodes = [n for n in self.graph.of(kind) if n.urn not in self.inner]
        return [self._entry(n, word, self._safely(n, make)) for n in nodes]

    def _safely(self, node: Node, make: Callable[[Node], model.Node]) -> model.Node:
        """What cannot be told makes one entry point unknown, never the others."""
        try:
            return make(node)
        except CannotTell as unknown:
            return Unknown(node.name, unknown.what, node.urn)

    def _entry(self, node: Node, kind: str, root: model.Node) -> Entry:
        return Entry(node.urn, node.name, kind, (Path("", root),), node.urn)

    def front(self, node: Node) -> model.Node:
        """Whatever a record or an origin points at, with everything behind it."""
        self.inner.add(node.urn)
        if node.urn not in self._made:
            self._made[node.urn] = Unknown(node.name, "it refers to itself", node.urn)
            try:
                self._made[node.urn] = self._front(node)
            except CannotTell as unknown:
                self._made[node.urn] = Unknown(node.name, unknown.what, node.urn)
        return self._made[node.urn]

    def _front(self, node: Node) -> model.Node:
        from ha_policy.proof.cloudfront import distribution

        match node.kind:
            case "lb/loadBalancer" | "elb/loadBalancer":
                return self.protected(node, self.b.require(node), "wafv2/webAclAssociation", "resourceArn")
            case "route53/record":
                return self.answers(node)
            case "cloudfront/distribution":
                return Series(node.name, tuple(p.root for p in distribution(self, node)), node.urn)
            case "globalaccelerator/accelerator":
                return self.accelerator(node)
            case "apigateway/restApi" | "apigatewayv2/api":
                return self.api(node)
            case "apigateway/domainName" | "apigatewayv2/domainName":
                return self._domain(node)
            case "lambda/functionUrl":
                return self.function_url(node)
            case "ec2/eip":
                return self._address(node)
            case "ec2/instance" | "elasticbeanstalk/environment" | "s3/bucket" | "lambda/function":
                return self.b.require(node)
            case _:
                return Unknown(node.name, f"the simulation does not know {node.kind}", node.urn)

    def protected(self, node: Node, inner: model.Node, kind: str, path: str) -> model.Node:
        """With the web ACL in front of it, where there is one."""
        for link in self.graph.referrers(node, kind, path, node.kind).nodes:
            for acl in self.graph.refs(link, "webAclArn", "wafv2/webAcl").nodes:
                return Series(node.name, (self.b.part(acl, None), inner), node.urn)
        return inner

    def function_url(self, node: Node) -> model.Node:
        functions = self.graph.refs(node, "functionName", "lambda/function", "lambda/alias")
        if not functions.nodes:
            return Unknown(node.name, "; ".join(functions.missing), node.urn)
        return self.b.require(self.b.calls.function_of(functions.nodes[0]))

    def _address(self, node: Node) -> model.Node:
        for path in ("instance", "instanceId"):
            for target in self.graph.refs(node, path, "ec2/instance").nodes:
                return self.b.require(target)
        for link in self.graph.referrers(node, "ec2/eipAssociation", "allocationId", "ec2/eip").nodes:
            for target in self.graph.refs(link, "instanceId", "ec2/instance").nodes:
                return self.b.require(target)
        return Unknown(node.name, "what the address belongs to is not part of this stack", node.urn)

    # --- APIs --------------------------------------------------------------------------------------------------------

    def _domain(self, node: Node) -> model.Node:
        kind, api = (
            ("apigateway/basePathMapping", "apigateway/restApi")
            if node.kind == "apigateway/domainName"
            else ("apigatewayv2/apiMapping", "apigatewayv2/api")
        )
        apis: dict[str, Node] = {}
        for mapping in (*self.graph.referrers(node, kind, "domainName", node.kind).nodes,):
            for path in ("restApi", "apiId"):
                apis |= {n.urn: n for n in self.graph.refs(mapping, path, api, "apigateway/restApi").nodes}
        if not apis:
            return Unknown(node.name, "no API is mapped to the domain name in this stack", node.urn)
        return Series(node.name, tuple(self.front(n) for n in apis.values()), node.urn)

    def api(self, node: Node) -> model.Node:
        """A REST or HTTP API: the regional service, its web ACL, and every integration."""
        targets: dict[str, Node] = {}
        missing: list[str] = []
        for urn in node.property_dependencies.get("body", ()):
            target = self.graph.get(urn)
            if target is not None and target.kind in API_TARGETS:
                targets[urn] = target
        v2 = node.kind == "apigatewayv2/api"
        kind, link = ("apigatewayv2/integration", "apiId") if v2 else ("apigateway/integration", "restApi")
        for integration in self.graph.referrers(node, kind, link, node.kind).nodes:
            if says(integration, "type", "MOCK"):
                continue
            for path in ("integrationUri", "uri", "connectionId"):
                if integration.has(path):
                    refs = self.graph.refs(integration, path, *API_TARGETS)
                    targets |= {n.urn: n for n in refs.nodes}
                    missing += refs.missing
        behind = list(self._resolved(targets.values()))
        own = self.ctx.regional(node, "api-gateway")
        self.ctx.touched.add(node.urn)
        parts: list[model.Node] = [own, *behind]
        if not behind:
            parts.append(
                Unknown(f"integrations of {node.name}", "; ".join(missing) or "none is part of this stack", node.urn)
            )
        whole = Series(node.name, tuple(parts), node.urn)
        for stage in self.graph.referrers(node, "apigateway/stage", "restApi", node.kind).nodes:
            guarded = self.protected(stage, whole, "wafv2/webAclAssociation", "resourceArn")
            if guarded is not whole:
                return guarded
        return whole

    def _resolved(self, targets: Iterable[Node]) -> Sequence[model.Node]:
        found: dict[str, model.Node] = {}
        seen: set[str] = set()
        for target in targets:
            for node in self._through_link(target):
                self.inner.add(node.urn)
                if node.urn not in seen and node.urn not in found:
                    found[node.urn] = self.b.require(node)
        return list(found.values())

    def _through_link(self, target: Node) -> Sequence[Node]:
        match target.kind:
            case "lambda/alias":
                return (self.b.calls.function_of(target),)
            case "lb/listener":
                return self.graph.refs(target, "loadBalancerArn", "lb/loadBalancer").nodes
            case "apigateway/vpcLink":
                self.ctx.touched.add(target.urn)
                return self.graph.refs(target, "targetArn", "lb/loadBalancer").nodes
            case "apigatewayv2/vpcLink":
                self.ctx.touched.add(target.urn)
                return ()
            case _:
                return (target,)

    # --- accelerators ------------------------------------------------------------------------------------------------

    def accelerator(self, node: Node) -> model.Node:
        """Endpoint groups share the traffic; an unhealthy one is left out by the accelerator itself."""
        self.inner.discard(node.urn)
        edge = self.ctx.regional(node, "global-accelerator", kind="edge")
        parts: list[model.Node] = [edge]
        for listener in self.graph.referrers(
            node, "globalaccelerator/listener", "acceleratorArn", "globalaccelerator/accelerator"
        ).nodes:
            groups = self.graph.referrers(
                listener, "globalaccelerator/endpointGroup", "listenerArn", "globalaccelerator/listener"
            ).nodes
            live = [g for g in groups if not says(g, "trafficDialPercentage", 0)]
            options = [self._endpoints(g) for g in live]
            if not options:
                parts.append(
                    Unknown(listener.name, "no endpoint group with traffic is part of this stack", listener.urn)
                )
                continue
            parts.append(self._active(listener.name, options, self._accelerator_switch(node, live), listener.urn))
        if len(parts) == 1:
            parts.append(Unknown(node.name, "no listener is part of this stack", node.urn))
        return Series(node.name, tuple(parts), node.urn)

    def _accelerator_switch(self, node: Node, groups: Sequence[Node]) -> Switch:
        own = [g.raw("healthCheckIntervalSeconds") for g in groups]
        interval = max((float(v) for v in own if isinstance(v, int)), default=None)
        return self.ctx.switch(f"{node.name} leaves the endpoint group out", self.detection(interval, None))

    def _endpoints(self, group: Node) -> model.Node:
        refs = self.graph.refs(group, "endpointConfigurations.endpointId", "lb/loadBalancer", "ec2/instance", "ec2/eip")
        parts: list[model.Node] = [self.front(n) for n in refs.nodes]
        parts += [Unknown(f"endpoint of {group.name}", why, group.urn) for why in refs.missing]
        if not parts:
            return Unknown(group.name, "the endpoint group has no endpoint", group.urn)
        return parts[0] if len(parts) == 1 else Failover(group.name, tuple(parts), None, False, (), group.urn)

    def _active(self, name: str, options: Sequence[model.Node], switch: Switch, urn: str) -> model.Node:
        if len(options) == 1:
            return options[0]
        weights = tuple(self.b.worth(o) or 1 for o in options)
        return Share(name, tuple(options), 1, weights, self._with_rpo(switch, options), urn)

    def _with_rpo(self, switch: Switch, options: Sequence[model.Node]) -> Switch:
        return switch

    def detection(self, interval: float | None, threshold: float | None) -> tuple[Step, ...]:
        """Health-check steps, with the resource's own interval (seconds) and threshold where it sets them."""
        every = self.ctx.assumed.timings["health-interval"]
        times = self.ctx.assumed.timings["health-threshold"]
        seconds, count = interval or every.seconds, threshold or times.seconds
        source = every.source if interval is None else "set on the resource"
        return (Step("detect", f"{count:g} failed checks, {seconds:g} s apart", seconds * count, source),)

    # --- names -------------------------------------------------------------------------------------------------------

    def _names(self) -> list[Entry]:
        groups: dict[tuple[str, str], list[Node]] = {}
        for record in self.graph.of("route53/record"):
            kind = record.raw("type")
            if kind is not UNKNOWN and kind not in ADDRESSING:
                continue
            name = record.raw("name")
            zone = record.raw("zoneId")
            zone = zone if isinstance(zone, str) else ",".join(sorted(record.property_dependencies.get("zoneId", ())))
            key = (name.rstrip(".").lower(), zone) if isinstance(name, str) else (record.urn, zone)
            groups.setdefault(key, []).append(record)
        found: dict[str, list[tuple[str, Node, model.Node, tuple[str, ...]]]] = {}
        for (name, _), records in groups.items():
            called = name if not name.startswith("urn:") else records[0].name
            try:
                root = self.name(records, called)
            except CannotTell as unknown:
                root = Unknown(called, unknown.what, records[0].urn)
            if root is not None:
                notes = () if len(records) > 1 else ("one record: no other answer to give",)
                ranked = sorted(records, key=lambda r: ("PRIMARY", "?", "", "SECONDARY").index(_role(r)))
                found.setdefault(self.regions.plain(name), []).append((name, ranked[0], root, notes))
        made: list[Entry] = []
        for plain, twins in found.items():
            apart = len({name for name, *_ in twins}) == len(twins)  # one name in two zones is two things
            made += [self._named(plain, twins)] if apart else [self._named(t[0], [t]) for t in twins]
        return made

    def _named(self, plain: str, twins: list[tuple[str, Node, model.Node, tuple[str, ...]]]) -> Entry:
        """A name; or the names of several Regions that differ in nothing else (each Region's own door to one thing)."""
        _, record, root, notes = twins[0]
        if len(twins) == 1:
            return Entry(record.urn, root.name, "name", (Path("", root),), record.urn, notes)
        paths: list[Path] = []
        for own, _, tree, _ in twins:
            others = [(n, t) for n, _, t, _ in twins if n != own]
            limit = f"who uses {own} must turn to {others[0][0]} by hand"
            switch = Switch(f"people use another name than {own}", (), None, "", "manual", limit)
            options = (tree, *(t for _, t in others))
            paths.append(Path(own, Failover(own, options, switch, True)))
        return Entry(f"name {plain}", plain, "name", tuple(paths), record.urn)

    def name(self, records: Sequence[Node], name: str) -> model.Node | None:
        """What Route 53 answers for a name; None when its records lead nowhere in this stack (mail, validation)."""
        options: list[tuple[Node, model.Node]] = []
        for record in records:
            target = self._target(record)
            if target is not None:
                options.append((record, target))
        # IPv4 and IPv6 records of one place are one option.
        distinct = {id(t): (r, t) for r, t in reversed(options)}
        options = [distinct[id(t)] for r, t in options if distinct[id(t)][0] is r]
        if not options:
            return None
        for record, _ in options:
            self.ctx.touched.add(record.urn)
        dns = Series(
            "Route 53", (self.ctx.leaf("route53", "Route 53", "edge"),), "", model.Service("route53", "global")
        )
        return Series(name, (dns, self._routed(name, options)), records[0].urn)

    def _target(self, record: Node) -> model.Node | None:
        for path in ("aliases.name", "records"):
            if not record.has(path.split(".")[0]):
                continue
            refs = self.graph.refs(record, path, *RECORD_TARGETS)
            found = refs.nodes or (refs.candidates if self.one_name(refs.candidates) else ())
            if not found and (edges := self._edges(record, path)) and self.one_name(edges):
                found = edges
            if found:
                parts = [self.front(n) for n in found] if not self.one_name(found) else [self.front(found[0])]
                return parts[0] if len(parts) == 1 else Share(record.name, tuple(parts), 1, (), None, record.urn)
            if any("not known yet" in why for why in refs.missing) and not _validation(record):
                return Unknown(record.name, "; ".join(refs.missing), record.urn)
        return None

    def one_name(self, nodes: Sequence[Node]) -> bool:
        """Whether they are records of one name: an alias to any of them is an alias to the name."""
        names = {str(n.raw("name")) if isinstance(n.raw("name"), str) else n.urn for n in nodes}
        return bool(nodes) and len(names) == 1 and all(n.kind == "route53/record" for n in nodes)

    def _edges(self, record: Node, path: str) -> tuple[Node, ...]:
        urns = record.property_dependencies.get(path.partition(".")[0], ())
        return tuple(n for u in urns if (n := self.graph.get(u)) is not None and n.kind in RECORD_TARGETS)

    def answers(self, node: Node) -> model.Node:
        """What the name of a record answers: all records of that name."""
        name = node.raw("name")
        same = [r for r in self.graph.of("route53/record") if isinstance(name, str) and says(r, "name", name)] or [node]
        self.inner |= {r.urn for r in same}
        return self.name(same, str(name)) or Unknown(node.name, "the record leads nowhere in this stack", node.urn)

    def _routed(self, name: str, options: list[tuple[Node, model.Node]]) -> model.Node:
        if len(options) == 1:
            return options[0][1]
        if unclear := [r for r, _ in options if _role(r) == "?"]:
            return Unknown(name, f"the routing policy of {unclear[0].label} is not known", unclear[0].urn)
        primary = [o for o in options if _role(o[0]) == "PRIMARY"]
        secondary = [o for o in options if _role(o[0]) == "SECONDARY"]
        if primary and secondary:
            if not self.checked(primary[0][0]):
                note = f"{primary[0][0].name} has no health check: Route 53 keeps answering with it"
                return Series(note, (primary[0][1],), primary[0][0].urn)
            roots = (primary[0][1], *(o[1] for o in secondary))
            weights = tuple(self.b.worth(r) or 1 for r in roots)
            return Failover(f"failover of {name}", roots, self._dns(primary[0][0], name), True, weights)
        blind = [r for r, _ in options if not self.checked(r)]
        if blind:
            names = ", ".join(r.name for r in blind)
            return Series(f"no health check on {names}: Route 53 keeps answering with it", tuple(t for _, t in options))
        slowest = max((self._dns(r, name) for r, _ in options), key=lambda s: s.seconds)
        return self._active(f"records of {name}", [t for _, t in options], slowest, options[0][0].urn)

    def checked(self, record: Node) -> bool:
        """Whether Route 53 notices that a record's target is gone: a health check that is on, or the alias target's."""
        if record.has("healthCheckId"):
            checks = self.graph.refs(record, "healthCheckId", "route53/healthCheck").nodes
            return not any(c.raw("disabled") is True for c in checks)
        # Only load balancers and accelerators have a health of their own that an alias can evaluate.
        aliases = [v for v in record.leaves("aliases.evaluateTargetHealth") if v is not UNKNOWN]
        kinds = {n.kind for n in self.graph.refs(record, "aliases.name", *RECORD_TARGETS).nodes}
        evaluable = kinds <= {
            "lb/loadBalancer",
            "elb/loadBalancer",
            "globalaccelerator/accelerator",
            "elasticbeanstalk/environment",
        }
        return True in aliases and evaluable

    def _dns(self, record: Node, name: str) -> Switch:
        interval = threshold = None
        for check in self.graph.refs(record, "healthCheckId", "route53/healthCheck").nodes:
            interval = _float(check.raw("requestInterval")) or interval
            threshold = _float(check.raw("failureThreshold")) or threshold
        ttl = _float(record.raw("ttl"))
        dns = (
            Step("dns", f"answers expire after {ttl:g} s", ttl, "set on the record")
            if ttl
            else self.ctx.timed("dns", "alias answers expire", "alias-ttl")
        )
        steps = (*self.detection(interval, threshold), dns, self.ctx.timed("dns", "clients ask again", "client-dns"))
        return self.ctx.switch(f"Route 53 answers {name} with another record", steps)


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _role(record: Node) -> str:
    """PRIMARY, SECONDARY, empty for records without failover, ``?`` when that is not known."""
    if any(record.raw(policy) is UNKNOWN for policy in (FAILOVER, *ACTIVE)):
        return "?"
    roles = [v if isinstance(v, str) else "?" for v in record.leaves(f"{FAILOVER}.type")]
    return roles[0] if roles and roles[0] in ("PRIMARY", "SECONDARY") else "?" if roles else ""


def _validation(record: Node) -> bool:
    """Records that prove a certificate: they carry no traffic."""
    edges = (*record.property_dependencies.get("name", ()), *record.property_dependencies.get("records", ()))
    return any("aws:acm/" in urn for urn in edges)
