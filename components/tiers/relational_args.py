"""Inputs of the RDS MySQL and PostgreSQL tiers, checked against what RDS refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from components.alarms import Alarming
from components.tags import named
from components.tiers import databases as db

Engine = Literal["mysql", "postgres"]
Topology = Literal["instance", "cluster"]
Insights = Literal["standard", "advanced"]

DEFAULT_VERSIONS: Mapping[Engine, str] = {"mysql": "8.4", "postgres": "17"}
"""Newest major versions of the standard support calendar; RDS picks and upgrades the minor version."""
LOGS: Mapping[Engine, tuple[str, ...]] = {"mysql": ("error", "slowquery"), "postgres": ("postgresql", "upgrade")}
SLOW_SECONDS = 1
"""Statements longer than this are logged."""
MIN_CLUSTER_GIB = 100
"""Least storage of a Multi-AZ DB cluster with Provisioned IOPS (RDS user guide, Provisioned IOPS storage)."""
CLUSTER_CLASS = re.compile(r"^db\.(c6gd|m5d|m6gd|m6id|m6idn|m8gd|r5d|r6gd|r6id|r6idn|r8gd|x2iedn)\.")
"""Multi-AZ DB clusters run on classes with local NVMe storage (RDS user guide, "Multi-AZ DB cluster deployments")."""
NO_INSIGHTS = re.compile(r"^db\.t(2|3|4g)\.(micro|small)$")
"""Classes on which RDS for MySQL has no Performance Insights."""


@dataclass(frozen=True, kw_only=True)
class BackupCopy:
    """Automated backups and logs, copied to another Region as they are made.

    days: 1-35. kms_key_arn: of that Region.
    """

    region: str
    kms_key_arn: pulumi.Input[str]
    days: int = 7

    def __post_init__(self) -> None:
        if not 1 <= self.days <= 35:
            raise ValueError(f"backup_copy.days={self.days}: must be 1-35 days")


@dataclass(frozen=True, kw_only=True)
class RelationalDatabaseArgs:
    """Inputs of `RelationalDatabase`.

    kms_key_arn: with ``KeyUse.LOGS``; encrypts data, logs, insights and the password. topology: ``instance`` is a
    primary with a synchronous standby in another zone (fails over in 60-120 s), ``cluster`` a writer and two readable
    standbys in three zones (under 35 s). subnet_ids: zone -> private subnet, at least two, three for a cluster.
    storage_gib: 20-65536, a cluster's at least 100. max_storage_gib: up to where RDS grows it; at least 1.1 times
    storage_gib; instances only. iops: of a cluster, 0.5-50 per GiB and at least 1000. replica_zones: where
    asynchronous read replicas run; the primary and its standby keep out of these zones as long as 2 others are left,
    so that with 3 zones there are 3 copies in 3 zones. standby_replica: a `RelationalStandby` will replicate from this
    database. backup_copy: where point-in-time backups are copied to; instances only. backup_days: 7-35. proxy: put RDS
    Proxy in front. insights: Database Insights mode. connections_alarm: open connections that raise the alarm; about
    80 % of the class's max_connections. apply_immediately: do not wait for the maintenance window; may restart the
    database.

    The password is AWS-managed and rotated weekly unless there are replicas: RDS refuses to create a read replica of a
    source whose password it manages (RDS user guide, "Limitations for Secrets Manager integration"). Then it is
    random, in Secrets Manager, copied to secret_replicas (other Region -> KMS key there, where a promoted standby's
    clients need it), and not rotated. Blue/green deployments have the same limitation and are not used.

    Raises ValueError when a combination is one that RDS refuses.
    """

    engine: Engine
    engine_version: str | None = None
    topology: Topology = "instance"
    instance_class: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    kms_key_arn: pulumi.Input[str]
    database_name: str
    storage_gib: int = 100
    max_storage_gib: int = 500
    iops: int = 3000
    replica_zones: tuple[str, ...] = ()
    replica_class: str | None = None
    standby_replica: bool = False
    backup_days: int = 7
    backup_window: str = db.BACKUP_WINDOW
    maintenance_window: str = db.MAINTENANCE
    backup_copy: BackupCopy | None = None
    secret_replicas: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    proxy: bool = True
    insights: Insights = "standard"
    connections_alarm: int = 500
    apply_immediately: bool = False
    retain_data: bool
    alarms: Alarming = field(default_factory=Alarming)
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        db.check_class(self.instance_class)
        db.check_windows(self.backup_window, self.maintenance_window)
        if not 7 <= self.backup_days <= 35:
            raise ValueError(f"backup_days={self.backup_days}: must be 7-35 days")
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,62}", self.database_name):
            raise ValueError(f"database_name={self.database_name}: must be 1-63 letters, digits or _, a letter first")
        if not 20 <= self.storage_gib <= 65536:
            raise ValueError(f"storage_gib={self.storage_gib}: must be 20-65536 GiB")
        if unknown := set(self.replica_zones) - set(self.subnet_ids):
            raise ValueError(f"replica_zones={self.replica_zones}: no subnet in {sorted(unknown)}")
        if len(set(self.replica_zones)) < len(self.replica_zones):
            raise ValueError(f"replica_zones={self.replica_zones}: one replica per zone; name each zone once")
        if self.secret_replicas and self.managed_password:
            raise ValueError("secret_replicas: the AWS-managed secret is not replicated; only with read replicas")
        if self.topology == "cluster":
            self._check_cluster()
            return
        db.check_zones("subnet_ids", list(self.subnet_ids), 2)
        if self.max_storage_gib * 10 < self.storage_gib * 11:
            raise ValueError(
                f"max_storage_gib={self.max_storage_gib}: must be at least 1.1 times {self.storage_gib} GiB"
            )

    def _check_cluster(self) -> None:
        db.check_zones("subnet_ids", list(self.subnet_ids), 3)
        if not CLUSTER_CLASS.match(self.instance_class):
            raise ValueError(
                f"instance_class={self.instance_class}: a Multi-AZ DB cluster needs a class with local storage, "
                "such as db.r6gd.large or db.m6gd.large"
            )
        if self.storage_gib < MIN_CLUSTER_GIB:
            raise ValueError(f"storage_gib={self.storage_gib}: a Multi-AZ DB cluster needs at least {MIN_CLUSTER_GIB}")
        if not max(1000, self.storage_gib // 2) <= self.iops <= self.storage_gib * 50:
            raise ValueError(f"iops={self.iops}: must be at least 1000 and 0.5-50 per GiB of {self.storage_gib} GiB")
        if self.replica_zones or self.standby_replica:
            raise ValueError("topology=cluster: its two standbys are readable; give no replicas")
        if self.backup_copy:
            raise ValueError(
                "backup_copy: RDS copies no backups of Multi-AZ DB clusters to other Regions; use instance"
            )

    @property
    def version(self) -> str:
        """Engine version, the default of the engine when none is given."""
        return self.engine_version or DEFAULT_VERSIONS[self.engine]

    @property
    def managed_password(self) -> bool:
        """Whether RDS manages the master password."""
        return not self.replica_zones and not self.standby_replica

    @property
    def primary_zones(self) -> list[str]:
        """Zones the primary and its standby may be in."""
        free = sorted(set(self.subnet_ids) - set(self.replica_zones))
        return free if len(free) >= 2 else sorted(self.subnet_ids)


def parameters(engine: Engine) -> list[tuple[str, str]]:
    """Parameters of every database: TLS or nothing, slow statements into the log."""
    if engine == "mysql":
        slow = [("slow_query_log", "1"), ("long_query_time", str(SLOW_SECONDS)), ("log_output", "FILE")]
        return [("require_secure_transport", "1"), *slow]
    return [("rds.force_ssl", "1"), ("log_min_duration_statement", str(SLOW_SECONDS * 1000))]


def family(engine: Engine, version: str) -> str:
    """Parameter group family of an engine version, such as ``mysql8.4`` or ``postgres17``."""
    return engine + ".".join(version.split(".")[: 2 if engine == "mysql" else 1])


def parameter_group(
    name: str, engine: Engine, version: str, tags: Mapping[str, str], parent: pulumi.Resource
) -> aws.rds.ParameterGroup:
    """The instance parameter group of an engine version, in the parent's Region."""
    return aws.rds.ParameterGroup(
        f"{name}-parameters",
        family=family(engine, version),
        description=f"TLS only, {name}",
        parameters=[  # pending-reboot suits static and dynamic parameters, and a new database starts with them
            aws.rds.ParameterGroupParameterArgs(name=key, value=value, apply_method="pending-reboot")
            for key, value in parameters(engine)
        ],
        tags=named(tags, f"{name}-parameters"),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def insights(engine: Engine, instance_class: str, mode: Insights, kms_key_arn: pulumi.Input[str]) -> dict[str, Any]:
    """Arguments of Performance and Database Insights that suit the class."""
    if engine == "mysql" and NO_INSIGHTS.match(instance_class):
        return {"performance_insights_enabled": False}
    days = db.ADVANCED_INSIGHTS_DAYS if mode == "advanced" else db.STANDARD_INSIGHTS_DAYS
    return {
        "performance_insights_enabled": True,
        "performance_insights_kms_key_id": kms_key_arn,
        "performance_insights_retention_period": days,
        "database_insights_mode": mode,
    }
