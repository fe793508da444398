"""What keeps the Pulumi SDK quick with hundreds of resources. Nothing here changes what is registered.

A stack of 850 resources has 20,000 properties. The SDK makes five futures and a task for each of them, evaluates the
type hints of every property of every class, and pumps its event loop for all of that; a program looks at some 2,000.
What stands in `REPLACED` does the same work when, and only if, somebody asks for its result.
"""

import functools
import importlib.metadata
import os
from typing import Any, NamedTuple

import pulumi
from pulumi import _types, _utils, output  # pyright: ignore[reportPrivateUsage]
from pulumi.runtime import resource, rpc

from components.pace import frames, hints, imports, lifting, properties, values, waiting
from components.pace.waiting import send, settle

__all__ = ["DEBUG", "MADE_FOR", "REPLACED", "Replaced", "lighten", "quicken", "send", "settle"]

DEBUG = "HA_AWS_DEBUG"
"""Environment variable: set, the SDK is left as it is and sends its debug messages (`pulumi up --debug` shows them)."""
MADE_FOR = "3.259.0"
"""The SDK whose functions these are equal to. Any other is left as it is: slower, and right."""


class Replaced(NamedTuple):
    """A function of the SDK, and what stands in its place."""

    where: object
    name: str
    theirs: Any
    ours: Any


def _say_nothing(*_args: object, **_kwargs: object) -> None:
    pass


def _instead(where: object, name: str, ours: Any) -> Replaced:
    return Replaced(where, name, vars(where)[name], ours)


REPLACED = (
    _instead(pulumi.log, "debug", _say_nothing),  # each is a call to the engine while the program stands still
    _instead(resource, "_get_stack_trace", frames.stack_trace),
    _instead(_utils, "is_empty_function", hints.is_empty_function),
    _instead(resource, "create_urn", values.create_urn),
    _instead(rpc, "declare_dependency", values.declare_dependency),
    _instead(rpc, "serialize_property", values.serialize_property),
    _instead(rpc, "contains_unknowns", values.contains_unknowns),
    _instead(output, "contains_unknowns", values.contains_unknowns),
    _instead(output.Output, "_track", values.track),
    _instead(output.Output, "from_input", staticmethod(lifting.from_input)),
    _instead(rpc, "transfer_properties", properties.transfer_properties),
    _instead(rpc, "resolve_outputs", properties.resolve_outputs),
    _instead(rpc, "resolve_outputs_due_to_exception", properties.resolve_outputs_due_to_exception),
    _instead(_types, "_types_from_py_properties", functools.cache(hints.Hints)),
    _instead(_types, "resource_types", functools.cache(hints.resource_types)),
    _instead(_types, "unwrap_type", hints.once(_types.unwrap_type)),
    _instead(_types, "unwrap_optional_type", hints.once(_types.unwrap_optional_type)),
    *(
        _instead(_types, name, functools.cache(getattr(_types, name)))  # made anew for every resource of a class
        for name in (
            "input_type_py_to_pulumi_names",
            "resource_py_to_pulumi_names",
            "resource_pulumi_to_py_names",
            "_py_to_pulumi_names_from_py_properties",
            "_pulumi_to_py_names_from_py_properties",
        )
    ),
)


def quicken() -> None:
    """Before the AWS classes are imported: `lighten` the SDK, and let `send` take effect."""
    waiting.quickened.append(True)
    lighten()


def lighten() -> None:
    """Let the SDK do only what is asked for, and send no debug messages."""
    if os.environ.get(DEBUG) or importlib.metadata.version("pulumi") != MADE_FOR:
        return
    imports.import_lean()
    for it in REPLACED:
        setattr(it.where, it.name, it.ours)
