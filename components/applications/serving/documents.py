"""JSON documents in a DynamoDB table, by id: ``GET``, ``PUT`` and ``DELETE /<service>/{id}``."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from serving import aws
from serving.application import Request, Response, Route
from serving.problems import ProblemError

Check = Callable[[dict[str, Any]], None]


class Documents:
    """What answers the requests. check: raises ProblemError 400 for a document that is not to be kept."""

    def __init__(self, table: aws.Table, check: Check = lambda document: None) -> None:
        self._table, self._check = table, check

    def get(self, request: Request) -> Response:
        """The document."""
        found = self._table.get(request.segments[0])
        if not found or "body" not in found:
            raise ProblemError(404, "not found")
        return Response(json.loads(found["body"]["S"]))

    def put(self, request: Request) -> Response:
        """Replace the document, whole."""
        document = request.document()
        self._check(document)
        self._table.put(request.segments[0], body={"S": aws.compact(document)})
        return Response(None, 204)

    def delete(self, request: Request) -> Response:
        """Remove the document, whether it is there or not."""
        self._table.delete(request.segments[0])
        return Response(None, 204)

    def routes(self, service: str, methods: Sequence[str]) -> list[Route]:
        """Routes for these methods only."""
        answers = {"GET": self.get, "PUT": self.put, "DELETE": self.delete}
        return [Route(method, f"/{service}/{{id}}", answers[method]) for method in methods]


def text(document: dict[str, Any], name: str, longest: int, *, needed: bool = False) -> None:
    """Raises ProblemError 400 unless the field is a string of at most ``longest`` characters, or not there."""
    value = document.get(name)
    if value is None and not needed and name not in document:
        return
    if not isinstance(value, str) or len(value) > longest:
        raise ProblemError(400, f"{name}: must be a string of at most {longest} characters")


def only(document: dict[str, Any], names: Sequence[str]) -> None:
    """Raises ProblemError 400 if the document has other fields."""
    if other := sorted(set(document) - set(names)):
        raise ProblemError(400, f"{other[0]!r}: no such field; there are {', '.join(names)}"[:300])
