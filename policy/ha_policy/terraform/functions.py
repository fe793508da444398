"""Terraform's functions that select and arrange values. Those that are not here give a value that is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, cast


class UnclearError(Exception):
    """A result that cannot be known: the function is not known, or does not take these values."""


class Set(list[Any]):
    """A set: its elements have no index, and are their own keys."""


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return cast(list[Any], value)
    if isinstance(value, Mapping):
        return [v for _, v in _sorted(cast(Mapping[str, Any], value))]
    raise UnclearError


def _map(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(cast(Mapping[str, Any], value))
    raise UnclearError


def _sorted(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(value.items())


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise UnclearError
    try:
        return int(value)
    except ValueError:
        raise UnclearError from None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise UnclearError
    return str(value)


def _element(values: Any, index: Any) -> Any:
    every = _list(values)
    if not every:
        raise UnclearError
    return every[_number(index) % len(every)]


def _flattened(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        found += _flattened(cast(list[Any], value)) if isinstance(value, list) else [value]
    return found


def _distinct(values: Any) -> list[Any]:
    found: list[Any] = []
    for value in _list(values):
        if not any(value is v or (type(v) is type(value) and v == value) for v in found):
            found.append(value)
    return found


def _toset(values: Any) -> Set:
    return Set(_distinct(values))


def _slice(values: Any, start: Any, end: Any) -> list[Any]:
    return _list(values)[_number(start) : _number(end)]


def _merge(*maps: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for given in maps:
        found.update(_map(given) if given is not None else {})
    return found


def _lookup(values: Any, key: Any, *default: Any) -> Any:
    found = _map(values)
    if key in found:
        return found[key]
    if not default:
        raise UnclearError
    return default[0]


def _one(values: Any) -> Any:
    every = _list(values)
    if len(every) > 1:
        raise UnclearError
    return every[0] if every else None


def _coalesce(*values: Any) -> Any:
    for value in values:
        if value is not None and value != "":
            return value
    raise UnclearError


def _coalescelist(*values: Any) -> Any:
    for value in values:
        if _list(value):
            return value
    raise UnclearError


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else len(cast(Sequence[Any], value)) if _sized(value) else _refuse()


def _sized(value: Any) -> bool:
    return isinstance(value, list | Mapping)


def _refuse() -> Any:
    raise UnclearError


def _contains(values: Any, value: Any) -> bool:
    return value in _list(values)


def _index(values: Any, value: Any) -> int:
    try:
        return _list(values).index(value)
    except ValueError:
        raise UnclearError from None


def _range(*numbers: Any) -> list[int]:
    return list(range(*map(_number, numbers)))


def _format(template: Any, *values: Any) -> str:
    try:
        return _text(template).replace("%v", "%s") % values
    except (TypeError, ValueError):
        raise UnclearError from None


def _zipmap(keys: Any, values: Any) -> dict[str, Any]:
    return dict(zip(map(_text, _list(keys)), _list(values), strict=False))


def _chunks(values: Any, size: Any) -> list[list[Any]]:
    every, step = _list(values), _number(size)
    return [every[i : i + step] for i in range(0, len(every), step)] if step > 0 else _refuse()


def _compact(values: Any) -> list[Any]:
    return [v for v in _list(values) if v is not None and v != ""]


def _concat(*lists: Any) -> list[Any]:
    return [v for values in lists for v in _list(values)]


def _flatten(values: Any) -> list[Any]:
    return _flattened(_list(values))


def _join(separator: Any, values: Any) -> str:
    return _text(separator).join(map(_text, _list(values)))


def _keys(value: Any) -> list[str]:
    return sorted(_map(value))


def _lower(value: Any) -> str:
    return _text(value).lower()


def _upper(value: Any) -> str:
    return _text(value).upper()


def _max(*values: Any) -> int:
    return max(map(_number, values))


def _min(*values: Any) -> int:
    return min(map(_number, values))


def _replace(value: Any, old: Any, new: Any) -> str:
    return _refuse() if _text(old).startswith("/") else _text(value).replace(_text(old), _text(new))


def _reverse(values: Any) -> list[Any]:
    return _list(values)[::-1]


def _same(value: Any) -> Any:
    return value


def _sort(values: Any) -> list[str]:
    return sorted(map(_text, _list(values)))


def _split(separator: Any, value: Any) -> list[str]:
    return _text(value).split(_text(separator))


def _values(value: Any) -> list[Any]:
    return [v for _, v in _sorted(_map(value))]


KNOWN: Final[Mapping[str, Callable[..., Any]]] = {
    "chunklist": _chunks,
    "coalesce": _coalesce,
    "coalescelist": _coalescelist,
    "compact": _compact,
    "concat": _concat,
    "contains": _contains,
    "distinct": _distinct,
    "element": _element,
    "flatten": _flatten,
    "format": _format,
    "index": _index,
    "join": _join,
    "keys": _keys,
    "length": _length,
    "lookup": _lookup,
    "lower": _lower,
    "max": _max,
    "merge": _merge,
    "min": _min,
    "nonsensitive": _same,
    "one": _one,
    "range": _range,
    "replace": _replace,
    "reverse": _reverse,
    "sensitive": _same,
    "slice": _slice,
    "sort": _sort,
    "split": _split,
    "tobool": _same,
    "tolist": _list,
    "tomap": _map,
    "tonumber": _number,
    "toset": _toset,
    "tostring": _text,
    "upper": _upper,
    "values": _values,
    "zipmap": _zipmap,
}
"""By name. `try` and `can` need their arguments unevaluated (`expressions`)."""
COMPARED: Final = frozenset({"compact", "contains", "distinct", "format", "index", "join", "length", "sort", "toset"})
"""Those that compare values or write them as text, so that all of them have to be known (but see
`Expressions._of_later`).
"""
CONTAINING: Final = frozenset({"base64encode", "format", "join", "jsonencode", "templatefile", "yamlencode"})
"""Those whose result has all of their arguments in it."""
