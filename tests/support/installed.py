"""The policy pack as other people have it: built as a wheel, in a virtual environment with what it requires."""

import contextlib
import importlib.metadata
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from flit_core.buildapi import build_wheel

from offline.engine.places import TREE

POLICY = TREE / "policy"


def needed(requirements: Iterable[str]) -> set[str]:
    """The distributions that installing these requirements brings, of those installed here."""
    todo, found = [_name(r) for r in requirements], set[str]()
    while todo:
        name = todo.pop().lower().replace("_", "-")
        if name in found:
            continue
        found.add(name)
        todo += [_name(r) for r in importlib.metadata.requires(name) or [] if "extra ==" not in r]
    return found


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement)[0]


def environment(folder: Path, names: set[str]) -> Path:
    """An environment with these distributions and no other, as pip would make it; its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    for name in names:
        for file in importlib.metadata.distribution(name).files or []:
            top = file.parts[0]
            source = Path(str(importlib.metadata.distribution(name).locate_file(top)))
            if top != ".." and not (site / top).exists():
                (site / top).symlink_to(source)
    return folder / "bin" / "python"


def wheel(folder: Path) -> Path:
    """The package, built into a folder; what `pip wheel` runs."""
    with contextlib.chdir(POLICY):
        return folder / build_wheel(str(folder))


def install(python: Path, package: Path) -> None:
    """Install a wheel without its requirements and without the network."""
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "-q", "--offline", "--no-deps"]
    env = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    subprocess.run([*uv, "--python", str(python), str(package)], check=True, env=env)
