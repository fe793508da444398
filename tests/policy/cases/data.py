"""Cases of the database, cache, bucket and store rules."""
# ruff: noqa: E501 (one row per thing)

from typing import Any

from tests.policy.cases.kind import Case, Extra, U, v


def member(name: str, zone: Any = None, kind: str = "rds/clusterInstance", **more: Any) -> Extra:
    """An instance of the cluster x."""
    placed = {} if zone is None else {"availabilityZone": zone}
    return (kind, name, {"clusterIdentifier": "@x.clusterIdentifier", **placed, **more})


WRITER = member("w", "us-west-2a", instanceClass="db.r6g.large", promotionTier=0)
READER = member("r", "us-west-2b", instanceClass="db.r6g.large", promotionTier=1)
VERSIONS: Extra = (
    "s3/bucketVersioning",
    "versions",
    {"bucket": "@x", "versioningConfiguration": {"status": "Enabled"}},
)
ELSEWHERE: tuple[Extra, ...] = (
    ("s3/bucket", "far", {"region": "us-east-1"}),
    ("s3/bucketVersioning", "far-versions", {"bucket": "@far", "versioningConfiguration": {"status": "Enabled"}}),
)
NEAR: tuple[Extra, ...] = (
    ("s3/bucket", "near", {}),
    ("s3/bucketVersioning", "near-versions", {"bucket": "@near", "versioningConfiguration": {"status": "Enabled"}}),
)


def replicate(to: str, status: Any = "Enabled") -> list[dict[str, Any]]:
    """Replication rules."""
    return [
        {"id": "all", "status": status, "destination": {"bucket": to}, "deleteMarkerReplication": {"status": "Enabled"}}
    ]


GROUP: Extra = ("elasticache/subnetGroup", "group", {"subnetIds": ["@a", "@b"]})
NARROW: Extra = ("elasticache/subnetGroup", "group", {"subnetIds": ["@a", "@a2"]})
OPEN: Extra = ("elasticache/subnetGroup", "group", {"subnetIds": U})
AWARE: dict[str, Any] = {
    "instanceCount": 4,
    "zoneAwarenessEnabled": True,
    "zoneAwarenessConfig": {"availabilityZoneCount": 2},
}
LOG: Extra = ("lb/loadBalancer", "lb", {"accessLogs": {"bucket": "@x.bucket"}})

CASES = {
    "rds-multi-az": Case(
        "rds/instance",
        ok=v(engine="postgres", multiAz=True),
        bad=v(engine="postgres"),
        unknown=v(engine="postgres", multiAz=U),
        na=v(("rds/instance", "primary", {"multiAz": True}), replicateSourceDb="@primary.identifier"),
    ),
    "cluster-two-members": Case(
        "rds/cluster",
        ok=v(WRITER, READER),
        bad=v(member("w", "us-west-2a"), member("r", "us-west-2a")),
        unknown=v(member("w", "us-west-2a"), member("r", U)),
    ),
    "replica-other-zone": Case(
        "rds/instance",
        ok=v(("rds/instance", "s", {"availabilityZone": "us-west-2a"}), replicateSourceDb="@s.identifier", availabilityZone="us-west-2b"),
        bad=v(("rds/instance", "s", {"availabilityZone": "us-west-2a"}), replicateSourceDb="@s.identifier", availabilityZone="us-west-2a"),
        unknown=v(("rds/instance", "s", {"availabilityZone": "us-west-2a"}), replicateSourceDb="@s.identifier"),
        na=v(engine="postgres"),
    ),
    "influxdb-multi-az": Case(
        "timestreaminfluxdb/dbInstance", ok=v(deploymentType="WITH_MULTIAZ_STANDBY"), bad=v(), unknown=v(deploymentType=U)
    ),
    "aurora-failover-ready": Case(
        "rds/cluster",
        ok=v(WRITER, READER),
        bad=v(WRITER, member("r", "us-west-2b", instanceClass="db.t4g.medium", promotionTier=1)),
        unknown=v(WRITER, member("r", "us-west-2b", instanceClass="db.r6g.large", promotionTier=U)),
        na=v(dbClusterInstanceClass="db.m6gd.large"),
    ),
    "subnet-group-distinct-az": Case(
        "rds/subnetGroup", ok=v(subnetIds=["@a", "@b"]), bad=v(subnetIds=["@a", "@a2"]), unknown=v(subnetIds=U)
    ),
    "db-backup-retention": Case(
        "rds/instance",
        ok=v(engine="postgres", backupRetentionPeriod=14),
        bad=v(engine="postgres"),
        unknown=v(engine="postgres", backupRetentionPeriod=U),
        na=v(engine="aurora-postgresql"),
    ),
    "db-deletion-protection": Case(
        "rds/cluster",
        ok=v(deletionProtection=True),
        bad=v(),
        unknown=v(deletionProtection=U),
        na=v(kind="rds/instance", engine="aurora-mysql"),
    ),
    "db-final-snapshot": Case(
        "rds/instance",
        ok=v(engine="mysql", finalSnapshotIdentifier="last", deleteAutomatedBackups=False),
        bad=v(engine="mysql", skipFinalSnapshot=True, deleteAutomatedBackups=False),
        unknown=v(engine="mysql", skipFinalSnapshot=U),
        na=v(engine="aurora-mysql"),
    ),
    "rds-storage-autoscaling": Case(
        "rds/instance",
        ok=v(engine="mysql", allocatedStorage=100, maxAllocatedStorage=200),
        bad=v(engine="mysql", allocatedStorage=100),
        unknown=v(engine="mysql", allocatedStorage=100, maxAllocatedStorage=U),
        na=v(engine="aurora-mysql"),
    ),
    "db-copy-tags": Case(
        "rds/cluster",
        ok=v(copyTagsToSnapshot=True),
        bad=v(),
        unknown=v(copyTagsToSnapshot=U),
        na=v(kind="rds/instance", engine="aurora-mysql"),
    ),
    "aurora-backtrack": Case(
        "rds/cluster",
        ok=v(engine="aurora-mysql", backtrackWindow=3600),
        bad=v(engine="aurora-mysql"),
        unknown=v(engine="aurora-mysql", backtrackWindow=U),
        na=v(engine="aurora-postgresql"),
    ),
    "rds-proxy-multi-az": Case(
        "rds/proxy", ok=v(vpcSubnetIds=["@a", "@b"]), bad=v(vpcSubnetIds=["@a"]), unknown=v(vpcSubnetIds=["@a", U])
    ),
    "global-cluster-two-regions": Case(
        "rds/globalCluster",
        ok=v(
            ("rds/cluster", "near", {}),
            ("rds/cluster", "far", {"globalClusterIdentifier": "@x.globalClusterIdentifier", "region": "us-east-1"}),
            sourceDbClusterIdentifier="@near.arn",
        ),
        bad=v(
            ("rds/cluster", "near", {}),
            ("rds/cluster", "nearer", {"globalClusterIdentifier": "@x.globalClusterIdentifier"}),
            sourceDbClusterIdentifier="@near.arn",
        ),
        unknown=v(
            ("rds/cluster", "near", {"globalClusterIdentifier": "@x.globalClusterIdentifier"}),
            ("rds/cluster", "far", {"globalClusterIdentifier": "@x.globalClusterIdentifier", "region": U}),
        ),
        na=v(),
    ),
    "ddb-pitr": Case(
        "dynamodb/table",
        ok=v(pointInTimeRecovery={"enabled": True}),
        bad=v(),
        unknown=v(pointInTimeRecovery={"enabled": U}),
    ),
    "ddb-replica-guards": Case(
        "dynamodb/table",
        ok=v(replicas=[{"regionName": "us-east-1", "pointInTimeRecovery": True, "deletionProtectionEnabled": True}]),
        bad=v(replicas=[{"regionName": "us-east-1", "pointInTimeRecovery": True}]),
        unknown=v(replicas=[{"regionName": "us-east-1", "pointInTimeRecovery": U}]),
        na=v(),
    ),
    "ddb-deletion-protection": Case(
        "dynamodb/table", ok=v(deletionProtectionEnabled=True), bad=v(), unknown=v(deletionProtectionEnabled=U)
    ),
    "ddb-autoscaling": Case(
        "dynamodb/table",
        ok=v(
            ("appautoscaling/target", "r", {"scalableDimension": "dynamodb:table:ReadCapacityUnits", "resourceId": "table/orders"}),
            ("appautoscaling/target", "w", {"scalableDimension": "dynamodb:table:WriteCapacityUnits", "resourceId": "table/orders"}),
            name="orders",
        ),
        bad=v(
            ("appautoscaling/target", "r", {"scalableDimension": "dynamodb:table:ReadCapacityUnits", "resourceId": "table/orders"}),
            name="orders",
        ),
        unknown=v(billingMode=U),
    ),
    "redis-failover": Case(
        "elasticache/replicationGroup",
        ok=v(automaticFailoverEnabled=True, multiAzEnabled=True),
        bad=v(automaticFailoverEnabled=True),
        unknown=v(automaticFailoverEnabled=True, multiAzEnabled=U),
        na=v(("elasticache/globalReplicationGroup", "g", {}), globalReplicationGroupId="@g.globalReplicationGroupId"),
    ),
    "cache-topology": Case(
        "elasticache/replicationGroup",
        ok=v(GROUP, numCacheClusters=2, subnetGroupName="@group.name"),
        bad=v(NARROW, numCacheClusters=2, subnetGroupName="@group.name"),
        unknown=v(OPEN, numCacheClusters=2, subnetGroupName="@group.name"),
    ),
    "redis-backup": Case(
        "elasticache/replicationGroup",
        ok=v(snapshotRetentionLimit=7),
        bad=v(),
        unknown=v(snapshotRetentionLimit=U),
        na=v(kind="elasticache/serverlessCache", engine="memcached"),
    ),
    "serverless-cache-multi-az": Case(
        "elasticache/serverlessCache",
        ok=v(subnetIds=["@a", "@b"]),
        bad=v(subnetIds=["@a"]),
        unknown=v(subnetIds=["@a", U]),
        na=v(engine="valkey"),
    ),
    "memcached-multi-az": Case(
        "elasticache/cluster",
        ok=v(engine="memcached", numCacheNodes=2, azMode="cross-az"),
        bad=v(engine="memcached", numCacheNodes=2),
        unknown=v(engine="memcached", numCacheNodes=2, azMode=U),
        na=v(("elasticache/replicationGroup", "g", {}), replicationGroupId="@g"),
    ),
    "memorydb-multi-az": Case(
        "memorydb/cluster", ok=v(numReplicasPerShard=1), bad=v(numReplicasPerShard=0), unknown=v(numReplicasPerShard=U)
    ),
    "dax-multi-az": Case(
        "dax/cluster",
        ok=v(replicationFactor=3, availabilityZones=["us-west-2a", "us-west-2b"]),
        bad=v(replicationFactor=3, availabilityZones=["us-west-2a"]),
        unknown=v(replicationFactor=3, availabilityZones=U),
    ),
    "s3-versioning": Case(
        "s3/bucket",
        ok=v(VERSIONS),
        bad=v(),
        unknown=v(("s3/bucketVersioning", "versions", {"bucket": "@x", "versioningConfiguration": {"status": U}})),
        na=v(LOG),
    ),
    "s3-not-one-zone": Case(
        "s3/bucketLifecycleConfiguration",
        ok=v(rules=[{"status": "Enabled", "transitions": [{"storageClass": "STANDARD_IA"}]}, {"status": "Disabled", "transitions": [{"storageClass": "ONEZONE_IA"}]}]),
        bad=v(rules=[{"status": "Enabled", "noncurrentVersionTransitions": [{"storageClass": "ONEZONE_IA"}]}]),
        unknown=v(rules=[{"status": "Enabled", "transitions": [{"storageClass": U}]}]),
    ),
    "s3-no-force-destroy": Case("s3/bucket", ok=v(), bad=v(forceDestroy=True), unknown=v(forceDestroy=U)),
    "s3-replication": Case(
        "s3/bucket",
        ok=v(*ELSEWHERE, ("s3/bucketReplicationConfig", "rep", {"bucket": "@x", "rules": replicate("@far.arn")})),
        bad=v(),
        unknown=v(*ELSEWHERE, ("s3/bucketReplicationConfig", "rep", {"bucket": "@x", "rules": replicate("@far.arn", U)})),
        na=v(LOG),
    ),
    "s3-replication-complete": Case(
        "s3/bucketReplicationConfig",
        ok=v(*NEAR, *ELSEWHERE, bucket="@near", rules=replicate("@far.arn")),
        bad=v(*NEAR, ELSEWHERE[0], bucket="@near", rules=replicate("@far.arn")),
        unknown=v(*NEAR, *ELSEWHERE, bucket="@near", rules=replicate("@far.arn", U)),
    ),
    "s3-object-lock": Case("s3/bucket", ok=v(objectLockEnabled=True), bad=v(), unknown=v(objectLockEnabled=U)),
    "mrap-two-regions": Case(
        "s3control/multiRegionAccessPoint",
        ok=v(*NEAR, *ELSEWHERE, details={"regions": [{"bucket": "@near"}, {"bucket": "@far"}]}),
        bad=v(*NEAR, details={"regions": [{"bucket": "@near"}]}),
        unknown=v(*NEAR, details={"regions": [{"bucket": "@near"}, {"bucket": U}]}),
    ),
    "opensearch-data-nodes": Case(
        "opensearch/domain",
        ok=v(clusterConfig=AWARE, vpcOptions={"subnetIds": ["@a", "@b"]}),
        bad=v(clusterConfig={**AWARE, "instanceCount": 3}, vpcOptions={"subnetIds": ["@a", "@b"]}),
        unknown=v(clusterConfig=AWARE, vpcOptions={"subnetIds": ["@a", U]}),
    ),
    "opensearch-masters": Case(
        "opensearch/domain",
        ok=v(clusterConfig={"dedicatedMasterEnabled": True, "dedicatedMasterCount": 3}),
        bad=v(clusterConfig={"dedicatedMasterEnabled": True, "dedicatedMasterCount": 2}),
        unknown=v(clusterConfig={"dedicatedMasterEnabled": True, "dedicatedMasterCount": U}),
    ),
    "redshift-snapshots": Case(
        "redshift/cluster",
        ok=v(automatedSnapshotRetentionPeriod=7),
        bad=v(),
        unknown=v(automatedSnapshotRetentionPeriod=U),
    ),
    "redshift-multi-az": Case("redshift/cluster", ok=v(multiAz=True), bad=v(), unknown=v(multiAz=U)),
    "efs-not-one-zone": Case(
        "efs/fileSystem", ok=v(), bad=v(availabilityZoneName="us-west-2a"), unknown=v(availabilityZoneName=U)
    ),
    "efs-mount-targets": Case(
        "efs/fileSystem",
        ok=v(("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": "@a"}), ("efs/mountTarget", "n", {"fileSystemId": "@x", "subnetId": "@b"})),
        bad=v(("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": "@a"})),
        unknown=v(("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": "@a"}), ("efs/mountTarget", "n", {"fileSystemId": U, "subnetId": "@b"})),
        na=v(),
    ),
    "efs-mount-in-client-az": Case(
        "efs/fileSystem",
        ok=v(
            ("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": "@a"}),
            ("efs/accessPoint", "p", {"fileSystemId": "@x"}),
            ("lambda/function", "f", {"fileSystemConfig": {"arn": "@p.arn"}, "vpcConfig": {"subnetIds": ["@a"]}}),
        ),
        bad=v(
            ("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": "@a"}),
            ("efs/accessPoint", "p", {"fileSystemId": "@x"}),
            ("lambda/function", "f", {"fileSystemConfig": {"arn": "@p.arn"}, "vpcConfig": {"subnetIds": ["@a", "@b"]}}),
        ),
        unknown=v(
            ("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": U}),
            ("efs/accessPoint", "p", {"fileSystemId": "@x"}),
            ("lambda/function", "f", {"fileSystemConfig": {"arn": "@p.arn"}, "vpcConfig": {"subnetIds": ["@a", "@b"]}}),
        ),
        na=v(),
    ),
    "efs-backup": Case(
        "efs/fileSystem",
        ok=v(("efs/backupPolicy", "p", {"fileSystemId": "@x", "backupPolicy": {"status": "ENABLED"}})),
        bad=v(("efs/backupPolicy", "p", {"fileSystemId": "@x", "backupPolicy": {"status": "DISABLED"}})),
        unknown=v(("efs/backupPolicy", "p", {"fileSystemId": "@x", "backupPolicy": {"status": U}})),
    ),
    "fsx-multi-az": Case(
        "fsx/ontapFileSystem",
        ok=v(deploymentType="MULTI_AZ_1"),
        bad=v(deploymentType="SINGLE_AZ_1"),
        unknown=v(deploymentType=U),
    ),
    "sagemaker-two-instances": Case(
        "sagemaker/endpointConfiguration",
        ok=v(productionVariants=[{"initialInstanceCount": 2}]),
        bad=v(productionVariants=[{"initialInstanceCount": 1}]),
        unknown=v(productionVariants=[{"initialInstanceCount": U}]),
    ),
    "ebs-snapshots": Case(
        "ebs/volume",
        ok=v(
            ("dlm/lifecyclePolicy", "p", {"policyDetails": {"targetTags": {"Backup": "daily"}}}),
            availabilityZone="us-west-2a", tags={"Backup": "daily"},
        ),
        bad=v(availabilityZone="us-west-2a"),
        unknown=v(
            ("dlm/lifecyclePolicy", "p", {"policyDetails": {"targetTags": {"Backup": "daily"}}}), tags={"Backup": U}
        ),
    ),
    "emr-multi-master": Case(
        "emr/cluster",
        ok=v(masterInstanceGroup={"instanceCount": 3}),
        bad=v(),
        unknown=v(masterInstanceGroup={"instanceCount": U}),
        na=v(masterInstanceFleet={"targetOnDemandCapacity": 1}),
    ),
}  # fmt: skip
