"""How long the tests that need no engine take, as `make unit` runs the unit and policy tests."""

import sys
from collections.abc import Callable

from bench.measure import Figures, Limit, wall

LIMIT_SECONDS = 60  # unit and policy tests, 2 processors
CHOSEN = "not engine and not static and not whole and not exhaustive"  # as the Makefile has it for `make unit`


def bench(tell: Callable[[str], None]) -> Figures:
    """Wall seconds, once: it is long and its parts are many."""
    tell("unit and policy tests")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "worksteal",
        "-m",
        CHOSEN,
        "tests/unit",
        "tests/policy",
    ]
    seconds = round(wall(command), 1)
    limit = Limit(what="unit and policy tests", value=seconds, most=LIMIT_SECONDS)
    return Figures(rows=[("unit and policy tests, 2 workers", seconds, "s")], data={"seconds": seconds}, limits=[limit])
