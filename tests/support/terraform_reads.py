"""What the rules, the graph and the simulation may read: names of kinds and properties in the text of the pack."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACK = Path(__file__).parents[2] / "policy" / "ha_policy"
KIND = re.compile(r"[a-z][a-z0-9]*/[a-z][A-Za-z0-9]*")
PATH = re.compile(r"[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*")
OLD = ("kinds.py",)
"""Modules that name kinds only to give them another name."""


@cache
def constants() -> frozenset[str]:
    """Every string in the pack, but for what speaks of Terraform."""
    found: set[str] = set()
    for file in sorted(PACK.rglob("*.py")):
        if "terraform" not in file.relative_to(PACK).parts and file.name not in OLD:
            nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            found.update(n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return frozenset(found)


def kinds() -> Iterator[str]:
    """Kinds of resources (``lb/loadBalancer``)."""
    return (c for c in sorted(constants()) if KIND.fullmatch(c))


@cache
def names() -> frozenset[str]:
    """Names of properties: every word that may be one, also as a step of a path (``vpcConfig.subnetIds``)."""
    return frozenset(step for c in constants() if PATH.fullmatch(c) for step in c.split("."))
