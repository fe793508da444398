"""Availability Zones as sets of which a part may not be known."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .values import CannotTell

_ZONE_ID: Final = re.compile(r"[a-z]+\d-az\d+")  # use1-az1: the account-independent id of a zone


ANY: Final = 99  # no bound: more zones than a Region has


@dataclass(frozen=True, slots=True)
class Zones:
    """Where something is.

    names: zones it is certainly in. unresolved: what could not be traced, one text each; empty means that ``names`` is
    all of them. possible: zones it may be in besides. regional: the service spreads it over the Region by itself.
    least, most: bounds of how many zones it is in, where they are known without the zones' names.
    """

    names: frozenset[str] = frozenset()
    unresolved: tuple[str, ...] = ()
    possible: frozenset[str] = frozenset()
    regional: bool = False
    least: int = 0
    most: int = ANY

    @property
    def known(self) -> bool:
        """Whether nothing is left to resolve."""
        return not self.unresolved

    def at_least(self, count: int) -> bool:
        """Whether it spans at least so many zones. Raises CannotTell when the unresolved part decides."""
        if self.regional or max(len(self.names), self.least) >= count:
            return True
        if self.unresolved and self.most >= count:
            raise CannotTell("; ".join(self.unresolved))
        return False

    def exactly(self) -> frozenset[str]:
        """All the zones. Raises CannotTell when a part is not resolved."""
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
        )

    def __str__(self) -> str:
        if self.regional:
            return "the whole Region"
        if not self.names and self.most < ANY:
            return "one zone" if self.most == 1 else f"at most {self.most} zones"
        return ", ".join(sorted(self.names)) or "no zone"


def zones_of(names: Iterable[str], unresolved: Iterable[str] = (), possible: Iterable[str] = ()) -> Zones:
    """Zones from names. Where names (us-east-1a) meet ids (use1-az1) the ids stay unresolved: they may be the same."""
    found = frozenset(names)
    ids = frozenset(n for n in found if _ZONE_ID.fullmatch(n))
    missing = list(unresolved)
    if ids and ids != found:
        found -= ids
        missing += [f"which zone {i} is in this account" for i in sorted(ids)]
    return Zones(found, tuple(missing), frozenset(possible))


REGIONAL: Final = Zones(regional=True)
