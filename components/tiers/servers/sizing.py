"""How many servers each zone needs so that the others carry the load if it is lost (static stability)."""

from dataclasses import dataclass

MIN_ZONES = 2


def per_zone(load: int, zones: int) -> int:
    """Servers in each of ``zones`` so that ``load`` servers are left after the loss of a zone: ceil(load / (zones -
    1)).

    Source: Reliability Pillar, static stability; whitepaper "Availability and Beyond". So nothing has to be launched
    while a zone is down, when other customers launch too. Raises ValueError if zones < 2 or load < 1.
    """
    if zones < MIN_ZONES:
        raise ValueError(f"zones={zones}: one zone cannot survive its own loss; give at least {MIN_ZONES}")
    if load < 1:
        raise ValueError(f"load={load}: at least one server is needed")
    return -(-load // (zones - 1))


@dataclass(frozen=True, kw_only=True)
class Sizing:
    """load: servers that carry the ordinary load. peak: servers that carry the highest load; at least ``load``.

    Raises ValueError if peak < load.
    """

    load: int
    peak: int

    def __post_init__(self) -> None:
        if self.peak < self.load:
            raise ValueError(f"peak={self.peak}: must be at least load, {self.load}")

    def least(self, zones: int) -> int:
        """Minimum size of an Auto Scaling group over ``zones``."""
        return per_zone(self.load, zones) * zones

    def most(self, zones: int) -> int:
        """Maximum size of an Auto Scaling group over ``zones``, so that the peak survives the loss of a zone too."""
        return per_zone(self.peak, zones) * zones
