"""Events of AWS services through EventBridge to an SQS queue that keeps them until they are handled, with dead-letter
queues."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import Alarm, Alarming, Metric, metric_alarm
from components.tags import named
from components.tiers.messaging.sns import DATA_KEY_REUSE, DAY, MAX_RETENTION_DAYS, Consumer

EVENTS = {"Service": "events.amazonaws.com"}
EVENT_AGE_SECONDS = 86_400
"""Seconds during which EventBridge retries a delivery; the maximum (PutTargets MaximumEventAgeInSeconds)."""
EVENT_RETRIES = 185
"""Number of retries; the maximum (PutTargets MaximumRetryAttempts)."""


@dataclass(frozen=True, kw_only=True)
class QueueDefaults:
    """Common settings of the queues of a component; children are created under ``parent``."""

    kms_key_arn: pulumi.Input[str]
    tags: Mapping[str, str]
    alarms: Alarming
    parent: pulumi.Resource

    @property
    def child(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self.parent)

    def queue(
        self, name: str, *, visibility: int, retention_days: int, redrive_policy: pulumi.Output[str] | None = None
    ) -> aws.sqs.Queue:
        """A standard queue, encrypted with the key (``KeyUse.EVENTS``), with long polling."""
        return aws.sqs.Queue(
            name,
            visibility_timeout_seconds=visibility,
            message_retention_seconds=retention_days * DAY,
            receive_wait_time_seconds=20,
            kms_master_key_id=self.kms_key_arn,
            kms_data_key_reuse_period_seconds=DATA_KEY_REUSE,
            redrive_policy=redrive_policy,
            tags=named(self.tags, name),
            opts=self.child,
        )

    def queue_policy(self, name: str, queue: aws.sqs.Queue, *rules: aws.cloudwatch.EventRule) -> aws.sqs.QueuePolicy:
        """Queue policy: these EventBridge rules may send, and all requests must use TLS."""
        sent = (
            [
                iam.grant(
                    EVENTS,
                    "sqs:SendMessage",
                    queue.arn,
                    sid="FromRules",
                    conditions={"ArnEquals": {"aws:SourceArn": [rule.arn for rule in rules]}},
                )
            ]
            if rules
            else []
        )
        secure = {**iam.deny_insecure_transport(queue.arn), "Action": "sqs:*"}
        return aws.sqs.QueuePolicy(
            f"{name}-policy", queue_url=queue.id, policy=iam.document(*sent, secure), opts=self.child
        )

    def alarm(
        self,
        name: str,
        queue: aws.sqs.Queue,
        what: str,
        metric: str = "ApproximateNumberOfMessagesVisible",
        at: int = 0,
    ) -> aws.cloudwatch.MetricAlarm:
        """An alarm ``name`` that fires when ``metric`` of the queue is above ``at``."""
        alarm = Alarm(
            metric=self.metric(queue, metric),
            threshold=at,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # an idle queue reports no data
            periods=3 if at else 1,
            description=f"{name}: {what}",
        )
        return metric_alarm(name, alarm, self.alarms, self.child)

    @staticmethod
    def metric(queue: aws.sqs.Queue, metric: str = "ApproximateNumberOfMessagesVisible") -> Metric:
        """A metric of the queue."""
        return Metric(namespace="AWS/SQS", name=metric, dimensions={"QueueName": queue.name}, statistic="Maximum")


@dataclass(frozen=True)
class EventQueue:
    """The queue of an EventBridge rule. alarms: by role."""

    rule: aws.cloudwatch.EventRule
    queue: aws.sqs.Queue
    dead: aws.sqs.Queue
    alarms: dict[str, aws.cloudwatch.MetricAlarm]


def event_queue(
    name: str,
    role: str,
    kept: QueueDefaults,
    *,
    what: str,
    pattern: pulumi.Input[Mapping[str, Any]],
    consumer: Consumer,
    undelivered: aws.sqs.Queue,
) -> EventQueue:
    """Send events of the default bus that match ``pattern`` to a queue for ``consumer``, with a dead-letter queue.

    what: the events, in words. undelivered: queue for events that EventBridge cannot deliver; its policy must allow the
    rule. Resources: {name}-{role} (rule and queue), {name}-{role}-dlq, policies, target, alarms.
    """
    title, child = f"{name}-{role}", kept.child
    rule = aws.cloudwatch.EventRule(
        title,
        description=what,
        event_pattern=pulumi.Output.json_dumps(pattern),
        tags=named(kept.tags, title),
        opts=child,
    )
    dead = kept.queue(f"{title}-dlq", visibility=30, retention_days=MAX_RETENTION_DAYS)
    queue = kept.queue(
        title,
        visibility=consumer.visibility,
        retention_days=consumer.retention_days,
        redrive_policy=pulumi.Output.json_dumps(
            {"deadLetterTargetArn": dead.arn, "maxReceiveCount": consumer.max_receives}
        ),
    )
    aws.sqs.RedriveAllowPolicy(
        f"{title}-dlq-allow",
        queue_url=dead.id,
        redrive_allow_policy=pulumi.Output.json_dumps({"redrivePermission": "byQueue", "sourceQueueArns": [queue.arn]}),
        opts=child,
    )
    kept.queue_policy(f"{title}-dlq", dead)
    admitted = kept.queue_policy(title, queue, rule)
    aws.cloudwatch.EventTarget(
        title,
        rule=rule.name,
        arn=queue.arn,
        dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs(arn=undelivered.arn),
        retry_policy=aws.cloudwatch.EventTargetRetryPolicyArgs(
            maximum_event_age_in_seconds=EVENT_AGE_SECONDS, maximum_retry_attempts=EVENT_RETRIES
        ),
        # No reference orders these: without the policy the first events would be rejected.
        opts=pulumi.ResourceOptions(parent=kept.parent, depends_on=[admitted]),
    )
    late = f"{what}: more than {consumer.max_age} seconds behind"
    alarms = {
        f"{role}-dlq": kept.alarm(f"{title}-dlq", dead, f"{what}: could not be handled; read, mend, redrive"),
        f"{role}-age": kept.alarm(f"{title}-age", queue, late, "ApproximateAgeOfOldestMessage", consumer.max_age),
    }
    return EventQueue(rule, queue, dead, alarms)


def scheduled_rule(
    name: str,
    kept: QueueDefaults,
    *,
    what: str,
    schedule: str,
    target_arn: pulumi.Input[str],
    message: Mapping[str, Any],
    undelivered: aws.sqs.Queue,
) -> aws.cloudwatch.EventRule:
    """Send ``message`` to a function on an EventBridge schedule; the function must allow the rule.

    Resources: {name} (rule and target).
    """
    rule = aws.cloudwatch.EventRule(
        name, description=what, schedule_expression=schedule, tags=named(kept.tags, name), opts=kept.child
    )
    aws.cloudwatch.EventTarget(
        name,
        rule=rule.name,
        arn=target_arn,
        input=json.dumps(dict(message)),
        dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs(arn=undelivered.arn),
        retry_policy=aws.cloudwatch.EventTargetRetryPolicyArgs(
            maximum_event_age_in_seconds=EVENT_AGE_SECONDS, maximum_retry_attempts=EVENT_RETRIES
        ),
        opts=kept.child,
    )
    return rule
