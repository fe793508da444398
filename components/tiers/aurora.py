"""Aurora PostgreSQL: a writer and readers in distinct zones, and a Global Database for the standby Region."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.arns import region_of
from components.tags import named
from components.tiers import databases as db
from components.tiers.aurora_members import (
    DEFAULT_VERSION,
    GLOBAL_READERS,
    LOGS,
    AuroraShape,
    Capacity,
    front,
    insights,
    members,
    parameter_group,
    scaling,
    watch,
    widgets,
)

__all__ = ["Aurora", "AuroraArgs", "Capacity"]

PORT = db.PORTS["postgres"]


@dataclass(frozen=True, kw_only=True)
class AuroraArgs(AuroraShape):
    """Inputs of `Aurora`, besides those of `AuroraShape`.

    engine_version: major version, or major.minor (then Aurora's own minor upgrades show as a difference).
    global_database: make it the primary of a Global Database, which `AuroraStandby` joins; can be switched on later.
    secret_replicas: other Region -> KMS key there, that get a copy of the master secret; only with global_database.

    The password is AWS-managed and rotated weekly, except in a Global Database, where Aurora does not support that
    (Aurora user guide, "Limitations for Secrets Manager integration"): there it is random and in Secrets Manager.
    """

    engine_version: str = DEFAULT_VERSION
    database_name: str
    global_database: bool = False
    secret_replicas: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])

    def __post_init__(self) -> None:
        super().__post_init__()
        if not re.fullmatch(r"\d{2}(\.\d+)?", self.engine_version):
            raise ValueError(f"engine_version={self.engine_version}: must be a major version such as {DEFAULT_VERSION}")
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,62}", self.database_name):
            raise ValueError(f"database_name={self.database_name}: must be 1-63 letters, digits or _, a letter first")
        if self.global_database:
            self.check_global()
            if self.readers > GLOBAL_READERS:
                raise ValueError(f"readers={self.readers}: a Global Database has at most {GLOBAL_READERS} here")
        if self.secret_replicas and not self.global_database:
            raise ValueError("secret_replicas: the AWS-managed secret is not replicated; only with global_database")


class Aurora(pulumi.ComponentResource):
    """An Aurora PostgreSQL cluster: when its writer or the writer's zone is lost, the next reader takes over.

    Children: {name}-group, {name}-subnets, {name}-parameters, {name}-cluster, {name}-{zone} per member, {name}-proxy,
    {name}-global and {name}-secret with a Global Database, role, logs, events, alarms.
    endpoint: for writing, reader_endpoint: for reading; the proxy's when there is one. global_cluster_id: to give to
    `AuroraStandby`, there once the writer is; None without Global Database. connect_arn: resource of
    ``rds-db:connect``, None without proxy.
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
        child, known, self.port = pulumi.ResourceOptions(parent=self), db.identifier(name), PORT
        self._name, self._args = name, args
        self.group = aws.ec2.SecurityGroup(
            f"{name}-group",
            vpc_id=args.vpc_id,
            description=f"Database {name}",
            tags=named(args.tags, f"{name}-group"),
            opts=child,
        )
        subnets = aws.rds.SubnetGroup(
            f"{name}-subnets",
            description=f"{name} in {', '.join(sorted(args.subnet_ids))}",
            subnet_ids=[args.subnet_ids[zone] for zone in sorted(args.subnet_ids)],
            tags=named(args.tags, f"{name}-subnets"),
            opts=child,
        )
        self.subnet_group_name = subnets.name
        paths = {log: f"/aws/rds/cluster/{known}/{log}" for log in LOGS}
        logs = db.log_groups(name, paths, args.kms_key_arn, args.tags, self)
        # A member's version and its membership are the Global Database's to change.
        owned = ["engineVersion", "globalClusterIdentifier"] if args.global_database else None
        self.cluster = aws.rds.Cluster(
            f"{name}-cluster",
            cluster_identifier=known,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            engine_mode=aws.rds.EngineMode.PROVISIONED,
            engine_version=args.engine_version,
            serverlessv2_scaling_configuration=scaling(args),
            database_name=args.database_name,
            port=PORT,
            master_username=db.MASTER_USERNAME,
            iam_database_authentication_enabled=True,
            storage_encrypted=True,
            kms_key_id=args.kms_key_arn,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[self.group.id],
            db_cluster_parameter_group_name=parameter_group(name, args.engine_version, args.tags, self).name,
            backup_retention_period=args.backup_days,
            preferred_backup_window=args.backup_window,
            preferred_maintenance_window=args.maintenance_window,
            copy_tags_to_snapshot=True,
            delete_automated_backups=not args.retain_data,
            deletion_protection=args.retain_data,
            skip_final_snapshot=not args.retain_data,
            final_snapshot_identifier=db.final_snapshot(known, self.group) if args.retain_data else None,
            enabled_cloudwatch_logs_exports=list(LOGS),
            apply_immediately=args.apply_immediately,
            tags=named(args.tags, f"{name}-cluster"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=logs, protect=args.retain_data, ignore_changes=owned),
            **self._password(),
            **insights(args),
        )
        if not args.global_database:
            self.secret_arn = self.cluster.master_user_secrets.apply(
                lambda made: str(made[0].secret_arn) if made else ""
            )
        monitoring = db.monitoring_role(name, args.kms_key_arn, args.tags, self)
        self.members = members(name, self.cluster, subnets, args, monitoring, self)
        self.cluster_arn, self.database_endpoint = self.cluster.arn, self.cluster.endpoint
        self.engine_version = self.cluster.engine_version_actual
        self._global()
        self._front()
        self.alarms = watch(name, self.cluster, self.members, args, self, secondary=False)
        self.widgets = widgets(name, region_of(args.kms_key_arn), self.members)
        self.register_outputs({"endpoint": self.endpoint, "clusterArn": self.cluster_arn})

    def _password(self) -> dict[str, Any]:
        args = self._args
        if not args.global_database:
            return {"manage_master_user_password": True, "master_user_secret_kms_key_id": args.kms_key_arn}
        made = db.credentials(
            self._name,
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
        """The Global Database around the cluster: made from it, so that a running one can become global."""
        name, args = self._name, self._args
        self.global_cluster_id = None
        if not args.global_database:
            return
        whole = aws.rds.GlobalCluster(
            f"{name}-global",
            global_cluster_identifier=db.identifier(f"{name}-global"),
            source_db_cluster_identifier=self.cluster.arn,
            force_destroy=True,  # needed with a source: on destroy members leave it, and keep their data
            deletion_protection=args.retain_data,
            tags=named(args.tags, f"{name}-global"),
            opts=pulumi.ResourceOptions(parent=self, protect=args.retain_data),
        )
        writer = next(iter(self.members.values()))
        both = pulumi.Output.all(whole.id, writer.id)  # a secondary cannot be made before the writer
        self.global_cluster_id = both.apply(lambda ids: str(ids[0]))

    def _front(self) -> None:
        self.connect_arn, self.endpoint, self.security_group_id = None, self.database_endpoint, self.group.id
        self.reader_endpoint, self.user_arns = self.cluster.reader_endpoint, {}
        if self._args.proxy:
            ahead = front(self._name, self.cluster, self.members, self.group, self._args, self.secret_arn, self)
            self.connect_arn, self.endpoint = ahead.proxy.connect_arn, ahead.proxy.endpoint
            self.user_arns = ahead.proxy.user_arns
            self.reader_endpoint, self.security_group_id = ahead.reader_endpoint, ahead.proxy.security_group.id
