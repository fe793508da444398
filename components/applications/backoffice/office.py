"""Back office: lists and changes orders kept in DynamoDB. WSGI.

Nothing is installed when an instance starts, so that scaling out needs no package index. With the settings of
`backoffice.login`, whoever is logged in at the load balancer may change orders, and each change says who it was.
Without them, whoever reaches the load balancer may. It answers only under its own names, and takes no changes from
pages of other sites. Environment: TABLE_NAME (key: order_id, string), AWS_REGION, HOSTS (names besides AWS's own for
the environment and its load balancer, separated by commas; none by default).
"""

import datetime
import html
import json
import os
from collections.abc import Callable, Iterable
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote

from backoffice import login
from serving import aws
from serving.log import log
from serving.problems import CONTENT_TYPE, ProblemError

STATUSES = ("RECEIVED", "PACKED", "SHIPPED", "CANCELLED")
PAGE = 50
"""Orders a page."""
MAX_BODY = 4096
"""Bytes."""
NOBODY = "not logged in"
"""User in audit entries of a back office without a log-in."""
HEADERS = [
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]
AWS_NAMES = (".elasticbeanstalk.com", ".elb.amazonaws.com")
"""Endings of the environment's and the load balancer's own names."""
Start = Callable[[str, list[tuple[str, str]]], object]
TEXT, PAGE_TYPE, JSON = "text/plain; charset=utf-8", "text/html; charset=utf-8", "application/json"


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """WSGI entry point."""
    status, more = 200, list[tuple[str, str]]()
    try:
        kind, body = _answer(environ)
        data = body.encode()
    except ProblemError as problem:
        if problem.status >= 500:
            log("warning", "unavailable", detail=problem.detail, cause=repr(problem.__cause__))
        status, kind, data, more = problem.status, CONTENT_TYPE, problem.encoded(), list(problem.headers.items())
    headers = [("Content-Type", kind), ("Content-Length", str(len(data))), *more, *HEADERS]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [data]


@cache
def orders() -> aws.Service:
    """DynamoDB; one client per process."""
    return aws.Service("dynamodb", "DynamoDB")


@cache
def door() -> login.Login | None:
    """The log-in; None without one."""
    return login.from_environment()


def _answer(environ: dict[str, Any]) -> tuple[str, str]:
    path, method = environ.get("PATH_INFO", "/"), environ.get("REQUEST_METHOD", "GET")
    if path == "/health":
        return TEXT, "ok"
    if not _own_name(_host(environ)):
        raise ProblemError(421, "not a name of this back office")
    if method not in ("GET", "HEAD") and not _same_site(environ):
        raise ProblemError(403, "changes only from the back office's own pages")
    there = door()
    user = there.user(environ) if there else NOBODY
    if path == "/" and method == "GET":
        query = parse_qs(environ.get("QUERY_STRING", ""))
        return PAGE_TYPE, _page(query.get("after", [""])[0], user)
    if path.startswith("/orders/"):
        # The server has decoded it once, byte by byte (PEP 3333).
        order_id = path.removeprefix("/orders/").encode("latin-1").decode(errors="replace")
        if method == "GET":
            return JSON, json.dumps(_order(order_id), sort_keys=True)
        if method == "POST":
            return TEXT, _change(order_id, environ, user)
    raise ProblemError(404, "no such page")


def _host(environ: dict[str, Any]) -> str:
    """The name in the Host header, without port, in lower case."""
    return str(environ.get("HTTP_HOST", "")).lower().rsplit(":", 1)[0]


def _own_name(host: str) -> bool:
    """Whether a host name is this back office's. Others get here by DNS rebinding: a page of another site whose name
    suddenly leads to this address.
    """
    return host in os.environ.get("HOSTS", "").lower().split(",") or host.endswith(AWS_NAMES)


def _same_site(environ: dict[str, Any]) -> bool:
    """Whether a change comes from a page of the back office, or from no browser: browsers send Origin with every POST,
    and Sec-Fetch-Site with every request over TLS.
    """
    if environ.get("HTTP_SEC_FETCH_SITE", "same-origin") not in ("same-origin", "none"):
        return False
    origin = environ.get("HTTP_ORIGIN")
    return origin is None or origin.lower().rpartition("://")[2].rsplit(":", 1)[0] == _host(environ)


def _order(order_id: str) -> dict[str, Any]:
    found = orders().call("get_item", TableName=os.environ["TABLE_NAME"], Key={"order_id": {"S": order_id}}).get("Item")
    if found is None:
        raise ProblemError(404, "no such order")
    return {name: plain(value) for name, value in found.items()}


def _change(order_id: str, environ: dict[str, Any], user: str) -> str:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit() or int(length) > MAX_BODY:
        raise ProblemError(413, "too large")
    status = parse_qs(environ["wsgi.input"].read(int(length)).decode(errors="replace")).get("status", [""])[0]
    if status not in STATUSES:
        raise ProblemError(400, f"status: one of {', '.join(STATUSES)}")
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    try:
        orders().call(
            "update_item",
            TableName=os.environ["TABLE_NAME"],
            Key={"order_id": {"S": order_id}},
            UpdateExpression="SET #status = :status, changed_by = :user, changed_at = :now",
            # An order that is gone must not come back as a stub.
            ConditionExpression="attribute_exists(order_id)",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":status": {"S": status}, ":user": {"S": user}, ":now": {"S": now}},
        )
    except ProblemError as problem:
        if problem.status == 409:
            raise ProblemError(404, "no such order") from problem
        raise
    log("info", "audit", action="change status", order_id=order_id, status=status, user=user)
    return status


def _page(after: str, user: str) -> str:
    given = {"Limit": PAGE, **({"ExclusiveStartKey": {"order_id": {"S": after}}} if after else {})}
    found = orders().call("scan", TableName=os.environ["TABLE_NAME"], **given)
    listed = [{name: plain(value) for name, value in item.items()} for item in found["Items"]]
    rows = "".join(
        f"<tr><td>{html.escape(str(o['order_id']))}</td><td>{html.escape(str(o.get('status', '')))}</td>"
        f"<td>{html.escape(str(o.get('total_cents', '')))} {html.escape(str(o.get('currency', '')))}</td>"
        f"<td>{html.escape(str(o.get('changed_by', '')))}</td></tr>"
        for o in listed
    )
    last = found.get("LastEvaluatedKey", {}).get("order_id", {}).get("S", "")
    more = f'<p><a href="/?after={quote(last, safe="")}">more</a></p>' if last else ""
    heads = "<tr><th>Order</th><th>Status</th><th>Total</th><th>Changed by</th></tr>"
    who = f"<p>{html.escape(user)}</p>"
    return f"<!doctype html><title>Back office</title><h1>Orders</h1>{who}<table>{heads}{rows}</table>{more}"


def plain(value: dict[str, Any]) -> Any:
    """The JSON of a DynamoDB attribute value."""
    ((kind, inner),) = value.items()
    if kind == "N":
        return int(inner) if inner.lstrip("-").isdigit() else float(inner)
    if kind == "L":
        return [plain(v) for v in inner]
    if kind == "M":
        return {k: plain(v) for k, v in inner.items()}
    return None if kind == "NULL" else inner
