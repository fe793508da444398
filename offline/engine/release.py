"""The engine's official release, installed by Pulumi's own Automation API."""

import os
import shutil
import tempfile
from pathlib import Path

from offline.engine.places import Places, system
from offline.engine.run import CommandError, command
from offline.engine.say import say, step

REACH_SECONDS = 8  # time limit for the download server's answer
INSTALL_SECONDS = 300  # the whole download, about 200 MB
INSTALL = """
import socket, sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
socket.setdefaulttimeout(float(sys.argv[3]))
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""


def folder(at: Places, version: str) -> Path:
    """Where the release is or will be."""
    return at.engines / f"{version}-{system()}-release"


def install(at: Places, version: str) -> Path | None:
    """The release's bin folder; None if it cannot be downloaded: then the engine is built from source."""
    final = folder(at, version)
    if (final / "bin" / "pulumi").exists():
        return final / "bin"
    at.engines.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=at.engines))
    env = {**os.environ, "PULUMI_HOME": str(partial / "home"), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        with step(f"installing the Pulumi release {version}"):
            args = [str(at.python), "-c", INSTALL, str(partial), version, str(REACH_SECONDS)]
            command(args, env=env, timeout=INSTALL_SECONDS)
        shutil.rmtree(partial / "home", ignore_errors=True)
        partial.chmod(0o755)
        partial.replace(final)
    except CommandError as failed:
        say(f"  the release cannot be downloaded ({failed.last_line}): building the engine from source instead")
        return None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return final / "bin"
