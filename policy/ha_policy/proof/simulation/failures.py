"""What can fail: a zone, a Region, a component of the stack, or a managed service as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ha_policy.graph.zones import zone_title
from ha_policy.proof.model import Component

MANAGED_SERVICES = frozenset({"service", "edge", "dns"})
"""Kinds of components that are a whole managed service."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The loss of zones, Regions or components (keys of components), all at once.

    kind ``service``: a whole managed service, in one Region or at the edge; no resource of the stack itself fails.
    unknown_zone_of: a Region (empty if that is unknown too) that loses one zone, which may be any of its zones.
    """

    key: str
    kind: Literal["zone", "region", "component", "service", "pair", "nothing"]
    name: str
    zones: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    components: frozenset[str] = frozenset()
    resource: str = ""
    unknown_zone_of: str | None = None

    def __or__(self, other: Failure) -> Failure:
        return Failure(
            f"{self.key} + {other.key}",
            "pair",
            f"{self.name} and {other.name}",
            self.zones | other.zones,
            self.regions | other.regions,
            self.components | other.components,
            "",
            self.unknown_zone_of if other.unknown_zone_of is None else other.unknown_zone_of,
        )


def zone_losses(components: Sequence[Component], zones: Iterable[tuple[str, str]]) -> list[Failure]:
    """Each known zone (``zones`` is (zone, Region)), and for each Region the zone that is not known.

    A Region has one if none of its zones is known, or if something on a path is in a zone that is not.
    """
    known = sorted(set(zones))
    found = [Failure(f"zone {z}", "zone", zone_title(z), zones=frozenset({z})) for z, _ in known]
    regions = {c.region for c in components if c.region} - {region for _, region in known}
    regions |= {c.region or "" for c in components if not c.zone_known}
    for region in sorted(regions):
        name = f"an Availability Zone of {region or 'a Region'} that is not known"
        found.append(Failure(f"zone unknown {region}".rstrip(), "zone", name, unknown_zone_of=region))
    return found


def region_losses(regions: Iterable[str]) -> list[Failure]:
    """Each Region."""
    return [Failure(f"region {r}", "region", f"Region {r}", regions=frozenset({r})) for r in sorted(set(regions))]


def component_losses(components: Iterable[Component]) -> list[Failure]:
    """Each component and each managed service on some path.

    Of members without any difference (the instances of one group in one zone) only one is simulated.
    """
    found: list[Failure] = []
    seen: set[tuple[str, str, str]] = set()
    for node in components:
        name = node.name.partition(" #")[0]
        where = f" in {node.zone}" if node.zone and node.zone not in name else ""
        if (same := (node.resource or node.key, name, node.zone or node.place)) not in seen:
            seen.add(same)
            kind = "service" if node.kind in MANAGED_SERVICES else "component"
            lost = frozenset({node.key})
            found.append(Failure(node.key, kind, name + where, components=lost, resource=node.resource))
    return found
