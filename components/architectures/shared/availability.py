"""What a stack says of its own availability: an output that the policy pack holds against its simulation."""

from dataclasses import dataclass

from components.architectures.base import Architecture
from components.availability import NO_STANDBY, Claim, Loss, claims, zone_loss


@dataclass(frozen=True, kw_only=True)
class StatedAvailability:
    """What holds for the way in that customers use.

    alone: percent of SLA floor in one Region. together: the same over two. region: what any one Region's loss leaves.
    The pack fails a preview for which they are too good; docs/availability.md says how floors come about.
    """

    alone: float
    together: float
    region: Loss


def state_availability(architecture: Architecture, inner: str, stated: StatedAvailability) -> None:
    """Export ``availability`` for the site's name; without a domain for the resource ``inner``.

    Two Regions without a domain have no common name to say anything of: there it is left out.
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
