"""Who holds which unique key."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Key = tuple[Any, ...]
"""A uniqueness constraint and the values that two resources cannot both have."""
Owner = TypeVar("Owner")


@dataclass(slots=True)
class Holders(Generic[Owner]):
    """The unique keys in use and their owners."""

    _by_key: dict[Key, list[Owner]] = field(default_factory=dict[Key, list[Owner]])
    _by_owner: dict[Owner, tuple[Key, ...]] = field(default_factory=dict[Owner, tuple[Key, ...]])

    def put(self, owner: Owner, keys: tuple[Key, ...]) -> None:
        """Set the owner's keys, instead of its previous ones."""
        self.drop(owner)
        self._by_owner[owner] = keys
        for key in keys:
            self._by_key.setdefault(key, []).append(owner)

    def drop(self, owner: Owner) -> None:
        """Remove the owner's keys."""
        for key in self._by_owner.pop(owner, ()):
            self._by_key[key].remove(owner)

    def of(self, key: Key) -> list[Owner]:
        """The owner of a key."""
        return list(self._by_key.get(key, ()))
