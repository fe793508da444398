"""Tests that cannot fail: loops over nothing, and tests without an assertion."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
FILES = sorted(p for folder in ("unit", "offline") for p in (TESTS / folder).rglob("*.py"))


def empty_loops(source: str) -> Iterator[int]:
    """Lines of `for` statements that assert something of `graph.of(…)`, which may be nothing."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.For) and any(isinstance(inner, ast.Assert) for inner in ast.walk(node)):
            called = [c.func for c in ast.walk(node.iter) if isinstance(c, ast.Call)]
            if any(isinstance(f, ast.Attribute) and f.attr == "of" for f in called):
                yield node.lineno


def test_what_is_asserted_of_each_resource_of_a_type_is_asserted_of_one_at_least() -> None:
    found = [f"{p.relative_to(TESTS)}:{line}" for p in FILES for line in empty_loops(p.read_text(encoding="utf-8"))]
    assert found == [], "use graph.every(…)"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("for n in graph.of(KIND):\n    assert n", [1]),
        ("for n in sorted(graph.of(KIND), key=name):\n    for m in n:\n        assert m", [1]),
        ("for n in graph.every(KIND):\n    assert n", []),
        ("for n in graph.of(KIND):\n    names.add(n)", []),
    ],
)
def test_such_a_loop_is_found(source: str, lines: list[int]) -> None:
    assert list(empty_loops(source)) == lines
