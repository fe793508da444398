# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.logs`."""

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
    ("log_group_is_legal", "aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 30}, {"retentionInDays": 31}, "must be one of"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:cloudwatch/logGroup:LogGroup", {"name": "g"}, {"name": "h"}),
    ("aws:cloudwatch/logMetricFilter:LogMetricFilter", {"logGroupName": "g", "name": "f", "pattern": "", "metricTransformation": {"name": "m", "namespace": "n", "value": "1"}}, {"logGroupName": "h"}),
    ("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", {"logGroup": "g", "name": "f", "filterPattern": "", "destinationArn": "arn:d"}, {"logGroup": "h"}),
    ("aws:cloudwatch/logDelivery:LogDelivery", {"deliverySourceName": "s", "deliveryDestinationArn": "arn:d"}, {"deliverySourceName": "t"}),
    ("aws:cloudwatch/logDeliverySource:LogDeliverySource", {"name": "s", "logType": "ACCESS_LOGS", "resourceArn": "arn:r"}, {"name": "t"}),
    ("aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination", {"name": "d", "deliveryDestinationConfiguration": {"destinationResourceArn": "arn:b"}}, {"name": "e"}),
    ("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", {"policyName": "p", "policyDocument": "{}"}, {"policyName": "q"}),
]  # fmt: skip
