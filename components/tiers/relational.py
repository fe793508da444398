"""RDS MySQL and PostgreSQL over several Availability Zones."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws

from components.alarms import Metric, widget
from components.arns import region_of
from components.tags import named
from components.tiers import databases as db
from components.tiers.database_proxy import proxy
from components.tiers.relational_args import (
    LOGS,
    BackupCopy,
    RelationalDatabaseArgs,
    family,
    insights,
    parameter_group,
    parameters,
)

__all__ = ["BackupCopy", "RelationalDatabase", "RelationalDatabaseArgs"]

INSTANCE_EVENTS = ("availability", "failover", "failure", "low storage", "maintenance", "read replica", "recovery")
CLUSTER_EVENTS = ("failover", "failure", "maintenance", "notification")


class RelationalDatabase(pulumi.ComponentResource):
    """RDS that survives the loss of a zone without losing a transaction, behind RDS Proxy.

    Children: {name}-group, {name}-subnets, {name}-parameters, {name}-primary (or {name}-cluster), {name}-{zone} per
    read replica, {name}-proxy, {name}-secret where RDS cannot manage the password, role, logs, alarms.
    endpoint: what applications connect to; the proxy's when there is one. reader_endpoints: zone -> read replica, or
    ``{"cluster": …}`` of a cluster. connect_arn: resource of ``rds-db:connect``, None without proxy.
    """

    endpoint: pulumi.Output[str]
    database_endpoint: pulumi.Output[str]
    reader_endpoints: dict[str, pulumi.Output[str]]
    port: int
    replicas: dict[str, aws.rds.Instance]
    database_arn: pulumi.Output[str]
    secret_arn: pulumi.Output[str]
    connect_arn: pulumi.Output[str] | None
    subnet_group_name: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: RelationalDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:RelationalDatabase", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self._name, self._args, self._identifier = name, args, db.identifier(name)
        self.port, self.reader_endpoints, self.replicas = db.PORTS[args.engine], {}, {}
        self.group = aws.ec2.SecurityGroup(
            f"{name}-group",
            vpc_id=args.vpc_id,
            description=f"Database {name}",
            tags=named(args.tags, f"{name}-group"),
            opts=child,
        )
        self.monitoring_arn, monitored = db.monitoring_role(name, args.kms_key_arn, args.tags, self)
        kind = "cluster" if args.topology == "cluster" else "instance"
        paths = {log: f"/aws/rds/{kind}/{self._identifier}/{log}" for log in LOGS[args.engine]}
        ready = [monitored, *db.log_groups(name, paths, args.kms_key_arn, args.tags, self)]
        zones = sorted(args.subnet_ids)[:3] if args.topology == "cluster" else args.primary_zones
        self.subnet_group_name = self._subnets("subnets", zones).name
        if args.topology == "cluster":
            self._cluster(ready)
        else:
            self._instances(ready)
        self._front()
        self.register_outputs({"endpoint": self.endpoint, "databaseArn": self.database_arn})

    def secret_arn_in(self, region: str) -> pulumi.Output[str]:
        """ARN of the secret's replica in ``region``, one of secret_replicas."""
        return db.arn_in(region, self.secret_arn)

    def _subnets(self, role: str, zones: list[str]) -> aws.rds.SubnetGroup:
        return aws.rds.SubnetGroup(
            f"{self._name}-{role}",
            description=f"{self._name} in {', '.join(zones)}",
            subnet_ids=[self._args.subnet_ids[zone] for zone in zones],
            tags=named(self._args.tags, f"{self._name}-{role}"),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _cluster(self, ready: list[pulumi.Resource]) -> None:
        name, args = self._name, self._args
        group = aws.rds.ClusterParameterGroup(
            f"{name}-parameters",
            family=family(args.engine, args.version),
            description=f"TLS only, {name}",
            parameters=[
                aws.rds.ClusterParameterGroupParameterArgs(name=key, value=value, apply_method="pending-reboot")
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
        name, args = self._name, self._args
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
        common = self._common()
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

    def _common(self) -> dict[str, Any]:
        """What the primary and its read replicas share."""
        args = self._args
        return {
            "port": self.port,
            "storage_type": "gp3",
            "storage_encrypted": True,
            "max_allocated_storage": args.max_storage_gib,
            "parameter_group_name": self.parameters.name,
            "vpc_security_group_ids": [self.group.id],
            "publicly_accessible": False,
            "iam_database_authentication_enabled": True,
            "ca_cert_identifier": db.CA,
            "backup_retention_period": args.backup_days,
            "backup_window": args.backup_window,
            "maintenance_window": args.maintenance_window,
            "copy_tags_to_snapshot": True,
            "enabled_cloudwatch_logs_exports": list(LOGS[args.engine]),
            "monitoring_interval": db.MONITORING_SECONDS,
            "monitoring_role_arn": self.monitoring_arn,
            "auto_minor_version_upgrade": True,
            "apply_immediately": args.apply_immediately,
        }

    def _replicas(self, common: dict[str, Any]) -> None:
        """One read replica per zone, with backups of its own, so that it has some already when it is promoted.

        The source is named by its ARN, as wanted where the subnet group is not its own. No KMS key: the source's.
        """
        name, args = self._name, self._args
        size = args.replica_class or args.instance_class
        if not args.replica_zones:
            return
        subnets = self._subnets("replica-subnets", sorted(args.subnet_ids))  # RDS takes no group of a single zone
        for zone in args.replica_zones:
            known = f"{self._identifier}-{zone}"
            paths = {log: f"/aws/rds/instance/{known}/{log}" for log in LOGS[args.engine]}
            logs = db.log_groups(f"{name}-{zone}", paths, args.kms_key_arn, args.tags, self)
            self.replicas[zone] = aws.rds.Instance(
                f"{name}-{zone}",
                identifier=known,
                replicate_source_db=self.primary.arn,
                instance_class=size,
                availability_zone=zone,
                db_subnet_group_name=subnets.name,
                deletion_protection=args.retain_data,
                skip_final_snapshot=True,  # RDS takes none of a replica
                tags=named(args.tags, f"{name}-{zone}"),
                opts=pulumi.ResourceOptions(parent=self, depends_on=logs, protect=args.retain_data),
                **common,
                **insights(args.engine, size, args.insights, args.kms_key_arn),
            )
            endpoint = self.replicas[zone].endpoint
            self.reader_endpoints[zone] = endpoint.apply(lambda whole: whole.split(":")[0])

    def _front(self) -> None:
        """The proxy, the alarms and the widgets."""
        name, args = self._name, self._args
        self.connect_arn, self.endpoint, self.security_group_id = None, self.database_endpoint, self.group.id
        if args.proxy:
            front = proxy(
                name,
                engine=args.engine,
                database_group=self.group,
                subnet_ids=args.subnet_ids,
                vpc_id=args.vpc_id,
                secret_arn=self.secret_arn,
                kms_key_arn=args.kms_key_arn,
                tags=args.tags,
                parent=self,
            )
            cluster = args.topology == "cluster"
            aws.rds.ProxyTarget(
                f"{name}-proxy-target",
                db_proxy_name=front.resource.name,
                target_group_name=front.group.name,
                db_cluster_identifier=self.cluster.cluster_identifier if cluster else None,
                db_instance_identifier=None if cluster else self.primary.identifier,
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.connect_arn, self.endpoint = front.connect_arn, front.endpoint
            self.security_group_id = front.security_group.id
        self._watch()

    def _watch(self) -> None:
        name, args = self._name, self._args
        if args.topology == "cluster":  # RDS names the members of a Multi-AZ DB cluster so
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
