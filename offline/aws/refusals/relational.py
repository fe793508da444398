# ruff: noqa: E501 (what AWS says is as long as it is)
"""RDS and Aurora."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, one_of, ranged, refuses
from offline.aws.refusals.network import zones_of

CLUSTER, MEMBER, INSTANCE = (
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/instance:Instance",
)
GROUP = "aws:rds/subnetGroup:SubnetGroup"
_WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_WEEK = re.compile(
    r"(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d", re.I
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


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


@refuses(GROUP, "aws:docdb/subnetGroup:SubnetGroup", "aws:neptune/subnetGroup:SubnetGroup")
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
    day = _minutes(backup) if backup and _WINDOW.fullmatch(backup) else None
    if backup is not None and day is None:
        yield name, f"{name} {backup!r} must satisfy the format of 'hh24:mi-hh24:mi'."
    elif day is not None and (day[1] - day[0]) % 1440 < 30:
        yield name, f"InvalidParameterValue: {name} {backup!r}: at least 30 minutes"
    if week is not None and not _WEEK.fullmatch(week):
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
    return _DAYS.index(day) * 1440 + int(hour) * 60 + int(minute)


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


@refuses(CLUSTER)
def secondary_cluster_has_no_user(case: Case) -> Iterator[Problem]:
    """RDS: "Cannot specify user name for cross region replication cluster"; seen once the primary is in the same global cluster."""
    global_id = case.text("globalClusterIdentifier")
    if global_id is None:
        return
    earlier = [
        u
        for u, i in case.seen.all(CLUSTER)
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


@refuses(MEMBER)
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
    if size is not None and most not in (None, 0) and (most or 0) <= size:
        yield (
            "maxAllocatedStorage",
            f"InvalidParameterCombination: Max storage size {most} must be greater than storage size {size}",
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
