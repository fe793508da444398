"""Aurora PostgreSQL clusters: a cluster in the primary Region, and the secondary cluster of a Global Database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from components import versions
from components.alarms import Metric, widget
from components.arns import region_of
from components.tags import named
from components.tiers.arguments import StatefulTierArgs
from components.tiers.data import rds_shared as db
from components.tiers.data.rds_proxy import IGNORED_CHANGES, RdsProxy, rds_proxy

DEFAULT_VERSION = versions.AURORA_POSTGRES.version
"""Newest major version that Aurora PostgreSQL supports. Aurora chooses the minor version and upgrades it, but not in a
Global Database, where automatic minor upgrades have no effect (Aurora user guide, "Upgrading an Amazon Aurora global
database"): there an operator upgrades (docs/runbooks/databases.md)."""
LOGS = ("postgresql",)
PORT = db.PORTS["postgres"]
SERVERLESS_CLASS = "db.serverless"
SLOW_MILLISECONDS = 1000
"""Statements that take longer are logged."""
LAG_MILLISECONDS = 1000
"""Replica lag above which the alarm fires. A reader shares the writer's storage and is usually less than
100 ms behind."""
GLOBAL_LAG_MILLISECONDS = 5000
"""Lag of the secondary cluster above which the alarm fires. It is usually less than a second; this much would be lost
with the primary Region."""
ACU_PERCENT = 90
"""Percent of the maximum Serverless v2 capacity above which the alarm fires."""
MAX_INSTANCES = 16
"""A writer and 15 readers (Aurora quota). At preview the instances name a cluster whose id is not known yet, so only
the tier can count them then."""
LEAST_ACU = 0.5
"""Smallest Serverless v2 capacity above 0, at which a cluster would pause (RDS ServerlessV2ScalingConfiguration)."""
GLOBAL_READERS = 14
"""Readers in the primary Region of a Global Database: 15 minus one per secondary Region (Aurora user guide,
"Configuration requirements of an Amazon Aurora global database")."""
GLOBAL_DATABASE_OWNED: tuple[str, ...] = ("replicationSourceIdentifier", "engineVersion", "globalClusterIdentifier")
"""Arguments of clusters of a Global Database that the program leaves alone, since operators change them: a switchover
makes the primary a secondary, which has a replication source; a detached cluster is no member any more; and a version
is upgraded on all clusters together."""
CLUSTER_EVENTS = ("failover", "failure", "global-failover", "maintenance", "notification")
INSTANCE_EVENTS = ("availability", "failure", "maintenance", "recovery")


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """Serverless v2 capacity of every instance, in ACU (about 2 GiB of memory), in steps of 0.5.

    least: 0.5-256. 0 is not allowed, because the cluster could then pause and the next query would have to wait. most:
    1-256, at least ``least``. A failover keeps its speed if ``least`` carries the load.

    Raises ValueError if the cluster could pause.
    """

    least: float
    most: float

    def __post_init__(self) -> None:
        if self.least < LEAST_ACU:
            raise ValueError(f"least={self.least}: must be at least {LEAST_ACU} ACU, or the cluster pauses")


@dataclass(frozen=True, kw_only=True)
class AuroraClusterArgs(StatefulTierArgs):
    """Inputs that clusters in both Regions have.

    instance_class: of provisioned instances; None for Serverless v2, which needs capacity. subnet_ids: zone -> private
    subnet, at least 2 zones. readers: 1-15; instance i is in zone i, modulo the number of zones. backup_days: 7-35.
    kms_key_arn: with ``KeyUse.LOGS``. insights: Database Insights mode. connections_alarm: open connections of an
    instance above which the alarm fires.

    Raises ValueError if the cluster would not survive the loss of a zone, or the arguments contradict each other.
    """

    instance_class: str | None = None
    capacity: Capacity | None = None
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    readers: int = 2
    backup_days: int = 35
    backup_window: str = db.BACKUP_WINDOW
    maintenance_window: str = db.MAINTENANCE
    insights: Literal["standard", "advanced"] = "standard"
    connections_alarm: int = 1000
    proxy: bool = True
    users: tuple[str, ...] = ()
    """Database users besides the master user, without a password: they log in to the proxy, and the proxy to the
    database, with IAM."""
    apply_immediately: bool = False

    def __post_init__(self) -> None:
        db.check_zones("subnet_ids", list(self.subnet_ids), 2)
        if (self.instance_class is None) == (self.capacity is None):
            raise ValueError("instance_class, capacity: give one of them, for provisioned or for Serverless v2")
        if self.instance_class == SERVERLESS_CLASS:
            raise ValueError(f"instance_class={self.instance_class}: give capacity instead")
        if not 1 <= self.readers < MAX_INSTANCES:
            raise ValueError(
                f"readers={self.readers}: must be 1-{MAX_INSTANCES - 1}; with none a zone's loss is downtime"
            )
        if self.backup_days < db.MIN_BACKUP_DAYS:
            raise ValueError(f"backup_days={self.backup_days}: must be at least {db.MIN_BACKUP_DAYS} days")
        if self.users and not self.proxy:
            raise ValueError(f"users={list(self.users)}: they come by the proxy; give proxy=True")

    def check_global(self) -> None:
        """Raises ValueError if a Global Database does not support the class (Aurora user guide, as
        `GLOBAL_READERS`).
        """
        if self.instance_class is not None and self.instance_class.startswith("db.t"):
            raise ValueError(
                f"instance_class={self.instance_class}: a Global Database needs classes optimized for memory; "
                "give one such as db.r7g.large, or capacity"
            )

    @property
    def placement(self) -> dict[str, str]:
        """Instance -> zone, the writer first. An instance is named after its zone, from the second round on with a
        number.
        """
        zones = sorted(self.subnet_ids)
        return {
            zones[i % len(zones)] + (f"-{i // len(zones) + 1}" if i >= len(zones) else ""): zones[i % len(zones)]
            for i in range(self.readers + 1)
        }


def insights(shape: AuroraClusterArgs) -> dict[str, Any]:
    """Performance Insights and Database Insights, set on the cluster, since its instances cannot differ."""
    advanced = shape.insights == "advanced"
    return {
        "performance_insights_enabled": True,
        "performance_insights_kms_key_id": shape.kms_key_arn,
        "performance_insights_retention_period": db.ADVANCED_INSIGHTS_DAYS if advanced else db.STANDARD_INSIGHTS_DAYS,
        "database_insights_mode": shape.insights,
    }


def scaling(shape: AuroraClusterArgs) -> aws.rds.ClusterServerlessv2ScalingConfigurationArgs | None:
    """Serverless v2 limits of the cluster; None if its instances are provisioned."""
    if shape.capacity is None:
        return None
    return aws.rds.ClusterServerlessv2ScalingConfigurationArgs(
        min_capacity=shape.capacity.least, max_capacity=shape.capacity.most
    )


def parameter_group(
    name: str, version: str, tags: Mapping[str, str], parent: pulumi.Resource
) -> aws.rds.ClusterParameterGroup:
    """Cluster parameter group: TLS required, slow statements logged."""
    settings = (("rds.force_ssl", "1"), ("log_min_duration_statement", str(SLOW_MILLISECONDS)))
    return aws.rds.ClusterParameterGroup(
        f"{name}-parameters",
        family=f"aurora-postgresql{version.split('.')[0]}",
        description=f"TLS only, {name}",
        parameters=[
            aws.rds.ClusterParameterGroupParameterArgs(name=key, value=value, apply_method=db.DYNAMIC)
            for key, value in settings
        ],
        tags=named(tags, f"{name}-parameters"),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def cluster_arguments(
    name: str,
    shape: AuroraClusterArgs,
    version: str,
    group: aws.ec2.SecurityGroup,
    subnets: aws.rds.SubnetGroup,
    parent: pulumi.Resource,
) -> dict[str, Any]:
    """Arguments that the clusters of both Regions have in common. version: the major one, for the parameter group."""
    known = db.identifier(name)
    return {
        "cluster_identifier": known,
        "engine": aws.rds.EngineType.AURORA_POSTGRESQL,
        "engine_mode": aws.rds.EngineMode.PROVISIONED,
        "serverlessv2_scaling_configuration": scaling(shape),
        "port": PORT,
        "iam_database_authentication_enabled": True,
        "storage_encrypted": True,
        "kms_key_id": shape.kms_key_arn,
        "db_subnet_group_name": subnets.name,
        "vpc_security_group_ids": [group.id],
        "db_cluster_parameter_group_name": parameter_group(name, version, shape.tags, parent).name,
        "backup_retention_period": shape.backup_days,
        "preferred_backup_window": shape.backup_window,
        "preferred_maintenance_window": shape.maintenance_window,
        "copy_tags_to_snapshot": True,
        "delete_automated_backups": not shape.retain_data,
        "deletion_protection": shape.retain_data,
        "skip_final_snapshot": not shape.retain_data,
        "final_snapshot_identifier": db.final_snapshot(known, group) if shape.retain_data else None,
        "enabled_cloudwatch_logs_exports": list(LOGS),
        "apply_immediately": shape.apply_immediately,
        "tags": named(shape.tags, f"{name}-cluster"),
        **insights(shape),
    }


def cluster_instances(
    name: str,
    cluster: aws.rds.Cluster,
    subnets: aws.rds.SubnetGroup,
    shape: AuroraClusterArgs,
    monitoring: tuple[pulumi.Output[str], pulumi.Resource],
    parent: pulumi.Resource,
) -> dict[str, aws.rds.ClusterInstance]:
    """The instances by name. The first one is created first, so it is the writer; the next one is first in line for
    failover.
    """
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
            auto_minor_version_upgrade=True,  # without effect in a Global Database
            apply_immediately=shape.apply_immediately,
            tags=named(shape.tags, f"{name}-{member}"),
            opts=pulumi.ResourceOptions(parent=parent, depends_on=before),
        )
    return made


@dataclass(frozen=True)
class ProxiedEndpoints:
    """A cluster's RDS Proxy, and its reader endpoint."""

    proxy: RdsProxy
    reader_endpoint: pulumi.Output[str]


def proxied_endpoints(
    name: str,
    cluster: aws.rds.Cluster,
    made: Mapping[str, aws.rds.ClusterInstance],
    group: aws.ec2.SecurityGroup,
    shape: AuroraClusterArgs,
    secret_arn: pulumi.Input[str],
    parent: pulumi.Resource,
) -> ProxiedEndpoints:
    """RDS Proxy in every zone, with an endpoint for the writer and one for readers."""
    ahead = rds_proxy(
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
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[target], ignore_changes=IGNORED_CHANGES),
    )
    return ProxiedEndpoints(ahead, readers.endpoint)


def cluster_alarms(
    name: str,
    cluster: aws.rds.Cluster,
    made: Mapping[str, aws.rds.ClusterInstance],
    shape: AuroraClusterArgs,
    parent: pulumi.Resource,
    *,
    secondary: bool,
) -> dict[str, aws.cloudwatch.MetricAlarm]:
    """Alarms for every instance, its lag (each may become a reader), and the lag of a secondary cluster; and event
    notifications.
    """
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


def cluster_widgets(
    name: str, region: pulumi.Input[str], made: Mapping[str, aws.rds.ClusterInstance]
) -> list[dict[str, Any]]:
    """One graph per metric, one line per instance."""
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


@dataclass(frozen=True, kw_only=True)
class AuroraArgs(AuroraClusterArgs):
    """Inputs of `Aurora`, besides those of `AuroraClusterArgs`.

    engine_version: major version, or major.minor (then Aurora's automatic minor upgrades show as a difference).
    global_database: create a Global Database with this cluster as primary, which `AuroraSecondaryCluster` joins; can be
    turned on later. secret_replicas: other Region -> KMS key there, for copies of the master secret; only with
    global_database.

    RDS manages the password and rotates it weekly. Aurora does not support that in a Global Database (Aurora user
    guide, "Limitations for Secrets Manager integration"): then the password is random and in Secrets Manager.
    """

    engine_version: str = DEFAULT_VERSION
    database_name: str
    global_database: bool = False
    secret_replicas: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])

    def __post_init__(self) -> None:
        super().__post_init__()
        if not re.fullmatch(r"\d{2}(\.\d+)?", self.engine_version):
            raise ValueError(f"engine_version={self.engine_version}: must be a major version such as {DEFAULT_VERSION}")
        if self.global_database:
            self.check_global()
            if self.readers > GLOBAL_READERS:
                raise ValueError(f"readers={self.readers}: a Global Database has at most {GLOBAL_READERS} here")
        if self.secret_replicas and not self.global_database:
            raise ValueError("secret_replicas: the AWS-managed secret is not replicated; only with global_database")


class Aurora(pulumi.ComponentResource):
    """An Aurora PostgreSQL cluster. If its writer or the writer's zone is lost, the next reader takes over.

    Children: {name}-group, {name}-subnets, {name}-parameters, {name}-cluster, {name}-{zone} per instance, {name}-proxy,
    {name}-global and {name}-secret with a Global Database, role, logs, events, alarms. endpoint: for writing;
    reader_endpoint: for reading; the proxy's, if there is one. global_cluster_id: for `AuroraSecondaryCluster`, known
    after the writer exists; None without a Global Database. connect_arn: resource for ``rds-db:connect``, None without
    a proxy.
    """

    endpoint: pulumi.Output[str]
    reader_endpoint: pulumi.Output[str]
    database_endpoint: pulumi.Output[str]
    port: int
    cluster_arn: pulumi.Output[str]
    engine_version: pulumi.Output[str]
    secret_arn: pulumi.Output[str]
    global_cluster_id: pulumi.Output[str] | None
    connect_arn: pulumi.Output[str] | None
    user_arns: Mapping[str, pulumi.Output[str]]
    """As connect_arn, for each of ``users``."""
    subnet_group_name: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: AuroraArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Aurora", name, None, opts)
        known, self.port = db.identifier(name), PORT
        self._prefix, self._args = name, args
        self.group, subnets = db.database_network(name, args.vpc_id, args.subnet_ids, args.tags, self)
        self.subnet_group_name = subnets.name
        logs = db.log_groups(name, db.log_paths(f"cluster/{known}", LOGS), args.kms_key_arn, args.tags, self)
        # A switchover or failover of the Global Database changes them; operators upgrade the version of both clusters
        # together (docs/runbooks/databases.md).
        owned = list(GLOBAL_DATABASE_OWNED) if args.global_database else None
        self.cluster = aws.rds.Cluster(
            f"{name}-cluster",
            engine_version=args.engine_version,
            database_name=args.database_name,
            master_username=db.MASTER_USERNAME,
            opts=pulumi.ResourceOptions(parent=self, depends_on=logs, protect=args.retain_data, ignore_changes=owned),
            **self._password(),
            **cluster_arguments(name, args, args.engine_version, self.group, subnets, self),
        )
        if not args.global_database:
            self.secret_arn = self.cluster.master_user_secrets.apply(
                lambda made: str(made[0].secret_arn) if made else ""
            )
        monitoring = db.monitoring_role(name, args.kms_key_arn, args.tags, self)
        self.members = cluster_instances(name, self.cluster, subnets, args, monitoring, self)
        self.cluster_arn, self.database_endpoint = self.cluster.arn, self.cluster.endpoint
        self.engine_version = self.cluster.engine_version_actual
        self._global()
        self._proxy()
        self.alarms = cluster_alarms(name, self.cluster, self.members, args, self, secondary=False)
        self.widgets = cluster_widgets(name, region_of(args.kms_key_arn), self.members)
        self.register_outputs({"endpoint": self.endpoint, "clusterArn": self.cluster_arn})

    def _password(self) -> dict[str, Any]:
        args = self._args
        if not args.global_database:
            return {"manage_master_user_password": True, "master_user_secret_kms_key_id": args.kms_key_arn}
        made = db.credentials(
            self._prefix,
            kms_key_arn=args.kms_key_arn,
            replicas=args.secret_replicas,
            retain_data=args.retain_data,
            tags=args.tags,
            parent=self,
        )
        self.secret_arn = made.secret_arn
        return {"master_password_wo": made.password, "master_password_wo_version": 1}

    def secret_arn_in(self, region: str) -> pulumi.Output[str]:
        """ARN of the secret's replica in ``region``, one of secret_replicas."""
        return db.arn_in(region, self.secret_arn)

    def _global(self) -> None:
        """The Global Database, created from the cluster, so that a running cluster can become global."""
        name, args = self._prefix, self._args
        self.global_cluster_id = None
        if not args.global_database:
            return
        whole = aws.rds.GlobalCluster(
            f"{name}-global",
            global_cluster_identifier=db.identifier(f"{name}-global"),
            source_db_cluster_identifier=self.cluster.arn,
            force_destroy=True,  # required with a source; on destroy the clusters leave it and keep their data
            deletion_protection=args.retain_data,
            tags=named(args.tags, f"{name}-global"),
            opts=pulumi.ResourceOptions(parent=self, protect=args.retain_data),
        )
        writer = next(iter(self.members.values()))
        both = pulumi.Output.all(whole.id, writer.id)  # a secondary cluster cannot be created before the writer
        self.global_cluster_id = both.apply(lambda ids: str(ids[0]))

    def _proxy(self) -> None:
        self.connect_arn, self.endpoint, self.security_group_id = None, self.database_endpoint, self.group.id
        self.reader_endpoint, self.user_arns = self.cluster.reader_endpoint, {}
        if self._args.proxy:
            ahead = proxied_endpoints(
                self._prefix, self.cluster, self.members, self.group, self._args, self.secret_arn, self
            )
            self.connect_arn, self.endpoint = ahead.proxy.connect_arn, ahead.proxy.endpoint
            self.user_arns = ahead.proxy.user_arns
            self.reader_endpoint, self.security_group_id = ahead.reader_endpoint, ahead.proxy.security_group.id


@dataclass(frozen=True, kw_only=True)
class AuroraSecondaryClusterArgs(AuroraClusterArgs):
    """Inputs of `AuroraSecondaryCluster`, besides those of `AuroraClusterArgs`; kms_key_arn and subnet_ids are in the
    standby Region.

    global_cluster_id: `Aurora.global_cluster_id`. source_region: the primary's Region. version:
    `Aurora.engine_version`, the actual one. major_version: for the parameter group. secret_arn: replica of the master
    secret in this Region, for the proxy; None for no proxy. write_forwarding: readers here forward writes to the
    primary.
    """

    global_cluster_id: pulumi.Input[str]
    source_region: str
    version: pulumi.Input[str] | None = None
    major_version: str = DEFAULT_VERSION
    secret_arn: pulumi.Input[str] | None = None
    write_forwarding: bool = False
    readers: int = 1
    maintenance_window: str = db.STANDBY_MAINTENANCE

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check_global()
        if self.proxy and self.secret_arn is None:
            raise ValueError("proxy=True: needs secret_arn, a replica of the master secret; give it or proxy=False")


class AuroraSecondaryCluster(pulumi.ComponentResource):
    """A read-only cluster that Aurora replicates from the primary at the storage level, and that takes over when it is
    promoted.

    Use a provider of the standby Region. Aurora does not allow it a user, password or database of its own. Children: as
    for `Aurora`, without {name}-global. endpoint: for writing, usable after promotion.
    """

    endpoint: pulumi.Output[str]
    reader_endpoint: pulumi.Output[str]
    port: int
    cluster_arn: pulumi.Output[str]
    connect_arn: pulumi.Output[str] | None
    user_arns: Mapping[str, pulumi.Output[str]]
    security_group_id: pulumi.Output[str]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: AuroraSecondaryClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:AuroraStandby", name, None, opts)
        known, self.port = db.identifier(name), PORT
        group, subnets = db.database_network(name, args.vpc_id, args.subnet_ids, args.tags, self)
        logs = db.log_groups(name, db.log_paths(f"cluster/{known}", LOGS), args.kms_key_arn, args.tags, self)
        self.cluster = aws.rds.Cluster(
            f"{name}-cluster",
            engine_version=args.version,
            global_cluster_identifier=args.global_cluster_id,
            source_region=args.source_region,
            enable_global_write_forwarding=args.write_forwarding,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=logs,
                protect=args.retain_data,
                ignore_changes=list(GLOBAL_DATABASE_OWNED),
            ),
            # The provider removes it from the Global Database before deleting it; by then it may be the last copy, so
            # it takes a final snapshot too.
            **cluster_arguments(name, args, args.major_version, group, subnets, self),
        )
        monitoring = db.monitoring_role(name, args.kms_key_arn, args.tags, self)
        self.members = cluster_instances(name, self.cluster, subnets, args, monitoring, self)
        self.cluster_arn, self.endpoint = self.cluster.arn, self.cluster.endpoint
        self.reader_endpoint = self.cluster.reader_endpoint
        self.security_group_id, self.connect_arn, self.user_arns = group.id, None, {}
        if args.proxy and args.secret_arn is not None:
            # The proxy exists in advance, so that clients need no change when the cluster is promoted.
            ahead = proxied_endpoints(name, self.cluster, self.members, group, args, args.secret_arn, self)
            self.connect_arn, self.endpoint = ahead.proxy.connect_arn, ahead.proxy.endpoint
            self.user_arns = ahead.proxy.user_arns
            self.reader_endpoint, self.security_group_id = ahead.reader_endpoint, ahead.proxy.security_group.id
        self.alarms = cluster_alarms(name, self.cluster, self.members, args, self, secondary=True)
        self.widgets = cluster_widgets(name, region_of(args.kms_key_arn), self.members)
        self.register_outputs({"endpoint": self.endpoint, "clusterArn": self.cluster_arn})
