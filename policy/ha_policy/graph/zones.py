"""Sets of Availability Zones that may be partly unknown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .values import CannotTell

_ZONE_ID: Final = re.compile(r"[a-z]+\d-az\d+")  # use1-az1: a zone id, the same in all accounts


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

    def at_least(self, count: int) -> bool:
        """Whether it is in at least ``count`` zones. Raises CannotTell if that depends on the unresolved part."""
        if self.regional or max(len(self.names), self.least) >= count:
            return True
        if self.unresolved and self.most >= count:
            raise CannotTell("; ".join(self.unresolved))
        return False

    def exactly(self) -> frozenset[str]:
        """All zones. Raises CannotTell if some are unresolved."""
        if self.unresolved:
            raise CannotTell("; ".join(self.unresolved))
        return self.names

    def __or__(self, other: "Zones") -> "Zones":
        return Zones(
            self.names | other.names,
            (*self.unresolved, *other.unresolved),
            self.possible | other.possible,
            self.regional or other.regional,
            max(self.least, other.least),
            min(self.most + other.most, ANY),
            tuple(dict.fromkeys((*self.places, *other.places))),
        )

    def __str__(self) -> str:
        if self.regional:
            return "the whole Region"
        if not self.names and self.most < ANY:
            return "one zone" if self.most == 1 else f"at most {self.most} zones"
        return ", ".join(sorted(self.names)) or "no zone"


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
