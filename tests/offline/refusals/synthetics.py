# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.synthetics`."""

from tests.offline.refusals import Case, Taken

CANARY = {
    "name": "shop",
    "artifactS3Location": "s3://b",
    "executionRoleArn": "arn:aws:iam::123456789012:role/r",
    "handler": "index.handler",
    "runtimeVersion": "syn-nodejs-puppeteer-17.0",
    "schedule": {"expression": "rate(5 minutes)"},
    "zipFile": "code.zip",
}

CASES: list[Case] = [
    ("canary_is_legal", "aws:synthetics/canary:Canary", CANARY, {"successRetentionPeriod": 456}, "between 1 and 455 days"),
    ("canary_has_one_code_and_a_runtime", "aws:synthetics/canary:Canary", CANARY, {"s3Bucket": "code"}, "together with zipFile"),
    ("canary_has_one_code_and_a_runtime", "aws:synthetics/canary:Canary", CANARY, {"runtimeVersion": "syn-nodejs-puppeteer-3.9"}, "Deprecated runtime version"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:synthetics/canary:Canary", CANARY, {"name": "web"}),
]  # fmt: skip
