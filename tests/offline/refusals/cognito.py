# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.cognito`."""

from tests.offline.refusals import Case

CASES: list[Case] = [
    ("user_pool_is_legal", "aws:cognito/userPool:UserPool", {"passwordPolicy": {"minimumLength": 12}}, {"passwordPolicy": {"minimumLength": 5}}, "between 6 and 99"),
]  # fmt: skip
