"""A circuit breaker: while a dependency keeps failing it is asked rarely, and its callers get their answer at once."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from serving.problems import UnavailableError

FAILURES = 3
"""Consecutive failures after which the dependency is not asked for a while."""
PAUSE = 2.0
"""Seconds until it is asked again, by one request; the others are still refused until that one succeeds."""


class Breaker:
    """Counts the failures of one dependency. Safe for threads."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name, self._clock = name, clock
        self._lock, self._failures, self._until = threading.Lock(), 0, 0.0

    @property
    def open(self) -> bool:
        """Whether the dependency is not asked at the moment."""
        with self._lock:
            return self._failures >= FAILURES and self._clock() < self._until

    @contextmanager
    def watching(self, *failures: type[BaseException]) -> Generator[None, None, None]:
        """A call of the dependency, which fails with one of ``failures``. Raises UnavailableError instead of the call
        while the breaker is open, and with the reason in the place of such a failure.
        """
        with self._lock:
            if self._failures >= FAILURES:
                if self._clock() < self._until:
                    raise UnavailableError(f"{self._name} does not answer")
                self._until = self._clock() + PAUSE  # this call tries; the others wait for it
        try:
            yield
        except (*failures, UnavailableError) as error:
            with self._lock:
                self._failures += 1
                if self._failures >= FAILURES:
                    self._until = self._clock() + PAUSE
            if isinstance(error, UnavailableError):
                raise
            raise UnavailableError(f"{self._name} does not answer") from error
        else:
            with self._lock:
                self._failures = 0
