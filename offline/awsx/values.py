"""Arguments of a component: values with their origins, resources that were passed in, and steps of a plan."""

import hashlib
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from offline.aws.wire import UNKNOWN, has_unknown


@dataclass(frozen=True, slots=True)
class Value:
    """A value, possibly with unknown parts, whether it is secret, and the URNs it comes from."""

    value: Any
    secret: bool = False
    urns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reference:
    """A resource passed as a value; what is known of it."""

    urn: str
    identifier: Any
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Register:
    """Register a child of the component ``parent`` (URN). former: its type in older versions.

    depends_on: URNs to wait for, besides those of its inputs.
    """

    type: str
    name: str
    parent: str
    inputs: Mapping[str, Value]
    former: str = ""
    depends_on: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AskRegion:
    """Ask the provider that the children get for its Region."""


@dataclass(frozen=True, slots=True)
class AskZones:
    """Ask the provider that the children get for the names of its Region's Availability Zones."""


@dataclass(frozen=True, slots=True)
class AskLookup:
    """Ask the provider that the children get for a look-up (data source)."""

    token: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Registered:
    """A child: its URN, id and outputs."""

    urn: str
    identifier: Value
    outputs: Mapping[str, Value]

    def output(self, name: str) -> Value:
        """An output; it comes from this child."""
        return self.outputs.get(name, Value(UNKNOWN, urns=frozenset({self.urn})))


Plan = Generator[Register | AskRegion | AskZones | AskLookup, Any, dict[str, Any]]
"""Yields steps; is sent a `Registered`, a `Value` (`AskRegion`), a list (`AskZones`) or the results (`AskLookup`);
returns the outputs."""


class PlanError(ValueError):
    """The component cannot be created with these arguments; the message is for the user."""


def together(value: Any) -> Value:
    """A nested value as one: unknown or secret if any part is, with the origins of all parts."""
    secret, urns = False, set[str]()

    def plain(item: Any) -> Any:
        nonlocal secret
        if isinstance(item, Value):
            secret = secret or item.secret
            urns.update(item.urns)
            return plain(item.value)
        if isinstance(item, Reference):
            urns.add(item.urn)
            return item.identifier
        if isinstance(item, Mapping):
            return {k: plain(v) for k, v in cast(Mapping[str, Any], item).items()}
        if isinstance(item, list):
            return [plain(v) for v in cast(list[Any], item)]
        return item

    plained = plain(value)
    return Value(plained, secret, frozenset(urns))


def applied(function: Callable[[Any], Any], *values: Any) -> Value:
    """Apply a function to values; the result is unknown, secret and derived like they are."""
    whole = together(list(values))
    made = UNKNOWN if has_unknown(whole.value) else function(*whole.value)
    return Value(made, whole.secret, whole.urns)


def sha1hash(text: str) -> str:
    """The suffix that awsx makes unique names with."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8]


def as_object(value: Any) -> dict[str, Any]:
    """An argument that awsx takes as a plain object, with its parts unchanged."""
    while isinstance(value, Value):
        value = value.value
    return dict(cast(Mapping[str, Any], value)) if isinstance(value, Mapping) else {}


def as_items(value: Any) -> list[Any] | None:
    """A list with its parts unchanged; None if it is not a list."""
    while isinstance(value, Value):
        value = value.value
    return cast(list[Any], value) if isinstance(value, list) else None


def is_true(value: Any) -> bool:
    """Whether the value is known and true."""
    return together(value).value is True
