"""Transcode status: keeps what MediaConvert says of each job, and tells who listens when one ends.

Fed by ``MediaConvert Job State Change`` events through a queue, which may repeat them and change their order: an end
is final, and is told once. Environment: STATUS_TABLE (key: source), TOPIC_ARN, POWERTOOLS_METRICS_NAMESPACE.
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
"""MediaConvert's word for a job's state, and ours for its video's."""
ENDS = ("READY", "FAILED")


@cache
def client(service: str) -> Any:
    """One client per service and execution environment."""
    return boto3.client(service, region_name=os.environ["AWS_REGION"], config=TIMEOUT)


def on_message(record: SQSRecord) -> None:
    """One change of a job. Raises what makes it be retried."""
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
    # Told after it is kept, and marked after it was told: a crash in between tells it twice, never not at all.
    news = {"source": source, "job": detail["jobId"], "status": status, "reason": reason, "playlists": playlists}
    subject = f"Video {status.lower()}"
    client("sns").publish(TopicArn=os.environ["TOPIC_ARN"], Subject=subject, Message=json.dumps(news))
    _mark_told(source)
    metrics.add_metric(name="JobsFailed" if status == "FAILED" else "JobsDone", unit=MetricUnit.Count, value=1)


def _playlists(detail: dict[str, Any]) -> list[str]:
    """Paths at which players find the video, as the job tells its files (``s3://bucket/path``)."""
    groups = detail.get("outputGroupDetails", [])
    files = [file for group in groups for file in group.get("playlistFilePaths", [])]
    return sorted("/" + file.removeprefix("s3://").partition("/")[2] for file in files)


def _keep(source: str, job_id: str, status: str, reason: str, time: str, playlists: list[str]) -> bool:
    """Keep the status unless an end was told before; whether there is something to tell."""
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
            # An end that was kept but not told, because we died in between, is kept and told again.
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
    """Lambda entry point: the messages that failed, for SQS to deliver again."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=on_message, processor=processor, context=context)
