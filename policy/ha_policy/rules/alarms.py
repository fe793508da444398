"""CloudWatch alarms: that they exist, have actions and reach somebody."""

import re
from collections.abc import Iterator
from typing import Final

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.relations import memoized
from ha_policy.graph.values import CannotTell
from ha_policy.rule import HYGIENE, REGULATED, Check, Severity, rule, skip

from .messaging import is_dead_letter_queue

METRIC: Final = "cloudwatch/metricAlarm"
COMPOSITE: Final = "cloudwatch/compositeAlarm"
_NODE: Final = re.compile(r"(-\d{3,4}){1,2}$")  # a cache node's id: the group's id and -001 or -0001-001


def watchers(graph: Graph) -> dict[str, list[Node]]:
    """The metric alarms that watch each resource (by URN)."""
    return memoized(graph, ("watchers", ""), lambda: _watchers(graph))


def _watchers(graph: Graph) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for alarm in graph.of(METRIC):
        seen: set[str] = set()
        for path in ("dimensions", "metricQueries"):
            for urn in alarm.property_dependencies.get(path, ()):
                node = graph.get(urn)
                if node is None:
                    continue
                seen.add(urn)
                if "/" not in node.kind:  # an output of a component: all resources in it
                    seen |= {c.urn for c in graph.descendants(urn, TIERS)}
        for path in ("dimensions", "metricQueries.metric.dimensions"):
            for value in alarm.leaves(path):
                if isinstance(value, str):
                    names = graph.named(value, near=alarm) or graph.named(_NODE.sub("", value), near=alarm)
                    seen |= {n.urn for n in names}
        for urn in seen:
            found.setdefault(urn, []).append(alarm)
    return found


def _acts(alarm: Node) -> bool:
    return alarm.flag("actionsEnabled", default=True) and alarm.given("alarmActions")


def _in_composite(graph: Graph, alarm: Node) -> bool:
    """Whether it is part of a composite alarm with actions."""
    name = alarm.props.get("name")
    for composite in graph.of(COMPOSITE):
        named = isinstance(name, str) and name in str(composite.props.get("alarmRule"))
        if (named or alarm.urn in composite.property_dependencies.get("alarmRule", ())) and _acts(composite):
            return True
    return False


@rule(
    "alarm-actions",
    "A CloudWatch alarm has an action",
    METRIC,
    COMPOSITE,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="an alarm without an enabled action changes its state and notifies nobody",
    fix="set alarmActions and leave actionsEnabled on, or use it in a composite alarm that has actions, as a stop "
    "condition or in a deployment",
    refs=("REL06-BP03", "Config CLOUDWATCH_ALARM_ACTION_CHECK", "checkov CKV_AWS_319"),
)
def alarm_actions(alarm: Node, check: Check) -> Iterator[str]:
    if _in_composite(check.graph, alarm) or _acted_on(check.graph, alarm):
        return
    if not alarm.flag("actionsEnabled", default=True):
        yield "actionsEnabled is off"
    elif not alarm.given("alarmActions"):
        yield "it has no alarmActions"


# What acts on the state of an alarm: a stop condition, a health check, a deployment that rolls back.
ACTING: Final = (
    ("fis/experimentTemplate", "stopConditions.value"),
    ("route53/healthCheck", "cloudwatchAlarmName"),
    ("ecs/service", "alarms.alarmNames"),
    ("codedeploy/deploymentGroup", "alarmConfiguration.alarms"),
)


def _acted_on(graph: Graph, alarm: Node) -> bool:
    return any(graph.referrers(alarm, kind, path, METRIC, COMPOSITE).nodes for kind, path in ACTING)


@rule(
    "alarm-missing-data",
    "A CloudWatch alarm also rings when a failed resource sends no data",
    METRIC,
    severity=Severity.MEDIUM,
    levels=REGULATED,
    reason="a failed resource often sends no data; by default the alarm then goes to INSUFFICIENT_DATA and does not "
    "fire, and with notBreaching it goes to OK",
    fix="set treatMissingData to breaching; notBreaching is right for counts of errors",
    refs=("REL06-BP02", "CloudWatch guide: configuring how alarms treat missing data"),
)
def alarm_missing_data(alarm: Node, check: Check) -> Iterator[str]:
    if not alarm.given("treatMissingData"):
        yield "treatMissingData is not set"
    elif alarm.text("treatMissingData") == "notBreaching" and (why := _silent(alarm)):
        yield f"treatMissingData is notBreaching, but {why}"


# Metrics that a failed resource stops sending (CloudWatch metrics of Elastic Load Balancing, EC2, Auto Scaling,
# Container Insights, Route 53).
_SIGNS_OF_LIFE: Final = re.compile(
    r"HealthyHostCount|HealthyStateRouting|StatusCheckFailed\w*|HealthCheckStatus|HealthCheckPercentageHealthy"
    r"|GroupInServiceInstances|RunningTaskCount|SuccessPercent"
)


def _silent(alarm: Node) -> str:
    """Why an alarm stays silent if its data stops; empty if no data means that nothing is wrong (a count of errors)."""
    if alarm.text("comparisonOperator").startswith("LessThan"):
        return "it asks for a minimum, which missing data does not reach"
    metric = alarm.text("metricName")
    return f"a failed resource sends no {metric}" if _SIGNS_OF_LIFE.fullmatch(metric) else ""


@rule(
    "alarm-reaches-someone",
    "An alarm's SNS topic is in the alarm's Region and has a subscriber",
    "sns/topic",
    METRIC,
    COMPOSITE,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="a topic without subscribers, or in another Region than the alarm, notifies nobody",
    fix="subscribe an address, a chat channel or a function to the topic; use one topic per Region",
    refs=("REL06-BP03", "CloudWatch guide: alarm actions are of the alarm's own Region"),
)
def alarm_reaches(node: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    if node.kind == "sns/topic":
        if not any(graph.referrers(node, k, "alarmActions", "sns/topic").nodes for k in (METRIC, COMPOSITE)):
            skip("no alarm of this stack sends to it")
        if not _subscribed(graph, node):
            yield "alarms publish to it, but it has no subscriber"
        return
    topics = graph.refs(node, "alarmActions", "sns/topic").nodes
    if not topics:
        skip("its actions are not SNS topics of this stack")
    for topic in topics:
        if graph.region(topic) != graph.region(node):
            yield f"{topic.name} is in {graph.region(topic)}, the alarm in {graph.region(node)}"


def _subscribed(graph: Graph, topic: Node) -> bool:
    for kind, path in (
        ("sns/topicSubscription", "topic"),
        ("chatbot/slackChannelConfiguration", "snsTopicArns"),
        ("chatbot/teamsChannelConfiguration", "snsTopicArns"),
    ):
        refs = graph.referrers(topic, kind, path, "sns/topic")
        if refs.nodes:
            return True
        if refs.missing:
            raise CannotTell("; ".join(refs.missing))
    return False


TIERS: Final = (
    "lb/loadBalancer",
    "lb/targetGroup",
    "autoscaling/group",
    "ecs/service",
    "rds/instance",
    "rds/cluster",
    "elasticache/replicationGroup",
    "elasticache/serverlessCache",
    "dynamodb/table",
    "sqs/queue",
    "lambda/function",
    "ec2/natGateway",
    "opensearch/domain",
    "kinesis/stream",
)


@rule(
    "alarms-per-tier",
    "Every load balancer, compute group, database, queue and function has an alarm",
    *(k for k in TIERS if k != "lb/targetGroup"),
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without an alarm, a failure is noticed only when users call",
    fix="add a metricAlarm whose dimensions name the resource, with actions",
    refs=("REL06-BP01", "REL11-BP01"),
)
def alarms_per_tier(node: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    if node.kind == "rds/instance" and node.text("engine").startswith("aurora"):
        skip("it is a member of an Aurora cluster")
    watched = [node]
    if node.kind == "rds/cluster":
        watched += graph.referrers(node, "rds/clusterInstance", "clusterIdentifier", "rds/cluster").nodes
    if node.kind == "sqs/queue" and is_dead_letter_queue(node, check):
        skip("dlq-alarmed checks its alarm")
    if not any(_acts(a) or _in_composite(graph, a) for n in watched for a in watchers(graph).get(n.urn, ())):
        yield "no alarm with actions watches it"


@rule(
    "dlq-alarmed",
    "A dead-letter queue has an alarm",
    "sqs/queue",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without an alarm, failed messages wait in the queue unnoticed until they expire",
    fix="add an alarm on ApproximateNumberOfMessagesVisible of the queue, with actions",
    refs=("REL06-BP03", "REL05-BP02", "SQS guide: alarms for dead-letter queues"),
)
def dlq_alarmed(queue: Node, check: Check) -> Iterator[str]:
    if not is_dead_letter_queue(queue, check):
        skip("nothing uses it as dead-letter queue")
    metrics = ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "NumberOfMessagesSent")
    for alarm in watchers(check.graph).get(queue.urn, ()):
        names = {alarm.text("metricName"), *(str(v) for v in alarm.leaves("metricQueries.metric.metricName"))}
        if names & set(metrics) and (_acts(alarm) or _in_composite(check.graph, alarm)):
            return
    yield "no alarm with actions watches its messages"
