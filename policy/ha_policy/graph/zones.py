"""Sets of Availability Zones that may be partly unknown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .values import CannotTell

# A zone id, the same in all accounts: use1-az1, usw2-lax1-az1 (Local Zone), use1-wl1-bos-wlz1 (Wavelength Zone).
_ZONE_ID: Final = re.compile(r"[a-z]+\d-(?:[a-z]+\d-az|az|wl\d-[a-z]+-?wlz)\d+")
# us-west-2-lax-1a, usw2-lax1-az1, us-east-1-wl1-bos-wlz-1: places that extend a Region, with few services and one
# parent zone (EC2 guide: Local Zones, Wavelength Zones).
_EXTENSION: Final = re.compile(r".+-\d-[a-z]{3}-\d+[a-z]|[a-z]+\d-[a-z]{3}\d+-az\d+|.+-wl\d-.+")

ANY: Final = 99  # unlimited: more zones than any Region has


@dataclass(frozen=True, slots=True)
class Zones:
    """The zones of a resource.

    names: zones it is certainly in. unresolved: what could not be traced, one text each; if empty, ``names`` is
    complete. possible: further zones it may be in. regional: the service itself spreads it over the Region. least,
    most: limits of the number of zones, if known without the names. places: ids (or URNs) of the subnets whose zone is
    unknown; two resources in one such subnet are in the same zone.
    """

    names: frozenset[str] = frozenset()
    unresolved: tuple[str, ...] = ()
    possible: frozenset[str] = frozenset()
    regional: bool = False
    least: int = 0
    most: int = ANY
    places: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether everything is resolved."""
        return not self.unresolved

    @property
    def limit(self) -> int:
        """The largest number of zones that it can be in."""
        if self.regional:
            return ANY
        if len(self.unresolved) == len(self.places):  # each is a subnet, and a subnet is in one zone
            return min(self.most, len(self.names) + len(self.places))
        return self.most

    def at_least(self, count: int) -> bool:
        """Whether it is in at least ``count`` Availability Zones; a Local or Wavelength Zone is none.

        Raises CannotTell if that depends on the unresolved part.
        """
        if self.regional or max(sum(map(is_availability_zone, self.names)), self.least) >= count:
            return True
        if self.unresolved and self.limit >= count:
            raise CannotTell("; ".join(self.unresolved))
        return False

    def exactly(self) -> frozenset[str]:
        """All zones. Raises CannotTell if some are unresolved."""
        if self.unresolved:
            raise CannotTell("; ".join(self.unresolved))
        return self.names

    def __or__(self, other: "Zones") -> "Zones":
        missing = dict.fromkeys((*self.unresolved, *other.unresolved))
        both = zones_of(self.names | other.names, missing, self.possible | other.possible)
        return Zones(
            both.names,
            both.unresolved,
            both.possible,
            self.regional or other.regional,
            max(self.least, other.least),
            min(self.limit + other.limit, ANY),
            tuple(dict.fromkeys((*self.places, *other.places))),
        )

    def __str__(self) -> str:
        if self.regional:
            return "the whole Region"
        if not self.names and 0 < self.limit < ANY:
            return "one zone" if self.limit == 1 else f"at most {self.limit} zones"
        return ", ".join(map(zone_label, sorted(self.names))) or "no zone"


def is_availability_zone(name: str) -> bool:
    """Whether a zone's name or id is an Availability Zone's, not a Local or Wavelength Zone's."""
    return _EXTENSION.fullmatch(name) is None


def zone_label(name: str) -> str:
    """A zone's name in a message."""
    return name if is_availability_zone(name) else f"{name} (a {_kind(name)})"


def zone_title(name: str) -> str:
    """A zone's kind and name."""
    return f"{_kind(name)} {name}"


def _kind(name: str) -> str:
    if is_availability_zone(name):
        return "Availability Zone"
    return "Wavelength Zone" if "-wl" in name else "Local Zone"


def zones_of(names: Iterable[str], unresolved: Iterable[str] = (), possible: Iterable[str] = ()) -> Zones:
    """Zones from names. If names (us-east-1a) and ids (use1-az1) are mixed, the ids stay unresolved, as they may be the
    same zones.
    """
    found = frozenset(names)
    ids = frozenset(n for n in found if _ZONE_ID.fullmatch(n))
    missing = list(unresolved)
    if ids and ids != found:
        found -= ids
        missing += [f"which zone {i} is in this account" for i in sorted(ids)]
    return Zones(found, tuple(missing), frozenset(possible))


REGIONAL: Final = Zones(regional=True)
