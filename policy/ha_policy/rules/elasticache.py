"""Caches: ElastiCache, MemoryDB, DAX."""

from collections.abc import Iterator
from typing import Final

from ha_policy.graph.node import Node
from ha_policy.graph.relations import cache_replicas
from ha_policy.graph.values import UNKNOWN
from ha_policy.rule import CORE, HYGIENE, Check, Param, Severity, rule, skip

from .common import MIN_ZONES, in_one_zone, spans

GROUP: Final = "elasticache/replicationGroup"


@rule(
    "redis-failover",
    "An ElastiCache replication group fails over to a replica in another zone",
    GROUP,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="without automatic failover, the cache is down and its data lost when the primary's zone fails",
    fix="set automaticFailoverEnabled and multiAzEnabled",
    refs=("REL11-BP02", "Security Hub ElastiCache.3", "checkov CKV2_AWS_50"),
)
def redis_failover(group: Node, check: Check) -> Iterator[str]:
    if _secondary(group):
        skip("it is the secondary of a global datastore, whose primary sets this")
    for name in ("automaticFailoverEnabled", "multiAzEnabled"):
        if not group.flag(name):
            yield f"{name} is off"


def _secondary(group: Node) -> bool:
    return group.given("globalReplicationGroupId")


@rule(
    "cache-topology",
    "Each ElastiCache shard has a replica, and the nodes are in at least two zones",
    GROUP,
    severity=Severity.HIGH,
    levels=CORE,
    reason="failover needs a replica, and a replica in the same zone is lost with the primary",
    fix="set numCacheClusters or replicasPerNodeGroup, and subnets or preferredCacheClusterAzs in two zones",
    refs=("REL10-BP01", "ElastiCache guide: minimizing downtime with Multi-AZ"),
    params=MIN_ZONES,
)
def cache_topology(group: Node, check: Check) -> Iterator[str]:
    if cache_replicas(check.graph, group) < 1:
        yield "it has no replica"
    needed = check.number("minZones")
    for shard in group.blocks("nodeGroupConfigurations"):
        zones = (shard.leaves(p) for p in ("primaryAvailabilityZone", "replicaAvailabilityZones"))
        named = {v for found in zones for v in found}
        if named and UNKNOWN not in named and len(named) < needed:
            yield f"the nodes of shard {shard.text('nodeGroupId') or 1} are in {', '.join(sorted(named))}"
    yield from spans(check.graph.zones(group), check, "its nodes are")


@rule(
    "redis-backup",
    "A cache has automatic snapshots",
    GROUP,
    "memorydb/cluster",
    "elasticache/serverlessCache",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="after the loss of the Region, or of the data by mistake, there is nothing to restore",
    fix="raise snapshotRetentionLimit",
    refs=("REL09-BP03", "Security Hub ElastiCache.1", "Config ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK"),
    params={"minDays": Param("minimum days", 1, minimum=1, maximum=35, presets={"regulated": 7})},
)
def redis_backup(cache: Node, check: Check) -> Iterator[str]:
    if cache.kind == "elasticache/serverlessCache" and cache.text("engine") == "memcached":
        skip("Memcached has no snapshots")
    if cache.kind == GROUP and _secondary(cache):
        skip("the primary of its global datastore is backed up instead")
    days = int(cache.number("snapshotRetentionLimit"))
    if days < check.number("minDays"):
        yield f"snapshotRetentionLimit is {days}; at least {check.number('minDays')} is needed"


@rule(
    "serverless-cache-multi-az",
    "An ElastiCache serverless cache is in at least two zones",
    "elasticache/serverlessCache",
    severity=Severity.HIGH,
    levels=CORE,
    reason="clients reach it only through the zones of its subnets",
    fix="give it subnets in at least two zones",
    refs=("REL10-BP01",),
    params=MIN_ZONES,
)
def serverless_cache(cache: Node, check: Check) -> Iterator[str]:
    if not cache.given("subnetIds"):
        skip("it uses the subnets of the default VPC")
    yield from spans(check.graph.zones(cache), check, "its endpoints are")


@rule(
    "memcached-multi-az",
    "A Memcached cluster spans several zones",
    "elasticache/cluster",
    severity=Severity.HIGH,
    levels=CORE,
    reason="if its only zone fails, the whole cache is lost and the database gets all the load",
    fix="set azMode to cross-az and numCacheNodes to at least two, or use a replication group",
    refs=("REL10-BP01", "ElastiCache guide: mitigating failures"),
)
def memcached(cluster: Node, check: Check) -> Iterator[str]:
    if cluster.given("replicationGroupId"):
        skip("it is a member of a replication group")
    if cluster.text("engine", "memcached") != "memcached":
        yield "it is a single node without failover; use a replication group"
        return
    if cluster.number("numCacheNodes", default=1) < 2:
        yield "it has one node"
    elif cluster.text("azMode", "single-az") != "cross-az":
        yield "azMode is single-az"
    elif cluster.given("subnetGroupName") or cluster.given("preferredAvailabilityZones"):
        yield from in_one_zone(check.graph.zones(cluster), "azMode is cross-az, but its nodes are")


@rule(
    "memorydb-multi-az",
    "Each shard of a MemoryDB cluster has a replica, in at least two zones",
    "memorydb/cluster",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a shard without a replica is down while its node is replaced",
    fix="set numReplicasPerShard to at least one, with a subnet group in two zones",
    refs=("REL10-BP01", "Trusted Advisor: MemoryDB Multi-AZ"),
    params=MIN_ZONES,
)
def memorydb(cluster: Node, check: Check) -> Iterator[str]:
    if cluster.number("numReplicasPerShard", default=1) < 1:
        yield "it has no replicas"
    if cluster.given("subnetGroupName"):
        yield from spans(check.graph.zones(cluster), check, "its nodes are")


@rule(
    "dax-multi-az",
    "A DAX cluster has three nodes in at least two zones",
    "dax/cluster",
    severity=Severity.HIGH,
    levels=CORE,
    reason="with fewer nodes or zones, one failure takes the cache away",
    fix="set replicationFactor to at least three, with a subnet group in two zones",
    refs=("REL10-BP01", "prowler dynamodb_accelerator_cluster_multi_az"),
    params={**MIN_ZONES, "minNodes": Param("minimum nodes", 3, minimum=2, maximum=11, presets={"baseline": 2})},
)
def dax(cluster: Node, check: Check) -> Iterator[str]:
    if cluster.number("replicationFactor") < check.number("minNodes"):
        yield f"replicationFactor is {cluster.number('replicationFactor'):g}"
    if cluster.given("availabilityZones") or cluster.given("subnetGroupName"):
        yield from spans(check.graph.zones(cluster), check, "its nodes are")
