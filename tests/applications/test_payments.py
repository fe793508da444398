"""The ledger and risk services as they run, held against the API's document."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from components.architectures.financial.api import DOCUMENT
from tests.support.servers import commands
from tests.support.servers.aws import KEYS, Aws, aws, create_tables, dynamodb
from tests.support.servers.process import Answer, Running, ask, running

DOCS = Path(__file__).parents[2] / "docs" / "financial.md"
PAGE: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text())


@pytest.fixture(scope="module")
def cloud() -> Iterator[Aws]:
    with aws() as made:
        create_tables(transactions="transaction_id", sessions="id")
        yield made


@pytest.fixture(scope="module")
def ledger(cloud: Aws) -> Iterator[Running]:
    given = {**KEYS, "AWS_ENDPOINT_URL": cloud.url, "TABLE_NAME": "transactions", "KEY_NAME": "transaction_id"}
    with running("payments.ledger", given) as made:
        yield made


@pytest.fixture(scope="module")
def risk(cloud: Aws) -> Iterator[Running]:
    given = {**KEYS, "AWS_ENDPOINT_URL": cloud.url, "TABLE_NAME": "sessions", "KEY_NAME": "id"}
    with running("payments.risk", given) as made:
        yield made


def documented(method: str, path: str, answer: Answer) -> None:
    """AssertionError unless the API's document promises this answer, body and media type included."""
    promised = PAGE["paths"][path][method]["responses"]
    assert str(answer.status) in promised, f"{method} {path} answers {answer.status}"
    found: Any = promised[str(answer.status)]
    if "$ref" in found:
        found = PAGE["components"]["responses"][found["$ref"].rpartition("/")[2]]
    if answer.body is None:
        assert "content" not in found
        return
    schema = found["content"][answer.headers["Content-Type"]]["schema"]
    jsonschema.validate(answer.body, {**schema, "components": PAGE["components"]})


def test_an_entry_is_shown_once_the_payment_is_settled(ledger: Running) -> None:
    transaction = str(uuid.UUID(int=7))
    item = {"transaction_id": {"S": transaction}, "status": {"S": "ACCEPTED"}}
    dynamodb().put_item(TableName="transactions", Item=item)
    waiting = ask(f"{ledger.url}/ledger/{transaction}")
    assert waiting.status == 404
    documented("get", "/ledger/{transaction_id}", waiting)
    postings = [{"account": "DE1234567", "amount": -5}, {"account": "FR7654321", "amount": 5}]
    entry = {"transaction_id": transaction, "currency": "EUR", "reference": "", "postings": postings}
    entry["accepted_at"] = "2026-11-22T10:00:00.000+00:00"
    dynamodb().put_item(TableName="transactions", Item={**item, "body": {"S": json.dumps(entry)}})
    settled = ask(f"{ledger.url}/ledger/{transaction}")
    assert settled.body == entry
    documented("get", "/ledger/{transaction_id}", settled)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_nobody_writes_the_ledger(ledger: Running, cloud: Aws, method: str) -> None:
    before = len(cloud.calls)
    assert ask(f"{ledger.url}/ledger/{uuid.UUID(int=7)}", method, {}).status == 405
    assert cloud.calls[before:] == []


def test_sessions_are_kept_as_the_document_says(risk: Running) -> None:
    url = f"{risk.url}/risk/session-1"
    documented("get", "/risk/{session_id}", ask(url))
    session = {"client": "c-1", "device": "phone", "score": 12}
    kept = ask(url, "PUT", session)
    assert kept.status == 204
    documented("put", "/risk/{session_id}", kept)
    found = ask(url)
    assert found.body == session
    documented("get", "/risk/{session_id}", found)
    assert ask(url, "DELETE").status == 405


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"{}", b'{"client":1}', b'{"client":"a","score":1001}', b'{"client":"a","score":true}',
        b'{"client":"a","score":-1}', b'{"client":"a","score":1.5}', b'{"client":"a","other":1}',
        b'{"client":"' + b"a" * 257 + b'"}', b'{"client":"\\ud800"}', b'{"client":"a","score":1e999}',
    ],
    ids=lambda given: str(given)[:30],
)  # fmt: skip
def test_a_session_that_the_document_does_not_know_is_refused(risk: Running, cloud: Aws, body: bytes) -> None:
    before = len(cloud.calls)
    refused = ask(f"{risk.url}/risk/session-1", "PUT", raw=body)
    assert refused.status == 400
    documented("put", "/risk/{session_id}", refused)
    assert cloud.calls[before:] == []


@pytest.mark.parametrize("odd", ["short", "a" * 65, "%00aaaaaaaa", "a%20aaaaaaa", "'%20OR%201=1--", "%F0%9F%8E%A9aaaa"])
def test_odd_ids_never_reach_the_table(risk: Running, ledger: Running, cloud: Aws, odd: str) -> None:
    before = len(cloud.calls)
    assert ask(f"{risk.url}/risk/{odd}").status == 404
    assert ask(f"{risk.url}/risk/{odd}", "PUT", {"client": "a"}).status in (400, 404)
    assert ask(f"{ledger.url}/ledger/{odd}").status == 404
    assert cloud.calls[before:] == []


def test_while_dynamodb_fails_callers_are_asked_to_come_back(risk: Running, cloud: Aws) -> None:
    cloud.failing[:] = [500] * 3
    refused = ask(f"{risk.url}/risk/session-1")
    assert refused.status == 503
    documented("get", "/risk/{session_id}", refused)


def test_the_commands_of_the_documentation_work(
    risk: Running, ledger: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("token", "none")
    transaction = str(uuid.UUID(int=7))
    item = {"transaction_id": {"S": transaction}, "body": {"S": json.dumps({"transaction_id": transaction})}}
    dynamodb().put_item(TableName="transactions", Item=item)
    session, entry = (json.loads(line) for line in commands.run(DOCS, "api", {"risk": risk.url, "ledger": ledger.url}))
    assert session == {"client": "c-1", "device": "phone", "score": 12}
    assert entry == {"transaction_id": transaction}
