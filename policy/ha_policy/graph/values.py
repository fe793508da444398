"""Property values as plain data, with an explicit marker for unknown values."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NoReturn, cast

# The engine's markers for values that are unknown at preview (pulumi/sdk/go/common/resource/plugin/rpc.go).
SENTINELS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # string
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)
# Marks a map that represents another kind of value (pulumi/sdk/go/common/resource/sig/sig.go).
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 (a public type mark)
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"


class CannotTell(Exception):  # noqa: N818 (a verdict, not an error)
    """A value that the answer depends on is unknown. what: the value, for the reader."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Unknown:
    """The type of `UNKNOWN`. Compare it with ``is``; every other use raises CannotTell, so that an unknown value never
    passes.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __hash__(self) -> int:
        return 0

    def __refuse(self, *_: object) -> NoReturn:
        raise CannotTell("a value that is not known before deployment")

    __bool__ = __refuse
    __len__ = __refuse
    __iter__ = __refuse
    __contains__ = __refuse
    __getitem__ = __refuse
    __lt__ = __le__ = __gt__ = __ge__ = __refuse
    __int__ = __float__ = __str__ = __refuse

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        raise CannotTell("a value that is not known before deployment")


UNKNOWN: Final = Unknown()
NOT_YET: Final = "not known yet"
ENCRYPTED: Final = "encrypted in the state"

# What `pulumi preview --json` writes for a secret.
HIDDEN: Final = "[secret]"

_ATOMS: Final = frozenset({bool, int, type(None)})
DEEPEST: Final = 60
"""Levels below which a value is not looked into: no property of AWS has a tenth of them."""


def plain(value: Any, depth: int = 0) -> Any:
    """A value as plain data: mappings to dict, sequences to tuple, 7.0 to 7, whatever is not known to UNKNOWN.

    Safe on the proxies of ``pulumi_policy``: neither the text of an unknown value nor their exceptions get through.
    Assets, archives and other objects become UNKNOWN too, since rules never look into them.
    """
    kind = cast(Any, type(value))
    if kind is str:
        return UNKNOWN if value in SENTINELS or value == HIDDEN else value
    if kind is float:
        return int(value) if value.is_integer() else value
    if kind in _ATOMS:
        return value
    if depth > DEEPEST:
        return UNKNOWN
    if isinstance(value, Mapping):
        return _plain_mapping(cast(Mapping[str, Any], value), depth + 1)
    if isinstance(value, Sequence):
        return tuple(_elements(cast(Sequence[Any], value), depth + 1))
    return UNKNOWN


def _elements(values: Sequence[Any], depth: int) -> Iterator[Any]:
    for index in range(len(values)):
        yield entry(values, index, depth)


def _plain_mapping(values: Mapping[str, Any], depth: int) -> Any:
    if cast(type, type(values)) is dict and SIGNATURE in values:
        return _special(values, depth)
    return {str(key): entry(values, key, depth) for key in values}


def holds_secret(value: Any) -> bool:
    """Whether a value of a document has a secret somewhere inside that was not shown."""
    todo: list[Any] = [value]
    while todo:
        value = todo.pop()
        if value == HIDDEN:
            return True
        if isinstance(value, dict):
            values = cast(dict[str, Any], value)
            if values.get(SIGNATURE) == SECRET and not {"plaintext", "value"} & values.keys():
                return True
            todo += values.values()
        elif isinstance(value, list):
            todo += cast(list[Any], value)
    return False


def entry(values: Any, key: Any, depth: int = 0) -> Any:
    """One entry of a mapping or sequence as plain data; UNKNOWN when reading it raises."""
    try:
        value = values[key]
    except Exception:  # the SDK's UnknownValueError, from whatever module it is imported
        return UNKNOWN
    return plain(value, depth)


def _special(values: Mapping[str, Any], depth: int) -> Any:
    signature = values.get(SIGNATURE)
    if signature == OUTPUT or (signature == SECRET and "value" in values):
        return plain(values["value"], depth) if "value" in values else UNKNOWN
    if signature == RESOURCE:
        return plain(values.get("id") or values.get("urn"), depth)
    if signature == SECRET and "plaintext" in values:
        return _decoded(values["plaintext"], depth)
    return UNKNOWN


def _decoded(text: Any, depth: int) -> Any:
    try:
        return plain(json.loads(text), depth)
    except (TypeError, ValueError, RecursionError):
        return UNKNOWN
