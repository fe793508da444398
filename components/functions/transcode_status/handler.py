"""Transcode status: stores the state of each MediaConvert job, and publishes when one ends.

Its events are ``MediaConvert Job State Change`` through a queue, which may repeat and reorder them: a final state is
never changed, and is published once. Environment: STATUS_TABLE (key: source), TOPIC_ARN, POWERTOOLS_METRICS_NAMESPACE.
"""

import json
import os
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from botocore.config import Config
from botocore.exceptions import ClientError

logger = Logger()
metrics = Metrics()
tracer = Tracer()

TIMEOUT = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
STATUSES = {"PROGRESSING": "TRANSCODING", "COMPLETE": "READY", "ERROR": "FAILED", "CANCELED": "FAILED"}
"""MediaConvert's job state -> status of the video."""
ENDS = ("READY", "FAILED")
MARGIN_MS = 10_000
"""Milliseconds. With less time left the rest of a batch returns to the queue, since all its messages would count as
received if the function timed out."""


class OutOfTimeError(TimeoutError):
    """Not enough time is left for another message."""


@cache
def client(service: str) -> Any:
    """One client per service and execution environment."""
    return boto3.client(service, region_name=os.environ["AWS_REGION"], config=TIMEOUT)


def on_message(record: SQSRecord, lambda_context: Any) -> None:
    """Process a change of a job. An exception makes it be retried."""
    if lambda_context.get_remaining_time_in_millis() < MARGIN_MS:
        raise OutOfTimeError(f"message {record.message_id}: not begun, less than {MARGIN_MS} ms are left")
    event = json.loads(record.body)
    detail = event["detail"]
    status = STATUSES.get(detail["status"])
    if status is None:  # such as STATUS_UPDATE and INPUT_INFORMATION
        return
    source = detail["userMetadata"]["source"]
    reason = detail.get("errorMessage") or ("cancelled" if detail["status"] == "CANCELED" else "")
    playlists = _playlists(detail) if status == "READY" else []
    if not _keep(source, detail["jobId"], status, reason, event["time"], playlists):
        return
    logger.info("kept", extra={"upload": source, "job": detail["jobId"], "status": status})
    if status not in ENDS:
        return
    # Published after it is stored, and marked after that: a crash in between publishes it twice, never not at all.
    news = {"source": source, "job": detail["jobId"], "status": status, "reason": reason, "playlists": playlists}
    subject = f"Video {status.lower()}"
    client("sns").publish(TopicArn=os.environ["TOPIC_ARN"], Subject=subject, Message=json.dumps(news))
    _mark_told(source)
    metrics.add_metric(name="JobsFailed" if status == "FAILED" else "JobsDone", unit=MetricUnit.Count, value=1)


def _playlists(detail: dict[str, Any]) -> list[str]:
    """Playlist paths for players, from the job's output files (``s3://bucket/path``)."""
    groups = detail.get("outputGroupDetails", [])
    files = [file for group in groups for file in group.get("playlistFilePaths", [])]
    return sorted("/" + file.removeprefix("s3://").partition("/")[2] for file in files)


def _keep(source: str, job_id: str, status: str, reason: str, time: str, playlists: list[str]) -> bool:
    """Store the status unless a final one was published before; returns whether to publish it."""
    end = status in ENDS
    values = {
        ":status": {"S": status},
        ":job": {"S": job_id},
        ":reason": {"S": reason},
        ":time": {"S": time},
        ":ready": {"S": "READY"},
        ":failed": {"S": "FAILED"},
        ":playlists": {"L": [{"S": path} for path in playlists]},
    }
    allowed = "attribute_not_exists(told) AND (NOT #status IN (:ready, :failed)"
    try:
        client("dynamodb").update_item(
            TableName=os.environ["STATUS_TABLE"],
            Key={"source": {"S": source}},
            UpdateExpression="SET #status = :status, job_id = :job, reason = :reason, updated_at = :time,"
            " playlists = :playlists" + (" REMOVE #open" if end else ""),
            # A final status that was stored but not published (the function ended in between) is published again.
            ConditionExpression=allowed + (" OR #status = :status)" if end else ")"),
            ExpressionAttributeNames={"#status": "status", **({"#open": "open"} if end else {})},
            ExpressionAttributeValues=values,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _mark_told(source: str) -> None:
    client("dynamodb").update_item(
        TableName=os.environ["STATUS_TABLE"],
        Key={"source": {"S": source}},
        UpdateExpression="SET told = :yes",
        ExpressionAttributeValues={":yes": {"BOOL": True}},
    )


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Any:
    """Lambda entry point; returns the failed messages, which SQS delivers again."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=on_message, processor=processor, context=context)
