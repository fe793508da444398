"""Calls of other services by their names in the environment: <NAME>_URL, such as CATALOG_URL."""

import json
import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import urllib3

from serving import tracing
from serving.breaker import Breaker
from serving.problems import ProblemError, UnavailableError
from serving.retries import Budget, twice

CONNECT_SECONDS, READ_SECONDS = 1.0, 6.0
"""Seconds; longer than the called service takes to try its own data stores."""
FAILURES = (urllib3.exceptions.HTTPError, ValueError)


class Service:
    """Another service of the same architecture. name: first part of its paths. seconds: until a call fails."""

    def __init__(self, name: str, seconds: float = READ_SECONDS) -> None:
        self._name, self._url = name, os.environ[f"{name.upper()}_URL"]
        self._breaker, self._budget = Breaker(name), Budget()
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds)
        self._pool = urllib3.PoolManager(maxsize=40, timeout=timeout, retries=False)

    def get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> tuple[int, Any]:
        """Status and JSON of ``GET /<name><path>``. query: names and values. Raises UnavailableError if
        it does not answer, or answers with 5xx, twice.
        """
        return twice(self._budget, lambda: self._ask("GET", path, query), UnavailableError)

    def delete(self, path: str) -> int:
        """Status of ``DELETE /<name><path>``; not tried again. Raises UnavailableError."""
        return self._ask("DELETE", path, ())[0]

    def _ask(self, method: str, path: str, query: Sequence[tuple[str, str]]) -> tuple[int, Any]:
        with self._breaker.watching(*FAILURES), tracing.call(self._name) as part:
            answer = self._pool.request(
                method,
                f"{self._url}/{self._name}{path}{'?' if query else ''}{urlencode(query)}",
                headers=tracing.headers(),
                redirect=False,
            )
            part.status(answer.status)
            if answer.status >= 500:
                raise UnavailableError(f"{self._name} does not answer")
            return answer.status, json.loads(answer.data) if answer.data else None


def expect(name: str, status: int, wanted: int) -> None:
    """Raises ProblemError 502 when a service answers with a status that it should not have."""
    if status != wanted:
        raise ProblemError(502, f"{name} answered with {status}")
