"""Paths of the tree and of the cache outside it, and the versions that the lock files pin."""

import hashlib
import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path

from offline.engine.say import SetupError

TREE = Path(__file__).resolve().parents[2]
ENGINE_MODULE = "github.com/pulumi/pulumi/pkg/v3"
MINIMUM = (3, 249, 0)  # the oldest Pulumi with `pulumi policy analyze --file`


@dataclass(frozen=True, kw_only=True)
class Places:
    """The tree and its cache. All trees share the engines; each tree has its own PULUMI_HOME and state."""

    tree: Path
    cache: Path

    @property
    def venv(self) -> Path:
        """The virtual environment that Pulumi.yaml names."""
        return self.tree / ".venv"

    @property
    def pack_venv(self) -> Path:
        """The one that the policy pack's PulumiPolicy.yaml names: a link to the tree's."""
        return self.tree / "policy" / self.venv.name

    @property
    def python(self) -> Path:
        """The interpreter of the virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def engines(self) -> Path:
        """Installed engines, one folder per version, platform and lock."""
        return self.cache / "engine"

    @property
    def own(self) -> Path:
        """The folder of this tree only: PULUMI_HOME, offline state, copies of the configuration."""
        digest = hashlib.sha256(str(self.tree).encode()).hexdigest()[:12]
        return self.cache / "trees" / f"{self.tree.name}-{digest}"

    @property
    def home(self) -> Path:
        """PULUMI_HOME: plugins, selected stacks."""
        return self.own / "home"

    @property
    def state(self) -> Path:
        """The offline backend."""
        return self.own / "state"


def places(tree: Path = TREE) -> Places:
    """HA_AWS_CACHE, else $XDG_CACHE_HOME/ha-aws, else ~/.cache/ha-aws. Raises SetupError if it is not writable."""
    named = os.environ.get("HA_AWS_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~").expanduser() / ".cache")
    cache = Path(named).expanduser() if named else Path(base) / "ha-aws"
    if not cache.is_absolute():
        cache = Path.cwd() / cache
    try:
        cache.mkdir(parents=True, exist_ok=True)
        probe = cache / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SetupError(
            f"{'HA_AWS_CACHE=' if named else ''}{cache}: the cache cannot be written ({error.strerror}); "
            "set HA_AWS_CACHE to a writable folder"
        ) from None
    return Places(tree=tree, cache=cache)


def system() -> str:
    """Platform of binaries, e.g. linux-x86_64."""
    return f"{platform.system()}-{platform.machine()}".lower()


def pinned(package: str, tree: Path = TREE) -> str:
    """The version of a package in requirements/runtime.txt."""
    found = re.search(rf"^{re.escape(package)}==([^\s;]+)", (tree / "requirements" / "runtime.txt").read_text(), re.M)
    if not found:
        raise SetupError(f"requirements/runtime.txt: does not pin {package}; restore the file from git")
    return found[1]


def text(version: tuple[int, ...]) -> str:
    """3.249.0"""
    return ".".join(map(str, version))


def digest(*files: Path) -> str:
    """One hash of the contents of several files. Raises SetupError if one is missing."""
    total = hashlib.sha256()
    for file in files:
        try:
            total.update(file.read_bytes())
        except OSError as error:
            raise SetupError(f"{file}: cannot be read ({error.strerror}); restore it from git") from None
        total.update(b"\0")
    return total.hexdigest()[:16]
