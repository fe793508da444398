"""Texts of rules and of the simulation in Terraform's words; they are written with Pulumi's types and properties."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, cast

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node

from .types import terraform_name, terraform_type

PHRASES: Final = (
    ("the resource option protect", "lifecycle.prevent_destroy"),
    ("Pulumi's protect option", "prevent_destroy"),
    ("protect", "prevent_destroy"),
    ("the program", "the configuration"),
    ("is not known before deployment", "is known after apply only"),
    ("known before deployment", "known in the plan"),
)
"""What no table of types has: Pulumi's options of resources, and how the two speak of what is not known yet."""
VALUES: Final = frozenset({"notBreaching"})
"""Values of AWS that look like names of properties."""
_PHRASE: Final = re.compile("|".join(rf"\b{re.escape(phrase)}\b(?!-)" for phrase, _ in PHRASES))
_KIND: Final = re.compile(r"(?<![\w./:-])[a-z0-9]+/[a-z][A-Za-z0-9]+(?![\w/])")
_PROPERTY: Final = re.compile(
    r"""(?!(?:module|data|var|local)\.)(?<![\w."'\[/:{-])(?:[a-z]+\.)*[a-z]{2,}[A-Z][A-Za-z0-9]*(?:\.[a-z]\w*)*(?![\w"'\[/:-])"""
)


def in_terraform(node: Node, text: str, kinds: tuple[str, ...] = ()) -> str:
    """A text about a resource in the words of what manages it. kinds: of which the text may speak too."""
    return said(text, (node.kind, *kinds)) if node.is_terraform else text


def type_of(node: Node) -> str:
    """The type of a resource as the document has it: ``aws_lb`` or ``lb/loadBalancer``."""
    return (terraform_type(node.kind) or node.kind) if node.is_terraform else node.kind


@lru_cache(maxsize=16384)
def said(text: str, kinds: tuple[str, ...] = ()) -> str:
    """A text in Terraform's words. kinds: the resources that it is about, the most likely first."""
    text = _KIND.sub(lambda m: terraform_type(m[0]) or m[0], text)
    text = _PROPERTY.sub(lambda m: _attribute(m[0], kinds), text)
    return _PHRASE.sub(lambda m: dict(PHRASES)[m[0]], text)


def _attribute(path: str, kinds: Iterable[str]) -> str:
    if path in VALUES:
        return path
    plain = terraform_name("", path)
    found = (name for kind in kinds if (name := terraform_name(kind, path)) != plain)
    return next(found, plain)


def words(graph: Graph) -> Callable[[str], str]:
    """How the simulation's texts are said: in Terraform's words if that manages everything."""
    return said if is_terraform(graph) else str


def in_words(graph: Graph, made: dict[str, Any], kept: frozenset[str]) -> dict[str, Any]:
    """A report with its texts as `words` has them, but for the values of the keys in ``kept``."""
    return cast(dict[str, Any], _in_words(made, kept)) if is_terraform(graph) else made


def is_terraform(graph: Graph) -> bool:
    """Whether Terraform manages everything."""
    key = ("is_terraform", "")
    if key not in graph.memo:
        graph.memo[key] = bool(graph.nodes) and all(n.is_terraform for n in graph.nodes)
    return graph.memo[key]


def _in_words(made: Any, kept: frozenset[str]) -> Any:
    if isinstance(made, Mapping):
        entries = cast(Mapping[str, Any], made).items()
        return {key: value if key in kept else _in_words(value, kept) for key, value in entries}
    if isinstance(made, list):
        return [_in_words(v, kept) for v in cast(list[Any], made)]
    return said(made) if isinstance(made, str) else made
