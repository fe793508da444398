"""Cases of `offline.aws.refusals.guardduty`."""

from tests.offline.refusals import Taken

DETECTOR = "aws:guardduty/detector:Detector"

TAKEN: list[Taken] = [
    ("aws:guardduty/detector:Detector", {"enable": True, "region": "us-west-2"}, {"region": "us-east-1"}),
]  # fmt: skip
