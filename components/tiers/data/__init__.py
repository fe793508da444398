"""RDS, Aurora, DynamoDB, ElastiCache, EFS and S3."""

from components.tiers.data.aurora import (
    Aurora,
    AuroraArgs,
    AuroraSecondaryCluster,
    AuroraSecondaryClusterArgs,
    Capacity,
)
from components.tiers.data.dynamodb import GlobalSecondaryIndex, Table, TableArgs, TableKey
from components.tiers.data.efs import AccessPoint, FileReplication, FileReplicationArgs, FileSystem, FileSystemArgs
from components.tiers.data.elasticache import Cache, CacheArgs
from components.tiers.data.rds import (
    BackupReplication,
    RdsCrossRegionReplica,
    RdsCrossRegionReplicaArgs,
    RdsDatabase,
    RdsDatabaseArgs,
)
from components.tiers.data.s3 import DataBucket, DataBucketArgs, LogBucket, LogBucketArgs
from components.tiers.data.s3_private_bucket import ObjectLock
from components.tiers.data.s3_replication import BucketReplica

__all__ = [
    "AccessPoint",
    "Aurora",
    "AuroraArgs",
    "AuroraSecondaryCluster",
    "AuroraSecondaryClusterArgs",
    "BackupReplication",
    "BucketReplica",
    "Cache",
    "CacheArgs",
    "Capacity",
    "DataBucket",
    "DataBucketArgs",
    "FileReplication",
    "FileReplicationArgs",
    "FileSystem",
    "FileSystemArgs",
    "GlobalSecondaryIndex",
    "LogBucket",
    "LogBucketArgs",
    "ObjectLock",
    "RdsCrossRegionReplica",
    "RdsCrossRegionReplicaArgs",
    "RdsDatabase",
    "RdsDatabaseArgs",
    "Table",
    "TableArgs",
    "TableKey",
]
