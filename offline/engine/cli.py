"""`python3 -m offline.engine`: set up, or print what `offline/activate` evaluates."""

import argparse
import shlex
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from offline.engine import home
from offline.engine.say import SetupError, say
from offline.engine.setup import Ready, setup

INTERRUPTED = 130  # shells' code for SIGINT


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def shell(ready: Ready) -> str:
    """Assignments for bash and zsh: the names that change, and their values in the offline shell."""
    changed = home.variables(ready.at, ready.engine)
    lines = [f"_ha_aws_names={shlex.quote(' '.join(changed))}"]
    lines += [f"_ha_aws_new_{name}={shlex.quote(value)}" for name, value in changed.items() if value is not None]
    lines.append(f"_ha_aws_version={shlex.quote(ready.engine.version)}")
    return "\n".join(lines)


def main(argv: Sequence[str]) -> int:
    """Exit code: 0, 1 with one sentence, 130 when interrupted."""
    parser = argparse.ArgumentParser(
        prog="python3 -m offline.engine", description="Set up the engine and everything around it."
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=("setup", "shell"),
        default="setup",
        help="shell: print assignments for offline/activate",
    )
    what: str = parser.parse_args(argv).what
    signal.signal(signal.SIGTERM, _terminated)
    try:
        ready = setup()
    except SetupError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted: nothing half-made was kept; run again to go on")
        return INTERRUPTED
    if what == "shell":
        sys.stdout.write(shell(ready) + "\n")
    return 0
