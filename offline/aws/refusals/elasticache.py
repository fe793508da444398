# ruff: noqa: E501 (what AWS says is as long as it is)
"""ElastiCache."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, length, not_both, one_of, ranged, refuses
from offline.aws.refusals.rds import DAILY_WINDOW, WEEKLY_WINDOW
from offline.aws.refusals.vpc import zones_of
from offline.aws.unique import unique

REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
SUBNET_GROUP = "aws:elasticache/subnetGroup:SubnetGroup"
USER = "aws:elasticache/user:User"
USER_GROUP = "aws:elasticache/userGroup:UserGroup"


EVICTION = "maxmemory-policy"
EVICTIONS = ("volatile-lru", "allkeys-lru", "volatile-lfu", "allkeys-lfu", "volatile-random", "allkeys-random", "volatile-ttl", "noeviction")  # fmt: skip
LAST_REDIS = (7, 1)
"""The last version of Redis OSS that ElastiCache runs (ElastiCache User Guide, "Supported Redis OSS versions")."""


@refuses("aws:elasticache/parameterGroup:ParameterGroup")
def eviction_policy_exists(case: Case) -> Iterator[Problem]:
    """ElastiCache User Guide, "Valkey and Redis OSS parameters", maxmemory-policy."""
    if (case.text("family") or "").startswith(("valkey", "redis")):
        for path, parameter in case.objects("parameters"):
            if parameter.text("name") == EVICTION:
                yield from ((f"{path}.{p}", r) for p, r in one_of(parameter, "value", *EVICTIONS))


@refuses(REPLICATION_GROUP)
def redis_ends_before_valkey(case: Case) -> Iterator[Problem]:
    """ElastiCache User Guide, "Supported Redis OSS versions": 7.1 is the last one; T1 nodes have no Multi-AZ."""
    version = re.match(r"(\d+)\.(\d+)", case.text("engineVersion") or "")
    if case.text("engine") == "redis" and version and tuple(int(part) for part in version.groups()) > LAST_REDIS:
        yield "engineVersion", f"InvalidParameterCombination: Cannot find version {version.group()} for redis"
    if (case.text("nodeType") or "").startswith("cache.t1.") and case.get("multiAzEnabled") is True:
        yield "nodeType", f"InvalidParameterCombination: Multi-AZ is not supported on {case.text('nodeType')}"


@refuses(SUBNET_GROUP)
def cache_subnet_group_is_legal(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateCacheSubnetGroup: at least one subnet; names to 255, lower case, not ``default``."""
    if not case.list("subnetIds") and not case.unknown("subnetIds"):
        yield "subnetIds", "InvalidParameterValue: at least one subnet"
    name = case.text("name")
    if name is not None and (name == "default" or not re.fullmatch(r"[a-zA-Z0-9-]{1,255}", name)):
        yield "name", f"InvalidParameterValue: name {name!r}: 1 to 255 letters, digits and hyphens, not 'default'"


@refuses(REPLICATION_GROUP)
def multi_az_cache_fails_over(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateReplicationGroup: Multi-AZ needs automatic failover; failover needs a replica."""
    multi, failover = case.get("multiAzEnabled") is True, case.get("automaticFailoverEnabled") is True
    if multi and not failover and not case.unknown("automaticFailoverEnabled"):
        yield (
            "automaticFailoverEnabled",
            "InvalidParameterCombination: Must enable automatic failover for multi-AZ replication groups.",
        )
    nodes, replicas = case.number("numCacheClusters"), case.number("replicasPerNodeGroup")
    sharded = case.given("numNodeGroups") or case.given("replicasPerNodeGroup")
    secondary = case.given("globalReplicationGroupId")
    if failover and not sharded and nodes is not None and nodes < 2:
        yield (
            "numCacheClusters",
            "InvalidParameterValue: Replication group with automatic failover enabled must have at least one replica: numCacheClusters must be 2 or more.",
        )
    if failover and not sharded and not case.given("numCacheClusters") and not secondary:
        yield (
            "numCacheClusters",
            "InvalidParameterValue: automatic failover needs numCacheClusters of 2 or more, or replicasPerNodeGroup",
        )
    if multi and sharded and replicas == 0:
        yield "replicasPerNodeGroup", "InvalidParameterCombination: Multi-AZ needs at least one replica per node group"
    yield from not_both(case, "numCacheClusters", "numNodeGroups")
    yield from not_both(case, "numCacheClusters", "replicasPerNodeGroup")
    yield from ranged(case, "numCacheClusters", 1, 6)
    yield from ranged(case, "replicasPerNodeGroup", 0, 5)
    yield from ranged(case, "numNodeGroups", 1, 500)
    zones = case.list("preferredCacheClusterAzs")
    if zones and nodes is not None and len(zones) != nodes:
        yield (
            "preferredCacheClusterAzs",
            f"InvalidParameterValue: {len(zones)} preferred zones for {nodes} cache clusters: must be as many",
        )


@refuses(REPLICATION_GROUP)
def cache_is_legal(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateReplicationGroup: id of 1-40 letters, digits, hyphens; AUTH needs TLS; secondaries inherit."""
    name = case.text("replicationGroupId")
    if name is not None and not re.fullmatch(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,39}(?<!-)", name):
        yield (
            "replicationGroupId",
            f"InvalidParameterValue: replicationGroupId {name!r}: 1 to 40 letters, digits, hyphens; a letter first, no hyphen last or twice",
        )
    yield from one_of(case, "engine", "redis", "valkey")
    if (
        case.given("authToken")
        and case.get("transitEncryptionEnabled") is not True
        and not case.unknown("transitEncryptionEnabled")
    ):
        yield "authToken", "InvalidParameterCombination: an AUTH token needs transitEncryptionEnabled"
    yield from length(case, "authToken", 16, 128)
    if (
        case.given("kmsKeyId")
        and case.text("atRestEncryptionEnabled") != "true"
        and case.get("atRestEncryptionEnabled") is not True
        and not case.unknown("atRestEncryptionEnabled")
    ):
        yield "kmsKeyId", "InvalidParameterCombination: kmsKeyId needs atRestEncryptionEnabled"
    yield from ranged(case, "snapshotRetentionLimit", 0, 35, "days")
    if case.given("globalReplicationGroupId"):
        for inherited in (
            "engine",
            "engineVersion",
            "nodeType",
            "numNodeGroups",
            "parameterGroupName",
            "atRestEncryptionEnabled",
            "transitEncryptionEnabled",
        ):
            if case.given(inherited):
                yield (
                    inherited,
                    f"InvalidParameterCombination: {inherited} of a secondary is that of its global replication group",
                )
    elif not case.given("nodeType"):
        yield "nodeType", "InvalidParameterValue: nodeType must be given"
    if case.text("description") == "":
        yield "description", "InvalidParameterValue: description must not be empty"


@refuses(REPLICATION_GROUP)
def windows_are_legal(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateReplicationGroup: SnapshotWindow and PreferredMaintenanceWindow in the formats of RDS."""
    snapshots, week = case.text("snapshotWindow"), case.text("maintenanceWindow")
    if snapshots is not None and not DAILY_WINDOW.fullmatch(snapshots):
        yield "snapshotWindow", f"InvalidParameterValue: {snapshots!r} must satisfy the format of 'hh24:mi-hh24:mi'."
    if week is not None and not WEEKLY_WINDOW.fullmatch(week):
        yield (
            "maintenanceWindow",
            f"InvalidParameterValue: {week!r} must satisfy the format of 'ddd:hh24:mi-ddd:hh24:mi'.",
        )


@refuses("aws:elasticache/serverlessCache:ServerlessCache")
def serverless_cache_is_legal(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateServerlessCache: engines; two or three subnets in different zones."""
    yield from one_of(case, "engine", "redis", "valkey", "memcached")
    subnets = case.list("subnetIds")
    zones, complete = zones_of(case, subnets)
    if subnets and not 2 <= len(subnets) <= 3:
        yield "subnetIds", f"InvalidParameterValue: {len(subnets)} subnets: a serverless cache takes 2 or 3"
    elif subnets and complete and len(zones) < len(subnets):
        yield (
            "subnetIds",
            "InvalidParameterValue: the subnets of a serverless cache must be in different Availability Zones",
        )


@refuses(REPLICATION_GROUP)
def cache_has_one_kind_of_authentication(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateReplicationGroup: AuthToken and UserGroupIds exclude one another; user groups need encryption in transit."""
    yield from not_both(case, "authToken", "userGroupIds")
    if (
        case.list("userGroupIds")
        and case.get("transitEncryptionEnabled") is not True
        and not case.unknown("transitEncryptionEnabled")
        and not case.given("globalReplicationGroupId")
    ):
        yield "userGroupIds", "InvalidParameterCombination: user groups need transitEncryptionEnabled"


@refuses(REPLICATION_GROUP)
def data_tiering_fits_the_node_type(case: Case) -> Iterator[Problem]:
    """ElastiCache User Guide, "Data tiering": always on for r6gd nodes, and only there."""
    kind, tiered = case.text("nodeType"), case.get("dataTieringEnabled") is True
    if kind is None or case.unknown("dataTieringEnabled"):
        return
    if kind.startswith("cache.r6gd.") != tiered:
        needs = "must be enabled for" if not tiered else "is not supported for"
        yield "dataTieringEnabled", f"InvalidParameterCombination: Data tiering {needs} {kind}"


@refuses(USER)
def cache_user_is_legal(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateUser: ids of 1-40; an IAM user has its name as id; one way to authenticate."""
    identifier, name = case.text("userId"), case.text("userName")
    if identifier is not None and not re.fullmatch(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,39}(?<!-)", identifier):
        yield (
            "userId",
            f"InvalidParameterValue: userId {identifier!r}: 1 to 40 letters, digits, hyphens; a letter first",
        )
    if case.text("authenticationMode.type") == "iam" and identifier is not None and name not in (None, identifier):
        yield (
            "userName",
            "InvalidParameterValue: For IAM authentication, the user name and user id must be identical",
        )
    if case.get("noPasswordRequired") is True and case.given("passwords"):
        yield "passwords", "InvalidParameterCombination: passwords cannot be given when no password is required"


@refuses(USER_GROUP)
def cache_user_group_is_legal(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateUserGroup: DefaultUserRequired for Redis OSS; Valkey takes no user without a password; ids of 1-40."""
    name = case.text("userGroupId")
    if name is not None and not re.fullmatch(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,39}(?<!-)", name):
        yield (
            "userGroupId",
            f"InvalidParameterValue: userGroupId {name!r}: 1 to 40 letters, digits, hyphens; a letter first",
        )
    engine, ids = (case.text("engine") or "").lower(), case.list("userIds")
    users = [case.inventory.get(USER, i) for i in ids]
    if engine == "redis" and not case.unknown("userIds"):
        named = {u.get("userName") for u in users if u}
        if "default" not in (*ids, *named) and all(users):
            yield "userIds", "DefaultUserRequired: User group must contain a user with the name default."
    for user in users:
        if engine == "valkey" and user and user.get("noPasswordRequired") is True:
            yield (
                "userIds",
                f"InvalidParameterValue: user {user.get('userId')} needs no password: Valkey user groups take only users with a password or IAM",
            )


unique("aws:elasticache/replicationGroup:ReplicationGroup", "replicationGroupId", call="elasticache CreateReplicationGroup", says="ReplicationGroupAlreadyExists: The specified replication group already exists: {replicationGroupId}")  # fmt: skip
unique("aws:elasticache/subnetGroup:SubnetGroup", "name", call="elasticache CreateCacheSubnetGroup", says="CacheSubnetGroupAlreadyExists: Cache subnet group {name} already exists.")  # fmt: skip
unique("aws:elasticache/parameterGroup:ParameterGroup", "name", call="elasticache CreateCacheParameterGroup", says="CacheParameterGroupAlreadyExists: Cache parameter group {name} already exists")  # fmt: skip
unique("aws:elasticache/user:User", "userId", call="elasticache CreateUser", says="UserAlreadyExists: User {userId} already exists.")  # fmt: skip
unique("aws:elasticache/userGroup:UserGroup", "userGroupId", call="elasticache CreateUserGroup", says="UserGroupAlreadyExists: User group {userGroupId} already exists.")  # fmt: skip
unique("aws:elasticache/serverlessCache:ServerlessCache", "name", call="elasticache CreateServerlessCache", says="ServerlessCacheAlreadyExistsFault: Serverless cache {name} already exists")  # fmt: skip
