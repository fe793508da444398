# ruff: noqa: E501 (what AWS says is as long as it is)
"""SQS."""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

from offline.aws.refusals import Case, Problem, ranged, refuses
from offline.aws.unique import unique

QUEUE = "aws:sqs/queue:Queue"


@refuses(QUEUE)
def queue_limits_hold(case: Case) -> Iterator[Problem]:
    """SQS CreateQueue attributes; names to 80 letters, digits, hyphens, underscores, `.fifo` for FIFO queues alone."""
    yield from ranged(case, "delaySeconds", 0, 900, "seconds")
    yield from ranged(case, "maxMessageSize", 1024, 1048576, "bytes")
    yield from ranged(case, "messageRetentionSeconds", 60, 1209600, "seconds")
    yield from ranged(case, "receiveWaitTimeSeconds", 0, 20, "seconds")
    yield from ranged(case, "visibilityTimeoutSeconds", 0, 43200, "seconds")
    yield from ranged(case, "kmsDataKeyReusePeriodSeconds", 60, 86400, "seconds")
    name, fifo = case.text("name"), case.get("fifoQueue") is True
    if name is not None:
        base = name.removesuffix(".fifo") if fifo or case.unknown("fifoQueue") else name
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", base) or len(name) > 80:
            yield (
                "name",
                f"InvalidParameterValue: queue name {name!r}: 1 to 80 letters, digits, hyphens and underscores"
                + (" and .fifo" if fifo else ""),
            )
        if fifo and not name.endswith(".fifo"):
            yield (
                "name",
                "InvalidParameterValue: The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix",
            )
    if not fifo and not case.unknown("fifoQueue"):
        for attribute in ("contentBasedDeduplication", "deduplicationScope", "fifoThroughputLimit"):
            if case.given(attribute) and case.get(attribute) is not False:
                yield attribute, f"InvalidAttributeName: Unknown Attribute {attribute}: only for FIFO queues"
    if case.text("fifoThroughputLimit") == "perMessageGroupId" and case.text("deduplicationScope") != "messageGroup":
        yield "fifoThroughputLimit", "InvalidAttributeValue: perMessageGroupId needs deduplicationScope messageGroup"
    if case.given("kmsMasterKeyId") and case.get("sqsManagedSseEnabled") is True:
        yield (
            "sqsManagedSseEnabled",
            "InvalidAttributeValue: You can use one type of server-side encryption (SSE) at one time: SQS-managed or KMS",
        )


@refuses(QUEUE, "aws:sqs/redrivePolicy:RedrivePolicy")
def redrive_policy_is_legal(case: Case) -> Iterator[Problem]:
    """SQS RedrivePolicy: the ARN of a queue of the same kind, maxReceiveCount a number 1-1000."""
    text = case.text("redrivePolicy")
    if text is None:
        return
    try:
        policy: Any = json.loads(text)
    except ValueError:
        policy = None
    if not isinstance(policy, dict):
        yield "redrivePolicy", "InvalidAttributeValue: RedrivePolicy is no JSON object"
        return
    wanted = cast(dict[str, Any], policy)
    count, target = wanted.get("maxReceiveCount"), wanted.get("deadLetterTargetArn")
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 1000:
        yield "redrivePolicy", f"InvalidParameterValue: maxReceiveCount={count!r}: must be a number from 1 to 1000"
    if not isinstance(target, str) or not target.startswith("arn:"):
        yield "redrivePolicy", "InvalidParameterValue: deadLetterTargetArn must be the ARN of a queue"
    elif (
        case.token == QUEUE
        and not case.unknown("fifoQueue")
        and (case.get("fifoQueue") is True) != target.endswith(".fifo")
        and ":sqs:" in target
    ):
        yield "redrivePolicy", "InvalidParameterValue: Dead-letter queue must be same type of queue as the source"


unique("aws:sqs/queue:Queue", "name", call="sqs CreateQueue", says="QueueNameExists: A queue already exists with the same name and a different value for an attribute: {name}")  # fmt: skip
unique("aws:sqs/queuePolicy:QueuePolicy", "queueUrl", call="sqs SetQueueAttributes", says="SetQueueAttributes: one policy of queue {queueUrl}:", overwrites=True)  # fmt: skip
