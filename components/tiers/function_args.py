"""What a function is made of, checked against the limits of Lambda."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import Alarming, Metric
from components.tiers.release import Release

MAX_STANDARD_BATCH, MAX_FIFO_BATCH = 10_000, 10
"""Records a batch (Lambda CreateEventSourceMapping)."""
MAX_PARALLEL = 10
"""Batches of a shard at once (Lambda ParallelizationFactor)."""
MIN_CONCURRENCY, MAX_CONCURRENCY = 2, 1_000
"""Concurrent batches per SQS event source (Lambda ScalingConfig)."""


@dataclass(frozen=True, kw_only=True)
class QueueSource:
    """An SQS queue that feeds the function, with partial batch responses.

    arn: the queue's. batch_size: records, 1-10 for FIFO queues and without a window, else up to 10000. window: seconds
    to gather a batch, 0-300, 0 for FIFO. concurrency: batches at once, 2-1000, at most the reserved concurrency.

    Raises ValueError when a value is outside these limits.
    """

    arn: pulumi.Input[str]
    batch_size: int = 10
    window: int = 0
    concurrency: int = 10
    fifo: bool = False

    def __post_init__(self) -> None:
        limit = MAX_STANDARD_BATCH if self.window and not self.fifo else MAX_FIFO_BATCH
        if not 1 <= self.batch_size <= limit:
            raise ValueError(
                f"batch_size={self.batch_size}: must be 1-{limit}; more needs a standard queue and a window"
            )
        if not 0 <= self.window <= 300 or (self.fifo and self.window):
            raise ValueError(f"window={self.window}: must be 0-300 seconds, and 0 for a FIFO queue")
        if not MIN_CONCURRENCY <= self.concurrency <= MAX_CONCURRENCY:
            raise ValueError(f"concurrency={self.concurrency}: must be {MIN_CONCURRENCY}-{MAX_CONCURRENCY}")


@dataclass(frozen=True, kw_only=True)
class StreamSource:
    """A DynamoDB stream that feeds the function from its oldest record, with partial batch responses.

    arn: the stream's. batch_size: records, 1-10000. parallel: batches of a shard at once, 1-10, each key in its order.
    retries: 0-10000, of a batch that is halved each time; then its position goes to on_failure_arn, a standard SQS
    queue, and the stream goes on. max_late: seconds a record may wait before the alarm.

    Raises ValueError when a value is outside these limits.
    """

    arn: pulumi.Input[str]
    on_failure_arn: pulumi.Input[str]
    batch_size: int = 100
    parallel: int = 1
    retries: int = 10
    max_late: int = 60

    def __post_init__(self) -> None:
        if not 1 <= self.batch_size <= MAX_STANDARD_BATCH:
            raise ValueError(f"batch_size={self.batch_size}: must be 1-{MAX_STANDARD_BATCH}")
        if not 1 <= self.parallel <= MAX_PARALLEL:
            raise ValueError(f"parallel={self.parallel}: must be 1-{MAX_PARALLEL}")
        if not 0 <= self.retries <= MAX_STANDARD_BATCH:
            raise ValueError(f"retries={self.retries}: must be 0-{MAX_STANDARD_BATCH}")


@dataclass(frozen=True, kw_only=True)
class Vpc:
    """Where the function's network interfaces live: a private subnet in each of at least two zones."""

    id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]

    def __post_init__(self) -> None:
        if len(self.subnet_ids) < 2:
            raise ValueError(f"subnet_ids={sorted(self.subnet_ids)}: a single zone; give a subnet in at least 2")


@dataclass(frozen=True, kw_only=True)
class FunctionArgs:
    """Inputs of `Function`.

    code: deployment package, see `components.packaging`. handler: ``file.function`` in it. statements: what the code
    may do, besides logs, traces and its queues. environment: plain values only; secrets by ARN. memory: MB, 128-10240.
    timeout: seconds, 1-900. reserved: concurrent executions kept for, and at most used by, this function; unreserved
    by default. provisioned: initialised execution environments, at most ``reserved``. vpc: none by default.
    on_failure_arn: SQS queue for asynchronous events that failed all retries. queues, streams: event sources by name.
    release: shift traffic by CodeDeploy, which tells the alarms' topics, encrypted with the same key; at once by
    default. max_errors: errors a minute before the alarm (and before a release is rolled back). failures: what counts
    as an error instead of Lambda's Errors, for a function that answers some callers by raising: the alarm must not be
    theirs to set off. log_days: retention, a value CloudWatch Logs knows.

    Raises ValueError when a value is outside these limits.
    """

    code: pulumi.Archive
    handler: str
    kms_key_arn: pulumi.Input[str]
    statements: Sequence[iam.Statement] = ()
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    layers: Sequence[pulumi.Input[str]] = ()
    runtime: aws.lambda_.Runtime = aws.lambda_.Runtime.PYTHON3D13
    memory: int = 512
    timeout: int = 30
    reserved: int | None = None
    provisioned: int | None = None
    vpc: Vpc | None = None
    on_failure_arn: pulumi.Input[str] | None = None
    queues: Mapping[str, QueueSource] = field(default_factory=dict[str, QueueSource])
    streams: Mapping[str, StreamSource] = field(default_factory=dict[str, StreamSource])
    release: Release | None = None
    max_errors: int = 0
    failures: Metric | None = None
    log_days: int = 365
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    alarms: Alarming = field(default_factory=Alarming)

    def __post_init__(self) -> None:
        if not 128 <= self.memory <= 10_240:
            raise ValueError(f"memory={self.memory}: must be 128-10240 MB")
        if not 1 <= self.timeout <= 900:
            raise ValueError(f"timeout={self.timeout}: must be 1-900 seconds")
        if self.reserved is not None and self.reserved < 1:
            raise ValueError(f"reserved={self.reserved}: must be at least 1; 0 would stop the function")
        if self.provisioned is not None and not 1 <= self.provisioned <= (self.reserved or self.provisioned):
            raise ValueError(f"provisioned={self.provisioned}: must be 1-{self.reserved or 'any'}, within reserved")
        if len(self.layers) > 5:
            raise ValueError(f"layers={len(self.layers)}: Lambda takes at most 5")
        needed = sum(q.concurrency for q in self.queues.values())
        if self.reserved is not None and needed > self.reserved:
            raise ValueError(
                f"queues: they poll {needed} batches at once with reserved={self.reserved}; "
                "throttled batches would end in the dead-letter queue: give reserved at least that"
            )
