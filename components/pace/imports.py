"""Import the AWS classes without evaluating their annotations: that is what most of the time of their import goes to.

A module of ``pulumi_aws`` says of every argument of every class what it may be, in generics of `typing` that are built
when the module is loaded: 1.6 seconds for the packages of the shop. Compiled as if it began with ``from __future__
import annotations``, it keeps them as text, which the SDK evaluates for the properties that it is asked for. Python
3.14 does so by itself.
"""

import __future__

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
NEEDED = sys.version_info < (3, 14)
_VARIANT = f"deferred{sys.flags.optimize or ''}"
_BROKEN = (OSError, EOFError, ValueError, TypeError)


def defer_annotations() -> None:
    """For modules of `PACKAGE` that are imported from now on. Again: nothing."""
    if NEEDED and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def cached(source: str) -> Path:
    """Where the bytecode of a module is kept: beside Python's own, under another name."""
    return Path(importlib.util.cache_from_source(source, optimization=_VARIANT))


class _Loader(importlib.machinery.SourceFileLoader):
    """Python's own loader, with deferred annotations and a cache of its own."""

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
        flags = __future__.annotations.compiler_flag
        code: CodeType = compile(self.get_data(path), path, "exec", flags=flags, dont_inherit=True)
        self.set_data(str(kept), header + marshal.dumps(code))
        return code


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
