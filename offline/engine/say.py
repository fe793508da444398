"""Messages of set-up: steps with their duration, and one-sentence errors."""

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

TICK_TERMINAL, TICK_LOG = 1.0, 15.0  # seconds between two progress lines: on a terminal, in a log


class SetupError(Exception):
    """A failure that the user can fix. The message is one sentence: the value, the reason, what to do."""


def say(text: str) -> None:
    """Print one line to stderr; stdout is for results."""
    print(text, file=sys.stderr, flush=True)


def seconds(elapsed: float) -> str:
    """A duration as text: 12.3 s, or 3 min 07 s from one minute on."""
    return f"{elapsed:.1f} s" if elapsed < 60 else f"{int(elapsed) // 60} min {int(elapsed) % 60:02d} s"


class Ticker:
    """A running step: prints its elapsed time and what `detail` returns."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.detail: Callable[[], str] = str
        self._start = time.monotonic()
        self._stop = threading.Event()
        self._terminal = sys.stderr.isatty()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def tell(self, detail: str) -> None:
        """Set the progress to print."""
        self.detail = lambda: f"({detail})"

    def _run(self) -> None:
        while not self._stop.wait(TICK_TERMINAL if self._terminal else TICK_LOG):
            line = f"  {self.title} … {seconds(time.monotonic() - self._start)} {self.detail()}".rstrip()
            sys.stderr.write(f"\r\x1b[K{line}" if self._terminal else f"{line}\n")
            sys.stderr.flush()

    def __enter__(self) -> "Ticker":
        if not self._terminal:
            say(f"  {self.title} …")
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        if self._terminal:
            sys.stderr.write("\r\x1b[K")
        outcome = "done" if kind is None else "stopped"
        say(f"  {self.title}: {outcome} in {seconds(time.monotonic() - self._start)}")


def step(title: str) -> Ticker:
    """Print the progress of a long step; set `detail` to add information."""
    return Ticker(title)
