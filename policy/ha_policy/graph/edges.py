"""All relations of the graph as one list, for the failure simulation and the diagrams."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from .model import Graph
from .node import Node
from .placement import PLACEMENTS, SUBNETS
from .relations import dead_letters, default_routes, members, route_table, target_groups_of
from .values import CannotTell


class Edge(NamedTuple):
    """source: URN. relation: see `RELATIONS`. target: URN, zone name (in-zone) or Region name (in-region)."""

    source: str
    relation: str
    target: str


ROUTES: Final = (
    ("natGatewayId", "ec2/natGateway"),
    ("gatewayId", "ec2/natGateway"),
    ("gatewayId", "ec2/internetGateway"),
)
"""What a route leads to; AWS accepts a NAT gateway as ``gatewayId`` too."""
Reference = tuple[str, str, tuple[str, ...]]
# relation -> (kind, path, kinds the path refers to)
REFERENCES: Final[dict[str, tuple[Reference, ...]]] = {
    "invokes": (
        ("lambda/eventSourceMapping", "functionName", ("lambda/function", "lambda/alias")),
        ("sns/topicSubscription", "endpoint", ("lambda/function", "sqs/queue", "lambda/alias")),
        (
            "cloudwatch/eventTarget",
            "arn",
            ("lambda/function", "sqs/queue", "sns/topic", "sfn/stateMachine", "kinesis/stream", "cloudwatch/eventBus"),
        ),
        ("apigatewayv2/integration", "integrationUri", ("lambda/function", "lambda/alias", "lb/listener")),
        ("apigateway/integration", "uri", ("lambda/function", "lambda/alias")),
        ("s3/bucketNotification", "lambdaFunctions.lambdaFunctionArn", ("lambda/function",)),
        ("s3/bucketNotification", "queues.queueArn", ("sqs/queue",)),
    ),
    "reads-from": (
        (
            "lambda/eventSourceMapping",
            "eventSourceArn",
            ("sqs/queue", "kinesis/stream", "dynamodb/table", "msk/cluster"),
        ),
    ),
    "publishes-to": (
        ("cloudwatch/metricAlarm", "alarmActions", ("sns/topic",)),
        ("cloudwatch/compositeAlarm", "alarmActions", ("sns/topic",)),
        ("sns/topicSubscription", "topic", ("sns/topic",)),
    ),
    "points-at": (
        (
            "route53/record",
            "aliases.name",
            (
                "lb/loadBalancer",
                "cloudfront/distribution",
                "apigateway/domainName",
                "apigatewayv2/domainName",
                "globalaccelerator/accelerator",
                "s3/bucket",
                "ec2/vpcEndpoint",
            ),
        ),
        (
            "route53/record",
            "records",
            ("ec2/eip", "ec2/instance", "lb/loadBalancer", "rds/instance", "rds/cluster", "cloudfront/distribution"),
        ),
        ("route53/record", "healthCheckId", ("route53/healthCheck",)),
        (
            "cloudfront/distribution",
            "origins.domainName",
            (
                "s3/bucket",
                "lb/loadBalancer",
                "apigatewayv2/api",
                "apigateway/restApi",
                "route53/record",
                "lambda/functionUrl",
            ),
        ),
        (
            "globalaccelerator/endpointGroup",
            "endpointConfigurations.endpointId",
            ("lb/loadBalancer", "ec2/eip", "ec2/instance"),
        ),
        ("globalaccelerator/endpointGroup", "listenerArn", ("globalaccelerator/listener",)),
        ("globalaccelerator/listener", "acceleratorArn", ("globalaccelerator/accelerator",)),
    ),
    "member-of": (
        ("rds/clusterInstance", "clusterIdentifier", ("rds/cluster",)),
        ("docdb/clusterInstance", "clusterIdentifier", ("docdb/cluster",)),
        ("neptune/clusterInstance", "clusterIdentifier", ("neptune/cluster",)),
        ("rds/cluster", "globalClusterIdentifier", ("rds/globalCluster",)),
        ("efs/mountTarget", "fileSystemId", ("efs/fileSystem",)),
        ("eks/nodeGroup", "clusterName", ("eks/cluster",)),
        ("ecs/service", "cluster", ("ecs/cluster",)),
        ("elasticache/replicationGroup", "globalReplicationGroupId", ("elasticache/globalReplicationGroup",)),
    ),
    "replicates-to": (
        ("s3/bucketReplicationConfig", "rules.destination.bucket", ("s3/bucket",)),
        ("rds/instance", "replicateSourceDb", ("rds/instance",)),
        ("kms/replicaKey", "primaryKeyArn", ("kms/key",)),
        ("dynamodb/tableReplica", "globalTableArn", ("dynamodb/table",)),
    ),
    "backs-up": (
        (
            "backup/selection",
            "resources",
            (
                "rds/instance",
                "rds/cluster",
                "dynamodb/table",
                "efs/fileSystem",
                "ebs/volume",
                "s3/bucket",
                "docdb/cluster",
                "neptune/cluster",
                "ec2/instance",
            ),
        ),
        ("backup/selection", "planId", ("backup/plan",)),
    ),
    "allows": (
        ("vpc/securityGroupIngressRule", "referencedSecurityGroupId", ("ec2/securityGroup",)),
        ("ec2/securityGroupRule", "sourceSecurityGroupId", ("ec2/securityGroup",)),
    ),
    "guarded-by": tuple(
        (kind, path, ("ec2/securityGroup",))
        for kind, path in (
            ("lb/loadBalancer", "securityGroups"),
            ("ecs/service", "networkConfiguration.securityGroups"),
            ("lambda/function", "vpcConfig.securityGroupIds"),
            ("rds/instance", "vpcSecurityGroupIds"),
            ("rds/cluster", "vpcSecurityGroupIds"),
            ("elasticache/replicationGroup", "securityGroupIds"),
            ("ec2/instance", "vpcSecurityGroupIds"),
            ("ec2/launchTemplate", "vpcSecurityGroupIds"),
            ("efs/mountTarget", "securityGroups"),
            ("rds/proxy", "vpcSecurityGroupIds"),
            ("ec2/vpcEndpoint", "securityGroupIds"),
            ("opensearch/domain", "vpcOptions.securityGroupIds"),
        )
    ),
}

RELATIONS: Final = (
    "in-zone",
    "in-region",
    "in-subnet",
    "routes-by",
    "egress-through",
    "forwards-to",
    "registers-in",
    "dead-letters-to",
    *REFERENCES,
)


def edges(graph: Graph) -> Iterator[Edge]:
    """Every relation that can be resolved. Unresolved ones are missing here; query the graph for the reason."""
    for node in graph.nodes:
        yield from _placed(graph, node)
        yield from _wired(graph, node)
    for relation, references in REFERENCES.items():
        for kind, path, targets in references:
            for node in graph.of(kind):
                for target in graph.refs(node, path, *targets).nodes:
                    yield Edge(node.urn, relation, target.urn)


def _placed(graph: Graph, node: Node) -> Iterator[Edge]:
    if node.kind.startswith("pulumi:") or "/" not in node.kind:
        return
    with suppress(CannotTell):
        yield Edge(node.urn, "in-region", graph.region(node))
    for path, *kinds in PLACEMENTS.get(node.kind, ()):
        if kinds and kinds[0] in SUBNETS:
            for subnet in graph.refs(node, path, *kinds).nodes:
                yield Edge(node.urn, "in-subnet", subnet.urn)
    if node.kind in PLACEMENTS:
        for zone in sorted(graph.zones(node).names):
            yield Edge(node.urn, "in-zone", zone)


def _wired(graph: Graph, node: Node) -> Iterator[Edge]:
    try:
        if node.kind in SUBNETS and (table := route_table(graph, node)):
            yield Edge(node.urn, "routes-by", table.urn)
        elif node.kind in ("ec2/routeTable", "ec2/defaultRouteTable"):
            for route in default_routes(graph, node):
                for path, kind in ROUTES:
                    for target in graph.refs(route, path, kind).nodes:
                        yield Edge(node.urn, "egress-through", target.urn)
        elif node.kind == "lb/loadBalancer":
            for group in target_groups_of(graph, node).nodes:
                yield Edge(node.urn, "forwards-to", group.urn)
        elif node.kind == "lb/targetGroup":
            for member in members(graph, node)[0]:
                yield Edge(member.urn, "registers-in", node.urn)
        elif node.kind == "sqs/queue":
            for queue in dead_letters(graph, node).nodes:
                yield Edge(node.urn, "dead-letters-to", queue.urn)
    except CannotTell:
        return
