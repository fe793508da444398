"""What AWS has one of: names, priorities, destinations and other keys that two resources cannot hold at the same time.

A service's module in `refusals` declares them with `unique`. They are compared twice: when a resource is checked, with
the other resources of this run, and when it is created or changed, with what is in the account at that moment (see
`account`). The engine creates and changes before it deletes, so a key that passes from one resource to another within
an update is still held by the old one when the new one is created, and AWS refuses that.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from offline.aws.refusals import Case

Key = tuple[Any, ...]
Owner = TypeVar("Owner")


class Claim(NamedTuple):
    """A key that a resource holds. prop: the property it is reported on. reason: what AWS says when it is taken.

    overwrites: AWS refuses no second one, but takes it for a change of the first.
    """

    key: Key
    prop: str
    reason: str
    overwrites: bool

    def said(self, holder: str) -> str:
        """What is wrong when this resource of the program, or of the account, holds the key."""
        if self.overwrites:
            return f"{self.reason} {holder} has it: each would overwrite the other, and deleting one deletes both"
        return f"{self.reason} ({holder} has it)"


@dataclass(frozen=True, slots=True, eq=False)
class Unique:
    """One declaration. paths: by type the properties whose values together are the key, the last of which is reported;
    ``name=default`` for one that may be left out.

    call: service and operation of the AWS API, as botocore names them, that refuses the second one. says: what it says,
    with ``{property}`` for a value. regional: is the key one per Region, or one per account? keys: computes keys that
    are not just values of properties.
    """

    paths: Mapping[str, tuple[str, ...]]
    call: str
    says: str
    regional: bool = True
    overwrites: bool = False
    keys: "Callable[[Case], Iterator[Key]] | None" = None

    @property
    def name(self) -> str:
        """What it is known by: its types and properties."""
        return "+".join(f"{token.rsplit(':', 1)[-1]}.{'.'.join(p)}" for token, p in self.paths.items())

    def claims(self, case: "Case") -> Iterator[Claim]:
        """The keys that a resource holds, none while a part of a key is unknown."""
        if self.regional and case.unknown("region"):
            return
        paths = self.paths[case.token]
        names = [path.partition("=")[0] for path in paths]
        for key in self.keys(case) if self.keys else _values(case, paths):
            said = dict(zip((name.rsplit(".", 1)[-1] for name in names), key, strict=False))
            place = (case.region,) if self.regional else ()
            reason = self.says.format_map(defaultdict(str, said))
            yield Claim((self, *place, *key), names[-1], reason, self.overwrites)


def _values(case: "Case", paths: tuple[str, ...]) -> Iterator[Key]:
    key: list[Any] = []
    for path in paths:
        name, default, value = path.partition("=")
        found = case.get(name)
        if found is None and (not default or case.unknown(name)):
            return
        key.append(value if found is None else found)
    yield tuple(key)


def one_in_a_region(_case: "Case") -> Iterator[Key]:
    """The key of what an account has one of in each Region, whatever its properties are."""
    yield ()


UNIQUE: dict[str, list[Unique]] = {}
"""What each type has one of."""


def unique(
    types: str | Mapping[str, str],
    paths: str = "",
    *,
    call: str,
    says: str,
    regional: bool = True,
    overwrites: bool = False,
    keys: "Callable[[Case], Iterator[Key]] | None" = None,
) -> None:
    """Declares a `Unique`. types: a type, with its ``paths`` separated by blanks; or several types with theirs."""
    given = {types: paths} if isinstance(types, str) else types
    made = Unique({t: tuple(p.split()) for t, p in given.items()}, call, says, regional, overwrites, keys)
    for token in given:
        UNIQUE.setdefault(token, []).append(made)


@dataclass(slots=True)
class Holders(Generic[Owner]):
    """Who holds which keys."""

    _by_key: dict[Key, list[Owner]] = field(default_factory=dict[Key, list[Owner]])
    _by_owner: dict[Owner, tuple[Key, ...]] = field(default_factory=dict[Owner, tuple[Key, ...]])

    def put(self, owner: Owner, keys: tuple[Key, ...]) -> None:
        """The owner holds these keys, and no others any more."""
        self.drop(owner)
        self._by_owner[owner] = keys
        for key in keys:
            self._by_key.setdefault(key, []).append(owner)

    def drop(self, owner: Owner) -> None:
        """The owner holds none."""
        for key in self._by_owner.pop(owner, ()):
            self._by_key[key].remove(owner)

    def of(self, key: Key) -> list[Owner]:
        """Who holds a key."""
        return list(self._by_key.get(key, ()))
