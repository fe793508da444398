"""Transcoding with MediaConvert: every uploaded video becomes one job, whose result is stored and published."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import MINUTE, Alarm, Metric, metric_alarm, widget
from components.arns import account_of, region_of
from components.tags import named
from components.tiers.arguments import EncryptedTierArgs
from components.tiers.messaging.eventbridge import EventQueue, QueueDefaults, event_queue, scheduled_rule
from components.tiers.messaging.sns import MAX_RETENTION_DAYS, Consumer
from components.tiers.serverless.lambda_ import Function, FunctionArgs, SqsEventSource, service_of

SUBMIT_TIMEOUT, STATUS_TIMEOUT = 60, 30
"""Timeouts in seconds for a batch of ten: three to five AWS calls per message, each with retries."""
MAX_AGE = 900
"""Age in seconds above which an unhandled upload or job event raises the alarm."""
CONCURRENCY = 4
"""Concurrent batches: MediaConvert accepts a few CreateJob requests per second."""
OPEN_INDEX = "open"
"""Index of the status table with unfinished uploads (components/functions/transcode)."""
METRICS_NAMESPACE = "HA/Transcoding"
STATES = ("PROGRESSING", "COMPLETE", "ERROR", "CANCELED")
"""Job states that are stored (MediaConvert Job State Change; other events report progress within a job)."""


@dataclass(frozen=True, kw_only=True)
class BucketLocation:
    """Name and ARN of a bucket."""

    name: pulumi.Input[str]
    arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class TranscodingArgs(EncryptedTierArgs):
    """Inputs of `Transcoding`.

    uploads: versioned bucket in this Region that sends events to EventBridge. output: bucket in this Region; jobs write
    under ``vod/``. status_table, status_table_arn: name, and ARN in this Region, of a table with key ``source`` and
    index `OPEN_INDEX`; a global table if two Regions transcode. submit, status: deployment packages of the functions
    transcode and transcode_status. layers: with AWS Lambda Powertools. kms_key_arn: a key in the Region with
    ``KeyUse.EVENTS``; encrypts everything, input and output too. take_over: look every hour for uploads that the other
    Region has not finished for six hours. news_email: is told the result of every upload; trouble_email: of failed and
    refused ones; empty for nobody. region: name of the Region.

    Raises ValueError if there is no layer.
    """

    uploads: BucketLocation
    output: BucketLocation
    status_table: pulumi.Input[str]
    status_table_arn: pulumi.Input[str]
    submit: pulumi.Archive
    status: pulumi.Archive
    layers: Sequence[pulumi.Input[str]]
    region: str
    take_over: bool = False
    news_email: str = ""
    trouble_email: str = ""
    log_days: int = 365

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError("layers=(): the functions import AWS Lambda Powertools; give its layer")


FAILED_STATES = ("FAILED", "REFUSED")
"""Results of an upload that somebody has to look at (``status`` in the message)."""


def notification_topic(name: str, args: TranscodingArgs, child: pulumi.ResourceOptions) -> aws.sns.Topic:
    """Topic ``{name}-news`` with its policy, which lets roles of the account publish and subscribe.

    Subscriptions {name}-news-all and {name}-news-bad for the given addresses; AWS asks each to confirm.
    """
    topic = aws.sns.Topic(
        f"{name}-news",
        kms_master_key_id=args.kms_key_arn,
        signature_version=2,  # SHA-256
        tags=named(args.tags, f"{name}-news"),
        opts=child,
    )
    # SNS rejects a wildcard action in a topic policy.
    secure = {**iam.deny_insecure_transport(topic.arn), "Action": "sns:Publish"}
    aws.sns.TopicPolicy(f"{name}-news-policy", arn=topic.arn, policy=iam.document(secure), opts=child)
    if args.news_email:
        aws.sns.TopicSubscription(
            f"{name}-news-all", topic=topic.arn, protocol="email", endpoint=args.news_email, opts=child
        )
    # SNS allows one subscription per topic and address: whoever gets all messages gets the failures too.
    if args.trouble_email and args.trouble_email != args.news_email:
        aws.sns.TopicSubscription(
            f"{name}-news-bad",
            topic=topic.arn,
            protocol="email",
            endpoint=args.trouble_email,
            filter_policy=json.dumps({"status": list(FAILED_STATES)}),
            filter_policy_scope="MessageBody",
            opts=child,
        )
    return topic


class Transcoding(pulumi.ComponentResource):
    """MediaConvert queue and role, the two functions that submit jobs and handle their events, their queues, the news
    topic.

    Children: {name}-jobs (queue), {name}-role, {name}-news (topic, subscriptions), {name}-uploads and {name}-states
    (rule, queue, dead-letter queue), {name}-undelivered, functions {name}-submit and {name}-status, {name}-take-over;
    alarms.
    """

    queue_arn: pulumi.Output[str]
    job_role_arn: pulumi.Output[str]
    topic_arn: pulumi.Output[str]
    submit: Function
    status: Function
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: TranscodingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Transcoding", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        kept = QueueDefaults(kms_key_arn=args.kms_key_arn, tags=args.tags, alarms=args.alarms, parent=self)
        jobs = aws.mediaconvert.Queue(
            f"{name}-jobs",
            description=f"Uploaded videos, {name}",
            pricing_plan="ON_DEMAND",
            status="ACTIVE",
            tags=named(args.tags, f"{name}-jobs"),
            opts=self._child,
        )
        role, topic = self._job_role(), notification_topic(name, args, self._child)
        undelivered = kept.queue(f"{name}-undelivered", visibility=30, retention_days=MAX_RETENTION_DAYS)
        uploads = event_queue(
            name,
            "uploads",
            kept,
            what="Uploaded videos",
            pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": [args.uploads.name]}},
            },
            consumer=Consumer(timeout=SUBMIT_TIMEOUT, max_age=MAX_AGE),
            undelivered=undelivered,
        )
        states = event_queue(
            name,
            "states",
            kept,
            what="What becomes of jobs",
            pattern={
                "source": ["aws.mediaconvert"],
                "detail-type": ["MediaConvert Job State Change"],
                "detail": {"queue": [jobs.arn], "status": list(STATES)},
            },
            consumer=Consumer(timeout=STATUS_TIMEOUT, max_age=MAX_AGE),
            undelivered=undelivered,
        )
        self.submit = self._submit(jobs, role, topic, uploads, undelivered)
        self.status = self._status(topic, states)
        rules = [uploads.rule, states.rule]
        if args.take_over:
            rule = scheduled_rule(
                f"{name}-take-over",
                kept,
                what="Uploads that the other Region left undone",
                schedule="rate(1 hour)",
                target_arn=self.submit.arn,
                message={"takeOver": True},
                undelivered=undelivered,
            )
            self.submit.allow("take-over", "events.amazonaws.com", rule.arn)
            rules.append(rule)
        kept.queue_policy(f"{name}-undelivered", undelivered, *rules)
        self.queue_arn, self.job_role_arn, self.topic_arn = jobs.arn, role.arn, topic.arn
        self._monitor(jobs, kept, uploads, states, undelivered)
        self.register_outputs({"queueArn": self.queue_arn, "topicArn": self.topic_arn})

    def _job_role(self) -> aws.iam.Role:
        """Permissions of jobs: read uploads, write the output, use the key for both."""
        name, args = self._prefix, self._args
        ours = {"StringEquals": {"aws:SourceAccount": account_of(args.kms_key_arn)}}
        role = aws.iam.Role(
            f"{name}-role",
            description="What transcoding jobs may do",
            assume_role_policy=iam.trust("mediaconvert.amazonaws.com", conditions=ours),
            tags=named(args.tags, f"{name}-role"),
            opts=self._child,
        )
        through_s3 = pulumi.Output.concat("s3.", region_of(args.kms_key_arn), ".amazonaws.com")
        aws.iam.RolePolicy(
            f"{name}-role",
            role=role.name,
            policy=iam.document(
                iam.allow("s3:GetObject", pulumi.Output.concat(args.uploads.arn, "/*"), sid="Read"),
                iam.allow(["s3:GetBucketLocation", "s3:ListBucket"], args.uploads.arn, sid="Find"),
                iam.allow("s3:PutObject", pulumi.Output.concat(args.output.arn, "/vod/*"), sid="Write"),
                iam.allow(
                    ["kms:Decrypt", "kms:GenerateDataKey"],
                    args.kms_key_arn,
                    sid="Key",
                    conditions={"StringEquals": {"kms:ViaService": through_s3}},
                ),
            ),
            opts=self._child,
        )
        return role

    def _submit(
        self,
        jobs: aws.mediaconvert.Queue,
        role: aws.iam.Role,
        topic: aws.sns.Topic,
        uploads: EventQueue,
        undelivered: aws.sqs.Queue,
    ) -> Function:
        args = self._args
        index = pulumi.Output.concat(args.status_table_arn, "/index/", OPEN_INDEX)
        return self._function(
            "submit",
            code=args.submit,
            timeout=SUBMIT_TIMEOUT,
            source=uploads,
            on_failure_arn=undelivered.arn if args.take_over else None,
            environment={
                "OPEN_INDEX": OPEN_INDEX,
                "UPLOAD_BUCKET": args.uploads.name,
                "OUTPUT_BUCKET": args.output.name,
                "OUTPUT_KEY_ARN": args.kms_key_arn,
                "JOB_QUEUE_ARN": jobs.arn,
                "JOB_ROLE_ARN": role.arn,
                "TOPIC_ARN": topic.arn,
            },
            statements=[
                # HeadObject of a version, which shows whether it is a replica.
                iam.allow("s3:GetObjectVersion", pulumi.Output.concat(args.uploads.arn, "/*"), sid="Uploads"),
                iam.allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], args.status_table_arn, sid="Status"),
                *([iam.allow("dynamodb:Query", index, sid="Undone")] if args.take_over else []),
                iam.allow(["mediaconvert:CreateJob", "mediaconvert:SearchJobs"], jobs.arn, sid="Jobs"),
                iam.allow(
                    "iam:PassRole",
                    role.arn,
                    sid="JobRole",
                    conditions={"StringEquals": {"iam:PassedToService": "mediaconvert.amazonaws.com"}},
                ),
                iam.allow("sns:Publish", topic.arn, sid="News"),
            ],
        )

    def _status(self, topic: aws.sns.Topic, states: EventQueue) -> Function:
        args = self._args
        return self._function(
            "status",
            code=args.status,
            timeout=STATUS_TIMEOUT,
            source=states,
            environment={"TOPIC_ARN": topic.arn},
            statements=[
                iam.allow("dynamodb:UpdateItem", args.status_table_arn, sid="Status"),
                iam.allow("sns:Publish", topic.arn, sid="News"),
            ],
        )

    def _function(
        self,
        role: str,
        *,
        code: pulumi.Archive,
        timeout: int,
        source: EventQueue,
        environment: Mapping[str, pulumi.Input[str]],
        statements: Sequence[iam.Statement],
        on_failure_arn: pulumi.Input[str] | None = None,
    ) -> Function:
        args = self._args
        return Function(
            f"{self._prefix}-{role}",
            FunctionArgs(
                code=code,
                handler="handler.handler",
                layers=args.layers,
                kms_key_arn=args.kms_key_arn,
                statements=statements,
                environment={
                    "STATUS_TABLE": args.status_table,
                    "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
                    **environment,
                },
                timeout=timeout,
                on_failure_arn=on_failure_arn,
                queues={"events": SqsEventSource(arn=source.queue.arn, concurrency=CONCURRENCY)},
                log_days=args.log_days,
                alarms=args.alarms,
                tags=args.tags,
            ),
            self._child,
        )

    def _monitor(
        self,
        jobs: aws.mediaconvert.Queue,
        kept: QueueDefaults,
        uploads: EventQueue,
        states: EventQueue,
        undelivered: aws.sqs.Queue,
    ) -> None:
        name, args = self._prefix, self._args

        def job(what: str) -> Metric:
            where = {"Queue": jobs.arn}
            return Metric(namespace="AWS/MediaConvert", name=what, dimensions=where, statistic="Sum", period=5 * MINUTE)

        def own(what: str, function: str) -> Metric:
            where = {"service": service_of(f"{name}-{function}")}
            return Metric(namespace=METRICS_NAMESPACE, name=what, dimensions=where, statistic="Sum", period=5 * MINUTE)

        watched = {
            "errored": (job("JobsErroredCount"), "jobs failed; the status table and the news have the reason"),
            "failed": (own("JobsFailed", "status"), "videos that ended without being ready"),
        }
        if args.take_over:
            failures = own("TakeOverFailures", "submit")
            watched["take-over"] = (failures, "uploads of the other Region could not be taken over")
        self.alarms = {
            **uploads.alarms,
            **states.alarms,
            "undelivered": kept.alarm(f"{name}-undelivered", undelivered, "events that EventBridge could not deliver"),
            **{f"submit-{what}": alarm for what, alarm in self.submit.alarms.items()},
            **{f"status-{what}": alarm for what, alarm in self.status.alarms.items()},
            **{
                what: metric_alarm(
                    f"{name}-{what}",
                    Alarm(
                        metric=metric,
                        threshold=0,
                        comparison="GreaterThanThreshold",
                        missing="notBreaching",  # no data means no jobs
                        periods=1,
                        description=f"{name}: {why}",
                    ),
                    args.alarms,
                    self._child,
                )
                for what, (metric, why) in watched.items()
            },
        }
        counts = [own("JobsSubmitted", "submit"), own("UploadsRefused", "submit"), own("JobsDone", "status")]
        waiting = [kept.metric(queue) for queue in (uploads.queue, states.queue, uploads.dead, states.dead)]
        self.widgets = [
            widget(f"{name}: videos", args.region, [*counts, own("JobsFailed", "status")]),
            widget(
                f"{name}: jobs", args.region, [job("JobsCompletedCount"), job("JobsErroredCount"), job("StandbyTime")]
            ),
            widget(f"{name}: messages waiting", args.region, waiting),
            *self.submit.widgets,
            *self.status.widgets,
        ]
