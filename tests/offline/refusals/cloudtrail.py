# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.cloudtrail`."""

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
    ("trail_is_legal", "aws:cloudtrail/trail:Trail", {"s3BucketName": "b", "eventSelectors": [{"readWriteType": "All"}]}, {"advancedEventSelectors": [{"fieldSelectors": [{"field": "eventCategory", "equals": ["Data"]}]}]}, "only one of them"),
    ("trail_is_legal", "aws:cloudtrail/trail:Trail", {"s3BucketName": "b", "cloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/r", "cloudWatchLogsGroupArn": "arn:aws:logs:us-west-2:1:log-group:g:*"}, {"cloudWatchLogsGroupArn": "arn:aws:logs:us-west-2:1:log-group:g"}, "must end with :*"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:cloudtrail/trail:Trail", {"name": "trail", "s3BucketName": "b"}, {"name": "other"}),
]  # fmt: skip
