# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.lambda_`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken

FN = {
    "role": "arn:aws:iam::123456789012:role/r",
    "s3Bucket": "code",
    "s3Key": "k",
    "handler": "index.handler",
    "runtime": "python3.13",
}
MAPPING = {"functionName": "$f.arn", "eventSourceArn": "$q.arn", "batchSize": 10}

CASES: list[Case] = [
    ("function_limits_hold", "aws:lambda/function:Function", {**FN, "memorySize": 10240, "timeout": 900}, {"memorySize": 20480}, "between 128 and 10240"),
    ("function_limits_hold", "aws:lambda/function:Function", FN, {"timeout": 901}, "between 1 and 900"),
    ("function_has_code", "aws:lambda/function:Function", FN, {"handler": None}, "handler must be set"),
    ("function_settings_agree", "aws:lambda/function:Function", {**FN, "environment": {"variables": {"AA": "b"}}}, {"environment": {"variables": {"AWS_REGION": "x"}}}, "reserved by Lambda"),
    ("alias_is_legal", "aws:lambda/alias:Alias", {"functionName": "f", "functionVersion": "1", "name": "live", "routingConfig": {"additionalVersionWeights": {"2": 0.1}}}, {"functionVersion": "$LATEST"}, "$LATEST"),
    ("provisioned_concurrency_has_a_version", "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig", {"functionName": "f", "qualifier": "live", "provisionedConcurrentExecutions": 1}, {"qualifier": "$LATEST"}, "unpublished"),
    ("event_source_is_legal", "aws:lambda/eventSourceMapping:EventSourceMapping", {"functionName": "f", "eventSourceArn": "arn:aws:sqs:us-west-2:123456789012:q", "batchSize": 10}, {"batchSize": 100}, "over 10 needs"),
    ("async_destination_is_not_fifo", "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", {"functionName": "f", "destinationConfig": {"onFailure": {"destination": "arn:aws:sqs:us-west-2:123456789012:q"}}}, {"destinationConfig": {"onFailure": {"destination": "arn:aws:sqs:us-west-2:123456789012:q.fifo"}}}, "FIFO queues and topics"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("visibility_timeout_covers_the_function_timeout", [("aws:sqs/queue:Queue", "q", {"visibilityTimeoutSeconds": 60}), ("aws:sqs/queue:Queue", "r", {}), ("aws:lambda/function:Function", "f", {**FN, "timeout": 60})], "aws:lambda/eventSourceMapping:EventSourceMapping", MAPPING, {"eventSourceArn": "$r.arn"}, "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds"),
    ("event_source_concurrency_fits_reserved_concurrency", [("aws:sqs/queue:Queue", "q", {}), ("aws:lambda/function:Function", "f", {**FN, "reservedConcurrentExecutions": 5})], "aws:lambda/eventSourceMapping:EventSourceMapping", {**MAPPING, "scalingConfig": {"maximumConcurrency": 5}}, {"scalingConfig": {"maximumConcurrency": 6}}, "above the function's reserved concurrency"),
    ("provisioned_fits_reserved_concurrency", [("aws:lambda/function:Function", "f", {**FN, "reservedConcurrentExecutions": 5})], "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig", {"functionName": "$f.name", "qualifier": "live", "provisionedConcurrentExecutions": 5}, {"provisionedConcurrentExecutions": 6}, "should not be greater than the reservedConcurrentExecution"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:lambda/function:Function", {**FN, "name": "f"}, {"name": "g"}),
    ("aws:lambda/alias:Alias", {"functionName": "f", "functionVersion": "1", "name": "live"}, {"functionName": "g"}),
    ("aws:lambda/permission:Permission", {"function": "f", "statementId": "s", "action": "lambda:InvokeFunction", "principal": "events.amazonaws.com"}, {"statementId": "t"}),
    ("aws:lambda/eventSourceMapping:EventSourceMapping", {"functionName": "f", "eventSourceArn": "arn:aws:sqs:us-west-2:123456789012:q"}, {"functionName": "g"}),
    ("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", {"functionName": "f", "maximumRetryAttempts": 1}, {"qualifier": "live"}),
    ("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig", {"functionName": "f", "qualifier": "live", "provisionedConcurrentExecutions": 1}, {"qualifier": "next"}),
]  # fmt: skip
