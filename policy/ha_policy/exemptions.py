"""Exemptions in a tag of the resource itself: ``ha:exempt:<rule>`` = ``reason until=YYYY-MM-DD``.

The reason comes first. ``until=`` (the last day on which it applies) is optional and comes last, with or without a
semicolon before it. AWS allows letters, digits, spaces and ``_ . : / = + - @`` in tag values of every service, so the
form without a semicolon works everywhere.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from .config import Exemption, Settings, load
from .graph.model import Graph
from .graph.node import Node
from .rule import PRESETS, RULES
from .targets import SETTING, declared_targets

PREFIX: Final = "ha:exempt:"
PRESET: Final = "ha:preset"
_UNTIL: Final = re.compile(r"\buntil=")


def from_tags(node: Node) -> Iterator[Exemption]:
    """The exemptions in a resource's tags, valid or not."""
    for key, value in tags(node):
        if not key.startswith(PREFIX):
            continue
        yield _parse(node, key, value)


def settings_of(graph: Graph, config: Mapping[str, Any] | None = None, stack: str = "") -> Settings:
    """The settings of one stack of a graph (its name as `Node.stack`; by default the only one): from the configuration,
    else from its tags and what its components declare, else from its name. Whatever judges a stack gets its settings
    here.
    """
    nodes = [n for n in graph.nodes if not stack or n.stack == stack]
    name = (stack or next((n.stack for n in nodes), "")).rpartition("/")[2]
    found = load(config, name, preset_from_tags(nodes))
    if SETTING in (config or {}):
        return found
    problems: list[str] = []
    targets = declared_targets(nodes, problems)
    return replace(found, targets=targets, problems=(*found.problems, *problems))


def preset_from_tags(nodes: Iterable[Node]) -> str:
    """The preset in the tag ``ha:preset`` of any resource; if there are several, the strictest; "" if there is none.

    An invalid or unknown value is returned unchanged, so that it is reported as a mistake.
    """
    values = [value for node in nodes for key, value in tags(node) if key == PRESET]
    found = {value if isinstance(value, str) else "(not known yet)" for value in values}
    wrong = sorted(found.difference(PRESETS))
    return wrong[0] if wrong else max(found, key=PRESETS.index, default="")


def _parse(node: Node, key: str, value: Any) -> Exemption:
    name, origin = key.removeprefix(PREFIX), f"tag {key} of {node.label}"
    if not isinstance(value, str):
        return Exemption(name, node.urn, "", None, origin, "its value is not known before deployment")
    found = _UNTIL.search(value)
    reason, last = (value[: found.start()], value[found.end() :].strip()) if found else (value, None)
    reason, until = reason.rstrip("; \t\r\n").lstrip(), None
    problem = "" if reason else "it gives no reason"
    if last is not None:
        try:
            until = datetime.date.fromisoformat(last)
        except ValueError:
            problem = f"until={last} is not a date, YYYY-MM-DD"
    if name not in RULES:
        problem = f"there is no rule {name}; `resilience explain` lists them"
    return Exemption(name, node.urn, reason, until, origin, problem)


def tags(node: Node) -> Iterator[tuple[str, Any]]:
    """Key and value of each tag, as far as they are known."""
    given: Any = node.props.get("tags")
    if isinstance(given, Mapping):
        yield from cast(Mapping[str, Any], given).items()
    elif isinstance(given, tuple):  # Auto Scaling groups have a list of {key, value}
        for tag in cast(tuple[Any, ...], given):
            if isinstance(tag, Mapping):
                entry = cast(Mapping[str, Any], tag)
                if isinstance(entry.get("key"), str):
                    yield entry["key"], entry.get("value")
