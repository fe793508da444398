# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.config`."""

from tests.offline.refusals import CaseWithOthers

WITH_OTHERS: list[CaseWithOthers] = [
    ("recorder_and_channel_are_one_in_a_region", [("aws:cfg/recorder:Recorder", "r", {"roleArn": "arn:r"})], "aws:cfg/recorder:Recorder", {"roleArn": "arn:r", "region": "us-east-1"}, {"region": "us-west-2"}, "MaxNumberOfConfigurationRecordersExceededException"),
    ("recorder_delivers_somewhere", [("aws:cfg/recorder:Recorder", "r", {"roleArn": "arn:r"})], "aws:cfg/recorderStatus:RecorderStatus", {"isEnabled": False}, {"isEnabled": True}, "NoAvailableDeliveryChannelException"),
]  # fmt: skip
