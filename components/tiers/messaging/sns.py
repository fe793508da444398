"""An SNS topic with an SQS queue per consumer (fan-out), each with its dead-letter queue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components import arns, iam
from components.alarms import Alarm, Metric, metric_alarm, widget
from components.tags import named
from components.tiers.arguments import EncryptedTierArgs

VISIBILITY_FACTOR = 6
"""Visibility timeout divided by the consumer's timeout: leaves time for Lambda's throttled retries (Lambda guide,
"Using SQS")."""
MIN_RECEIVES = 5
"""With fewer receives, throttled polls alone send messages to the dead-letter queue (Lambda guide, "Using SQS")."""
MAX_VISIBILITY = 43_200
"""Seconds (SQS SetQueueAttributes VisibilityTimeout)."""
MAX_RETENTION_DAYS = 14
"""Days (SQS SetQueueAttributes MessageRetentionPeriod)."""


@dataclass(frozen=True, kw_only=True)
class Consumer:
    """One consumer's queue.

    timeout: seconds that the consumer may take for a batch, 1-900 (a Lambda function's timeout). batching_window:
    seconds to collect a batch, 0-300. max_receives: receives before a message goes to the dead-letter queue, 5-1000.
    retention_days: 1-13, less than the dead-letter queue's 14; on standard queues a message keeps the age from its
    first send. max_age: age of the oldest message, in seconds, above which the alarm fires. filter_policy: SNS filter
    policy on message attributes; default: all messages.

    Raises ValueError if a value is outside these limits.
    """

    timeout: int
    batching_window: int = 0
    max_receives: int = MIN_RECEIVES
    retention_days: int = 4
    max_age: int = 900
    filter_policy: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        for key, least in {"timeout": 1, "batching_window": 0, "max_receives": MIN_RECEIVES}.items():
            if getattr(self, key) < least:
                raise ValueError(f"{key}={getattr(self, key)}: must be at least {least}")
        if not 1 <= self.retention_days < MAX_RETENTION_DAYS:
            raise ValueError(
                f"retention_days={self.retention_days}: must be 1-{MAX_RETENTION_DAYS - 1} days, "
                "so that the dead-letter queue keeps messages longer"
            )
        if self.max_age < 60:
            raise ValueError(f"max_age={self.max_age}: must be at least 60 seconds, the metric's period")

    @property
    def visibility(self) -> int:
        """Visibility timeout in seconds: 6 x the timeout plus the batching window."""
        return VISIBILITY_FACTOR * self.timeout + self.batching_window


@dataclass(frozen=True, kw_only=True)
class SnsFanoutArgs(EncryptedTierArgs):
    """Inputs of `SnsFanout`.

    consumers: queue per consumer name; at least one. fifo: FIFO topic and queues that keep the order per message group,
    with high throughput; publishers then set MessageGroupId and MessageDeduplicationId. publishers: AWS services that
    may publish, service principal -> ARN of their source; roles of the account publish with their own policies.
    kms_key_arn: a key whose policy has `key_statements`.

    Raises ValueError if there is no consumer, a name is too long, or a FIFO consumer has a batching window.
    """

    consumers: Mapping[str, Consumer]
    fifo: bool = False
    publishers: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])

    def __post_init__(self) -> None:
        if not self.consumers:
            raise ValueError("consumers={}: a topic without a queue keeps nothing; give at least one consumer")
        if self.fifo:
            windowed = sorted(n for n, c in self.consumers.items() if c.batching_window)
            if windowed:
                raise ValueError(f"consumers={windowed}: batching_window needs standard queues; give 0 with fifo")


DAY = 86_400
"""Seconds."""
MAX_QUEUE_NAME = 80
"""Longest queue name, characters, with ``.fifo`` (SQS CreateQueue)."""
AUTO_NAME_ROOM = 13
"""Characters that auto-naming appends to a FIFO queue's name: hyphen, 7 hex digits, ``.fifo``."""
DATA_KEY_REUSE = 300
"""Seconds for which SQS may reuse a data key: 60-86400."""


def key_statements(account_id: pulumi.Input[str]) -> list[dict[str, Any]]:
    """KMS key policy statements that let SNS write to encrypted queues of ``account_id``."""
    return [
        iam.grant(
            {"Service": "sns.amazonaws.com"},
            ["kms:Decrypt", "kms:GenerateDataKey*"],
            sid="SnsToEncryptedQueues",
            conditions={"StringEquals": {"aws:SourceAccount": account_id}},
        )
    ]


class SnsFanout(pulumi.ComponentResource):
    """An SNS topic, a queue with a dead-letter queue per consumer, and a queue for messages that SNS could not deliver.

    Children: {name}-topic, {name}-topic-policy, {name}-undelivered; per consumer {name}-{consumer},
    {name}-{consumer}-dlq, their policies and subscription; alarms.
    """

    topic_arn: pulumi.Output[str]
    queue_arns: dict[str, pulumi.Output[str]]
    queue_urls: dict[str, pulumi.Output[str]]
    dead_letter_arns: dict[str, pulumi.Output[str]]
    dead_letter_urls: dict[str, pulumi.Output[str]]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: SnsFanoutArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Messaging", name, None, opts)
        for consumer in args.consumers:
            longest = len(f"{name}-{consumer}-dlq") + AUTO_NAME_ROOM
            if longest > MAX_QUEUE_NAME:
                raise ValueError(
                    f"consumers={consumer}: the dead-letter queue's name would have {longest} characters; "
                    f"shorten it by {longest - MAX_QUEUE_NAME}"
                )
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self._queues: dict[str, aws.sqs.Queue] = {}
        self.alarms, self.queue_arns, self.queue_urls = {}, {}, {}
        self.dead_letter_arns, self.dead_letter_urls = {}, {}

        topic = aws.sns.Topic(
            f"{name}-topic",
            fifo_topic=True if args.fifo else None,
            content_based_deduplication=False if args.fifo else None,
            fifo_throughput_scope="MessageGroup" if args.fifo else None,
            kms_master_key_id=args.kms_key_arn,
            tags=named(args.tags, f"{name}-topic"),
            opts=self._child,
        )
        self.topic_arn = topic.arn
        self._topic_policy(topic)
        undelivered = self._queue("undelivered", visibility=30, retention_days=MAX_RETENTION_DAYS)
        self._queue_policy("undelivered", undelivered, topic)
        self._alarm_when_not_empty("undelivered", undelivered, "SNS could not deliver messages to a queue")
        self._alarm(
            "failed-notifications",
            Alarm(
                metric=Metric(
                    namespace="AWS/SNS",
                    name="NumberOfNotificationsFailed",
                    dimensions={"TopicName": topic.name},
                    statistic="Sum",
                ),
                threshold=0,
                comparison="GreaterThanThreshold",
                missing="notBreaching",
                periods=1,
                description=f"{name}: SNS fails to deliver to a consumer's queue (queue policy or key policy)",
            ),
        )
        for consumer, shape in args.consumers.items():
            self._consumer(consumer, shape, topic, undelivered)

        region = arns.region_of(topic.arn)
        self.widgets = [
            widget(f"{name}: messages waiting", region, [self._visible(q) for q in self._queues.values()]),
        ]
        self.register_outputs({"topicArn": self.topic_arn, "queueArns": self.queue_arns, "queueUrls": self.queue_urls})

    def _consumer(self, consumer: str, shape: Consumer, topic: aws.sns.Topic, undelivered: aws.sqs.Queue) -> None:
        dead = self._queue(f"{consumer}-dlq", visibility=30, retention_days=MAX_RETENTION_DAYS)
        queue = self._queue(
            consumer,
            visibility=shape.visibility,
            retention_days=shape.retention_days,
            redrive_policy=pulumi.Output.json_dumps(
                {"deadLetterTargetArn": dead.arn, "maxReceiveCount": shape.max_receives}
            ),
        )
        aws.sqs.RedriveAllowPolicy(
            f"{self._prefix}-{consumer}-dlq-allow",
            queue_url=dead.id,
            redrive_allow_policy=pulumi.Output.json_dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [queue.arn]}
            ),
            opts=self._child,
        )
        policy = self._queue_policy(consumer, queue, topic)
        self._queue_policy(f"{consumer}-dlq", dead, None)
        aws.sns.TopicSubscription(
            f"{self._prefix}-{consumer}",
            topic=topic.arn,
            protocol="sqs",
            endpoint=queue.arn,
            raw_message_delivery=True,
            filter_policy=json.dumps(shape.filter_policy, sort_keys=True) if shape.filter_policy else None,
            redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": undelivered.arn}),
            # No reference orders these: without the policy the first messages would be rejected.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.queue_arns[consumer], self.queue_urls[consumer] = queue.arn, queue.id
        self.dead_letter_arns[consumer], self.dead_letter_urls[consumer] = dead.arn, dead.id
        self._alarm_when_not_empty(f"{consumer}-dlq", dead, f"messages that {consumer} could not handle")
        self._alarm(
            f"{consumer}-age",
            Alarm(
                metric=Metric(
                    namespace="AWS/SQS",
                    name="ApproximateAgeOfOldestMessage",
                    dimensions={"QueueName": queue.name},
                    statistic="Maximum",
                ),
                threshold=shape.max_age,
                comparison="GreaterThanThreshold",
                missing="notBreaching",
                description=f"{self._prefix}: {consumer} is more than {shape.max_age} seconds behind",
            ),
        )

    def _queue(
        self, role: str, *, visibility: int, retention_days: int, redrive_policy: pulumi.Output[str] | None = None
    ) -> aws.sqs.Queue:
        fifo = self._args.fifo
        queue = aws.sqs.Queue(
            f"{self._prefix}-{role}",
            fifo_queue=True if fifo else None,
            deduplication_scope="messageGroup" if fifo else None,
            fifo_throughput_limit="perMessageGroupId" if fifo else None,
            visibility_timeout_seconds=visibility,
            message_retention_seconds=retention_days * DAY,
            receive_wait_time_seconds=20,
            kms_master_key_id=self._args.kms_key_arn,
            kms_data_key_reuse_period_seconds=DATA_KEY_REUSE,
            redrive_policy=redrive_policy,
            tags=named(self._args.tags, f"{self._prefix}-{role}"),
            opts=self._child,
        )
        self._queues[role] = queue
        return queue

    def _topic_policy(self, topic: aws.sns.Topic) -> None:
        services = [
            iam.grant(
                {"Service": service},
                "sns:Publish",
                topic.arn,
                sid=f"Publish{index}",
                conditions={
                    "ArnEquals": {"aws:SourceArn": source},
                    "StringEquals": {"aws:SourceAccount": arns.account_of(topic.arn)},
                },
            )
            for index, (service, source) in enumerate(sorted(self._args.publishers.items(), key=lambda p: p[0]))
        ]
        # SNS rejects a wildcard action in a topic policy ("Policy statement action out of service scope").
        secure = {**iam.deny_insecure_transport(topic.arn), "Action": "sns:Publish"}
        aws.sns.TopicPolicy(
            f"{self._prefix}-topic-policy", arn=topic.arn, policy=iam.document(*services, secure), opts=self._child
        )

    def _queue_policy(self, role: str, queue: aws.sqs.Queue, topic: aws.sns.Topic | None) -> aws.sqs.QueuePolicy:
        from_topic = (
            [
                iam.grant(
                    {"Service": "sns.amazonaws.com"},
                    "sqs:SendMessage",
                    queue.arn,
                    sid="FromTopic",
                    conditions={"ArnEquals": {"aws:SourceArn": topic.arn}},
                )
            ]
            if topic
            else []
        )
        secure = {**iam.deny_insecure_transport(queue.arn), "Action": "sqs:*"}
        return aws.sqs.QueuePolicy(
            f"{self._prefix}-{role}-policy",
            queue_url=queue.id,
            policy=iam.document(*from_topic, secure),
            opts=self._child,
        )

    @staticmethod
    def _visible(queue: aws.sqs.Queue) -> Metric:
        return Metric(
            namespace="AWS/SQS",
            name="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": queue.name},
            statistic="Maximum",
        )

    def _alarm_when_not_empty(self, role: str, queue: aws.sqs.Queue, what: str) -> None:
        self._alarm(
            role,
            Alarm(
                metric=self._visible(queue),
                threshold=0,
                comparison="GreaterThanThreshold",
                missing="notBreaching",
                periods=1,
                description=f"{self._prefix}: {what}; read, mend, redrive",
            ),
        )

    def _alarm(self, role: str, alarm: Alarm) -> None:
        self.alarms[role] = metric_alarm(f"{self._prefix}-{role}", alarm, self._args.alarms, self._child)
