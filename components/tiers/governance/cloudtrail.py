"""A CloudTrail trail for all Regions, in a bucket whose objects cannot be overwritten, with alarms on suspicious
events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import MINUTE, Alarm, Metric, metric_alarm, widget
from components.arns import account_of, partition_of, region_of
from components.names import physical_name
from components.tags import named
from components.tiers.arguments import StatefulTierArgs
from components.tiers.data.s3_private_bucket import ObjectLock, PrivateBucketArgs, expire, keep_versions, private_bucket

TRAIL_NAME_LIMIT = 128
"""Longest name of a trail, characters (CloudTrail CreateTrail)."""

NAMESPACE = "Trail"
"""CloudWatch namespace for the metrics of the log group's metric filters."""

OVERWRITTEN_DAYS = 31
"""Days for which a deleted or overwritten log file can still be read."""

WATCHED: Mapping[str, tuple[str, str]] = {
    "root": (
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
        "somebody works as the account's root user",
    ),
    "trail": (
        "{ $.eventName = StopLogging || $.eventName = DeleteTrail || $.eventName = UpdateTrail }",
        "the trail itself is changed",
    ),
    "keys": (
        "{ $.eventSource = kms.amazonaws.com && ($.eventName = DisableKey || $.eventName = ScheduleKeyDeletion) }",
        "an encryption key is disabled or will be deleted",
    ),
    "backups": (
        "{ $.eventName = DeleteBackupVault* || $.eventName = DeleteRecoveryPoint }",
        "backups or their lock are taken away",
    ),
    "copies": (
        (
            "{ $.eventName = DeleteBucketReplication || ($.eventName = PutBucketVersioning && "
            '$.requestParameters.VersioningConfiguration.Status = "Suspended") }'
        ),
        "replicas or versions of buckets are taken away",
    ),
}
"""Metric filter and description of the events with an alarm: what attackers typically do first (CIS AWS Foundations,
section 4)."""


@dataclass(frozen=True, kw_only=True)
class TrailArgs(StatefulTierArgs):
    """Inputs of `Trail`.

    kms_key_arn: a key in the trail's home Region, which is the provider's, with ``KeyUse.TRAILS`` and ``LOGS``.
    audited_buckets, audited_tables: ARNs; data events for their objects and items are recorded too, charged per event.
    kept_days: retention of log files, days. lock_days: days for which nobody can delete or overwrite one (governance
    mode); None for no lock. log_days: retention of the log group, days (a value that CloudWatch Logs has). insights:
    record unusual rates of calls and errors. log_bucket: name of a bucket in the Region for the trail bucket's server
    access logs.

    Raises ValueError if the lock lasts longer than the retention.
    """

    audited_buckets: Sequence[pulumi.Input[str]] = ()
    audited_tables: Sequence[pulumi.Input[str]] = ()
    kept_days: int = 2555
    lock_days: int | None = None
    log_days: int = 365
    insights: bool = False
    log_bucket: pulumi.Input[str] | None = None

    def __post_init__(self) -> None:
        if self.kept_days < 1:
            raise ValueError(f"kept_days={self.kept_days}: log files are kept at least 1 day")
        if self.lock_days is not None and self.lock_days > self.kept_days:
            raise ValueError(f"lock_days={self.lock_days}: must be at most kept_days, {self.kept_days}")


class Trail(pulumi.ComponentResource):
    """A multi-Region trail with log file validation. AWS charges for the management events of a second trail.

    Children: {name}-bucket and its settings, {name}-log, -role, -trail, -filter-{what} and alarms {name}-{what}.
    """

    trail_arn: pulumi.Output[str]
    bucket_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]

    def __init__(self, name: str, args: TrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Trail", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        key = args.kms_key_arn
        partition, region, account = partition_of(key), region_of(key), account_of(key)
        # The bucket policy names the trail and must exist before it, so the trail has a fixed name.
        trail_name = physical_name(pulumi.get_stack(), name, limit=TRAIL_NAME_LIMIT)
        arn = pulumi.Output.concat("arn:", partition, ":cloudtrail:", region, ":", account, ":trail/", trail_name)
        stored = private_bucket(
            f"{name}-bucket",
            PrivateBucketArgs(
                tags=args.tags,
                retain_data=args.retain_data,
                rules=[expire(args.kept_days), keep_versions(OVERWRITTEN_DAYS)],
                kms_key_arn=key,
                policy=lambda bucket: _delivery_statements(bucket, arn, account),
                log_bucket=args.log_bucket,
                object_lock=ObjectLock(days=args.lock_days) if args.lock_days else None,
            ),
            self,
        )
        log = aws.cloudwatch.LogGroup(
            f"{name}-log", kms_key_id=key, retention_in_days=args.log_days, tags=dict(args.tags), opts=child
        )
        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=iam.trust("cloudtrail.amazonaws.com", conditions=iam.on_behalf_of(account)),
            tags=named(args.tags, f"{name}-log"),
            opts=child,
        )
        stream = pulumi.Output.concat(log.arn, ":log-stream:", account, "_CloudTrail_", region, "*")
        may_log = aws.iam.RolePolicy(
            f"{name}-role-log",
            role=role.id,
            policy=iam.document(iam.allow(["logs:CreateLogStream", "logs:PutLogEvents"], stream)),
            opts=child,
        )
        trail = aws.cloudtrail.Trail(
            f"{name}-trail",
            name=trail_name,
            s3_bucket_name=stored.ready_name,
            kms_key_id=key,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_logging=True,
            enable_log_file_validation=True,
            cloud_watch_logs_group_arn=pulumi.Output.concat(log.arn, ":*"),  # CloudTrail requires the wildcard
            cloud_watch_logs_role_arn=role.arn,
            advanced_event_selectors=_selectors(args),
            insight_selectors=[
                aws.cloudtrail.TrailInsightSelectorArgs(insight_type=kind)
                for kind in ("ApiCallRateInsight", "ApiErrorRateInsight")
            ]
            if args.insights
            else None,
            tags=named(args.tags, name),
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[may_log]
            ),  # CloudTrail tests the permission when the trail is created
        )
        self.trail_arn, self.bucket_name, self.log_group_name = trail.arn, stored.ready_name, log.name
        self._monitor(name, log.name, args)
        self.widgets = [widget(f"{name}: sensitive calls", region, list(self._metrics.values()))]
        self.register_outputs({"trailArn": self.trail_arn, "bucketName": self.bucket_name})

    def _monitor(self, name: str, log_group: pulumi.Output[str], args: TrailArgs) -> None:
        child = pulumi.ResourceOptions(parent=self)
        self.alarms: dict[str, aws.cloudwatch.MetricAlarm] = {}
        self._metrics: dict[str, Metric] = {}
        for what, (pattern, text) in WATCHED.items():
            metric = f"{pulumi.get_stack()}-{name}-{what}"
            aws.cloudwatch.LogMetricFilter(
                f"{name}-filter-{what}",
                log_group_name=log_group,
                pattern=pattern,
                metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                    namespace=NAMESPACE, name=metric, value="1", unit="Count"
                ),
                opts=child,
            )
            counted = Metric(namespace=NAMESPACE, name=metric, dimensions={}, statistic="Sum", period=5 * MINUTE)
            self._metrics[what] = counted
            self.alarms[what] = metric_alarm(
                f"{name}-{what}",
                Alarm(
                    metric=counted,
                    threshold=0,
                    comparison="GreaterThanThreshold",
                    missing="notBreaching",  # the metric has no data while there are no such events
                    description=f"{name}: {text}",
                    periods=1,
                ),
                args.alarms,
                child,
            )


def _delivery_statements(
    bucket: pulumi.Output[str], trail_arn: pulumi.Output[str], account: pulumi.Output[str]
) -> Sequence[iam.Statement]:
    """Bucket policy statements: only this trail may write, and only for this account."""
    service = {"Service": "cloudtrail.amazonaws.com"}
    ours = {"StringEquals": {"aws:SourceArn": trail_arn}}
    owned = {"StringEquals": {"aws:SourceArn": trail_arn, "s3:x-amz-acl": "bucket-owner-full-control"}}
    files = pulumi.Output.concat(bucket, "/AWSLogs/", account, "/*")
    return [
        iam.grant(service, "s3:GetBucketAcl", bucket, sid="TrailCheck", conditions=ours),
        iam.grant(service, "s3:PutObject", files, sid="TrailWrite", conditions=owned),
    ]


def _selectors(args: TrailArgs) -> list[aws.cloudtrail.TrailAdvancedEventSelectorArgs] | None:
    """Event selectors: all management events, and all data events of the audited resources. None means CloudTrail's
    default: management events.
    """
    selector = aws.cloudtrail.TrailAdvancedEventSelectorArgs
    where = aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs
    data = where(field="eventCategory", equals=["Data"])
    chosen = [selector(name="Management", field_selectors=[where(field="eventCategory", equals=["Management"])])]
    if args.audited_buckets:
        objects = [pulumi.Output.concat(bucket, "/") for bucket in args.audited_buckets]
        kind = where(field="resources.type", equals=["AWS::S3::Object"])
        chosen.append(
            selector(name="Objects", field_selectors=[data, kind, where(field="resources.ARN", starts_withs=objects)])
        )
    if args.audited_tables:
        kind = where(field="resources.type", equals=["AWS::DynamoDB::Table"])
        tables = where(field="resources.ARN", equals=list(args.audited_tables))
        chosen.append(selector(name="Items", field_selectors=[data, kind, tables]))
    return chosen if len(chosen) > 1 else None
