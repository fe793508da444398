"""The outbox relay against DynamoDB, S3 and SQS (moto): every accepted transaction is handed on, whatever fails."""

import datetime
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

FOLDER = Path(__file__).parents[2] / "components" / "functions" / "outbox_relay"
NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


def context(remaining_ms: int = 30_000) -> Any:
    return SimpleNamespace(
        function_name="outbox-relay",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:outbox-relay:live",
        aws_request_id="request-1",
        get_remaining_time_in_millis=lambda: remaining_ms,
    )


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for key, value in {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "OUTBOX_TABLE": "outbox",
        "PENDING_INDEX": "pending",
        "AUDIT_BUCKET": "audit",
        "POWERTOOLS_SERVICE_NAME": "outbox-relay",
        "POWERTOOLS_METRICS_NAMESPACE": "Payments",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }.items():
        monkeypatch.setenv(key, value)
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.delitem(sys.modules, "handler", raising=False)
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="outbox",
            KeySchema=[{"AttributeName": "transaction_id", "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("transaction_id", "pending", "accepted_at")
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "pending",
                    "KeySchema": [
                        {"AttributeName": "pending", "KeyType": "HASH"},
                        {"AttributeName": "accepted_at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        boto3.client("s3").create_bucket(Bucket="audit", ObjectLockEnabledForBucket=True)
        queue = boto3.client("sqs").create_queue(QueueName="settlement.fifo", Attributes={"FifoQueue": "true"})
        monkeypatch.setenv("SETTLEMENT_QUEUE_URL", queue["QueueUrl"])
        import handler  # pyright: ignore[reportMissingImports]  # the deployment package's root

        monkeypatch.setattr(handler, "_now", lambda: NOW)
        yield handler
    sys.modules.pop("handler", None)


def entry(number: int, *, seconds_ago: int = 0, region: str = "us-east-1") -> dict[str, Any]:
    """An outbox entry, as the transactions function writes it, put into the table."""
    accepted_at = (NOW - datetime.timedelta(seconds=seconds_ago)).isoformat(timespec="milliseconds")
    item = {
        "transaction_id": {"S": f"t-{number}"},
        "region": {"S": region},
        "pending": {"S": "PENDING"},
        "accepted_at": {"S": accepted_at},
        "debtor": {"S": f"DE{number:05d}"},
        "creditor": {"S": "FR7654321"},
        "amount": {"N": str(number)},
        "currency": {"S": "EUR"},
        "reference": {"S": ""},
    }
    boto3.client("dynamodb").put_item(TableName="outbox", Item=item)
    return item


def event(*items: dict[str, Any], name: str = "INSERT") -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventID": str(index),
                "eventName": name,
                "eventSource": "aws:dynamodb",
                "awsRegion": "us-east-1",
                "dynamodb": {"Keys": {}, "NewImage": item, "SequenceNumber": str(index), "StreamViewType": "NEW_IMAGE"},
            }
            for index, item in enumerate(items, 1)
        ]
    }


def kept() -> dict[str, Any]:
    s3 = boto3.client("s3")
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket="audit").get("Contents", [])]
    return {key: json.loads(s3.get_object(Bucket="audit", Key=key)["Body"].read()) for key in keys}


def sent(relay: ModuleType) -> list[dict[str, Any]]:
    messages = relay.client("sqs").receive_message(
        QueueUrl=relay.os.environ["SETTLEMENT_QUEUE_URL"], MaxNumberOfMessages=10, AttributeNames=["All"]
    )
    return messages.get("Messages", [])


def pending() -> set[str]:
    items = boto3.client("dynamodb").scan(TableName="outbox", IndexName="pending")["Items"]
    return {item["transaction_id"]["S"] for item in items}


def test_an_entry_becomes_an_audit_object_and_a_message_and_is_marked(relay: ModuleType) -> None:
    assert relay.handler(event(entry(7)), context()) == {"batchItemFailures": []}
    ((key, record),) = kept().items()
    assert key == "transactions/2026/11/22/t-7.json"
    assert record["amount"] == 7
    assert set(record) == {"transaction_id", "accepted_at", "debtor", "creditor", "amount", "currency", "reference"}
    (message,) = sent(relay)
    assert json.loads(message["Body"]) == record
    assert message["Attributes"]["MessageGroupId"] == "DE00007"
    assert message["Attributes"]["MessageDeduplicationId"] == "t-7"
    assert pending() == set()


def test_a_repetition_leaves_the_audit_object_as_it_was_and_sends_nothing_new(relay: ModuleType) -> None:
    item = entry(7)
    relay.handler(event(item), context())
    versions = boto3.client("s3").list_object_versions(Bucket="audit")["Versions"]
    assert relay.handler(event(item), context()) == {"batchItemFailures": []}
    assert boto3.client("s3").list_object_versions(Bucket="audit")["Versions"] == versions
    assert len(sent(relay)) == 1


def test_only_new_entries_of_the_own_region_are_relayed(relay: ModuleType) -> None:
    relay.handler(event(entry(1, region="us-west-2")), context())
    relay.handler(event(entry(2), name="MODIFY"), context())
    assert kept() == {}
    assert pending() == {"t-1", "t-2"}


@pytest.mark.parametrize("broken", ["s3", "sqs", "dynamodb"])
def test_a_failed_entry_is_retried_alone_and_stays_pending_until_it_is_delivered_everywhere(
    relay: ModuleType, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    items, real = [entry(1), entry(2)], relay.client

    class Broken:
        def __getattr__(self, name: str) -> Any:
            def call(**given: Any) -> Any:
                if "t-2" in json.dumps(given, default=str):
                    raise ClientError({"Error": {"Code": "ServiceUnavailable", "Message": ""}}, name)
                return getattr(real(broken), name)(**given)

            return call

    monkeypatch.setattr(relay, "client", lambda service: Broken() if service == broken else real(service))
    assert relay.handler(event(*items), context()) == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert pending() == {"t-2"}
    monkeypatch.setattr(relay, "client", real)
    assert relay.handler(event(items[1]), context()) == {"batchItemFailures": []}
    assert pending() == set()
    assert len(kept()) == len(sent(relay)) == 2


def test_the_sweep_sends_missed_entries_and_the_other_regions_only_when_they_are_late(relay: ModuleType) -> None:
    entry(1, seconds_ago=60)
    entry(2, seconds_ago=300)
    entry(3, seconds_ago=300, region="us-west-2")
    entry(4, seconds_ago=900, region="us-west-2")
    assert relay.handler({"sweep": True}, context()) == {"relayed": 2, "failed": 0}
    assert pending() == {"t-1", "t-3"}


def test_one_bad_entry_does_not_keep_the_sweep_from_the_others(
    relay: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2, 3):
        entry(number, seconds_ago=300)
    keep = relay._keep

    def fail(transaction: dict[str, Any], body: str) -> None:
        if transaction["transaction_id"] == "t-2":
            raise ValueError("no")
        keep(transaction, body)

    monkeypatch.setattr(relay, "_keep", fail)
    assert relay.handler({"sweep": True}, context()) == {"relayed": 2, "failed": 1}
    assert pending() == {"t-2"}
    (emitted,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"SweepFailures"' in line]
    assert emitted["SweepFailures"] == [1.0]


def test_a_sweep_that_runs_out_of_time_leaves_the_rest_to_the_next(relay: ModuleType) -> None:
    entry(1, seconds_ago=300)
    assert relay.handler({"sweep": True}, context(remaining_ms=5_000)) == {"relayed": 0, "failed": 0}
    assert pending() == {"t-1"}
