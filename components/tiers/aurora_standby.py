"""The secondary cluster of an Aurora Global Database, in the standby Region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.arns import region_of
from components.tags import named
from components.tiers import databases as db
from components.tiers.aurora import PORT
from components.tiers.aurora_members import (
    DEFAULT_VERSION,
    LOGS,
    AuroraShape,
    front,
    insights,
    members,
    parameter_group,
    scaling,
    watch,
    widgets,
)


@dataclass(frozen=True, kw_only=True)
class AuroraStandbyArgs(AuroraShape):
    """Inputs of `AuroraStandby`, besides those of `AuroraShape`; kms_key_arn and subnet_ids are of the standby Region.

    global_cluster_id: `Aurora.global_cluster_id`. source_region: the primary's. version: `Aurora.engine_version`, the
    actual one. major_version: for the parameter group. secret_arn: the master secret's replica in this Region, for the
    proxy; None for none. write_forwarding: let readers here pass writes on to the primary.
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


class AuroraStandby(pulumi.ComponentResource):
    """A read-only cluster that follows the primary by storage replication, and takes over when it is promoted.

    Give it a provider of the standby Region. It has no user, password or database of its own: Aurora refuses them.
    Children: as of `Aurora`, without {name}-global. endpoint: for writing, of use once promoted.
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

    def __init__(self, name: str, args: AuroraStandbyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:AuroraStandby", name, None, opts)
        child, known, self.port = pulumi.ResourceOptions(parent=self), db.identifier(name), PORT
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
        paths = {log: f"/aws/rds/cluster/{known}/{log}" for log in LOGS}
        logs = db.log_groups(name, paths, args.kms_key_arn, args.tags, self)
        self.cluster = aws.rds.Cluster(
            f"{name}-cluster",
            cluster_identifier=known,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            engine_mode=aws.rds.EngineMode.PROVISIONED,
            engine_version=args.version,
            global_cluster_identifier=args.global_cluster_id,
            source_region=args.source_region,
            enable_global_write_forwarding=args.write_forwarding,
            serverlessv2_scaling_configuration=scaling(args),
            port=PORT,
            iam_database_authentication_enabled=True,
            storage_encrypted=True,
            kms_key_id=args.kms_key_arn,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[group.id],
            db_cluster_parameter_group_name=parameter_group(name, args.major_version, args.tags, self).name,
            backup_retention_period=args.backup_days,
            preferred_backup_window=args.backup_window,
            preferred_maintenance_window=args.maintenance_window,
            copy_tags_to_snapshot=True,
            delete_automated_backups=not args.retain_data,
            deletion_protection=args.retain_data,
            # Before it is deleted the provider takes it out of the Global Database; it may be the last copy by then.
            skip_final_snapshot=not args.retain_data,
            final_snapshot_identifier=db.final_snapshot(known, group) if args.retain_data else None,
            enabled_cloudwatch_logs_exports=list(LOGS),
            apply_immediately=args.apply_immediately,
            tags=named(args.tags, f"{name}-cluster"),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=logs,
                protect=args.retain_data,
                # Aurora's own to change: what it replicates from, its version, and after a detachment its membership.
                ignore_changes=["replicationSourceIdentifier", "engineVersion", "globalClusterIdentifier"],
            ),
            **insights(args),
        )
        monitoring = db.monitoring_role(name, args.kms_key_arn, args.tags, self)
        self.members = members(name, self.cluster, subnets, args, monitoring, self)
        self.cluster_arn, self.endpoint = self.cluster.arn, self.cluster.endpoint
        self.reader_endpoint = self.cluster.reader_endpoint
        self.security_group_id, self.connect_arn, self.user_arns = group.id, None, {}
        if args.proxy and args.secret_arn is not None:
            # Provisioned beforehand, so that clients need no change when the cluster is promoted.
            ahead = front(name, self.cluster, self.members, group, args, args.secret_arn, self)
            self.connect_arn, self.endpoint = ahead.proxy.connect_arn, ahead.proxy.endpoint
            self.user_arns = ahead.proxy.user_arns
            self.reader_endpoint, self.security_group_id = ahead.reader_endpoint, ahead.proxy.security_group.id
        self.alarms = watch(name, self.cluster, self.members, args, self, secondary=True)
        self.widgets = widgets(name, region_of(args.kms_key_arn), self.members)
        self.register_outputs({"endpoint": self.endpoint, "clusterArn": self.cluster_arn})
