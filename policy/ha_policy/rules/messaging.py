"""SQS, SNS, EventBridge, Kinesis, Amazon MQ, MSK, DMS."""

from collections.abc import Iterator
from typing import Final

from ha_policy.graph.node import Node
from ha_policy.graph.relations import dead_letters, redrive_sources
from ha_policy.graph.values import UNKNOWN, CannotTell
from ha_policy.rule import CORE, HYGIENE, REGULATED, Check, Param, Severity, rule, skip

from .common import EVENT_SOURCES, MIN_ZONES, SHARDED, SHARDED_ARNS, in_one_zone, spans, whole

QUEUE: Final = "sqs/queue"
MAPPING: Final = "lambda/eventSourceMapping"
FUNCTIONS: Final = ("lambda/function", "lambda/alias")


def _redrives(holder: Node) -> bool:
    """Whether a redrive policy is set; an empty document is none."""
    policy = holder.raw("redrivePolicy")
    return holder.given("redrivePolicy") and not (isinstance(policy, str) and policy.replace(" ", "") == "{}")


def has_redrive(queue: Node, check: Check) -> bool:
    """Whether a queue sends failed messages to another, by its own property or by ``sqs/redrivePolicy``."""
    if _redrives(queue):
        return True
    apart = check.graph.referrers(queue, "sqs/redrivePolicy", "queueUrl", QUEUE)
    if not apart.nodes:
        apart.resolved()
    return bool(apart.nodes)


def _allows_redrive(holder: Node) -> bool | None:
    """What a ``redriveAllowPolicy`` says: False for ``denyAll``, True otherwise, None if there is none."""
    if not holder.given("redriveAllowPolicy"):
        return None
    if holder.raw("redriveAllowPolicy") is UNKNOWN:
        return True  # it names the queues that may use this one
    return holder.document("redriveAllowPolicy").get("redrivePermission", "allowAll") != "denyAll"


def refuses_redrive(queue: Node, check: Check) -> bool:
    """Whether the queue refuses to be a dead-letter queue, by its own property or by ``sqs/redriveAllowPolicy``."""
    apart = check.graph.referrers(queue, "sqs/redriveAllowPolicy", "queueUrl", QUEUE)
    return any(_allows_redrive(holder) is False for holder in (queue, *apart.nodes))


def is_dead_letter_queue(queue: Node, check: Check) -> bool:
    """Whether something in the stack uses the queue as dead-letter queue or failure destination."""
    graph = check.graph
    if redrive_sources(graph, queue) or _allows_redrive(queue):
        return True
    if any(_allows_redrive(p) for p in graph.referrers(queue, "sqs/redriveAllowPolicy", "queueUrl", QUEUE).nodes):
        return True
    places = (
        ("lambda/function", "deadLetterConfig.targetArn"),
        ("lambda/functionEventInvokeConfig", "destinationConfig.onFailure.destination"),
        (MAPPING, "destinationConfig.onFailure.destinationArn"),
        ("cloudwatch/eventTarget", "deadLetterConfig.arn"),
        ("scheduler/schedule", "target.deadLetterConfig.arn"),
        ("sns/topicSubscription", "redrivePolicy"),
        ("pipes/pipe", "sourceParameters"),
    )
    return any(graph.referrers(queue, kind, path, QUEUE).nodes for kind, path in places)


@rule(
    "sqs-dlq",
    "An SQS queue has a dead-letter queue, or is one",
    QUEUE,
    severity=Severity.HIGH,
    levels=CORE,
    reason="without one, a message that always fails is retried until it expires, at the expense of the others",
    fix="set redrivePolicy with deadLetterTargetArn and maxReceiveCount",
    refs=("REL05-BP02", "cdk-nag SQS3", "cloudsploit sqsDeadLetterQueue"),
)
def sqs_dlq(queue: Node, check: Check) -> Iterator[str]:
    if not has_redrive(queue, check) and not is_dead_letter_queue(queue, check):
        yield "it has no redrivePolicy and nothing uses it as dead-letter queue"


@rule(
    "sqs-redrive-target",
    "A dead-letter queue is another queue of the same type with a longer retention",
    QUEUE,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="a message keeps its age when it moves, so a dead-letter queue with a shorter retention loses it; SQS "
    "refuses a FIFO queue with a standard dead-letter queue",
    fix="raise the dead-letter queue's messageRetentionSeconds (up to 1209600) and give it the same type",
    refs=("REL05-BP02", "SQS guide: dead-letter queues"),
)
def sqs_redrive_target(queue: Node, check: Check) -> Iterator[str]:
    if not has_redrive(queue, check):
        skip("it has no redrivePolicy")
    days = 345_600  # SQS default retention, seconds
    for target in dead_letters(check.graph, queue).resolved():
        if target is queue:
            yield "it is its own dead-letter queue"
            continue
        if target.flag("fifoQueue") != queue.flag("fifoQueue"):
            yield f"{target.name} is not of the same type (FIFO or standard)"
        if refuses_redrive(target, check):
            yield f"{target.name} refuses to be a dead-letter queue: its redriveAllowPolicy is denyAll"
        own, theirs = (n.number("messageRetentionSeconds", default=days) for n in (queue, target))
        if theirs <= own and own < 1_209_600:
            yield f"{target.name} keeps messages {theirs:g} s, no longer than the queue itself ({own:g} s)"


@rule(
    "sqs-receive-count",
    "A message is tried several times before it goes to the dead-letter queue",
    QUEUE,
    severity=Severity.HIGH,
    levels=CORE,
    reason="with a single attempt, one throttled call or a short outage of the consumer sends good messages to the "
    "dead-letter queue",
    fix="set maxReceiveCount of redrivePolicy to at least 5",
    refs=("REL05-BP03", "Lambda guide: using Lambda with Amazon SQS"),
    params={"minReceives": Param("minimum number of receives", 2, minimum=1, maximum=1000, presets={"regulated": 5})},
)
def sqs_receive_count(queue: Node, check: Check) -> Iterator[str]:
    sources = [queue, *check.graph.referrers(queue, "sqs/redrivePolicy", "queueUrl", QUEUE).nodes]
    for source in sources:
        if not _redrives(source):
            continue
        if source.raw("redrivePolicy") is UNKNOWN:
            # It names the other queue, so it is known once that exists, and is checked then.
            skip("its redrivePolicy is known only after deployment")
        count = source.document("redrivePolicy").get("maxReceiveCount")
        if count is UNKNOWN:
            raise source.unknown("maxReceiveCount")
        if (known := whole(count)) is None or known < check.number("minReceives"):
            yield f"maxReceiveCount is {count}; at least {check.number('minReceives')} are needed"
        return
    skip("it has no redrivePolicy")


def _consumers(queue: Node, check: Check) -> list[tuple[Node, Node]]:
    """The functions that read a queue, with the event source mapping."""
    found: list[tuple[Node, Node]] = []
    for mapping in check.graph.referrers(queue, MAPPING, "eventSourceArn", QUEUE).nodes:
        for callee in check.graph.refs(mapping, "functionName", *FUNCTIONS).resolved():
            function = callee
            if callee.kind == "lambda/alias":
                behind = check.graph.ref(callee, "functionName", "lambda/function")
                if behind is None:
                    raise CannotTell(f"the function of {callee.label}")
                function = behind
            found.append((mapping, function))
    return found


@rule(
    "sqs-visibility-6x",
    "An SQS queue's visibility timeout is at least six times its function's timeout",
    QUEUE,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="a message that becomes visible while it is still being processed is processed twice",
    fix="set visibilityTimeoutSeconds to at least six times the function's timeout plus the batching window",
    refs=("REL05-BP03", "Lambda guide: using Lambda with Amazon SQS", "cdk-nag LambdaEventSourceSQSVisibilityTimeout"),
)
def sqs_visibility(queue: Node, check: Check) -> Iterator[str]:
    consumers = _consumers(queue, check)
    if not consumers:
        skip("no function of this stack reads it")
    hidden = queue.number("visibilityTimeoutSeconds", default=30)
    for mapping, function in consumers:
        timeout = function.number("timeout", default=3)
        needed = 6 * timeout + mapping.number("maximumBatchingWindowInSeconds")
        if hidden < needed:
            yield f"visibilityTimeoutSeconds is {hidden:g}; {function.name} (timeout {timeout:g} s) needs {needed:g}"


@rule(
    "sqs-partial-batch",
    "A Lambda function that reads a queue reports which messages of a batch failed",
    MAPPING,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="otherwise the whole batch is retried, and good messages end up in the dead-letter queue",
    fix="set functionResponseTypes to ReportBatchItemFailures and return the failed messages",
    refs=("REL05-BP03", "Lambda guide: reporting batch item failures"),
)
def partial_batch(mapping: Node, check: Check) -> Iterator[str]:
    sources = check.graph.refs(mapping, "eventSourceArn", *EVENT_SOURCES)
    if not sources.nodes:
        if ":sqs:" not in mapping.text("eventSourceArn", ":none:"):
            skip("its source is not a queue")
    elif sources.nodes[0].kind != QUEUE:
        skip("its source is not a queue")
    if mapping.number("batchSize", default=10) <= 1:
        skip("its batches have one message")
    if "ReportBatchItemFailures" not in mapping.texts("functionResponseTypes"):
        yield "functionResponseTypes has no ReportBatchItemFailures"


@rule(
    "stream-partial-batch",
    "A Lambda function that reads a stream reports from which record on a batch failed",
    MAPPING,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="otherwise the whole batch is retried, and records that were processed are processed again",
    fix="set functionResponseTypes to ReportBatchItemFailures and return the record that failed",
    refs=("REL05-BP03", "Lambda guide: Kinesis and DynamoDB, reporting batch item failures"),
)
def stream_partial_batch(mapping: Node, check: Check) -> Iterator[str]:
    source = check.graph.refs(mapping, "eventSourceArn", *EVENT_SOURCES)
    kinds = {n.kind for n in source.nodes}
    named = "" if kinds else mapping.text("eventSourceArn", ":none:")
    if not (kinds & {*SHARDED} or any(part in named for part in SHARDED_ARNS)):
        skip("its source is no stream of Kinesis or DynamoDB")
    if mapping.number("batchSize", default=100) <= 1:
        skip("its batches have one record")
    if "ReportBatchItemFailures" not in mapping.texts("functionResponseTypes"):
        yield "functionResponseTypes has no ReportBatchItemFailures"


@rule(
    "sns-subscription-dlq",
    "An SNS subscription has a dead-letter queue",
    "sns/topicSubscription",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="SNS discards a notification that the endpoint does not accept",
    fix="set redrivePolicy with deadLetterTargetArn",
    refs=("REL05-BP02", "cdk-nag SNSRedrivePolicy"),
)
def sns_dlq(subscription: Node, check: Check) -> Iterator[str]:
    protocol = subscription.text("protocol")
    if protocol in ("email", "email-json", "sms", "application"):
        skip(f"{protocol} subscriptions deliver to people")
    if not subscription.given("redrivePolicy"):
        yield "it has no redrivePolicy"


@rule(
    "eventbridge-global-endpoint",
    "An EventBridge global endpoint replicates its events",
    "cloudwatch/eventEndpoint",
    severity=Severity.HIGH,
    levels=CORE,
    reason="without replication, the second Region does not have the events, and there is no automatic failback",
    fix="set replicationConfig.state to ENABLED",
    refs=("REL10-BP01", "prowler eventbridge_global_endpoint_event_replication_enabled"),
)
def event_endpoint(endpoint: Node, check: Check) -> Iterator[str]:
    if endpoint.text("replicationConfig.state", "ENABLED") != "ENABLED":
        yield "replication is off"


@rule(
    "kinesis-retention",
    "A Kinesis stream keeps records long enough for consumers to catch up",
    "kinesis/stream",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="records that expire before consumers have read them are lost",
    fix="raise retentionPeriod",
    refs=("REL09-BP03", "Security Hub Kinesis.3"),
    params={"minHours": Param("minimum retention, hours", 48, minimum=24, maximum=8760, presets={"regulated": 168})},
)
def kinesis_retention(stream: Node, check: Check) -> Iterator[str]:
    hours = stream.number("retentionPeriod", default=24)
    if hours < check.number("minHours"):
        yield f"retentionPeriod is {hours:g} hours; at least {check.number('minHours')} are needed"


@rule(
    "mq-multi-az",
    "An Amazon MQ broker has a standby or is a cluster, in several zones",
    "mq/broker",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a single-instance broker goes down with its zone",
    fix="set deploymentMode to ACTIVE_STANDBY_MULTI_AZ (ActiveMQ) or CLUSTER_MULTI_AZ (RabbitMQ)",
    refs=("REL10-BP01", "Security Hub MQ.5"),
)
def mq_multi_az(broker: Node, check: Check) -> Iterator[str]:
    mode = broker.text("deploymentMode", "SINGLE_INSTANCE")
    if mode not in ("ACTIVE_STANDBY_MULTI_AZ", "CLUSTER_MULTI_AZ"):
        yield f"deploymentMode is {mode}"
    elif broker.given("subnetIds"):
        yield from in_one_zone(check.graph.zones(broker), f"deploymentMode is {mode}, but its subnets are")


@rule(
    "msk-topology",
    "An MSK cluster's brokers are spread evenly over zones",
    "msk/cluster",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="if all replicas of a topic are in one zone, they are lost with it; uneven zones overload some brokers",
    fix="give clientSubnets in three zones, and set numberOfBrokerNodes to a multiple of three",
    refs=("REL10-BP01", "Trusted Advisor: MSK multi-AZ"),
    params=MIN_ZONES,
)
def msk_topology(cluster: Node, check: Check) -> Iterator[str]:
    zones = check.graph.zones(cluster)
    yield from spans(zones, check, "its brokers are")
    count, brokers = len(zones.exactly()), int(cluster.number("numberOfBrokerNodes"))
    if count and brokers % count:
        yield f"{brokers} brokers cannot be spread evenly over {count} zones"


@rule(
    "flink-checkpointing",
    "A Managed Service for Apache Flink application has checkpoints and snapshots on",
    "kinesisanalyticsv2/application",
    severity=Severity.HIGH,
    levels=CORE,
    reason="without checkpoints, the application loses its state when it restarts",
    fix="leave checkpointingEnabled and snapshotsEnabled on",
    refs=("cdk-nag KDA3",),
)
def flink(application: Node, check: Check) -> Iterator[str]:
    if not application.text("runtimeEnvironment").startswith("FLINK"):
        skip("it is not a Flink application")
    config = "applicationConfiguration.flinkApplicationConfiguration.checkpointConfiguration"
    custom = application.text(f"{config}.configurationType", "DEFAULT") == "CUSTOM"
    if custom and not application.flag(f"{config}.checkpointingEnabled"):
        yield "checkpointingEnabled is off"
    snapshots = "applicationConfiguration.applicationSnapshotConfiguration.snapshotsEnabled"
    if not application.flag(snapshots, default=True):
        yield "snapshotsEnabled is off"


@rule(
    "dms-multi-az",
    "A DMS replication instance has a standby in another zone",
    "dms/replicationInstance",
    severity=Severity.MEDIUM,
    levels=REGULATED,
    reason="without a standby, replication stops when the instance's zone fails",
    fix="set multiAz",
    refs=("Security Hub DMS.13",),
)
def dms_multi_az(instance: Node, check: Check) -> Iterator[str]:
    if not instance.flag("multiAz"):
        yield "multiAz is off"


@rule(
    "sqs-retention",
    "An SQS queue keeps messages at least a day, so that they outlast an outage of the consumer",
    QUEUE,
    severity=Severity.HIGH,
    levels=CORE,
    reason="messages that expire while the consumer is down are lost",
    fix="raise messageRetentionSeconds (60 to 1209600; default 345600, four days)",
    refs=("REL05-BP02", "SQS API: SetQueueAttributes"),
    params={"minSeconds": Param("minimum retention, seconds", 86_400, minimum=60, maximum=1_209_600)},
)
def sqs_retention(queue: Node, check: Check) -> Iterator[str]:
    seconds = queue.number("messageRetentionSeconds", default=345_600)
    if seconds < check.number("minSeconds"):
        yield f"messageRetentionSeconds is {seconds:g}; at least {check.number('minSeconds')} are needed"
