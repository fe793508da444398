"""Route 53: the answers for a DNS name, from the routing policies and health checks of its records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ha_policy.graph import CannotTell, Node
from ha_policy.graph.values import ENCRYPTED, NOT_YET, UNKNOWN
from ha_policy.proof import model
from ha_policy.proof.entry_points.endpoints import Endpoints
from ha_policy.proof.entry_points.header_restricted import BALANCER, is_header_restricted
from ha_policy.proof.entry_points.region_names import RegionNames
from ha_policy.proof.entry_points.s3_website import website_of_record
from ha_policy.proof.model import EntryPoint, Failover, Path, Pool, Recovery, Series, Step, Unknown
from ha_policy.proof.request_paths.context import known_to_be

RECORD_TARGETS: Final = (
    "lb/loadBalancer", "elb/loadBalancer", "cloudfront/distribution", "apigateway/domainName",
    "apigatewayv2/domainName", "globalaccelerator/accelerator", "s3/bucket", "ec2/eip", "ec2/instance",
    "elasticbeanstalk/environment", "route53/record",
)  # fmt: skip
ADDRESSING: Final = frozenset({"A", "AAAA", "CNAME", "HTTPS", "SVCB"})
FAILOVER: Final = "failoverRoutingPolicies"
ROUTING_POLICIES: Final = (
    "weightedRoutingPolicies", "latencyRoutingPolicies", "geolocationRoutingPolicies", "geoproximityRoutingPolicy",
    "multivalueAnswerRoutingPolicy", "cidrRoutingPolicy",
)  # fmt: skip


class Route53Names:
    """Builds the DNS names of a stack. The records of one name in one hosted zone are one entry point."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints, self.ctx, self.graph = endpoints, endpoints.ctx, endpoints.graph
        self.regions = RegionNames(endpoints.builder)
        endpoints.register(self.name_of_record, "route53/record")

    def entry_points(self) -> list[EntryPoint]:
        """All names that lead to something in this stack."""
        groups: dict[tuple[str, str], list[Node]] = {}
        for record in self.graph.of("route53/record"):
            kind = record.raw("type")
            if isinstance(kind, str) and kind not in ADDRESSING:
                continue
            name = record.raw("name")
            zone = record.raw("zoneId")
            zone = zone if isinstance(zone, str) else ",".join(sorted(record.property_dependencies.get("zoneId", ())))
            key = (name.rstrip(".").lower(), zone) if isinstance(name, str) else (record.urn, zone)
            groups.setdefault(key, []).append(record)
        found: dict[str, list[tuple[str, Node, model.Part, tuple[str, ...]]]] = {}
        for (name, _), records in groups.items():
            shown = name if not name.startswith("urn:") else records[0].name
            try:
                root = self.answer(self._without_restricted(records), shown)
            except CannotTell as unknown:
                root = Unknown(shown, unknown.what, records[0].urn)
            if root is not None:
                notes = () if len(records) > 1 else ("one record: no other answer to give",)
                ranked = sorted(records, key=lambda r: ("PRIMARY", "?", "", "SECONDARY").index(_failover_role(r)))
                found.setdefault(self.regions.without_region(name), []).append((name, ranked[0], root, notes))
        made: list[EntryPoint] = []
        for plain, twins in found.items():
            apart = len({name for name, *_ in twins}) == len(twins)  # the same name in two hosted zones is two things
            made += [self._entry_point(plain, twins)] if apart else [self._entry_point(t[0], [t]) for t in twins]
        return made

    def _entry_point(self, plain: str, twins: list[tuple[str, Node, model.Part, tuple[str, ...]]]) -> EntryPoint:
        """A name; or the names of several Regions that differ only in the Region, with a path per Region."""
        _, record, root, notes = twins[0]
        if len(twins) == 1:
            return EntryPoint(record.urn, root.name, "name", (Path("", root),), record.urn, notes)
        paths: list[Path] = []
        for own, _, tree, _ in twins:
            others = [(n, t) for n, _, t, _ in twins if n != own]
            limit = f"who uses {own} must turn to {others[0][0]} by hand"
            recovery = Recovery(f"people use another name than {own}", (), None, "", "manual", limit)
            options = (tree, *(t for _, t in others))
            paths.append(Path(own, Failover(own, options, recovery, True)))
        return EntryPoint(f"name {plain}", plain, "name", tuple(paths), record.urn)

    def _without_restricted(self, records: Sequence[Node]) -> Sequence[Node]:
        """The records without failover answers that lead only to load balancers which require CloudFront's secret
        header.
        """
        useful = [r for r in records if not _failover_role(r) or not self._header_restricted(r, set())]
        return useful if any(_failover_role(r) == "PRIMARY" for r in useful) else records

    def _header_restricted(self, record: Node, seen: set[str]) -> bool:
        """Whether a record leads only to such load balancers, directly or through other names."""
        seen.add(record.urn)
        targets = [*self.graph.refs(record, "aliases.name", *RECORD_TARGETS).nodes, *self._edges(record, "aliases")]
        if not targets or any(t.kind not in (BALANCER, "route53/record") for t in targets):
            return False
        further: list[Node] = []
        for target in (t for t in targets if t.kind == "route53/record"):
            name = target.raw("name")
            twins = [
                r for r in self.graph.of("route53/record") if isinstance(name, str) and known_to_be(r, "name", name)
            ]
            further += twins or [target]
        away = all(is_header_restricted(self.graph, t) for t in targets if t.kind == BALANCER)
        return away and all(self._header_restricted(r, seen) for r in further if r.urn not in seen)

    def answer(self, records: Sequence[Node], name: str) -> model.Part | None:
        """The answer of Route 53 for a name; None if its records lead nowhere in this stack (mail, validation)."""
        options: list[tuple[Node, model.Part]] = []
        for record in records:
            target = self._target(record)
            if target is not None:
                options.append((record, target))
        # IPv4 and IPv6 records with the same target are one option.
        distinct = {id(t): (r, t) for r, t in reversed(options)}
        options = [distinct[id(t)] for r, t in options if distinct[id(t)][0] is r]
        if not options:
            return None
        for record, _ in options:
            self.ctx.on_path.add(record.urn)
        dns = Series(
            "Route 53", (self.ctx.component("route53", "Route 53", "dns"),), "", model.Service("route53", "global")
        )
        return Series(name, (dns, self._routed(name, options)), records[0].urn)

    def _target(self, record: Node) -> model.Part | None:
        for path in ("aliases.name", "records"):
            if not record.has(path.split(".")[0]):
                continue
            refs = self.graph.refs(record, path, *RECORD_TARGETS)
            found = refs.nodes or (refs.candidates if self._one_name(refs.candidates) else ())
            if not found and (edges := self._edges(record, path)) and self._one_name(edges):
                found = edges
            found = found or tuple(website_of_record(self.graph, record))
            if found:
                parts = [self.endpoints.behind(n) for n in (found[:1] if self._one_name(found) else found)]
                return parts[0] if len(parts) == 1 else Pool(record.name, tuple(parts), 1, (), None, record.urn)
            if any(NOT_YET in why or ENCRYPTED in why for why in refs.missing) and not _validates_certificate(record):
                return Unknown(record.name, "; ".join(refs.missing), record.urn)
        return None

    def _one_name(self, nodes: Sequence[Node]) -> bool:
        """Whether they are records of one name: an alias to any of them is an alias to the name."""
        names = {str(n.raw("name")) if isinstance(n.raw("name"), str) else n.urn for n in nodes}
        return bool(nodes) and len(names) == 1 and all(n.kind == "route53/record" for n in nodes)

    def _edges(self, record: Node, path: str) -> tuple[Node, ...]:
        urns = record.property_dependencies.get(path.partition(".")[0], ())
        return tuple(n for u in urns if (n := self.graph.get(u)) is not None and n.kind in RECORD_TARGETS)

    def name_of_record(self, node: Node) -> model.Part:
        """The answer for the name of a record, from all records of that name."""
        name = node.raw("name")
        same = [
            r for r in self.graph.of("route53/record") if isinstance(name, str) and known_to_be(r, "name", name)
        ] or [node]
        self.endpoints.covered |= {r.urn for r in same}
        return self.answer(same, str(name)) or Unknown(node.name, "the record leads nowhere in this stack", node.urn)

    def _records_of_name(self, record: Node) -> list[Node]:
        name = record.raw("name")
        if not isinstance(name, str):
            return [record]
        return [r for r in self.graph.of("route53/record") if known_to_be(r, "name", name)]

    def _routed(self, name: str, options: list[tuple[Node, model.Part]]) -> model.Part:
        if len(options) == 1:
            return options[0][1]
        if unclear := [r for r, _ in options if _failover_role(r) == "?"]:
            return Unknown(name, f"the routing policy of {unclear[0].label} is not known", unclear[0].urn)
        primary = [o for o in options if _failover_role(o[0]) == "PRIMARY"]
        secondary = [o for o in options if _failover_role(o[0]) == "SECONDARY"]
        if primary and secondary:
            if not self._health_checked(primary[0][0]):
                note = f"{primary[0][0].name} has no health check: Route 53 keeps answering with it"
                return Series(note, (primary[0][1],), primary[0][0].urn)
            roots = (primary[0][1], *(o[1] for o in secondary))
            weights = self.endpoints.sizes(roots)
            recovery = self._dns_failover(primary[0][0], name)
            records = (primary[0][0], *(o[0] for o in secondary))
            return self.endpoints.failing_open(
                roots,
                [self._seen(r, root) for r, root in zip(records, roots, strict=True)],
                lambda parts: Failover(f"failover of {name}", tuple(parts), recovery, True, weights),
            )
        unchecked = [r for r, _ in options if not self._health_checked(r)]
        if unchecked:
            names = ", ".join(r.name for r in unchecked)
            return Series(f"no health check on {names}: Route 53 keeps answering with it", tuple(t for _, t in options))
        slowest = max((self._dns_failover(r, name) for r, _ in options), key=lambda s: s.seconds)
        targets, urn = [t for _, t in options], options[0][0].urn
        weights = self.endpoints.sizes(targets)
        return self.endpoints.failing_open(
            targets,
            [self._seen(r, t) for r, t in options],
            lambda parts: self.endpoints.active_active(f"records of {name}", parts, slowest, urn, weights),
        )

    def _seen(self, record: Node, target: model.Part) -> model.Part:
        """A record's target as Route 53 sees it. A health check asks an address; an alias inherits the health of its
        load balancer, which is that of all its target groups.
        """
        if record.has("healthCheckId"):
            return target
        balancers = self.graph.refs(record, "aliases.name", BALANCER).nodes
        return self.endpoints.healthy(target, balancers)

    def _health_checked(self, record: Node) -> bool:
        """Whether Route 53 detects that a record's target is gone: by an enabled health check, or by evaluating the
        alias target.
        """
        if record.has("healthCheckId"):
            checks = self.graph.refs(record, "healthCheckId", "route53/healthCheck").nodes
            return not any(c.is_on("disabled") for c in checks)
        # Only load balancers and accelerators have a health state that an alias can evaluate.
        aliases = [v for v in record.leaves("aliases.evaluateTargetHealth") if v is not UNKNOWN]
        kinds = {n.kind for n in self.graph.refs(record, "aliases.name", *RECORD_TARGETS).nodes}
        evaluable = kinds <= {
            "lb/loadBalancer",
            "elb/loadBalancer",
            "globalaccelerator/accelerator",
            "elasticbeanstalk/environment",
        }
        return True in aliases and evaluable

    def _dns_failover(self, record: Node, name: str) -> Recovery:
        interval = threshold = None
        for check in self.graph.refs(record, "healthCheckId", "route53/healthCheck").nodes:
            interval = _float(check.raw("requestInterval")) or interval
            threshold = _float(check.raw("failureThreshold")) or threshold
        ttl = _float(record.raw("ttl"))
        dns = (
            Step("dns", f"answers expire after {ttl:g} s", ttl, "set on the record")
            if ttl
            else self.ctx.step("dns", "alias answers expire", "alias-ttl")
        )
        steps = (
            *self.endpoints.detection(interval, threshold),
            dns,
            self.ctx.step("dns", "clients ask again", "client-dns"),
        )
        return self.ctx.recovery(f"Route 53 answers {name} with another record", steps)


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _failover_role(record: Node) -> str:
    """PRIMARY, SECONDARY, empty for records without failover, ``?`` if unknown."""
    if any(record.raw(policy) is UNKNOWN for policy in (FAILOVER, *ROUTING_POLICIES)):
        return "?"
    roles = [v if isinstance(v, str) else "?" for v in record.leaves(f"{FAILOVER}.type")]
    return roles[0] if roles and roles[0] in ("PRIMARY", "SECONDARY") else "?" if roles else ""


def _validates_certificate(record: Node) -> bool:
    """Whether a record validates a certificate, and so carries no traffic."""
    edges = (*record.property_dependencies.get("name", ()), *record.property_dependencies.get("records", ()))
    return any("aws:acm/" in urn for urn in edges)
