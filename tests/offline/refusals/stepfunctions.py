# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.stepfunctions`."""

import json

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
    ("state_machine_is_legal", "aws:sfn/stateMachine:StateMachine", {"roleArn": "arn:aws:iam::123456789012:role/r", "definition": json.dumps({"StartAt": "a", "States": {"a": {"Type": "Succeed"}}})}, {"definition": json.dumps({"StartAt": "b", "States": {"a": {"Type": "Succeed"}}})}, "MISSING_TRANSITION_TARGET"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:sfn/stateMachine:StateMachine", {"name": "s", "roleArn": "arn:r", "definition": json.dumps({"StartAt": "a", "States": {"a": {"Type": "Succeed"}}})}, {"name": "t"}),
]  # fmt: skip
