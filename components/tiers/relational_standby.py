"""A cross-Region read replica of an RDS database, to be promoted when its Region is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.alarms import Alarming, Metric, widget
from components.arns import region_of
from components.tags import named
from components.tiers import databases as db
from components.tiers.relational import INSTANCE_EVENTS
from components.tiers.relational_args import DEFAULT_VERSIONS, LOGS, Engine, Insights, insights, parameter_group


@dataclass(frozen=True, kw_only=True)
class RelationalStandbyArgs:
    """Inputs of `RelationalStandby`.

    source_arn: primary `RelationalDatabase` of another Region, made with standby_replica=True; used once. promoted: it
    has been made a database of its own (RDS PromoteReadReplica, the runbook's step) and the state refreshed since; then
    it has no source, takes a final snapshot and has no lag to watch. Never of a replica that is not there: RDS refuses
    to make a database of what is given here, which would be an empty one. subnet_ids: zone -> private subnet of this
    Region, at least 2 zones. kms_key_arn: of this Region. backup_days: 1-35, of the replica itself, so
    that it has backups already when it is promoted. storage_gib: the source's, for the alarm. Others: as in
    `RelationalDatabaseArgs`.

    Raises ValueError when a value is out of range.
    """

    source_arn: pulumi.Input[str]
    promoted: bool = False
    engine: Engine
    engine_version: str | None = None
    instance_class: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    kms_key_arn: pulumi.Input[str]
    storage_gib: int = 100
    max_storage_gib: int = 500
    connections_alarm: int = 500
    backup_days: int = 7
    backup_window: str = db.BACKUP_WINDOW
    maintenance_window: str = db.STANDBY_MAINTENANCE
    insights: Insights = "standard"
    apply_immediately: bool = False
    retain_data: bool
    alarms: Alarming = field(default_factory=Alarming)
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        db.check_class(self.instance_class)
        db.check_windows(self.backup_window, self.maintenance_window)
        db.check_zones("subnet_ids", list(self.subnet_ids), 2)
        if not 1 <= self.backup_days <= 35:
            raise ValueError(f"backup_days={self.backup_days}: must be 1-35 days")


class RelationalStandby(pulumi.ComponentResource):
    """An RDS read replica in the standby Region, itself Multi-AZ: promoted, it is as available as its source was.

    Give it a provider of the standby Region. Children: {name}-group, {name}-subnets, {name}-parameters,
    {name}-replica, role, logs, alarms.
    """

    endpoint: pulumi.Output[str]
    port: int
    database_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: RelationalStandbyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:RelationalStandby", name, None, opts)
        child, known = pulumi.ResourceOptions(parent=self), db.identifier(name)
        version, self.port = args.engine_version or DEFAULT_VERSIONS[args.engine], db.PORTS[args.engine]
        group = aws.ec2.SecurityGroup(
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
        role, monitored = db.monitoring_role(name, args.kms_key_arn, args.tags, self)
        paths = {log: f"/aws/rds/instance/{known}/{log}" for log in LOGS[args.engine]}
        ready = [monitored, *db.log_groups(name, paths, args.kms_key_arn, args.tags, self)]
        self.replica = aws.rds.Instance(
            f"{name}-replica",
            identifier=known,
            replicate_source_db=None if args.promoted else args.source_arn,
            instance_class=args.instance_class,
            multi_az=True,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[group.id],
            publicly_accessible=False,
            port=self.port,
            parameter_group_name=parameter_group(name, args.engine, version, args.tags, self).name,
            storage_type="gp3",
            storage_encrypted=True,
            kms_key_id=args.kms_key_arn,
            max_allocated_storage=args.max_storage_gib,
            iam_database_authentication_enabled=True,
            ca_cert_identifier=db.CA,
            backup_retention_period=args.backup_days,
            backup_window=args.backup_window,
            maintenance_window=args.maintenance_window,
            copy_tags_to_snapshot=True,
            delete_automated_backups=not args.retain_data,
            deletion_protection=args.retain_data,
            # A replica takes no final snapshot (RDS DeleteDBInstance refuses one); promoted, it does.
            skip_final_snapshot=not (args.promoted and args.retain_data),
            final_snapshot_identifier=(db.final_snapshot(known, group) if args.promoted and args.retain_data else None),
            enabled_cloudwatch_logs_exports=list(LOGS[args.engine]),
            monitoring_interval=db.MONITORING_SECONDS,
            monitoring_role_arn=role,
            auto_minor_version_upgrade=True,
            apply_immediately=args.apply_immediately,
            tags=named(args.tags, f"{name}-replica"),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=ready,
                protect=args.retain_data,
                # Between a promotion and ``promoted`` an update must not try to undo it. Afterwards the empty source
                # of a refreshed state must go: the provider refuses it (hashicorp/terraform-provider-aws#42053).
                ignore_changes=[] if args.promoted else ["replicateSourceDb"],
            ),
            **insights(args.engine, args.instance_class, args.insights, args.kms_key_arn),
        )
        self.endpoint = self.replica.endpoint.apply(lambda endpoint: endpoint.split(":")[0])
        self.database_arn, self.security_group_id = self.replica.arn, group.id
        db.events(name, "db-instance", [self.replica.identifier], INSTANCE_EVENTS, args.alarms, self)
        of: dict[str, pulumi.Input[str]] = {"DBInstanceIdentifier": self.replica.identifier}
        follows = not args.promoted
        limits = db.InstanceLimits(args.connections_alarm, args.storage_gib, lags=follows, follows=follows)
        self.alarms = db.instance_alarms(name, "", self.replica.identifier, limits, args.alarms, self)
        lag = [Metric(namespace="AWS/RDS", name="ReplicaLag", dimensions=of, statistic="Maximum")]
        self.widgets = [widget(f"{name}: ReplicaLag", region_of(args.kms_key_arn), lag)]
        self.register_outputs({"endpoint": self.endpoint, "databaseArn": self.database_arn})
