# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.sqs`."""

import json

from tests.offline.refusals import Case, Taken
from tests.offline.refusals.inputs import document

CASES: list[Case] = [
    ("queue_limits_hold", "aws:sqs/queue:Queue", {"name": "q", "visibilityTimeoutSeconds": 30}, {"visibilityTimeoutSeconds": 50000}, "between 0 and 43200"),
    ("queue_limits_hold", "aws:sqs/queue:Queue", {"name": "q.fifo", "fifoQueue": True}, {"name": "q"}, "must end with .fifo"),
    ("redrive_policy_is_legal", "aws:sqs/queue:Queue", {"redrivePolicy": json.dumps({"maxReceiveCount": 5, "deadLetterTargetArn": "arn:aws:sqs:us-west-2:1:d"})}, {"redrivePolicy": json.dumps({"maxReceiveCount": "5", "deadLetterTargetArn": "arn:aws:sqs:us-west-2:1:d"})}, "must be a number"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:sqs/queue:Queue", {"name": "q"}, {"name": "r"}),
    ("aws:sqs/queuePolicy:QueuePolicy", {"queueUrl": "https://q", "policy": document({"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"})}, {"queueUrl": "https://r"}),
]  # fmt: skip
