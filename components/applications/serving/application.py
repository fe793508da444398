"""A JSON service as a WSGI application: routes, limits, health, problem documents, a trace and a log entry per request.

Health: ``/health/live`` answers while the process runs. ``/health`` is readiness: 503 while the service drains or
cannot answer at all; a data store that fails is no reason as long as there is something to answer with.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from serving import tracing
from serving.log import log
from serving.problems import CONTENT_TYPE, ProblemError, UnavailableError

MAX_BODY = 256 * 1024
"""Bytes of a request's body: what an SNS message may have (SNS Publish), and less than a DynamoDB item."""
MAX_ID = 2048
"""Bytes of an id: of a DynamoDB partition key (DynamoDB guide, quotas)."""
MAX_REQUESTS = int(os.environ.get("MAX_REQUESTS", "32"))
"""Requests that are worked on at once. More would only wait for the same data stores; they get 503 at once."""

StartResponse = Callable[[str, list[tuple[str, str]]], object]


@dataclass(frozen=True)
class Response:
    """body: JSON, or None for none. headers: besides Content-Type and Content-Length."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Request:
    """segments: the parts of the path that the route's pattern leaves open. query: parameters, each with its values."""

    method: str
    segments: Sequence[str]
    query: Mapping[str, Sequence[str]]
    body: bytes

    def document(self) -> dict[str, Any]:
        """The body, a JSON object. Raises ProblemError 400 for anything else, also for what DynamoDB, SNS or a reader
        in another language would not take: NaN, infinite numbers, half of a surrogate pair.
        """
        try:
            found: Any = json.loads(self.body, parse_constant=_no_number, parse_float=_finite)
            json.dumps(found, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ProblemError(400, f"body: not JSON ({error})"[:200].encode(errors="replace").decode()) from None
        if not isinstance(found, dict):
            raise ProblemError(400, "body: must be a JSON object")
        return {**found}


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:20]} is too large")
    return number


@dataclass(frozen=True)
class Route:
    """pattern: a path such as ``/cart/{id}``; each part in braces matches one segment. answer: the function that
    answers; it may raise ProblemError.
    """

    method: str
    pattern: str
    answer: Callable[[Request], Response]

    def match(self, segments: Sequence[str]) -> Sequence[str] | None:
        """The open parts of a path with these segments; None if it is another path."""
        wanted = self.pattern.strip("/").split("/")
        if len(wanted) != len(segments):
            return None
        pairs = list(zip(wanted, segments, strict=True))
        if any(want != part for want, part in pairs if not want.startswith("{")):
            return None
        return [part for want, part in pairs if want.startswith("{")]


class Application:
    """The WSGI application of one service. ready: raises ProblemError while the service cannot answer at all."""

    def __init__(self, service: str, routes: Sequence[Route], ready: Callable[[], None] = lambda: None) -> None:
        self.service, self.draining = service, threading.Event()
        self._routes, self._ready = routes, ready
        self._places = threading.BoundedSemaphore(MAX_REQUESTS)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """WSGI entry point."""
        path, method = str(environ["REQUEST_URI"]), str(environ["REQUEST_METHOD"])
        if urlsplit_path(path).startswith("/health"):
            return self._send(start_response, method, self._health(urlsplit_path(path)), {})
        started = time.monotonic()
        with tracing.request(method, self._shown(path), _headers(environ)) as trace:
            response = self._answer(method, path, environ)
            trace.status(response.status)
            where = trace.answered()
        took = round(1000 * (time.monotonic() - started), 1)
        log("info", "request", method=method, status=response.status, milliseconds=took, **trace.logged())
        return self._send(start_response, method, response, where)

    def _health(self, path: str) -> Response:
        if path == "/health/live":
            return Response({"status": "ok"})
        try:
            if path != "/health":
                raise ProblemError(404, "no such path")
            if self.draining.is_set():
                raise UnavailableError("draining")
            self._ready()
        except ProblemError as problem:
            return _response(problem)
        return Response({"status": "ok"})

    def _answer(self, method: str, uri: str, environ: dict[str, Any]) -> Response:
        if not self._places.acquire(blocking=False):
            return _response(UnavailableError("this service is busy"))
        try:
            return self._routed(method, uri, environ)
        except ProblemError as problem:
            if problem.status >= 500:
                log("warning", "unavailable", detail=problem.detail, cause=repr(problem.__cause__))
            return _response(problem)
        except Exception as error:
            log("error", "request failed", error=f"{type(error).__name__}: {error}", trace=_where(error))
            return _response(ProblemError(500, "an error of this service, which is logged"))
        finally:
            self._places.release()

    def _routed(self, method: str, uri: str, environ: dict[str, Any]) -> Response:
        segments = [identifier(part) for part in urlsplit_path(uri).strip("/").split("/")]
        wanted = "GET" if method == "HEAD" else method
        matching = [(route, found) for route in self._routes if (found := route.match(segments)) is not None]
        if not matching:
            raise ProblemError(404, "no such path")
        for route, found in matching:
            if route.method == wanted:
                return route.answer(Request(method, found, _query(environ), environ["wsgi.input"].read()))
        allowed = {route.method for route, _ in matching}
        allowed |= {"HEAD"} if "GET" in allowed else set()
        raise ProblemError(405, f"{method}: not allowed here", {"Allow": ", ".join(sorted(allowed))})

    def _shown(self, uri: str) -> str:
        """The path for a trace: which document it is about is nobody's business there."""
        first, _, rest = urlsplit_path(uri).strip("/").partition("/")
        return f"/{self.service}{'/*' if rest else ''}" if first == self.service else "/*"

    def _send(
        self, start_response: StartResponse, method: str, response: Response, more: Mapping[str, str]
    ) -> Iterable[bytes]:
        headers = {"Cache-Control": "no-store", **response.headers, **more}
        data = b""
        if response.body is not None:  # 204 has neither (RFC 9110, section 8.6)
            data = json.dumps(response.body).encode()
            headers = {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}
        start_response(f"{response.status} {HTTPStatus(response.status).phrase}", list(headers.items()))
        return [b"" if method == "HEAD" else data]


def urlsplit_path(uri: str) -> str:
    """The path in a request's target, still encoded: an id can contain an encoded slash."""
    return uri.partition("?")[0] if uri.startswith("/") else urlsplit(uri).path


def identifier(encoded: str) -> str:
    """A segment of a path, decoded. Raises ProblemError 400 if it is not UTF-8, 404 if no id can be like this: too long
    for DynamoDB, or with control characters, which PostgreSQL does not store.
    """
    try:
        text = unquote(encoded, errors="strict")
        size = len(text.encode())
    except UnicodeError:
        raise ProblemError(400, "path: must be UTF-8") from None
    if size > MAX_ID or any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ProblemError(404, "no such path")
    return text


def _query(environ: dict[str, Any]) -> dict[str, list[str]]:
    try:
        return parse_qs(str(environ.get("QUERY_STRING", "")), errors="strict", max_num_fields=200)
    except ValueError:
        raise ProblemError(400, "query: must be UTF-8 and have at most 200 parameters") from None


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    """The request's headers by their names in lower case."""
    return {k[5:].replace("_", "-").lower(): str(v) for k, v in environ.items() if k.startswith("HTTP_")}


def _response(problem: ProblemError) -> Response:
    return Response(problem.document(), problem.status, {"Content-Type": CONTENT_TYPE, **problem.headers})


def _where(error: BaseException) -> list[str]:
    places: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-6:]
