"""The queue tier: encrypted, with room for retries, watched, closed to everybody but its senders."""

import json
from typing import Any

import pulumi_aws as aws
import pytest

from components.alarms import Alarming
from components.tiers.messaging.sns import Consumer
from components.tiers.messaging.sqs import Queue, QueueArgs
from tests.support.graph import ACCOUNT, REGION, Graph, deploy

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
QUEUE, POLICY = "aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy"


def queue(**changed: Any) -> Graph:
    given: dict[str, Any] = {
        "consumer": Consumer(timeout=30, max_receives=100, max_age=300),
        "kms_key_arn": KEY,
        **changed,
    }
    return deploy(lambda: Queue("settle", QueueArgs(alarms=Alarming(topic_arns=[TOPIC]), **given)))


def test_a_fifo_queue_keeps_order_per_group_and_hands_what_fails_to_a_fifo_dead_letter_queue() -> None:
    graph = queue(fifo=True)
    made = {n.name: n.inputs for n in graph.of(QUEUE)}
    assert set(made) == {"settle", "settle-dlq"}
    for inputs in made.values():
        assert inputs["fifoQueue"] is True
        assert (inputs["deduplicationScope"], inputs["fifoThroughputLimit"]) == ("messageGroup", "perMessageGroupId")
        assert inputs["kmsMasterKeyId"] == KEY
    redrive = json.loads(made["settle"]["redrivePolicy"])
    assert redrive["maxReceiveCount"] == 100
    assert made["settle"]["visibilityTimeoutSeconds"] == 180, "six times the consumer's time-out"
    assert made["settle"]["messageRetentionSeconds"] < made["settle-dlq"]["messageRetentionSeconds"]
    allow = graph.one("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy")
    assert [n.name for n in graph.referred(allow, "queueUrl")] == ["settle-dlq"]
    sources = json.loads(allow.inputs["redriveAllowPolicy"])["sourceQueueArns"]
    assert sources == [graph.one(QUEUE, "settle").outputs["arn"]], "nobody else's dead letters"
    alarms = {a.name: a.inputs["threshold"] for a in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert alarms == {"settle-dlq": 0, "settle-late": 300}


def test_a_queue_of_failures_has_no_reader_and_every_message_raises_the_alarm() -> None:
    graph = queue(consumer=None)
    assert [n.name for n in graph.of(QUEUE)] == ["settle"]
    assert [a.name for a in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")] == ["settle-waiting"]


def test_services_send_for_their_source_alone_and_nobody_without_tls() -> None:
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/sweep"
    graph = queue(consumer=None, senders={"events.amazonaws.com": [rule]})
    sender, secure = json.loads(graph.one(POLICY).inputs["policy"])["Statement"]
    assert sender["Principal"] == {"Service": "events.amazonaws.com"}
    assert sender["Condition"] == {"ArnEquals": {"aws:SourceArn": [rule]}}
    assert secure["Effect"] == "Deny"
    assert secure["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_who_takes_the_queues_arn_waits_for_its_policy() -> None:
    def program() -> None:
        made = Queue("settle", QueueArgs(alarms=Alarming(), consumer=None, kms_key_arn=KEY))
        aws.cloudwatch.EventTarget("sweep", rule="sweep", arn=made.arn)

    graph = deploy(program)
    target = graph.one("aws:cloudwatch/eventTarget:EventTarget")
    assert {n.name for n in graph.referred(target, "arn")} == {"settle", "settle-policy"}


def test_a_fifo_queue_takes_no_batching_window() -> None:
    with pytest.raises(ValueError, match="batching_window"):
        QueueArgs(consumer=Consumer(timeout=1, batching_window=5), kms_key_arn=KEY, fifo=True)
