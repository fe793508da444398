"""risk: clients' sessions, for the decision whether a payment is one of theirs.

``GET`` and ``PUT /risk/{session_id}``; the id has 8-64 letters, digits, hyphens or underscores. Environment:
TABLE_NAME, KEY_NAME.
"""

import re
from typing import Any

from serving import aws
from serving.application import Application, Request, Response, Route
from serving.documents import Documents, only, text
from serving.problems import ProblemError

SESSION = re.compile(r"[A-Za-z0-9_-]{8,64}")
MAX_SCORE = 1000


def check(session: dict[str, Any]) -> None:
    """Raises ProblemError 400, which names the field."""
    only(session, ("client", "device", "score"))
    text(session, "client", 256, needed=True)
    text(session, "device", 256)
    score = session.get("score", 0)
    # In Python bool is an int, but true is not a score.
    if not isinstance(score, int) or isinstance(score, bool) or not 0 <= score <= MAX_SCORE:
        raise ProblemError(400, f"score: must be a whole number, 0-{MAX_SCORE}")


class Risk:
    """What answers the requests."""

    def __init__(self, sessions: Documents) -> None:
        self._sessions = sessions

    def get(self, request: Request) -> Response:
        """The session."""
        if not SESSION.fullmatch(request.segments[0]):
            raise ProblemError(404, "not found")
        return self._sessions.get(request)

    def put(self, request: Request) -> Response:
        """Replace the session."""
        if not SESSION.fullmatch(request.segments[0]):
            raise ProblemError(400, "session_id: must be 8-64 letters, digits, hyphens or underscores")
        return self._sessions.put(request)


def application() -> Application:
    """The service."""
    risk = Risk(Documents(aws.table_from_environment(), check))
    routes = [Route("GET", "/risk/{session_id}", risk.get), Route("PUT", "/risk/{session_id}", risk.put)]
    return Application("risk", routes)
