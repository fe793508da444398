"""Shared by the builders of the model: the graph, the assumptions, components, Regions, zones, routes to
the internet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ha_policy.graph import CannotTell, Graph, Node
from ha_policy.graph.placement import SUBNETS
from ha_policy.graph.region import GLOBAL, region_of
from ha_policy.graph.relations import default_routes, route_table
from ha_policy.graph.values import UNKNOWN
from ha_policy.proof import model
from ha_policy.proof.estimate.assumptions import Assumptions
from ha_policy.proof.model import Component, Failover, Pool, Recovery, Series, Service, Step, Unknown

MAX_UNITS: Final = 48
"""Members of a group that are simulated one by one; in a larger group each one represents several."""


class Context:
    """Shared state of one build. touched: URNs of resources on some path."""

    def __init__(self, graph: Graph, assumed: Assumptions) -> None:
        self.graph, self.assumed = graph, assumed
        self.leaves: dict[str, Component] = {}
        self.parts: dict[tuple[str, str], model.Part] = {}
        self.on_path: set[str] = set()
        self.unresolved_here: dict[str, str] = {}  # unresolved values on which no path depends

    def region(self, node: Node) -> tuple[str | None, bool]:
        """The Region, and whether it is known; (None, True) for resources in no Region."""
        region = region_of(node)
        if region is UNKNOWN:
            return None, False
        return (None, True) if region == GLOBAL else (str(region), True)

    def component(
        self, key: str, name: str, kind: str, node: Node | None = None, zone: str | None = None, **own: object
    ) -> Component:
        """The single component with a key; its Region is the resource's unless ``region`` is given."""
        if key not in self.leaves:
            region, known = self.region(node) if node is not None else (None, True)
            if "region" in own:
                region, known = (str(own["region"]) if own["region"] else None), True
            self.leaves[key] = Component(
                key=key, name=name, kind=kind, resource=node.urn if node is not None else "", region=region, zone=zone,
                zone_known=bool(own.get("zone_known", True)), region_known=known,
            )  # fmt: skip
        return self.leaves[key]

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
        own = {"region": where} if where or kind == "edge" else {}
        name = node.name if region is None or region == self.region(node)[0] else f"{node.name} in {region}"
        leaf = self.component(f"{node.urn}@{where or ''}", name, kind, node, **own)
        return Series(name, (leaf,), node.urn, self.service(sla, node, region) if sla else None)

    def zones(self, node: Node) -> list[tuple[str | None, bool]]:
        """(zone, known) for each zone of a resource; one (None, False) for each zone that could not be traced.

        If even their number is unknown, two are assumed: with one, it would be certain that the loss of a zone takes it
        down.
        """
        found = self.graph.zones(node)
        zones: list[tuple[str | None, bool]] = [(z, True) for z in sorted(found.names)]
        zones += [(None, False) for _ in found.unresolved]
        if found.known or found.most == 1 or len(zones) > 1:
            return zones or [(None, False)]
        return [(None, False)] * 2

    def subnets(self, node: Node, *paths: str) -> dict[str | None, list[Node]]:
        """The subnets that a resource refers to, or may refer to, by zone."""
        by_zone: dict[str | None, list[Node]] = {}
        for path in paths:
            refs = self.graph.refs(node, path, *SUBNETS)
            # If it is one of a component's lists, the list that needs most counts; with the subnets of all lists, every
            # route counts.
            for subnet in (*refs.nodes, *(s for nodes in refs.choices for s in nodes)):
                for zone, _ in self.zones(subnet):
                    by_zone.setdefault(zone, []).append(subnet)
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
                    if route.has("natGatewayId"):
                        gateways = self.graph.refs(route, "natGatewayId", "ec2/natGateway").resolved()
                        found |= {g.urn: self.nat(g) for g in gateways}
            except CannotTell as unknown:
                found[unknown.what] = Unknown(f"way out of {subnet.name}", unknown.what, subnet.urn)
        return tuple(found.values())

    def nat(self, gateway: Node) -> model.Part:
        """A NAT gateway: in one zone, or Regional."""
        self.on_path.add(gateway.urn)
        zones = self.graph.zones(gateway)
        if zones.regional:
            return self.component(gateway.urn, gateway.name, "service", gateway)
        zone, known = self.zones(gateway)[0]
        return self.component(gateway.urn, gateway.name, "nat", gateway, zone, zone_known=known)

    def members(
        self, node: Node, kind: str, word: str, count: int, subnets: dict[str | None, list[Node]] | None = None
    ) -> list[model.Part]:
        """``count`` members spread evenly over the resource's zones, each with its zone's route to the internet."""
        zones = self.zones(node)
        shown = min(max(count, 1), MAX_UNITS)
        made: list[model.Part] = []
        for i in range(shown):
            zone, known = zones[i % len(zones)]
            name = f"{word} of {node.name} #{i + 1}"
            leaf = self.component(f"{node.urn}#{i + 1}", name, kind, node, zone, zone_known=known)
            ways = self.egress((subnets or {}).get(zone, []))
            made.append(Series(f"{word} in {zone or 'an unknown zone'}", (leaf, *ways), node.urn) if ways else leaf)
        return made

    def node_per_zone(self, node: Node, kind: str, word: str, sla: str | None = None) -> model.Part:
        """One endpoint per zone, any of which serves: load balancers, VPC endpoints, proxies."""
        options = tuple(
            self.component(
                f"{node.urn}#{zone or i}",
                f"{word} of {node.name} in {zone or 'an unknown zone'}",
                kind,
                node,
                zone,
                zone_known=known,
            )
            for i, (zone, known) in enumerate(self.zones(node))
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
    """Whether a property is known to be ``value``; an unknown value never is."""
    found = node.raw(path)
    return found is not UNKNOWN and found == value


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
