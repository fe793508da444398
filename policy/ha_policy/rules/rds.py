"""RDS, Aurora, and the databases with clusters like Aurora's: DocumentDB, Neptune."""

from collections.abc import Iterator
from typing import Final

from ha_policy.graph.node import Node
from ha_policy.graph.relations import scaled_readers
from ha_policy.graph.values import CannotTell
from ha_policy.graph.zones import Zones
from ha_policy.rule import CORE, HINT, HYGIENE, OPTIONAL, PRODUCTION, Check, Param, Severity, rule, skip

from .common import MIN_ZONES, spans

CLUSTERS = ("rds/cluster", "docdb/cluster", "neptune/cluster")
STORES = ("rds/instance", *CLUSTERS)
SUBNET_GROUPS = (
    "rds/subnetGroup", "docdb/subnetGroup", "neptune/subnetGroup", "elasticache/subnetGroup", "memorydb/subnetGroup",
    "redshift/subnetGroup", "dax/subnetGroup", "dms/replicationSubnetGroup",
)  # fmt: skip


def is_replica(node: Node) -> bool:
    """Whether an instance is a read replica, which never fails over automatically."""
    return node.given("replicateSourceDb")


def is_headless(cluster: Node) -> bool:
    """Whether RDS creates a cluster's instances: Multi-AZ DB clusters, Aurora Serverless v1."""
    return cluster.given("dbClusterInstanceClass") or cluster.text("engineMode", "provisioned") == "serverless"


@rule(
    "rds-multi-az",
    "An RDS instance has a standby in another zone",
    "rds/instance",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="without a standby, the database is down until it is restored from a backup in another zone",
    fix="set multiAz",
    refs=("REL10-BP01", "Security Hub RDS.5", "Config RDS_MULTI_AZ_SUPPORT"),
)
def rds_multi_az(instance: Node, check: Check) -> Iterator[str]:
    if is_replica(instance):
        skip("it is a read replica")
    if instance.text("engine").startswith("aurora"):
        skip("it is a member of an Aurora cluster")
    if not instance.flag("multiAz"):
        yield "multiAz is off"


def cluster_members(cluster: Node, check: Check) -> tuple[Node, ...]:
    """All instances of a cluster. Raises CannotTell."""
    kind = f"{cluster.kind}Instance"
    return check.graph.referrers(cluster, kind, "clusterIdentifier", cluster.kind).resolved()


def member_zones(members: tuple[Node, ...], cluster: Node, check: Check) -> Zones:
    """The zones of the instances. RDS places instances without a zone in the zones of the subnet group."""
    chosen, free = Zones(), 0
    for member in members:
        if member.given("availabilityZone"):
            chosen |= check.graph.zones(member)
        else:
            free += 1
    if not free:
        return chosen
    if not chosen.names and free > 1:  # Aurora puts new instances into zones of the subnet group without one
        group = check.graph.zones(cluster)
        return group if group.names else Zones(unresolved=(f"the zones of the instances of {cluster.label}",))
    return chosen | Zones(unresolved=(f"the zone of {free} instances of {cluster.label} without availabilityZone",))


@rule(
    "cluster-two-members",
    "A database cluster has a writer and a reader in different zones",
    *CLUSTERS,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="with one instance, or all in one zone, the cluster is down until a new instance is created elsewhere",
    fix="add a second cluster instance with another availabilityZone",
    refs=("REL10-BP01", "Security Hub RDS.15", "Security Hub Neptune.9", "Config RDS_CLUSTER_MULTI_AZ_ENABLED"),
    params={**MIN_ZONES, "minMembers": Param("minimum number of instances", 2, minimum=2, maximum=16)},
)
def cluster_two_members(cluster: Node, check: Check) -> Iterator[str]:
    if is_headless(cluster):
        yield from spans(check.graph.zones(cluster), check, "its subnet group is")
        return
    members = cluster_members(cluster, check)
    needed = check.number("minMembers")
    added = scaled_readers(check.graph, cluster, len(members) - 1) if members else 0
    if added and len(members) + added >= needed:  # Aurora places them, in the zones of the subnet group
        yield from spans(check.graph.zones(cluster), check, "its subnet group is")
        return
    if len(members) < needed:
        yield f"it has {len(members)} instance{'' if len(members) == 1 else 's'}; at least {needed} are needed"
        return
    yield from spans(member_zones(members, cluster, check), check, "its instances are")


@rule(
    "aurora-failover-ready",
    "A database cluster has a reader of the writer's size with failover priority 0 or 1",
    *CLUSTERS,
    severity=Severity.HIGH,
    levels=CORE,
    reason="after a failover, a smaller reader is overloaded; readers with a lower priority are promoted last",
    fix="give at least one reader the writer's instanceClass and promotionTier 0 or 1",
    refs=("REL11-BP05", "Aurora guide: fault tolerance for an Aurora DB cluster"),
)
def aurora_failover_ready(cluster: Node, check: Check) -> Iterator[str]:
    if is_headless(cluster):
        skip("RDS creates its instances")
    members = cluster_members(cluster, check)
    if len(members) < 2:
        skip("it has no reader")
    ranked = [(int(m.number("promotionTier")), m.text("instanceClass")) for m in members]
    first = [name for tier, name in ranked if tier <= 1]
    if len(first) < 2:
        yield "fewer than two of its instances have promotionTier 0 or 1"
        return
    # Any instance can be the writer, so the largest must have an equal in line for the failover.
    sizes = [weight for name in first if (weight := class_weight(name)) is not None]
    largest = max((weight for _, name in ranked if (weight := class_weight(name)) is not None), default=None)
    scaling = len(first) - len(sizes)  # Aurora Serverless v2 instances grow to what the writer needs
    if largest is not None and sum(w >= largest for w in sizes) + scaling < 2:
        yield f"only one instance with promotionTier 0 or 1 is as large as the writer ({', '.join(sorted(first))})"


# Instance sizes as multiples of large (vCPU and memory double with each; RDS guide: DB instance classes).
_SIZES: Final = {"nano": 1 / 16, "micro": 1 / 8, "small": 1 / 4, "medium": 1 / 2, "large": 1.0, "xlarge": 2.0}


def class_weight(name: str) -> float | None:
    """The size of an instance class, to compare: db.r7g.large 1, xlarge 2, 4xlarge 8; half for burstable classes.

    None if it has no size of its own (``db.serverless``).
    """
    parts = name.split(".")
    size = parts[-1].removesuffix("-tpc1").removesuffix("-tpc2")
    times = size.removesuffix("xlarge")
    if size in _SIZES:
        weight = _SIZES[size]
    elif times.isdigit():
        weight = 2.0 * int(times)
    else:
        return None
    return weight / 2 if len(parts) > 1 and parts[-2].startswith("t") else weight


@rule(
    "replica-other-zone",
    "A read replica is in another zone than its source",
    "rds/instance",
    severity=Severity.HIGH,
    levels=CORE,
    reason="a replica in its source's zone is lost together with it, when it is needed most",
    fix="give the replica another availabilityZone, or set multiAz on the source",
    refs=("REL10-BP01", "RDS guide: working with DB instance read replicas"),
)
def replica_other_zone(replica: Node, check: Check) -> Iterator[str]:
    if not is_replica(replica):
        skip("it is no read replica")
    graph = check.graph
    source = graph.refs(replica, "replicateSourceDb", "rds/instance")
    if not source.resolved_here():
        skip("its source is not in this stack")
    for origin in source.nodes:
        if graph.region(origin) != graph.region(replica):
            skip("it is in another Region")
        if origin.flag("multiAz") or replica.flag("multiAz"):
            skip("one of the two is in several zones")
        for node in (origin, replica):
            if not node.given("availabilityZone"):
                raise CannotTell(f"the zone of {node.label}: RDS chooses it, as availabilityZone is not set")
        if replica.text("availabilityZone") == origin.text("availabilityZone"):
            yield f"it is in {replica.text('availabilityZone')}, like its source {origin.name}"


@rule(
    "subnet-group-distinct-az",
    "A database or cache subnet group spans at least two zones",
    *SUBNET_GROUPS,
    severity=Severity.HIGH,
    levels=CORE,
    reason="a database can fail over only to zones of its subnet group",
    fix="add subnets in other zones",
    refs=("REL10-BP01",),
    params=MIN_ZONES,
)
def subnet_group(group: Node, check: Check) -> Iterator[str]:
    yield from spans(check.graph.zones(group), check, "its subnets are")


@rule(
    "db-backup-retention",
    "A database has automated backups, kept long enough",
    *STORES,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="without backups, deleted or corrupted data is gone; kept too briefly, they expire before the mistake is "
    "found",
    fix="raise backupRetentionPeriod",
    refs=("REL09-BP03", "Security Hub RDS.11", "Config DB_INSTANCE_BACKUP_ENABLED", "Security Hub DocumentDB.2"),
    params={"minDays": Param("minimum days", 7, minimum=1, maximum=35, presets={"baseline": 1, "regulated": 30})},
)
def db_backup_retention(store: Node, check: Check) -> Iterator[str]:
    if store.kind == "rds/instance" and (is_replica(store) or store.text("engine").startswith("aurora")):
        skip("its source or its cluster is backed up")
    default = 0 if store.kind == "rds/instance" else 1
    days = int(store.number("backupRetentionPeriod", default=default))
    if days < check.number("minDays"):
        yield f"backups are kept {days} days; at least {check.number('minDays')} are needed"


@rule(
    "db-deletion-protection",
    "A database has deletion protection on",
    *STORES,
    "rds/globalCluster",
    "neptune/globalCluster",
    "docdb/globalCluster",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without it, one wrong API call deletes the database",
    fix="set deletionProtection",
    refs=(
        "REL13-BP01",
        "Security Hub RDS.7",
        "Security Hub RDS.8",
        "Security Hub DocumentDB.5",
        "Security Hub Neptune.4",
    ),
)
def db_deletion_protection(store: Node, check: Check) -> Iterator[str]:
    if store.kind == "rds/instance" and store.text("engine").startswith("aurora"):
        skip("it is a member of an Aurora cluster, which has the protection")
    if not store.flag("deletionProtection"):
        yield "deletionProtection is off"


@rule(
    "db-final-snapshot",
    "A final snapshot is taken when a database is deleted",
    *STORES,
    "redshift/cluster",
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="without a final snapshot, the data since the last backup is lost with the database",
    fix="leave skipFinalSnapshot off and set finalSnapshotIdentifier",
    refs=("REL09-BP03",),
)
def db_final_snapshot(store: Node, check: Check) -> Iterator[str]:
    if store.kind == "rds/instance" and (is_replica(store) or store.text("engine").startswith("aurora")):
        skip("RDS takes no final snapshot of a replica or an Aurora member")
    if store.flag("skipFinalSnapshot"):
        yield "skipFinalSnapshot is on"
    elif not store.given("finalSnapshotIdentifier"):
        yield "finalSnapshotIdentifier is not set, so that deleting the database fails"


@rule(
    "db-keep-backups",
    "A database's automated backups stay when it is deleted",
    "rds/instance",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="a final snapshot has only the last state; with the backups, earlier points in time can be restored too",
    fix="set deleteAutomatedBackups to false",
    refs=("RDS user guide: retaining automated backups",),
)
def db_keep_backups(instance: Node, check: Check) -> Iterator[str]:
    if is_replica(instance) or instance.text("engine").startswith("aurora"):
        skip("a replica or an Aurora member has no automated backups of its own")
    if instance.flag("deleteAutomatedBackups", default=True):
        yield "deleteAutomatedBackups is on"


@rule(
    "rds-storage-autoscaling",
    "An RDS instance has storage autoscaling on",
    "rds/instance",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="a database with full storage stops",
    fix="set maxAllocatedStorage above allocatedStorage",
    refs=("REL07-BP01", "Trusted Advisor: RDS storage autoscaling"),
)
def storage_autoscaling(instance: Node, check: Check) -> Iterator[str]:
    if instance.text("engine").startswith("aurora"):
        skip("Aurora's storage grows by itself")
    if instance.text("engine").startswith("custom-"):
        skip("RDS Custom does not scale storage (RDS API: MaxAllocatedStorage)")
    limit, size = instance.number("maxAllocatedStorage"), instance.number("allocatedStorage")
    if limit <= size:
        yield "maxAllocatedStorage is not above allocatedStorage"


@rule(
    "db-copy-tags",
    "Snapshots get the database's tags",
    "rds/instance",
    "rds/cluster",
    "neptune/cluster",
    severity=Severity.LOW,
    levels=HINT,
    reason="backup plans, retention and cost allocation that select by tag miss untagged snapshots",
    fix="set copyTagsToSnapshot",
    refs=("Security Hub RDS.16", "Security Hub RDS.17", "Security Hub Neptune.8"),
)
def copy_tags(store: Node, check: Check) -> Iterator[str]:
    if store.kind == "rds/instance" and store.text("engine").startswith("aurora"):
        skip("it is a member of an Aurora cluster")
    if not store.flag("copyTagsToSnapshot"):
        yield "copyTagsToSnapshot is off"


@rule(
    "aurora-backtrack",
    "An Aurora MySQL cluster has backtrack on",
    "rds/cluster",
    severity=Severity.LOW,
    levels=OPTIONAL,
    reason="backtracking takes minutes, restoring a snapshot hours",
    fix="set backtrackWindow (seconds, up to 259200); not available in a global database",
    refs=("Security Hub RDS.14", "checkov CKV_AWS_326"),
)
def aurora_backtrack(cluster: Node, check: Check) -> Iterator[str]:
    if cluster.text("engine") != "aurora-mysql":
        skip("only Aurora MySQL has backtrack")
    if cluster.given("globalClusterIdentifier"):
        skip("backtrack is not available in a global database")
    if cluster.number("backtrackWindow") <= 0:
        yield "backtrackWindow is 0"


@rule(
    "rds-proxy-multi-az",
    "An RDS Proxy is in at least two zones",
    "rds/proxy",
    severity=Severity.HIGH,
    levels=CORE,
    reason="all connections go through the proxy; with one zone they fail with that zone",
    fix="give it subnets in at least two zones",
    refs=("REL10-BP01", "RDS guide: proxy prerequisites"),
    params=MIN_ZONES,
)
def proxy_multi_az(proxy: Node, check: Check) -> Iterator[str]:
    yield from spans(check.graph.zones(proxy), check, "it is")


@rule(
    "global-cluster-two-regions",
    "A global database has clusters in two Regions",
    "rds/globalCluster",
    "docdb/globalCluster",
    "neptune/globalCluster",
    severity=Severity.HIGH,
    levels=CORE,
    reason="a global database with clusters in one Region is lost with that Region",
    fix="add a cluster in another Region with the same globalClusterIdentifier",
    refs=("REL10-BP01", "REL13-BP02"),
)
def global_cluster(cluster: Node, check: Check) -> Iterator[str]:
    kind = cluster.kind.replace("globalCluster", "cluster")
    refs = check.graph.referrers(cluster, kind, "globalClusterIdentifier", cluster.kind)
    # The cluster from which it was created belongs to it without naming it.
    source = check.graph.refs(cluster, "sourceDbClusterIdentifier", kind)
    if not refs.nodes and not refs.missing and not source.nodes and not source.missing:
        skip("its members are in other stacks")
    regions = {check.graph.region(n) for n in (*refs.nodes, *source.nodes)}
    if len(regions) < 2:
        refs.resolved()
        source.resolved()
        yield f"its clusters are all in {', '.join(sorted(regions))}"
