"""A resource as plain, immutable data. Accessors raise CannotTell for unknown values instead of guessing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from .source import Place
from .trace import Trace
from .values import ENCRYPTED, NOT_YET, UNKNOWN, CannotTell

TERRAFORM: Final = "urn:terraform:"
"""How the URNs of Terraform's resources begin."""


def stack_of(urn: str) -> str:
    """The stack of a URN: ``project/stack``."""
    stack, project = (*urn.split("::", 2)[:2], "")[:2]
    return f"{project}/{stack.rpartition(':')[2]}"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A resource of the stack; compared by identity.

    kind: the normalized type (`kind_of`). token: the type as registered. props: plain values (dict, tuple, str, int,
    float, bool, None, UNKNOWN); not to be changed. parent, provider, dependencies: URNs. property_dependencies: URNs
    per top-level property. provider_region: Region of its provider, or UNKNOWN. external: looked up, not managed.
    secrets: top-level properties that hold a secret which the document does not show. aliases: URNs that it had before.
    place: where the program makes it, if that is recorded. has_options: whether the document has protect and
    ignore_changes. traces: of a document that says for each unknown value what it refers to, by its location
    (``routes[1].natGatewayId``); empty for Pulumi's.

    Paths are property names with dots (``networkConfiguration.subnets``). An accessor raises `CannotTell` if the value
    is unknown or has another type, and returns the default if it is not set.
    """

    urn: str
    kind: str
    token: str
    name: str
    props: Mapping[str, Any]
    id: str | None = None
    parent: str = ""
    provider: str = ""
    provider_region: Any = UNKNOWN
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    delete_before_replace: bool = False
    external: bool = False
    secrets: frozenset[str] = frozenset()
    aliases: tuple[str, ...] = ()
    place: Place | None = None
    has_options: bool = True
    traces: Mapping[str, Trace] = field(default_factory=dict[str, Trace])

    @property
    def is_terraform(self) -> bool:
        """Whether Terraform or OpenTofu manages it."""
        return self.urn.startswith(TERRAFORM)

    @property
    def stack(self) -> str:
        """The stack that the resource belongs to: ``project/stack``."""
        return stack_of(self.urn)

    @property
    def logical_name(self) -> str:
        """The name that the program gives; `name` is the same unless several stacks are joined."""
        return self.urn.split("::", 3)[-1]

    def source_below(self, folder: str) -> Place | None:
        """Where the program makes it, from the folder above ``folder``; None if not known, or outside."""
        return self.place.below(folder) if self.place else None

    @property
    def label(self) -> str:
        """The resource's name in messages: ``lb/loadBalancer shop-web``; of Terraform's, the address says it all."""
        return self.name if self.is_terraform else f"{self.kind} {self.name}"

    def unknown(self, path: str, why: str = "") -> CannotTell:
        """The exception that says that a property of this resource is not known, and why."""
        secret = "is sensitive in Terraform and not read" if self.is_terraform else "is an encrypted secret"
        reason = secret if self.is_secret(path) else "is not known before deployment"
        return CannotTell(f"{path} of {self.label} {why or reason}")

    def not_known(self, path: str) -> str:
        """How a message says it: ``not known yet`` or ``encrypted``."""
        return ENCRYPTED if self.is_secret(path) else NOT_YET

    def is_secret(self, path: str) -> bool:
        """Whether the property holds a secret that the document does not show."""
        return path.split(".")[0].partition("[")[0] in self.secrets

    def raw(self, path: str) -> Any:
        """The value at a path: UNKNOWN if it or anything on the path is unknown, None if it is not set."""
        value: Any = self.props
        for step in path.split("."):
            if value is UNKNOWN or value is None:
                return value
            if isinstance(value, tuple) and len(cast(tuple[Any, ...], value)) == 1:
                value = cast(tuple[Any, ...], value)[0]  # a block that other provider versions give as a list of one
                if value is UNKNOWN:
                    return value
            if not isinstance(value, Mapping):
                return UNKNOWN if value else None
            value = cast(Mapping[str, Any], value).get(step)
        return value

    def has(self, path: str) -> bool:
        """Whether the property is set to something not empty, by the program or the provider; True if it is unknown."""
        value = self.raw(path)
        return not _is_empty(value)

    def given(self, path: str) -> bool:
        """Whether the program set the property. Raises CannotTell if it is unknown and depends on nothing."""
        value = self.raw(path)
        if value is UNKNOWN:
            if self.property_dependencies.get(path.split(".")[0]):
                return True
            raise self.unknown(path)
        return not _is_empty(value)

    def get(self, path: str) -> Any:
        """The value at a path or None."""
        value = self.raw(path)
        if value is UNKNOWN:
            raise self.unknown(path)
        return value

    def text(self, path: str, default: str = "") -> str:
        """A string."""
        value = self.get(path)
        if value is None:
            return default
        if isinstance(value, bool | int | float):
            return str(value)
        if not isinstance(value, str):
            raise self.unknown(path, "is not a text")
        return value

    def flag(self, path: str, default: bool = False) -> bool:
        """A boolean; ``"true"`` and ``"false"`` are accepted."""
        value = self.get(path)
        if value is None:
            return default
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise self.unknown(path, "is neither true nor false")
        return value

    def is_on(self, path: str) -> bool:
        """Whether a boolean is known to be true, as `flag` reads it."""
        return self._is(path, "true")

    def is_off(self, path: str) -> bool:
        """Whether a boolean is known to be false, as `flag` reads it; not if it is not set."""
        return self._is(path, "false")

    def _is(self, path: str, word: str) -> bool:
        value = self.raw(path)
        return value is not UNKNOWN and str(value).lower() == word

    def number(self, path: str, default: float = 0) -> float:
        """A number; a string of digits is accepted."""
        value = self.get(path)
        if value is None:
            return default
        if isinstance(value, str):
            try:
                return float(value)
            except ValueError:
                raise self.unknown(path, "is not a number") from None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.unknown(path, "is not a number")
        return value

    def items(self, path: str) -> tuple[Any, ...]:
        """The elements of a list (some may be UNKNOWN); a single value is treated as a list of one."""
        value = self.get(path)
        if value is None:
            return ()
        return cast(tuple[Any, ...], value) if isinstance(value, tuple) else (value,)

    def texts(self, path: str) -> tuple[str, ...]:
        """A list of strings, all of which are known."""
        values = self.items(path)
        if any(v is UNKNOWN or not isinstance(v, str) for v in values):
            raise self.unknown(path)
        return cast(tuple[str, ...], values)

    def blocks(self, path: str) -> tuple["Node", ...]:
        """The objects of a list (or the single object), each as a node with the same accessors and references."""
        found: list[Node] = []
        for index, value in enumerate(self.items(path)):
            if value is UNKNOWN or not isinstance(value, Mapping):
                raise self.unknown(f"{path}[{index}]")
            found.append(self.block(path, cast(Mapping[str, Any], value)))
        return tuple(found)

    def block(self, path: str, props: Mapping[str, Any]) -> "Node":
        """One object inside a property, as a node."""
        top = self.property_dependencies.get(path.split(".")[0])
        return Node(
            urn=self.urn,
            kind=self.kind,
            token=self.token,
            name=f"{self.name} {path}",
            props=props,
            provider=self.provider,
            provider_region=self.provider_region,
            property_dependencies={} if top is None else dict.fromkeys(props, top),
            secrets=frozenset(props) if self.is_secret(path) else frozenset(),
            traces=self._traces_of(path, props) if self.traces else {},
        )

    def _traces_of(self, path: str, props: Mapping[str, Any]) -> dict[str, Trace]:
        """The traces of the values in one object inside a property, by their location in it."""
        places = [f"{where}." for where, value in self.located(path, whole=True) if value is props]
        return {at.removeprefix(p): t for p in places[:1] for at, t in self.traces.items() if at.startswith(p)}

    def document(self, path: str) -> Mapping[str, Any]:
        """A JSON document, given as a string or an object; empty if not set."""
        value = self.get(path)
        if value in (None, ""):
            return {}
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise self.unknown(path, "is not JSON") from None
        if not isinstance(value, Mapping):
            raise self.unknown(path, "is not an object")
        return cast(Mapping[str, Any], value)

    def leaves(self, path: str) -> Iterator[Any]:
        """All values at a path, through lists on the path (``subnetMappings.subnetId``); UNKNOWN for unknown ones."""
        yield from _leaves(self.props, path.split("."))

    def located(self, path: str, *, whole: bool = False) -> Iterator[tuple[str, Any]]:
        """The values of `leaves` with their locations, such as ``subnetMappings[0].subnetId``. whole: with objects."""
        yield from _located(self.props, path.split("."), "", whole)


def _is_empty(value: Any) -> bool:
    """Whether nothing is set: also a block of which a state shows the properties without their values."""
    if isinstance(value, Mapping):
        return all(map(_is_empty, cast(Mapping[str, Any], value).values()))
    if isinstance(value, tuple):
        return all(map(_is_empty, cast(tuple[Any, ...], value)))
    return value is not UNKNOWN and (value is None or value == "")


def _leaves(value: Any, steps: list[str]) -> Iterator[Any]:
    if value is UNKNOWN:
        yield UNKNOWN
    elif isinstance(value, tuple):
        for element in cast(tuple[Any, ...], value):
            yield from _leaves(element, steps)
    elif not steps:
        if isinstance(value, Mapping):
            for entry in cast(Mapping[str, Any], value).values():
                yield from _leaves(entry, steps)
        elif value is not None and value != "":
            yield value
    elif isinstance(value, Mapping):
        yield from _leaves(cast(Mapping[str, Any], value).get(steps[0]), steps[1:])


def _located(value: Any, steps: list[str], at: str, whole: bool) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple):
        for index, element in enumerate(cast(tuple[Any, ...], value)):
            yield from _located(element, steps, f"{at}[{index}]", whole)
    elif steps and isinstance(value, Mapping):
        inner = cast(Mapping[str, Any], value).get(steps[0])
        yield from _located(inner, steps[1:], f"{at}.{steps[0]}" if at else steps[0], whole)
    elif isinstance(value, Mapping) and not whole:
        for key, entry in cast(Mapping[str, Any], value).items():
            yield from _located(entry, steps, f"{at}.{key}", whole)
    elif value is UNKNOWN or (not steps and value is not None and value != ""):
        yield at, value
