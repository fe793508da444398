"""Launch scripts for the plugins that a program's packages need and that are not installed.

The engine takes a plugin from PULUMI_HOME in exactly the version that a package requires. An existing plugin stays: the
user installed it in the offline shell (`pulumi plugin install`). For another version of the AWS provider than ours, the
offline AWS is started with that version's package. A plugin in the user's real PULUMI_HOME is started from there; all
others get a stand-in (`offline.stand_ins`).
"""

import contextlib
import os
import shlex
from collections.abc import Iterable
from pathlib import Path

from offline.engine.run import write_whole
from offline.language.programs import Plugin

BIN = Path(__file__).parents[1] / "bin"
OURS = ("aws", "awsx")
"""Providers that the offline shell always replaces; a real one would call AWS."""


def _script(*args: str | Path, **env: str | Path) -> str:
    settings = ("env", *(f"{name}={value}" for name, value in env.items())) if env else ()
    return f'#!/bin/sh\nexec {shlex.join(map(str, (*settings, *args)))} "$@"\n'


def script(plugin: Plugin) -> str:
    """The launch script of a plugin."""
    name = f"pulumi-resource-{plugin.name}"
    if plugin.name in OURS:
        return _script("/bin/sh", BIN / name, **({"HA_AWS_PACKAGE": plugin.package} if plugin.name == "aws" else {}))
    installed = Path.home() / ".pulumi" / "plugins" / f"resource-{plugin.name}-v{plugin.version}" / name
    if installed.is_file():
        return _script(installed)
    return _script("/bin/sh", BIN / "pulumi-stand-in", plugin.name, plugin.version, plugin.package)


def install(plugins: Iterable[Plugin]) -> None:
    """Write the launch scripts of plugins that are not in PULUMI_HOME yet."""
    home = os.environ.get("PULUMI_HOME")
    if not home:
        return
    for plugin in plugins:
        target = Path(home, "plugins", f"resource-{plugin.name}-v{plugin.version}", f"pulumi-resource-{plugin.name}")
        if plugin.version and not target.exists():
            with contextlib.suppress(OSError):  # then the engine says which plugin is missing
                write_whole(target, script(plugin), 0o755)
