"""The stack's availability claims, which the policy pack compares with its simulation, and its request paths."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from components.architectures.base import Architecture
from components.availability import NO_STANDBY, Claim, Declarations, DeclarationsArgs, Loss, claims, zone_loss
from components.tiers.servers.sizing import per_zone


@dataclass(frozen=True, kw_only=True)
class StatedAvailability:
    """The claims for the entry point of customers.

    alone: SLA floor in percent with one Region. together: with two. load: servers or tasks that each tier needs in a
    Region; every Region runs more of them, so that a zone can be lost. standby_load: the same in the standby Region, in
    the same order; by default as `load`. active_active: whether both Regions answer requests at once.
    The pack fails a preview whose claims are too good; docs/availability.md explains SLA floors.
    """

    alone: float
    together: float
    load: Sequence[int]
    standby_load: Sequence[int] = ()
    active_active: bool = True

    def region_loss(self, zones: int, standby_zones: int) -> Loss:
        """What the worse loss of a Region leaves of the running servers and tasks, rounded down to a percent. zones,
        standby_zones: Availability Zones per Region, at least 2.
        """
        left = Fraction(1)
        for load, standby_load in zip(self.load, self.standby_load or self.load, strict=True):
            primary, standby = zones * per_zone(load, zones), standby_zones * per_zone(standby_load, standby_zones)
            served = primary + standby if self.active_active else primary
            left = min(left, Fraction(min(primary, standby) if self.active_active else standby, served))
        return Loss(verdict="serves" if left == 1 else "degrades", capacity=int(100 * left) / 100)


def declare_availability(
    architecture: Architecture, inner: str, stated: StatedAvailability, paths: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Declare the stack's `availability_claims`, its request paths and its targets to the policy pack, and export
    ``availability``.

    paths: each a `request_path`.
    """
    made = availability_claims(architecture, inner, stated)
    if made:
        architecture.outputs["availability"] = made
    targets = architecture.settings.targets
    if made or paths or targets:
        name = f"{architecture.settings.scenario}-declarations"
        args = DeclarationsArgs(availability=made, request_paths=paths, targets=targets)
        Declarations(name, args, architecture.child)


def availability_claims(architecture: Architecture, inner: str, stated: StatedAvailability) -> dict[str, Any]:
    """The claims for the site's name; without a domain for the resource ``inner``.

    Two Regions without a domain have no common name, so there are no claims.
    """
    domain, standby = architecture.settings.domain, architecture.standby
    if standby is not None and domain is None:
        return {}
    zones = [len(cell.zones) for cell in architecture.cells.values()]
    claim = Claim(
        zone=zone_loss(min(zones)),
        region=stated.region_loss(*zones) if standby else NO_STANDBY,
        sla_floor=stated.together if standby else stated.alone,
    )
    return claims({domain.name if domain else inner: claim})
