"""Buckets: one that takes the logs of AWS services, and one that holds data and its copy in the standby Region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components import iam
from components.arns import partition_of
from components.tiers.private_bucket import PrivateBucket, expire, keep_versions, private_bucket

LOG_DELIVERY = {"Service": "delivery.logs.amazonaws.com"}
"""Vended logs: Network Load Balancer, VPC and Global Accelerator flow logs, CloudFront standard logs (v2)."""

ALB_LOG_DELIVERY = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
"""Access logs of Application Load Balancers."""

S3_LOG_DELIVERY = {"Service": "logging.s3.amazonaws.com"}
"""Server access logs of other buckets."""

OVERWRITTEN_LOG_DAYS = 30
"""Days that a log object stays readable after something deleted or overwrote it."""


@dataclass(frozen=True, kw_only=True)
class LogBucketArgs:
    """Inputs of `LogBucket`.

    account_id: 12 digits, the only account whose services may write. retention_days: 1 or more; 400 keeps a year and
    the month in which it is reviewed.

    Raises ValueError when retention_days is less than 1.
    """

    account_id: pulumi.Input[str]
    tags: Mapping[str, str]
    retain_data: bool
    retention_days: int = 400

    def __post_init__(self) -> None:
        if self.retention_days < 1:
            raise ValueError(f"retention_days={self.retention_days}: logs are kept at least 1 day")


class LogBucket(pulumi.ComponentResource):
    """Logs that AWS services write: ALB, NLB, S3, CloudFront (v2), VPC and Global Accelerator flow logs.

    Encrypted with SSE-S3, the only encryption that load balancer and S3 access logs support; ACLs are off, which
    CloudFront's legacy logs would need. One per Region: load balancers and S3 log only within their own.
    Give `bucket_name` to the writers: it resolves when the bucket policy admits them.
    """

    bucket_name: pulumi.Output[str]
    bucket_arn: pulumi.Output[str]

    def __init__(self, name: str, args: LogBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:LogBucket", name, None, opts)
        parts = private_bucket(
            f"{name}-bucket",
            PrivateBucket(
                tags=args.tags,
                retain_data=args.retain_data,
                rules=[expire(args.retention_days), keep_versions(OVERWRITTEN_LOG_DAYS)],
                policy=lambda arn: log_delivery(arn, args.account_id),
            ),
            self,
        )
        self.bucket_name = parts.ready_name
        self.bucket_arn = parts.bucket.arn
        self.register_outputs({"bucketName": self.bucket_name, "bucketArn": self.bucket_arn})


def log_delivery(bucket_arn: pulumi.Output[str], account_id: pulumi.Input[str]) -> Sequence[iam.Statement]:
    """Bucket-policy statements that admit the log writers of one account and nobody acting for another.

    Source: access-log pages of Application and Network Load Balancers, S3 ServerLogs, CloudWatch Logs "Enabling
    logging from AWS services". A log prefix may stand before AWSLogs.
    """
    partition = partition_of(bucket_arn)
    written = [
        pulumi.Output.concat(bucket_arn, "/AWSLogs/", account_id, "/*"),
        pulumi.Output.concat(bucket_arn, "/*/AWSLogs/", account_id, "/*"),
    ]
    ours: dict[str, Any] = {"aws:SourceAccount": account_id}
    by_logs = {"aws:SourceArn": pulumi.Output.concat("arn:", partition, ":logs:*:", account_id, ":*")}
    by_alb = {
        "aws:SourceArn": pulumi.Output.concat(
            "arn:", partition, ":elasticloadbalancing:*:", account_id, ":loadbalancer/*"
        )
    }
    return [
        iam.grant(
            ALB_LOG_DELIVERY, "s3:PutObject", written, sid="LoadBalancerAccessLogs", conditions={"ArnLike": by_alb}
        ),
        iam.grant(
            LOG_DELIVERY,
            "s3:PutObject",
            written,
            sid="VendedLogs",
            conditions={
                "StringEquals": {**ours, "s3:x-amz-acl": "bucket-owner-full-control"},
                "ArnLike": by_logs,
            },
        ),
        iam.grant(
            LOG_DELIVERY,
            ["s3:GetBucketAcl", "s3:ListBucket"],
            bucket_arn,
            sid="VendedLogsCheck",
            conditions={"StringEquals": ours, "ArnLike": by_logs},
        ),
        iam.grant(
            S3_LOG_DELIVERY,
            "s3:PutObject",
            pulumi.Output.concat(bucket_arn, "/s3/*"),
            sid="BucketAccessLogs",
            conditions={"StringEquals": ours},
        ),
    ]
