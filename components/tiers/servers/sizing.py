"""How many servers a zone needs so that the others carry the load without it (static stability)."""

from dataclasses import dataclass

MIN_ZONES = 2


def per_zone(load: int, zones: int) -> int:
    """Servers in each of ``zones`` so that ``load`` are left when one zone is gone: ceil(load / (zones - 1)).

    Source: Reliability pillar, static stability; whitepaper "Availability and Beyond". Nothing has to be launched while
    a zone is down, when everybody else launches too. Raises ValueError when zones < 2 or load < 1.
    """
    if zones < MIN_ZONES:
        raise ValueError(f"zones={zones}: one zone cannot survive its own loss; give at least {MIN_ZONES}")
    if load < 1:
        raise ValueError(f"load={load}: at least one server is needed")
    return -(-load // (zones - 1))


@dataclass(frozen=True, kw_only=True)
class Sizing:
    """load: servers that carry the ordinary load. peak: servers that carry the highest; at least ``load``.

    Raises ValueError when peak < load.
    """

    load: int
    peak: int

    def __post_init__(self) -> None:
        if self.peak < self.load:
            raise ValueError(f"peak={self.peak}: must be at least load, {self.load}")

    def least(self, zones: int) -> int:
        """Smallest size of a group over ``zones``."""
        return per_zone(self.load, zones) * zones

    def most(self, zones: int) -> int:
        """Largest size of a group over ``zones``: the peak still survives the loss of one."""
        return per_zone(self.peak, zones) * zones
