"""Cases of the serverless rules."""
# ruff: noqa: E501 (one row per thing)

from tests.policy.cases.kind import Case, Extra, U, v
from tests.policy.cases.messaging import DLQ

STREAM: Extra = ("kinesis/stream", "stream", {"retentionPeriod": 48})
QUEUE: Extra = ("sqs/queue", "queue", {"visibilityTimeoutSeconds": 60})
RULE: Extra = ("cloudwatch/eventTarget", "target", {"arn": "@x.arn", "rule": "r"})

CASES = {
    "lambda-vpc-multi-az": Case(
        "lambda/function",
        ok=v(vpcConfig={"subnetIds": ["@a", "@b"]}),
        bad=v(vpcConfig={"subnetIds": ["@a", "@a2"]}),
        unknown=v(vpcConfig={"subnetIds": ["@a", U]}),
        na=v(),
    ),
    "lambda-dlq": Case(
        "lambda/function",
        ok=v(RULE, ("sqs/queue", "dlq", {}), deadLetterConfig={"targetArn": "@dlq.arn"}),
        bad=v(RULE),
        unknown=v(RULE, ("lambda/functionEventInvokeConfig", "c", {"functionName": U, "destinationConfig": {"onFailure": {"destination": "q"}}})),
        na=v(),
    ),
    "lambda-concurrency": Case(
        "lambda/function", ok=v(reservedConcurrentExecutions=10), bad=v(), unknown=v(reservedConcurrentExecutions=U)
    ),
    "lambda-no-zero-concurrency": Case(
        "lambda/function", ok=v(), bad=v(reservedConcurrentExecutions=0), unknown=v(reservedConcurrentExecutions=U)
    ),
    "esm-failure-destination": Case(
        "lambda/eventSourceMapping",
        ok=v(STREAM, eventSourceArn="@stream.arn", destinationConfig={"onFailure": {"destinationArn": "arn:q"}}),
        bad=v(STREAM, eventSourceArn="@stream.arn"),
        unknown=v(eventSourceArn=U),
        na=v(QUEUE, eventSourceArn="@queue.arn"),
    ),
    "stream-consumer-bounded": Case(
        "lambda/eventSourceMapping",
        ok=v(STREAM, eventSourceArn="@stream.arn", bisectBatchOnFunctionError=True, maximumRetryAttempts=3),
        bad=v(STREAM, eventSourceArn="@stream.arn", bisectBatchOnFunctionError=True),
        unknown=v(STREAM, eventSourceArn="@stream.arn", bisectBatchOnFunctionError=U),
        na=v(QUEUE, eventSourceArn="@queue.arn"),
    ),
    "lambda-mapping-enabled": Case(
        "lambda/eventSourceMapping", ok=v(batchSize=1), bad=v(enabled=False), unknown=v(enabled=U)
    ),
    "eventbridge-dlq": Case(
        "cloudwatch/eventTarget",
        ok=v(DLQ, deadLetterConfig={"arn": "@dlq.arn"}),
        bad=v(arn="arn:f"),
        unknown=v(deadLetterConfig={"arn": U}),
    ),
    "scheduler-dlq": Case(
        "scheduler/schedule",
        ok=v(DLQ, target={"arn": "arn:f", "deadLetterConfig": {"arn": "@dlq.arn"}}),
        bad=v(target={"arn": "arn:f"}),
        unknown=v(target=U),
    ),
    "pipe-dlq": Case(
        "pipes/pipe",
        ok=v(DLQ, sourceParameters={"kinesisStreamParameters": {"deadLetterConfig": {"arn": "@dlq.arn"}}}),
        bad=v(sourceParameters={"kinesisStreamParameters": {"startingPosition": "LATEST"}}),
        unknown=v(sourceParameters={"kinesisStreamParameters": U}),
        na=v(source="arn:q"),
    ),
    "dlq-accepts-sender": Case(
        "sqs/queue",
        ok=v(
            ("cloudwatch/eventTarget", "t", {"deadLetterConfig": {"arn": "@x.arn"}}),
            ("sqs/queuePolicy", "p", {"queueUrl": "@x", "policy": "{}"}),
        ),
        bad=v(("cloudwatch/eventTarget", "t", {"deadLetterConfig": {"arn": "@x.arn"}})),
        unknown=v(
            ("cloudwatch/eventTarget", "t", {"deadLetterConfig": {"arn": "@x.arn"}}),
            ("sqs/queuePolicy", "p", {"queueUrl": U, "policy": "{}"}),
        ),
        na=v(),
    ),
    "vpclink-multi-az": Case(
        "apigatewayv2/vpcLink", ok=v(subnetIds=["@a", "@b"]), bad=v(subnetIds=["@a"]), unknown=v(subnetIds=["@a", U])
    ),
}  # fmt: skip
