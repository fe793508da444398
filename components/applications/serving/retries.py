"""Retries with jitter, and a budget for them: when everything fails, retries do not multiply the load."""

import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

PAUSE = 0.05
"""Longest first pause, seconds; a random part of it is waited ("full jitter")."""
CAPACITY = 10.0
"""Retries that can be made at once after a quiet time."""
QUICK_SECONDS = 0.5
"""Only a call that failed within this time is tried again: after a time-out the caller has waited long enough."""
SHARE = 0.1
"""Retries that each first attempt adds to the budget: in the long run one request in ten is tried again."""

Result = TypeVar("Result")


class Budget:
    """Retries that are still allowed, for all requests of a process to one dependency. Safe for threads."""

    def __init__(self) -> None:
        self._lock, self._left = threading.Lock(), CAPACITY

    def earn(self) -> None:
        """A first attempt is made."""
        with self._lock:
            self._left = min(CAPACITY, self._left + SHARE)

    def spend(self) -> bool:
        """Whether a retry may be made now."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True


def twice(budget: Budget, call: Callable[[], Result], *failures: type[BaseException], pause: float = PAUSE) -> Result:
    """The result of ``call``, which is made a second time if it fails soon with one of ``failures`` and the budget
    allows. ``call`` must be safe to repeat. Raises what the last attempt raised.
    """
    budget.earn()
    started = time.monotonic()
    try:
        return call()
    except failures:
        if time.monotonic() - started > QUICK_SECONDS or not budget.spend():
            raise
    time.sleep(random.uniform(0, pause))  # noqa: S311 (jitter, not a secret)
    return call()
