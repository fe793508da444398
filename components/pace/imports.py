"""Import the AWS classes without what is in their modules for editors and type checkers: most of what there is.

A module of ``pulumi_aws`` says of every argument of every class what it may be, in generics of `typing` that are built
when the module is loaded, and what it is for. Compiled as if it began with ``from __future__ import annotations``, it
keeps the types as text, which the SDK evaluates for the properties that it is asked for. Documentation is left out, and
what a `TypedDict` holds. Loading the packages of the shop takes a third of the time.
"""

import __future__

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import marshal
import os
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import cast

PACKAGE = "pulumi_aws."
_VARIANT = f"lean{sys.flags.optimize or ''}"
_BROKEN = (OSError, EOFError, ValueError, TypeError)


def import_lean() -> None:
    """For modules of `PACKAGE` that are imported from now on. Again: nothing."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def cached(source: str) -> Path:
    """Where the bytecode of a module is kept: beside Python's own, under another name."""
    return Path(importlib.util.cache_from_source(source, optimization=_VARIANT))


class _Loader(importlib.machinery.SourceFileLoader):
    """Python's own loader, with lean code and a cache of its own."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        stats = self.path_stats(path)
        moment, size = int(stats["mtime"]) & 0xFFFFFFFF, int(stats["size"]) & 0xFFFFFFFF
        header = importlib.util.MAGIC_NUMBER + struct.pack("<III", 0, moment, size)
        kept = cached(path)
        try:
            data = self.get_data(str(kept))
            if data.startswith(header):
                return marshal.loads(memoryview(data)[len(header) :])  # noqa: S302 (Python's own format, own file)
        except _BROKEN:
            pass  # not there or half there: it is made again
        code = _compile(self.get_data(path), path)
        self.set_data(str(kept), header + marshal.dumps(code))
        return code


def _compile(source: bytes, path: str) -> CodeType:
    tree = ast.parse(source, path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _thin(node)
    return compile(tree, path, "exec", flags=__future__.annotations.compiler_flag, dont_inherit=True)


def _thin(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    if ast.get_docstring(node, clean=False) is not None:
        del node.body[0]
    if isinstance(node, ast.ClassDef) and any(isinstance(b, ast.Name) and b.id == "TypedDict" for b in node.bases):
        node.body = [statement for statement in node.body if not isinstance(statement, ast.AnnAssign)]
    if not node.body and not isinstance(node, ast.Module):
        node.body = [ast.Pass(lineno=node.lineno, col_offset=node.col_offset)]


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith(PACKAGE):
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        loader = spec.loader if spec is not None else None
        if isinstance(loader, importlib.machinery.SourceFileLoader) and _worthwhile(cached(loader.path)):
            cast(importlib.machinery.ModuleSpec, spec).loader = _Loader(loader.name, loader.path)
        return spec


def _worthwhile(kept: Path) -> bool:
    """Compiling takes longer than what is gained: once is worth it, every time is not."""
    return kept.exists() or (
        not sys.dont_write_bytecode and os.access(kept.parent if kept.parent.exists() else kept.parents[1], os.W_OK)
    )
