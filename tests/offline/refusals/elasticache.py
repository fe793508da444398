# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.elasticache`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken
from tests.offline.refusals.inputs import TWO

CACHE = {
    "description": "d",
    "nodeType": "cache.t4g.micro",
    "automaticFailoverEnabled": True,
    "multiAzEnabled": True,
    "numCacheClusters": 2,
}
ENCRYPTED_CACHE = {**CACHE, "transitEncryptionEnabled": True}
USER = {
    "accessString": "on ~* +@all",
    "engine": "valkey",
    "userId": "app",
    "userName": "app",
    "authenticationMode": {"type": "iam"},
}

CASES: list[Case] = [
    ("eviction_policy_exists", "aws:elasticache/parameterGroup:ParameterGroup", {"family": "valkey8", "parameters": [{"name": "maxmemory-policy", "value": "allkeys-lru"}]}, {"parameters": [{"name": "maxmemory-policy", "value": "lru"}]}, "must be one of volatile-lru"),
    ("redis_ends_before_valkey", "aws:elasticache/replicationGroup:ReplicationGroup", {"description": "d", "engine": "redis", "engineVersion": "7.1", "nodeType": "cache.r7g.large"}, {"engineVersion": "7.2"}, "Cannot find version 7.2"),
    ("cache_subnet_group_is_legal", "aws:elasticache/subnetGroup:SubnetGroup", {"subnetIds": TWO}, {"subnetIds": []}, "at least one subnet"),
    ("multi_az_cache_fails_over", "aws:elasticache/replicationGroup:ReplicationGroup", CACHE, {"automaticFailoverEnabled": False}, "Must enable automatic failover"),
    ("multi_az_cache_fails_over", "aws:elasticache/replicationGroup:ReplicationGroup", CACHE, {"numCacheClusters": 1}, "2 or more"),
    ("cache_is_legal", "aws:elasticache/replicationGroup:ReplicationGroup", CACHE, {"authToken": "x" * 20}, "needs transitEncryptionEnabled"),
    ("windows_are_legal", "aws:elasticache/replicationGroup:ReplicationGroup", {**CACHE, "snapshotWindow": "03:00-04:00", "maintenanceWindow": "sun:05:00-sun:06:00"}, {"snapshotWindow": "3-4"}, "format of 'hh24:mi-hh24:mi'"),
    ("windows_are_legal", "aws:elasticache/replicationGroup:ReplicationGroup", {**CACHE, "maintenanceWindow": "sun:05:00-sun:06:00"}, {"maintenanceWindow": "sunday"}, "format of 'ddd:hh24:mi-ddd:hh24:mi'"),
    ("serverless_cache_is_legal", "aws:elasticache/serverlessCache:ServerlessCache", {"engine": "valkey", "subnetIds": TWO}, {"subnetIds": ["subnet-a"]}, "takes 2 or 3"),
    ("cache_has_one_kind_of_authentication", "aws:elasticache/replicationGroup:ReplicationGroup", {**ENCRYPTED_CACHE, "userGroupIds": ["g"]}, {"authToken": "x" * 20}, "only one of them"),
    ("cache_has_one_kind_of_authentication", "aws:elasticache/replicationGroup:ReplicationGroup", {**ENCRYPTED_CACHE, "userGroupIds": ["g"]}, {"transitEncryptionEnabled": False}, "need transitEncryptionEnabled"),
    ("data_tiering_fits_the_node_type", "aws:elasticache/replicationGroup:ReplicationGroup", {**CACHE, "nodeType": "cache.r6gd.xlarge", "dataTieringEnabled": True}, {"dataTieringEnabled": None}, "must be enabled for"),
    ("data_tiering_fits_the_node_type", "aws:elasticache/replicationGroup:ReplicationGroup", CACHE, {"dataTieringEnabled": True}, "is not supported for"),
    ("cache_user_is_legal", "aws:elasticache/user:User", USER, {"userName": "other"}, "must be identical"),
    ("cache_user_group_is_legal", "aws:elasticache/userGroup:UserGroup", {"engine": "valkey", "userGroupId": "shop", "userIds": ["app"]}, {"userGroupId": "x" * 41}, "1 to 40"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("cache_user_group_is_legal", [("aws:elasticache/user:User", "a", {"accessString": "on", "engine": "redis", "userId": "first", "userName": "default", "noPasswordRequired": True}), ("aws:elasticache/user:User", "b", {"accessString": "on", "engine": "redis", "userId": "app", "userName": "app"})], "aws:elasticache/userGroup:UserGroup", {"engine": "redis", "userGroupId": "g", "userIds": ["$a.id", "$b.id"]}, {"userIds": ["$b.id"]}, "DefaultUserRequired"),
    ("cache_user_group_is_legal", [("aws:elasticache/user:User", "a", {"accessString": "on", "engine": "valkey", "userId": "open", "userName": "open", "noPasswordRequired": True})], "aws:elasticache/userGroup:UserGroup", {"engine": "valkey", "userGroupId": "g", "userIds": ["other"]}, {"userIds": ["$a.id"]}, "needs no password"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:elasticache/replicationGroup:ReplicationGroup", {**CACHE, "replicationGroupId": "c"}, {"replicationGroupId": "d"}),
    ("aws:elasticache/subnetGroup:SubnetGroup", {"name": "g", "subnetIds": TWO}, {"name": "h"}),
    ("aws:elasticache/parameterGroup:ParameterGroup", {"name": "g", "family": "valkey8"}, {"name": "h"}),
    ("aws:elasticache/user:User", USER, {"userId": "other", "userName": "other"}),
    ("aws:elasticache/userGroup:UserGroup", {"engine": "valkey", "userGroupId": "shop", "userIds": ["app"]}, {"userGroupId": "web"}),
    ("aws:elasticache/serverlessCache:ServerlessCache", {"engine": "valkey", "name": "c", "subnetIds": TWO}, {"name": "d"}),
]  # fmt: skip
