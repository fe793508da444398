"""Expiry in the code: what is over goes, what was renewed meanwhile stays, and the run ends in time."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

FOLDER = Path(__file__).parents[2] / "components" / "functions" / "expiry"


def context(remaining_ms: int = 60_000) -> Any:
    return SimpleNamespace(
        function_name="expiry",
        memory_limit_in_mb=256,
        invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:expiry:live",
        aws_request_id="request-1",
        get_remaining_time_in_millis=lambda: remaining_ms,
    )


@pytest.fixture
def expiry(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for key, value in {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "TABLE_NAME": "answers",
        "KEY_NAME": "id",
        "EXPIRY_NAME": "expiration",
        "GRACE_SECONDS": "60",
        "POWERTOOLS_SERVICE_NAME": "expiry",
        "POWERTOOLS_METRICS_NAMESPACE": "Payments",
    }.items():
        monkeypatch.setenv(key, value)
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.delitem(sys.modules, "handler", raising=False)
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="answers",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        now = int(time.time())
        for name, age in {"old": 3600, "older": 7200, "in grace": 30, "young": -3600}.items():
            put(name, now - age)
        boto3.client("dynamodb").put_item(TableName="answers", Item={"id": {"S": "for ever"}})
        import handler  # pyright: ignore[reportMissingImports]  # the deployment package's root

        yield handler
    sys.modules.pop("handler", None)


def put(name: str, expiration: int) -> None:
    item = {"id": {"S": name}, "expiration": {"N": str(expiration)}}
    boto3.client("dynamodb").put_item(TableName="answers", Item=item)


def left() -> set[str]:
    return {item["id"]["S"] for item in boto3.client("dynamodb").scan(TableName="answers")["Items"]}


def test_expired_records_are_deleted_and_the_others_stay(expiry: ModuleType) -> None:
    assert expiry.handler({}, context()) == {"deleted": 2}
    assert left() == {"in grace", "young", "for ever"}
    assert expiry.handler({}, context()) == {"deleted": 0}


def test_a_record_renewed_between_reading_and_deleting_stays(
    expiry: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = expiry.client()

    class Racing:
        def get_paginator(self, name: str) -> Any:
            return real.get_paginator(name)

        def delete_item(self, **given: Any) -> Any:
            put(given["Key"]["id"]["S"], int(time.time()) + 3600)
            return real.delete_item(**given)

    monkeypatch.setattr(expiry, "client", Racing)
    assert expiry.handler({}, context()) == {"deleted": 0}
    assert {"old", "older"} <= left()


def test_it_stops_before_its_time_is_up(expiry: ModuleType) -> None:
    assert expiry.handler({}, context(remaining_ms=5_000)) == {"deleted": 0}
    assert len(left()) == 5
