"""What can fail: a zone, a Region, a component of the stack, or a managed service as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ha_policy.proof.model import Component, EntryPoint, postorder

MANAGED_SERVICES = frozenset({"service", "edge", "dns"})
"""Kinds of components that are a whole managed service."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The loss of zones, Regions or components (keys of components), all at once.

    kind ``service``: a whole managed service, in one Region or at the edge; no resource of the stack itself fails.
    """

    key: str
    kind: Literal["zone", "region", "component", "service", "pair", "nothing"]
    name: str
    zones: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    components: frozenset[str] = frozenset()
    resource: str = ""

    def __or__(self, other: Failure) -> Failure:
        return Failure(
            f"{self.key} + {other.key}",
            "pair",
            f"{self.name} and {other.name}",
            self.zones | other.zones,
            self.regions | other.regions,
            self.components | other.components,
        )


def single_failures(
    entry_points: Iterable[EntryPoint], zones: Iterable[tuple[str, str]], regions: Iterable[str]
) -> list[Failure]:
    """All single failures: each zone (``zones`` is (zone, Region)), each Region, each component on some path.

    Of members without any difference (the instances of one group in one zone) only one is simulated.
    """
    result = [
        Failure(f"zone {z}", "zone", f"Availability Zone {z}", zones=frozenset({z})) for z, _ in sorted(set(zones))
    ]
    result += [Failure(f"region {r}", "region", f"Region {r}", regions=frozenset({r})) for r in sorted(set(regions))]
    seen: set[tuple[str, str, str | None]] = set()
    for node in postorder(*(p.root for e in entry_points for p in e.paths)):
        if not isinstance(node, Component):
            continue
        name = node.name.partition(" #")[0]
        where = f" in {node.zone}" if node.zone and node.zone not in name else ""
        if (same := (node.resource or node.key, name, node.zone)) not in seen:
            seen.add(same)
            kind = "service" if node.kind in MANAGED_SERVICES else "component"
            result.append(
                Failure(node.key, kind, name + where, components=frozenset({node.key}), resource=node.resource)
            )
    return result
