"""Back office: lists and changes orders kept in DynamoDB. WSGI on boto3 alone.

Environment: TABLE_NAME (key: order_id, string), AWS_REGION. Reached from inside the VPC only.
"""

import html
import json
import os
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

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
Start = Callable[[str, list[tuple[str, str]]], object]


@cache
def table() -> Any:
    """The orders table; slow calls fail before the load balancer's time-out."""
    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    region = os.environ.get("AWS_REGION")
    untyped: Any = boto3
    return untyped.resource("dynamodb", region_name=region, config=config).Table(os.environ["TABLE_NAME"])


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """WSGI entry point."""
    try:
        status, kind, body = _answer(environ)
    except ClientError as error:
        print(json.dumps({"level": "error", "error": str(error)}), file=environ["wsgi.errors"])
        status, kind, body = "503 Service Unavailable", "text/plain", "try again"
    data = body.encode()
    start_response(status, [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(data))), *HEADERS])
    return [data]


def _answer(environ: dict[str, Any]) -> tuple[str, str, str]:
    path, method = environ.get("PATH_INFO", "/"), environ.get("REQUEST_METHOD", "GET")
    if path == "/health":
        return "200 OK", "text/plain", "ok"
    if path == "/" and method == "GET":
        query = parse_qs(environ.get("QUERY_STRING", ""))
        return "200 OK", "text/html", _page(query.get("after", [""])[0])
    if path.startswith("/orders/"):
        order_id = unquote(path.removeprefix("/orders/"))
        if method == "GET":
            found = table().get_item(Key={"order_id": order_id}).get("Item")
            if found is None:
                return "404 Not Found", "text/plain", "no such order"
            return "200 OK", "application/json", json.dumps(found, default=_plain, sort_keys=True)
        if method == "POST":
            return _change(order_id, environ)
    return "404 Not Found", "text/plain", "no such page"


def _change(order_id: str, environ: dict[str, Any]) -> tuple[str, str, str]:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MAX_BODY:
        return "413 Content Too Large", "text/plain", "too large"
    status = parse_qs(environ["wsgi.input"].read(int(length)).decode(errors="replace")).get("status", [""])[0]
    if status not in STATUSES:
        return "400 Bad Request", "text/plain", f"status: one of {', '.join(STATUSES)}"
    try:
        table().update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET #status = :status",
            # An order that is gone must not come back as a stub.
            ConditionExpression="attribute_exists(order_id)",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":status": status},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return "404 Not Found", "text/plain", "no such order"
        raise
    return "200 OK", "text/plain", status


def _page(after: str) -> str:
    given = {"Limit": PAGE, **({"ExclusiveStartKey": {"order_id": after}} if after else {})}
    found = table().scan(**given)
    rows = "".join(
        f"<tr><td>{html.escape(str(o['order_id']))}</td><td>{html.escape(str(o.get('status', '')))}</td>"
        f"<td>{html.escape(str(o.get('total_cents', '')))} {html.escape(str(o.get('currency', '')))}</td></tr>"
        for o in found["Items"]
    )
    last = found.get("LastEvaluatedKey", {}).get("order_id", "")
    more = f'<p><a href="/?after={html.escape(last, quote=True)}">more</a></p>' if last else ""
    table_html = f"<table><tr><th>Order</th><th>Status</th><th>Total</th></tr>{rows}</table>"
    return f"<!doctype html><title>Back office</title><h1>Orders</h1>{table_html}{more}"


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
