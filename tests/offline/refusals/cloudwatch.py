# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.cloudwatch`."""

import json

from tests.offline.refusals import Case, CaseWithOthers, Taken
from tests.offline.refusals.inputs import ARN

ALARM = {
    "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 3, "threshold": 1, "metricName": "m", "namespace": "n",
    "period": 60, "statistic": "Sum",
}  # fmt: skip

CASES: list[Case] = [
    ("alarm_is_legal", "aws:cloudwatch/metricAlarm:MetricAlarm", ALARM, {"period": 45}, "multiple of 60"),
    ("alarm_is_legal", "aws:cloudwatch/metricAlarm:MetricAlarm", ALARM, {"evaluationPeriods": 2000}, "across more than 1 day"),
    ("alarm_has_one_source", "aws:cloudwatch/metricAlarm:MetricAlarm", ALARM, {"extendedStatistic": "p99"}, "exactly one of statistic"),
    ("alarm_actions_are_arns", "aws:cloudwatch/metricAlarm:MetricAlarm", {**ALARM, "alarmActions": [ARN]}, {"alarmActions": ["arn:aws:sns:us-east-1:1:t"]}, "Invalid region us-east-1"),
    ("composite_rule_is_legal", "aws:cloudwatch/compositeAlarm:CompositeAlarm", {"alarmName": "a", "alarmRule": "ALARM(x) OR ALARM(y)"}, {"alarmRule": "x OR y"}, "invalid syntax"),
    ("dashboard_is_legal", "aws:cloudwatch/dashboard:Dashboard", {"dashboardName": "d", "dashboardBody": json.dumps({"widgets": [{"type": "text", "width": 24}]})}, {"dashboardBody": json.dumps({"widgets": [{"type": "text", "width": 25}]})}, "wider than the 24 columns"),
    ("composite_rule_has_few_children", "aws:cloudwatch/compositeAlarm:CompositeAlarm", {"alarmName": "a", "alarmRule": " OR ".join(f"ALARM(a{i})" for i in range(100))}, {"alarmRule": " OR ".join(f"ALARM(a{i})" for i in range(101))}, "at most 100 alarms"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("composite_rule_names_alarms_of_its_region", [("aws:cloudwatch/metricAlarm:MetricAlarm", "here", {**ALARM, "name": "here"}), ("aws:cloudwatch/metricAlarm:MetricAlarm", "there", {**ALARM, "name": "there", "region": "us-east-1"})], "aws:cloudwatch/compositeAlarm:CompositeAlarm", {"alarmName": "all", "alarmRule": 'ALARM("here")'}, {"alarmRule": 'ALARM("there")'}, "does not exist in us-west-2: there"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {**ALARM, "name": "a"}, {"name": "b"}),
    ("aws:cloudwatch/compositeAlarm:CompositeAlarm", {"alarmName": "a", "alarmRule": "ALARM(x)"}, {"alarmName": "b"}),
    ("aws:cloudwatch/dashboard:Dashboard", {"dashboardName": "d", "dashboardBody": json.dumps({"widgets": []})}, {"dashboardName": "e"}),
]  # fmt: skip
