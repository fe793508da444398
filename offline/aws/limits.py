"""What AWS's own service models allow of a single value: enumerations, ranges, lengths, patterns.

The data in `data/limits` is generated (``make limits``). It says, for each property that becomes a member of an API
call, which member that is and what its shape allows; the refusal is in the words that AWS validates with. A value
that is not known yet is never refused, nor is an optional one that is empty, zero or -1: the provider does not send it.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from offline.aws.wire import SIGNATURE, Unknown

DATA: Final = Path(__file__).parent / "data"
LONGEST: Final = 2_000
"""Characters: a longer text is not held against a pattern."""
LISTED: Final = 30
"""Values of an enumeration that a message lists; of a longer one the nearest."""
_NOTHING: Final = ("", 0, -1, False)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a property is held against. member: of the API; shape: its name; required: must be given; also: values that
    the provider's documentation allows beyond the model.
    """

    member: str
    shape: str
    required: bool
    also: frozenset[str]

    def judges(self, value: Any) -> bool:
        """Is this a value that the provider sends, and not one that its documentation allows?"""
        if isinstance(value, str) and value in self.also:
            return False
        return self.required or (value not in _NOTHING and value != [])


Limits = Mapping[str, Limit]
"""By path of the property: ``[]`` behind a list, ``{}`` behind a map for its values, ``{key}`` for its keys."""


@cache
def _service(name: str) -> tuple[Mapping[str, Mapping[str, str]], Mapping[str, Mapping[str, Any]]]:
    """(types, shapes) of a package of `pulumi_aws`, empty for one without limits."""
    try:
        raw = json.loads((DATA / "limits" / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, {}
    return raw["types"], raw["shapes"]


def _package(token: str) -> str:
    name = token.split(":")[1].split("/")[0] if token.count(":") == 2 else ""
    return "lambda_" if name == "lambda" else name if name.isidentifier() else ""


@cache
def limits_of(token: str) -> Limits:
    """The limits of a resource type; empty where the models say nothing about it."""
    found: dict[str, Limit] = {}
    for path, text in _service(_package(token))[0].get(token, {}).items():
        known, _, also = text.partition(" also ")
        member, shape, *required = known.split(" ")
        found[path] = Limit(member, shape, bool(required), frozenset(also.split(" ")) if also else frozenset())
    return found


def problems(
    token: str, inputs: Mapping[str, Any], stand_in: Callable[[str], bool] = lambda _: False
) -> Iterator[tuple[str, str]]:
    """(property, reason) of every value that AWS's model of the API does not allow. stand_in: what is no value."""
    limits = limits_of(token)
    if limits:
        shapes = _service(_package(token))[1]
        for name, value in inputs.items():
            for where, reason, given in _walk(limits, shapes, name, name, value):
                if not (isinstance(given, str) and stand_in(given)):
                    yield where, reason


def _walk(
    limits: Limits, shapes: Mapping[str, Mapping[str, Any]], path: str, where: str, value: Any
) -> Iterator[tuple[str, str, Any]]:
    """(where, reason, value) of a value and of all inside it. path: as the data writes it; where: as the user does."""
    if value is None or isinstance(value, Unknown):
        return
    found = limits.get(path)
    if found and found.judges(value):
        for rule in broken(shapes[found.shape], value):
            at = ".".join(step[:1].lower() + step[1:] for step in found.member.split("."))
            wrong = f"Value {_shown(value)} at '{at}' failed to satisfy constraint: {rule}"
            yield where, f"1 validation error detected: {wrong}", value
    if isinstance(value, list):
        for i, item in enumerate(cast(list[Any], value)):
            yield from _walk(limits, shapes, f"{path}[]", f"{where}[{i}]", item)
    elif isinstance(value, Mapping) and SIGNATURE not in value:
        keyed = limits.get(f"{path}{{key}}")
        for key, item in cast(Mapping[str, Any], value).items():
            if keyed or f"{path}{{}}" in limits:
                if keyed:
                    yield from _walk(limits, shapes, f"{path}{{key}}", f"{where}.{key}", key)
                yield from _walk(limits, shapes, f"{path}{{}}", f"{where}.{key}", item)
            else:
                yield from _walk(limits, shapes, f"{path}.{key}", f"{where}.{key}", item)


def _shown(value: Any) -> str:
    text = json.dumps(value, default=str) if isinstance(value, list | Mapping) else str(value)
    return f"'{text if len(text) <= 100 else text[:97] + '...'}'"


def broken(shape: Mapping[str, Any], value: Any) -> Iterator[str]:
    """The constraints of a shape that a value does not satisfy, in AWS's words; none for a value of another kind."""
    kind = shape["kind"]
    if kind == "string" and isinstance(value, str):
        if "enum" in shape:
            yield from _enumerated(shape, value)
        wrong = list(_sized(shape, len(value), "length"))
        yield from wrong
        if "pattern" in shape and not wrong and len(value) <= LONGEST and not _matches(shape["pattern"], value):
            yield f"Member must satisfy regular expression pattern: {shape['pattern']}"
    elif kind in ("list", "map") and isinstance(value, list | Mapping):
        yield from _sized(shape, len(cast("list[Any]", value)), "length")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _sized(shape, value, "value")


def _sized(shape: Mapping[str, Any], size: float, what: str) -> Iterator[str]:
    if "min" in shape and size < shape["min"]:
        yield f"Member must have {what} greater than or equal to {shape['min']}"
    if "max" in shape and size > shape["max"]:
        yield f"Member must have {what} less than or equal to {shape['max']}"


def _enumerated(shape: Mapping[str, Any], value: str) -> Iterator[str]:
    allowed = cast("list[str]", shape["enum"])
    if value in allowed or (shape.get("anycase") and value.lower() in (a.lower() for a in allowed)):
        return
    if len(allowed) <= LISTED:
        yield f"Member must satisfy enum value set: [{', '.join(allowed)}]"
    else:
        near = difflib.get_close_matches(value, allowed, 3, 0.5)
        yield f"Member must satisfy enum value set: [{', '.join([*near, '...'])}] ({len(allowed)} values)"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _matches(pattern: str, value: str) -> bool:
    """A pattern that is anchored says itself where it applies; any other is about the whole value, as in AWS."""
    compiled = _compiled(pattern)
    anchored = pattern.startswith("^") or pattern.endswith("$")
    return bool(compiled.search(value) if anchored else compiled.fullmatch(value))
