"""An SQS queue with its dead-letter queue, for senders that need no topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components import arns, iam
from components.alarms import Alarm, Metric, metric_alarm, widget
from components.tags import named
from components.tiers.arguments import EncryptedTierArgs
from components.tiers.messaging.sns import DATA_KEY_REUSE, DAY, MAX_RETENTION_DAYS, Consumer


@dataclass(frozen=True, kw_only=True)
class QueueArgs(EncryptedTierArgs):
    """Inputs of `Queue`.

    consumer: what reads the queue, with its limits; None for a queue that people read, such as one of failed events: it
    has no dead-letter queue, and every message in it raises the alarm. fifo: keep the order per message group, with
    high throughput. senders: AWS services that may send, service principal -> ARNs of their sources; roles of the
    account send with their own policies. kms_key_arn: with ``KeyUse.EVENTS`` if EventBridge sends.

    Raises ValueError if the consumer of a FIFO queue has a batching window.
    """

    consumer: Consumer | None
    fifo: bool = False
    senders: Mapping[str, Sequence[pulumi.Input[str]]] = field(default_factory=dict[str, Sequence[pulumi.Input[str]]])

    def __post_init__(self) -> None:
        if self.fifo and self.consumer and self.consumer.batching_window:
            raise ValueError("consumer.batching_window: needs a standard queue; give 0 with fifo")


class Queue(pulumi.ComponentResource):
    """An encrypted queue. Children: {name}, {name}-dlq, their policies, {name}-dlq-allow; alarms."""

    arn: pulumi.Output[str]
    url: pulumi.Output[str]
    dead_letter_arn: pulumi.Output[str] | None
    resource: aws.sqs.Queue
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: QueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Queue", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self.alarms, self.dead_letter_arn = {}, None
        consumer, dead = args.consumer, None
        if consumer:
            dead = self._queue("-dlq", 30, MAX_RETENTION_DAYS, None)
            self._policy("-dlq", dead, {})
            self.dead_letter_arn = dead.arn
            self._depth_alarm("dlq", dead, f"messages that could not be handled in {consumer.max_receives} tries")
            redrive = {"deadLetterTargetArn": dead.arn, "maxReceiveCount": consumer.max_receives}
            days = consumer.retention_days
            queue = self._queue("", consumer.visibility, days, pulumi.Output.json_dumps(redrive))
            aws.sqs.RedriveAllowPolicy(
                f"{name}-dlq-allow",
                queue_url=dead.id,
                redrive_allow_policy=pulumi.Output.json_dumps(
                    {"redrivePermission": "byQueue", "sourceQueueArns": [queue.arn]}
                ),
                opts=self._child,
            )
            self._age_alarm(queue, consumer.max_age)
        else:
            queue = self._queue("", 30, MAX_RETENTION_DAYS, None)
            self._depth_alarm("waiting", queue, "something failed and was kept here")
        policy = self._policy("", queue, args.senders)
        # The ARN resolves after the queue policy exists, so that senders wait for it.
        self.arn = pulumi.Output.all(queue.arn, policy.id).apply(lambda both: str(both[0]))
        self.url, self.resource = queue.id, queue
        waiting = [self._visible(q) for q in (queue, dead) if q]
        self.widgets = [widget(f"{name}: messages waiting", arns.region_of(queue.arn), waiting)]
        self.register_outputs({"arn": self.arn, "url": self.url})

    def _queue(
        self, suffix: str, visibility: int, retention_days: int, redrive_policy: pulumi.Output[str] | None
    ) -> aws.sqs.Queue:
        name, args = f"{self._prefix}{suffix}", self._args
        return aws.sqs.Queue(
            name,
            fifo_queue=True if args.fifo else None,
            deduplication_scope="messageGroup" if args.fifo else None,
            fifo_throughput_limit="perMessageGroupId" if args.fifo else None,
            visibility_timeout_seconds=visibility,
            message_retention_seconds=retention_days * DAY,
            receive_wait_time_seconds=20,
            kms_master_key_id=args.kms_key_arn,
            kms_data_key_reuse_period_seconds=DATA_KEY_REUSE,
            redrive_policy=redrive_policy,
            tags=named(args.tags, name),
            opts=self._child,
        )

    def _policy(
        self, suffix: str, queue: aws.sqs.Queue, senders: Mapping[str, Sequence[pulumi.Input[str]]]
    ) -> aws.sqs.QueuePolicy:
        statements = [
            iam.grant(
                {"Service": service},
                "sqs:SendMessage",
                queue.arn,
                sid=f"Send{index}",
                conditions={"ArnEquals": {"aws:SourceArn": list(sources)}},
            )
            for index, (service, sources) in enumerate(sorted(senders.items(), key=lambda sender: sender[0]))
        ]
        secure = {**iam.deny_insecure_transport(queue.arn), "Action": "sqs:*"}
        return aws.sqs.QueuePolicy(
            f"{self._prefix}{suffix}-policy",
            queue_url=queue.id,
            policy=iam.document(*statements, secure),
            opts=self._child,
        )

    @staticmethod
    def _visible(queue: aws.sqs.Queue) -> Metric:
        of = {"QueueName": queue.name}
        return Metric(
            namespace="AWS/SQS", name="ApproximateNumberOfMessagesVisible", dimensions=of, statistic="Maximum"
        )

    def _depth_alarm(self, role: str, queue: aws.sqs.Queue, what: str) -> None:
        self._alarm(role, self._visible(queue), 0, f"{what}; read, mend, redrive", 1)

    def _age_alarm(self, queue: aws.sqs.Queue, seconds: int) -> None:
        of = {"QueueName": queue.name}
        age = Metric(namespace="AWS/SQS", name="ApproximateAgeOfOldestMessage", dimensions=of, statistic="Maximum")
        self._alarm("late", age, seconds, f"the oldest message waits for more than {seconds} s", 3)

    def _alarm(self, role: str, metric: Metric, above: float, what: str, periods: int) -> None:
        alarm = Alarm(
            metric=metric,
            threshold=above,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # an idle queue reports no data
            periods=periods,
            description=f"{self._prefix}: {what}",
        )
        self.alarms[role] = metric_alarm(f"{self._prefix}-{role}", alarm, self._args.alarms, self._child)
