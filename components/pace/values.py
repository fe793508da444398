"""Values on their way to the engine and back: the common case first, everything else as the SDK has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

import pulumi
from pulumi import output
from pulumi.runtime import resource, resource_cycle_breaker, rpc, settings

from components.pace.lifting import PLAIN, known

_rpc, _output, _settings = cast(Any, rpc), cast(Any, output), cast(Any, settings.SETTINGS)
_create_urn: Callable[..., pulumi.Output[str]] = resource.create_urn
_serialize_property: Callable[..., Any] = rpc.serialize_property
_declare_dependency: Callable[[Any, Any], bool] = resource_cycle_breaker.declare_dependency
_add_dependency: Callable[[Any, Any], None] = cast(Any, resource_cycle_breaker)._add_dep


def track(of: Any) -> None:
    """Have the SDK wait for an output. Its own also has the event loop take each one out again when it is known."""
    _settings.outputs.add(of._data)


def create_urn(name: Any, type_: Any, parent: Any = None, project: Any = None, stack: Any = None) -> pulumi.Output[str]:
    """A resource's URN, at once where everything is known; the SDK's own takes six tasks of the event loop."""
    if not (isinstance(name, str) and isinstance(type_, str) and isinstance(parent, str)):
        return _create_urn(name, type_, parent, project, stack)
    return known(f"{parent[: parent.rfind('::')]}${type_}::{name}")


async def serialize_property(value: Any, deps: Any, property_key: Any, *more: Any, **named: Any) -> Any:
    """A value as the engine takes it: most are plain ones, which are taken as they are."""
    if type(value) in PLAIN and not named.get("return_protobuf_value"):
        return value
    return await _serialize_property(value, deps, property_key, *more, **named)


def contains_unknowns(val: Any) -> bool:
    """Is the value, or anything in it, not known yet?"""
    if isinstance(val, dict | list):
        return _within(cast("dict[Any, Any] | list[Any]", val), set())
    return isinstance(val, _output.Unknown)


def _within(val: dict[Any, Any] | list[Any], seen: set[int]) -> bool:
    if id(val) in seen:
        return False
    seen.add(id(val))
    items: Iterable[Any] = (
        dict[Any, Any].values(val) if isinstance(val, dict) else val
    )  # types have a property `values`
    for item in items:
        if isinstance(item, dict | list):
            if _within(cast("dict[Any, Any] | list[Any]", item), seen):
                return True
        elif isinstance(item, _output.Unknown):
            return True
    return False


_depended_on: set[Any] = set()


def declare_dependency(from_resource: Any, to_resource: Any) -> bool:
    """Note that one resource needs another; False where that would close a circle.

    No circle goes through a resource that nothing needs, and a new one is needed by nothing: only for others the SDK
    has to look through all there is.
    """
    if from_resource is not to_resource and from_resource not in _depended_on:
        _add_dependency(from_resource, to_resource)
        noted = True
    else:
        noted = _declare_dependency(from_resource, to_resource)
    if noted:
        _depended_on.add(to_resource)
    return noted
