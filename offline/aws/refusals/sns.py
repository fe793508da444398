# ruff: noqa: E501 (what AWS says is as long as it is)
"""SNS."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from offline.aws.refusals import Case, Problem, one_of, ranged, refuses
from offline.aws.unique import unique

TOPIC = "aws:sns/topic:Topic"
_TOPIC_ACTIONS = {
    "addpermission", "deletetopic", "getdataprotectionpolicy", "gettopicattributes",
    "listsubscriptionsbytopic", "publish", "putdataprotectionpolicy", "receive", "removepermission", "settopicattributes",
    "subscribe", "listtagsforresource", "tagresource", "untagresource",
}  # fmt: skip


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


@refuses("aws:sns/topicPolicy:TopicPolicy", "aws:sns/topic:Topic")
def topic_policy_is_about_topics(case: Case) -> Iterator[Problem]:
    """SNS SetTopicAttributes: "Policy statement action out of service scope!"."""
    try:
        parsed: Any = json.loads(case.text("policy") or "{}")
    except ValueError:
        return
    statements: Any = cast(dict[str, Any], parsed).get("Statement") if isinstance(parsed, dict) else None
    for statement in cast(list[Any], statements) if isinstance(statements, list) else [statements]:
        if not isinstance(statement, Mapping):
            continue
        actions: Any = cast(Mapping[str, Any], statement).get("Action") or []
        for action in [actions] if isinstance(actions, str) else cast(list[Any], actions):
            service, _, verb = str(action).lower().partition(":")
            if service != "sns" or ("*" not in verb and "?" not in verb and verb not in _TOPIC_ACTIONS):
                yield "policy", f"InvalidParameter: Policy statement action out of service scope! ({action})"


unique("aws:sns/topic:Topic", "name", call="sns CreateTopic", says="CreateTopic: one topic {name}:", overwrites=True)  # fmt: skip
unique("aws:sns/topicPolicy:TopicPolicy", "arn", call="sns SetTopicAttributes", says="SetTopicAttributes: one policy of topic {arn}:", overwrites=True)  # fmt: skip
unique("aws:sns/topicSubscription:TopicSubscription", "topic protocol endpoint", call="sns Subscribe", says="Subscribe: one subscription of {endpoint} to {topic}:", overwrites=True)  # fmt: skip
