"""Shared by the builders of the model: the graph, the assumptions, components, Regions, zones, routes to
the internet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ha_policy.graph import CannotTell, Graph, Node
from ha_policy.graph.placement import SUBNETS
from ha_policy.graph.region import GLOBAL, region_of
from ha_policy.graph.relations import default_routes, nat_gateways_of, route_table
from ha_policy.graph.values import UNKNOWN
from ha_policy.proof import model
from ha_policy.proof.estimate.assumptions import Assumptions
from ha_policy.proof.model import Component, Failover, Pool, Recovery, Series, Service, Step, Unknown

MAX_UNITS: Final = 48
"""Members of a group that are simulated one by one; in a larger group each one represents several."""

ZONE_NAME: Final = re.compile(r"([a-z]+(?:-[a-z]+)+-\d)[a-z]")
"""An Availability Zone's name: the Region's and a letter."""


class Placed(NamedTuple):
    """Where a component is. zone: its Availability Zone, None if it is unknown or if the component spans all zones.

    place: what decides an unknown zone (a subnet's id or URN); empty if nothing is unknown.
    """

    zone: str | None
    place: str

    @property
    def name(self) -> str:
        """As names of components end."""
        return self.zone or "an unknown zone"


ALL_ZONES: Final = Placed(None, "")


class Context:
    """Shared state of one build. on_path: URNs of resources on some path."""

    def __init__(self, graph: Graph, assumed: Assumptions) -> None:
        self.graph, self.assumed = graph, assumed
        self.components: dict[str, Component] = {}
        self.parts: dict[tuple[str, str], model.Part] = {}
        self.on_path: set[str] = set()

    def region(self, node: Node) -> tuple[str | None, bool]:
        """The Region, and whether it is known; (None, True) for resources in no Region."""
        region = region_of(node)
        if region is UNKNOWN:
            return None, False
        return (None, True) if region == GLOBAL else (str(region), True)

    def component(
        self,
        key: str,
        name: str,
        kind: str,
        node: Node | None = None,
        placed: Placed = ALL_ZONES,
        region: str | None = None,
    ) -> Component:
        """The single component with a key. region: None for the resource's own, empty for no Region."""
        if key not in self.components:
            where, known = self.region(node) if node is not None and region is None else (region or None, True)
            if where is None and placed.zone and (match := ZONE_NAME.fullmatch(placed.zone)):
                where, known = match[1], True
            self.components[key] = Component(
                key=key, name=name, kind=kind, resource=node.urn if node is not None else "", region=where,
                zone=placed.zone, place=placed.place, region_known=known,
            )  # fmt: skip
        return self.components[key]

    def service(self, key: str, node: Node, region: str | None = None) -> Service:
        """The SLA of a resource: by Region for Regional SLAs, by resource for the others."""
        from ha_policy.proof.estimate.assumptions import slas

        scope = slas()[key].scope
        place = region or self.region(node)[0] or "global"
        return Service(key, node.urn if scope == "resource" else place if scope == "region" else "global")

    def regional(
        self, node: Node, sla: str | None = None, region: str | None = None, kind: str = "service"
    ) -> model.Part:
        """A service that AWS spreads over the zones of a Region: lost only with the Region."""
        where = region or self.region(node)[0]
        own = where or ("" if kind == "edge" else None)
        name = node.name if region is None or region == self.region(node)[0] else f"{node.name} in {region}"
        leaf = self.component(f"{node.urn}@{where or ''}", name, kind, node, region=own)
        return Series(name, (leaf,), node.urn, self.service(sla, node, region) if sla else None)

    def zones(self, node: Node) -> list[Placed]:
        """Each zone that a resource is in, and each place whose zone could not be traced.

        If not even their number is known there are two: with only one it would be certain that a zone takes it down.
        """
        found = self.graph.zones(node)
        if found.regional:
            return [ALL_ZONES]
        zones = [Placed(z, "") for z in sorted(found.names)]
        further = len(found.unresolved) - len(found.places)
        unknown = [*found.places, *(f"{node.urn}?{i}" for i in range(further))]
        if not found.known and found.most > 1 and len(zones) + len(unknown) < 2:
            unknown += [f"{node.urn}?{i}" for i in range(further, 2)]
        return [*zones, *(Placed(None, place) for place in unknown)] or [Placed(None, node.urn)]

    def subnets(self, node: Node, *paths: str) -> dict[Placed, list[Node]]:
        """The subnets that a resource refers to, or may refer to, by zone."""
        by_zone: dict[Placed, list[Node]] = {}
        for path in paths:
            refs = self.graph.refs(node, path, *SUBNETS)
            # If it is one of a component's lists, the list that needs most counts; with the subnets of all lists, every
            # route counts.
            for subnet in (*refs.nodes, *(s for nodes in refs.choices for s in nodes)):
                for placed in self.zones(subnet):
                    by_zone.setdefault(placed, []).append(subnet)
        return by_zone

    def egress(self, subnets: Sequence[Node]) -> tuple[model.Part, ...]:
        """The NAT gateways that members in these subnets use (none with an internet gateway or without a route)."""
        if not self.assumed.egress_needed:
            return ()
        found: dict[str, model.Part] = {}
        for subnet in subnets:
            try:
                table = route_table(self.graph, subnet)
                for route in default_routes(self.graph, table) if table else ():
                    found |= {g.urn: self.nat(g) for g in nat_gateways_of(self.graph, route)}
            except CannotTell as unknown:
                found[unknown.what] = Unknown(f"way out of {subnet.name}", unknown.what, subnet.urn)
        return tuple(found.values())

    def nat(self, gateway: Node) -> model.Part:
        """A NAT gateway: in one zone, or Regional."""
        self.on_path.add(gateway.urn)
        zones = self.graph.zones(gateway)
        if zones.regional:
            return self.component(gateway.urn, gateway.name, "service", gateway)
        return self.component(gateway.urn, gateway.name, "nat", gateway, self.zones(gateway)[0])

    def members(
        self, node: Node, kind: str, word: str, count: int, subnets: dict[Placed, list[Node]] | None = None
    ) -> list[model.Part]:
        """``count`` members spread evenly over the resource's zones, each with its zone's route to the internet."""
        zones = self.zones(node)
        if count == 1 and len(zones) > 1:  # AWS chooses the zone
            leaf = self.component(f"{node.urn}#1", f"{word} of {node.name} #1", kind, node, Placed(None, node.urn))
            ways = [
                Series(f"way out of {node.name}", w) for p in zones if (w := self.egress((subnets or {}).get(p, [])))
            ]
            if not ways:
                return [leaf]
            way = one_of(f"way out of {node.name}", tuple(ways), "AWS chooses the zone of its only member")
            return [Series(f"{word} in one of its zones", (leaf, way), node.urn)]
        shown = min(max(count, 1), MAX_UNITS)
        made: list[model.Part] = []
        for i in range(shown):
            placed = zones[i % len(zones)]
            name = f"{word} of {node.name} #{i + 1}"
            leaf = self.component(f"{node.urn}#{i + 1}", name, kind, node, placed)
            ways = self.egress((subnets or {}).get(placed, []))
            made.append(Series(f"{word} in {placed.name}", (leaf, *ways), node.urn) if ways else leaf)
        return made

    def node_per_zone(self, node: Node, kind: str, word: str, sla: str | None = None) -> model.Part:
        """One endpoint per zone, any of which serves: load balancers, VPC endpoints, proxies."""
        options = tuple(
            self.component(
                f"{node.urn}#{placed.zone or i}",
                f"{word} of {node.name} in {placed.name}",
                kind,
                node,
                placed,
            )
            for i, placed in enumerate(self.zones(node))
        )
        return Failover(node.name, options, None, False, (), node.urn, self.service(sla, node) if sla else None)

    def step(self, phase: str, what: str, key: str, times: float = 1) -> Step:
        """A step of a recovery, from the assumptions."""
        figure = self.assumed.timings[key]
        return Step(phase, what, figure.seconds * times, figure.source)  # type: ignore[arg-type]

    def recovery(
        self, label: str, steps: Iterable[Step], rpo: str | None = None, manual: bool = False, limit: str = ""
    ) -> Recovery:
        """A recovery whose recovery point comes from the assumptions."""
        point = self.assumed.recovery_points[rpo] if rpo else None
        return Recovery(
            label, tuple(steps), point.seconds if point else None, point.source if point else "",
            "manual" if manual else "automatic", limit,
        )  # fmt: skip


def known_to_be(node: Node, path: str, value: object) -> bool:
    """Whether a property is known to be ``value`` (a number also as a text); an unknown value never is."""
    found = node.raw(path)
    return found is not UNKNOWN and (found == value or (isinstance(found, str) and found == str(value)))


def one_of(name: str, parts: tuple[model.Part, ...], why: str, resource: str = "") -> model.Part:
    """One of these parts is needed, and it is unknown which: all of them for certain, any of them possibly."""
    if len(parts) == 1:
        return parts[0]
    certain = Series(name, parts)
    possible = Series(name, (Unknown(name, why, resource), Failover(name, parts, None, False)))
    return Failover(name, (certain, possible), None, False)


def needed(count: int, zones: int) -> int:
    """Members that must work for a group to count as available: what the loss of one zone leaves, at least 1."""
    return max(1, count - -(-count // zones)) if zones > 1 else max(1, count)


def share(
    ctx: Context, node: Node, members: list[model.Part], sla: tuple[str, str], recovery: Recovery | None = None
) -> Pool:
    """A group that shares the load. sla: (in several zones, in one zone)."""
    zones = {n.zone for n in model.postorder(*members) if isinstance(n, Component) and n.resource == node.urn}
    key = sla[0] if len(zones) > 1 else sla[1]
    return Pool(
        node.name,
        tuple(members),
        needed(len(members), max(len(zones), 1)),
        (),
        recovery,
        node.urn,
        ctx.service(key, node),
    )
