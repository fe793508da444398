"""Choose the engine: the one on PATH, the release, or one built from source."""

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from offline.engine import build, release
from offline.engine.places import MINIMUM, Places, text
from offline.engine.run import CommandError, command, write_whole
from offline.engine.say import SetupError, say

HOST = "pulumi-language-python"


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A usable engine. host_exec: the runner for our language host; None if the release has its own."""

    pulumi: Path
    version: str
    host_exec: Path | None


def version_of(pulumi: Path) -> tuple[int, ...]:
    """The version that a pulumi executable prints; () if it is not Pulumi."""
    env = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", command([str(pulumi), "version"], env=env, timeout=60).strip())
    except CommandError:
        return ()
    return tuple(map(int, found.groups())) if found else ()


def unfit(pulumi: Path) -> str:
    """Why a pulumi executable cannot be used, as the start of a message; empty if it can."""
    version = version_of(pulumi)
    if not version:
        return f"{pulumi}: prints no version"
    if version < MINIMUM:
        return f"{pulumi}: Pulumi {text(version)} is too old; {text(MINIMUM)} or newer is needed"
    if not pulumi.resolve().with_name(HOST).exists():  # offline, the engine does not look for it elsewhere on PATH
        return f"{pulumi}: has no {HOST} in the same folder"
    return ""


def choose(at: Places) -> Engine:
    """The engine to use. HA_AWS_ENGINE: auto (default), path, release, build, or a path. Raises SetupError."""
    wish = os.environ.get("HA_AWS_ENGINE") or "auto"
    if wish not in ("auto", "path", "release", "build"):
        return _named(Path(wish).expanduser())
    reason = ""
    if wish in ("auto", "path"):
        found = _on_path(at)
        reason = unfit(found) if found else "pulumi: not on PATH"
        if found and not reason:
            return Engine(pulumi=found, version=text(version_of(found)), host_exec=None)
        if wish == "path":
            raise SetupError(f"{reason}; install Pulumi {text(MINIMUM)} or newer, or unset HA_AWS_ENGINE")
        if found:
            say(f"  {reason}: not used")
    return _installed(at, wish)


def _named(pulumi: Path) -> Engine:
    reason = unfit(pulumi)
    if reason:
        raise SetupError(f"HA_AWS_ENGINE={reason}; name a newer one, or unset HA_AWS_ENGINE")
    return Engine(pulumi=pulumi.absolute(), version=text(version_of(pulumi)), host_exec=None)


def _on_path(at: Places) -> Path | None:
    """The first pulumi on PATH that is not one of ours (in an activated shell ours comes first)."""
    others = [p for p in os.environ.get("PATH", "").split(os.pathsep) if p and not Path(p).is_relative_to(at.cache)]
    found = shutil.which("pulumi", path=os.pathsep.join(others))
    return Path(found).absolute() if found else None


def _installed(at: Places, wish: str) -> Engine:
    version = build.version()
    offline = bool(os.environ.get("HA_AWS_OFFLINE"))
    got = release.folder(at, version) / "bin"
    if wish != "build" and (got / "pulumi").exists():
        return Engine(pulumi=got / "pulumi", version=version, host_exec=None)
    built = build.folder(at)
    if wish != "release" and built.is_dir():
        return Engine(pulumi=built / "pulumi", version=version, host_exec=built / build.HOST_EXEC)
    if offline:
        raise SetupError(
            f"HA_AWS_OFFLINE is set, and there is no engine in {at.engines}; "
            f"unset it once, or install Pulumi {text(MINIMUM)} or newer"
        )
    if wish != "build":
        there = release.install(at, version)
        if there:
            return Engine(pulumi=there / "pulumi", version=version, host_exec=None)
        if wish == "release":
            raise SetupError(f"HA_AWS_ENGINE=release: Pulumi {version} cannot be downloaded; unset HA_AWS_ENGINE")
    built = build.build(at)
    return Engine(pulumi=built / "pulumi", version=version, host_exec=built / build.HOST_EXEC)


def remember(at: Places, engine: Engine) -> None:
    """Save the choice, so that the next run does not have to run `pulumi version`."""
    record = {
        "asked": _asked(at), "pulumi": str(engine.pulumi), "version": engine.version,
        "exec": str(engine.host_exec or ""), "seen": _seen(engine.pulumi),
    }  # fmt: skip
    write_whole(at.own / "engine.json", json.dumps(record))


def remembered(at: Places) -> Engine | None:
    """The choice of the last run, if nothing that it depended on has changed."""
    try:
        record = json.loads((at.own / "engine.json").read_text())
        pulumi = Path(record["pulumi"])
        if record["asked"] != _asked(at) or record["seen"] != _seen(pulumi):
            return None
        host_exec = Path(record["exec"]) if record["exec"] else None
        if host_exec and not host_exec.exists():
            return None
        return Engine(pulumi=pulumi, version=record["version"], host_exec=host_exec)
    except (OSError, ValueError, KeyError):
        return None


def _asked(at: Places) -> list[str]:
    found = _on_path(at)
    return [
        os.environ.get("HA_AWS_ENGINE") or "auto",
        build.folder(at).name,
        str(found),
        str(_seen(found) if found else ""),
    ]


def _seen(file: Path) -> list[int]:
    try:
        stat = file.stat()
    except OSError:
        return []
    return [stat.st_size, stat.st_mtime_ns]
