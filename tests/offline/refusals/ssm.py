# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.ssm`."""

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
    ("parameter_is_legal", "aws:ssm/parameter:Parameter", {"name": "/shop/x", "type": "String", "value": "1"}, {"name": "/aws/x"}, "not beginning with aws"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:ssm/parameter:Parameter", {"name": "/shop/x", "type": "String", "value": "1"}, {"overwrite": True}),
]  # fmt: skip
