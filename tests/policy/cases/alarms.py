"""Cases of the alarms rules."""

from typing import Any

from tests.policy.cases.kind import Case, Extra, U, v

TOPIC: tuple[Extra, ...] = (
    ("sns/topic", "topic", {}),
    ("sns/topicSubscription", "mail", {"topic": "@topic.arn", "protocol": "email"}),
)


def alarm(**more: Any) -> Extra:
    """An alarm about x, with an action."""
    values: dict[str, Any] = {"alarmActions": ["@topic.arn"], "dimensions": {"Name": "@x.name"}, **more}
    return ("cloudwatch/metricAlarm", "alarm", values)


SENDS: Extra = ("cloudwatch/metricAlarm", "sends", {"alarmActions": ["@x.arn"]})
SENDER: Extra = ("cloudwatch/eventTarget", "t", {"deadLetterConfig": {"arn": "@x.arn"}})
VISIBLE = "ApproximateNumberOfMessagesVisible"

CASES = {
    "alarm-actions": Case(
        "cloudwatch/metricAlarm",
        ok=v(*TOPIC, alarmActions=["@topic.arn"]),
        bad=v(*TOPIC, alarmActions=["@topic.arn"], actionsEnabled=False),
        unknown=v(*TOPIC, alarmActions=["@topic.arn"], actionsEnabled=U),
    ),
    "alarm-missing-data": Case(
        "cloudwatch/metricAlarm", ok=v(treatMissingData="breaching"), bad=v(), unknown=v(treatMissingData=U)
    ),
    "alarm-reaches-someone": Case(
        "sns/topic",
        ok=v(SENDS, ("sns/topicSubscription", "mail", {"topic": "@x.arn", "protocol": "email"})),
        bad=v(SENDS),
        unknown=v(SENDS, ("sns/topicSubscription", "mail", {"topic": U, "protocol": "email"})),
        na=v(),
    ),
    "alarms-per-tier": Case(
        "dynamodb/table",
        ok=v(*TOPIC, alarm()),
        bad=v(*TOPIC, alarm(dimensions={"Name": "other"})),
        unknown=v(*TOPIC, alarm(actionsEnabled=U)),
        na=v(kind="rds/instance", engine="aurora-mysql"),
    ),
    "dlq-alarmed": Case(
        "sqs/queue",
        ok=v(SENDER, *TOPIC, alarm(metricName=VISIBLE)),
        bad=v(SENDER, *TOPIC, alarm(metricName="NumberOfMessagesReceived")),
        unknown=v(SENDER, *TOPIC, alarm(metricName=U)),
        na=v(*TOPIC, alarm(metricName=VISIBLE)),
    ),
}  # fmt: skip
