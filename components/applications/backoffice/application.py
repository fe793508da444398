"""Back office: lists and changes orders kept in DynamoDB. WSGI on the standard library and the shop's own service.

Nothing is installed when an instance starts, so that scaling out needs no package index. There is no log-in: whoever
reaches the load balancer may change orders. So it answers only under its own names, and takes no changes from pages of
other sites. Environment: TABLE_NAME (key: order_id, string), AWS_REGION, HOSTS (names besides AWS's own for the
environment and its load balancer, separated by commas; none by default).
"""

import html
import importlib
import json
import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, quote

service: Any = importlib.import_module("service")
"""The shop's microservice, which is beside this file in the bundle: its signed calls to AWS."""

STATUSES = ("RECEIVED", "PACKED", "SHIPPED", "CANCELLED")
PAGE = 50
"""Orders a page."""
MAX_BODY = 4096
"""Bytes."""
HEADERS = [
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]
AWS_NAMES = (".elasticbeanstalk.com", ".elb.amazonaws.com")
"""Endings of the environment's and the load balancer's own names."""
Start = Callable[[str, list[tuple[str, str]]], object]


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """WSGI entry point."""
    try:
        status, kind, body = _answer(environ)
    except RuntimeError as error:
        print(json.dumps({"level": "error", "error": str(error)}), file=environ["wsgi.errors"])
        status, kind, body = "503 Service Unavailable", "text/plain", "try again"
    data = body.encode()
    start_response(status, [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(data))), *HEADERS])
    return [data]


def _answer(environ: dict[str, Any]) -> tuple[str, str, str]:
    path, method = environ.get("PATH_INFO", "/"), environ.get("REQUEST_METHOD", "GET")
    if path == "/health":
        return "200 OK", "text/plain", "ok"
    if not _own_name(_host(environ)):
        return "421 Misdirected Request", "text/plain", "not a name of this back office"
    if method not in ("GET", "HEAD") and not _same_site(environ):
        return "403 Forbidden", "text/plain", "changes only from the back office's own pages"
    if path == "/" and method == "GET":
        query = parse_qs(environ.get("QUERY_STRING", ""))
        return "200 OK", "text/html", _page(query.get("after", [""])[0])
    if path.startswith("/orders/"):
        # The server has decoded it once, byte by byte (PEP 3333).
        order_id = path.removeprefix("/orders/").encode("latin-1").decode(errors="replace")
        if method == "GET":
            found = service.dynamodb("GetItem", Key={"order_id": {"S": order_id}}).get("Item")
            if found is None:
                return "404 Not Found", "text/plain", "no such order"
            return "200 OK", "application/json", json.dumps({k: plain(v) for k, v in found.items()}, sort_keys=True)
        if method == "POST":
            return _change(order_id, environ)
    return "404 Not Found", "text/plain", "no such page"


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


def _change(order_id: str, environ: dict[str, Any]) -> tuple[str, str, str]:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MAX_BODY:
        return "413 Content Too Large", "text/plain", "too large"
    status = parse_qs(environ["wsgi.input"].read(int(length)).decode(errors="replace")).get("status", [""])[0]
    if status not in STATUSES:
        return "400 Bad Request", "text/plain", f"status: one of {', '.join(STATUSES)}"
    try:
        service.dynamodb(
            "UpdateItem",
            Key={"order_id": {"S": order_id}},
            UpdateExpression="SET #status = :status",
            # An order that is gone must not come back as a stub.
            ConditionExpression="attribute_exists(order_id)",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":status": {"S": status}},
        )
    except RuntimeError as error:
        if "ConditionalCheckFailedException" in str(error):
            return "404 Not Found", "text/plain", "no such order"
        raise
    return "200 OK", "text/plain", status


def _page(after: str) -> str:
    given = {"Limit": PAGE, **({"ExclusiveStartKey": {"order_id": {"S": after}}} if after else {})}
    found = service.dynamodb("Scan", **given)
    orders = [{k: plain(v) for k, v in item.items()} for item in found["Items"]]
    rows = "".join(
        f"<tr><td>{html.escape(str(o['order_id']))}</td><td>{html.escape(str(o.get('status', '')))}</td>"
        f"<td>{html.escape(str(o.get('total_cents', '')))} {html.escape(str(o.get('currency', '')))}</td></tr>"
        for o in orders
    )
    last = found.get("LastEvaluatedKey", {}).get("order_id", {}).get("S", "")
    more = f'<p><a href="/?after={quote(last, safe="")}">more</a></p>' if last else ""
    table_html = f"<table><tr><th>Order</th><th>Status</th><th>Total</th></tr>{rows}</table>"
    return f"<!doctype html><title>Back office</title><h1>Orders</h1>{table_html}{more}"


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
