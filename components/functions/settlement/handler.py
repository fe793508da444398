"""Settlement: posts accepted transactions to the ledger, each once; those of an account in the order of acceptance.

Messages come from a FIFO queue: after a failure the rest of its message group waits, so the order is kept. It logs in
to RDS Proxy with an IAM token over TLS; there is no password. The posted entry is also written to the transaction's
item, where the ledger service of every Region reads it. If this Region's database accepts no writes (it is a secondary
cluster, for example), each message is forwarded once to the other Region's queue, and waits there. Environment: as of
`login`, DATABASE_USER, TRANSACTIONS_TABLE, POWERTOOLS_METRICS_NAMESPACE, and with two Regions OTHER_QUEUE_URL,
OTHER_REGION."""

import json
import os
import time
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from ledger import Connection, Posting, post
from login import connect

logger = Logger()
metrics = Metrics()
tracer = Tracer()

TIMEOUT = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
DATABASE_TIMEOUT = 10
"""Time limit of a statement, seconds; longer than RDS Proxy needs to notice a failover."""
REFUSED_SECONDS = 15
"""Seconds without a new attempt after a failed connection, or a statement that the database did not answer in time, so
that the messages of a batch do not all wait for it."""
NEEDED_MS = 1000 * (2 * DATABASE_TIMEOUT + 5)
"""Milliseconds that a message may take: to connect and for a statement. With less time left the rest of the batch is
returned to the queue: if the function timed out, all messages would count as received and wait, also settled ones."""


class OutOfTimeError(TimeoutError):
    """Not enough time is left for another message."""


class Database:
    """A connection that is kept between invocations and reopened after any failure."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._refused = float("-inf")

    def get(self) -> Connection:
        """The open connection, or a new one."""
        if self._connection is None:
            if time.monotonic() - self._refused < REFUSED_SECONDS:
                raise ConnectionError("the database did not answer a moment ago")
            try:
                self._connection = connect(os.environ["DATABASE_USER"], DATABASE_TIMEOUT)
            except Exception:
                self._refused = time.monotonic()
                raise
        return self._connection

    def drop(self, *, silent: bool = False) -> None:
        """Close the connection, whatever state it is in. silent: the database did not answer in time."""
        connection, self._connection = self._connection, None
        if silent:
            self._refused = time.monotonic()
        if connection is not None:
            try:
                connection.close()
            except Exception:
                logger.info("closing a broken connection failed", exc_info=True)


database = Database()


@cache
def table() -> Any:
    """The transactions table, one client per execution environment."""
    resource = boto3.resource("dynamodb", region_name=os.environ["AWS_REGION"], config=TIMEOUT)
    return resource.Table(os.environ["TRANSACTIONS_TABLE"])


@cache
def other() -> Any:
    """SQS in the other Region, one client per execution environment."""
    return boto3.client("sqs", region_name=os.environ["OTHER_REGION"], config=TIMEOUT)


def parse(body: str) -> Posting:
    """The transaction in a message. Raises ValueError or KeyError if it is invalid: retried, then moved to the
    dead-letter queue.
    """
    given = json.loads(body)
    return Posting(**{field: given[field] for field in Posting.__dataclass_fields__})


def settle(record: SQSRecord, lambda_context: Any) -> None:
    """Process a message: first the ledger, then the status that callers see. An exception makes it be retried."""
    if lambda_context.get_remaining_time_in_millis() < NEEDED_MS:
        raise OutOfTimeError(f"message {record.message_id}: not begun, less than {NEEDED_MS} ms are left")
    posting = parse(record.body)
    try:
        new = post(database.get(), posting)
    except Exception as error:
        database.drop(silent=_timed_out(error))
        if not _handed_over(record, posting):
            raise
        return
    _show(posting)
    metrics.add_metric(name="Settled" if new else "SettledBefore", unit=MetricUnit.Count, value=1)
    logger.info("settled" if new else "was settled", extra={"transaction_id": posting.transaction_id})


def _timed_out(error: BaseException | None) -> bool:
    """Whether a time limit is behind an exception, which the driver, or a rollback that also fails, may wrap."""
    while error is not None:
        if isinstance(error, TimeoutError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _handed_over(record: SQSRecord, posting: Posting) -> bool:
    """Forward the message to the other Region's queue; returns whether it was. If both Regions post it, the journal
    still has it once.
    """
    url, tag = os.environ.get("OTHER_QUEUE_URL"), "handed-over"
    if not url or tag in record.message_attributes:  # once, or it would go back and forth while no database accepts it
        return False
    try:
        other().send_message(
            QueueUrl=url,
            MessageBody=record.body,
            MessageGroupId=posting.debtor,
            MessageDeduplicationId=posting.transaction_id,
            MessageAttributes={tag: {"DataType": "String", "StringValue": os.environ["AWS_REGION"]}},
        )
    except (ClientError, BotoCoreError):
        logger.exception("the other Region cannot be reached; the message waits here")
        return False
    logger.warning("handed over", extra={"transaction_id": posting.transaction_id}, exc_info=True)
    metrics.add_metric(name="HandedOver", unit=MetricUnit.Count, value=1)
    return True


def entry(posting: Posting) -> dict[str, Any]:
    """A transaction's postings, which sum to zero, as the ledger service shows them."""
    return {
        "transaction_id": posting.transaction_id,
        "currency": posting.currency,
        "reference": posting.reference,
        "accepted_at": posting.accepted_at,
        "postings": [
            {"account": posting.debtor, "amount": -posting.amount},
            {"account": posting.creditor, "amount": posting.amount},
        ],
    }


def _show(posting: Posting) -> None:
    transaction_id = posting.transaction_id
    try:
        table().update_item(
            Key={"transaction_id": transaction_id},
            UpdateExpression="SET #status = :settled, body = :entry",
            ConditionExpression="attribute_exists(transaction_id)",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":settled": "SETTLED", ":entry": json.dumps(entry(posting), sort_keys=True)},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        # Accepted in another Region and not replicated yet: try again; the ledger then knows that it is posted.
        raise LookupError(f"transaction_id={transaction_id}: not in this Region's table yet") from error


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Any:
    """Lambda entry point; returns the failed messages and those behind them in their message group. An event with
    ``awake`` does nothing: a weekly call, so that Lambda does not deactivate the function.
    """
    if event.get("awake"):
        return {"batchItemFailures": []}
    processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    # A message that fails alone in its batch is not an error of the function either.
    processor.raise_on_entire_batch_failure = False
    return process_partial_response(event=event, record_handler=settle, processor=processor, context=context)
