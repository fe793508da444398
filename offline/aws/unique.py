"""Uniqueness constraints: names, priorities, destinations and other keys that two resources cannot have at the same
time.

A service's module in `refusals` declares them with `unique`. They are checked twice: during check against the other
resources of this run, and during creation or update against the account at that moment (see `account`). The engine
creates and changes before it deletes, so a key that moves from one resource to another within an update is still in use
by the old one when the new one is created, and AWS refuses that."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from offline.aws.case import Case
from offline.aws.holders import Key


class Claim(NamedTuple):
    """A unique key of a resource. prop: property for the message. reason: AWS's error if the key is in use.

    overwrites: AWS does not refuse a second resource with the key, but changes the first one.
    """

    key: Key
    prop: str
    reason: str
    overwrites: bool

    def said(self, holder: str) -> str:
        """The error message if this resource of the program or of the account has the key."""
        if self.overwrites:
            return f"{self.reason} {holder} has it: each would overwrite the other, and deleting one deletes both"
        return f"{self.reason} ({holder} has it)"


@dataclass(frozen=True, slots=True, eq=False)
class Unique:
    """A uniqueness constraint. paths: type -> properties whose values together are the key; the last one is reported.
    ``name=default`` for an optional property.

    call: service and operation of the AWS API (botocore's names) that refuses the second resource. says: its error,
    with ``{property}`` for a value. regional: whether the key is unique per Region, or per account. keys: computes keys
    that are not just values of properties.
    """

    paths: Mapping[str, tuple[str, ...]]
    call: str
    says: str
    regional: bool = True
    overwrites: bool = False
    keys: Callable[[Case], Iterator[Key]] | None = None

    @property
    def name(self) -> str:
        """Name of the constraint: its types and properties."""
        return "+".join(f"{token.rsplit(':', 1)[-1]}.{'.'.join(p)}" for token, p in self.paths.items())

    def claims(self, case: Case) -> Iterator[Claim]:
        """The keys of a resource; without keys of which a part is unknown."""
        if self.regional and case.unknown("region"):
            return
        paths = self.paths[case.token]
        names = [path.partition("=")[0] for path in paths]
        for key in self.keys(case) if self.keys else _values(case, paths):
            said = dict(zip((name.rsplit(".", 1)[-1] for name in names), key, strict=False))
            place = (case.region,) if self.regional else ()
            reason = self.says.format_map(defaultdict(str, said))
            yield Claim((self, *place, *key), names[-1], reason, self.overwrites)


def _values(case: Case, paths: tuple[str, ...]) -> Iterator[Key]:
    key: list[Any] = []
    for path in paths:
        name, default, value = path.partition("=")
        found = case.get(name)
        if found is None and (not default or case.unknown(name)):
            return
        key.append(value if found is None else found)
    yield tuple(key)


def one_in_a_region(_case: Case) -> Iterator[Key]:
    """The key of types of which an account can have only one per Region."""
    yield ()


UNIQUE: dict[str, list[Unique]] = {}
"""Type -> its uniqueness constraints."""


def unique(
    types: str | Mapping[str, str],
    paths: str = "",
    *,
    call: str,
    says: str,
    regional: bool = True,
    overwrites: bool = False,
    keys: Callable[[Case], Iterator[Key]] | None = None,
) -> None:
    """Declare a `Unique`. types: a type with its ``paths`` separated by blanks, or several types with theirs."""
    given = {types: paths} if isinstance(types, str) else types
    made = Unique({t: tuple(p.split()) for t, p in given.items()}, call, says, regional, overwrites, keys)
    for token in given:
        UNIQUE.setdefault(token, []).append(made)
