"""Deletes expired items from a table for which DynamoDB has no TTL: one with multi-Region strong consistency.

A schedule runs it. Each deletion is conditional, so an item that was renewed after it was read stays. Environment:
TABLE_NAME, KEY_NAME, EXPIRY_NAME (number attribute, epoch seconds), GRACE_SECONDS."""

import os
import time
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from botocore.config import Config
from botocore.exceptions import ClientError

logger = Logger()
metrics = Metrics()

TIMEOUT = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 5})
MARGIN_MS = 10_000
"""The function stops when this many milliseconds are left; the next run continues."""


@cache
def client() -> Any:
    """One client per execution environment."""
    return boto3.client("dynamodb", region_name=os.environ["AWS_REGION"], config=TIMEOUT)


@metrics.log_metrics
@logger.inject_lambda_context
def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Lambda entry point; returns the number of deleted items."""
    table, key, expiry = (os.environ[name] for name in ("TABLE_NAME", "KEY_NAME", "EXPIRY_NAME"))
    before = {":before": {"N": str(int(time.time()) - int(os.environ["GRACE_SECONDS"]))}}
    names, deleted = {"#key": key, "#expiry": expiry}, 0
    pages = (
        client()
        .get_paginator("scan")
        .paginate(
            TableName=table,
            ProjectionExpression="#key",
            FilterExpression="#expiry < :before",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=before,
        )
    )
    for page in pages:
        for item in page["Items"]:
            if context.get_remaining_time_in_millis() < MARGIN_MS:
                break
            try:
                client().delete_item(
                    TableName=table,
                    Key={key: item[key]},
                    ConditionExpression="#expiry < :before",
                    ExpressionAttributeNames={"#expiry": expiry},
                    ExpressionAttributeValues=before,
                )
                deleted += 1
            except ClientError as error:
                if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                    raise
        if context.get_remaining_time_in_millis() < MARGIN_MS:
            break
    metrics.add_metric(name="ItemsExpired", unit=MetricUnit.Count, value=deleted)
    logger.info("expired", extra={"deleted": deleted})
    return {"deleted": deleted}
