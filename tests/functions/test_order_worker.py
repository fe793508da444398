"""The order worker against DynamoDB and SQS (moto): duplicates, poison messages, partial batches."""

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

FOLDER = Path(__file__).parents[2] / "components" / "functions" / "order_worker"
ORDERS = FOLDER.parents[1] / "architectures" / "ecommerce" / "orders.py"
"""Gives the function its time-out; read, as importing it takes seconds."""
CONTEXT = SimpleNamespace(
    function_name="order-worker",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-west-2:123456789012:function:order-worker:live",
    aws_request_id="request-1",
    get_remaining_time_in_millis=lambda: 30_000,
)


def order(order_id: str = "o-1", **changed: Any) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "customer_id": "c-1",
        "currency": "USD",
        "placed_at": "2026-11-22T10:00:00Z",
        "items": [{"sku": "hat", "quantity": 2, "price_cents": 1250}],
        **changed,
    }


def event(*bodies: Any) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m-{index}",
                "receiptHandle": "r",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-west-2:123456789012:orders",
                "awsRegion": "us-west-2",
            }
            for index, body in enumerate(bodies)
        ]
    }


def failed(answer: dict[str, Any]) -> list[str]:
    return [f["itemIdentifier"] for f in answer["batchItemFailures"]]


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for key, value in {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "us-west-2",
        "TABLE_NAME": "orders",
        "POWERTOOLS_SERVICE_NAME": "order-worker",
        "POWERTOOLS_METRICS_NAMESPACE": "Shop",
    }.items():
        monkeypatch.setenv(key, value)
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in ("handler", "order"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        import handler  # pyright: ignore[reportMissingImports]  # the deployment package's root

        yield handler
    for name in ("handler", "order"):
        sys.modules.pop(name, None)


def stored() -> list[dict[str, Any]]:
    return boto3.resource("dynamodb").Table("orders").scan()["Items"]  # pyright: ignore[reportAttributeAccessIssue]


def test_an_order_is_written_with_its_total(worker: ModuleType) -> None:
    assert worker.handler(event(order()), CONTEXT) == {"batchItemFailures": []}
    (item,) = stored()
    assert item["order_id"] == "o-1"
    assert item["total_cents"] == 2500
    assert item["items"] == [{"sku": "hat", "quantity": 2, "price_cents": 1250}]
    assert item["status"] == "RECEIVED"


def test_a_duplicate_is_written_once_and_does_not_undo_what_happened_since(worker: ModuleType) -> None:
    assert failed(worker.handler(event(order(), order()), CONTEXT)) == []
    boto3.resource("dynamodb").Table("orders").update_item(  # pyright: ignore[reportAttributeAccessIssue]
        Key={"order_id": "o-1"},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": "SHIPPED"},
    )
    assert failed(worker.handler(event(dict(reversed(order().items()))), CONTEXT)) == [], "key order is no difference"
    (item,) = stored()
    assert item["status"] == "SHIPPED"


def test_another_order_under_a_used_id_fails_and_leaves_the_first(worker: ModuleType) -> None:
    answer = worker.handler(event(order(), order(customer_id="c-2")), CONTEXT)
    assert failed(answer) == ["m-1"]
    assert [item["customer_id"] for item in stored()] == ["c-1"]


def test_a_partial_batch_retries_only_the_failed_messages(worker: ModuleType) -> None:
    answer = worker.handler(event(order("o-1"), "{", order("o-2"), order("o-3", items=[]), order("o-4")), CONTEXT)
    assert failed(answer) == ["m-1", "m-3"]
    assert sorted(item["order_id"] for item in stored()) == ["o-1", "o-2", "o-4"]


def test_a_batch_of_only_invalid_messages_returns_failures_and_does_not_raise(worker: ModuleType) -> None:
    assert failed(worker.handler(event("no"), CONTEXT)) == ["m-0"]


def test_a_throttled_table_fails_the_message_so_that_it_comes_again(
    worker: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError

    class Throttled:
        def put_item(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException", "Message": ""}}, "PutItem")

    monkeypatch.setattr(worker, "table", Throttled)
    assert failed(worker.handler(event(order(), order("o-2")), CONTEXT)) == ["m-0", "m-1"]
    assert stored() == []


def test_an_order_written_without_an_answer_is_found_by_the_retry(worker: ModuleType) -> None:
    class Cut(BaseException):
        """The function is cut off: nothing of its own catches that."""

    class Table:
        def __init__(self) -> None:
            self.behind = boto3.resource("dynamodb").Table("orders")  # pyright: ignore[reportAttributeAccessIssue]

        def put_item(self, **request: Any) -> None:
            self.behind.put_item(**request)
            raise Cut

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "table", Table)
        with pytest.raises(Cut):
            worker.handler(event(order("o-1"), order("o-2")), CONTEXT)
    assert [item["order_id"] for item in stored()] == ["o-1"], "written, and SQS has not heard of it"
    assert failed(worker.handler(event(order("o-1"), order("o-2")), CONTEXT)) == []
    assert sorted(item["order_id"] for item in stored()) == ["o-1", "o-2"]


def test_messages_without_time_left_are_returned_to_the_queue(worker: ModuleType) -> None:
    left = iter([30_000, 20_000, worker.NEEDED_MS - 1, 5_000])
    hurried = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: next(left)})
    answer = worker.handler(event(*(order(f"o-{n}") for n in range(4))), hurried)
    assert failed(answer) == ["m-2", "m-3"]
    assert sorted(item["order_id"] for item in stored()) == ["o-0", "o-1"]


def test_a_write_at_its_slowest_fits_into_the_functions_time_out_more_than_once(worker: ModuleType) -> None:
    [timeout] = re.findall(r"^TIMEOUT = (\d+)$", ORDERS.read_text(), re.M)
    assert 1000 * int(timeout) >= 2 * worker.NEEDED_MS
    retries = worker.TIMEOUT.retries
    assert 1000 * retries["total_max_attempts"] * (worker.TIMEOUT.connect_timeout + worker.TIMEOUT.read_timeout) < (
        worker.NEEDED_MS
    )


def test_a_poison_message_ends_in_the_dead_letter_queue_and_good_ones_do_not(worker: ModuleType) -> None:
    sqs = boto3.client("sqs")
    dead = sqs.create_queue(QueueName="orders-dlq")["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = sqs.create_queue(
        QueueName="orders",
        Attributes={
            "VisibilityTimeout": "0",
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 5}),
        },
    )["QueueUrl"]
    for body in (json.dumps(order("o-1")), '{"order_id": 7}', json.dumps(order("o-2"))):
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    for _ in range(7):
        batch = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        if not batch:
            break
        received = event(*(m["Body"] for m in batch))
        again = failed(worker.handler(received, CONTEXT))
        for record, message in zip(received["Records"], batch, strict=True):
            if record["messageId"] not in again:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    assert sorted(item["order_id"] for item in stored()) == ["o-1", "o-2"]
    kept = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10)["Messages"]
    assert [m["Body"] for m in kept] == ['{"order_id": 7}']


def test_metrics_and_logs_are_structured_and_name_the_reason(
    worker: ModuleType, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    worker.handler(event(order(), order(), "{}"), CONTEXT)
    (emitted,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert (emitted["OrdersWritten"], emitted["OrdersRepeated"], emitted["OrdersRefused"]) == ([1.0], [1.0], [1.0])
    (refused,) = [vars(r) for r in caplog.records if r.getMessage() == "order refused"]
    assert refused["reason"].startswith("currency: ")
    assert refused["message_id"] == "m-2"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"order_id": ""}, "order_id"),
        ({"order_id": "x" * 129}, "order_id"),
        ({"customer_id": None}, "customer_id"),
        ({"currency": "usd"}, "currency"),
        ({"currency": "USDT"}, "currency"),
        ({"placed_at": 7}, "placed_at"),
        ({"items": {}}, "items"),
        ({"items": ["hat"]}, "items\\[0\\]"),
        ({"items": [{"sku": "a", "quantity": 0, "price_cents": 1}]}, "items\\[0\\].quantity"),
        ({"items": [{"sku": "a", "quantity": True, "price_cents": 1}]}, "items\\[0\\].quantity"),
        ({"items": [{"sku": "a", "quantity": 1, "price_cents": 1.5}]}, "items\\[0\\].price_cents"),
    ],
)
def test_an_invalid_order_is_refused_by_the_name_of_its_field(
    worker: ModuleType, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        worker.parse(json.dumps(order(**changed)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["order_id", "customer_id", "currency", "placed_at", "items"])


@given(st.dictionaries(FIELDS, JSON, max_size=5) | JSON)
def test_no_event_makes_the_parser_raise_an_unexpected_error(body: Any) -> None:
    sys.path.insert(0, str(FOLDER))
    try:
        from order import InvalidOrderError, Order, parse  # pyright: ignore[reportMissingImports]
    finally:
        sys.path.remove(str(FOLDER))
    text = json.dumps({**order(), **body} if isinstance(body, dict) else body)
    with contextlib.suppress(InvalidOrderError):
        assert isinstance(parse(text), Order)
