"""EFS file systems with a mount target in every zone, and their replication to another Region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.alarms import MINUTE, Alarm, Alarming, Metric, metric_alarm, widget
from components.arns import account_of, partition_of, region_of
from components.iam import deny_insecure_transport, document
from components.tags import named
from components.tiers.arguments import StatefulTierArgs
from components.tiers.data.rds_shared import check_zones

PORT = 2049
"""NFS."""
IO_LIMIT_PERCENT = 90
"""Percent of the general-purpose mode's I/O limit above which the alarm fires."""
SYNC_SECONDS = 15 * MINUTE
"""Seconds since the last synchronization above which the alarm fires. EFS is designed to replicate most file systems
within 15 minutes."""


@dataclass(frozen=True, kw_only=True)
class AccessPoint:
    """A directory, and the POSIX user for all requests through the access point.

    path: absolute, created on first use with owner uid:gid and permissions (octal). uid, gid: POSIX, 1-4294967295.
    """

    path: str
    uid: int = 1000
    gid: int = 1000
    permissions: str = "0750"

    def __post_init__(self) -> None:
        for key in ("uid", "gid"):
            if getattr(self, key) < 1:
                raise ValueError(f"{key}={getattr(self, key)}: must be at least 1; 0 is root")


@dataclass(frozen=True, kw_only=True)
class FileSystemArgs(StatefulTierArgs):
    """Inputs of `FileSystem`.

    subnet_ids: zone -> private subnet, at least 2 zones; a mount target in each. access_points: name -> directory and
    user. infrequent_days: days without access after which a file moves to the Infrequent Access class, one of 1, 7, 14,
    30, 60, 90, 180, 270, 365, or None. replica_id: `FileReplication.target_id`: use the replica that EFS created in
    this Region, which is read-only until the replication ends, instead of a new file system; then kms_key_arn is the
    replica's. automatic_backups: daily to EFS's own vault, kept 35 days, in addition to `Backup`; not for a replica.
    file_tags: tags of the file system only, such as exemptions from policy rules.

    Raises ValueError if there are fewer than 2 zones.
    """

    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    access_points: Mapping[str, AccessPoint] = field(default_factory=dict[str, AccessPoint])
    infrequent_days: int | None = 30
    replica_id: pulumi.Input[str] | None = None
    automatic_backups: bool = True
    file_tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        check_zones("subnet_ids", list(self.subnet_ids), 2)


class FileSystem(pulumi.ComponentResource):
    """A Regional, encrypted file system with a mount target in every zone, accessible only over TLS and with an IAM
    identity.

    Clients mount with ``tls,iam`` and need ``elasticfilesystem:ClientMount`` (and ``ClientWrite``) on file_system_arn.
    Children: {name}-files, {name}-group, {name}-{zone} per mount target, {name}-{access point}, policy, alarms.
    file_system_id: known after every mount target exists. access_point_arns, access_point_ids: by name.
    """

    file_system_id: pulumi.Output[str]
    file_system_arn: pulumi.Output[str]
    access_point_ids: dict[str, pulumi.Output[str]]
    access_point_arns: dict[str, pulumi.Output[str]]
    port: int
    security_group_id: pulumi.Output[str]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: FileSystemArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:FileSystem", name, None, opts)
        child, self.port = pulumi.ResourceOptions(parent=self), PORT
        made_id, made_arn = self._files(name, args)
        group = aws.ec2.SecurityGroup(
            f"{name}-group",
            vpc_id=args.vpc_id,
            description=f"Mount targets of {name}",
            tags=named(args.tags, f"{name}-group"),
            opts=child,
        )
        policy = aws.efs.FileSystemPolicy(
            # A file system policy without a grant rejects anonymous NFS clients.
            f"{name}-policy",
            file_system_id=made_id,
            policy=document(deny_insecure_transport(made_arn)),
            opts=child,
        )
        self.mount_targets = {
            zone: aws.efs.MountTarget(
                f"{name}-{zone}",
                file_system_id=made_id,
                subnet_id=args.subnet_ids[zone],
                security_groups=[group.id],
                opts=child,
            )
            for zone in sorted(args.subnet_ids)
        }
        if args.automatic_backups and args.replica_id is None:
            aws.efs.BackupPolicy(
                f"{name}-backups",
                file_system_id=made_id,
                backup_policy=aws.efs.BackupPolicyBackupPolicyArgs(status="ENABLED"),
                opts=child,
            )
        points = {
            key: self._point(f"{name}-{key}", made_id, point, args.tags) for key, point in args.access_points.items()
        }
        self.access_point_ids = {key: point.id for key, point in points.items()}
        self.access_point_arns = {key: point.arn for key, point in points.items()}
        ready = [policy.id, *(target.id for target in self.mount_targets.values())]
        self.file_system_id = pulumi.Output.all(made_id, *ready).apply(lambda ids: str(ids[0]))
        self.file_system_arn, self.security_group_id = made_arn, group.id
        self._monitor(name, made_id, args)
        self.register_outputs({"fileSystemId": self.file_system_id})

    def _files(self, name: str, args: FileSystemArgs) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """Id and ARN of the file system: a new one, or the replica from another Region."""
        if args.replica_id is not None:
            found, key = pulumi.Output.from_input(args.replica_id), args.kms_key_arn
            where = (":elasticfilesystem:", region_of(key), ":", account_of(key), ":file-system/")
            return found, pulumi.Output.concat("arn:", partition_of(key), *where, found)
        lifecycle = None
        if args.infrequent_days is not None:
            days = f"AFTER_{args.infrequent_days}_DAY{'' if args.infrequent_days == 1 else 'S'}"
            lifecycle = [  # one rule each: EFS does not allow two in one
                aws.efs.FileSystemLifecyclePolicyArgs(transition_to_ia=days),
                aws.efs.FileSystemLifecyclePolicyArgs(transition_to_primary_storage_class="AFTER_1_ACCESS"),
            ]
        files = aws.efs.FileSystem(
            f"{name}-files",
            encrypted=True,
            kms_key_id=args.kms_key_arn,
            performance_mode="generalPurpose",
            throughput_mode="elastic",
            lifecycle_policies=lifecycle,
            protection=aws.efs.FileSystemProtectionArgs(replication_overwrite="ENABLED"),
            tags=named({**args.tags, **args.file_tags}, f"{name}-files"),
            opts=pulumi.ResourceOptions(parent=self, protect=args.retain_data),
        )
        return files.id, files.arn

    def _point(
        self, name: str, made_id: pulumi.Input[str], point: AccessPoint, tags: Mapping[str, str]
    ) -> aws.efs.AccessPoint:
        return aws.efs.AccessPoint(
            name,
            file_system_id=made_id,
            posix_user=aws.efs.AccessPointPosixUserArgs(uid=point.uid, gid=point.gid),
            root_directory=aws.efs.AccessPointRootDirectoryArgs(
                path=point.path,
                creation_info=aws.efs.AccessPointRootDirectoryCreationInfoArgs(
                    owner_uid=point.uid, owner_gid=point.gid, permissions=point.permissions
                ),
            ),
            tags=named(tags, name),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _monitor(self, name: str, made_id: pulumi.Input[str], args: FileSystemArgs) -> None:
        def metric(title: str, statistic: str) -> Metric:
            of = {"FileSystemId": made_id}
            return Metric(namespace="AWS/EFS", name=title, dimensions=of, statistic=statistic)

        limit = Alarm(
            metric=metric("PercentIOLimit", "Maximum"),
            threshold=IO_LIMIT_PERCENT,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # EFS reports data only while the file system is mounted somewhere
            description=f"{name}: above {IO_LIMIT_PERCENT} % of the operations EFS allows for 15 minutes",
            periods=15,
        )
        child, region = pulumi.ResourceOptions(parent=self), region_of(args.kms_key_arn)
        self.alarms = {"io-limit": metric_alarm(f"{name}-io-limit", limit, args.alarms, child)}
        plots = (("PercentIOLimit", "Maximum"), ("ClientConnections", "Sum"), ("MeteredIOBytes", "Sum"))
        self.widgets = [widget(f"{name}: {title}", region, [metric(title, stat)]) for title, stat in plots]


@dataclass(frozen=True, kw_only=True)
class FileReplicationArgs:
    """Inputs of `FileReplication`.

    source_id: the file system to replicate. target_region, kms_key_arn: Region of the replica, and a key there. alarms:
    SNS topics in the source's Region.
    """

    source_id: pulumi.Input[str]
    target_region: str
    kms_key_arn: pulumi.Input[str]
    alarms: Alarming = field(default_factory=Alarming)


class FileReplication(pulumi.ComponentResource):
    """Replicates a file system to another Region while it exists. After it is destroyed the replica stays and becomes
    writable.

    EFS creates the replica. If we created it, it would need its overwrite protection off, and the provider reports the
    state REPLICATING as an error at the next refresh. Use the source Region's provider. Children: {name}-replication,
    {name}-behind. target_id: the replica, for a `FileSystem` with replica_id.
    """

    target_id: pulumi.Output[str]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]

    def __init__(self, name: str, args: FileReplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:FileReplication", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.replication = aws.efs.ReplicationConfiguration(
            f"{name}-replication",
            source_file_system_id=args.source_id,
            destination=aws.efs.ReplicationConfigurationDestinationArgs(
                region=args.target_region, kms_key_id=args.kms_key_arn
            ),
            # A file system has one. The copy in the Region that is left stays, as a file system that can be written to.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.target_id = self.replication.destination.apply(lambda made: str(made.file_system_id))
        behind = Alarm(
            metric=Metric(
                namespace="AWS/EFS",
                name="TimeSinceLastSync",
                dimensions={
                    "FileSystemId": self.replication.source_file_system_id,
                    "DestinationFileSystemId": self.target_id,
                },
                statistic="Maximum",
            ),
            threshold=SYNC_SECONDS,
            comparison="GreaterThanThreshold",
            missing="missing",  # no data before the first copy is complete; later a replication without is not running
            description=f"{name}: the copy in {args.target_region} is more than 15 minutes behind",
            periods=15,
        )
        self.alarms = {"behind": metric_alarm(f"{name}-behind", behind, args.alarms, child)}
        self.register_outputs({"targetId": self.target_id})
