"""The engine's values: conversion of gRPC structures to Python values and back, with unknowns and secrets."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from google.protobuf import struct_pb2

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 (the engine's mark, no secret)
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
HIDDEN: Final = "[secret]"


class Unknown:
    """A value that is unknown until creation. The only instance is `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "[unknown]"

    def __deepcopy__(self, _memo: Any) -> "Unknown":
        return self


UNKNOWN: Final = Unknown()
Path = tuple[str | int, ...]


def decode(struct: Any) -> tuple[dict[str, Any], set[Path]]:
    """(values, paths of secrets) of a gRPC structure. Nulls are omitted: to the engine they mean absent."""
    secrets: set[Path] = set()
    values: dict[str, Any] = {}
    fields: Any = struct.fields if struct is not None else {}
    for key in fields:
        value = _decode(fields[key], (key,), secrets)
        if value is not None:
            values[key] = value
    return values, secrets


def _decode(value: Any, path: Path, secrets: set[Path]) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value == UNKNOWN_TEXT else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_decode(v, (*path, i), secrets) for i, v in enumerate(value.list_value.values)]
    if kind != "struct_value":
        return None
    fields = value.struct_value.fields
    mark = fields[SIGNATURE].string_value if SIGNATURE in fields else ""
    if mark == SECRET:
        secrets.add(path)
        return _decode(fields["value"], path, secrets)
    if mark == OUTPUT:
        if "secret" in fields and fields["secret"].bool_value:
            secrets.add(path)
        return _decode(fields["value"], path, secrets) if "value" in fields else UNKNOWN
    decoded = {k: _decode(fields[k], (*path, k), secrets) for k in fields}
    return {k: v for k, v in decoded.items() if v is not None}


def encode(values: Mapping[str, Any], secret: Sequence[str] | frozenset[str] | set[str] = ()) -> Any:
    """The gRPC structure of values; the top-level properties named in ``secret`` are marked as secrets."""
    struct = struct_pb2.Struct()
    for key, value in values.items():
        if value is None:
            continue
        slot = struct.fields[key]
        if key in secret:
            slot.struct_value.fields[SIGNATURE].string_value = SECRET
            slot = slot.struct_value.fields["value"]
        _encode(value, slot)
    return struct


def _encode(value: Any, slot: Any) -> None:
    if isinstance(value, Unknown):
        slot.string_value = UNKNOWN_TEXT
    elif isinstance(value, str):
        slot.string_value = value
    elif isinstance(value, bool):
        slot.bool_value = value
    elif isinstance(value, int | float):
        slot.number_value = value
    elif isinstance(value, Mapping):
        slot.struct_value.SetInParent()
        for key, item in cast(Mapping[str, Any], value).items():
            if item is not None:
                _encode(item, slot.struct_value.fields[key])
    elif isinstance(value, Sequence):
        slot.list_value.SetInParent()
        for item in cast(Sequence[Any], value):
            _encode(item, slot.list_value.values.add())
    elif value is None:
        slot.null_value = 0
    else:
        raise TypeError(f"{type(value).__name__} cannot go to the engine")


def has_unknown(value: Any) -> bool:
    """Whether any part of the value is unknown."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Mapping):
        return any(has_unknown(v) for v in cast(Mapping[str, Any], value).values())
    return isinstance(value, list) and any(has_unknown(v) for v in cast(list[Any], value))


def has_file(value: Any) -> bool:
    """Whether any part of the value is a file or an archive."""
    if isinstance(value, Mapping):
        mapping = cast(Mapping[str, Any], value)
        return mapping.get(SIGNATURE) in (ASSET, ARCHIVE) or any(map(has_file, mapping.values()))
    return isinstance(value, list) and any(map(has_file, cast(list[Any], value)))


def leaves(value: Any) -> Iterator[str]:
    """Every string in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in cast(Mapping[str, Any], value).values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in cast(list[Any], value):
            yield from leaves(item)


def at(values: Any, path: Path) -> Any:
    """The value at a path; None if there is none."""
    for step in path:
        if isinstance(values, Mapping) and isinstance(step, str):
            values = cast(Mapping[str, Any], values).get(step)
        elif isinstance(values, list) and isinstance(step, int) and step < len(cast(list[Any], values)):
            values = cast(list[Any], values)[step]
        else:
            return None
    return values


def scrub(message: str, values: Mapping[str, Any], secrets: set[Path]) -> str:
    """A message without the text of secret values."""
    for text in sorted({t for p in secrets for t in leaves(at(values, p))}, key=len, reverse=True):
        if text:
            message = message.replace(text, HIDDEN)
    return message
