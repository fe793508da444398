"""Which interpreter a program runs with, which plugins its packages need, and children that do not outlive us."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline.engine.environment import STAMP

REQUIREMENTS = "requirements.txt"
GRACE_SECONDS = 5  # between asking a child to stop and killing it
LIST_PACKAGES = """
import importlib.metadata, json
print(json.dumps(sorted((d.metadata["Name"], d.version) for d in importlib.metadata.distributions())))
"""


class NoInterpreterError(Exception):
    """The program's virtual environment cannot be used; the message says which and what to do."""


def interpreter(root: str, options: Mapping[str, Any]) -> Path:
    """The Python that `runtime.options` of Pulumi.yaml or PulumiPolicy.yaml asks for. root: that file's folder.

    Without `virtualenv` it is that of the virtual environment that is activated, else this one.
    """
    venv = _venv(root, options)
    if venv is None:
        activated = os.environ.get("VIRTUAL_ENV")
        return Path(activated, "bin", "python") if activated else Path(sys.executable)
    python = venv / "bin" / "python"
    if not python.exists():
        raise NoInterpreterError(
            f"virtualenv: {venv.relative_to(root) if venv.is_relative_to(root) else venv}: {python} does not exist; "
            f"make the environment first: `pulumi install` in {root} (in this repository: make setup)"
        )
    return python


def installation(root: str, options: Mapping[str, Any]) -> list[list[str]]:
    """The commands that make the environment of a program, if it names one, and install its requirements.txt.

    Nothing is installed into an environment that `make setup` has made, nor into the one that is activated.
    """
    venv = _venv(root, options)
    if venv is None or (venv / STAMP).exists():
        return []
    commands: list[list[str]] = []
    python = venv / "bin" / "python"
    if not python.exists():
        if venv.is_symlink():
            venv.unlink()  # copied from where it led to another folder
        commands.append([sys.executable, "-m", "venv", str(venv)])
    if Path(root, REQUIREMENTS).exists():
        commands.append([str(python), "-m", "pip", "install", "--disable-pip-version-check", "-r", REQUIREMENTS])
    return commands


def _venv(root: str, options: Mapping[str, Any]) -> Path | None:
    toolchain = str(options.get("toolchain") or "pip")
    if toolchain not in ("pip", "uv"):
        raise NoInterpreterError(
            f"toolchain: {toolchain}: this language host knows pip and uv; install the Pulumi release"
        )
    name = str(options.get("virtualenv") or (".venv" if toolchain == "uv" else ""))
    return Path(root, name) if name else None


def environ(python: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program: its virtual environment activated, then `extra`."""
    env = {**os.environ, **extra}
    if python.parent.parent.joinpath("pyvenv.cfg").exists():
        env["VIRTUAL_ENV"] = str(python.parent.parent)
        env["PATH"] = os.pathsep.join((str(python.parent), env.get("PATH", os.defpath)))
        env.pop("PYTHONHOME", None)
    return env


@dataclass(frozen=True, slots=True)
class Plugin:
    """A provider plugin that an installed package needs. server: alternative download URL. package: its folder."""

    name: str
    version: str
    server: str
    package: Path


def _released(package: Path) -> str:
    """The version of an installed package, from the name of its metadata folder; empty if it has none."""
    found = sorted(package.parent.glob(f"{package.name}-*.dist-info"))
    return found[0].name.removesuffix(".dist-info").rsplit("-", 1)[-1] if found else ""


_PYTHON_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:(a|b|rc)(\d+))?(?:\.dev(\d+))?(?:\+.*)?")
_STAGES = {"a": "alpha", "b": "beta", "rc": "rc"}


def semantic(version: str) -> str:
    """A version of a Python package as the engine reads it: 1.2.3a4 is 1.2.3-alpha.4, as Pulumi's language host says.

    Empty for what is no version of a plugin: the engine then takes any.
    """
    if re.fullmatch(r"v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", version):
        return version.removeprefix("v")
    found = _PYTHON_VERSION.fullmatch(version)
    if not found:
        return ""
    major, minor, patch, stage, number, development = found.groups()
    parts = [f"{_STAGES[stage]}.{number}"] if stage else []
    parts += [f"dev.{development}"] if development else []
    return ".".join((major, minor, patch or "0")) + (f"-{'.'.join(parts)}" if parts else "")


def plugins(python: Path) -> list[Plugin]:
    """The provider plugins that installed packages declare in pulumi-plugin.json."""
    found: list[Plugin] = []
    for file in sorted(python.parent.parent.glob("lib*/python*/site-packages/*/pulumi-plugin.json")):
        with contextlib.suppress(OSError, ValueError):
            declared: dict[str, Any] = json.loads(file.read_text())
            if declared.get("resource"):
                name = str(declared.get("name") or file.parent.name.removeprefix("pulumi_"))
                version, server = (
                    str(declared.get("version") or _released(file.parent)),
                    str(declared.get("server") or ""),
                )
                found.append(Plugin(name, semantic(version), server, file.parent))
    return found


def packages(python: Path) -> list[tuple[str, str]]:
    """(name, version) of every installed distribution."""
    args = [str(python), "-c", LIST_PACKAGES]
    return [(n, v) for n, v in json.loads(subprocess.run(args, capture_output=True, check=True).stdout)]


class Children:
    """The processes we started. Once stopped, none is left and none starts again; if we are killed, they end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._alive: dict[subprocess.Popen[bytes], subprocess.Popen[bytes]] = {}
        """Each child with its watcher."""
        self._stopped = False

    def start(self, args: Sequence[str], *, cwd: str, env: Mapping[str, str], piped: bool) -> subprocess.Popen[bytes]:
        """A child in its own process group, so that what it starts dies with it."""
        pipe = subprocess.PIPE if piped else None
        with self._lock:
            if self._stopped:
                raise InterruptedError("cancelled")
            child = subprocess.Popen(args, cwd=cwd, env=env, stdout=pipe, stderr=pipe, process_group=0)
            self._alive[child] = _watcher(child)
        return child

    def wait(self, child: subprocess.Popen[bytes]) -> int:
        """Its exit code."""
        code = child.wait()
        self._ended(child)
        return code

    def _ended(self, child: subprocess.Popen[bytes]) -> None:
        with self._lock:
            watcher = self._alive.pop(child, None)
        if watcher:
            watcher.communicate(b"\n")

    def end(self, child: subprocess.Popen[bytes]) -> None:
        """Ask it to stop, then make it."""
        for sign, patience in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, None)):
            if child.poll() is not None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(patience)
        self._ended(child)

    def stop(self) -> None:
        """End all."""
        with self._lock:
            self._stopped = True
            alive = list(self._alive)
        for child in alive:
            self.end(child)


def _watcher(child: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """A process that ends a child when we are killed, which closes the pipe that it reads. A line makes it exit."""
    end = f"kill -s TERM -- -{child.pid} && sleep {GRACE_SECONDS} && kill -s KILL -- -{child.pid}"
    return subprocess.Popen(
        ["/bin/sh", "-c", f"read -r _ || {{ {end}; }}"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
