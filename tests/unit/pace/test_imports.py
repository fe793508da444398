"""Modules compiled lean: what is left out, when, and where they are kept."""

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from components.pace import imports

SOURCE = '''"""What it is for."""
from typing import TypedDict

def f(x: undefined_name) -> 1:
    """Documented."""
    return x

def g():
    """Documented, and nothing else."""

class Shape(TypedDict):
    """Documented."""
    size: undefined_name

class Kept:
    size: int = 1
    @property
    def twice(self): return 2 * self.size

    async def h(self): """Documented."""
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package that cannot be imported unless its annotations are left alone. Yields its module's file."""
    folder = tmp_path / "pace_fixture"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "part.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(imports, "PACKAGE", "pace_fixture.")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    imports.import_lean()
    yield folder / "part.py"
    _forget()


def _forget() -> None:
    for name in [n for n in sys.modules if n.startswith("pace_fixture")]:
        del sys.modules[name]
    importlib.invalidate_caches()


def _load() -> ModuleType:
    _forget()
    return importlib.import_module("pace_fixture.part")


def test_what_only_readers_need_is_left_out(package: Path) -> None:
    part = _load()
    assert part.f.__annotations__ == {"x": "undefined_name", "return": "1"}
    assert (part.f(3), part.g(), part.Kept().twice) == (3, None, 2)
    assert [thing.__doc__ for thing in (part, part.f, part.g, part.Kept.h)] == [None] * 4
    assert part.Shape.__annotations__ == {}
    assert part.Shape(size=1) == {"size": 1}
    assert part.Kept.__annotations__ == {"size": "int"}
    assert part.f.__code__.co_firstlineno == 4, "errors still name the line"


def test_the_bytecode_is_kept_beside_pythons_own(package: Path) -> None:
    _load()
    kept = imports.cached(str(package))
    assert kept.exists()
    assert kept.parent == package.parent / "__pycache__"
    assert kept != Path(importlib.util.cache_from_source(str(package)))
    before = kept.stat().st_mtime_ns
    assert _load().f.__annotations__["x"] == "undefined_name"
    assert kept.stat().st_mtime_ns == before, "read, not made again"


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_what_is_kept_broken_or_old_is_made_again(package: Path, content: bytes | None) -> None:
    _load()
    kept = imports.cached(str(package))
    if content is None:
        package.write_text(SOURCE.replace("undefined_name", "another_name"))
        os.utime(package, (1, 1))
    else:
        kept.write_bytes(kept.read_bytes()[:16] + content if content else content)
    assert _load().f.__annotations__["x"] == ("undefined_name" if content is not None else "another_name")
    assert len(kept.read_bytes()) > 40


@pytest.mark.parametrize("why", ["bytecode is not wanted", "the folder is read-only"])
def test_where_nothing_can_be_kept_python_imports_as_it_does(
    package: Path, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiling each time would take longer than evaluating."""
    if why == "bytecode is not wanted":
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
    else:
        monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    with pytest.raises(NameError, match="undefined_name"):
        _load()


def test_other_packages_are_left_alone(package: Path, tmp_path: Path) -> None:
    (tmp_path / "pace_fixture_other.py").write_text(SOURCE)
    with pytest.raises(NameError):
        importlib.import_module("pace_fixture_other")


def test_it_is_asked_for_once(package: Path) -> None:
    before = len(sys.meta_path)
    imports.import_lean()
    assert len(sys.meta_path) == before
