"""What a topic's consumers need, checked against the limits of SQS and SNS."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.alarms import Alarming

VISIBILITY_FACTOR = 6
"""Visibility time-out over the consumer's time-out: room for Lambda's throttled retries (Lambda guide, "Using SQS")."""
MIN_RECEIVES = 5
"""Fewer, and throttled polls alone send messages to the dead-letter queue (Lambda guide, "Using SQS")."""
MAX_RECEIVES = 1_000
MAX_VISIBILITY = 43_200
"""Seconds (SQS SetQueueAttributes VisibilityTimeout)."""
MAX_RETENTION_DAYS = 14
"""Days (SQS SetQueueAttributes MessageRetentionPeriod)."""


@dataclass(frozen=True, kw_only=True)
class Consumer:
    """One consumer's queue.

    timeout: seconds the consumer may take for a batch, 1-900 (a Lambda function's time-out). batching_window: seconds
    that a poller gathers a batch, 0-300. max_receives: receives before the dead-letter queue, 5-1000. retention_days:
    1-13, less than the dead-letter queue's 14, whose clock keeps running from the first send on standard queues.
    max_age: seconds that the oldest message may wait before the alarm. filter_policy: SNS filter policy on message
    attributes; everything by default.

    Raises ValueError when a value is outside these limits.
    """

    timeout: int
    batching_window: int = 0
    max_receives: int = MIN_RECEIVES
    retention_days: int = 4
    max_age: int = 900
    filter_policy: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.timeout <= 900:
            raise ValueError(f"timeout={self.timeout}: must be 1-900 seconds, the consumer's own time-out")
        if not 0 <= self.batching_window <= 300:
            raise ValueError(f"batching_window={self.batching_window}: must be 0-300 seconds")
        if not MIN_RECEIVES <= self.max_receives <= MAX_RECEIVES:
            raise ValueError(f"max_receives={self.max_receives}: must be {MIN_RECEIVES}-{MAX_RECEIVES}")
        if not 1 <= self.retention_days < MAX_RETENTION_DAYS:
            raise ValueError(
                f"retention_days={self.retention_days}: must be 1-{MAX_RETENTION_DAYS - 1} days, "
                "so that the dead-letter queue keeps messages longer"
            )
        if self.max_age < 60:
            raise ValueError(f"max_age={self.max_age}: must be at least 60 seconds, the metric's period")

    @property
    def visibility(self) -> int:
        """Seconds a received message stays hidden: 6 x the time-out plus the batching window."""
        return VISIBILITY_FACTOR * self.timeout + self.batching_window


@dataclass(frozen=True, kw_only=True)
class MessagingArgs:
    """Inputs of `Messaging`.

    consumers: queue per consumer name; at least one. fifo: FIFO topic and queues, order kept per message group, at
    high throughput; publishers then give MessageGroupId and MessageDeduplicationId. publishers: AWS services that may
    publish, service principal -> ARN of their source; roles of the account publish by their own policies.
    kms_key_arn: key whose policy holds `key_statements`.

    Raises ValueError when there is no consumer, a name is too long, or a FIFO consumer has a batching window.
    """

    consumers: Mapping[str, Consumer]
    kms_key_arn: pulumi.Input[str]
    fifo: bool = False
    publishers: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    alarms: Alarming = field(default_factory=Alarming)

    def __post_init__(self) -> None:
        if not self.consumers:
            raise ValueError("consumers={}: a topic without a queue keeps nothing; give at least one consumer")
        if self.fifo:
            windowed = sorted(n for n, c in self.consumers.items() if c.batching_window)
            if windowed:
                raise ValueError(f"consumers={windowed}: batching_window needs standard queues; give 0 with fifo")
