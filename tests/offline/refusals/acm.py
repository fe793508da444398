# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.acm`."""

from tests.offline.refusals import Case

CASES: list[Case] = [
    ("certificate_is_legal", "aws:acm/certificate:Certificate", {"domainName": "example.com", "validationMethod": "DNS"}, {"domainName": "a" * 60 + ".example.com"}, "at most 64"),
]  # fmt: skip
