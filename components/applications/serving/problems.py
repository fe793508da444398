"""Errors as problem documents (RFC 9457)."""

import json
import random
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = (1, 5)
"""Range of Retry-After, seconds: callers that were refused together do not come back together."""


class ProblemError(Exception):
    """An answer with an error status. status: 400-599. detail: for the caller, in one sentence."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})

    def document(self) -> dict[str, Any]:
        """The problem document. Of the type ``about:blank`` the title is the status code's phrase (RFC 9457, section
        4.2.1).
        """
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }

    def encoded(self) -> bytes:
        """The document as JSON."""
        return json.dumps(self.document()).encode()


class UnavailableError(ProblemError):
    """503 with Retry-After: something that this request needs does not answer. Nothing was written, or trying again is
    safe.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(503, detail, {"Retry-After": str(random.randint(*RETRY_SECONDS))})  # noqa: S311 (no secret)


class SchemaMismatchError(ProblemError):
    """503 with Retry-After: the database's schema is older or newer than this code can use. It is not
    `UnavailableError`: the database answers, and nothing that is cached of it is served in its place.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(503, detail, {"Retry-After": str(RETRY_SECONDS[1])})
