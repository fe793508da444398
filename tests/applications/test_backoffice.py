"""The back office as WSGI against DynamoDB (moto), without and with a log-in."""

import io
import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any
from urllib.parse import quote, unquote
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import boto3
import pytest
from moto import mock_aws

from backoffice import office as module
from serving import aws
from tests.applications import test_login
from tests.support.servers.aws import KEYS


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for key, value in {**KEYS, "TABLE_NAME": "orders", "HOSTS": "office.shop.example.com"}.items():
        monkeypatch.setenv(key, value)
    cached = (aws.client, module.orders, module.door)
    for one in cached:
        one.cache_clear()
    with mock_aws():
        resource: Any = boto3.resource("dynamodb", region_name="us-west-2")
        table = resource.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        table.put_item(Item={"order_id": "<o-1>", "status": "RECEIVED", "total_cents": 2500, "currency": "USD"})
        yield module
    for one in cached:
        one.cache_clear()


def ask(office: Any, path: str, method: str = "GET", body: str = "", **headers: str) -> tuple[int, str, dict[str, str]]:
    environ: dict[str, Any] = {"wsgi.input": io.BytesIO(body.encode()), "CONTENT_LENGTH": str(len(body))}
    # As a WSGI server does it (PEP 3333).
    environ |= {"PATH_INFO": unquote(path, "latin-1"), "REQUEST_METHOD": method, "QUERY_STRING": "", "SCRIPT_NAME": ""}
    environ |= {"HTTP_HOST": "office.shop.example.com", **headers}
    setup_testing_defaults(environ)
    seen: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        seen.update(status=int(status[:3]), headers=dict(headers))

    answer: Any = validator(office.application)(environ, start)
    text = b"".join(answer).decode()
    answer.close()
    return seen["status"], text, seen["headers"]


def test_orders_are_listed_and_their_text_is_escaped(office: Any) -> None:
    status, page, headers = ask(office, "/")
    assert status == 200
    assert "&lt;o-1&gt;" in page
    assert "<o-1>" not in page
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_an_order_is_shown_and_its_status_changed(office: Any) -> None:
    assert json.loads(ask(office, "/orders/%3Co-1%3E")[1])["total_cents"] == 2500
    assert ask(office, "/orders/%3Co-1%3E", "POST", "status=SHIPPED")[0] == 200
    changed = json.loads(ask(office, "/orders/%3Co-1%3E")[1])
    assert (changed["status"], changed["changed_by"]) == ("SHIPPED", module.NOBODY)
    assert changed["changed_at"].startswith("20")


@pytest.mark.parametrize("order_id", ["50%25", "b\u00fccher-\u20ac7", "a/b"])
def test_an_orders_id_may_be_any_text(office: Any, order_id: str) -> None:
    resource: Any = boto3.resource("dynamodb", region_name="us-west-2")
    resource.Table("orders").put_item(Item={"order_id": order_id, "status": "RECEIVED"})
    assert json.loads(ask(office, f"/orders/{quote(order_id, safe='')}")[1]) == {
        "order_id": order_id,
        "status": "RECEIVED",
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://office.shop.example.com"},
    ],
)
def test_a_page_of_another_site_changes_no_order(office: Any, headers: dict[str, str]) -> None:
    assert ask(office, "/orders/%3Co-1%3E", "POST", "status=SHIPPED", **headers)[0] == 403
    assert json.loads(ask(office, "/orders/%3Co-1%3E")[1])["status"] == "RECEIVED"


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://office.shop.example.com", "HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_ORIGIN": "http://Office.shop.example.com:80", "HTTP_HOST": "office.shop.example.com:80"},
        {"HTTP_SEC_FETCH_SITE": "none"},
    ],
)
def test_its_own_pages_change_an_order(office: Any, headers: dict[str, str]) -> None:
    assert ask(office, "/orders/%3Co-1%3E", "POST", "status=SHIPPED", **headers)[0] == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("office.shop.example.com", 200),
        ("usw2-office.abc.us-west-2.elasticbeanstalk.com", 200),
        ("internal-awseb-1.us-west-2.elb.amazonaws.com:443", 200),
        ("rebound.evil.example", 421),
        ("10.0.1.7", 421),
        ("", 421),
    ],
)
def test_it_answers_under_its_own_names_only_and_its_health_check_under_any(
    office: Any, host: str, status: int
) -> None:
    assert ask(office, "/", HTTP_HOST=host)[0] == status
    assert ask(office, "/health", HTTP_HOST=host)[0] == 200


def test_a_missing_order_is_not_created_and_bad_input_is_refused(office: Any) -> None:
    assert ask(office, "/orders/o-2")[0] == 404
    assert ask(office, "/orders/o-2", "POST", "status=SHIPPED")[0] == 404
    assert ask(office, "/orders/o-2")[0] == 404, "a change must not make an order"
    assert ask(office, "/orders/%3Co-1%3E", "POST", "status=LOST")[0] == 400
    assert ask(office, "/orders/%3Co-1%3E", "POST", "x" * 5000)[0] == 413
    assert ask(office, "/other")[0] == 404


def test_attribute_values_become_json(office: Any) -> None:
    value = {"M": {"n": {"N": "-3"}, "f": {"N": "1.5"}, "l": {"L": [{"S": "a"}, {"NULL": True}]}, "b": {"BOOL": False}}}
    assert office.plain(value) == {"n": -3, "f": 1.5, "l": ["a", None], "b": False}


def test_health_does_not_ask_the_table_and_a_failing_table_is_503(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE_NAME", "missing")
    assert ask(office, "/health")[:2] == (200, "ok")
    assert ask(office, "/")[0] == 503


@pytest.fixture
def guarded(office: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """With a log-in, whose public key is known."""
    monkeypatch.setenv("BACKOFFICE_LOGIN_ISSUER", "https://id.example.com")
    monkeypatch.setenv("BACKOFFICE_LOGIN_CLIENT_ID", "office")
    monkeypatch.setenv("BACKOFFICE_LOGIN_LOAD_BALANCER", test_login.BALANCER)
    monkeypatch.setattr(module.login.Keys, "get", lambda self, key_id: test_login.pem(test_login.KEY))
    return office


def test_with_a_log_in_each_change_says_who_made_it(guarded: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    logged_in = {module.login.HEADER: test_login.token(test_login.header(), test_login.CLAIMS)}
    assert ask(guarded, "/", **logged_in)[0] == 200
    assert ask(guarded, "/orders/%3Co-1%3E", "POST", "status=SHIPPED", **logged_in)[0] == 200
    order = json.loads(ask(guarded, "/orders/%3Co-1%3E", **logged_in)[1])
    assert (order["status"], order["changed_by"]) == ("SHIPPED", "anna@example.com")
    (entry,) = [e for e in map(json.loads, capsys.readouterr().err.splitlines()) if e["message"] == "audit"]
    assert (entry["user"], entry["order_id"], entry["status"]) == ("anna@example.com", "<o-1>", "SHIPPED")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_with_a_log_in_nobody_else_sees_or_changes_anything(guarded: ModuleType, method: str) -> None:
    for headers in ({}, {module.login.HEADER: "x"}):
        status, text, _ = ask(guarded, "/orders/%3Co-1%3E", method, "status=SHIPPED", **headers)
        assert status == 401
        assert "2500" not in text
        assert ask(guarded, "/", **headers)[0] == 401
    assert ask(guarded, "/health")[0] == 200, "the health check has no log-in"


def test_half_a_log_in_is_no_back_office(office: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKOFFICE_LOGIN_ISSUER", "https://id.example.com")
    with pytest.raises(KeyError):
        ask(office, "/")


def test_ids_and_pages_that_dynamodb_refuses_are_the_callers_fault(office: ModuleType) -> None:
    assert ask(office, "/orders/")[0] == 400
    assert ask(office, "/orders/" + "a" * 3000)[0] in (400, 404)
    status, text, headers = ask(office, "/other")
    assert (status, headers["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(text)["detail"] == "no such page"
