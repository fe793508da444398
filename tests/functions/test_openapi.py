"""The API's document: it is valid, and what it says is what the processor and the services answer."""

import json
import string
import uuid
from types import ModuleType
from typing import Any

import jsonschema
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from components.architectures.financial.api import DOCUMENT
from tests.functions.test_transactions import api, ask, context, request  # noqa: F401 (api is a fixture)  # pyright: ignore[reportUnusedImport]

PAGE: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text())
FAST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def resolved(value: Any) -> Any:
    """A part of the document with its references filled in."""
    if isinstance(value, dict):
        if "$ref" in value:
            found: Any = PAGE
            for step in str(value["$ref"]).removeprefix("#/").split("/"):
                found = found[step]
            return resolved(found)
        return {k: resolved(v) for k, v in value.items()}
    return [resolved(v) for v in value] if isinstance(value, list) else value


PATHS: dict[str, Any] = resolved(PAGE["paths"])
PAYMENT = PATHS["/transactions"]["post"]["requestBody"]["content"]["application/json"]["schema"]


def fits(value: Any, schema: dict[str, Any]) -> bool:
    try:
        jsonschema.validate(value, schema, format_checker=jsonschema.FormatChecker())
    except jsonschema.ValidationError:
        return False
    return True


def documented(method: str, path: str, answer: dict[str, Any]) -> None:
    """AssertionError unless the answer is one that the document promises, body and media type included."""
    promised = PATHS[path][method]["responses"]
    status = str(answer["statusCode"])
    assert status in promised, f"{method} {path} answers {status}, which the document does not know"
    media = answer["headers"]["Content-Type"]
    assert media in promised[status]["content"], media
    assert fits(json.loads(answer["body"]), promised[status]["content"][media]["schema"]), answer["body"]


def test_the_document_is_valid_and_names_every_operation_once() -> None:
    validate(PAGE)
    names = [op["operationId"] for item in PATHS.values() for op in item.values()]
    assert len(names) == len(set(names))


def test_only_what_tells_health_is_open() -> None:
    opened = [op["operationId"] for item in PATHS.values() for op in item.values() if op.get("security") == []]
    assert opened == ["health", "linkHealth"]


ACCOUNTS = st.text(string.ascii_uppercase + string.digits, min_size=5, max_size=34)
PAYMENTS = st.fixed_dictionaries(
    {
        "debtor": ACCOUNTS,
        "creditor": ACCOUNTS,
        "amount": st.integers(1, 10**12),
        "currency": st.text(string.ascii_uppercase, min_size=3, max_size=3),
    },
    optional={"reference": st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=140)},
)
KEYS = st.text(string.ascii_letters + string.digits + "_.:-", min_size=8, max_size=128)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@FAST
@given(PAYMENTS, KEYS)
def test_what_the_document_allows_is_accepted_or_refused_with_a_reason(
    api: ModuleType,  # noqa: F811 (the fixture)
    payment: dict[str, Any],
    key: str,
) -> None:
    assert fits(payment, PAYMENT)
    answer = api.handler(request(payment, key=f"{uuid.uuid4().hex}{key}"[:128]), context())
    documented("post", "/transactions", answer)
    # Two rules that JSON Schema cannot say.
    refused = payment["debtor"] == payment["creditor"] or not payment.get("reference", "").isprintable()
    assert answer["statusCode"] == (400 if refused else 201), answer["body"]


@FAST
@given(PAYMENTS, st.sampled_from([*PAYMENT["properties"], "another"]), VALUES, st.booleans())
def test_what_the_document_forbids_gets_a_problem_document(
    api: ModuleType,  # noqa: F811
    payment: dict[str, Any],
    field: str,
    value: Any,
    drop: bool,
) -> None:
    changed = {k: v for k, v in payment.items() if k != field} | ({} if drop else {field: value})
    answer = api.handler(request(changed, key=uuid.uuid4().hex), context())
    documented("post", "/transactions", answer)
    assert answer["statusCode"] < 500
    if not fits(changed, PAYMENT):
        assert answer["statusCode"] == 400, answer["body"]
        assert answer["headers"]["Content-Type"] == "application/problem+json"


@FAST
@given(st.none() | st.text() | VALUES.map(json.dumps), st.none() | st.text())
def test_no_body_and_no_key_makes_the_processor_fail(
    api: ModuleType,  # noqa: F811
    body: str | None,
    key: str | None,
) -> None:
    answer = api.handler(request(body, key=key), context())
    documented("post", "/transactions", answer)
    assert answer["statusCode"] in (201, 400, 422)


@FAST
@given(st.text())
def test_no_id_makes_the_processor_fail(api: ModuleType, wanted: str) -> None:  # noqa: F811
    answer = api.handler(ask(wanted), context())
    documented("get", "/transactions/{transaction_id}", answer)
    assert answer["statusCode"] == 404


def test_a_payment_is_read_as_the_document_says(api: ModuleType) -> None:  # noqa: F811
    payment = {"debtor": "DE1234567", "creditor": "FR7654321", "amount": 1, "currency": "EUR"}
    made = json.loads(api.handler(request(payment), context())["body"])
    documented("get", "/transactions/{transaction_id}", api.handler(ask(made["transaction_id"]), context()))
    documented("get", "/health", api.handler({"httpMethod": "GET", "resource": "/health"}, context()))


def test_a_ledger_entry_is_what_the_settlement_writes() -> None:
    from components.functions.settlement.ledger import Posting  # the package's root in Lambda

    entry_schema = PATHS["/ledger/{transaction_id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(entry_schema["required"]) == {"transaction_id", "currency", "reference", "accepted_at", "postings"}
    assert set(Posting.__dataclass_fields__) - {"debtor", "creditor", "amount"} < set(entry_schema["required"])
