# ruff: noqa: E501 (what AWS says is as long as it is)
"""RDS and Aurora: replicas, Multi-AZ DB clusters, global databases; what holds between them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from offline.aws.refusals import Case, Problem, others, refuses
from offline.aws.refusals.network import zones_of
from offline.aws.refusals.relational import CLUSTER, GROUP, INSTANCE, MEMBER

GLOBAL = "aws:rds/globalCluster:GlobalCluster"
BACKUPS = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
_NO_INSIGHTS = re.compile(r"db\.(t2\.(micro|small)|t3\.(micro|small)|t4g\.(micro|small))")
_LOCAL_STORAGE = re.compile(r"db\.[a-z]+\d+[a-z]*(d|dn)\.\w+")
ADVANCED_DAYS = 465
"""Days that Performance Insights must be kept for the advanced mode (RDS User Guide, "Database Insights")."""


@refuses(INSTANCE)
def replica_takes_from_its_source(case: Case) -> Iterator[Problem]:
    """RDS CreateDBInstanceReadReplica takes no DBName; a copy in another Region needs KmsKeyId."""
    if not case.given("replicateSourceDb"):
        return
    if case.given("dbName"):
        yield "dbName", "InvalidParameterCombination: dbName cannot be given for a read replica"
    # A final snapshot is refused when a replica is deleted, not before: promoted until then, it takes one.
    arn = case.text("replicateSourceDb") or ""
    elsewhere = arn.count(":") >= 6 and arn.split(":")[3] != case.region
    encrypted = case.get("storageEncrypted") is True or _source(case).get("storageEncrypted") is True
    if elsewhere and encrypted and not case.given("kmsKeyId"):
        yield (
            "kmsKeyId",
            f"InvalidParameterCombination: Cannot create a cross region replica from an encrypted source without a KMS key of {case.region}",
        )


@refuses(INSTANCE)
def source_of_a_replica_is_named_by_arn(case: Case) -> Iterator[Problem]:
    """The provider, where a subnet group is given; a replica that was promoted reads back with an empty source (hashicorp/terraform-provider-aws#40426, #42053)."""
    source = case.text("replicateSourceDb")
    if source is not None and case.given("dbSubnetGroupName") and not source.startswith("arn:"):
        yield (
            "replicateSourceDb",
            f'"replicate_source_db" must be an ARN when "db_subnet_group_name" is set: {source!r} is none',
        )


def _source(case: Case) -> Mapping[str, Any]:
    """What is known of the instance that a replica copies: it is named by identifier or by ARN."""
    given = case.text("replicateSourceDb")
    if given is None:
        return {}
    if given.startswith("arn:"):
        return case.seen.having(INSTANCE, "arn", given) or {}
    return case.seen.having(INSTANCE, "identifier", given) or {}


@refuses(INSTANCE)
def source_of_a_replica_has_a_password_of_its_own(case: Case) -> Iterator[Problem]:
    """RDS User Guide, "Password management with AWS Secrets Manager": no read replica of an instance whose password RDS manages (except SQL Server)."""
    source = _source(case)
    if source.get("manageMasterUserPassword") is True and not str(source.get("engine", "")).startswith("sqlserver"):
        yield (
            "replicateSourceDb",
            "InvalidParameterCombination: Creating a read replica is not supported for a source that manages its master user password in Secrets Manager",
        )


@refuses(INSTANCE, BACKUPS)
def source_has_backups(case: Case) -> Iterator[Problem]:
    """RDS CreateDBInstanceReadReplica, StartDBInstanceAutomatedBackupsReplication: InvalidDBInstanceState "Automated backups are not enabled for this database instance"; of the provider's instances that is so unless a retention is given."""
    if case.token == BACKUPS:
        name = "sourceDbInstanceArn"
        source = case.seen.having(INSTANCE, "arn", case.text(name)) or {}
    else:
        name, source = "replicateSourceDb", _source(case)
    if source and case.new and not source.get("backupRetentionPeriod") and not source.get("replicateSourceDb"):
        yield (
            name,
            "InvalidDBInstanceState: Automated backups are not enabled for this database instance. To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.",
        )


@refuses(INSTANCE)
def insights_fit_the_instance(case: Case) -> Iterator[Problem]:
    """RDS User Guide, "Performance Insights engine, Region, and instance class support": not for the smallest classes of MySQL and MariaDB; advanced Database Insights keep 465 days."""
    engine, kind = case.text("engine") or "", case.text("instanceClass") or ""
    if (
        case.get("performanceInsightsEnabled") is True
        and engine in ("mysql", "mariadb")
        and _NO_INSIGHTS.fullmatch(kind)
    ):
        yield (
            "performanceInsightsEnabled",
            f"InvalidParameterCombination: Performance Insights not supported for this configuration ({engine} on {kind}).",
        )


@refuses(INSTANCE, CLUSTER)
def advanced_insights_are_kept(case: Case) -> Iterator[Problem]:
    """RDS User Guide, "Turning on the Advanced mode of Database Insights": Performance Insights on, kept for at least 465 days."""
    if case.text("databaseInsightsMode") != "advanced":
        return
    if case.get("performanceInsightsEnabled") is not True and not case.unknown("performanceInsightsEnabled"):
        yield (
            "performanceInsightsEnabled",
            "InvalidParameterCombination: To enable the Advanced mode of Database Insights, Performance Insights must be enabled.",
        )
    days = case.number("performanceInsightsRetentionPeriod")
    if not case.unknown("performanceInsightsRetentionPeriod") and (days is None or days < ADVANCED_DAYS):
        yield (
            "performanceInsightsRetentionPeriod",
            f"InvalidParameterCombination: To enable the Advanced mode of Database Insights, modify your cluster to have at least {ADVANCED_DAYS} days of Performance Insights retention",
        )


@refuses(CLUSTER)
def multi_az_cluster_is_on_local_storage(case: Case) -> Iterator[Problem]:
    """RDS User Guide, "Multi-AZ DB cluster deployments": three zones, classes with local NVMe; io1 of 100 GiB and 1000 IOPS up, 0.5-50 IOPS per GiB."""
    if case.text("engine") not in ("mysql", "postgres"):
        return
    kind = case.text("dbClusterInstanceClass")
    if kind is not None and not _LOCAL_STORAGE.fullmatch(kind):
        yield (
            "dbClusterInstanceClass",
            f"InvalidParameterCombination: RDS doesn't support {kind} for Multi-AZ DB clusters: its classes have local storage (db.r6gd, db.m6gd, …)",
        )
    if case.text("storageType") in ("io1", "io2"):
        size, iops = case.number("allocatedStorage"), case.number("iops")
        if size is not None and size < 100:
            yield (
                "allocatedStorage",
                f"InvalidParameterValue: Invalid storage size for engine and io1: {size}: 100 GiB up",
            )
        if iops is not None and iops < 1000:
            yield "iops", f"InvalidParameterValue: iops={iops}: at least 1000"
        elif iops is not None and size and not 0.5 <= iops / size <= 50:
            yield (
                "iops",
                f"InvalidParameterCombination: The IOPS to GiB ratio of {iops}/{size} must be between 0.5 and 50",
            )


@refuses(CLUSTER)
def multi_az_cluster_has_three_zones(case: Case) -> Iterator[Problem]:
    """RDS CreateDBCluster: DBSubnetGroupDoesNotCoverEnoughAZs for a Multi-AZ DB cluster in fewer than three zones."""
    group = case.seen.of(GROUP, case.text("dbSubnetGroupName"))
    if case.text("engine") not in ("mysql", "postgres") or group is None:
        return
    zones, complete = zones_of(case, list(group.get("subnetIds") or []))
    if complete and len(zones) < 3:
        yield (
            "dbSubnetGroupName",
            f"DBSubnetGroupDoesNotCoverEnoughAZs: a Multi-AZ DB cluster needs three Availability Zones, the group has {', '.join(sorted(zones))}",
        )


@refuses(BACKUPS)
def backups_of_instances_are_copied(case: Case) -> Iterator[Problem]:
    """RDS StartDBInstanceAutomatedBackupsReplication: of DB instances, not of Multi-AZ DB clusters; to another Region; 1-35 days."""
    arn = case.text("sourceDbInstanceArn") or ""
    if ":cluster:" in arn:
        yield (
            "sourceDbInstanceArn",
            f"InvalidParameterValue: {arn} is a DB cluster: automated backups are copied of DB instances",
        )
    if arn.count(":") >= 6 and arn.split(":")[3] == case.region:
        yield "sourceDbInstanceArn", "InvalidParameterValue: the source must be in another Region than its copy"
    days = case.number("retentionPeriod")
    if days is not None and not 1 <= days <= 35:
        yield "retentionPeriod", f"retentionPeriod={days}: must be between 1 and 35 days"


@refuses(GLOBAL)
def global_cluster_has_one_origin(case: Case) -> Iterator[Problem]:
    """RDS CreateGlobalCluster: engine, encryption and database come from a source cluster; the provider then removes members only with forceDestroy."""
    if not case.given("sourceDbClusterIdentifier"):
        if not case.given("engine"):
            yield "engine", "InvalidParameterCombination: engine or sourceDbClusterIdentifier must be given"
        return
    for name in ("engine", "engineVersion", "storageEncrypted", "databaseName"):
        if case.given(name) and case.get(name) is not False:
            yield name, f"InvalidParameterCombination: {name} cannot be given together with sourceDbClusterIdentifier"
    if case.get("forceDestroy") is not True and not case.unknown("forceDestroy"):
        yield (
            "forceDestroy",
            "InvalidGlobalClusterStateFault: Global Cluster is not empty: with a source, forceDestroy must be true for it ever to be deleted",
        )


@refuses(CLUSTER)
def secondary_cluster_follows_an_instance(case: Case) -> Iterator[Problem]:
    """RDS CreateDBCluster in a global database: InvalidGlobalClusterStateFault until the primary cluster has an instance (order by dependsOn)."""
    name = case.text("globalClusterIdentifier")
    if name is None or not case.new:
        return
    primaries = [
        (n, c)
        for n, c in others(case, CLUSTER)
        if c.text("globalClusterIdentifier") == name and c.region != case.region
    ]
    known = {c.text("clusterIdentifier") for _, c in primaries}
    members = {c.inputs.get("clusterIdentifier") for _, c in others(case, MEMBER)}
    urns = {u for _, (u, _) in case.seen.by_id.items()}
    if primaries and all(c.urn in urns for _, c in primaries) and None not in known and not known & members:
        yield (
            "globalClusterIdentifier",
            f"InvalidGlobalClusterStateFault: the primary cluster {primaries[0][0]} has no instance yet: depend on one",
        )


@refuses(MEMBER)
def serverless_member_has_a_scaling_range(case: Case) -> Iterator[Problem]:
    """RDS CreateDBInstance db.serverless: "Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance"."""
    if case.text("instanceClass") != "db.serverless":
        return
    name = case.text("clusterIdentifier")
    cluster = case.seen.of(CLUSTER, name) or case.seen.having(CLUSTER, "clusterIdentifier", name)
    if cluster is not None and not cluster.get("serverlessv2ScalingConfiguration"):
        yield (
            "instanceClass",
            "InvalidParameterValue: Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.",
        )


@refuses(MEMBER, GLOBAL)
def global_members_are_made_for_memory(case: Case) -> Iterator[Problem]:
    """Aurora User Guide, "Configuration requirements of an Amazon Aurora global database": DB instance classes optimized for memory-intensive applications."""
    if case.token == GLOBAL:
        source = case.seen.having(CLUSTER, "arn", case.text("sourceDbClusterIdentifier")) or {}
        name = source.get("clusterIdentifier")
        for member, other in others(case, MEMBER):
            kind = other.text("instanceClass") or ""
            if name is not None and other.text("clusterIdentifier") == name and kind.startswith("db.t"):
                yield (
                    "sourceDbClusterIdentifier",
                    f"InvalidParameterCombination: {member} is a {kind}: an Aurora global database needs classes optimized for memory",
                )
        return
    kind, name = case.text("instanceClass") or "", case.text("clusterIdentifier")
    cluster = case.seen.of(CLUSTER, name) or case.seen.having(CLUSTER, "clusterIdentifier", name) or {}
    sources = {whole.text("sourceDbClusterIdentifier") for _, whole in others(case, GLOBAL)} - {None}
    if kind.startswith("db.t") and (cluster.get("globalClusterIdentifier") or cluster.get("arn") in sources):
        yield (
            "instanceClass",
            f"InvalidParameterCombination: {kind}: an Aurora global database needs classes optimized for memory",
        )
