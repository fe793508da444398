"""Documents with outputs in them, made one output. The SDK makes one for every value in it, plain or not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import NoneType
from typing import Any, cast

import pulumi
from pulumi import output

_output = cast(Any, output)
_from_input: Callable[[Any], pulumi.Output[Any]] = pulumi.Output.from_input
PLAIN = frozenset({str, int, float, bool, NoneType})


class _Place:
    """Where in a document the value of an output goes."""

    def __init__(self, number: int) -> None:
        self.number = number


class _NotPlainError(Exception):
    """Keys that are not text."""


def from_input(val: Any) -> pulumi.Output[Any]:
    """The SDK's `Output.from_input`: whatever outputs are in a value, in lists and dictionaries, becomes one."""
    if type(val) in PLAIN:
        return known(val)
    if type(val) is not dict and type(val) is not list:
        return _from_input(val)
    inside: list[Any] = []
    try:
        shape = _shape(val, inside)
    except _NotPlainError:
        return _from_input(val)
    if not inside:
        return known(shape)
    return _output.Output._from_data(_filled(shape, [cast(Any, _from_input(leaf))._data for leaf in inside]))


def known(value: Any) -> pulumi.Output[Any]:
    """An output of a plain value."""
    data: asyncio.Future[Any] = asyncio.Future()
    data.set_result(_output._OutputData(resources=set(), value=value, is_known=True, is_secret=False))
    return _output.Output._from_data(data)


def _shape(val: Any, inside: list[Any]) -> Any:
    """A copy with a place for everything that is more than a plain value; that goes into ``inside``."""
    kind = cast(Any, type(val))
    if kind in PLAIN:
        return val
    if kind is dict:
        if any(type(key) is not str for key in val):
            raise _NotPlainError
        return {key: _shape(item, inside) for key, item in val.items()}
    if kind is list:
        return [_shape(item, inside) for item in val]
    inside.append(val)
    return _Place(len(inside) - 1)


async def _filled(shape: Any, inside: list[Any]) -> Any:
    data: list[Any] = await asyncio.gather(*inside)

    def fill(part: Any) -> Any:
        if isinstance(part, _Place):
            return data[part.number].value
        if isinstance(part, dict):
            return {key: fill(item) for key, item in cast("dict[str, Any]", part).items()}
        return [fill(item) for item in cast("list[Any]", part)] if isinstance(part, list) else part

    return _output._OutputData(
        resources=set[Any]().union(*(one.resources for one in data)),
        value=fill(shape),
        is_known=all(one.is_known for one in data),
        is_secret=any(one.is_secret for one in data),
    )
