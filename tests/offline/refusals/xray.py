# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.xray`."""

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
    ("sampling_rule_is_legal", "aws:xray/samplingRule:SamplingRule", {"fixedRate": 0.1, "host": "*", "httpMethod": "*", "priority": 1, "reservoirSize": 1, "resourceArn": "*", "serviceName": "*", "serviceType": "*", "urlPath": "*", "version": 1}, {"fixedRate": -0.5}, "between 0 and 1"),
    ("xray_group_name_is_legal", "aws:xray/group:Group", {"groupName": "shop", "filterExpression": "fault"}, {"groupName": "Default"}, "is there already"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:xray/group:Group", {"groupName": "shop", "filterExpression": "fault"}, {"groupName": "web"}),
    ("aws:xray/samplingRule:SamplingRule", {"ruleName": "r", "fixedRate": 0.1, "host": "*", "httpMethod": "*", "priority": 1, "reservoirSize": 1, "resourceArn": "*", "serviceName": "*", "serviceType": "*", "urlPath": "*", "version": 1}, {"ruleName": "s"}),
]  # fmt: skip
