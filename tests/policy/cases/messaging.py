"""Cases of the messaging rules."""

import json
from typing import Any

from tests.policy.cases.kind import Case, Extra, U, v

DLQ: Extra = ("sqs/queue", "dlq", {"messageRetentionSeconds": 1209600})
READ: Extra = ("lambda/eventSourceMapping", "read", {"eventSourceArn": "@x.arn", "functionName": "@f.arn"})
FUNCTION: Extra = ("lambda/function", "f", {"timeout": 10})
KAFKA: dict[str, Any] = {"clientSubnets": ["@a", "@b"]}
FLINK = "flinkApplicationConfiguration"

CASES = {
    "sqs-dlq": Case(
        "sqs/queue",
        ok=v(DLQ, redrivePolicy="@dlq.arn"),
        bad=v(),
        unknown=v(("sqs/redrivePolicy", "r", {"queueUrl": U, "redrivePolicy": "{}"})),
    ),
    "sqs-redrive-target": Case(
        "sqs/queue",
        ok=v(DLQ, redrivePolicy="@dlq.arn"),
        bad=v(("sqs/queue", "dlq", {}), redrivePolicy="@dlq.arn"),
        unknown=v(redrivePolicy=U),
        na=v(),
    ),
    "sqs-receive-count": Case(
        "sqs/queue",
        ok=v(READ, FUNCTION, redrivePolicy=json.dumps({"deadLetterTargetArn": "arn:q", "maxReceiveCount": 5})),
        bad=v(READ, FUNCTION, redrivePolicy=json.dumps({"deadLetterTargetArn": "arn:q", "maxReceiveCount": 1})),
        unknown=v(READ, FUNCTION, redrivePolicy={"deadLetterTargetArn": "arn:q", "maxReceiveCount": U}),
        na=v(),
    ),
    "sqs-visibility-6x": Case(
        "sqs/queue",
        ok=v(READ, FUNCTION, visibilityTimeoutSeconds=60),
        bad=v(READ, FUNCTION, visibilityTimeoutSeconds=59),
        unknown=v(READ, ("lambda/function", "f", {"timeout": U}), visibilityTimeoutSeconds=60),
        na=v(),
    ),
    "sqs-partial-batch": Case(
        "lambda/eventSourceMapping",
        ok=v(DLQ, eventSourceArn="@dlq.arn", functionResponseTypes=["ReportBatchItemFailures"]),
        bad=v(DLQ, eventSourceArn="@dlq.arn"),
        unknown=v(DLQ, eventSourceArn="@dlq.arn", functionResponseTypes=U),
        na=v(("kinesis/stream", "s", {}), eventSourceArn="@s.arn"),
    ),
    "stream-partial-batch": Case(
        "lambda/eventSourceMapping",
        ok=v(("kinesis/stream", "s", {}), eventSourceArn="@s.arn", functionResponseTypes=["ReportBatchItemFailures"]),
        bad=v(("kinesis/stream", "s", {}), eventSourceArn="@s.arn"),
        unknown=v(("kinesis/stream", "s", {}), eventSourceArn="@s.arn", functionResponseTypes=U),
        na=v(DLQ, eventSourceArn="@dlq.arn"),
    ),
    "sns-subscription-dlq": Case(
        "sns/topicSubscription",
        ok=v(DLQ, protocol="sqs", redrivePolicy="@dlq.arn"),
        bad=v(protocol="sqs"),
        unknown=v(protocol=U),
        na=v(protocol="email"),
    ),
    "eventbridge-global-endpoint": Case(
        "cloudwatch/eventEndpoint",
        ok=v(replicationConfig={"state": "ENABLED"}),
        bad=v(replicationConfig={"state": "DISABLED"}),
        unknown=v(replicationConfig={"state": U}),
    ),
    "kinesis-retention": Case("kinesis/stream", ok=v(retentionPeriod=72), bad=v(), unknown=v(retentionPeriod=U)),
    "mq-multi-az": Case(
        "mq/broker", ok=v(deploymentMode="CLUSTER_MULTI_AZ"), bad=v(), unknown=v(deploymentMode=U)
    ),
    "msk-topology": Case(
        "msk/cluster",
        ok=v(brokerNodeGroupInfo=KAFKA, numberOfBrokerNodes=4),
        bad=v(brokerNodeGroupInfo=KAFKA, numberOfBrokerNodes=3),
        unknown=v(brokerNodeGroupInfo={"clientSubnets": ["@a", U]}, numberOfBrokerNodes=4),
    ),
    "flink-checkpointing": Case(
        "kinesisanalyticsv2/application",
        ok=v(runtimeEnvironment="FLINK-1_20"),
        bad=v(
            runtimeEnvironment="FLINK-1_20",
            applicationConfiguration={FLINK: {"checkpointConfiguration": {
                "configurationType": "CUSTOM", "checkpointingEnabled": False}}},
        ),
        unknown=v(runtimeEnvironment=U),
        na=v(runtimeEnvironment="SQL-1_0"),
    ),
    "dms-multi-az": Case("dms/replicationInstance", ok=v(multiAz=True), bad=v(), unknown=v(multiAz=U)),
    "sqs-retention": Case(
        "sqs/queue", ok=v(), bad=v(messageRetentionSeconds=3600), unknown=v(messageRetentionSeconds=U)
    ),
}  # fmt: skip
