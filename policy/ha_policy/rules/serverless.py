"""Lambda functions, what calls them (event source mappings, schedules, pipes, EventBridge rules), and VPC links."""

from collections.abc import Iterator
from typing import Final

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.relations import memoized
from ha_policy.rule import CORE, HYGIENE, OPTIONAL, Check, Param, Severity, rule, skip

from .common import EVENT_SOURCES, MIN_ZONES, QUEUES, SHARDED, SHARDED_ARNS, spans

FUNCTION: Final = "lambda/function"
FUNCTIONS: Final = (FUNCTION, "lambda/alias")
MAPPING: Final = "lambda/eventSourceMapping"
STREAMS: Final = tuple(kind for kind in EVENT_SOURCES if kind not in QUEUES)
STREAM_ARNS: Final = (*SHARDED_ARNS, ":kafka:", ":rds:")  # a DocumentDB cluster has an ARN of RDS


@rule(
    "lambda-vpc-multi-az",
    "A Lambda function in a VPC has subnets in at least two zones",
    FUNCTION,
    severity=Severity.HIGH,
    levels=CORE,
    reason="a function whose subnets are in one zone cannot run when that zone fails",
    fix="give vpcConfig subnets in at least two zones",
    refs=("REL10-BP01", "Security Hub Lambda.5", "Config LAMBDA_VPC_MULTI_AZ_CHECK"),
    params=MIN_ZONES,
)
def lambda_multi_az(function: Node, check: Check) -> Iterator[str]:
    if not function.given("vpcConfig"):
        skip("it is not in a VPC: Lambda runs it in several zones")
    yield from spans(check.graph.zones(function), check, "its subnets are")


# What calls a function asynchronously: kind, path of the reference (Lambda guide: invoking with events).
ASYNC: Final = (
    ("sns/topicSubscription", "endpoint"),
    ("cloudwatch/eventTarget", "arn"),
    ("s3/bucketNotification", "lambdaFunctions.lambdaFunctionArn"),
    ("ses/receiptRule", "lambdaActions.functionArn"),
    ("secretsmanager/secretRotation", "rotationLambdaArn"),
    ("cloudwatch/logSubscriptionFilter", "destinationArn"),
    ("scheduler/schedule", "target.arn"),
)


def called_asynchronously(graph: Graph, function: Node) -> bool:
    """Whether something in the stack calls the function, or an alias of it, asynchronously."""
    callees = [function, *graph.referrers(function, "lambda/alias", "functionName", *FUNCTIONS).nodes]
    return any(graph.referrers(c, kind, path, *FUNCTIONS).nodes for c in callees for kind, path in ASYNC)


@rule(
    "lambda-dlq",
    "A Lambda function that is called asynchronously keeps the events it could not process",
    FUNCTION,
    severity=Severity.HIGH,
    levels=CORE,
    reason="after two retries Lambda discards an asynchronous event",
    fix="set deadLetterConfig, or add a functionEventInvokeConfig with an onFailure destination",
    refs=("REL05-BP02", "Config LAMBDA_DLQ_CHECK", "checkov CKV_AWS_116"),
    params={"all": Param("also check functions that nothing in the stack calls asynchronously", default=False)},
)
def lambda_dlq(function: Node, check: Check) -> Iterator[str]:
    if not check.flag("all") and not called_asynchronously(check.graph, function):
        skip("nothing in this stack calls it asynchronously")
    if function.given("deadLetterConfig"):
        return
    aliases = check.graph.referrers(function, "lambda/alias", "functionName", *FUNCTIONS).nodes
    kind = "lambda/functionEventInvokeConfig"
    configs = [check.graph.referrers(n, kind, "functionName", *FUNCTIONS) for n in (function, *aliases)]
    if any(c.given("destinationConfig.onFailure") for refs in configs for c in refs.nodes):
        return
    configs[0].resolved()
    yield "asynchronous events that fail are discarded"


@rule(
    "lambda-concurrency",
    "A Lambda function has reserved concurrency",
    FUNCTION,
    severity=Severity.LOW,
    levels=OPTIONAL,
    reason="without it, one runaway function can use up the Region's concurrency for all the others",
    fix="set reservedConcurrentExecutions",
    refs=("Config LAMBDA_CONCURRENCY_CHECK", "checkov CKV_AWS_115"),
)
def lambda_concurrency(function: Node, check: Check) -> Iterator[str]:
    if function.number("reservedConcurrentExecutions", default=-1) < 0:
        yield "reservedConcurrentExecutions is not set"


@rule(
    "lambda-no-zero-concurrency",
    "A Lambda function's reserved concurrency is not 0",
    FUNCTION,
    severity=Severity.HIGH,
    levels=CORE,
    reason="with reservedConcurrentExecutions of 0, Lambda rejects every call",
    fix="raise it or leave it unset",
    refs=("Lambda guide: reserved concurrency",),
)
def lambda_zero(function: Node, check: Check) -> Iterator[str]:
    if function.number("reservedConcurrentExecutions", default=-1) == 0:
        yield "reservedConcurrentExecutions is 0"


def _streaming(mapping: Node, check: Check, kinds: tuple[str, ...], arns: tuple[str, ...]) -> None:
    """Skip mappings of other sources. kinds, arns: of those that count."""
    refs = check.graph.refs(mapping, "eventSourceArn", *EVENT_SOURCES)
    if refs.nodes:
        if refs.nodes[0].kind not in kinds:
            skip(f"its source is {refs.nodes[0].label}")
        return
    source = mapping.text("eventSourceArn")
    if source and not any(part in source for part in arns):
        skip("its source is of another kind")
    if not source and not mapping.given("selfManagedEventSource"):
        refs.resolved()


@rule(
    "esm-failure-destination",
    "A stream's event source mapping has an on-failure destination",
    MAPPING,
    severity=Severity.HIGH,
    levels=CORE,
    reason="without one, a record that keeps failing is dropped without a trace or blocks its shard",
    fix="set destinationConfig.onFailure to a queue or topic",
    refs=("REL05-BP02", "cdk-nag LambdaEventSourceMappingDestination"),
)
def esm_destination(mapping: Node, check: Check) -> Iterator[str]:
    _streaming(mapping, check, STREAMS, STREAM_ARNS)
    if not mapping.given("destinationConfig.onFailure"):
        yield "it has no onFailure destination"


@rule(
    "stream-consumer-bounded",
    "A stream's event source mapping limits retries and splits failing batches",
    MAPPING,
    severity=Severity.HIGH,
    levels=CORE,
    reason="by default a failing batch is retried until its records expire, and the shard is blocked until then",
    fix="set bisectBatchOnFunctionError, and maximumRetryAttempts or maximumRecordAgeInSeconds",
    refs=("REL05-BP02", "Lambda guide: Kinesis and DynamoDB error handling"),
)
def stream_bounded(mapping: Node, check: Check) -> Iterator[str]:
    _streaming(mapping, check, SHARDED, SHARDED_ARNS)
    if mapping.given("amazonManagedKafkaEventSourceConfig") or mapping.given("selfManagedEventSource"):
        skip("Kafka sources have no such bounds")
    if not mapping.flag("bisectBatchOnFunctionError"):
        yield "bisectBatchOnFunctionError is off"
    attempts = mapping.number("maximumRetryAttempts", default=-1)
    age = mapping.number("maximumRecordAgeInSeconds", default=-1)
    if attempts < 0 and age < 0:
        yield "neither maximumRetryAttempts nor maximumRecordAgeInSeconds is set"


@rule(
    "eventbridge-dlq",
    "An EventBridge target has a dead-letter queue",
    "cloudwatch/eventTarget",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="EventBridge drops an event that it could not deliver within 24 hours",
    fix="set deadLetterConfig.arn to a queue",
    refs=("REL05-BP02", "cdk-nag EventBusDLQ"),
)
def event_dlq(target: Node, check: Check) -> Iterator[str]:
    if not target.given("deadLetterConfig.arn"):
        yield "it has no deadLetterConfig"


@rule(
    "scheduler-dlq",
    "An EventBridge schedule has a dead-letter queue",
    "scheduler/schedule",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without one, a call that EventBridge Scheduler could not make is lost without a trace",
    fix="set target.deadLetterConfig.arn to a queue",
    refs=("REL05-BP02", "EventBridge Scheduler guide: dead-letter queue"),
)
def scheduler_dlq(schedule: Node, check: Check) -> Iterator[str]:
    if not schedule.given("target.deadLetterConfig.arn"):
        yield "its target has no deadLetterConfig"


PIPE_SOURCES: Final = (
    "dynamodbStreamParameters",
    "kinesisStreamParameters",
)


@rule(
    "pipe-dlq",
    "An EventBridge pipe that reads a stream has a dead-letter queue",
    "pipes/pipe",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without one, a record that keeps failing is dropped without a trace or blocks its shard",
    fix="set deadLetterConfig of the stream in sourceParameters",
    refs=("REL05-BP02", "EventBridge Pipes guide: error handling"),
)
def pipe_dlq(pipe: Node, check: Check) -> Iterator[str]:
    used = [p for p in PIPE_SOURCES if pipe.given(f"sourceParameters.{p}")]
    if not used:
        skip("its source is not a stream")
    for source in used:
        if not pipe.given(f"sourceParameters.{source}.deadLetterConfig"):
            yield f"sourceParameters.{source} has no deadLetterConfig"


@rule(
    "dlq-accepts-sender",
    "A dead-letter queue's policy lets EventBridge or SNS write to it",
    "sqs/queue",
    severity=Severity.HIGH,
    levels=CORE,
    reason="EventBridge and SNS need permission in the queue's policy: without it, the failed events are lost",
    fix="add an sqs queue policy that allows sqs:SendMessage to the service, limited to the rule or topic",
    refs=("REL05-BP02", "EventBridge guide: dead-letter queues"),
)
def dlq_accepts(queue: Node, check: Check) -> Iterator[str]:
    senders = _senders(check.graph).get(queue.urn, [])
    if not senders:
        skip("no event rule or subscription uses it as dead-letter queue")
    if queue.given("policy"):
        return
    policies = check.graph.referrers(queue, "sqs/queuePolicy", "queueUrl", "sqs/queue")
    if not policies.nodes:
        policies.resolved()
        yield f"{', '.join(sorted(s.name for s in senders))} cannot write to it: it has no queue policy"


def _senders(graph: Graph) -> dict[str, list[Node]]:
    return memoized(graph, ("senders", ""), lambda: _find_senders(graph))


def _find_senders(graph: Graph) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for kind, path in (("cloudwatch/eventTarget", "deadLetterConfig.arn"), ("sns/topicSubscription", "redrivePolicy")):
        for node in graph.of(kind):
            for queue in graph.refs(node, path, "sqs/queue").nodes:
                found.setdefault(queue.urn, []).append(node)
    return found


@rule(
    "lambda-mapping-enabled",
    "An event source mapping is enabled",
    MAPPING,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="while a mapping is disabled, its source fills up until messages expire",
    fix="set enabled, or remove the mapping",
    refs=("Lambda guide: event source mappings",),
)
def mapping_enabled(mapping: Node, check: Check) -> Iterator[str]:
    if not mapping.flag("enabled", default=True):
        yield "it is disabled"


@rule(
    "vpclink-multi-az",
    "An API Gateway VPC link is in at least two zones",
    "apigatewayv2/vpcLink",
    severity=Severity.HIGH,
    levels=CORE,
    reason="every call from the API into the VPC goes through the link; with one zone it fails with that zone",
    fix="give the link subnets in at least two zones",
    refs=("REL10-BP01", "API Gateway guide: VPC links"),
    params=MIN_ZONES,
)
def vpc_link(link: Node, check: Check) -> Iterator[str]:
    yield from spans(check.graph.zones(link), check, "it is")
