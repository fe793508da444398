"""Values of a JSON document, whatever they are, as what is expected."""

from collections.abc import Mapping
from typing import Any, cast


def mapping(value: Any) -> Mapping[str, Any]:
    """An object; empty if it is anything else."""
    return cast(Mapping[str, Any], value) if isinstance(value, Mapping) else {}


def elements(value: Any) -> list[Any]:
    """A list; empty if it is anything else."""
    return cast(list[Any], value) if isinstance(value, list) else []
