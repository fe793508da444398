# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.secretsmanager`."""

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
    ("secret_is_legal", "aws:secretsmanager/secret:Secret", {"recoveryWindowInDays": 0}, {"recoveryWindowInDays": 3}, "0 or between 7 and 30"),
    ("secret_version_has_one_value", "aws:secretsmanager/secretVersion:SecretVersion", {"secretId": "s", "secretString": "x"}, {"secretStringWo": "y", "secretStringWoVersion": 1}, "only one of them"),
    ("rotation_is_legal", "aws:secretsmanager/secretRotation:SecretRotation", {"secretId": "s", "rotationRules": {"automaticallyAfterDays": 30}}, {"rotationRules": {"automaticallyAfterDays": 0}}, "between 1 and 1000"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:secretsmanager/secret:Secret", {"name": "s"}, {"name": "t"}),
    ("aws:secretsmanager/secretRotation:SecretRotation", {"secretId": "s", "rotationRules": {"automaticallyAfterDays": 30}}, {"secretId": "t"}),
]  # fmt: skip
