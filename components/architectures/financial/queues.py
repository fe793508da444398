"""The settlement queue, the queue for failed events, and EventBridge schedules."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.architectures.cell import Cell
from components.tiers.messaging.sns import Consumer
from components.tiers.messaging.sqs import Queue, QueueArgs
from components.tiers.serverless.lambda_ import Function

SETTLE_SECONDS = 60
"""Timeout of the settlement function, seconds."""
SETTLE_TRIES = 200
"""Receives before a message goes to the dead-letter queue. With six minutes between two receives it stays for twenty
hours, since the ledger's database may have no writer until an operator promotes the standby's."""
LATE_SECONDS = 300
EVENTS = "events.amazonaws.com"


def settlement_queue(cell: Cell) -> Queue:
    """The FIFO queue of payments for the ledger. Component: {code}-settlement-queue."""
    made = Queue(
        cell.name("settlement-queue"),
        QueueArgs(
            consumer=Consumer(
                timeout=SETTLE_SECONDS, max_receives=SETTLE_TRIES, retention_days=13, max_age=LATE_SECONDS
            ),
            fifo=True,
            kms_key_arn=cell.kms_key_arn,
            alarms=cell.alarms_of("settlement-queue"),
            tags=cell.tier_tags("settlement-queue"),
        ),
        cell.child,
    )
    cell.monitor(made)
    return made


def failures(cell: Cell, rules: Sequence[pulumi.Input[str]]) -> Queue:
    """The queue for asynchronous failures. rules: ARNs of EventBridge rules that use it as dead-letter queue.

    Component: {code}-failed.
    """
    made = Queue(
        cell.name("failed"),
        QueueArgs(
            consumer=None,
            senders={EVENTS: rules},
            kms_key_arn=cell.kms_key_arn,
            alarms=cell.alarms_of("failed"),
            tags=cell.tier_tags("failed"),
        ),
        cell.child,
    )
    cell.monitor(made)
    return made


def schedule(cell: Cell, name: str, expression: str, what: str) -> aws.cloudwatch.EventRule:
    """A rule that runs on a schedule, rate(…) or cron(…). Resource: {code}-{name}."""
    return aws.cloudwatch.EventRule(
        cell.name(name),
        description=what,
        schedule_expression=expression,
        tags=cell.tier_tags(name),
        opts=cell.child,
    )


def run(
    cell: Cell, name: str, rule: aws.cloudwatch.EventRule, function: Function, event: object, *, failed: Queue
) -> None:
    """Let the rule call the function with ``event``. Resources: {code}-{name} (target), the function's permission."""
    allowed = function.allow(name, EVENTS, rule.arn)
    aws.cloudwatch.EventTarget(
        cell.name(name),
        rule=rule.name,
        arn=function.arn,
        input=json.dumps(event),
        # The next run does the same work, so an hour of undelivered events would only be a burst.
        retry_policy={"maximum_event_age_in_seconds": 300, "maximum_retry_attempts": 3},
        dead_letter_config={"arn": failed.arn},
        opts=pulumi.ResourceOptions(parent=cell, depends_on=[allowed]),
    )
