# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.kinesis`."""

from tests.offline.refusals import Case

CASES: list[Case] = [
    ("stream_is_legal", "aws:kinesis/stream:Stream", {"streamModeDetails": {"streamMode": "ON_DEMAND"}}, {"shardCount": 1}, "cannot be given for ON_DEMAND"),
]  # fmt: skip
