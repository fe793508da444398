"""Exemptions written on the resource itself, as a tag: ``ha:exempt:<rule>`` = ``reason until=YYYY-MM-DD``.

The reason comes first; ``until=`` (the last day it holds) is optional and comes last, with or without a semicolon
before it. AWS allows letters, digits, spaces and ``_ . : / = + - @`` in tag values of every service, so the form
without a semicolon works everywhere.
"""

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from .config import Exemption
from .graph.node import Node
from .rule import RULES

PREFIX: Final = "ha:exempt:"
_VALUE: Final = re.compile(r"(?P<reason>.*?)[\s;]*(?:\buntil=(?P<until>.*?))?\s*", re.DOTALL)


def from_tags(node: Node) -> Iterator[Exemption]:
    """The exemptions in a resource's tags, well formed or not."""
    for key, value in _tags(node):
        if not key.startswith(PREFIX):
            continue
        yield _parse(node, key, value)


def _parse(node: Node, key: str, value: Any) -> Exemption:
    name, origin = key.removeprefix(PREFIX), f"tag {key} of {node.label}"
    match = _VALUE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return Exemption(name, node.urn, "", None, origin, "its text is not known before deployment")
    reason, until = match["reason"].strip(), None
    problem = "" if reason else "it gives no reason"
    if match["until"] is not None:
        try:
            until = datetime.date.fromisoformat(match["until"])
        except ValueError:
            problem = f"until={match['until']} is not a day, YYYY-MM-DD"
    if name not in RULES:
        problem = f"there is no rule {name}; docs/rules.md lists them"
    return Exemption(name, node.urn, reason, until, origin, problem)


def _tags(node: Node) -> Iterator[tuple[str, Any]]:
    tags: Any = node.props.get("tags")
    if isinstance(tags, Mapping):
        yield from cast(Mapping[str, Any], tags).items()
    elif isinstance(tags, tuple):  # Auto Scaling groups have a list of {key, value}
        for tag in cast(tuple[Any, ...], tags):
            if isinstance(tag, Mapping):
                entry = cast(Mapping[str, Any], tag)
                if isinstance(entry.get("key"), str):
                    yield entry["key"], entry.get("value")
