"""`python -m bench`: run the benchmarks, print a table, keep the figures in build/bench.json; exit 1 over a limit."""

import argparse
import datetime
import importlib
import json
import os
import platform
import sys
from collections.abc import Sequence
from typing import Any

from bench.measure import TREE, Figures
from offline.engine.run import write_whole
from offline.engine.say import say, step

BENCHES = ("start", "rules", "proof", "preview", "tests")
OUTPUT = TREE / "build" / "bench.json"


def _earlier() -> dict[str, Any]:
    try:
        return json.loads(OUTPUT.read_text())
    except (OSError, ValueError):
        return {}


def main(argv: Sequence[str]) -> int:
    """Exit code: 1 when a limit is exceeded."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure; figures go to build/bench.json.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; default: all")
    names: list[str] = parser.parse_args(argv).names or list(BENCHES)
    if unknown := [n for n in names if n not in BENCHES]:
        parser.error(f"{unknown[0]}: there is no such benchmark; there are {', '.join(BENCHES)}")
    figures: dict[str, Any] = _earlier()
    exceeded = 0
    for name in names:
        with step(f"measuring {name}") as ticker:
            found: Figures = importlib.import_module(f"bench.{name}").bench(ticker.tell)
        when = datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="seconds")
        machine = (
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
        )
        figures[name] = {"when": when, "machine": machine, **found.data}
        write_whole(OUTPUT, json.dumps(figures, indent=2) + "\n")
        print(f"\n{name}")
        for label, value, unit in found.rows:
            print(f"  {label:<62} {value:>9.3f} {unit}" if unit != "MB" else f"  {label:<62} {value:>9.0f} {unit}")
        for limit in found.limits:
            exceeded += not limit.kept
            verdict = "within" if limit.kept else "OVER"
            print(f"  {verdict} the limit: {limit.what} {limit.value:g} (at most {limit.most:g})")
        sys.stdout.flush()
    say(f"figures: {OUTPUT}")
    return 1 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
