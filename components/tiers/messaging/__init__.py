"""SNS topics, SQS queues and EventBridge rules."""

from components.tiers.messaging.eventbridge import EventQueue, QueueDefaults, event_queue, scheduled_rule
from components.tiers.messaging.sns import Consumer, SnsFanout, SnsFanoutArgs
from components.tiers.messaging.sqs import Queue, QueueArgs

__all__ = [
    "Consumer",
    "EventQueue",
    "Queue",
    "QueueArgs",
    "QueueDefaults",
    "SnsFanout",
    "SnsFanoutArgs",
    "event_queue",
    "scheduled_rule",
]
