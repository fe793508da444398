"""Tests that cannot fail: loops over nothing."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.some import some

TESTS = Path(__file__).resolve().parents[1]
FILES = sorted(p for p in TESTS.rglob("*.py") if "files" not in p.parts)
ORDERED = {"sorted", "reversed", "enumerate", "list", "tuple", "set", "zip", "product", "combinations"}
"""Functions that give something if they are given something."""
VIEWS = {"items", "keys", "values"}
SURE = {"some", "range", "every_type", "every_resource"}
"""Functions that fail where there is nothing, or that have a number of their own."""


def empty_loops(source: str) -> Iterator[int]:
    """Lines that assert something of each of several things, of which there may be none.

    That is a ``for`` with an assertion in it, and ``assert all(…)``, unless they go through a literal, a constant,
    ``graph.every(…)``, ``some(…)``, something that the same function asserts to equal, contain or count something, or
    the parts of what an outer loop goes through.
    """
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            yield from _empty_loops(function.body, _known(function), set())


def _empty_loops(body: Sequence[ast.stmt], known: set[str], parts: set[str]) -> Iterator[int]:
    """parts: names of what an outer loop goes through, and of what is taken from it. A part may be empty for some."""
    parts = set(parts)
    for node in body:
        match node:
            case ast.For():
                asserts = any(isinstance(inner, ast.Assert) for inner in ast.walk(node))
                if asserts and not _sure(node.iter, known) and not _part(node.iter, parts):
                    yield node.lineno
                yield from _empty_loops(node.body, known, parts | _names(node.target))
            case ast.Assert(test=test):
                for made in _all(test):
                    if not _sure(made.generators[0].iter, known) and not _part(made.generators[0].iter, parts):
                        yield node.lineno
            case ast.Assign(targets=targets, value=value) if _part(value, parts):
                parts |= {name for target in targets for name in _names(target)}
            case ast.If(body=one, orelse=two):
                yield from _empty_loops(one, known, parts)
                yield from _empty_loops(two, known, parts)
            case ast.With(body=inside) | ast.While(body=inside) | ast.Try(body=inside):
                yield from _empty_loops(inside, known, parts)
            case _:
                pass


def _part(expression: ast.expr, parts: set[str]) -> bool:
    """Is it taken from what an outer loop goes through? A search of the graph for a type is not."""
    searches = any(isinstance(node, ast.Attribute) and node.attr == "of" for node in ast.walk(expression))
    return bool(_names(expression) & parts) and not searches


def _all(test: ast.expr) -> Iterator[ast.GeneratorExp | ast.ListComp]:
    for part in test.values if isinstance(test, ast.BoolOp) else [test]:
        match part:
            case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp() | ast.ListComp() as made]):
                yield made
            case _:
                pass


def _known(function: ast.FunctionDef) -> set[str]:
    """Names of which the function asserts that there is something, or which it takes apart or writes out."""
    known: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.List(elts=[*_]) | ast.Tuple(elts=[*_])], value=ast.Name(id=name)):
                known.add(name)
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if _sure(value, known):
                known.add(name)
            case ast.Assert(test=test):
                for part in test.values if isinstance(test, ast.BoolOp) else [test]:
                    known |= _asserted(part)
            case _:
                pass
    return known


def _asserted(test: ast.expr) -> set[str]:
    match test:
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return {ast.unparse(test)}
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Gt() | ast.GtE()], comparators=[right]) if not _empty(right):
            return _names(left) | (_names(right) if not _empty(left) else set())
        case ast.Compare(left=left, ops=[ast.In()], comparators=[right]):
            return _names(right)
        case ast.Compare(left=left, ops=[ast.LtE()], comparators=[right]) if _sure(left, set()):
            return _names(right)
        case ast.Compare(left=left, ops=[ast.Eq(), ast.Eq()], comparators=[*rest, right]) if not _empty(right):
            return {name for one in (left, *rest, right) for name in _names(one)}
        case _:
            return set()


def _names(expression: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}


def _empty(expression: ast.expr) -> bool:
    match expression:
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]) | ast.Constant(value=0 | ""):
            return True
        case ast.Call(args=[], keywords=[], func=ast.Name(id="set" | "dict" | "list")):
            return True
        case _:
            return False


def _sure(expression: ast.expr, known: set[str]) -> bool:
    if ast.unparse(expression) in known:
        return True
    match expression:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return any(not isinstance(part, ast.Starred) or _sure(part.value, known) for part in parts)
        case ast.Dict(keys=keys, values=values):
            return any(key is not None or _sure(value, known) for key, value in zip(keys, values, strict=True))
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.Attribute(attr=name):
            return name.isupper()
        case ast.Subscript(value=value, slice=ast.Constant() | ast.Attribute() | ast.Name()):
            return _sure(value, set())
        case ast.BinOp(left=left, op=ast.BitOr() | ast.Add(), right=right):
            return _sure(left, known) or _sure(right, known)
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=[]) if name in VIEWS:
            return _sure(value, known)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
            found = name in ORDERED and bool(args) and all(_sure(arg, known) for arg in args)
            return found or name in SURE or (name == "every" and isinstance(expression.func, ast.Attribute))
        case (
            ast.ListComp(generators=[ast.comprehension(iter=through, ifs=[])])
            | ast.SetComp(generators=[ast.comprehension(iter=through, ifs=[])])
            | ast.DictComp(generators=[ast.comprehension(iter=through, ifs=[])])
        ):
            return _sure(through, known)
        case _:
            return False


def test_what_is_asserted_of_each_of_several_things_is_asserted_of_one_at_least() -> None:
    found = [f"{p.relative_to(TESTS)}:{line}" for p in FILES for line in empty_loops(p.read_text(encoding="utf-8"))]
    assert found == [], "go through graph.every(…) or some(…)"


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("for n in graph.of(KIND):\n        assert n", [2]),
        ("for n in sorted(graph.of(KIND), key=name):\n        for m in some(n):\n            assert m", [2]),
        ("for n in re.findall(PATTERN, TEXT):\n        assert n", [2]),
        ("for n in found.items():\n        assert n", [2]),
        ("found = {}\n    for n in found.items():\n        assert n", [3]),
        ("assert all(n for n in graph.of(KIND))", [2]),
        ("assert x and all(n for n in found)", [2]),
        ("assert found == []\n    assert all(n for n in found)", [3]),
        ("for n in every():\n        assert n", [2]),
        ("for g in GRAPHS:\n        for n in g.of(KIND):\n            assert n", [3]),
        ("for n in KINDS:\n        for m in n.parts:\n            assert m", []),
        ("for n in KINDS:\n        parts = [m for m in n if m]\n        assert all(m for m in parts)", []),
        ("for n in graph.every(KIND):\n        assert n", []),
        ("for n in some(re.findall(PATTERN, TEXT)):\n        assert n", []),
        ("for n in (1, 2):\n        assert n", []),
        ("for n in KINDS.values():\n        assert n", []),
        ("for n in graph.of(KIND):\n        names.add(n)", []),
        ("found = graph.of(KIND)\n    assert len(found) == 3\n    assert all(n for n in found)", []),
        ("assert set(found) == {1}\n    for n in found.values():\n        assert n", []),
        ("[one, two] = found\n    for n in found:\n        assert n", []),
        ("assert name in found\n    assert all(n for n in found)", []),
        ('assert found["a"]\n    assert all(n for n in found["a"])', []),
    ],
)
def test_such_a_loop_is_found_and_no_other(body: str, lines: list[int]) -> None:
    assert list(empty_loops(f"def test_it():\n    {body}")) == lines


def test_some_of_nothing_is_a_failure() -> None:
    with pytest.raises(AssertionError, match="nothing to assert"):
        some(n for n in ())
    assert some(n for n in (1, 2)) == [1, 2]
