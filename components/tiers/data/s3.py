"""S3 buckets: `LogBucket` for logs of AWS services, and `DataBucket` for data, with a replica in the standby Region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import MINUTE, Alarm, Alarming, Metric, metric_alarm, widget
from components.arns import partition_of, region_of
from components.tiers.arguments import StatefulTierArgs
from components.tiers.data.s3_private_bucket import (
    ObjectLock,
    PrivateBucketArgs,
    Statements,
    expire,
    keep_versions,
    private_bucket,
    transition,
)
from components.tiers.data.s3_replication import RULE_ID, BucketReplica, replicate_bucket

LOG_DELIVERY = {"Service": "delivery.logs.amazonaws.com"}
"""Principal of vended logs: Network Load Balancer, VPC and Global Accelerator flow logs, CloudFront
standard logs (v2)."""

ALB_LOG_DELIVERY = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
"""Principal of access logs of Application Load Balancers."""

S3_LOG_DELIVERY = {"Service": "logging.s3.amazonaws.com"}
"""Principal of server access logs of other buckets."""

INFREQUENT_DAYS = 30
"""Days before an object may move to STANDARD_IA (S3 lifecycle minimum)."""

SERVER_ERRORS = 5
"""5xx responses within 5 minutes above which the alarm fires; fewer are hidden by the retries of S3 clients."""

REPLICATION_SECONDS = 900
"""Seconds that S3 Replication Time Control promises (15 minutes); most objects take less without it too."""

OVERWRITTEN_LOG_DAYS = 30
"""Days for which a log object stays readable after it has been deleted or overwritten."""


@dataclass(frozen=True, kw_only=True)
class LogBucketArgs:
    """Inputs of `LogBucket`.

    account_id: 12 digits; only services of this account may write. retention_days: 1 or more; 400 keeps a year, and the
    month in which it is reviewed.

    Raises ValueError if retention_days is less than 1.
    """

    account_id: pulumi.Input[str]
    tags: Mapping[str, str]
    retain_data: bool
    retention_days: int = 400

    def __post_init__(self) -> None:
        if self.retention_days < 1:
            raise ValueError(f"retention_days={self.retention_days}: logs are kept at least 1 day")


class LogBucket(pulumi.ComponentResource):
    """A bucket for logs of AWS services: ALB, NLB, S3, CloudFront (v2), VPC and Global Accelerator flow logs.

    Encrypted with SSE-S3, the only encryption that load balancer and S3 access logs support. ACLs are disabled, so
    CloudFront's legacy logs cannot use it. One per Region, since load balancers and S3 log only within their Region.
    Give `bucket_name` or `bucket_arn` to the writers: they resolve after the bucket policy exists.
    """

    resource: aws.s3.Bucket
    bucket_name: pulumi.Output[str]
    bucket_arn: pulumi.Output[str]

    def __init__(self, name: str, args: LogBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:LogBucket", name, None, opts)
        parts = private_bucket(
            f"{name}-bucket",
            PrivateBucketArgs(
                tags=args.tags,
                retain_data=args.retain_data,
                rules=[expire(args.retention_days), keep_versions(OVERWRITTEN_LOG_DAYS)],
                policy=lambda arn: log_delivery(arn, args.account_id),
            ),
            self,
        )
        self.bucket_name = parts.ready_name
        self.bucket_arn = parts.ready_arn
        self.register_outputs({"bucketName": self.bucket_name, "bucketArn": self.bucket_arn})


def log_delivery(bucket_arn: pulumi.Output[str], account_id: pulumi.Input[str]) -> Sequence[iam.Statement]:
    """Bucket policy statements that allow the log services of one account to write, and nobody acting for another
    account.

    Source: access log pages of Application and Network Load Balancers, S3 ServerLogs, CloudWatch Logs "Enabling logging
    from AWS services". A log prefix may precede AWSLogs.
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


WHOLE_BUCKET = "EntireBucket"
"""Name of the request metrics filter for all objects; the dimension FilterId of the metrics."""


@dataclass(frozen=True, kw_only=True)
class DataBucketArgs(StatefulTierArgs):
    """Inputs of `DataBucket`.

    kms_key_arn: a key in the bucket's Region. replica: copy in the standby Region. object_lock: default retention;
    Object Lock cannot be removed from a bucket. noncurrent_days: days for which overwritten and deleted versions are
    kept, 31 or more; they move to STANDARD_IA after 30. archive_days: days after which current objects move to
    `archive_class`, 30 or more. expire_days: days after which current objects are deleted; None keeps them. events:
    send S3 events to EventBridge. policy: bucket policy statements besides the one that requires TLS; None leaves the
    policy to the caller, who includes `s3_private_bucket.tls_only`. log_bucket: name of a `LogBucket` in the same
    Region.

    Raises ValueError if days are out of range, or if a stack that keeps no data asks for a COMPLIANCE lock.
    """

    replica: BucketReplica | None = None
    object_lock: ObjectLock | None = None
    noncurrent_days: int = 90
    archive_days: int | None = None
    archive_class: str = "INTELLIGENT_TIERING"
    expire_days: int | None = None
    events: bool = False
    policy: Statements | None = field(default=lambda _: ())
    log_bucket: pulumi.Input[str] | None = None

    def __post_init__(self) -> None:
        if self.noncurrent_days <= INFREQUENT_DAYS:
            raise ValueError(f"noncurrent_days={self.noncurrent_days}: must be more than {INFREQUENT_DAYS} days")
        if self.archive_days is not None and self.archive_days < INFREQUENT_DAYS:
            raise ValueError(f"archive_days={self.archive_days}: must be at least {INFREQUENT_DAYS} days")
        if self.expire_days is not None and self.expire_days <= (self.archive_days or 0):
            raise ValueError(f"expire_days={self.expire_days}: must be more than {self.archive_days or 0} days")
        if self.object_lock and self.object_lock.mode == "COMPLIANCE" and not self.retain_data:
            raise ValueError(
                "object_lock=COMPLIANCE: nobody can delete such objects; set retain_data or use GOVERNANCE"
            )


class DataBucket(pulumi.ComponentResource):
    """A data bucket: versioned, KMS-encrypted, optionally with Object Lock and a replica in another Region.

    Children: {name}-bucket and {name}-replica with their settings, {name}-replication, {name}-replication-role, and
    alarms. replica_alarms: alarms in the replica's Region, where S3 publishes the replication latency (S3 User Guide,
    "Using S3 Replication metrics"); failed objects are counted in the source's Region.
    """

    bucket_name: pulumi.Output[str]
    bucket_arn: pulumi.Output[str]
    regional_domain_name: pulumi.Output[str]
    replica_name: pulumi.Output[str] | None
    replica_arn: pulumi.Output[str] | None
    replica_regional_domain_name: pulumi.Output[str] | None

    def __init__(self, name: str, args: DataBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:DataBucket", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        rules = [keep_versions(args.noncurrent_days, to_infrequent_access=INFREQUENT_DAYS)]
        if args.archive_days is not None:
            rules.append(transition(args.archive_days, args.archive_class))
        if args.expire_days is not None:
            rules.append(expire(args.expire_days))
        spec = PrivateBucketArgs(
            tags=args.tags,
            retain_data=args.retain_data,
            rules=rules,
            kms_key_arn=args.kms_key_arn,
            policy=args.policy,
            object_lock=args.object_lock,
            log_bucket=args.log_bucket,
        )
        source = private_bucket(f"{name}-bucket", spec, self)
        aws.s3.BucketMetric(f"{name}-metrics", bucket=source.bucket.id, name=WHOLE_BUCKET, opts=child)
        if args.events:
            aws.s3.BucketNotification(f"{name}-events", bucket=source.bucket.id, eventbridge=True, opts=child)
        self.resource, self.bucket_name, self.bucket_arn = source.bucket, source.ready_name, source.bucket.arn
        self.regional_domain_name = source.bucket.bucket_regional_domain_name
        self.alarms: dict[str, aws.cloudwatch.MetricAlarm] = {}
        self.replica_alarms: dict[str, aws.cloudwatch.MetricAlarm] = {}
        requests = {"BucketName": source.bucket.id, "FilterId": WHOLE_BUCKET}
        errors = Metric(namespace="AWS/S3", name="5xxErrors", dimensions=requests, statistic="Sum", period=5 * MINUTE)
        self.alarms["errors"] = self._alarm(
            f"{name}-errors", errors, SERVER_ERRORS, f"{name}: S3 answers with server errors", args.alarms
        )
        plotted, elsewhere = [errors], list[dict[str, Any]]()
        self.replica_name = self.replica_arn = self.replica_regional_domain_name = None
        if args.replica:
            target = replace(
                spec,
                kms_key_arn=args.replica.kms_key_arn,
                region=args.replica.region,
                log_bucket=args.replica.log_bucket,
            )
            copy = private_bucket(f"{name}-replica", target, self)
            replicate_bucket(
                name,
                source,
                copy,
                to=args.replica,
                kms_key_arn=args.kms_key_arn,
                locked=args.object_lock is not None,
                tags=dict(args.tags),
                parent=self,
            )
            self.replica_name, self.replica_arn = copy.ready_name, copy.bucket.arn
            self.replica_regional_domain_name = copy.bucket.bucket_regional_domain_name
            pair = {"SourceBucket": source.bucket.id, "DestinationBucket": copy.bucket.id, "RuleId": RULE_ID}
            lag = Metric(namespace="AWS/S3", name="ReplicationLatency", dimensions=pair, statistic="Maximum")
            failed = Metric(namespace="AWS/S3", name="OperationsFailedReplication", dimensions=pair, statistic="Sum")
            self.replica_alarms["lag"] = self._alarm(
                f"{name}-lag",
                lag,
                REPLICATION_SECONDS,
                f"{name}: the replica is late",
                args.replica.alarms,
                args.replica.region,
            )
            self.alarms["failed"] = self._alarm(
                f"{name}-failed", failed, 0, f"{name}: objects were not replicated", args.alarms
            )
            plotted.append(failed)
            elsewhere = [widget(f"{name} replica", args.replica.region, [lag])]
        self.widgets = [widget(f"{name} bucket", region_of(args.kms_key_arn), plotted), *elsewhere]
        self.register_outputs({"bucketName": self.bucket_name, "bucketArn": self.bucket_arn})

    def _alarm(
        self, name: str, metric: Metric, above: float, text: str, to: Alarming, region: str | None = None
    ) -> aws.cloudwatch.MetricAlarm:
        alarm = Alarm(
            metric=metric,
            threshold=above,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # S3 reports no data when there is nothing to replicate
            description=text,
            periods=5 if metric.period == MINUTE else 1,
            datapoints=1,
        )
        return metric_alarm(name, alarm, to, pulumi.ResourceOptions(parent=self), region=region)
