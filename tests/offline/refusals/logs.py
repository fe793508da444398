# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.logs`."""

from tests.offline.refusals import Case

CASES: list[Case] = [
    ("log_group_is_legal", "aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 30}, {"retentionInDays": 31}, "must be one of"),
]  # fmt: skip
