"""Cases of the rds rules."""
# ruff: noqa: E501 (one row per thing)

from typing import Any

from tests.policy.cases.kind import Case, Extra, U, v


def member(name: str, zone: Any = None, kind: str = "rds/clusterInstance", **more: Any) -> Extra:
    """An instance of the cluster x."""
    placed = {} if zone is None else {"availabilityZone": zone}
    return (kind, name, {"clusterIdentifier": "@x.clusterIdentifier", **placed, **more})


WRITER = member("w", "us-west-2a", instanceClass="db.r6g.large", promotionTier=0)
READER = member("r", "us-west-2b", instanceClass="db.r6g.large", promotionTier=1)

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
        ok=v(engine="mysql", finalSnapshotIdentifier="last"),
        bad=v(engine="mysql", skipFinalSnapshot=True, deleteAutomatedBackups=False),
        unknown=v(engine="mysql", skipFinalSnapshot=U),
        na=v(engine="aurora-mysql"),
    ),
    "db-keep-backups": Case(
        "rds/instance",
        ok=v(engine="mysql", deleteAutomatedBackups=False),
        bad=v(engine="mysql"),
        unknown=v(engine="mysql", deleteAutomatedBackups=U),
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
}  # fmt: skip
