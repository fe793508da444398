"""Order worker: takes order events from SQS and writes each order once.

A batch is answered message by message: what was written, or had been written before, is done; the rest is retried and,
after the queue's maximum of receives, kept in the dead-letter queue. An order is one conditional write: a function that
dies after it, before SQS hears of it, finds the order there the next time.

Environment: TABLE_NAME (key: order_id, string), POWERTOOLS_METRICS_NAMESPACE.
"""

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
"""Milliseconds that a write may take at worst, with the pause between its attempts. With less left, what remains of a
batch is handed back at once: were the function cut off, all of it would count as received, the written orders too."""


class OutOfTimeError(TimeoutError):
    """Too little is left of the function's time-out to begin with another order."""


class ConflictingOrderError(ValueError):
    """The order's id was used before, for another order: somebody has to look."""


@cache
def table() -> Any:
    """The orders table, one client per execution environment."""
    return boto3.resource("dynamodb", config=TIMEOUT).Table(os.environ["TABLE_NAME"])


def write(order: Order, target: Any) -> bool:
    """Write ``order`` unless it is there; False when the same order was there. Raises ConflictingOrderError."""
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
    """One message. Raises what makes it be retried."""
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
    """Lambda entry point: the messages that failed, for SQS to deliver again.

    A batch that fails as a whole is answered the same way: a poison message alone in its batch is no error of ours.
    """
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=on_message, processor=processor, context=context)
