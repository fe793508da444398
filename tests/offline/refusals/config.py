# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.config`."""

from tests.offline.refusals import CaseWithOthers, Taken

WITH_OTHERS: list[CaseWithOthers] = [
    ("recorder_delivers_somewhere", [("aws:cfg/recorder:Recorder", "r", {"roleArn": "arn:aws:iam::123456789012:role/r"})], "aws:cfg/recorderStatus:RecorderStatus", {"isEnabled": False}, {"isEnabled": True}, "NoAvailableDeliveryChannelException"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:cfg/recorder:Recorder", {"roleArn": "arn:aws:iam::123456789012:role/r", "region": "us-west-2"}, {"region": "us-east-1"}),
    ("aws:cfg/deliveryChannel:DeliveryChannel", {"s3BucketName": "b", "region": "us-west-2"}, {"region": "us-east-1"}),
    ("aws:cfg/rule:Rule", {"name": "r", "source": {"owner": "AWS", "sourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"}}, {"name": "s"}),
    ("aws:cfg/recorderStatus:RecorderStatus", {"name": "default", "isEnabled": False}, {"name": "other"}),
    ("aws:cfg/retentionConfiguration:RetentionConfiguration", {"retentionPeriodInDays": 365, "region": "us-west-2"}, {"region": "us-east-1"}),
]  # fmt: skip
