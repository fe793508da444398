# ruff: noqa: E501 (what AWS says is as long as it is)
"""RDS and Aurora: instances, clusters, global databases, proxies; DocumentDB and Neptune where they are alike."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from offline.aws.refusals import Case, Problem, length, not_both, one_of, others, ranged, refuses
from offline.aws.refusals.vpc import zones_of
from offline.aws.unique import unique

CLUSTER = "aws:rds/cluster:Cluster"
CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
GLOBAL_CLUSTER = "aws:rds/globalCluster:GlobalCluster"
INSTANCE = "aws:rds/instance:Instance"
BACKUP_REPLICATION = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
PROXY = "aws:rds/proxy:Proxy"
SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup"
DAILY_WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
WEEKLY_WINDOW = re.compile(
    r"(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d", re.I
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RESERVED_USERS = {"rdsadmin", "rds_superuser", "rdsrepladmin", "admin"}
_NO_INSIGHTS = re.compile(r"db\.(t2\.(micro|small)|t3\.(micro|small)|t4g\.(micro|small))")
_LOCAL_STORAGE = re.compile(r"db\.[a-z]+\d+[a-z]*(d|dn)\.\w+")
MAX_STORAGE_GIB = 65536
"""Largest volume of any engine (RDS CreateDBInstance, AllocatedStorage)."""
ADVANCED_INSIGHTS_DAYS = 465
"""Days that Performance Insights must be kept for the advanced mode (RDS User Guide, "Database Insights")."""


def _identifier(case: Case, name: str, limit: int) -> Iterator[Problem]:
    """RDS identifiers: letters, digits, hyphens; a letter first; no hyphen last, none twice."""
    text = case.text(name)
    if text is not None and (not re.fullmatch(rf"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{{0,{limit - 1}}}(?<!-)", text)):
        yield (
            name,
            f"InvalidParameterValue: {name} {text!r}: 1 to {limit} letters, digits and hyphens; a letter first, no hyphen last or twice",
        )
    if text is not None and text != text.lower():
        yield name, f"{name} {text!r}: only lowercase alphanumeric characters and hyphens allowed"


@refuses(SUBNET_GROUP, "aws:docdb/subnetGroup:SubnetGroup", "aws:neptune/subnetGroup:SubnetGroup")
def subnet_group_covers_two_zones(case: Case) -> Iterator[Problem]:
    """RDS CreateDBSubnetGroup: DBSubnetGroupDoesNotCoverEnoughAZs; name to 255, lower case, not ``default``."""
    if not case.unknown("subnetIds") or case.list("subnetIds"):
        subnets = case.list("subnetIds")
        zones, complete = zones_of(case, subnets)
        if len(subnets) < 2 or (complete and len(zones) < 2):
            yield (
                "subnetIds",
                "DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: "
                + (", ".join(sorted(zones)) or "1 subnet")
                + ". Add subnets to cover at least 2 AZs.",
            )
    name = case.text("name")
    if name is not None and (name == "default" or not re.fullmatch(r"[a-z0-9._ -]{1,255}", name)):
        yield (
            "name",
            f"name {name!r}: 1 to 255 lower-case letters, digits, hyphens, underscores, periods and spaces, not 'default'",
        )


@refuses(CLUSTER, INSTANCE, "aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster")
def backups_and_windows_are_legal(case: Case) -> Iterator[Problem]:
    """RDS CreateDBCluster/CreateDBInstance: retention 1-35 (0-35 for an instance); windows of 30 minutes, not overlapping."""
    yield from ranged(case, "backupRetentionPeriod", 0 if case.token == INSTANCE else 1, 35, "days")
    backup = case.text("backupWindow" if case.token == INSTANCE else "preferredBackupWindow")
    week = case.text("maintenanceWindow" if case.token == INSTANCE else "preferredMaintenanceWindow")
    name = "backupWindow" if case.token == INSTANCE else "preferredBackupWindow"
    other = "maintenanceWindow" if case.token == INSTANCE else "preferredMaintenanceWindow"
    day = _minutes(backup) if backup and DAILY_WINDOW.fullmatch(backup) else None
    if backup is not None and day is None:
        yield name, f"{name} {backup!r} must satisfy the format of 'hh24:mi-hh24:mi'."
    elif day is not None and (day[1] - day[0]) % 1440 < 30:
        yield name, f"InvalidParameterValue: {name} {backup!r}: at least 30 minutes"
    if week is not None and not WEEKLY_WINDOW.fullmatch(week):
        yield other, f"{other} {week!r} must satisfy the format of 'ddd:hh24:mi-ddd:hh24:mi'."
    elif week is not None and day is not None:
        start, end = (_week_minutes(p) for p in week.lower().split("-"))
        length_ = (end - start) % 10080
        if length_ < 30:
            yield other, f"InvalidParameterValue: {other} {week!r}: at least 30 minutes"
        span = (day[1] - day[0]) % 1440
        if any(
            (d * 1440 + day[0] - start) % 10080 < length_ or (start - d * 1440 - day[0]) % 10080 < span
            for d in range(7)
        ):
            yield (
                other,
                f"InvalidParameterValue: The backup window {backup} and maintenance window {week} must not overlap.",
            )


def _minutes(window: str) -> tuple[int, int]:
    start, end = window.split("-")
    return int(start[:2]) * 60 + int(start[3:]), int(end[:2]) * 60 + int(end[3:])


def _week_minutes(moment: str) -> int:
    day, hour, minute = moment.split(":")
    return _WEEKDAYS.index(day) * 1440 + int(hour) * 60 + int(minute)


@refuses(CLUSTER)
def cluster_is_legal(case: Case) -> Iterator[Problem]:
    """RDS CreateDBCluster: engines, identifiers to 63, storage of Multi-AZ clusters, Serverless v2 capacity."""
    engine = case.text("engine")
    engines = (
        "aurora-mysql",
        "aurora-postgresql",
        "mysql",
        "postgres",
        "neptune",
        "custom-sqlserver-ee",
        "custom-sqlserver-se",
        "custom-sqlserver-web",
    )
    yield from one_of(case, "engine", *engines)
    yield from _identifier(case, "clusterIdentifier", 63)
    aurora = engine is not None and engine.startswith("aurora")
    if aurora:
        for name in ("dbClusterInstanceClass", "allocatedStorage", "iops"):
            if case.given(name):
                yield name, f"InvalidParameterCombination: {name} is for Multi-AZ DB clusters, not for {engine}"
        storage = case.text("storageType")
        if storage not in (None, "", "aurora", "aurora-iopt1"):
            yield (
                "storageType",
                f"InvalidParameterValue: storageType {storage!r}: must be aurora or aurora-iopt1 for {engine}",
            )
    elif engine in ("mysql", "postgres"):
        for name in ("dbClusterInstanceClass", "allocatedStorage", "storageType"):
            if not case.given(name):
                yield name, f"InvalidParameterCombination: a Multi-AZ DB cluster of {engine} needs {name}"
        if case.text("storageType") in ("io1", "io2") and not case.given("iops"):
            yield "iops", f"InvalidParameterCombination: storage type {case.text('storageType')} needs iops"
    for path, scaling in case.objects("serverlessv2ScalingConfiguration"):
        low, high = scaling.number("minCapacity"), scaling.number("maxCapacity")
        for name, value, least in (("minCapacity", low, 0), ("maxCapacity", high, 1)):
            if value is not None and (not least <= value <= 256 or (value * 2) % 1):
                yield (
                    f"{path}.{name}",
                    f"InvalidParameterValue: Serverless v2 {name} {value} isn't valid: {least} to 256 in steps of 0.5",
                )
        if low is not None and high is not None and low > high:
            yield (
                f"{path}.minCapacity",
                f"InvalidParameterValue: Serverless v2 minimum capacity {low} is above maximum capacity {high}",
            )
        pause = scaling.number("secondsUntilAutoPause")
        if pause is not None and not 300 <= pause <= 86400:
            yield (
                f"{path}.secondsUntilAutoPause",
                f"secondsUntilAutoPause={pause}: must be between 300 and 86400 seconds",
            )
    if case.get("storageEncrypted") is False and case.given("kmsKeyId"):
        yield "kmsKeyId", "InvalidParameterCombination: kmsKeyId needs storageEncrypted"
    if len(case.list("availabilityZones")) > 3:
        yield "availabilityZones", "InvalidParameterValue: at most 3 Availability Zones"


@refuses(CLUSTER, INSTANCE)
def database_name_is_legal(case: Case) -> Iterator[Problem]:
    """RDS CreateDBInstance DBName, CreateDBCluster DatabaseName: letters, digits and, in fact, underscores; a letter
    first; 63 characters for PostgreSQL, 64 for MySQL and MariaDB. Oracle and Db2 have rules of their own.
    """
    name = "databaseName" if case.token == CLUSTER else "dbName"
    engine, text = case.text("engine") or "", case.text(name)
    most = 63 if engine in ("postgres", "aurora-postgresql") else 64
    known = engine in ("postgres", "mysql", "mariadb", "aurora-postgresql", "aurora-mysql")
    if text is not None and known and not re.fullmatch(rf"[A-Za-z][A-Za-z0-9_]{{0,{most - 1}}}", text):
        yield (
            name,
            f"InvalidParameterValue: DBName must begin with a letter and contain only alphanumeric characters: {text!r} (1 to {most} of them).",
        )


@refuses(CLUSTER)
def secondary_cluster_has_no_user(case: Case) -> Iterator[Problem]:
    """RDS: "Cannot specify user name for cross region replication cluster"; seen once the primary is in the same global cluster."""
    global_id = case.text("globalClusterIdentifier")
    if global_id is None:
        return
    earlier = [
        u
        for u, i in case.inventory.of_type(CLUSTER)
        if i.get("globalClusterIdentifier") == global_id and i.get("region") != case.inputs.get("region")
    ]
    for name in ("masterUsername", "masterPassword", "masterPasswordWo", "databaseName"):
        if earlier and case.given(name):
            first = earlier[0].rsplit("::", 1)[-1]
            yield (
                name,
                f"InvalidParameterCombination: Cannot specify {name} for a cross Region replication cluster (the primary is {first}).",
            )
    if earlier and case.get("storageEncrypted") is True and not case.given("kmsKeyId"):
        yield (
            "kmsKeyId",
            "InvalidParameterCombination: an encrypted cross Region replica needs kmsKeyId of its own Region",
        )


@refuses(CLUSTER_INSTANCE)
def member_is_legal(case: Case) -> Iterator[Problem]:
    """RDS CreateDBInstance in a cluster: promotion tier 0-15, monitoring intervals and their role."""
    yield from ranged(case, "promotionTier", 0, 15)
    yield from _identifier(case, "identifier", 63)
    yield from _monitoring(case)


def _monitoring(case: Case) -> Iterator[Problem]:
    yield from one_of(case, "monitoringInterval", 0, 1, 5, 10, 15, 30, 60)
    if (case.number("monitoringInterval") or 0) > 0 and not case.given("monitoringRoleArn"):
        yield (
            "monitoringRoleArn",
            "InvalidParameterCombination: A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.",
        )
    if (
        (case.number("monitoringInterval") == 0)
        and case.given("monitoringRoleArn")
        and not case.unknown("monitoringInterval")
    ):
        yield (
            "monitoringInterval",
            "InvalidParameterCombination: You must specify a MonitoringInterval value other than 0 when you specify a MonitoringRoleARN value.",
        )
    insights = case.number("performanceInsightsRetentionPeriod")
    if insights is not None and insights not in (7, 731) and not (insights % 31 == 0 and 31 <= insights <= 713):
        yield (
            "performanceInsightsRetentionPeriod",
            f"InvalidParameterValue: performanceInsightsRetentionPeriod={insights}: 7, 731 or a multiple of 31 days",
        )


@refuses(INSTANCE)
def instance_is_legal(case: Case) -> Iterator[Problem]:
    """RDS CreateDBInstance: engine, class and storage of a new database; identifiers; Multi-AZ without a zone; IOPS."""
    fresh = case.new and not any(
        case.given(n) for n in ("replicateSourceDb", "snapshotIdentifier", "restoreToPointInTime", "s3Import")
    )
    if fresh:
        for name in ("engine", "allocatedStorage"):
            if not case.given(name):
                yield name, f"InvalidParameterCombination: {name} must be given for a new database"
    yield from _identifier(case, "identifier", 63)
    yield from _monitoring(case)
    if case.get("multiAz") is True and case.given("availabilityZone"):
        yield (
            "availabilityZone",
            "InvalidParameterCombination: Requesting a specific availability zone is not valid for Multi-AZ instances.",
        )
    storage = case.text("storageType")
    yield from one_of(case, "storageType", "standard", "gp2", "gp3", "io1", "io2")
    if storage in ("io1", "io2") and not case.given("iops"):
        yield "iops", f"InvalidParameterCombination: You must specify iops for storage type {storage}"
    size, most = case.number("allocatedStorage"), case.number("maxAllocatedStorage")
    if size is not None and most not in (None, 0) and (most or 0) * 10 < size * 11:
        yield (
            "maxAllocatedStorage",
            f"InvalidParameterCombination: Max storage size {most} must be greater than storage size {size}, by at least 10 percent",
        )
    if size is not None and size > MAX_STORAGE_GIB:
        yield (
            "allocatedStorage",
            f"InvalidParameterValue: Invalid storage size for engine and storage type {storage}: {size}: at most {MAX_STORAGE_GIB} GiB",
        )
    if size is not None and size < (100 if storage in ("io1", "io2") else 20 if storage in ("gp2", "gp3") else 5):
        yield (
            "allocatedStorage",
            f"InvalidParameterValue: Invalid storage size for engine and storage type {storage}: {size}",
        )
    if (
        storage == "gp3"
        and (case.given("iops") or case.given("storageThroughput"))
        and size is not None
        and size < 400
        and not (case.text("engine") or "").startswith("sqlserver")
    ):
        yield (
            "iops",
            "InvalidParameterCombination: You can't specify IOPS or storage throughput for gp3 storage below 400 GiB",
        )
    if (
        case.get("storageEncrypted") is not True
        and case.given("kmsKeyId")
        and fresh
        and not case.unknown("storageEncrypted")
    ):
        yield "kmsKeyId", "InvalidParameterCombination: kmsKeyId needs storageEncrypted"


@refuses(CLUSTER, INSTANCE)
def master_password_is_given_once(case: Case) -> Iterator[Problem]:
    """RDS: ManageMasterUserPassword excludes MasterUserPassword; lengths 8 up; not in an Aurora global database."""
    plain, written = ("password", "passwordWo") if case.token == INSTANCE else ("masterPassword", "masterPasswordWo")
    managed = case.get("manageMasterUserPassword") is True
    for name in (plain, written):
        if managed and case.given(name):
            yield name, f"InvalidParameterCombination: You can't specify {name} and manageMasterUserPassword."
    yield from not_both(case, plain, written)
    yield from length(case, plain, 8, 128)
    if case.given(written) and not case.given(f"{written}Version"):
        yield f"{written}Version", f"{written} needs {written}Version: without it a new value is never noticed"
    if managed and case.given("globalClusterIdentifier"):
        yield (
            "manageMasterUserPassword",
            "InvalidParameterCombination: a cluster of an Aurora global database can't manage its master user password in Secrets Manager",
        )
    if managed and (case.given("replicateSourceDb") or case.given("replicationSourceIdentifier")):
        yield (
            "manageMasterUserPassword",
            "InvalidParameterCombination: a read replica can't manage its master user password in Secrets Manager",
        )
    if case.given("masterUserSecretKmsKeyId") and not managed and not case.unknown("manageMasterUserPassword"):
        yield (
            "masterUserSecretKmsKeyId",
            "InvalidParameterCombination: masterUserSecretKmsKeyId needs manageMasterUserPassword",
        )


@refuses(CLUSTER, INSTANCE)
def primary_has_a_master_user(case: Case) -> Iterator[Problem]:
    """RDS: MasterUsername and a password for what is neither a replica nor restored; reserved names of PostgreSQL."""
    cluster = case.token == CLUSTER
    user = "masterUsername" if cluster else "username"
    ways = (
        "manageMasterUserPassword",
        *(("masterPassword", "masterPasswordWo") if cluster else ("password", "passwordWo")),
    )
    elsewhere = (
        "snapshotIdentifier", "replicateSourceDb", "replicationSourceIdentifier", "restoreToPointInTime", "s3Import",
        "globalClusterIdentifier", "sourceRegion",
    )  # fmt: skip
    if case.new and not any(case.given(n) for n in elsewhere):
        if not case.given(user):
            yield user, f"InvalidParameterCombination: {user} must be given for a new database"
        if not any(case.given(n) for n in ways):
            yield ways[0], f"InvalidParameterCombination: one of {', '.join(ways)} must be given for a new database"
    name = case.text(user)
    engine = case.text("engine") or ""
    if name is not None:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,62}", name):
            yield user, f"InvalidParameterValue: {user} {name!r}: a letter, then letters, digits and underscores"
        elif "postgres" in engine and name.lower() in _RESERVED_USERS:
            yield (
                user,
                f"InvalidParameterValue: MasterUsername {name} cannot be used as it is a reserved word used by the engine",
            )
    replica = case.given("replicateSourceDb")
    if replica and case.given(user):
        yield user, f"InvalidParameterCombination: {user} cannot be given for a read replica"


@refuses(PROXY)
def proxy_is_legal(case: Case) -> Iterator[Problem]:
    """RDS CreateDBProxy: names; engine families; subnets in two zones; a secret per authentication by SECRETS."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,62}(?<!-)", name):
        yield (
            "name",
            f"InvalidParameterValue: proxy name {name!r}: 1 to 63 letters, digits, hyphens, a letter first, no hyphen last or twice",
        )
    yield from ranged(case, "idleClientTimeout", 1, 28800, "seconds")
    zones, complete = zones_of(case, case.list("vpcSubnetIds"))
    subnets = case.list("vpcSubnetIds")
    if (subnets or not case.unknown("vpcSubnetIds")) and (len(subnets) < 2 or (complete and len(zones) < 2)):
        yield "vpcSubnetIds", "InvalidSubnet: RDS Proxy needs subnets in at least two Availability Zones"
    if not case.given("auths") and case.text("defaultAuthScheme") in (None, "NONE"):
        yield (
            "auths",
            "InvalidParameterCombination: auths must be given unless the default authentication scheme is IAM_AUTH",
        )


@refuses(PROXY)
def proxy_with_iam_requires_tls(case: Case) -> Iterator[Problem]:
    """RDS CreateDBProxy: "RequireTLS must be true" where IAM authentication is REQUIRED."""
    for path, auth in case.objects("auths"):
        if auth.text("iamAuth") == "REQUIRED" and case.get("requireTls") is not True and not case.unknown("requireTls"):
            yield "requireTls", f"InvalidParameterCombination: {path}.iamAuth is REQUIRED: requireTls must be true"


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
        return case.inventory.find(INSTANCE, "arn", given) or {}
    return case.inventory.find(INSTANCE, "identifier", given) or {}


@refuses(INSTANCE)
def source_of_a_replica_has_a_password_of_its_own(case: Case) -> Iterator[Problem]:
    """RDS User Guide, "Password management with AWS Secrets Manager": no read replica of an instance whose password RDS manages (except SQL Server)."""
    source = _source(case)
    if source.get("manageMasterUserPassword") is True and not str(source.get("engine", "")).startswith("sqlserver"):
        yield (
            "replicateSourceDb",
            "InvalidParameterCombination: Creating a read replica is not supported for a source that manages its master user password in Secrets Manager",
        )


@refuses(INSTANCE, BACKUP_REPLICATION)
def source_has_backups(case: Case) -> Iterator[Problem]:
    """RDS CreateDBInstanceReadReplica, StartDBInstanceAutomatedBackupsReplication: InvalidDBInstanceState "Automated backups are not enabled for this database instance"; of the provider's instances that is so unless a retention is given."""
    if case.token == BACKUP_REPLICATION:
        name = "sourceDbInstanceArn"
        source = case.inventory.find(INSTANCE, "arn", case.text(name)) or {}
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
    if not case.unknown("performanceInsightsRetentionPeriod") and (days is None or days < ADVANCED_INSIGHTS_DAYS):
        yield (
            "performanceInsightsRetentionPeriod",
            f"InvalidParameterCombination: To enable the Advanced mode of Database Insights, modify your cluster to have at least {ADVANCED_INSIGHTS_DAYS} days of Performance Insights retention",
        )


@refuses(CLUSTER)
def multi_az_cluster_class_and_storage_fit(case: Case) -> Iterator[Problem]:
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
    group = case.inventory.get(SUBNET_GROUP, case.text("dbSubnetGroupName"))
    if case.text("engine") not in ("mysql", "postgres") or group is None:
        return
    zones, complete = zones_of(case, list(group.get("subnetIds") or []))
    if complete and len(zones) < 3:
        yield (
            "dbSubnetGroupName",
            f"DBSubnetGroupDoesNotCoverEnoughAZs: a Multi-AZ DB cluster needs three Availability Zones, the group has {', '.join(sorted(zones))}",
        )


@refuses(BACKUP_REPLICATION)
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


@refuses(GLOBAL_CLUSTER)
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
    members = {c.inputs.get("clusterIdentifier") for _, c in others(case, CLUSTER_INSTANCE)}
    urns = case.inventory.created_urns()
    if primaries and all(c.urn in urns for _, c in primaries) and None not in known and not known & members:
        yield (
            "globalClusterIdentifier",
            f"InvalidGlobalClusterStateFault: the primary cluster {primaries[0][0]} has no instance yet: depend on one",
        )


@refuses(CLUSTER_INSTANCE)
def serverless_member_has_a_scaling_range(case: Case) -> Iterator[Problem]:
    """RDS CreateDBInstance db.serverless: "Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance"."""
    if case.text("instanceClass") != "db.serverless":
        return
    name = case.text("clusterIdentifier")
    cluster = case.inventory.get(CLUSTER, name) or case.inventory.find(CLUSTER, "clusterIdentifier", name)
    if cluster is not None and not cluster.get("serverlessv2ScalingConfiguration"):
        yield (
            "instanceClass",
            "InvalidParameterValue: Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.",
        )


@refuses(CLUSTER_INSTANCE, GLOBAL_CLUSTER)
def global_database_members_are_memory_optimized(case: Case) -> Iterator[Problem]:
    """Aurora User Guide, "Configuration requirements of an Amazon Aurora global database": DB instance classes optimized for memory-intensive applications."""
    if case.token == GLOBAL_CLUSTER:
        source = case.inventory.find(CLUSTER, "arn", case.text("sourceDbClusterIdentifier")) or {}
        name = source.get("clusterIdentifier")
        for member, other in others(case, CLUSTER_INSTANCE):
            kind = other.text("instanceClass") or ""
            if name is not None and other.text("clusterIdentifier") == name and kind.startswith("db.t"):
                yield (
                    "sourceDbClusterIdentifier",
                    f"InvalidParameterCombination: {member} is a {kind}: an Aurora global database needs classes optimized for memory",
                )
        return
    kind, name = case.text("instanceClass") or "", case.text("clusterIdentifier")
    cluster = case.inventory.get(CLUSTER, name) or case.inventory.find(CLUSTER, "clusterIdentifier", name) or {}
    sources = {whole.text("sourceDbClusterIdentifier") for _, whole in others(case, GLOBAL_CLUSTER)} - {None}
    if kind.startswith("db.t") and (cluster.get("globalClusterIdentifier") or cluster.get("arn") in sources):
        yield (
            "instanceClass",
            f"InvalidParameterCombination: {kind}: an Aurora global database needs classes optimized for memory",
        )


unique("aws:rds/cluster:Cluster", "clusterIdentifier", call="rds CreateDBCluster", says="DBClusterAlreadyExistsFault: DB Cluster already exists: {clusterIdentifier}")  # fmt: skip
unique({"aws:rds/instance:Instance": "identifier", "aws:rds/clusterInstance:ClusterInstance": "identifier"}, call="rds CreateDBInstance", says="DBInstanceAlreadyExists: DB instance already exists: {identifier}")  # fmt: skip
unique("aws:rds/subnetGroup:SubnetGroup", "name", call="rds CreateDBSubnetGroup", says="DBSubnetGroupAlreadyExists: The DB subnet group '{name}' already exists.")  # fmt: skip
unique("aws:rds/parameterGroup:ParameterGroup", "name", call="rds CreateDBParameterGroup", says="DBParameterGroupAlreadyExists: Parameter group {name} already exists")  # fmt: skip
unique("aws:rds/clusterParameterGroup:ClusterParameterGroup", "name", call="rds CreateDBClusterParameterGroup", says="DBParameterGroupAlreadyExists: Parameter group {name} already exists")  # fmt: skip
unique("aws:rds/proxy:Proxy", "name", call="rds CreateDBProxy", says="DBProxyAlreadyExistsFault: DB proxy {name} already exists")  # fmt: skip
unique("aws:rds/proxyEndpoint:ProxyEndpoint", "dbProxyEndpointName", call="rds CreateDBProxyEndpoint", says="DBProxyEndpointAlreadyExistsFault: DB proxy endpoint {dbProxyEndpointName} already exists")  # fmt: skip
unique("aws:rds/globalCluster:GlobalCluster", "globalClusterIdentifier", call="rds CreateGlobalCluster", says="GlobalClusterAlreadyExistsFault: Global cluster {globalClusterIdentifier} already exists", regional=False)  # fmt: skip
unique("aws:rds/eventSubscription:EventSubscription", "name", call="rds CreateEventSubscription", says="SubscriptionAlreadyExist: Subscription {name} already exists")  # fmt: skip
