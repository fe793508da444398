# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.fis`."""

from tests.offline.refusals import Case

FIS = {
    "description": "d", "roleArn": "arn:aws:iam::123456789012:role/r", "stopConditions": [{"source": "none"}],
    "targets": [{"name": "t", "resourceType": "aws:ec2:instance", "selectionMode": "ALL", "resourceTags": [{"key": "a", "value": "b"}]}],
    "actions": [{"name": "a", "actionId": "aws:ec2:stop-instances", "target": {"key": "Instances", "value": "t"}}],
}  # fmt: skip

CASES: list[Case] = [
    ("experiment_is_legal", "aws:fis/experimentTemplate:ExperimentTemplate", FIS, {"actions": [{"name": "a", "actionId": "aws:ec2:stop-instances", "target": {"key": "Instances", "value": "x"}}]}, "which is not there"),
]  # fmt: skip
