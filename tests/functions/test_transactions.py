"""Submitting payments: bad input, repetitions, failures in the middle, many at once (DynamoDB by moto)."""

import json
import random
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from tests.support.some import some

FOLDER = Path(__file__).parents[2] / "components" / "functions" / "transactions"
MODULES = ("handler", "store", "transaction")
TABLES = {"transactions": "transaction_id", "outbox": "transaction_id", "idempotency": "id"}


class Crash(BaseException):
    """The execution environment dies: nothing after it runs, and nobody catches it."""


def context(remaining_ms: int = 30_000) -> Any:
    return SimpleNamespace(
        function_name="transactions",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:transactions:live",
        aws_request_id="request-1",
        get_remaining_time_in_millis=lambda: remaining_ms,
    )


def payment(**changed: Any) -> dict[str, Any]:
    return {"debtor": "DE1234567", "creditor": "FR7654321", "amount": 1250, "currency": "EUR", **changed}


def request(body: Any, key: str | None = "key-00001", client: str = "shop") -> dict[str, Any]:
    return {
        "httpMethod": "POST",
        "resource": "/transactions",
        "headers": {} if key is None else {"idempotency-key": key},
        "requestContext": {"authorizer": {"principalId": client}, "identity": {}},
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
    }


def ask(transaction_id: str, client: str = "shop") -> dict[str, Any]:
    return {
        "httpMethod": "GET",
        "resource": "/transactions/{transaction_id}",
        "pathParameters": {"transaction_id": transaction_id},
        "requestContext": {"authorizer": {"principalId": client}},
    }


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for key, value in {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "TRANSACTIONS_TABLE": "transactions",
        "OUTBOX_TABLE": "outbox",
        "IDEMPOTENCY_TABLE": "idempotency",
        "POWERTOOLS_SERVICE_NAME": "transactions",
        "POWERTOOLS_METRICS_NAMESPACE": "Payments",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }.items():
        monkeypatch.setenv(key, value)
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    with mock_aws():
        for table, key in TABLES.items():
            boto3.client("dynamodb").create_table(
                TableName=table,
                KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        import handler  # pyright: ignore[reportMissingImports]  # the deployment package's root

        yield handler
    for name in MODULES:
        sys.modules.pop(name, None)


def stored(table: str) -> list[dict[str, Any]]:
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return [item for page in pages for item in page["Items"]]


def body(answer: dict[str, Any]) -> dict[str, Any]:
    return json.loads(answer["body"])


def test_a_payment_is_accepted_with_its_outbox_entry(api: ModuleType) -> None:
    answer = api.handler(request(payment()), context())
    assert answer["statusCode"] == 201
    accepted = body(answer)
    assert accepted["status"] == "ACCEPTED"
    assert uuid.UUID(accepted["transaction_id"]).version == 5
    (item,), (entry,) = stored("transactions"), stored("outbox")
    assert item["transaction_id"] == entry["transaction_id"] == {"S": accepted["transaction_id"]}
    assert (entry["pending"], entry["region"], entry["amount"]) == ({"S": "PENDING"}, {"S": "us-east-1"}, {"N": "1250"})


def test_the_same_key_gives_the_same_answer_even_after_settlement(api: ModuleType) -> None:
    first = api.handler(request(payment()), context())
    boto3.client("dynamodb").update_item(
        TableName="transactions",
        Key={"transaction_id": {"S": body(first)["transaction_id"]}},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "SETTLED"}},
    )
    assert api.handler(request(dict(reversed(payment().items()))), context()) == first, "key order is no difference"
    assert body(api.handler(ask(body(first)["transaction_id"]), context()))["status"] == "SETTLED"
    assert len(stored("transactions")) == len(stored("outbox")) == 1


def test_the_same_answer_where_the_record_of_the_first_was_lost(api: ModuleType) -> None:
    first = api.handler(request(payment()), context())
    for item in stored("idempotency"):
        boto3.client("dynamodb").delete_item(TableName="idempotency", Key={"id": item["id"]})
    assert api.handler(request(payment()), context()) == first
    assert len(stored("transactions")) == len(stored("outbox")) == 1


@pytest.mark.parametrize("forget", [False, True])
def test_a_key_used_for_another_payment_is_refused_and_leaves_the_first(api: ModuleType, forget: bool) -> None:
    api.handler(request(payment()), context())
    if forget:
        for item in stored("idempotency"):
            boto3.client("dynamodb").delete_item(TableName="idempotency", Key={"id": item["id"]})
    answer = api.handler(request(payment(amount=1251)), context())
    assert (answer["statusCode"], body(answer)["title"]) == (422, "Key reused")
    assert [item["amount"] for item in stored("transactions")] == [{"N": "1250"}]


def test_clients_do_not_share_keys_nor_see_each_others_payments(api: ModuleType) -> None:
    one, two = (api.handler(request(payment(), client=client), context()) for client in ("shop", "bank"))
    assert body(one)["transaction_id"] != body(two)["transaction_id"]
    assert api.handler(ask(body(one)["transaction_id"], "bank"), context())["statusCode"] == 404
    assert api.handler(ask(body(one)["transaction_id"], "shop"), context())["statusCode"] == 200


@pytest.mark.parametrize(
    ("given_body", "key", "field"),
    [
        (None, "key-00001", "body"),
        ("{", "key-00001", "body"),
        ("[]", "key-00001", "body"),
        ("[" * 9000, "key-00001", "body"),
        (payment(reference="x" * 17_000), "key-00001", "body"),
        (payment(), None, "Idempotency-Key"),
        (payment(), "short", "Idempotency-Key"),
        (payment(), "with space 1", "Idempotency-Key"),
        (payment(debtor="de1234567"), "key-00001", "debtor"),
        (payment(creditor=7), "key-00001", "creditor"),
        (payment(creditor="DE1234567"), "key-00001", "creditor"),
        (payment(amount=0), "key-00001", "amount"),
        (payment(amount=True), "key-00001", "amount"),
        (payment(amount=1.5), "key-00001", "amount"),
        (payment(amount=10**12 + 1), "key-00001", "amount"),
        (payment(currency="eur"), "key-00001", "currency"),
        (payment(reference="x" * 141), "key-00001", "reference"),
        (payment(reference="a\nb"), "key-00001", "reference"),
        (payment(colour="red"), "key-00001", "colour"),
    ],
)
def test_bad_input_is_a_problem_document_that_names_the_field(
    api: ModuleType, given_body: Any, key: str | None, field: str
) -> None:
    answer = api.handler(request(given_body, key), context())
    assert answer["statusCode"] == 400
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert body(answer)["detail"].startswith(f"{field}: ")
    assert stored("transactions") == stored("outbox") == stored("idempotency") == []


def test_health_answers_without_any_table(api: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRANSACTIONS_TABLE")
    assert api.handler({"httpMethod": "GET", "resource": "/health"}, context())["statusCode"] == 200


@pytest.mark.parametrize("wanted", ["", "x", "6F2C1F0E-7D0A-5B51-9C2E-3D1F5A8B7C64", "\u0000", "x" * 3000])
def test_an_invalid_id_is_not_found_without_a_read_of_the_table(
    api: ModuleType, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    monkeypatch.setattr(api, "store", lambda: pytest.fail("DynamoDB refuses keys above 2,048 bytes"))
    assert api.handler(ask(wanted, "bank"), context())["statusCode"] == 404


def test_an_unknown_operation_is_not_found(api: ModuleType) -> None:
    assert api.handler({"httpMethod": "DELETE", "resource": "/transactions"}, context())["statusCode"] == 404


def error(code: str, operation: str = "TransactWriteItems", **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}, **more}, operation)


class Faulty:
    """A DynamoDB client that fails when told to, before or after it has done what was asked.

    moto answers calls of several threads at once and undoes a cancelled transaction by putting the whole table back:
    one call at a time, as atomic as DynamoDB's own, while the calls of several requests still interleave freely.
    """

    one_at_a_time = threading.RLock()

    def __init__(self, real: Any, fault: Callable[[str], BaseException | None], after: bool) -> None:
        self._real, self._fault, self._after, self.exceptions = real, fault, after, real.exceptions

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._real, name)

        def call(**arguments: Any) -> Any:
            fault = self._fault(name)
            if fault and not self._after:
                raise fault
            with self.one_at_a_time:
                done = method(**arguments)
            if fault:
                raise fault
            return done

        return call


def faulty(api: ModuleType, monkeypatch: pytest.MonkeyPatch, *faults: BaseException, after: bool = False) -> None:
    """The store's next writes fail with ``faults``, one each."""
    waiting = list(faults)
    client = Faulty(
        boto3.client("dynamodb"),
        lambda name: waiting.pop(0) if waiting and name == "transact_write_items" else None,
        after,
    )
    store = api.Store("transactions", "outbox", "us-east-1", client)
    monkeypatch.setattr(api, "store", lambda: store)


TIMED_OUT = ReadTimeoutError(endpoint_url="dynamodb")


@pytest.mark.parametrize(
    "fault", [error("ProvisionedThroughputExceededException"), TIMED_OUT, error("InternalServerError")]
)
@pytest.mark.parametrize("after", [False, True])
def test_a_failed_write_asks_for_a_retry_and_the_retry_is_accepted_once(
    api: ModuleType, monkeypatch: pytest.MonkeyPatch, fault: BaseException, after: bool
) -> None:
    faulty(api, monkeypatch, fault, after=after)
    answer = api.handler(request(payment()), context())
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "1")
    assert api.handler(request(payment()), context())["statusCode"] == 201
    assert len(stored("transactions")) == len(stored("outbox")) == 1


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_holds_the_key_until_the_dead_request_could_not_have_finished(
    api: ModuleType, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    faulty(api, monkeypatch, Crash(), after=after)
    with pytest.raises(Crash):
        api.handler(request(payment()), context(remaining_ms=30_000))
    assert api.handler(request(payment()), context())["statusCode"] == 409, "the first may still be at work"
    boto3.client("dynamodb").update_item(
        TableName="idempotency",
        Key={"id": stored("idempotency")[0]["id"]},
        UpdateExpression="SET in_progress_expiration = :past",
        ExpressionAttributeValues={":past": {"N": "1"}},
    )
    assert api.handler(request(payment()), context())["statusCode"] == 201
    assert len(stored("transactions")) == len(stored("outbox")) == 1


def test_a_conflicting_writer_is_waited_for(api: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    real = boto3.client("dynamodb").exceptions.TransactionCanceledException
    conflict = real(
        {
            "Error": {"Code": "TransactionCanceledException"},
            "CancellationReasons": [{"Code": "TransactionConflict"}] * 2,
        },
        "TransactWriteItems",
    )
    faulty(api, monkeypatch, conflict, conflict)
    monkeypatch.setattr(sys.modules["store"].time, "sleep", lambda _: None)
    assert api.handler(request(payment()), context())["statusCode"] == 201
    faulty(api, monkeypatch, *[conflict] * 4)
    assert api.handler(request(payment(), "key-00002"), context())["statusCode"] == 503


def test_a_bug_is_answered_with_a_problem_document(api: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    faulty(api, monkeypatch, RuntimeError("bug: secret"))
    answer = api.handler(request(payment()), context())
    assert answer["statusCode"] == 500
    assert "secret" not in answer["body"]


@pytest.mark.parametrize("payments", [100, pytest.param(700, marks=pytest.mark.exhaustive)])
def test_submissions_with_duplicates_and_failures_are_each_accepted_once(
    api: ModuleType, monkeypatch: pytest.MonkeyPatch, payments: int
) -> None:
    """Three of seven payments are submitted twice, eight at a time; a third of the writes fails: throttled or timed out
    before or after they were done, or the function dies between write and answer. Clients retry, as ours are told to.
    """
    dice, guard = random.Random(7), threading.Lock()
    counts: dict[str, int] = {}

    def fault(kind: str) -> Callable[[str], BaseException | None]:
        chances = {
            "before": [(0.1, error("ProvisionedThroughputExceededException")), (0.05, TIMED_OUT)],
            "after": [(0.1, TIMED_OUT), (0.08, Crash())],
        }[kind]

        def throw(name: str) -> BaseException | None:
            if name != "transact_write_items":
                return None
            with guard:
                for chance, failure in chances:
                    if dice.random() < chance:
                        counts[type(failure).__name__] = counts.get(type(failure).__name__, 0) + 1
                        return failure
            return None

        return throw

    client = Faulty(Faulty(boto3.client("dynamodb"), fault("before"), False), fault("after"), True)
    store = api.Store("transactions", "outbox", "us-east-1", client)
    serial = Faulty(boto3.client("dynamodb"), lambda _: None, False)
    persistence = api.DynamoDBPersistenceLayer(table_name="idempotency", boto3_client=serial)
    monkeypatch.setattr(api, "store", lambda: store)
    monkeypatch.setattr(api, "answers", lambda: persistence)
    monkeypatch.setattr(sys.modules["store"].time, "sleep", lambda _: None)
    # Log and metric objects of one execution environment are never shared by requests at the same time.
    monkeypatch.setattr(api.metrics, "add_metric", lambda **_: None)
    submit = api._submit
    keys = [f"key-{n:05d}" for n in range(payments)]
    load = keys + dice.sample(keys, payments * 3 // 7)
    dice.shuffle(load)

    def one(key: str) -> str:
        for _ in range(200):
            try:
                answer = submit(request(payment(amount=int(key[4:]) + 1), key), context(remaining_ms=1))
            except Crash:
                continue
            except (api.IdempotencyAlreadyInProgressError, api.IdempotencyInconsistentStateError):
                continue
            except (api.IdempotencyPersistenceLayerError, api.ClientError, api.BotoCoreError):
                continue
            assert answer["statusCode"] == 201
            return answer["body"]
        raise AssertionError(f"{key}: not accepted in 200 tries")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, load))
    assert {"Crash", "ReadTimeoutError", "ClientError"} <= set(counts), f"every kind of failure happened: {counts}"
    by_key: dict[str, set[str]] = {}
    for key, answer in zip(load, answers, strict=True):
        by_key.setdefault(key, set()).add(answer)
    assert all(len(same) == 1 for same in some(by_key.values())), "every submission of a key got the same answer"
    expected = sorted(n + 1 for n in range(payments))
    for table in ("transactions", "outbox"):
        assert sorted(int(item["amount"]["N"]) for item in stored(table)) == expected, f"{table}: once each"
    assert {i["transaction_id"]["S"] for i in stored("outbox")} == {json.loads(a)["transaction_id"] for a in answers}


STEP = st.tuples(
    st.sampled_from(["key-0000a", "key-0000b"]),
    st.integers(1, 2),
    st.sampled_from([None, None, "before", "after", "crash before", "crash after"]),
    st.booleans(),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=1, max_size=12))
def test_whatever_the_order_of_submissions_failures_and_lost_records_the_first_payment_of_a_key_stands(
    api: ModuleType, steps: list[tuple[str, int, str | None, bool]]
) -> None:
    """The state machine: a model of what each key stands for against the tables after every step."""
    for table, key in TABLES.items():
        for item in stored(table):
            boto3.client("dynamodb").delete_item(TableName=table, Key={key: item[key]})
    model: dict[str, int] = {}
    with pytest.MonkeyPatch.context() as patch:
        for key, amount, failure, forget in some(steps):
            fault = {None: [], "before": [TIMED_OUT], "after": [TIMED_OUT]}.get(failure, [Crash()])
            faulty(api, patch, *fault, after=bool(failure) and failure.endswith("after"))
            try:
                answer = api.handler(request(payment(amount=amount), key), context(remaining_ms=0))
            except Crash:
                answer = None
            if answer and answer["statusCode"] == 201:
                assert body(answer)["amount"] == model.setdefault(key, amount)
            elif answer and answer["statusCode"] == 422:
                assert model[key] != amount
            for item in stored("transactions"):
                model.setdefault(item_key(api, item), int(item["amount"]["N"]))
            if forget:
                for item in stored("idempotency"):
                    boto3.client("dynamodb").delete_item(TableName="idempotency", Key={"id": item["id"]})
            for table in ("transactions", "outbox"):
                assert {item_key(api, i): int(i["amount"]["N"]) for i in stored(table)} == model


def item_key(api: ModuleType, item: dict[str, Any]) -> str:
    return {api.identity("shop", key): key for key in ("key-0000a", "key-0000b")}[item["transaction_id"]["S"]]
