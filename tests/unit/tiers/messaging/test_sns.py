"""The messaging tier: what it registers, and that nothing in it loses a message silently."""

import json
from collections.abc import Callable

import pytest

from components.alarms import Alarming
from components.tiers.messaging.sns import Consumer, SnsFanout, SnsFanoutArgs, key_statements
from tests.support.graph import Graph, deploy
from tests.support.some import some

KEY = "arn:aws:kms:us-west-2:123456789012:key/k"
QUEUE, SUBSCRIPTION = "aws:sqs/queue:Queue", "aws:sns/topicSubscription:TopicSubscription"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def orders(**changed: object) -> Callable[[], None]:
    def program() -> None:
        given: dict[str, object] = {
            "consumers": {
                "fulfilment": Consumer(timeout=30, batching_window=5),
                "mail": Consumer(timeout=10, retention_days=2, filter_policy={"event": ["placed"]}),
            },
            "kms_key_arn": KEY,
            "tags": {"Project": "ha"},
            "alarms": Alarming(topic_arns=["arn:aws:sns:us-west-2:123456789012:alarms"]),
            **changed,
        }
        SnsFanout("orders", SnsFanoutArgs(**given))  # type: ignore[arg-type]

    return program


def queues(graph: Graph) -> dict[str, dict[str, object]]:
    return {n.name: n.inputs for n in graph.of(QUEUE)}


def test_every_consumer_has_a_queue_a_dead_letter_queue_and_all_are_encrypted_and_tagged() -> None:
    found = queues(deploy(orders()))
    assert sorted(found) == [
        "orders-fulfilment",
        "orders-fulfilment-dlq",
        "orders-mail",
        "orders-mail-dlq",
        "orders-undelivered",
    ]
    for name, inputs in found.items():
        assert inputs["kmsMasterKeyId"] == KEY, name
        assert inputs["tags"] == {"Project": "ha", "Name": name}
        assert inputs["receiveWaitTimeSeconds"] == 20, "long polling"
        assert "fifoQueue" not in inputs, "AWS refuses FIFO attributes on standard queues"


def test_visibility_is_six_timeouts_plus_the_window_and_dead_letters_are_kept_longest() -> None:
    found = queues(deploy(orders()))
    assert found["orders-fulfilment"]["visibilityTimeoutSeconds"] == 6 * 30 + 5
    assert found["orders-mail"]["visibilityTimeoutSeconds"] == 60
    assert found["orders-fulfilment"]["messageRetentionSeconds"] == 4 * 86_400
    assert found["orders-mail"]["messageRetentionSeconds"] == 2 * 86_400
    assert found["orders-fulfilment-dlq"]["messageRetentionSeconds"] == 14 * 86_400


def test_redrive_goes_to_the_consumers_own_dead_letter_queue_which_takes_from_nobody_else() -> None:
    graph = deploy(orders())
    queue = graph.one(QUEUE, "orders-mail")
    assert json.loads(queue.inputs["redrivePolicy"])["maxReceiveCount"] == 5
    assert [n.name for n in graph.referred(queue, "redrivePolicy")] == ["orders-mail-dlq"]
    allow = graph.one("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "orders-mail-dlq-allow")
    permission = json.loads(allow.inputs["redriveAllowPolicy"])
    assert permission["redrivePermission"] == "byQueue"
    assert len(permission["sourceQueueArns"]) == 1
    assert [n.name for n in graph.referred(allow, "redriveAllowPolicy")] == ["orders-mail"]
    assert [n.name for n in graph.referred(allow, "queueUrl")] == ["orders-mail-dlq"]


def test_subscriptions_are_raw_filtered_and_keep_what_cannot_be_delivered() -> None:
    graph = deploy(orders())
    mail = graph.one(SUBSCRIPTION, "orders-mail")
    assert mail.inputs["protocol"] == "sqs"
    assert mail.inputs["rawMessageDelivery"] is True
    assert json.loads(mail.inputs["filterPolicy"]) == {"event": ["placed"]}
    assert "filterPolicy" not in graph.one(SUBSCRIPTION, "orders-fulfilment").inputs
    assert [n.name for n in graph.referred(mail, "redrivePolicy")] == ["orders-undelivered"]
    assert [n.name for n in graph.referred(mail, "endpoint")] == ["orders-mail"]
    policy = graph.one("aws:sqs/queuePolicy:QueuePolicy", "orders-mail-policy")
    assert policy.urn in mail.depends_on, "the first message must already be allowed in"


def test_queues_take_messages_from_their_topic_only_and_over_tls_only() -> None:
    graph = deploy(orders())
    policies = {
        n.name: json.loads(n.inputs["policy"])["Statement"] for n in graph.of("aws:sqs/queuePolicy:QueuePolicy")
    }
    assert len(policies) == 5
    allow, deny = policies["orders-mail-policy"]
    assert allow["Principal"] == {"Service": "sns.amazonaws.com"}
    assert allow["Action"] == "sqs:SendMessage"
    policy = graph.one("aws:sqs/queuePolicy:QueuePolicy", "orders-mail-policy")
    assert {n.name for n in graph.referred(policy, "policy")} == {"orders-mail", "orders-topic"}
    assert allow["Condition"]["ArnEquals"]["aws:SourceArn"].startswith("arn:aws:sns:us-west-2:123456789012:")
    assert deny["Effect"] == "Deny"
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert [s["Effect"] for s in policies["orders-mail-dlq-policy"]] == ["Deny"], "nobody sends to a DLQ but SQS"


def test_topic_is_encrypted_and_open_to_the_given_services_only() -> None:
    graph = deploy(orders(publishers={"events.amazonaws.com": "arn:aws:events:us-west-2:123456789012:rule/r"}))
    assert graph.one("aws:sns/topic:Topic").inputs["kmsMasterKeyId"] == KEY
    publish, deny = json.loads(graph.one("aws:sns/topicPolicy:TopicPolicy").inputs["policy"])["Statement"]
    assert publish["Principal"] == {"Service": "events.amazonaws.com"}
    assert publish["Condition"] == {
        "ArnEquals": {"aws:SourceArn": "arn:aws:events:us-west-2:123456789012:rule/r"},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }
    assert deny["Action"] == "sns:Publish", "SNS refuses wildcard actions in topic policies"
    alone = json.loads(deploy(orders()).one("aws:sns/topicPolicy:TopicPolicy").inputs["policy"])["Statement"]
    assert [s["Effect"] for s in alone] == ["Deny"]


def test_fifo_makes_topic_queues_and_dead_letter_queues_fifo_at_high_throughput() -> None:
    graph = deploy(orders(fifo=True, consumers={"settle": Consumer(timeout=60)}))
    topic = graph.one("aws:sns/topic:Topic").inputs
    assert (topic["fifoTopic"], topic["fifoThroughputScope"]) == (True, "MessageGroup")
    for name, inputs in some(queues(graph).items()):
        assert inputs["fifoQueue"] is True, f"{name}: a dead-letter queue must be of its source's kind"
        assert inputs["deduplicationScope"] == "messageGroup"
        assert inputs["fifoThroughputLimit"] == "perMessageGroupId"


def test_alarms_watch_dead_letters_age_and_delivery() -> None:
    found = {n.name: n.inputs for n in deploy(orders()).of(ALARM)}
    assert sorted(found) == [
        "orders-failed-notifications",
        "orders-fulfilment-age",
        "orders-fulfilment-dlq",
        "orders-mail-age",
        "orders-mail-dlq",
        "orders-undelivered",
    ]
    dlq = found["orders-mail-dlq"]
    assert (dlq["metricName"], dlq["threshold"], dlq["evaluationPeriods"]) == (
        "ApproximateNumberOfMessagesVisible",
        0,
        1,
    )
    assert dlq["dimensions"] == {"QueueName": "orders-mail-dlq"}
    assert found["orders-mail-age"]["threshold"] == 900
    assert all(a["alarmActions"] == ["arn:aws:sns:us-west-2:123456789012:alarms"] for a in found.values())


def test_key_policy_statement_lets_sns_of_the_account_only() -> None:
    (statement,) = key_statements("123456789012")
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timeout", 0),
        ("batching_window", -1),
        ("max_receives", 4),
        ("retention_days", 14),
        ("max_age", 59),
    ],
)
def test_consumer_refuses_what_loses_messages(field: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"^{field}={value}: "):
        Consumer(**{"timeout": 30, field: value})  # pyright: ignore[reportArgumentType]  # each is an int field


def test_arguments_that_aws_would_refuse_are_refused_first() -> None:
    with pytest.raises(ValueError, match="at least one consumer"):
        SnsFanoutArgs(consumers={}, kms_key_arn=KEY)
    with pytest.raises(ValueError, match="batching_window needs standard queues"):
        SnsFanoutArgs(consumers={"a": Consumer(timeout=9, batching_window=1)}, kms_key_arn=KEY, fifo=True)
    with pytest.raises(ValueError, match="characters; shorten it by"):
        deploy(orders(consumers={"c" * 70: Consumer(timeout=9)}))
