"""Outbox relay: sends every accepted transaction to the audit bucket and the settlement queue, at least once.

Its events come from the outbox table's stream, and from a schedule for entries that the stream missed (the sweep). Both
targets tolerate repetitions: the audit object is written only if it does not exist, the queue drops a deduplication id
that it received within five minutes, and after that the ledger's unique key decides. An entry stays pending until both
have it. Entries of another Region are left to that Region for TAKE_OVER_SECONDS, and then taken over.
Environment: OUTBOX_TABLE, PENDING_INDEX (key: pending, accepted_at), AUDIT_BUCKET, SETTLEMENT_QUEUE_URL,
POWERTOOLS_METRICS_NAMESPACE.
"""

import datetime
import json
import os
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from boto3.dynamodb.types import TypeDeserializer
from botocore.config import Config
from botocore.exceptions import ClientError

logger = Logger()
metrics = Metrics()
tracer = Tracer()

TIMEOUT = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
LEFT_OVER_SECONDS = 120
"""Seconds after which an entry of this Region counts as missed by the stream."""
TAKE_OVER_SECONDS = 600
"""Seconds after which an entry of another Region is taken over: longer than a healthy Region's own sweeps take."""
MARGIN_MS = 10_000
"""A sweep stops when this many milliseconds are left; the next one continues."""


@cache
def client(service: str) -> Any:
    """One client per service and execution environment."""
    return boto3.client(service, region_name=os.environ["AWS_REGION"], config=TIMEOUT)


def relay(entry: dict[str, Any]) -> None:
    """Send an outbox entry, then mark it as sent. An exception makes it be retried."""
    transaction = {
        name: int(value) if name == "amount" else str(value)
        for name, value in entry.items()
        if name not in ("pending", "region")
    }
    body = json.dumps(transaction, sort_keys=True, separators=(",", ":"))
    _keep(transaction, body)
    client("sqs").send_message(
        QueueUrl=os.environ["SETTLEMENT_QUEUE_URL"],
        MessageBody=body,
        MessageGroupId=transaction["debtor"],  # payments of an account settle in order, accounts in parallel
        MessageDeduplicationId=transaction["transaction_id"],
    )
    _mark(transaction["transaction_id"])
    metrics.add_metric(name="TransactionsRelayed", unit=MetricUnit.Count, value=1)


def _keep(transaction: dict[str, Any], body: str) -> None:
    """Write the audit object, which the bucket's Object Lock then protects, if it does not exist."""
    day = transaction["accepted_at"][:10].replace("-", "/")
    try:
        client("s3").put_object(
            Bucket=os.environ["AUDIT_BUCKET"],
            Key=f"transactions/{day}/{transaction['transaction_id']}.json",
            Body=body.encode(),
            ContentType="application/json",
            ChecksumAlgorithm="SHA256",  # Object Lock requires a checksum
            IfNoneMatch="*",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":
            raise


def _mark(transaction_id: str) -> None:
    client("dynamodb").update_item(
        TableName=os.environ["OUTBOX_TABLE"],
        Key={"transaction_id": {"S": transaction_id}},
        UpdateExpression="REMOVE pending SET relayed_at = if_not_exists(relayed_at, :now)",
        ConditionExpression="attribute_exists(transaction_id)",
        ExpressionAttributeValues={":now": {"S": _now().isoformat(timespec="milliseconds")}},
    )


def on_record(record: DynamoDBRecord) -> None:
    """Process a change of the outbox: only new entries of this Region; replicated ones belong to their Region."""
    entry = record.dynamodb.new_image if record.dynamodb else None
    name = record.event_name.name if record.event_name else ""
    if name == "INSERT" and entry and entry["region"] == os.environ["AWS_REGION"]:
        relay(entry)


def sweep(context: Any) -> dict[str, int]:
    """Relay entries that are pending for too long; returns the number of entries and of failures."""
    counts = {"relayed": 0, "failed": 0}
    own, taken = (_now() - datetime.timedelta(seconds=s) for s in (LEFT_OVER_SECONDS, TAKE_OVER_SECONDS))
    pages = client("dynamodb").get_paginator("query")
    for page in pages.paginate(
        TableName=os.environ["OUTBOX_TABLE"],
        IndexName=os.environ["PENDING_INDEX"],
        KeyConditionExpression="pending = :pending AND accepted_at < :before",
        ExpressionAttributeValues={
            ":pending": {"S": "PENDING"},
            ":before": {"S": own.isoformat(timespec="milliseconds")},
        },
    ):
        for item in page["Items"]:
            if context.get_remaining_time_in_millis() < MARGIN_MS:
                return counts
            entry = {key: TypeDeserializer().deserialize(value) for key, value in item.items()}
            late = entry["accepted_at"] < taken.isoformat(timespec="milliseconds")
            if entry["region"] != os.environ["AWS_REGION"] and not late:
                continue
            try:
                relay(entry)
                counts["relayed"] += 1
            except Exception:
                # One bad entry must not block the others; SweepFailures has an alarm.
                logger.exception("sweep failed", extra={"transaction_id": entry["transaction_id"]})
                counts["failed"] += 1
    metrics.add_metric(name="SweepFailures", unit=MetricUnit.Count, value=counts["failed"])
    return counts


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Any:
    """Lambda entry point, for the stream's batches and for the schedule's ``{"sweep": true}``."""
    if event.get("sweep"):
        return sweep(context)
    processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=on_record, processor=processor, context=context)
