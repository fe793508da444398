"""Transcode: one MediaConvert job for each version of an uploaded video, even if its event arrives several times.

Its events are ``Object Created`` through a queue, and a schedule that takes over unfinished uploads of another Region.
The status table (global) says which Region works on a version; a retried submission first looks for the job of the one
before, since MediaConvert recognises a request token for a minute only. A replica of an upload is left to the Region of
the upload, unless that Region reports nothing for TAKE_OVER_SECONDS; the replica is recorded in case that Region never
reports. Environment: STATUS_TABLE (key: source), OPEN_INDEX (key: open, updated_at; with what `take_over` reads),
UPLOAD_BUCKET, OUTPUT_BUCKET, OUTPUT_KEY_ARN, JOB_QUEUE_ARN, JOB_ROLE_ARN, TOPIC_ARN, POWERTOOLS_METRICS_NAMESPACE."""

import datetime
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
from job import UnsupportedError, Upload, parse, settings, video_id

logger = Logger()
metrics = Metrics()
tracer = Tracer()

TIMEOUT = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
TAKE_OVER_SECONDS = 6 * 3600
"""Seconds without a status of a version after which the other Region takes it over; longer than any job waits and runs.
"""
ELSEWHERE = "elsewhere"
"""Region of a replica that the Region of the upload has not claimed yet."""
OPEN = "OPEN"
"""Attribute of versions that are not finished: the key of a sparse index."""
MARGIN_MS = 20_000
"""Milliseconds. With less time left the rest of a batch returns to the queue, since all its messages would count as
received if the function timed out; taking over stops, and the next run continues."""


class OutOfTimeError(TimeoutError):
    """Not enough time is left for another upload."""


@cache
def client(service: str) -> Any:
    """One client per service and execution environment."""
    return boto3.client(service, region_name=os.environ["AWS_REGION"], config=TIMEOUT)


def on_message(record: SQSRecord, lambda_context: Any) -> None:
    """Process the event of a version. An exception makes it be retried."""
    if lambda_context.get_remaining_time_in_millis() < MARGIN_MS:
        raise OutOfTimeError(f"message {record.message_id}: not begun, less than {MARGIN_MS} ms are left")
    upload = parse(record.body)
    replica = _is_replica(upload)
    try:
        video = video_id(upload)
    except UnsupportedError as reason:
        if not replica:
            _refuse(upload, str(reason))
        return
    if replica:
        _claim(upload, video, ELSEWHERE)
        logger.info("left to the Region it was uploaded to", extra={"upload": upload.source})
    elif (before := _claim(upload, video, os.environ["AWS_REGION"])) is not None:
        _submit(upload, again=bool(before))
    else:
        metrics.add_metric(name="AnnouncedAgain", unit=MetricUnit.Count, value=1)


def _is_replica(upload: Upload) -> bool:
    head = client("s3").head_object(Bucket=upload.bucket, Key=upload.key, VersionId=upload.version)
    return head.get("ReplicationStatus") == "REPLICA"


def _claim(upload: Upload, video: str, region: str) -> dict[str, Any] | None:
    """Record that ``region`` works on this version, if no Region does or it did not finish; returns the item before,
    which is empty for a new version. None: another Region works on it, or its job is known.

    Two Regions may write at the same time, and the later one wins. Nothing is lost: the job's events correct the
    status; at worst each has a job, which writes into its Region's bucket.
    """
    try:
        answer = client("dynamodb").put_item(
            TableName=os.environ["STATUS_TABLE"],
            Item={
                "source": {"S": upload.source},
                "key": {"S": upload.key},
                "version": {"S": upload.version},
                "size": {"N": str(upload.size)},
                "video": {"S": video},
                "region": {"S": region},
                "status": {"S": "RECEIVED"},
                "open": {"S": OPEN},
                "updated_at": {"S": _now()},
            },
            ConditionExpression="attribute_not_exists(#source)"
            " OR (#status = :received AND #region IN (:its, :nobodys))",
            ExpressionAttributeNames={"#source": "source", "#status": "status", "#region": "region"},
            ExpressionAttributeValues={
                ":received": {"S": "RECEIVED"},
                ":its": {"S": region},
                ":nobodys": {"S": ELSEWHERE},
            },
            ReturnValues="ALL_OLD",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return None
    return answer.get("Attributes", {})


def _job_of(upload: Upload) -> str | None:
    """Id of the job that an earlier attempt submitted, whatever became of it: among the newest 20 whose input has the
    same file name (SearchJobs).
    """
    found = client("mediaconvert").search_jobs(
        InputFile=upload.key.rpartition("/")[2], Queue=os.environ["JOB_QUEUE_ARN"], Order="DESCENDING", MaxResults=20
    )
    return next((job["Id"] for job in found["Jobs"] if job.get("ClientRequestToken") == upload.token), None)


def _submit(upload: Upload, *, again: bool) -> None:
    """Create the job and record it. again: an earlier attempt may have created it."""
    job = _job_of(upload) if again else None
    if job is None:
        answer = client("mediaconvert").create_job(
            ClientRequestToken=upload.token,
            Queue=os.environ["JOB_QUEUE_ARN"],
            Role=os.environ["JOB_ROLE_ARN"],
            Settings=settings(upload, os.environ["OUTPUT_BUCKET"], os.environ["OUTPUT_KEY_ARN"]),
            StatusUpdateInterval="SECONDS_60",
            UserMetadata={"source": upload.source},
        )
        job = answer["Job"]["Id"]
    # Only from RECEIVED: an event of the job may have arrived before.
    try:
        client("dynamodb").update_item(
            TableName=os.environ["STATUS_TABLE"],
            Key={"source": {"S": upload.source}},
            UpdateExpression="SET #status = :submitted, job_id = :job, updated_at = :now",
            ConditionExpression="#status = :received",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={
                ":submitted": {"S": "SUBMITTED"},
                ":received": {"S": "RECEIVED"},
                ":job": {"S": job},
                ":now": {"S": _now()},
            },
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
    metrics.add_metric(name="JobsSubmitted", unit=MetricUnit.Count, value=1)
    logger.info("submitted", extra={"upload": upload.source, "job": job})


def _refuse(upload: Upload, reason: str) -> None:
    """Store the reason in the status table and publish it; a retry does not help."""
    client("dynamodb").put_item(
        TableName=os.environ["STATUS_TABLE"],
        Item={
            "source": {"S": upload.source},
            "key": {"S": upload.key},
            "version": {"S": upload.version},
            "region": {"S": os.environ["AWS_REGION"]},
            "status": {"S": "REFUSED"},
            "reason": {"S": reason},
            "updated_at": {"S": _now()},
        },
    )
    news = {"source": upload.source, "status": "REFUSED", "reason": reason}
    client("sns").publish(TopicArn=os.environ["TOPIC_ARN"], Subject="Video refused", Message=json.dumps(news))
    metrics.add_metric(name="UploadsRefused", unit=MetricUnit.Count, value=1)
    logger.info("refused", extra={"upload": upload.source, "reason": reason})


def take_over(context: Any) -> dict[str, int]:
    """Submit uploads of the other Region without a status for too long, and uploads that this Region claimed but did
    not submit (it ended, or MediaConvert refused). Returns the number of uploads and of failures.
    """
    counts = {"taken": 0, "failed": 0}
    late = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=TAKE_OVER_SECONDS)).isoformat()
    pages = client("dynamodb").get_paginator("query")
    for page in pages.paginate(
        TableName=os.environ["STATUS_TABLE"],
        IndexName=os.environ["OPEN_INDEX"],
        KeyConditionExpression="#open = :open AND updated_at < :late",
        FilterExpression="#region <> :here OR #status = :received",
        ExpressionAttributeNames={"#open": "open", "#region": "region", "#status": "status"},
        ExpressionAttributeValues={
            ":open": {"S": OPEN},
            ":late": {"S": late},
            ":here": {"S": os.environ["AWS_REGION"]},
            ":received": {"S": "RECEIVED"},
        },
    ):
        for item in page["Items"]:
            if context.get_remaining_time_in_millis() < MARGIN_MS:
                break
            upload = Upload(os.environ["UPLOAD_BUCKET"], item["key"]["S"], item["version"]["S"], int(item["size"]["N"]))
            try:
                if _take(upload, item["updated_at"]["S"]):
                    _submit(upload, again=True)
                    counts["taken"] += 1
            except Exception:
                # The other uploads must not wait for this one; TakeOverFailures has an alarm.
                logger.exception("taking over failed", extra={"upload": upload.source})
                counts["failed"] += 1
    metrics.add_metric(name="TakeOverFailures", unit=MetricUnit.Count, value=counts["failed"])
    return counts


def _take(upload: Upload, seen: str) -> bool:
    try:
        client("dynamodb").update_item(
            TableName=os.environ["STATUS_TABLE"],
            Key={"source": {"S": upload.source}},
            UpdateExpression="SET #region = :here, #status = :received, updated_at = :now",
            ConditionExpression="updated_at = :seen",
            ExpressionAttributeNames={"#region": "region", "#status": "status"},
            ExpressionAttributeValues={
                ":here": {"S": os.environ["AWS_REGION"]},
                ":received": {"S": "RECEIVED"},
                ":now": {"S": _now()},
                ":seen": {"S": seen},
            },
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat()


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Any:
    """Lambda entry point, for the queue's batches and for the schedule's ``{"takeOver": true}``."""
    if event.get("takeOver"):
        return take_over(context)
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=on_message, processor=processor, context=context)
