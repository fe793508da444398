"""ledger: entries of settled payments, which the settlement function writes; nobody else does.

``GET /ledger/{transaction_id}``. Environment: TABLE_NAME, KEY_NAME.
"""

import uuid

from serving import aws
from serving.application import Application, Request, Response, Route
from serving.documents import Documents
from serving.problems import ProblemError


class Ledger:
    """What answers the requests."""

    def __init__(self, entries: Documents) -> None:
        self._entries = entries

    def get(self, request: Request) -> Response:
        """The entry; 404 while the payment is not settled, and for what is no UUID."""
        try:
            uuid.UUID(request.segments[0])
        except ValueError:
            raise ProblemError(404, "not found") from None
        return self._entries.get(request)


def application() -> Application:
    """The service."""
    ledger = Ledger(Documents(aws.table_from_environment()))
    return Application("ledger", [Route("GET", "/ledger/{transaction_id}", ledger.get)])
