# ruff: noqa: E501 (what AWS says is as long as it is)
"""SQS, SNS, EventBridge and its Scheduler, Kinesis."""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

from offline.aws.refusals import Case, Problem, not_both, one_of, ranged, refuses

QUEUE, TOPIC = "aws:sqs/queue:Queue", "aws:sns/topic:Topic"
_RATE = re.compile(r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)")


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


@refuses(TOPIC)
def topic_name_is_legal(case: Case) -> Iterator[Problem]:
    """SNS CreateTopic: 1-256 letters, digits, hyphens, underscores; `.fifo` for FIFO topics alone."""
    name, fifo = case.text("name"), case.get("fifoTopic") is True
    if name is not None:
        base = name.removesuffix(".fifo") if fifo or case.unknown("fifoTopic") else name
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", base) or (fifo and not name.endswith(".fifo")):
            yield (
                "name",
                f"InvalidParameter: Topic Name {name!r}: 1 to 256 letters, digits, hyphens and underscores"
                + (", ending with .fifo" if fifo else ""),
            )
    if case.get("contentBasedDeduplication") is True and not fifo and not case.unknown("fifoTopic"):
        yield (
            "contentBasedDeduplication",
            "InvalidParameter: content based deduplication can only be set for FIFO topics",
        )
    yield from ranged(case, "signatureVersion", 1, 2)


@refuses("aws:sns/topicSubscription:TopicSubscription")
def subscription_is_legal(case: Case) -> Iterator[Problem]:
    """SNS Subscribe: protocols and endpoints that fit them; a role for Firehose."""
    protocols = ("sqs", "sms", "lambda", "firehose", "application", "email", "email-json", "http", "https")
    yield from one_of(case, "protocol", *protocols)
    protocol, endpoint, topic = case.text("protocol"), case.text("endpoint"), case.text("topic")
    if endpoint is not None:
        if protocol in ("sqs", "lambda", "firehose", "application") and not endpoint.startswith("arn:"):
            yield "endpoint", f"InvalidParameter: Invalid parameter: {protocol} endpoint ARN: {endpoint!r}"
        if protocol in ("email", "email-json") and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", endpoint):
            yield "endpoint", "InvalidParameter: Invalid parameter: Email address"
        if protocol in ("http", "https") and not endpoint.startswith(f"{protocol}://"):
            yield "endpoint", f"InvalidParameter: Invalid parameter: the endpoint must begin with {protocol}://"
        if (
            protocol == "sqs"
            and endpoint.endswith(".fifo")
            and topic is not None
            and topic.startswith("arn:")
            and not topic.endswith(".fifo")
        ):
            yield (
                "endpoint",
                "InvalidParameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
            )
    if protocol == "firehose" and not case.given("subscriptionRoleArn"):
        yield "subscriptionRoleArn", "InvalidParameter: subscriptionRoleArn must be given for firehose"
    if case.get("rawMessageDelivery") is True and protocol in ("email", "email-json", "sms", "lambda"):
        yield "rawMessageDelivery", f"InvalidParameter: raw message delivery is not supported for {protocol}"


@refuses("aws:sns/topicSubscription:TopicSubscription")
def subscription_filter_is_legal(case: Case) -> Iterator[Problem]:
    """SNS SetSubscriptionAttributes, FilterPolicy: a JSON object of lists (or, in a body, of objects), at most 5 keys; the provider wants it beside its scope."""
    yield from one_of(case, "filterPolicyScope", "MessageAttributes", "MessageBody")
    if case.given("filterPolicyScope") and not case.given("filterPolicy"):
        yield "filterPolicyScope", "filter_policy is required when filter_policy_scope is set"
    text = case.text("filterPolicy")
    if text is None:
        return
    try:
        policy: Any = json.loads(text)
    except ValueError:
        yield "filterPolicy", "InvalidParameter: Invalid parameter: FilterPolicy: failed to parse JSON"
        return
    if not isinstance(policy, dict):
        yield "filterPolicy", "InvalidParameter: Invalid parameter: FilterPolicy: Filter policy must be an object"
        return
    nested = (list, dict) if case.text("filterPolicyScope") == "MessageBody" else (list,)
    keys = cast(dict[str, Any], policy)
    for key, wanted in keys.items():
        if key != "$or" and not isinstance(wanted, nested):
            yield (
                "filterPolicy",
                f'InvalidParameter: Invalid parameter: FilterPolicy: "{key}" must be an object or an array',
            )
    if len(keys) > 5:
        yield (
            "filterPolicy",
            "InvalidParameter: Invalid parameter: FilterPolicy: Filter policy can not have more than 5 keys",
        )


def schedule_problem(text: str, *, at: bool = False) -> str | None:
    """Why an EventBridge schedule expression is refused: rate(1 minute), rate(5 minutes), cron with six fields."""
    if text.startswith("rate("):
        return (
            None
            if _RATE.fullmatch(text)
            else f"schedule {text!r}: rate(1 minute|hour|day) or rate(n minutes|hours|days)"
        )
    if text.startswith("cron(") and text.endswith(")"):
        fields = text[5:-1].split()
        if len(fields) != 6:
            return f"schedule {text!r}: cron needs six fields: minutes hours day-of-month month day-of-week year"
        if fields[2] != "?" and fields[4] != "?":
            return f"schedule {text!r}: one of day-of-month and day-of-week must be ?"
        return None
    if at and re.fullmatch(r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)", text):
        return None
    return f"schedule {text!r}: must be rate(…) or cron(…)"


@refuses("aws:cloudwatch/eventRule:EventRule")
def event_rule_is_legal(case: Case) -> Iterator[Problem]:
    """EventBridge PutRule: a pattern or a schedule; schedules on the default bus only; names 1-64."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[.\-_A-Za-z0-9]{1,64}", name):
        yield "name", f"ValidationException: rule name {name!r}: 1 to 64 letters, digits and . - _"
    if not case.given("eventPattern") and not case.given("scheduleExpression"):
        yield "eventPattern", "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified."
    bus = case.text("eventBusName")
    if case.given("scheduleExpression") and bus not in (None, "default") and not (bus or "").endswith("/default"):
        yield (
            "scheduleExpression",
            "ValidationException: ScheduleExpression is supported only on the default event bus.",
        )
    schedule = case.text("scheduleExpression")
    problem = schedule_problem(schedule) if schedule else None
    if problem:
        yield "scheduleExpression", f"ValidationException: Parameter ScheduleExpression is not valid: {problem}"
    pattern = case.text("eventPattern")
    if pattern is not None:
        try:
            parsed: Any = json.loads(pattern)
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict) or not parsed:
            yield (
                "eventPattern",
                "InvalidEventPatternException: Event pattern is not valid. Reason: Filter is not an object",
            )
        elif any(not isinstance(v, list | dict) for v in cast(dict[str, Any], parsed).values()):
            yield (
                "eventPattern",
                "InvalidEventPatternException: Event pattern is not valid. Reason: every value must be an object or an array",
            )
        elif len(pattern) > 4096:
            yield "eventPattern", "LimitExceededException: an event pattern has at most 4096 characters"


@refuses("aws:scheduler/schedule:Schedule")
def schedule_is_legal(case: Case) -> Iterator[Problem]:
    """EventBridge Scheduler CreateSchedule: expressions; flexible windows of 1-1440 minutes."""
    text = case.text("scheduleExpression")
    problem = schedule_problem(text, at=True) if text else None
    if problem:
        yield "scheduleExpression", f"ValidationException: Invalid Schedule Expression: {problem}"
    mode, window = case.text("flexibleTimeWindow.mode"), case.number("flexibleTimeWindow.maximumWindowInMinutes")
    if mode == "FLEXIBLE" and not case.given("flexibleTimeWindow.maximumWindowInMinutes"):
        yield "flexibleTimeWindow", "ValidationException: maximumWindowInMinutes must be given for FLEXIBLE"
    if mode == "OFF" and window:
        yield "flexibleTimeWindow", "ValidationException: maximumWindowInMinutes is for FLEXIBLE"
    if window is not None and not 1 <= window <= 1440:
        yield (
            "flexibleTimeWindow.maximumWindowInMinutes",
            f"maximumWindowInMinutes={window}: must be between 1 and 1440",
        )


@refuses("aws:cloudwatch/eventTarget:EventTarget")
def event_target_is_legal(case: Case) -> Iterator[Problem]:
    """EventBridge PutTargets: one kind of input; retries 0-185 over 60-86400 s."""
    yield from not_both(case, "input", "inputPath", "inputTransformer")
    yield from ranged(case, "retryPolicy.maximumRetryAttempts", 0, 185)
    yield from ranged(case, "retryPolicy.maximumEventAgeInSeconds", 60, 86400, "seconds")
    target = case.text("targetId")
    if target is not None and not re.fullmatch(r"[.\-_A-Za-z0-9]{1,64}", target):
        yield "targetId", f"ValidationException: target id {target!r}: 1 to 64 letters, digits and . - _"


@refuses("aws:cloudwatch/eventBus:EventBus")
def event_bus_name_is_legal(case: Case) -> Iterator[Problem]:
    """EventBridge CreateEventBus: not ``default``, no slash, 1-256."""
    name = case.text("name")
    if (
        name is not None
        and (name == "default" or not re.fullmatch(r"[.\-_A-Za-z0-9]{1,256}", name))
        and not case.given("eventSourceName")
    ):
        yield "name", f"ValidationException: bus name {name!r}: 1 to 256 letters, digits and . - _, not 'default'"


@refuses("aws:kinesis/stream:Stream")
def stream_is_legal(case: Case) -> Iterator[Problem]:
    """Kinesis CreateStream: shards for PROVISIONED only; retention 24-8760 hours; names 1-128."""
    mode = case.text("streamModeDetails.streamMode")
    if mode == "ON_DEMAND" and (case.number("shardCount") or 0) > 0:
        yield "shardCount", "InvalidArgumentException: shardCount cannot be given for ON_DEMAND streams"
    if mode in (None, "PROVISIONED") and not case.given("shardCount") and not case.unknown("streamModeDetails"):
        yield "shardCount", "InvalidArgumentException: shardCount must be given for PROVISIONED streams"
    yield from ranged(case, "retentionPeriod", 24, 8760, "hours")
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[a-zA-Z0-9_.-]{1,128}", name):
        yield "name", f"ValidationException: stream name {name!r}: 1 to 128 letters, digits and _ . -"
    if case.text("encryptionType") == "KMS" and not case.given("kmsKeyId"):
        yield "kmsKeyId", "InvalidArgumentException: kmsKeyId must be given for encryptionType KMS"
