"""Start-up is the cost of these tests: the garbage collector would walk 400,000 class objects again and again.

It runs rarely, not never: a stack on mocks leaves 100 MB behind, and a worker makes many.
"""

import atexit
import gc
import logging
import signal
from typing import Any

gc.set_threshold(2_000_000, 2, 10)
atexit.register(gc.freeze)

# A shell's background job ignores Ctrl-C and so does what it starts: tests that interrupt would wait in vain.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


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
