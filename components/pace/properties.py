"""A resource's properties as outputs that come into being when somebody looks at them.

The engine's answer is kept as it came. A property of it is decoded, by the SDK's own functions, for who asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

import pulumi
from google.protobuf import struct_pb2
from pulumi import _types, output  # pyright: ignore[reportPrivateUsage]
from pulumi.runtime import rpc, settings

_output, _settings = cast(Any, output), cast(Any, settings.SETTINGS)
_resolve_outputs: Callable[..., None] = rpc.resolve_outputs
_resolve_outputs_due_to_exception: Callable[..., None] = rpc.resolve_outputs_due_to_exception

Answer = Callable[[str, "asyncio.Future[Any]"], None]
"""Sets the future of the property with this Python name."""


class Asked(dict[str, Any]):
    """What has been asked of a resource's properties before the engine's answer is there.

    A dictionary, as the SDK's own of a resource's resolvers is; nothing is in it.
    """

    def __init__(self, resource: pulumi.Resource) -> None:
        super().__init__()
        self.resource = resource
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._answer: Answer | None = None

    def ask(self, name: str) -> asyncio.Future[Any]:
        """The future of a property, set at once where the answer is there. Asked once for each property."""
        future: asyncio.Future[Any] = asyncio.Future()
        if self._answer is None:
            self._waiting[name] = future
        else:
            self._answer(name, future)
        return future

    def answer(self, how: Answer) -> None:
        """Give those who wait their answer, and those who come."""
        self._answer = how
        waiting, self._waiting = self._waiting, {}
        for name, future in waiting.items():
            how(name, future)


class Property(pulumi.Output[Any]):
    """A resource's property."""

    def __init__(self, asked: Asked, name: str) -> None:
        self.__dict__.update(_asked=asked, _name=name)

    @property
    def _data(self) -> asyncio.Future[Any]:  # pyright: ignore[reportIncompatibleVariableOverride]
        inside = self.__dict__
        if "_future_data" not in inside:
            inside["_future_data"] = inside["_asked"].ask(inside["_name"])
            _settings.outputs.add(inside["_future_data"])
        return inside["_future_data"]


def transfer_properties(res: pulumi.Resource, props: Mapping[str, Any], custom: bool) -> Asked:
    """Give a resource its properties, inputs and outputs alike."""
    asked = Asked(res)
    res.__dict__.update(
        (name, Property(asked, name)) for name in props if name != "urn" and not (name == "id" and custom)
    )
    return asked


def resolve_outputs(
    res: pulumi.Resource,
    serialized_props: struct_pb2.Struct,
    outputs: struct_pb2.Struct,
    deps: Mapping[str, set[pulumi.Resource]],
    resolvers: Asked | dict[str, Any],
    custom: bool,
    transform_using_type_metadata: bool = False,
    *more: Any,
    **named: Any,
) -> None:
    """The engine has answered: the SDK's own function does for one property what it does for all."""
    how = custom, transform_using_type_metadata, *more
    if not isinstance(resolvers, Asked):  # the stack itself is made before the program begins
        _resolve_outputs(res, serialized_props, outputs, deps, resolvers, *how, **named)
        return
    names = _types.resource_py_to_pulumi_names(type(res)) if transform_using_type_metadata else None

    def answer(name: str, future: asyncio.Future[Any]) -> None:
        sent, came = serialized_props, outputs
        if names is not None:
            key = names.get(name, name)
            sent, came = _only(key, sent), _only(key, came)
        try:
            _resolve_outputs(res, sent, came, deps, {name: _setter(res, future)}, *how, **named)
        except Exception as failure:  # it belongs to whoever asked, and to nobody else
            if not future.done():
                future.set_exception(failure)

    resolvers.answer(answer)


def resolve_outputs_due_to_exception(resolvers: Asked | dict[str, Any], exn: Exception) -> None:
    """The resource failed: so does every property that is asked for."""
    if isinstance(resolvers, Asked):
        resolvers.answer(lambda _, future: future.set_exception(exn))
    else:
        _resolve_outputs_due_to_exception(resolvers, exn)


def _only(key: str, struct: struct_pb2.Struct) -> struct_pb2.Struct:
    part = struct_pb2.Struct()
    if key in struct.fields:
        part.fields[key].CopyFrom(struct.fields[key])
    return part


def _setter(resource: pulumi.Resource, future: asyncio.Future[Any]) -> Callable[..., None]:
    def resolve(value: Any, is_known: bool, is_secret: bool, deps: Any, failed: Exception | None) -> None:
        if failed is not None:
            future.set_exception(failed)
            return
        resources = {*(deps or ()), resource}
        future.set_result(_output._OutputData(resources=resources, value=value, is_known=is_known, is_secret=is_secret))

    return resolve
