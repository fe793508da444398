"""`python -m offline.preview`: preview stacks without an AWS account; exits with 1 if one fails or breaks a rule."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from offline.engine.cli import INTERRUPTED, interrupt
from offline.engine.say import SetupError, say, step
from offline.engine.setup import Ready, setup
from offline.preview import engine, show
from offline.preview.engine import Preview
from offline.preview.stacks import chosen, shadow


def availability(preview: Preview, folder: Path) -> list[Path]:
    """The report that the policy pack wrote during the preview into the folder of `engine.REPORT`."""
    return [p for ending in engine.ENDINGS if (p := folder.parent / f"{preview.stack}.{ending}").exists()]


AFTER: tuple[Callable[[Preview, Path], list[Path]], ...] = (availability,)
"""Functions that run after each preview. They get the preview and the stack's folder under build/report, and return the
files of the report."""


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m offline.preview",
        description="Preview stacks with the real Pulumi engine and the policy pack, without an AWS account.",
        epilog="Exit code: 0 if all stacks passed, 1 if one failed or broke a mandatory rule, 130 if interrupted. "
        "Pulumi's full output and events are in build/preview/<stack>/.",
    )
    parser.add_argument("stacks", nargs="*", metavar="STACK", help="names of Pulumi.<stack>.yaml files; default: all")
    parser.add_argument("--json", action="store_true", help="print the result as JSON instead of text")
    parser.add_argument("--no-policy", action="store_true", help="run without the policy pack")
    parser.add_argument("--full", action="store_true", help="also print a row for every resource")
    return parser.parse_args(argv)


def one(ready: Ready, stack: str, policy: Path | None) -> Preview:
    """Preview one stack and collect its reports."""
    tree, env = ready.at.tree, ready.environ()
    begun = time.monotonic()
    source = shadow(tree, ready.at.own, stack, env)
    if source.replaced:
        say(f"{stack}: encrypted, so replaced by a placeholder offline: {', '.join(source.replaced)}")
    shadow_seconds = time.monotonic() - begun
    with step(f"previewing {stack}") as ticker:
        preview = engine.run(tree, source, policy, env, tree / "build" / "preview" / stack, ticker.tell)
    begun = time.monotonic()
    for after in AFTER:
        preview.reports += after(preview, tree / "build" / "report" / stack)
    preview.phases = {"prepare": shadow_seconds, **preview.phases, "report": time.monotonic() - begun}
    return preview


def run(given: argparse.Namespace) -> bool:
    """Preview the stacks and print the results. Returns whether all passed."""
    start = time.monotonic()
    ready = setup()
    tree = ready.at.tree
    names = chosen(tree, given.stacks)
    policy = None if given.no_policy else tree / "policy"
    setup_seconds = time.monotonic() - start + float(os.environ.get("HA_AWS_SETUP_SECONDS") or 0)
    previews: list[Preview] = []
    for name in names:
        previews.append(one(ready, name, policy))
        if not given.json:
            text = show.pulumi_text(previews[-1], full=given.full, colour=sys.stdout.isatty())
            print(f"\n{name}\n{text}\n", flush=True)
    arrange = show.as_json if given.json else show.table
    print(arrange(previews, policy=policy is not None, setup_seconds=setup_seconds))
    for preview in previews:
        if not preview.passed:
            why = f"{len(preview.mandatory)} mandatory violations" if preview.mandatory else f"exit code {preview.code}"
            say(f"error: {preview.stack}: {why}; Pulumi's full output is in {preview.text}")
    return all(p.passed for p in previews)


def main(argv: Sequence[str]) -> int:
    """Exit code."""
    given = arguments(argv)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        return 0 if run(given) else 1
    except SetupError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted: nothing was changed")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
