"""Data stores of the video platform, with their copies: uploads, videos, profiles, history, catalog, live streams."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.architectures.base import Architecture
from components.architectures.cell import Cell
from components.architectures.shared.bucket_replicas import monitor_with_replica, replica_in
from components.architectures.shared.data_stores import RdsDatabases, caches, replicated_table
from components.architectures.shared.database_schema import apply_schema
from components.packaging import POSTGRES
from components.tiers.data.dynamodb import GlobalSecondaryIndex, Table, TableKey
from components.tiers.data.efs import AccessPoint, FileSystem, FileSystemArgs
from components.tiers.data.s3 import DataBucket, DataBucketArgs
from components.tiers.edge.cloudfront import BucketOrigin
from components.tiers.governance.backup import ProtectedResource
from components.tiers.video.mediaconvert import OPEN_INDEX, BucketLocation

DATABASE = "catalog"
CATALOG_USER = "catalog"
"""Database user of the recommendations: can only read; authenticates with IAM."""
LIVE = "live"
"""Access point for the files of the live streams."""
UPLOAD_ARCHIVE_DAYS = 30
"""Days after which uploads move to S3 Intelligent-Tiering; they are read once, for transcoding."""
TRANSIENT = "Live segments go after hours and need no restoring"
BOTH_REGIONS = "Encoders write every live stream to both Regions - docs/media.md"
STATUS, PROFILES, HISTORY = "status", "profiles", "history"


class Data:
    """The data stores of both cells. tables: by name. catalogs, caches, streams: by role of the cell."""

    def __init__(self, architecture: Architecture) -> None:
        self._settings = architecture.settings.media
        self.primary, self.standby = architecture.primary, architecture.standby
        undone = GlobalSecondaryIndex(
            name=OPEN_INDEX, hash_key=TableKey(name="open"), range_key=TableKey(name="updated_at"),
            include=("key", "version", "size", "region", "status"),
        )  # fmt: skip
        self.tables = {
            STATUS: self._table("transcoding-status", TableKey(name="source"), indexes=(undone,)),
            PROFILES: self._table("profiles", TableKey(name="id")),
            HISTORY: self._table("history", TableKey(name="id")),
        }
        self.uploads = self._bucket("uploads", own_policy=True)
        self.videos = self._bucket("videos", own_policy=False)
        catalog = RdsDatabases(
            architecture,
            "catalog",
            identifier="media-catalog",
            engine="postgres",
            database_name=DATABASE,
            user=CATALOG_USER,
            wanted=self._settings.catalog,
        )
        self.main, self.catalogs = catalog.main, catalog.access
        self.schema = apply_schema(
            self.primary, "media", catalog, libraries=POSTGRES, samples=not self._settings.services.image
        )
        if self.standby is not None:
            self._replica_notifications(self.standby)
        self.caches = caches(architecture, "media-cache", self._settings.cache)
        self.streams = {role: self._streams(cell) for role, cell in architecture.cells.items()}

    def table_arn(self, name: str, cell: Cell) -> pulumi.Output[str]:
        """ARN of the table, or of its replica, in the cell's Region."""
        table = self.tables[name]
        return table.table_arn if cell is self.primary else table.replica_arns[cell.region]

    def place(self, bucket: DataBucket, cell: Cell) -> BucketLocation:
        """The bucket, or its replica, in the cell's Region."""
        if cell is self.primary:
            return BucketLocation(name=bucket.bucket_name, arn=bucket.bucket_arn)
        assert bucket.replica_name is not None, "made with a replica where there is a second cell"
        assert bucket.replica_arn is not None
        return BucketLocation(name=bucket.replica_name, arn=bucket.replica_arn)

    def origin(self, cell: Cell) -> BucketOrigin:
        """The videos in the cell's Region as an origin of CloudFront."""
        place = self.place(self.videos, cell)
        if cell is self.primary:
            return BucketOrigin(name=place.name, arn=place.arn, regional_domain_name=self.videos.regional_domain_name)
        assert self.videos.replica_regional_domain_name is not None, "made with a replica"
        return BucketOrigin(
            name=place.name,
            arn=place.arn,
            regional_domain_name=self.videos.replica_regional_domain_name,
            region=cell.region,
        )

    def protected(self) -> dict[str, ProtectedResource]:
        """Data of the primary cell that is backed up: everything that cannot be created again.

        Videos can be, from the uploads; live streams end with their files.
        """
        restored = {"dbSubnetGroupName": self.main.subnet_group_name}
        cluster = self._settings.catalog.topology == "cluster"
        return {
            "catalog": ProtectedResource(
                kind="RDS", arn=self.main.database_arn, copied=not cluster, tested=not cluster, restore=restored
            ),
            "uploads": ProtectedResource(kind="S3", arn=self.uploads.bucket_arn),
            **{name: ProtectedResource(kind="DynamoDB", arn=table.table_arn) for name, table in self.tables.items()},
        }

    def _table(self, name: str, key: TableKey, indexes: tuple[GlobalSecondaryIndex, ...] = ()) -> Table:
        return replicated_table(self.primary, self.standby, name, key, indexes=indexes)

    def _bucket(self, name: str, *, own_policy: bool) -> DataBucket:
        """own_policy: None if CloudFront sets the bucket policy."""
        cell, other = self.primary, self.standby
        made = DataBucket(
            cell.name(name),
            DataBucketArgs(
                kms_key_arn=cell.kms_key_arn,
                replica=replica_in(other, name, time_control=cell.production),
                archive_days=UPLOAD_ARCHIVE_DAYS if own_policy else None,
                events=own_policy,
                policy=(lambda _: ()) if own_policy else None,
                log_bucket=cell.log_bucket.bucket_name,
                retain_data=cell.retain_data,
                alarms=cell.alarms_of(name),
                tags=cell.tier_tags(name),
            ),
            cell.child,
        )
        monitor_with_replica(cell, other, made)
        return made

    def _replica_notifications(self, cell: Cell) -> None:
        """Send events of uploads to the standby Region's bucket, which is used while the primary Region is lost."""
        aws.s3.BucketNotification(
            cell.name("uploads-events"),
            bucket=self.place(self.uploads, cell).name,
            eventbridge=True,
            opts=cell.child,
        )

    def _streams(self, cell: Cell) -> FileSystem:
        exempt = {"ha:exempt:efs-backup": TRANSIENT, "ha:exempt:backup-coverage": TRANSIENT}
        if self.standby is not None:
            exempt["ha:exempt:standby-has-data"] = BOTH_REGIONS
        made = FileSystem(
            cell.name("streams"),
            FileSystemArgs(
                vpc_id=cell.network.vpc_id,
                subnet_ids=cell.network.private_subnet_ids,
                kms_key_arn=cell.kms_key_arn,
                access_points={LIVE: AccessPoint(path=f"/{LIVE}", permissions="0755")},
                infrequent_days=None,
                automatic_backups=False,
                file_tags=exempt,
                retain_data=cell.retain_data,
                alarms=cell.alarms_of("streams"),
                tags=cell.tier_tags("streams"),
            ),
            cell.child,
        )
        cell.monitor(made)
        return made
