"""Order worker: takes order events from SQS and writes each order once.

The answer to a batch lists the failed messages: orders that were written, now or before, are done; the others are
retried and, after the queue's maximum number of receives, moved to the dead-letter queue. An order is one conditional
write: if the function ends after it but before SQS gets the answer, the retry finds the order.

Environment: TABLE_NAME (key: order_id, string), POWERTOOLS_METRICS_NAMESPACE."""

import os
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from botocore.config import Config
from botocore.exceptions import ClientError
from order import InvalidOrderError, Order, parse

logger = Logger()
metrics = Metrics()

CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 1, 3, 2
TIMEOUT = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
)
NEEDED_MS = 1000 * (ATTEMPTS * (CONNECT_SECONDS + READ_SECONDS) + 2)
"""Longest duration of a write, with the pause between its attempts, milliseconds. With less time left, the rest of the
batch is returned to the queue: if the function timed out, all messages would count as received, also written ones."""


class OutOfTimeError(TimeoutError):
    """Not enough time is left for another order."""


class ConflictingOrderError(ValueError):
    """The id was already used for a different order, which needs a person to look at."""


@cache
def table() -> Any:
    """The orders table, one client per execution environment."""
    return boto3.resource("dynamodb", config=TIMEOUT).Table(os.environ["TABLE_NAME"])


def write(order: Order, target: Any) -> bool:
    """Write ``order`` if it does not exist; returns False if it did. Raises ConflictingOrderError if its id has another
    order.
    """
    item = {
        "order_id": order.order_id,
        "customer_id": order.customer_id,
        "currency": order.currency,
        "placed_at": order.placed_at,
        "total_cents": order.total_cents,
        "items": [vars(line) for line in order.items],
        "digest": order.digest,
        "status": "RECEIVED",
    }
    try:
        target.put_item(
            Item=item,
            ConditionExpression="attribute_not_exists(order_id)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        before = error.response.get("Item", {}).get("digest", {}).get("S")
        if before != order.digest:
            raise ConflictingOrderError(f"order_id={order.order_id}: used before for another order") from error
        return False
    return True


def on_message(record: SQSRecord, lambda_context: Any) -> None:
    """Process a message. An exception makes SQS deliver it again."""
    if lambda_context.get_remaining_time_in_millis() < NEEDED_MS:
        raise OutOfTimeError(f"message {record.message_id}: not begun, less than {NEEDED_MS} ms are left")
    try:
        order = parse(record.body)
        logger.append_keys(order_id=order.order_id)
        written = write(order, table())
    except (InvalidOrderError, ConflictingOrderError) as error:
        metrics.add_metric(name="OrdersRefused", unit=MetricUnit.Count, value=1)
        logger.error("order refused", extra={"message_id": record.message_id, "reason": str(error)})
        raise
    finally:
        logger.remove_keys(["order_id"])
    metrics.add_metric(name="OrdersWritten" if written else "OrdersRepeated", unit=MetricUnit.Count, value=1)
    logger.info("order written" if written else "order was there", extra={"order": order.order_id})


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Any:
    """Lambda entry point; returns the failed messages, which SQS delivers again.

    So does a batch in which all messages fail: an invalid message is not an error of the function.
    """
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=on_message, processor=processor, context=context)
