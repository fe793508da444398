# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.eventbridge`."""

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
    ("event_rule_is_legal", "aws:cloudwatch/eventRule:EventRule", {"scheduleExpression": "rate(5 minutes)"}, {"scheduleExpression": "rate(1 minutes)"}, "is not valid"),
    ("schedule_is_legal", "aws:scheduler/schedule:Schedule", {"scheduleExpression": "cron(0 3 * * ? *)", "flexibleTimeWindow": {"mode": "OFF"}, "target": {"arn": "arn:t", "roleArn": "arn:aws:iam::123456789012:role/r"}}, {"scheduleExpression": "cron(0 3 * * *)"}, "six fields"),
    ("event_target_is_legal", "aws:cloudwatch/eventTarget:EventTarget", {"rule": "r", "arn": "arn:t", "input": "{}"}, {"inputPath": "$.x"}, "only one of them"),
    ("event_bus_name_is_legal", "aws:cloudwatch/eventBus:EventBus", {"name": "orders"}, {"name": "default"}, "not 'default'"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:cloudwatch/eventBus:EventBus", {"name": "orders"}, {"name": "stock"}),
    ("aws:cloudwatch/eventRule:EventRule", {"name": "r", "scheduleExpression": "rate(5 minutes)"}, {"name": "s"}),
    ("aws:cloudwatch/eventTarget:EventTarget", {"rule": "r", "targetId": "t", "arn": "arn:aws:sqs:us-west-2:123456789012:t"}, {"rule": "s"}),
    ("aws:scheduler/schedule:Schedule", {"name": "s", "scheduleExpression": "cron(0 3 * * ? *)", "flexibleTimeWindow": {"mode": "OFF"}, "target": {"arn": "arn:aws:sqs:us-west-2:123456789012:t", "roleArn": "arn:aws:iam::123456789012:role/r"}}, {"name": "t"}),
]  # fmt: skip
