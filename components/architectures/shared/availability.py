"""The stack's availability claims: an output that the policy pack compares with its simulation."""

from dataclasses import dataclass

from components.architectures.base import Architecture
from components.availability import NO_STANDBY, Claim, Loss, claims, zone_loss


@dataclass(frozen=True, kw_only=True)
class StatedAvailability:
    """The claims for the entry point of customers.

    alone: SLA floor in percent with one Region. together: with two. region: what is left after losing any one Region.
    The pack fails a preview whose claims are too good; docs/availability.md explains SLA floors.
    """

    alone: float
    together: float
    region: Loss


def state_availability(architecture: Architecture, inner: str, stated: StatedAvailability) -> None:
    """Export ``availability`` for the site's name; without a domain for the resource ``inner``.

    Two Regions without a domain have no common name, so there are no claims.
    """
    domain, standby = architecture.settings.domain, architecture.standby
    if standby is not None and domain is None:
        return
    zones = min(len(cell.zones) for cell in architecture.cells.values())
    claim = Claim(
        zone=zone_loss(zones),
        region=stated.region if standby else NO_STANDBY,
        sla_floor=stated.together if standby else stated.alone,
    )
    architecture.outputs["availability"] = claims({domain.name if domain else inner: claim})
