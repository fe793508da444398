# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.kinesis`."""

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
    ("stream_is_legal", "aws:kinesis/stream:Stream", {"streamModeDetails": {"streamMode": "ON_DEMAND"}}, {"shardCount": 1}, "cannot be given for ON_DEMAND"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:kinesis/stream:Stream", {"name": "s", "streamModeDetails": {"streamMode": "ON_DEMAND"}}, {"name": "t"}),
]  # fmt: skip
