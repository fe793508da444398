"""The types of properties, evaluated when a property is used: a class has fifty, a program uses five of them."""

import functools
import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from types import NoneType
from typing import Any, cast

import pulumi
from pulumi import _types, _utils  # pyright: ignore[reportPrivateUsage]

_sdk, _own = cast(Any, _types), cast(Any, _utils)
_resource_types: Callable[[type], dict[str, type]] = _types.resource_types


_is_empty: Callable[[Any], bool] = _own.is_empty_function
_EMPTY = frozenset(
    empty.__code__.co_code for empty in (_own._empty, _own._empty_doc, _own._empty_lambda, _own._empty_lambda_doc)
)


def is_empty_function(fn: Any) -> bool:
    """Has a function no body? Asked of every property of every class while it is imported; few look as if."""
    return fn.__code__.co_code in _EMPTY and _is_empty(fn)


class Hints(Mapping[str, type]):
    """Pulumi's name of a property to its type, of a class; read only. Equal to the SDK's `_types_from_py_properties`.

    Raises NameError for a type hint that names nothing, when it is looked at.
    """

    def __init__(self, cls: type) -> None:
        self._properties = {pulumi_name: prop for _, pulumi_name, prop in _sdk._py_properties(cls)}
        self._class = cls
        self._found: dict[str, type | None] = {}

    @functools.cached_property
    def _names(self) -> dict[str, Any] | None:
        return _sdk._globals_for_cls(self._class)

    def get(self, key: str, default: Any = None) -> Any:
        """The type of a property; ``default`` where it has none."""
        if key not in self._found:
            self._found[key] = self._evaluate(key)
        return self._found[key] or default

    def _evaluate(self, key: str) -> type | None:
        prop = self._properties.get(key)
        if prop is None:
            return None
        local = {"Output": pulumi.Output, "T": NoneType}
        hint = typing.get_type_hints(prop.fget, globalns=self._names, localns=local).get("return")
        found = None if hint is None else _sdk.unwrap_type(hint)
        return None if found is pulumi.Output else found  # not said of what: any value fits

    def __getitem__(self, key: str) -> type:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._properties if self.get(key) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def resource_types(cls: type) -> Mapping[str, type]:
    """Pulumi's name of a property to its type, of a resource class: from its getters, or else as the SDK has it."""
    return _resource_types(cls) if inspect.get_annotations(cls) else _sdk._types_from_py_properties(cls)


def once(unwrap: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function of a type hint that is called once for each. Kept by identity: hashing a hint takes longer."""
    kept: dict[int, tuple[Any, Any]] = {}  # with the hint itself, so that no other gets its identity

    @functools.wraps(unwrap)
    def found(val: Any) -> Any:
        known = kept.get(id(val))
        if known is None:
            known = kept[id(val)] = (val, unwrap(val))
        return known[1]

    return found
