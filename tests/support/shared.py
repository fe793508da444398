"""Results that are slow to make and the same for every test: each is made once and kept in ``build/shared``.

All workers of a run use the same folder, and so does the next run. The folder's name is a hash of everything that the
results come from, so nothing stale is ever read: after an edit, results are made anew.
"""

import fcntl
import hashlib
import os
import pickle
import shutil
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

TREE = Path(__file__).resolve().parents[2]
FOLDER = TREE / "build" / "shared"
SOURCES = ("__main__.py", "Pulumi*.yaml", "components", "offline", "policy", "requirements", "tests/support")
"""What the program, the policy pack, the offline AWS and the recorder are made of."""
PACKAGES = ("pulumi", "pulumi-aws", "pulumi-awsx", "pulumi-policy", "protobuf")
KEPT = 3  # folders of the latest sources; older ones are deleted

Made = TypeVar("Made")


def files(tree: Path = TREE, patterns: Iterable[str] = SOURCES) -> Iterator[Path]:
    """Every source file, in a stable order. Compiled files and caches are no sources."""
    for pattern in patterns:
        for found in sorted(tree.glob(pattern)):
            inside = sorted(found.rglob("*")) if found.is_dir() else [found]
            yield from (p for p in inside if p.is_file() and "__pycache__" not in p.parts and ".venv" not in p.parts)


def digest(tree: Path = TREE) -> str:
    """Hash of the sources, of where they are (recorded assets are absolute paths), and of the packages they use."""
    found = hashlib.sha256()
    for text in (str(tree), sys.version, *(f"{name} {version(name)}" for name in PACKAGES)):
        found.update(text.encode() + b"\0")
    for file in files(tree):
        content = file.read_bytes()
        found.update(f"{file.relative_to(tree)} {len(content)}\0".encode() + content)
    return found.hexdigest()[:20]


@cache
def folder() -> Path:
    """The folder of today's sources; those of older sources are deleted but for the latest."""
    own = FOLDER / digest()
    own.mkdir(parents=True, exist_ok=True)
    os.utime(own)
    older = sorted((p for p in FOLDER.iterdir() if p != own), key=lambda p: p.stat().st_mtime, reverse=True)
    for gone in older[KEPT - 1 :]:
        shutil.rmtree(gone, ignore_errors=True)
    return own


@contextmanager
def _alone(file: Path) -> Generator[None]:
    """Hold a lock that other processes wait for. The system takes it back from a process that dies."""
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def shared(name: str, make: Callable[[], Made]) -> Made:
    """What ``make`` returns, from the first process that asks. name: says what it is, and with which arguments.

    The value must be picklable; treat it as read-only. What ``make`` raises is raised, and nothing is kept then.
    """
    kept = folder() / f"{hashlib.sha256(name.encode()).hexdigest()[:20]}.pickle"
    if not kept.exists():
        with _alone(kept.with_suffix(".lock")):
            if not kept.exists():
                partial = kept.with_suffix(".partial")
                partial.write_bytes(pickle.dumps((name, make()), pickle.HIGHEST_PROTOCOL))
                partial.replace(kept)
    known, value = pickle.loads(kept.read_bytes())
    assert known == name
    return value
