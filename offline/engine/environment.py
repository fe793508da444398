"""The virtual environment: hash-locked and byte-compiled; an incomplete one is built again."""

import importlib.util
import json
import os
import platform
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from offline.engine.places import Places, digest, system
from offline.engine.run import CommandError, command, write_whole
from offline.engine.say import SetupError, step

LOCKS = ("requirements/setup.txt", "requirements/dev.txt")
STAMP = ".complete"  # written last: without it the environment counts as incomplete


def wanted(tree: Path) -> dict[str, str]:
    """What the environment is made from: the interpreter and the lock files."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()} {system()} {sys.base_prefix}",
        "locks": digest(*(tree / lock for lock in LOCKS)),
    }


def _stamp(venv: Path) -> dict[str, str]:
    try:
        return json.loads((venv / STAMP).read_text())
    except (OSError, ValueError):
        return {}


def ready(at: Places) -> bool:
    """Whether the environment is complete and made from these lock files and this interpreter."""
    return at.python.exists() and at.pack_venv.exists() and _stamp(at.venv) == wanted(at.tree)


def mark(at: Places) -> None:
    """Link the policy pack to the environment, and mark it as complete."""
    _link(at)
    write_whole(at.venv / STAMP, json.dumps(wanted(at.tree)))


def environ() -> dict[str, str]:
    """The caller's environment for installers: bytecode is allowed; uv gets pip's index and certificates."""
    env = {
        k: v
        for k, v in os.environ.items()
        if k not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
    for theirs, ours in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_CERT", "SSL_CERT_FILE")):
        if theirs in env:
            env.setdefault(ours, env[theirs])
    return env


def uv(at: Places, *args: str, env: Mapping[str, str] | None = None) -> str:
    """Run the uv of the virtual environment."""
    return command([str(at.venv / "bin" / "uv"), *args], cwd=at.tree, env={**environ(), **(env or {})})


def install(at: Places) -> None:
    """Create or update the environment. Raises SetupError. After an interrupted run the next one starts over."""
    if ready(at):
        return
    before = _stamp(at.venv)
    again = (
        before.get("python") == wanted(at.tree)["python"] and at.python.exists() and (at.venv / "bin" / "uv").exists()
    )
    try:
        (at.venv / STAMP).unlink(missing_ok=True)
        if not again:
            _create(at)
        with step("installing the locked packages and byte-compiling them"):
            uv(at, "pip", "sync", "-q", "--python", str(at.python), "--require-hashes", "--compile-bytecode", *LOCKS)
        mark(at)
    except CommandError as failed:
        raise failed.sentence(f"{at.venv.name} cannot be created", "then run again") from None
    except OSError as error:
        raise SetupError(f"{at.venv}: cannot be written ({error.strerror}); make the folder writable") from None


def _link(at: Places) -> None:
    """Let the policy pack of this tree run in the tree's environment. One that `pulumi install` made there is kept."""
    if at.pack_venv.is_dir() and not at.pack_venv.is_symlink():
        return
    at.pack_venv.parent.mkdir(exist_ok=True)
    at.pack_venv.unlink(missing_ok=True)
    at.pack_venv.symlink_to(at.venv)  # absolute: it also works in a copy of the folder, while this tree is there


def _create(at: Places) -> None:
    if not importlib.util.find_spec("ensurepip") or not importlib.util.find_spec("venv"):
        raise SetupError(
            f"{sys.executable}: this Python cannot create virtual environments (no venv or ensurepip); "
            "install its venv package (Debian and Ubuntu: python3-venv)"
        )
    if at.venv.exists():
        shutil.rmtree(at.venv)
    with step("creating the virtual environment"):
        command([sys.executable, "-m", "venv", str(at.venv)], env=environ())
        pip = [str(at.python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "1"]
        command([*pip, "--require-hashes", "-r", LOCKS[0]], cwd=at.tree, env=environ())
