from typing import Any

import pytest

from components.alarms import Alarming
from components.tiers.data.elasticache import Cache, CacheArgs, cache_id
from tests.support.graph import ACCOUNT, REGION, Graph, deploy

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/main"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
USER = "aws:elasticache/user:User"
USERS = "aws:elasticache/userGroup:UserGroup"


def arguments(**changes: Any) -> CacheArgs:
    given: dict[str, Any] = {
        "node_type": "cache.r7g.large",
        "vpc_id": "vpc-1",
        "subnet_ids": {zone: f"subnet-{zone[-1]}" for zone in ZONES},
        "kms_key_arn": KEY,
        "retain_data": True,
        "alarms": Alarming(topic_arns=[TOPIC], tags={"Stack": "dev"}),
        "tags": {"Stack": "dev"},
    }
    return CacheArgs(**(given | changes))


def cache(**changes: Any) -> Graph:
    return deploy(lambda: Cache("sessions", arguments(**changes)))


def test_one_node_in_every_zone_that_fails_over_by_itself() -> None:
    node = cache().one(GROUP, "sessions-nodes")
    assert node.protect
    expected = {
        "replicationGroupId": "ha-aws-dev-sessions",
        "engine": "valkey",
        "engineVersion": "8.1",
        "nodeType": "cache.r7g.large",
        "numCacheClusters": 3,
        "preferredCacheClusterAzs": list(ZONES),
        "automaticFailoverEnabled": True,
        "multiAzEnabled": True,
        "atRestEncryptionEnabled": True,
        "kmsKeyId": KEY,
        "transitEncryptionEnabled": True,
        "transitEncryptionMode": "required",
        "snapshotRetentionLimit": 7,
        "port": 6379,
        "autoMinorVersionUpgrade": False,  # else the pinned minor would be a downgrade some day, which replaces
        "applyImmediately": False,
    }
    assert {key: node.inputs.get(key) for key in expected} == expected
    assert node.inputs["finalSnapshotIdentifier"].startswith("ha-aws-dev-sessions-final-")
    for refused in ("authToken", "numNodeGroups", "replicasPerNodeGroup", "nodeGroupConfigurations"):
        assert refused not in node.inputs, f"{refused} excludes what is set"


def test_it_lives_in_a_subnet_of_each_zone_and_in_a_group_without_rules_of_its_own() -> None:
    graph = cache()
    [subnets] = graph.referred(graph.one(GROUP), "subnetGroupName")
    assert subnets.inputs["subnetIds"] == ["subnet-a", "subnet-b", "subnet-c"]
    [group] = graph.referred(graph.one(GROUP), "securityGroupIds")
    assert "ingress" not in group.inputs
    assert "egress" not in group.inputs


def test_in_development_it_goes_without_a_last_snapshot_but_with_as_many_zones() -> None:
    node = cache(retain_data=False, node_type="cache.t4g.micro").one(GROUP)
    assert not node.protect
    assert "finalSnapshotIdentifier" not in node.inputs
    assert node.inputs["multiAzEnabled"] is True
    assert node.inputs["numCacheClusters"] == 3


def test_a_valkey_group_has_one_user_who_logs_in_by_iam_and_no_password() -> None:
    graph = cache()
    user = graph.one(USER)
    assert user.inputs["userId"] == user.inputs["userName"] == "ha-aws-dev-sessions-app"
    assert user.inputs["authenticationMode"] == {"type": "iam"}
    assert user.inputs["accessString"] == "on ~* &* +@all -@dangerous -@admin"
    assert "passwords" not in user.inputs
    assert graph.one(USERS).inputs["userIds"] == ["ha-aws-dev-sessions-app"]
    assert graph.referred(graph.one(GROUP), "userGroupIds") == [graph.one(USERS)]
    assert {graph.one(USERS).inputs["engine"], user.inputs["engine"]} == {"valkey"}


def test_a_redis_group_has_the_default_user_it_must_have_without_any_power() -> None:
    graph = cache(engine="redis")
    assert graph.one(GROUP).inputs["engineVersion"] == "7.1"
    powerless = graph.one(USER, "sessions-default-user")
    assert powerless.inputs["userName"] == "default"
    assert powerless.inputs["accessString"] == "off ~* -@all"
    assert graph.one(USERS).inputs["userIds"] == ["ha-aws-dev-sessions-app", "ha-aws-dev-sessions-default"]


@pytest.mark.parametrize(("engine", "family"), [("valkey", "valkey8"), ("redis", "redis7")])
def test_the_parameter_family_is_the_engines_major_version(engine: str, family: str) -> None:
    group = cache(engine=engine, eviction="allkeys-lru").one("aws:elasticache/parameterGroup:ParameterGroup")
    assert group.inputs["family"] == family
    assert group.inputs["parameters"] == [{"name": "maxmemory-policy", "value": "allkeys-lru"}]


def test_slow_and_engine_logs_go_to_encrypted_groups() -> None:
    graph = cache()
    logs = {n.inputs["name"]: n.inputs for n in graph.of("aws:cloudwatch/logGroup:LogGroup")}
    assert set(logs) == {f"/aws/vendedlogs/elasticache/ha-aws-dev-sessions/{kind}-log" for kind in ("engine", "slow")}
    assert all(log["kmsKeyId"] == KEY and log["retentionInDays"] == 30 for log in logs.values())
    configured = graph.one(GROUP).inputs["logDeliveryConfigurations"]
    assert {c["logType"] for c in configured} == {"engine-log", "slow-log"}
    assert {c["destination"] for c in configured} == set(logs)


def test_every_node_has_its_alarms() -> None:
    alarms = {n.name: n.inputs for n in cache().of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    kinds = ("cpu", "memory", "evictions", "connections", "lag")
    assert set(alarms) == {f"sessions-{kind}-{number}" for kind in kinds for number in (1, 2, 3)}
    assert alarms["sessions-memory-2"]["dimensions"] == {"CacheClusterId": "ha-aws-dev-sessions-002"}
    assert alarms["sessions-evictions-1"]["statistic"] == "Sum"
    assert all(a["alarmActions"] == [TOPIC] for a in alarms.values())


def test_connecting_needs_the_cache_and_the_user() -> None:
    found: list[str] = []

    def program() -> None:
        made = Cache("sessions", arguments())
        for arn in made.connect_arns:
            arn.apply(found.append)
        assert made.port == 6379
        assert made.username == "ha-aws-dev-sessions-app"

    deploy(program)
    assert sorted(arn.split(":")[5].split("/")[0] for arn in found) == ["replicationgroup", "user"]


def test_ids_keep_to_forty_characters_and_stay_distinct() -> None:
    seen: list[str] = []
    deploy(lambda: seen.extend(cache_id("x" * 30, tail) for tail in ("app", "default", "users")), stack="production")
    assert len(set(seen)) == 3
    assert all(len(one) <= 40 for one in seen)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"subnet_ids": {"us-west-2a": "s"}}, "2 Availability Zones are needed"),
        ({"engine_version": "8"}, "must be major.minor"),
        ({"engine": "redis", "engine_version": "6.2"}, "logging in by IAM needs redis 7.0 or newer"),
        ({"snapshot_days": 0}, "snapshot_days=0: must be at least 1 day"),
        ({"access": "on ~*"}, "give the permissions only"),
    ],
)
def test_what_the_tier_cannot_set_up_is_refused_with_the_rule(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        arguments(**changes)
