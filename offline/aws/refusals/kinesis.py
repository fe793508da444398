# ruff: noqa: E501 (what AWS says is as long as it is)
"""Kinesis Data Streams."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, ranged, refuses
from offline.aws.unique import unique


@refuses("aws:kinesis/stream:Stream")
def stream_is_legal(case: Case) -> Iterator[Problem]:
    """Kinesis CreateStream: shards for PROVISIONED only; retention 24-8760 hours; names 1-128."""
    mode = case.text("streamModeDetails.streamMode")
    if mode == "ON_DEMAND" and (case.number("shardCount") or 0) > 0:
        yield "shardCount", "InvalidArgumentException: shardCount cannot be given for ON_DEMAND streams"
    if mode in (None, "PROVISIONED") and not case.given("shardCount") and not case.unknown("streamModeDetails"):
        yield "shardCount", "InvalidArgumentException: shardCount must be given for PROVISIONED streams"
    yield from ranged(case, "retentionPeriod", 24, 8760, "hours")
    if case.text("encryptionType") == "KMS" and not case.given("kmsKeyId"):
        yield "kmsKeyId", "InvalidArgumentException: kmsKeyId must be given for encryptionType KMS"


unique("aws:kinesis/stream:Stream", "name", call="kinesis CreateStream", says="ResourceInUseException: Stream {name} already exists.")  # fmt: skip
