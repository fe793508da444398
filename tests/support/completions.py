"""`python -m tests.support.completions` writes the completion files of `resilience` anew, from its command line."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import ha_policy
import shtab
from ha_policy.proof.arguments import FORMATS, SHELLS, parser

FOLDER = Path(ha_policy.__file__).with_name("completions")
FILES = ("FILE", "file", "old", "new")
"""Names of arguments that are files."""


def completion(shell: str) -> str:
    """The completion file for a shell."""
    made = parser()
    for action in _actions(made):
        name = action.metavar or action.dest
        if name == "DIR":
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]  # what shtab looks for
        elif name in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.dest == "format":
            action.choices = FORMATS
    text: str = shtab.complete(made, shell)
    return re.sub("[ \t]+$", "", text, flags=re.M).rstrip("\n") + "\n"


def _actions(made: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in made._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield from _actions(one)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in SHELLS:
        FOLDER.joinpath(f"resilience.{name}").write_text(completion(name), encoding="utf-8")
