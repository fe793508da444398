"""Cases of the elasticache rules."""

from tests.policy.cases.kind import Case, Extra, U, v

GROUP: Extra = ("elasticache/subnetGroup", "group", {"subnetIds": ["@a", "@b"]})
NARROW: Extra = ("elasticache/subnetGroup", "group", {"subnetIds": ["@a", "@a2"]})
OPEN: Extra = ("elasticache/subnetGroup", "group", {"subnetIds": U})

CASES = {
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
}  # fmt: skip
