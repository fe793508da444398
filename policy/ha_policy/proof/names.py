"""Route 53: what a name answers, by its records' routing policies and health checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ha_policy.graph import CannotTell, Node
from ha_policy.graph.values import UNKNOWN
from ha_policy.proof import model
from ha_policy.proof.context import says
from ha_policy.proof.model import Entry, Failover, Path, Series, Share, Step, Switch, Unknown
from ha_policy.proof.places import Regions
from ha_policy.proof.strangers import BALANCER, turned_away

if TYPE_CHECKING:
    from ha_policy.proof.fronts import Fronts

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


class Names:
    """Builds the names of a stack. Records of one name and zone are one entry point."""

    def __init__(self, fronts: Fronts) -> None:
        self.fronts, self.ctx, self.graph = fronts, fronts.ctx, fronts.graph
        self.regions = Regions(fronts.b)

    def entries(self) -> list[Entry]:
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
        found: dict[str, list[tuple[str, Node, model.Node, tuple[str, ...]]]] = {}
        for (name, _), records in groups.items():
            called = name if not name.startswith("urn:") else records[0].name
            try:
                root = self.name(self._open(records), called)
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

    def _open(self, records: Sequence[Node]) -> Sequence[Node]:
        """Without the answers of a failover that turn clients away: behind them is what only a CDN is let into."""
        useful = [r for r in records if not _role(r) or not self._turns_away(r, set())]
        return useful if any(_role(r) == "PRIMARY" for r in useful) else records

    def _turns_away(self, record: Node, seen: set[str]) -> bool:
        """Whether all that a record leads to, straight or through other names, are such load balancers."""
        seen.add(record.urn)
        targets = [*self.graph.refs(record, "aliases.name", *RECORD_TARGETS).nodes, *self._edges(record, "aliases")]
        if not targets or any(t.kind not in (BALANCER, "route53/record") for t in targets):
            return False
        further: list[Node] = []
        for target in (t for t in targets if t.kind == "route53/record"):
            name = target.raw("name")
            twins = [r for r in self.graph.of("route53/record") if isinstance(name, str) and says(r, "name", name)]
            further += twins or [target]
        away = all(turned_away(self.graph, t) for t in targets if t.kind == BALANCER)
        return away and all(self._turns_away(r, seen) for r in further if r.urn not in seen)

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
        dns = Series("Route 53", (self.ctx.leaf("route53", "Route 53", "dns"),), "", model.Service("route53", "global"))
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
                parts = (
                    [self.fronts.front(n) for n in found] if not self.one_name(found) else [self.fronts.front(found[0])]
                )
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
        self.fronts.inner |= {r.urn for r in same}
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
            weights = tuple(self.fronts.b.worth(r) or 1 for r in roots)
            return Failover(f"failover of {name}", roots, self._dns(primary[0][0], name), True, weights)
        blind = [r for r, _ in options if not self.checked(r)]
        if blind:
            names = ", ".join(r.name for r in blind)
            return Series(f"no health check on {names}: Route 53 keeps answering with it", tuple(t for _, t in options))
        slowest = max((self._dns(r, name) for r, _ in options), key=lambda s: s.seconds)
        return self.fronts.active(f"records of {name}", [t for _, t in options], slowest, options[0][0].urn)

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
        steps = (
            *self.fronts.detection(interval, threshold),
            dns,
            self.ctx.timed("dns", "clients ask again", "client-dns"),
        )
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
