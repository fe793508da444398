"""`python3 -m offline.engine`: set up, clean, run a module, or print the variables for `offline/activate`."""

import argparse
import os
import shlex
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from types import FrameType

from offline.engine import home
from offline.engine.places import places
from offline.engine.run import exclusive
from offline.engine.say import SetupError, say
from offline.engine.setup import Ready, setup

INTERRUPTED = 130  # shells' code for SIGINT


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Treat SIGTERM like Ctrl-C, so that cleaning up happens."""
    raise KeyboardInterrupt


def shell(ready: Ready) -> str:
    """Assignments for bash and zsh: the variables that change, and their values in the offline shell."""
    changed = home.variables(ready.at, ready.engine)
    lines = [f"_ha_aws_names={shlex.quote(' '.join(changed))}"]
    lines += [f"_ha_aws_new_{name}={shlex.quote(value)}" for name, value in changed.items() if value is not None]
    lines.append(f"_ha_aws_version={shlex.quote(ready.engine.version)}")
    return "\n".join(lines) + "\n"


def clean() -> None:
    """Remove this tree's part of the cache: offline stacks and plugins. Engines stay, since all trees share them."""
    at = places()
    with exclusive(at.cache):
        shutil.rmtree(at.own, ignore_errors=True)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m offline.engine", description="Set up Pulumi and everything that the offline preview needs."
    )
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    commands.add_parser("setup", help="create what is missing: virtual environment, engine, plugins")
    commands.add_parser("shell", help="set up, then print the shell variables for offline/activate")
    commands.add_parser("clean", help="remove this tree's offline stacks and plugins from the cache")
    module = commands.add_parser("run", help="set up, then run a Python module in the virtual environment")
    module.add_argument("module")
    module.add_argument("args", nargs=argparse.REMAINDER)
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    """Exit code: 0, 1 after an error message, 130 when interrupted."""
    given = _arguments(argv)
    signal.signal(signal.SIGTERM, interrupt)
    start = time.monotonic()
    try:
        if given.what == "clean":
            clean()
            return 0
        ready = setup()
    except SetupError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted: nothing incomplete was kept; run again to continue")
        return INTERRUPTED
    if given.what == "shell":
        sys.stdout.write(shell(ready))
    if given.what == "run":
        os.environ["HA_AWS_SETUP_SECONDS"] = f"{time.monotonic() - start:.3f}"
        os.execv(ready.at.python, [str(ready.at.python), "-m", given.module, *given.args])  # noqa: S606 (no shell is wanted)
    return 0
