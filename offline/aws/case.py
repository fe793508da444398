"""One resource as the rules about what AWS refuses see it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from offline.aws.inventory import Inventory
from offline.aws.wire import Unknown, has_unknown


@dataclass(frozen=True, slots=True)
class Case:
    """One resource to judge."""

    token: str
    urn: str
    inputs: Mapping[str, Any]
    region: str
    inventory: Inventory
    new: bool = True
    """Is it to be created, as far as the check is told? What exists was accepted once."""

    def get(self, path: str) -> Any:
        """The value at a dotted path, None where it is absent or not fully known."""
        value: Any = self.inputs
        for step in path.split("."):
            value = cast(Mapping[str, Any], value).get(step) if isinstance(value, Mapping) else None
        return None if has_unknown(value) else value

    def text(self, path: str) -> str | None:
        """The text at a path, None where it is absent, unknown or no text."""
        value = self.get(path)
        return value if isinstance(value, str) else None

    def number(self, path: str) -> int | float | None:
        """The number at a path, None where it is absent, unknown or no number."""
        value = self.get(path)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def list(self, path: str) -> "list[Any]":
        """The list at a path, with what is unknown in it; empty where it is absent or itself unknown."""
        value: Any = self.inputs
        for step in path.split("."):
            value = cast(Mapping[str, Any], value).get(step) if isinstance(value, Mapping) else None
        return cast("list[Any]", value) if isinstance(value, list) else []

    def objects(self, path: str) -> "Iterator[tuple[str, Case]]":
        """(path, case) of every object in the list at a path, or of the one object there."""
        value: Any = self.inputs
        for step in path.split("."):
            value = cast(Mapping[str, Any], value).get(step) if isinstance(value, Mapping) else None
        if isinstance(value, Mapping):
            yield path, replace(self, inputs=cast(Mapping[str, Any], value))
        elif isinstance(value, list):
            for i, item in enumerate(cast("list[Any]", value)):
                if isinstance(item, Mapping):
                    yield f"{path}[{i}]", replace(self, inputs=cast(Mapping[str, Any], item))

    def given(self, path: str) -> bool:
        """Was something given at a path, known or not?"""
        value: Any = self.inputs
        for step in path.split("."):
            value = cast(Mapping[str, Any], value).get(step) if isinstance(value, Mapping) else None
        return value is not None

    def unknown(self, path: str) -> bool:
        """Is the value at the path, or its whole parent, not known yet?"""
        value: Any = self.inputs
        for step in path.split("."):
            if isinstance(value, Unknown):
                return True
            value = cast(Mapping[str, Any], value).get(step) if isinstance(value, Mapping) else None
        return has_unknown(value)
