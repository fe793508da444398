import json
from typing import Any

import pulumi_aws as aws
import pytest

from components.tiers.data.s3 import LogBucket, LogBucketArgs
from tests.support.graph import ACCOUNT, Graph, deploy

TAGS = {"Project": "ha-aws"}


def log_bucket(**changes: Any) -> Graph:
    args: dict[str, Any] = {"account_id": ACCOUNT, "tags": TAGS, "retain_data": True, **changes}
    return deploy(lambda: LogBucket("logs", LogBucketArgs(**args)))


def statements(graph: Graph, name: str = "logs-bucket-policy") -> dict[str, dict[str, Any]]:
    policy = json.loads(graph.one("aws:s3/bucketPolicy:BucketPolicy", name).inputs["policy"])
    return {s["Sid"]: s for s in policy["Statement"]}


def test_the_log_bucket_is_private_versioned_and_encrypted_as_load_balancers_need() -> None:
    graph = log_bucket()
    bucket = graph.one("aws:s3/bucket:Bucket", "logs-bucket")
    assert bucket.inputs == {"forceDestroy": False, "tags": {**TAGS, "Name": "logs-bucket"}}
    assert bucket.protect
    blocked = graph.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
    assert blocked.inputs == {
        "bucket": "logs-bucket-id",
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    ownership = graph.one("aws:s3/bucketOwnershipControls:BucketOwnershipControls")
    assert ownership.inputs["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    assert graph.one("aws:s3/bucketVersioning:BucketVersioning").inputs["versioningConfiguration"] == {
        "status": "Enabled"
    }
    encryption = graph.one("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
    assert encryption.inputs["rules"] == [
        {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"},
            "blockedEncryptionTypes": ["SSE-C"],
        }
    ], "load balancer and S3 access logs support SSE-S3 only"


def test_logs_expire_and_what_was_deleted_stays_a_while() -> None:
    lifecycle = log_bucket(retention_days=10).one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    assert lifecycle.inputs["rules"] == [
        {"id": "expire", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 10}},
        {
            "id": "noncurrent",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "noncurrentVersionExpiration": {"noncurrentDays": 30},
            "expiration": {"expiredObjectDeleteMarker": True},
        },
        {
            "id": "abort-multipart",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        },
    ]


def test_only_log_writers_of_this_account_may_write_and_only_over_tls() -> None:
    found = statements(log_bucket())
    arn = found["VendedLogsCheck"]["Resource"]
    assert arn.endswith("logs-bucket"), "the bucket itself"
    written = [f"{arn}/AWSLogs/{ACCOUNT}/*", f"{arn}/*/AWSLogs/{ACCOUNT}/*"]
    assert set(found) == {
        "LoadBalancerAccessLogs",
        "VendedLogs",
        "VendedLogsCheck",
        "BucketAccessLogs",
        "DenyInsecureTransport",
    }
    assert found["LoadBalancerAccessLogs"] == {
        "Sid": "LoadBalancerAccessLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": written,
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:elasticloadbalancing:*:{ACCOUNT}:loadbalancer/*"}},
    }
    assert found["VendedLogs"]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT, "s3:x-amz-acl": "bucket-owner-full-control"},
        "ArnLike": {"aws:SourceArn": f"arn:aws:logs:*:{ACCOUNT}:*"},
    }
    assert found["VendedLogs"]["Resource"] == written
    assert found["BucketAccessLogs"]["Resource"] == f"{arn}/s3/*"
    assert found["BucketAccessLogs"]["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert found["DenyInsecureTransport"]["Resource"] == [arn, f"{arn}/*"]


def test_a_writer_waits_for_the_bucket_policy() -> None:
    def program() -> None:
        logs = LogBucket("logs", LogBucketArgs(account_id=ACCOUNT, tags=TAGS, retain_data=False))
        access_logs = aws.lb.LoadBalancerAccessLogsArgs(bucket=logs.bucket_name, enabled=True)
        aws.lb.LoadBalancer("lb", subnets=["subnet-0a", "subnet-0b"], access_logs=access_logs)

    graph = deploy(program)
    balancer = graph.one("aws:lb/loadBalancer:LoadBalancer")
    assert balancer.inputs["accessLogs"]["bucket"] == "logs-bucket-id"
    assert {n.name for n in graph.referred(balancer, "accessLogs")} == {"logs-bucket", "logs-bucket-policy"}


def test_a_stack_that_keeps_no_data_can_be_destroyed_with_its_logs() -> None:
    bucket = log_bucket(retain_data=False).one("aws:s3/bucket:Bucket")
    assert bucket.inputs["forceDestroy"] is True
    assert not bucket.protect


def test_logs_are_kept_at_least_a_day() -> None:
    with pytest.raises(ValueError, match="retention_days=0: logs are kept at least 1 day"):
        LogBucketArgs(account_id=ACCOUNT, tags=TAGS, retain_data=True, retention_days=0)
