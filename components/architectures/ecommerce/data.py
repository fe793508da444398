"""Data stores of the shop, with their copies: MySQL, cache, global tables, shared files, static assets."""

import pulumi

from components.architectures.base import Architecture
from components.architectures.cell import Cell
from components.architectures.shared.bucket_replicas import monitor_with_replica, replica_in
from components.architectures.shared.data_stores import RdsDatabases, caches, replicated_table
from components.architectures.shared.database_schema import apply_schema
from components.packaging import MYSQL
from components.tiers.data.dynamodb import TableKey
from components.tiers.data.efs import AccessPoint, FileReplication, FileReplicationArgs, FileSystem, FileSystemArgs
from components.tiers.data.s3 import DataBucket, DataBucketArgs
from components.tiers.governance.backup import ProtectedResource
from components.tiers.network.security_groups import allow_traffic

DATABASE = "shop"
CATALOG_USER = "catalog"
"""Database user of the catalog: can only read; authenticates with IAM."""
MEDIA = "media"
"""Access point for the shared files that the site shows."""
TABLES = {
    "products": ("id", None),
    "carts": ("id", "expires_at"),
    "sessions": ("id", "expires_at"),
    "orders": ("order_id", None),
}
"""Table -> its key, and the attribute with the epoch second after which an item expires."""


class Data:
    """The data stores of both cells. tables: by name. databases, caches, files: by role of the cell."""

    def __init__(self, architecture: Architecture) -> None:
        self._architecture, self._settings = architecture, architecture.settings.ecommerce
        self.primary, self.standby = architecture.primary, architecture.standby
        self.tables = {
            name: replicated_table(self.primary, self.standby, name, TableKey(name=key), ttl_attribute=ttl)
            for name, (key, ttl) in TABLES.items()
        }
        self.assets = self._bucket()
        database = RdsDatabases(
            architecture,
            "database",
            identifier="shop-db",
            engine="mysql",
            database_name=DATABASE,
            user=CATALOG_USER,
            wanted=self._settings.database,
        )
        self.main, self.databases = database.main, database.access
        self.schema = apply_schema(
            self.primary, "shop", database, libraries=MYSQL, samples=not self._settings.services.image
        )
        self.caches = caches(architecture, "shop-cache", self._settings.cache)
        self.files = {"primary": self._files(self.primary, None)}
        if self.standby is not None:
            self.files["standby"] = self._copied_files(self.standby)

    def table_arn(self, name: str, cell: Cell) -> pulumi.Output[str]:
        """ARN of the table, or of its replica, in the cell's Region."""
        table = self.tables[name]
        return table.table_arn if cell is self.primary else table.replica_arns[cell.region]

    def protected(self) -> dict[str, ProtectedResource]:
        """All data stores of the primary cell, for backups."""
        restored = {"dbSubnetGroupName": self.main.subnet_group_name}
        return {
            "database": ProtectedResource(kind="RDS", arn=self.main.database_arn, restore=restored),
            "files": ProtectedResource(kind="EFS", arn=self.files["primary"].file_system_arn),
            "assets": ProtectedResource(kind="S3", arn=self.assets.bucket_arn),
            **{name: ProtectedResource(kind="DynamoDB", arn=table.table_arn) for name, table in self.tables.items()},
        }

    def _bucket(self) -> DataBucket:
        cell, other = self.primary, self.standby
        made = DataBucket(
            cell.name("assets"),
            DataBucketArgs(
                kms_key_arn=cell.kms_key_arn,
                replica=replica_in(other, "assets"),
                policy=None,  # the distribution sets it
                log_bucket=cell.log_bucket.bucket_name,
                retain_data=cell.retain_data,
                alarms=cell.alarms_of("assets"),
                tags=cell.tier_tags("assets"),
            ),
            cell.child,
        )
        monitor_with_replica(cell, other, made)
        return made

    def _files(self, cell: Cell, copy: pulumi.Input[str] | None) -> FileSystem:
        made = FileSystem(
            cell.name("files"),
            FileSystemArgs(
                vpc_id=cell.network.vpc_id,
                subnet_ids=cell.network.private_subnet_ids,
                kms_key_arn=cell.kms_key_arn,
                access_points={MEDIA: AccessPoint(path=f"/{MEDIA}", permissions="0755")},
                replica_id=copy,
                retain_data=cell.retain_data,
                alarms=cell.alarms_of("files"),
                tags=cell.tier_tags("files"),
            ),
            cell.child,
        )
        cell.monitor(made)
        return made

    def _copied_files(self, cell: Cell) -> FileSystem:
        source = self.primary
        replication = FileReplication(
            source.name("files-copy"),
            FileReplicationArgs(
                source_id=self.files["primary"].file_system_id,
                target_region=cell.region,
                kms_key_arn=cell.kms_key_arn,
                alarms=source.alarms_of("files"),
            ),
            source.child,
        )
        source.tier_alarms["files-copy"] = list(replication.alarms.values())
        return self._files(cell, replication.target_id)


def allow_mount(cell: Cell, files: FileSystem, role: str, security_group_id: pulumi.Input[str]) -> None:
    """Let ``role`` mount the shared files of its cell."""
    allow_traffic(
        cell.name(f"{role}-files"),
        caller=security_group_id,
        called=files.security_group_id,
        ports=[files.port],
        tags=cell.tier_tags("files"),
        opts=cell.child,
    )
