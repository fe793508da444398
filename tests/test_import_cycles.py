"""No module of ours imports, straight or through others, a module that imports it: not even inside a function."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {"components": ROOT, "ha_policy": ROOT / "policy", "offline": ROOT}


def _modules(package: str) -> dict[str, Path]:
    base = PACKAGES[package]
    found: dict[str, Path] = {}
    for path in (base / package).rglob("*.py"):
        parts = path.relative_to(base).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _imports(name: str, path: Path) -> Iterator[str]:
    """Every module that a source file names in an import, wherever it stands, also one for the type checker only."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            steps = package.split(".")
            above = ".".join(steps[: len(steps) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (above, node.module) if part)
            yield from (f"{source}.{alias.name}" for alias in node.names)


def imports_of(modules: dict[str, Path]) -> dict[str, set[str]]:
    """Module -> the modules of the same package that it imports; `from a import b` means a.b where there is one."""
    found: dict[str, set[str]] = {}
    for name, path in modules.items():
        targets = {t if t in modules else t.rpartition(".")[0] for t in _imports(name, path)}
        found[name] = {t for t in targets if t in modules and t != name}
    return found


def cycles(imports: dict[str, set[str]]) -> list[list[str]]:
    """The groups of modules that import each other in a circle (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for target in sorted(imports[name]):
            if target not in index:
                visit(target)
                low[name] = min(low[name], low[target])
            elif target in stack:
                low[name] = min(low[name], index[target])
        if low[name] == index[name]:
            group = [*stack[stack.index(name) :]]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in sorted(imports):
        if name not in index:
            visit(name)
    return found


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    modules = _modules(package)
    assert len(modules) > 20
    assert cycles(imports_of(modules)) == []


def test_a_circle_through_an_import_inside_a_function_is_found(tmp_path: Path) -> None:
    sources = {
        "p": "",
        "p.a": "from . import b",
        "p.b": "def f():\n    from p.c import x\n    return x",
        "p.c": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .a import y",
        "p.d": "import p.a",
    }
    modules = {name: tmp_path / f"{name}.py" for name in sources}
    for name, text in sources.items():
        modules[name].write_text(text)
    modules["p"] = modules["p"].rename(tmp_path / "__init__.py")
    assert cycles(imports_of(modules)) == [["p.a", "p.b", "p.c"]]
