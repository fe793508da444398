"""cart: carts in DynamoDB, each of a session.

``POST /cart`` begins a session and returns its id, which nobody can guess: whoever knows it has the cart.
``GET``, ``PUT`` and ``DELETE /cart/{session}`` read, replace and remove the cart. Sessions and carts end KEEP_SECONDS
after the last change. Environment: TABLE_NAME, SESSIONS_TABLE_NAME, KEY_NAME, EXPIRY_NAME, KEEP_SECONDS.
"""

import json
import os
import secrets
import time
from typing import Any

from serving import aws
from serving.application import Application, Request, Response, Route
from serving.problems import ProblemError
from shop.products import checked_items

SESSION_BYTES = 24
"""Random bytes of a session's id."""


class Carts:
    """What answers the requests. expiry: attribute with the epoch second at which DynamoDB deletes an item."""

    def __init__(self, carts: aws.Table, sessions: aws.Table, expiry: str, keep_seconds: int) -> None:
        self._carts, self._sessions, self._expiry, self._keep = carts, sessions, expiry, keep_seconds

    def begin(self, request: Request) -> Response:
        """A new session with an empty cart. The body is ignored."""
        del request
        session = secrets.token_urlsafe(SESSION_BYTES)
        expires_at = self._touch(session)
        return Response(
            {"session": session, "items": [], "expires_at": expires_at}, 201, {"Location": f"/cart/{session}"}
        )

    def get(self, request: Request) -> Response:
        """The cart; an empty one for a session that has put nothing into it."""
        session = self._session(request)
        found = self._carts.get(session)
        items = json.loads(found["body"]["S"])["items"] if found and self._alive(found) and "body" in found else []
        return Response({"session": session, "items": items})

    def put(self, request: Request) -> Response:
        """Replace the cart's items. The session is prolonged first: alone, that does no harm."""
        items = checked_items(request.document())
        session = self._session(request)
        expires_at = self._touch(session)
        body = aws.compact({"items": items})
        self._carts.put(session, body={"S": body}, **{self._expiry: {"N": str(expires_at)}})
        return Response(None, 204)

    def delete(self, request: Request) -> Response:
        """Remove the cart and its session, the session last: until then it can be tried again."""
        session = self._session(request)
        self._carts.delete(session)
        self._sessions.delete(session)
        return Response(None, 204)

    def _session(self, request: Request) -> str:
        (session,) = request.segments
        found = self._sessions.get(session)
        if not found or not self._alive(found):
            raise ProblemError(404, "no such session; begin one with POST /cart")
        return session

    def _alive(self, item: dict[str, Any]) -> bool:
        """Whether an item has not expired: DynamoDB deletes it within days after that."""
        return float(item.get(self._expiry, {}).get("N", "inf")) > time.time()

    def _touch(self, session: str) -> int:
        expires_at = int(time.time()) + self._keep
        self._sessions.put(session, **{self._expiry: {"N": str(expires_at)}})
        return expires_at


def application() -> Application:
    """The service."""
    carts = Carts(
        aws.table_from_environment(),
        aws.table_from_environment("SESSIONS_TABLE_NAME"),
        os.environ.get("EXPIRY_NAME", "expires_at"),
        int(os.environ.get("KEEP_SECONDS", str(30 * 86_400))),
    )
    routes = [
        Route("POST", "/cart", carts.begin),
        Route("GET", "/cart/{session}", carts.get),
        Route("PUT", "/cart/{session}", carts.put),
        Route("DELETE", "/cart/{session}", carts.delete),
    ]
    return Application("cart", routes)
