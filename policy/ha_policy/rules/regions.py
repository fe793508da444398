"""Stacks in more than one Region: replicas, and data in the standby Region."""

from collections.abc import Iterator
from typing import Final

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.region import GLOBAL
from ha_policy.graph.relations import memoized
from ha_policy.graph.values import CannotTell
from ha_policy.rule import PRODUCTION, Check, Severity, rule, skip

from .s3 import destinations, is_artifact_bucket, is_log_bucket, is_replica_bucket

# A Region with any of these resources serves; buckets or keys alone do not count.
WORKLOADS: Final = (
    "ecs/service",
    "autoscaling/group",
    "lb/loadBalancer",
    "eks/cluster",
    "elasticbeanstalk/environment",
)


@rule(
    "replica-other-region",
    "A replica is in another Region than its source",
    "s3/bucketReplicationConfig",
    "rds/instanceAutomatedBackupsReplication",
    "dynamodb/table",
    "dynamodb/tableReplica",
    "efs/replicationConfiguration",
    "secretsmanager/secret",
    "kms/replicaKey",
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="a copy in the same Region is lost or unavailable together with its source",
    fix="put the replica into another Region (region, regionName, or another provider)",
    refs=("REL09-BP01", "REL13-BP02", "prowler s3_bucket_cross_region_replication"),
)
def replica_elsewhere(node: Node, check: Check) -> Iterator[str]:
    pairs = list(_replicas(check.graph, node))
    if not pairs:
        skip("it has no replica in this stack")
    for source, target, what in pairs:
        if source == target:
            yield f"{what} is in {target}, like its source"


def _replicas(graph: Graph, node: Node) -> Iterator[tuple[str, str, str]]:
    """Region of the source, Region of the replica, what the replica is."""
    match node.kind:
        case "s3/bucketReplicationConfig":
            source = graph.ref(node, "bucket", "s3/bucket")
            refs = graph.refs(node, "rules.destination.bucket", "s3/bucket")
            for target in refs.nodes:
                if source is not None and target is not source:
                    yield graph.region(source), graph.region(target), target.name
        case "rds/instanceAutomatedBackupsReplication":
            source = graph.ref(node, "sourceDbInstanceArn", "rds/instance")
            if source is not None:
                yield graph.region(source), graph.region(node), "it"
        case "dynamodb/table" | "secretsmanager/secret":
            for block in node.blocks("replicas"):
                region = block.text("regionName" if node.kind == "dynamodb/table" else "region")
                yield graph.region(node), region, "the replica"
        case "dynamodb/tableReplica":
            source = graph.ref(node, "globalTableArn", "dynamodb/table")
            if source is not None:
                yield graph.region(source), graph.region(node), "it"
        case "efs/replicationConfiguration":
            source = graph.ref(node, "sourceFileSystemId", "efs/fileSystem")
            if source is not None:
                yield graph.region(source), node.text("destination.region", graph.region(node)), "the replica"
        case _:
            source = graph.ref(node, "primaryKeyArn", "kms/key")
            if source is not None:
                yield graph.region(source), graph.region(node), "it"


def serving_regions(graph: Graph) -> frozenset[str]:
    """The Regions in which the stack runs workloads."""
    return memoized(graph, ("regions", ""), lambda: _serving(graph))


def serves_from_one(graph: Graph) -> bool:
    """Whether the stack serves from at most one Region. Raises CannotTell if something may serve from another."""
    if len(serving_regions(graph)) > 1:
        return False
    for node in graph.of(*WORKLOADS):
        graph.region(node)
    return True


def _serving(graph: Graph) -> frozenset[str]:
    found: set[str] = set()
    for node in graph.of(*WORKLOADS):
        try:
            found.add(graph.region(node))
        except CannotTell:
            continue
    return frozenset(found - {GLOBAL})


@rule(
    "standby-has-data",
    "Every data store has a copy in the standby Region",
    "rds/cluster",
    "rds/instance",
    "dynamodb/table",
    "s3/bucket",
    "efs/fileSystem",
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="a standby Region without data cannot serve; restoring the data takes hours, if that Region can do it at "
    "all",
    fix="use a global database, a global table, or replication to a bucket in the other Region",
    refs=("REL13-BP02", "Disaster Recovery of Workloads on AWS: warm standby"),
)
def standby_data(store: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    if len(serving_regions(graph)) < 2:
        skip("this stack serves from one Region")
    if graph.region(store) not in serving_regions(graph):
        skip("no workload of this stack runs in its Region")
    if not _elsewhere(graph, store):
        yield "it has no copy in another Region"


def _elsewhere(graph: Graph, store: Node) -> bool:
    here = graph.region(store)
    match store.kind:
        case "rds/cluster":
            if store.given("globalClusterIdentifier") or store.given("replicationSourceIdentifier"):
                return True
            links = graph.referrers(store, "rds/globalCluster", "sourceDbClusterIdentifier", "rds/cluster")
            copies = graph.referrers(store, "rds/cluster", "replicationSourceIdentifier", "rds/cluster")
            return bool(links.nodes) or any(graph.region(c) != here for c in copies.nodes)
        case "rds/instance":
            if store.given("replicateSourceDb") or store.text("engine").startswith("aurora"):
                skip("its source or its cluster is copied instead")
            copies = graph.referrers(store, "rds/instance", "replicateSourceDb", "rds/instance").nodes
            kind = "rds/instanceAutomatedBackupsReplication"
            copies += graph.referrers(store, kind, "sourceDbInstanceArn", "rds/instance").nodes
            return any(graph.region(c) != here for c in copies)
        case "efs/fileSystem":
            links = graph.referrers(store, "efs/replicationConfiguration", "sourceFileSystemId", "efs/fileSystem")
            return any(link.text("destination.region", here) != here for link in links.resolved_here())
        case "dynamodb/table":
            if store.given("replicas"):
                return True
            links = graph.referrers(store, "dynamodb/tableReplica", "globalTableArn", "dynamodb/table")
            if not links.nodes:
                links.resolved()
            return bool(links.nodes)
        case _:
            if is_log_bucket(graph, store) or is_artifact_bucket(graph, store):
                skip("it holds logs, or artifacts that the program uploads")
            if is_replica_bucket(graph, store):
                return True
            return any(graph.region(d) != here for d in destinations(graph, store))
