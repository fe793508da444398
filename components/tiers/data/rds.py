"""RDS for MySQL and PostgreSQL: Multi-AZ instances and clusters with read replicas, and a replica in another Region."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
from components.tiers.data.rds_proxy import rds_proxy

Engine = Literal["mysql", "postgres"]
Topology = Literal["instance", "cluster"]
Insights = Literal["standard", "advanced"]

DEFAULT_VERSIONS: Mapping[Engine, str] = {
    "mysql": versions.MYSQL.version,
    "postgres": versions.POSTGRES.version,
}
"""Newest major versions in standard support; RDS chooses and upgrades the minor version."""
LOGS: Mapping[Engine, tuple[str, ...]] = {"mysql": ("error", "slowquery"), "postgres": ("postgresql", "upgrade")}
SLOW_SECONDS = 1
"""Statements that take longer are logged."""
NO_INSIGHTS = re.compile(r"^db\.t(2|3|4g)\.(micro|small)$")
"""Classes for which RDS for MySQL has no Performance Insights."""


@dataclass(frozen=True, kw_only=True)
class BackupReplication:
    """Automated backups and transaction logs, replicated to another Region.

    days: 1-35. kms_key_arn: a key in that Region.
    """

    region: str
    kms_key_arn: pulumi.Input[str]
    days: int = 7


@dataclass(frozen=True, kw_only=True)
class RdsInstanceArgs(StatefulTierArgs):
    """Inputs that a database and its replica in another Region have in common.

    subnet_ids: zone -> private subnet. storage_gib: of the primary. max_storage_gib: limit of storage autoscaling, at
    least 1.1 times storage_gib. insights: Database Insights mode. connections_alarm: open connections above which the
    alarm fires; about 80 % of the class's max_connections. apply_immediately: do not wait for the maintenance window;
    may restart the database.
    """

    engine: Engine
    engine_version: str | None = None
    instance_class: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    storage_gib: int = 100
    max_storage_gib: int = 500
    backup_days: int = 7
    backup_window: str = db.BACKUP_WINDOW
    maintenance_window: str = db.MAINTENANCE
    insights: Insights = "standard"
    connections_alarm: int = 500
    apply_immediately: bool = False

    @property
    def version(self) -> str:
        """Engine version; by default the newest major version."""
        return self.engine_version or DEFAULT_VERSIONS[self.engine]


@dataclass(frozen=True, kw_only=True)
class RdsDatabaseArgs(RdsInstanceArgs):
    """Inputs of `RdsDatabase`.

    kms_key_arn: with ``KeyUse.LOGS``; encrypts data, logs, insights and the password. topology: ``instance`` is a
    primary with a synchronous standby in another zone (fails over in 60-120 s), ``cluster`` a writer and two readable
    standbys in three zones (under 35 s). subnet_ids: zone -> private subnet, at least two, three for a cluster.
    storage_gib: 20-65536, for a cluster at least 100. max_storage_gib: instances only. iops: of a cluster, 0.5-50 per
    GiB and at least 1000. replica_zones: zones of asynchronous read replicas; the primary and its standby avoid these
    zones as long as 2 others are left, so that 3 zones have 3 copies. standby_replica: whether a
    `RdsCrossRegionReplica` replicates from this database. backup_copy:
    where to replicate point-in-time backups; instances only. backup_days: 7-35. proxy: create an RDS Proxy.
    users: database users without a password, who log in through the proxy with IAM; created in the database by others.

    RDS manages the password and rotates it weekly, unless there are replicas: RDS does not create a read replica of a
    source whose password it manages (RDS user guide, "Limitations for Secrets Manager integration"). Then the password
    is random, in Secrets Manager, replicated to secret_replicas (other Region -> KMS key there, for the clients of a
    promoted standby), and not rotated. Blue/green deployments have the same limitation and are not used.

    Raises ValueError if there are too few zones or backups, or RDS does not allow the combination.
    """

    topology: Topology = "instance"
    database_name: str
    iops: int = 3000
    replica_zones: tuple[str, ...] = ()
    replica_class: str | None = None
    standby_replica: bool = False
    backup_copy: BackupReplication | None = None
    secret_replicas: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    proxy: bool = True
    users: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.backup_days < db.MIN_BACKUP_DAYS:
            raise ValueError(f"backup_days={self.backup_days}: must be at least {db.MIN_BACKUP_DAYS} days")
        if unknown := set(self.replica_zones) - set(self.subnet_ids):
            raise ValueError(f"replica_zones={self.replica_zones}: no subnet in {sorted(unknown)}")
        if len(set(self.replica_zones)) < len(self.replica_zones):
            raise ValueError(f"replica_zones={self.replica_zones}: one replica per zone; name each zone once")
        if self.users and not self.proxy:
            raise ValueError(f"users={self.users}: they log in through the proxy; create one")
        if self.secret_replicas and self.managed_password:
            raise ValueError("secret_replicas: the AWS-managed secret is not replicated; only with read replicas")
        if self.topology == "cluster":
            self._check_cluster()
            return
        db.check_zones("subnet_ids", list(self.subnet_ids), 2)

    def _check_cluster(self) -> None:
        db.check_zones("subnet_ids", list(self.subnet_ids), 3)
        if self.replica_zones or self.standby_replica:
            raise ValueError("topology=cluster: its two standbys are readable; give no replicas")
        if self.backup_copy:
            raise ValueError(
                "backup_copy: RDS copies no backups of Multi-AZ DB clusters to other Regions; use instance"
            )

    @property
    def managed_password(self) -> bool:
        """Whether RDS manages the master password."""
        return not self.replica_zones and not self.standby_replica

    @property
    def primary_zones(self) -> list[str]:
        """Zones that the primary and its standby may use."""
        free = sorted(set(self.subnet_ids) - set(self.replica_zones))
        return free if len(free) >= 2 else sorted(self.subnet_ids)


def parameters(engine: Engine) -> list[tuple[str, str]]:
    """Parameters of every database: TLS required, slow statements logged. All are dynamic (`rds_shared.DYNAMIC`)."""
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
        parameters=[
            aws.rds.ParameterGroupParameterArgs(name=key, value=value, apply_method=db.DYNAMIC)
            for key, value in parameters(engine)
        ],
        tags=named(tags, f"{name}-parameters"),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def insights(engine: Engine, instance_class: str, mode: Insights, kms_key_arn: pulumi.Input[str]) -> dict[str, Any]:
    """Performance Insights and Database Insights arguments that the class supports."""
    if engine == "mysql" and NO_INSIGHTS.match(instance_class):
        return {"performance_insights_enabled": False}
    days = db.ADVANCED_INSIGHTS_DAYS if mode == "advanced" else db.STANDARD_INSIGHTS_DAYS
    return {
        "performance_insights_enabled": True,
        "performance_insights_kms_key_id": kms_key_arn,
        "performance_insights_retention_period": days,
        "database_insights_mode": mode,
    }


def instance_arguments(
    args: RdsInstanceArgs,
    parameters: aws.rds.ParameterGroup,
    group: aws.ec2.SecurityGroup,
    monitoring_arn: pulumi.Output[str],
) -> dict[str, Any]:
    """Arguments that a primary and its replicas, in whichever Region, have in common."""
    return {
        "port": db.PORTS[args.engine],
        "storage_type": "gp3",
        "storage_encrypted": True,
        "max_allocated_storage": args.max_storage_gib,
        "parameter_group_name": parameters.name,
        "vpc_security_group_ids": [group.id],
        "publicly_accessible": False,
        "iam_database_authentication_enabled": True,
        "ca_cert_identifier": db.CA,
        "backup_retention_period": args.backup_days,
        "backup_window": args.backup_window,
        "maintenance_window": args.maintenance_window,
        "copy_tags_to_snapshot": True,
        "enabled_cloudwatch_logs_exports": list(LOGS[args.engine]),
        "monitoring_interval": db.MONITORING_SECONDS,
        "monitoring_role_arn": monitoring_arn,
        "auto_minor_version_upgrade": True,
        "apply_immediately": args.apply_immediately,
    }


INSTANCE_EVENTS = ("availability", "failover", "failure", "low storage", "maintenance", "read replica", "recovery")
CLUSTER_EVENTS = ("failover", "failure", "maintenance", "notification")


class RdsDatabase(pulumi.ComponentResource):
    """An RDS database behind RDS Proxy that survives the loss of a zone without losing a transaction.

    Children: {name}-group, {name}-subnets, {name}-parameters, {name}-primary (or {name}-cluster), {name}-{zone} per
    read replica, {name}-proxy, {name}-secret if RDS cannot manage the password, role, logs, alarms. endpoint: for
    applications; the proxy's, if there is one. reader_endpoints: zone -> read replica, or ``{"cluster": …}``.
    connect_arn: resource for ``rds-db:connect`` as the master user, None without a proxy; user_arns: the same for the
    other users.
    """

    endpoint: pulumi.Output[str]
    database_endpoint: pulumi.Output[str]
    reader_endpoints: dict[str, pulumi.Output[str]]
    port: int
    replicas: dict[str, aws.rds.Instance]
    replica_group_id: pulumi.Output[str]
    """Security group of the read replicas, which are not behind the proxy."""
    replica_user_arns: dict[str, dict[str, pulumi.Output[str]]]
    """Zone of a read replica -> user -> resource for ``rds-db:connect`` to it."""
    database_arn: pulumi.Output[str]
    resource_id: pulumi.Output[str]
    """Another one for a database that is created anew or restored, even with the same identifier."""
    secret_arn: pulumi.Output[str]
    connect_arn: pulumi.Output[str] | None
    user_arns: Mapping[str, pulumi.Output[str]]
    subnet_group_name: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: RdsDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:RelationalDatabase", name, None, opts)
        self._prefix, self._args, self._identifier = name, args, db.identifier(name)
        self.port, self.reader_endpoints, self.replicas = db.PORTS[args.engine], {}, {}
        self.replica_user_arns = {}
        self.monitoring_arn, monitored = db.monitoring_role(name, args.kms_key_arn, args.tags, self)
        kind = "cluster" if args.topology == "cluster" else "instance"
        paths = db.log_paths(f"{kind}/{self._identifier}", LOGS[args.engine])
        ready = [monitored, *db.log_groups(name, paths, args.kms_key_arn, args.tags, self)]
        zones = sorted(args.subnet_ids)[:3] if args.topology == "cluster" else args.primary_zones
        subnet_ids = {zone: args.subnet_ids[zone] for zone in zones}
        self.group, subnets = db.database_network(name, args.vpc_id, subnet_ids, args.tags, self)
        self.subnet_group_name, self.replica_group_id = subnets.name, self.group.id
        if args.topology == "cluster":
            self._cluster(ready)
        else:
            self._instances(ready)
        self._proxy()
        self.register_outputs({"endpoint": self.endpoint, "databaseArn": self.database_arn})

    def secret_arn_in(self, region: str) -> pulumi.Output[str]:
        """ARN of the secret's replica in ``region``, one of secret_replicas."""
        return db.arn_in(region, self.secret_arn)

    def _cluster(self, ready: list[pulumi.Resource]) -> None:
        name, args = self._prefix, self._args
        group = aws.rds.ClusterParameterGroup(
            f"{name}-parameters",
            family=family(args.engine, args.version),
            description=f"TLS only, {name}",
            parameters=[
                aws.rds.ClusterParameterGroupParameterArgs(name=key, value=value, apply_method=db.DYNAMIC)
                for key, value in parameters(args.engine)
            ],
            tags=named(args.tags, f"{name}-parameters"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.cluster = aws.rds.Cluster(
            f"{name}-cluster",
            cluster_identifier=self._identifier,
            engine=args.engine,
            engine_version=args.version,
            db_cluster_instance_class=args.instance_class,
            storage_type="io1",
            allocated_storage=args.storage_gib,
            iops=args.iops,
            storage_encrypted=True,
            kms_key_id=args.kms_key_arn,
            database_name=args.database_name,
            port=self.port,
            master_username=db.MASTER_USERNAME,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=args.kms_key_arn,
            iam_database_authentication_enabled=True,
            db_subnet_group_name=self.subnet_group_name,
            vpc_security_group_ids=[self.group.id],
            publicly_accessible=False,
            db_cluster_parameter_group_name=group.name,
            ca_certificate_identifier=db.CA,
            backup_retention_period=args.backup_days,
            preferred_backup_window=args.backup_window,
            preferred_maintenance_window=args.maintenance_window,
            copy_tags_to_snapshot=True,
            delete_automated_backups=not args.retain_data,
            deletion_protection=args.retain_data,
            skip_final_snapshot=not args.retain_data,
            final_snapshot_identifier=db.final_snapshot(self._identifier, self.group) if args.retain_data else None,
            enabled_cloudwatch_logs_exports=list(LOGS[args.engine]),
            monitoring_interval=db.MONITORING_SECONDS,
            monitoring_role_arn=self.monitoring_arn,
            auto_minor_version_upgrade=True,
            apply_immediately=args.apply_immediately,
            tags=named(args.tags, f"{name}-cluster"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=ready, protect=args.retain_data),
            **insights(args.engine, args.instance_class, args.insights, args.kms_key_arn),
        )
        self.secret_arn = self.cluster.master_user_secrets.apply(lambda made: str(made[0].secret_arn) if made else "")
        self.database_arn, self.database_endpoint = self.cluster.arn, self.cluster.endpoint
        self.reader_endpoints = {"cluster": self.cluster.reader_endpoint}
        db.events(name, "db-cluster", [self.cluster.cluster_identifier], CLUSTER_EVENTS, args.alarms, self)

    def _instances(self, ready: list[pulumi.Resource]) -> None:
        name, args = self._prefix, self._args
        password: dict[str, Any] = {
            "manage_master_user_password": True,
            "master_user_secret_kms_key_id": args.kms_key_arn,
        }
        if not args.managed_password:
            made = db.credentials(
                name,
                kms_key_arn=args.kms_key_arn,
                replicas=args.secret_replicas,
                retain_data=args.retain_data,
                tags=args.tags,
                parent=self,
            )
            password = {"password_wo": made.password, "password_wo_version": 1}
            self.secret_arn = made.secret_arn
        self.parameters = parameter_group(name, args.engine, args.version, args.tags, self)
        common = instance_arguments(args, self.parameters, self.group, self.monitoring_arn)
        self.primary = aws.rds.Instance(
            f"{name}-primary",
            identifier=self._identifier,
            engine=args.engine,
            engine_version=args.version,
            instance_class=args.instance_class,
            multi_az=True,
            db_subnet_group_name=self.subnet_group_name,
            allocated_storage=args.storage_gib,
            kms_key_id=args.kms_key_arn,
            db_name=args.database_name,
            username=db.MASTER_USERNAME,
            delete_automated_backups=not args.retain_data,
            deletion_protection=args.retain_data,
            skip_final_snapshot=not args.retain_data,
            final_snapshot_identifier=db.final_snapshot(self._identifier, self.group) if args.retain_data else None,
            tags=named(args.tags, f"{name}-primary"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=ready, protect=args.retain_data),
            **common,
            **password,
            **insights(args.engine, args.instance_class, args.insights, args.kms_key_arn),
        )
        if args.managed_password:
            self.secret_arn = self.primary.master_user_secrets.apply(lambda got: str(got[0].secret_arn) if got else "")
        self.database_arn = self.primary.arn
        self.database_endpoint = self.primary.endpoint.apply(lambda endpoint: endpoint.split(":")[0])
        self._replicas(common)
        if args.backup_copy:
            aws.rds.InstanceAutomatedBackupsReplication(
                f"{name}-backup-copy",
                source_db_instance_arn=self.primary.arn,
                kms_key_id=args.backup_copy.kms_key_arn,
                retention_period=args.backup_copy.days,
                region=args.backup_copy.region,
                opts=pulumi.ResourceOptions(parent=self),
            )
        sources = [self.primary.identifier, *(replica.identifier for replica in self.replicas.values())]
        db.events(name, "db-instance", sources, INSTANCE_EVENTS, args.alarms, self)

    def _replicas(self, common: dict[str, Any]) -> None:
        """One read replica per zone, with its own backups, so that it has some when it is promoted.

        The source is given by its ARN, as RDS requires if the subnet group differs. A replica uses the source's KMS
        key.
        """
        name, args = self._prefix, self._args
        size = args.replica_class or args.instance_class
        if not args.replica_zones:
            return
        # RDS needs a group of two zones, so it has all.
        subnets = db.subnet_group(name, "replica-subnets", args.subnet_ids, args.tags, self)
        for zone in args.replica_zones:
            known = f"{self._identifier}-{zone}"
            paths = db.log_paths(f"instance/{known}", LOGS[args.engine])
            logs = db.log_groups(f"{name}-{zone}", paths, args.kms_key_arn, args.tags, self)
            self.replicas[zone] = aws.rds.Instance(
                f"{name}-{zone}",
                identifier=known,
                replicate_source_db=self.primary.arn,
                instance_class=size,
                availability_zone=zone,
                db_subnet_group_name=subnets.name,
                deletion_protection=args.retain_data,
                skip_final_snapshot=True,  # RDS takes no final snapshot of a replica
                tags=named(args.tags, f"{name}-{zone}"),
                opts=pulumi.ResourceOptions(parent=self, depends_on=logs, protect=args.retain_data),
                **common,
                **insights(args.engine, size, args.insights, args.kms_key_arn),
            )
            endpoint = self.replicas[zone].endpoint
            self.reader_endpoints[zone] = endpoint.apply(lambda whole: whole.split(":")[0])
            own = self.replicas[zone].resource_id
            self.replica_user_arns[zone] = {u: db.connect_arn(args.kms_key_arn, own, u) for u in args.users}

    def _proxy(self) -> None:
        """Create the proxy, the alarms and the widgets."""
        name, args = self._prefix, self._args
        self.connect_arn, self.endpoint, self.security_group_id = None, self.database_endpoint, self.group.id
        self.user_arns = {}
        cluster = args.topology == "cluster"
        self.resource_id = self.cluster.cluster_resource_id if cluster else self.primary.resource_id
        if args.proxy:
            proxy = rds_proxy(
                name,
                engine=args.engine,
                database_group=self.group,
                subnet_ids=args.subnet_ids,
                vpc_id=args.vpc_id,
                secret_arn=self.secret_arn,
                kms_key_arn=args.kms_key_arn,
                tags=args.tags,
                parent=self,
                users=args.users,
                resource_id=self.resource_id,
            )
            aws.rds.ProxyTarget(
                f"{name}-proxy-target",
                db_proxy_name=proxy.resource.name,
                target_group_name=proxy.group.name,
                db_cluster_identifier=self.cluster.cluster_identifier if cluster else None,
                db_instance_identifier=None if cluster else self.primary.identifier,
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.connect_arn, self.user_arns, self.endpoint = proxy.connect_arn, proxy.user_arns, proxy.endpoint
            self.security_group_id = proxy.security_group.id
        self._monitor()

    def _monitor(self) -> None:
        name, args = self._prefix, self._args
        if args.topology == "cluster":  # RDS gives the instances of a Multi-AZ DB cluster these names
            base = self.cluster.cluster_identifier
            members = {str(n): pulumi.Output.concat(base, f"-instance-{n}") for n in (1, 2, 3)}
        else:
            members = {"": self.primary.identifier, **{zone: made.identifier for zone, made in self.replicas.items()}}
        self.alarms = {}
        for member, instance in members.items():
            follows = member in self.replicas
            lags = follows or args.topology == "cluster"
            limits = db.InstanceLimits(args.connections_alarm, args.storage_gib, lags=lags, follows=follows)
            self.alarms |= db.instance_alarms(name, member, instance, limits, args.alarms, self)
        region = region_of(args.kms_key_arn)
        plots = ("CPUUtilization", "FreeStorageSpace", "DatabaseConnections", "ReadLatency", "WriteLatency")
        self.widgets = [
            widget(
                f"{name}: {plot}",
                region,
                [
                    Metric(namespace="AWS/RDS", name=plot, dimensions={"DBInstanceIdentifier": instance})
                    for instance in members.values()
                ],
            )
            for plot in plots
        ]


@dataclass(frozen=True, kw_only=True)
class RdsCrossRegionReplicaArgs(RdsInstanceArgs):
    """Inputs of `RdsCrossRegionReplica`.

    source_arn: a primary `RdsDatabase` in another Region with standby_replica=True; used when the replica is created.
    promoted: the replica has been promoted (RDS PromoteReadReplica, a step of the runbook) and the state refreshed
    since; then it has no source, takes a final snapshot and has no lag alarm. Never set it for a replica that does not
    exist: RDS would create an empty database. subnet_ids: zone -> private subnet in this Region, at least 2 zones.
    kms_key_arn: a key in this Region. backup_days: 1-35, of the replica itself, so that it has backups when it is
    promoted. storage_gib: the source's, for the alarm. users: database users who log in with IAM,
    replicated from the source. Others: as in `RdsDatabaseArgs`.

    Raises ValueError if a value is out of range.
    """

    source_arn: pulumi.Input[str]
    promoted: bool = False
    users: tuple[str, ...] = ()
    maintenance_window: str = db.STANDBY_MAINTENANCE

    def __post_init__(self) -> None:
        db.check_zones("subnet_ids", list(self.subnet_ids), 2)


class RdsCrossRegionReplica(pulumi.ComponentResource):
    """An RDS read replica in the standby Region. It is Multi-AZ, so that after promotion it is as available as its
    source was.

    Use a provider of the standby Region. Children: {name}-group, {name}-subnets, {name}-parameters, {name}-replica,
    role, logs, alarms. user_arns: resources for ``rds-db:connect`` to the replica itself, by user: it has another
    resource id than its source.
    """

    endpoint: pulumi.Output[str]
    port: int
    user_arns: Mapping[str, pulumi.Output[str]]
    database_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: RdsCrossRegionReplicaArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:RelationalStandby", name, None, opts)
        known, self.port = db.identifier(name), db.PORTS[args.engine]
        group, subnets = db.database_network(name, args.vpc_id, args.subnet_ids, args.tags, self)
        role, monitored = db.monitoring_role(name, args.kms_key_arn, args.tags, self)
        paths = db.log_paths(f"instance/{known}", LOGS[args.engine])
        logs = db.log_groups(name, paths, args.kms_key_arn, args.tags, self)
        parameters = parameter_group(name, args.engine, args.version, args.tags, self)
        self.replica = aws.rds.Instance(
            f"{name}-replica",
            identifier=known,
            replicate_source_db=None if args.promoted else args.source_arn,
            instance_class=args.instance_class,
            multi_az=True,
            db_subnet_group_name=subnets.name,
            kms_key_id=args.kms_key_arn,
            delete_automated_backups=not args.retain_data,
            deletion_protection=args.retain_data,
            # A replica takes no final snapshot (RDS DeleteDBInstance rejects one); a promoted one does.
            skip_final_snapshot=not (args.promoted and args.retain_data),
            final_snapshot_identifier=(db.final_snapshot(known, group) if args.promoted and args.retain_data else None),
            tags=named(args.tags, f"{name}-replica"),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[monitored, *logs],
                protect=args.retain_data,
                # Between a promotion and the setting ``promoted`` an update must not try to undo the promotion. After
                # it, the empty source in a refreshed state must be removed: the provider rejects it
                # (hashicorp/terraform-provider-aws#42053).
                ignore_changes=[] if args.promoted else ["replicateSourceDb"],
            ),
            **instance_arguments(args, parameters, group, role),
            **insights(args.engine, args.instance_class, args.insights, args.kms_key_arn),
        )
        self.endpoint = self.replica.endpoint.apply(lambda endpoint: endpoint.split(":")[0])
        self.database_arn, self.security_group_id = self.replica.arn, group.id
        self.user_arns = {user: db.connect_arn(args.kms_key_arn, self.replica.resource_id, user) for user in args.users}
        db.events(name, "db-instance", [self.replica.identifier], INSTANCE_EVENTS, args.alarms, self)
        of: dict[str, pulumi.Input[str]] = {"DBInstanceIdentifier": self.replica.identifier}
        follows = not args.promoted
        limits = db.InstanceLimits(args.connections_alarm, args.storage_gib, lags=follows, follows=follows)
        self.alarms = db.instance_alarms(name, "", self.replica.identifier, limits, args.alarms, self)
        lag = [Metric(namespace="AWS/RDS", name="ReplicaLag", dimensions=of, statistic="Maximum")]
        self.widgets = [widget(f"{name}: ReplicaLag", region_of(args.kms_key_arn), lag)]
        self.register_outputs({"endpoint": self.endpoint, "databaseArn": self.database_arn})
