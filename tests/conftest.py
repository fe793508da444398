"""Start-up is the cost of these tests: the garbage collector would walk 400,000 class objects again and again.

It runs rarely, not never: a stack on mocks leaves 100 MB behind, and a worker makes many.
"""

import atexit
import gc
import logging
import signal
from pathlib import Path
from typing import Any

import pytest

gc.set_threshold(2_000_000, 2, 10)
atexit.register(gc.freeze)

# A shell's background job ignores Ctrl-C and so does what it starts: tests that interrupt would wait in vain.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole files in the order of their slowest tests: what is slow begins first, so that no worker ends alone with it.

    `make` gives each worker whole files (`--dist loadfile`): what the tests of a file share is made once.
    """
    slow = ("engine", "static", "whole")
    first: dict[Path, int] = {}
    for item in items:
        place = next((n for n, mark in enumerate(slow) if item.get_closest_marker(mark)), len(slow))
        first[item.path] = min(place, first.get(item.path, place))
    items.sort(key=lambda item: first[item.path])


def pytest_unconfigure() -> None:
    """Tests of failed registrations leave a future for every property: asyncio would report each when Python exits."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tables that tests have for their reader (`record_property("table", …)`), also where they ran in workers."""
    for report in terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", []):
        for name, text in getattr(report, "user_properties", ()):
            if name == "table":
                terminalreporter.section(report.nodeid.rpartition("::")[2])
                terminalreporter.write_line(text)
