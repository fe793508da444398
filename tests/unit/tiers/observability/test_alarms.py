import json
from typing import Any

import pulumi
import pytest

from components.alarms import Alarm, Alarming, Metric, metric_alarm
from components.tiers.observability.alarms import AlarmTopic, AlarmTopicArgs
from tests.support.graph import ACCOUNT, Graph, deploy

KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1"


def topic(**changes: Any) -> Graph:
    args: dict[str, Any] = {"kms_key_arn": KEY, "tags": {"Project": "ha-aws"}, **changes}
    return deploy(lambda: AlarmTopic("alarms", AlarmTopicArgs(**args)))


def test_the_topic_is_encrypted_with_the_given_key() -> None:
    graph = topic()
    assert graph.one("aws:sns/topic:Topic").inputs == {
        "kmsMasterKeyId": KEY,
        "signatureVersion": 2,
        "tags": {"Project": "ha-aws", "Name": "alarms"},
    }
    assert graph.of("aws:sns/topicSubscription:TopicSubscription") == [], "nobody to tell"


def test_services_publish_for_this_account_and_nobody_without_tls() -> None:
    node = topic().one("aws:sns/topicPolicy:TopicPolicy")
    policy = json.loads(node.inputs["policy"])
    found = {s["Sid"]: s for s in policy["Statement"]}
    ours = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert {sid: s["Principal"] for sid, s in found.items()} == {
        "Alarms": {"Service": "cloudwatch.amazonaws.com"},
        "EventRules": {"Service": "events.amazonaws.com"},
        "BackupVaults": {"Service": "backup.amazonaws.com"},
        "DatabaseEvents": {"Service": "events.rds.amazonaws.com"},
        "DenyInsecureTransport": "*",
    }
    assert found["Alarms"]["Condition"] == {
        **ours,
        "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:*:{ACCOUNT}:alarm:*"},
    }
    assert found["BackupVaults"]["Condition"] == found["DatabaseEvents"]["Condition"] == ours
    assert found["DenyInsecureTransport"]["Effect"] == "Deny"
    assert {s["Resource"] for s in found.values()} == {node.inputs["arn"]}
    assert {s["Action"] for s in found.values()} == {"sns:Publish"}


def test_an_address_is_subscribed_in_the_topics_region() -> None:
    graph = topic(email="ops@example.com", region="us-east-1")
    subscription = graph.one("aws:sns/topicSubscription:TopicSubscription", "alarms-email")
    assert [n.name for n in graph.referred(subscription, "topic")] == ["alarms-topic"]
    assert {k: v for k, v in subscription.inputs.items() if k != "topic"} == {
        "protocol": "email",
        "endpoint": "ops@example.com",
        "region": "us-east-1",
    }
    assert {n.inputs["region"] for n in graph.nodes if n.type.startswith("aws:")} == {"us-east-1"}


@pytest.mark.parametrize("email", ["ops", "@", "@example.com"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match=f"email={email}: no e-mail address"):
        AlarmTopicArgs(kms_key_arn=KEY, tags={}, email=email)


def test_an_alarm_waits_until_the_topic_takes_messages() -> None:
    def program() -> None:
        told = AlarmTopic("alarms", AlarmTopicArgs(kms_key_arn=KEY, tags={}, region="us-east-1"))
        metric = Metric(namespace="AWS/SQS", name="ApproximateNumberOfMessagesVisible", dimensions={})
        alarm = Alarm(
            metric=metric,
            threshold=1,
            comparison="GreaterThanThreshold",
            missing="notBreaching",
            description="Too many messages",
        )
        metric_alarm(
            "backlog", alarm, Alarming(topic_arns=[told.topic_arn]), pulumi.ResourceOptions(), region="us-east-1"
        )

    graph = deploy(program)
    alarm = graph.one("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarm.inputs["alarmActions"] == alarm.inputs["okActions"]
    assert len(alarm.inputs["alarmActions"]) == 1
    assert alarm.inputs["region"] == "us-east-1"
    assert {n.name for n in graph.referred(alarm, "alarmActions")} == {"alarms-topic", "alarms-policy"}
