# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.guardduty`."""

from tests.offline.refusals import CaseWithOthers

DETECTOR = "aws:guardduty/detector:Detector"

WITH_OTHERS: list[CaseWithOthers] = [
    ("detector_is_one_in_a_region", [(DETECTOR, "d", {"enable": True})], DETECTOR, {"enable": True, "region": "us-east-1"}, {"region": "us-west-2"}, "a detector already exists"),
]  # fmt: skip
