"""What Aurora clusters of either Region have in common: their instances, parameters and alarms."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from components.alarms import Alarming, Metric, widget
from components.tags import named
from components.tiers import databases as db
from components.tiers.database_proxy import SETTLED, ProxyParts, proxy

DEFAULT_VERSION = "17"
"""Newest major version that Aurora PostgreSQL supports; Aurora picks and upgrades the minor one."""
LOGS = ("postgresql",)
SERVERLESS_CLASS = "db.serverless"
SLOW_MILLISECONDS = 1000
"""Statements longer than this are logged."""
LAG_MILLISECONDS = 1000
"""A reader shares the writer's storage and is usually less than 100 ms behind."""
GLOBAL_LAG_MILLISECONDS = 5000
"""A secondary cluster is usually less than a second behind; more than this would be lost with the primary Region."""
ACU_PERCENT = 90
"""Share of the serverless maximum that raises the alarm."""
MAX_INSTANCES = 16
"""A writer and 15 readers (Aurora quota)."""
GLOBAL_READERS = 14
"""Readers in a Global Database's primary Region: 15 less one for each secondary Region (Aurora user guide,
"Configuration requirements of an Amazon Aurora global database")."""
CLUSTER_EVENTS = ("failover", "failure", "global-failover", "maintenance", "notification")
INSTANCE_EVENTS = ("availability", "failure", "maintenance", "recovery")


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """Serverless v2 capacity of every instance, in ACU (about 2 GiB of memory): steps of 0.5.

    least: 0.5-256. Zero would let the cluster pause, and the first query after that wait; so it is not allowed. most:
    1-256, at least ``least``. A failover keeps its speed when ``least`` carries the load.
    """

    least: float
    most: float

    def __post_init__(self) -> None:
        if not 0.5 <= self.least <= 256 or not 1 <= self.most <= 256 or self.least > self.most:
            raise ValueError(f"capacity={self.least}-{self.most} ACU: must be 0.5-256, and the least not the larger")
        if any(not math.isclose(value * 2, round(value * 2)) for value in (self.least, self.most)):
            raise ValueError(f"capacity={self.least}-{self.most} ACU: goes in steps of 0.5")


@dataclass(frozen=True, kw_only=True)
class AuroraShape:
    """What a cluster in either Region is given.

    instance_class: of provisioned instances; None for Serverless v2, which needs capacity. zones come from subnet_ids:
    zone -> private subnet, at least 2. readers: 1-15; member i runs in zone i, round and round. backup_days: 7-35.
    kms_key_arn: with ``KeyUse.LOGS``. insights: Database Insights mode. connections_alarm: open connections of an
    instance that raise the alarm.

    Raises ValueError when a value is one that RDS refuses.
    """

    instance_class: str | None = None
    capacity: Capacity | None = None
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    kms_key_arn: pulumi.Input[str]
    readers: int = 2
    backup_days: int = 35
    backup_window: str = db.BACKUP_WINDOW
    maintenance_window: str = db.MAINTENANCE
    insights: Literal["standard", "advanced"] = "standard"
    connections_alarm: int = 1000
    proxy: bool = True
    users: tuple[str, ...] = ()
    """Database users besides the master, without a password: they reach the proxy, and it the database, by IAM."""
    apply_immediately: bool = False
    retain_data: bool
    alarms: Alarming = field(default_factory=Alarming)
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        db.check_zones("subnet_ids", list(self.subnet_ids), 2)
        db.check_windows(self.backup_window, self.maintenance_window)
        if (self.instance_class is None) == (self.capacity is None):
            raise ValueError("instance_class, capacity: give one of them, for provisioned or for Serverless v2")
        if self.instance_class is not None:
            if self.instance_class == SERVERLESS_CLASS:
                raise ValueError(f"instance_class={self.instance_class}: give capacity instead")
            db.check_class(self.instance_class)
        if not 1 <= self.readers < MAX_INSTANCES:
            raise ValueError(
                f"readers={self.readers}: must be 1-{MAX_INSTANCES - 1}; with none a zone's loss is downtime"
            )
        if not 7 <= self.backup_days <= 35:
            raise ValueError(f"backup_days={self.backup_days}: must be 7-35 days")
        if self.users and not self.proxy:
            raise ValueError(f"users={list(self.users)}: they come by the proxy; give proxy=True")

    def check_global(self) -> None:
        """Raises ValueError when a Global Database does not take the class (Aurora user guide, as `GLOBAL_READERS`)."""
        if self.instance_class is not None and self.instance_class.startswith("db.t"):
            raise ValueError(
                f"instance_class={self.instance_class}: a Global Database needs classes optimized for memory; "
                "give one such as db.r7g.large, or capacity"
            )

    @property
    def placement(self) -> dict[str, str]:
        """Member -> zone, the writer first; a member is called after its zone, and after its round from the second."""
        zones = sorted(self.subnet_ids)
        return {
            zones[i % len(zones)] + (f"-{i // len(zones) + 1}" if i >= len(zones) else ""): zones[i % len(zones)]
            for i in range(self.readers + 1)
        }


def insights(shape: AuroraShape) -> dict[str, Any]:
    """Performance and Database Insights, set on the cluster: its instances may not differ."""
    advanced = shape.insights == "advanced"
    return {
        "performance_insights_enabled": True,
        "performance_insights_kms_key_id": shape.kms_key_arn,
        "performance_insights_retention_period": db.ADVANCED_INSIGHTS_DAYS if advanced else db.STANDARD_INSIGHTS_DAYS,
        "database_insights_mode": shape.insights,
    }


def scaling(shape: AuroraShape) -> aws.rds.ClusterServerlessv2ScalingConfigurationArgs | None:
    """The cluster's serverless limits; None when its instances are provisioned."""
    if shape.capacity is None:
        return None
    return aws.rds.ClusterServerlessv2ScalingConfigurationArgs(
        min_capacity=shape.capacity.least, max_capacity=shape.capacity.most
    )


def parameter_group(
    name: str, version: str, tags: Mapping[str, str], parent: pulumi.Resource
) -> aws.rds.ClusterParameterGroup:
    """TLS or nothing, and slow statements into the log."""
    settings = (("rds.force_ssl", "1"), ("log_min_duration_statement", str(SLOW_MILLISECONDS)))
    return aws.rds.ClusterParameterGroup(
        f"{name}-parameters",
        family=f"aurora-postgresql{version.split('.')[0]}",
        description=f"TLS only, {name}",
        parameters=[
            aws.rds.ClusterParameterGroupParameterArgs(name=key, value=value, apply_method="pending-reboot")
            for key, value in settings
        ],
        tags=named(tags, f"{name}-parameters"),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def members(
    name: str,
    cluster: aws.rds.Cluster,
    subnets: aws.rds.SubnetGroup,
    shape: AuroraShape,
    monitoring: tuple[pulumi.Output[str], pulumi.Resource],
    parent: pulumi.Resource,
) -> dict[str, aws.rds.ClusterInstance]:
    """The instances by member. The first is made first, so it is the writer; the next zone's is first to follow it."""
    made: dict[str, aws.rds.ClusterInstance] = {}
    role, attached = monitoring
    for tier, (member, zone) in enumerate(shape.placement.items()):
        before: Sequence[pulumi.Resource] = [attached, *list(made.values())[:1]]
        made[member] = aws.rds.ClusterInstance(
            f"{name}-{member}",
            identifier=f"{db.identifier(name)}-{member}",
            cluster_identifier=cluster.id,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            instance_class=shape.instance_class or SERVERLESS_CLASS,
            availability_zone=zone,
            promotion_tier=tier,
            db_subnet_group_name=subnets.name,
            publicly_accessible=False,
            ca_cert_identifier=db.CA,
            monitoring_interval=db.MONITORING_SECONDS,
            monitoring_role_arn=role,
            preferred_maintenance_window=shape.maintenance_window,
            copy_tags_to_snapshot=True,
            auto_minor_version_upgrade=True,
            apply_immediately=shape.apply_immediately,
            tags=named(shape.tags, f"{name}-{member}"),
            opts=pulumi.ResourceOptions(parent=parent, depends_on=before),
        )
    return made


@dataclass(frozen=True)
class Front:
    """A cluster's proxy, and its endpoint for reading."""

    proxy: ProxyParts
    reader_endpoint: pulumi.Output[str]


def front(
    name: str,
    cluster: aws.rds.Cluster,
    made: Mapping[str, aws.rds.ClusterInstance],
    group: aws.ec2.SecurityGroup,
    shape: AuroraShape,
    secret_arn: pulumi.Input[str],
    parent: pulumi.Resource,
) -> Front:
    """RDS Proxy in every zone, with an endpoint for writing and one for reading."""
    ahead = proxy(
        name,
        engine="postgres",
        database_group=group,
        subnet_ids=shape.subnet_ids,
        vpc_id=shape.vpc_id,
        secret_arn=secret_arn,
        kms_key_arn=shape.kms_key_arn,
        tags=shape.tags,
        parent=parent,
        users=shape.users,
        resource_id=cluster.cluster_resource_id,
    )
    target = aws.rds.ProxyTarget(
        f"{name}-proxy-target",
        db_proxy_name=ahead.resource.name,
        target_group_name=ahead.group.name,
        db_cluster_identifier=cluster.cluster_identifier,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(made.values())),
    )
    readers = aws.rds.ProxyEndpoint(
        f"{name}-proxy-readers",
        db_proxy_name=ahead.resource.name,
        db_proxy_endpoint_name=db.identifier(f"{name}-readers"),
        target_role="READ_ONLY",
        vpc_subnet_ids=[shape.subnet_ids[zone] for zone in sorted(shape.subnet_ids)],
        vpc_security_group_ids=[ahead.security_group.id],
        tags=named(shape.tags, f"{name}-proxy-readers"),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[target], ignore_changes=SETTLED),
    )
    return Front(ahead, readers.endpoint)


def watch(
    name: str,
    cluster: aws.rds.Cluster,
    made: Mapping[str, aws.rds.ClusterInstance],
    shape: AuroraShape,
    parent: pulumi.Resource,
    *,
    secondary: bool,
) -> dict[str, aws.cloudwatch.MetricAlarm]:
    """Alarms of every member, of its lag (each may become a reader), and of a secondary cluster's delay; and events."""
    alarms: dict[str, aws.cloudwatch.MetricAlarm] = {}
    for member, instance in made.items():
        limits = db.InstanceLimits(shape.connections_alarm)
        of: dict[str, pulumi.Input[str]] = {"DBInstanceIdentifier": instance.identifier}
        alarms |= db.instance_alarms(name, member, instance.identifier, limits, shape.alarms, parent)
        late = (">", LAG_MILLISECONDS, f"{name}-{member}: more than {LAG_MILLISECONDS} ms behind the writer")
        key = f"lag-{member}"
        alarms[key] = db.alarm(f"{name}-{key}", "AuroraReplicaLag", of, late, shape.alarms, parent)
        if shape.capacity:
            full = (">", ACU_PERCENT, f"{name}-{member}: above {ACU_PERCENT} % of its largest capacity")
            key = f"capacity-{member}"
            alarms[key] = db.alarm(f"{name}-{key}", "ACUUtilization", of, full, shape.alarms, parent)
    if secondary:
        behind = (">", GLOBAL_LAG_MILLISECONDS, f"{name}: more than {GLOBAL_LAG_MILLISECONDS} ms behind the primary")
        alarms["global-lag"] = db.alarm(
            f"{name}-global-lag",
            "AuroraGlobalDBReplicationLag",
            {"DBClusterIdentifier": cluster.cluster_identifier},
            behind,
            shape.alarms,
            parent,
            statistic="Maximum",
        )
    db.events(f"{name}-cluster", "db-cluster", [cluster.cluster_identifier], CLUSTER_EVENTS, shape.alarms, parent)
    instances = [instance.identifier for instance in made.values()]
    db.events(f"{name}-instances", "db-instance", instances, INSTANCE_EVENTS, shape.alarms, parent)
    return alarms


def widgets(name: str, region: pulumi.Input[str], made: Mapping[str, aws.rds.ClusterInstance]) -> list[dict[str, Any]]:
    """One plot per metric, one line per instance."""
    plots = ("CPUUtilization", "DatabaseConnections", "AuroraReplicaLag", "CommitLatency")
    return [
        widget(
            f"{name}: {plot}",
            region,
            [
                Metric(namespace="AWS/RDS", name=plot, dimensions={"DBInstanceIdentifier": instance.identifier})
                for instance in made.values()
            ],
        )
        for plot in plots
    ]
