from typing import Any

import pulumi
import pytest

from components.alarms import Alarming
from components.tiers.data.dynamodb import GlobalSecondaryIndex, Table, TableArgs, TableKey
from tests.support.graph import ACCOUNT, REGION, Graph, Node, deploy
from tests.support.some import some

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/main"
EAST = f"arn:aws:kms:us-east-2:{ACCOUNT}:key/east"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
TABLE = "aws:dynamodb/table:Table"


def arguments(**changes: Any) -> TableArgs:
    given: dict[str, Any] = {
        "region": REGION,
        "hash_key": TableKey(name="pk"),
        "kms_key_arn": KEY,
        "retain_data": True,
        "alarms": Alarming(topic_arns=[TOPIC], tags={"Stack": "dev"}),
        "tags": {"Stack": "dev"},
    }
    return TableArgs(**(given | changes))


def graph_of(**changes: Any) -> Graph:
    return deploy(lambda: Table("carts", arguments(**changes)))


def table(**changes: Any) -> Node:
    return graph_of(**changes).one(TABLE, "carts-table")


def test_a_table_of_one_region_is_on_demand_encrypted_recoverable_and_kept() -> None:
    node = table(ttl_attribute="expires")
    assert node.protect
    assert node.inputs == {
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "pk",
        "attributes": [{"name": "pk", "type": "S"}],
        "ttl": {"attributeName": "expires", "enabled": True},
        "pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 35},
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": KEY},
        "deletionProtectionEnabled": True,
        "tags": {"Stack": "dev", "Name": "carts-table"},
    }


def test_in_development_it_can_be_destroyed_everywhere() -> None:
    node = table(retain_data=False, replicas={"us-east-2": EAST})
    assert not node.protect
    assert node.inputs["deletionProtectionEnabled"] is False
    assert node.inputs["replicas"][0]["deletionProtectionEnabled"] is False


def test_a_replica_has_the_key_of_its_region_its_own_recovery_and_the_stream_it_needs() -> None:
    node = table(replicas={"us-east-2": EAST})
    assert node.inputs["replicas"] == [
        {
            "regionName": "us-east-2",
            "kmsKeyArn": EAST,
            "pointInTimeRecovery": True,
            "deletionProtectionEnabled": True,
            "propagateTags": True,
            "consistencyMode": "EVENTUAL",
        }
    ]
    assert node.inputs["streamEnabled"] is True
    assert node.inputs["streamViewType"] == "NEW_AND_OLD_IMAGES"
    assert "readCapacity" not in node.inputs, "a provisioned global table would need auto scaling"


def test_strong_consistency_spans_three_regions_with_or_without_a_witness() -> None:
    regions = {"us-east-1": "k1", "us-east-2": "k2"}
    full = table(consistency="strong", replicas=regions).inputs
    assert [r["consistencyMode"] for r in full["replicas"]] == ["STRONG", "STRONG"]
    assert "globalTableWitness" not in full
    lean = table(consistency="strong", replicas={"us-east-2": EAST}, witness_region="us-east-1").inputs
    assert [r["consistencyMode"] for r in lean["replicas"]] == ["STRONG"]
    assert lean["globalTableWitness"] == {"regionName": "us-east-1"}


def test_attributes_are_exactly_the_keys_in_use() -> None:
    node = table(
        range_key=TableKey(name="sk", type="N"),
        indexes=(
            GlobalSecondaryIndex(
                name="by-owner",
                hash_key=TableKey(name="owner"),
                range_key=TableKey(name="sk", type="N"),
                include=["total"],
            ),
            GlobalSecondaryIndex(name="by-state", hash_key=TableKey(name="state"), include=[]),
            GlobalSecondaryIndex(name="by-day", hash_key=TableKey(name="day")),
        ),
    )
    assert node.inputs["rangeKey"] == "sk"
    assert node.inputs["attributes"] == [
        {"name": "day", "type": "S"},
        {"name": "owner", "type": "S"},
        {"name": "pk", "type": "S"},
        {"name": "sk", "type": "N"},
        {"name": "state", "type": "S"},
    ]
    owner, state, day = node.inputs["globalSecondaryIndexes"]
    assert owner == {
        "name": "by-owner",
        "keySchemas": [
            {"attributeName": "owner", "keyType": "HASH"},
            {"attributeName": "sk", "keyType": "RANGE"},
        ],
        "projectionType": "INCLUDE",
        "nonKeyAttributes": ["total"],
    }
    assert (state["projectionType"], day["projectionType"]) == ("KEYS_ONLY", "ALL")
    assert "nonKeyAttributes" not in state


def test_a_limit_on_writes_leaves_reads_unlimited() -> None:
    assert table(max_writes=500).inputs["onDemandThroughput"] == {
        "maxReadRequestUnits": -1,
        "maxWriteRequestUnits": 500,
    }


def test_throttles_errors_and_late_replication_raise_alarms() -> None:
    graph = graph_of(replicas={"us-east-2": EAST})
    alarms = {n.name: n.inputs for n in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert set(alarms) == {
        "carts-read-throttles",
        "carts-write-throttles",
        "carts-errors-GetItem",
        "carts-errors-PutItem",
        "carts-errors-Query",
        "carts-errors-UpdateItem",
        "carts-replication-us-east-2",
    }
    late = alarms["carts-replication-us-east-2"]
    assert late["dimensions"]["ReceivingRegion"] == "us-east-2"
    assert late["threshold"] == 5000
    assert all(a["treatMissingData"] == "notBreaching" and a["alarmActions"] == [TOPIC] for a in alarms.values())


def test_the_replicas_region_has_alarms_of_its_own_that_tell_its_own_topic() -> None:
    there = TOPIC.replace(REGION, "us-east-2")
    graph = graph_of(replicas={"us-east-2": EAST}, replica_alarms={"us-east-2": Alarming(topic_arns=[there])})
    alarms = {n.name: n.inputs for n in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    copy = {name: alarm for name, alarm in alarms.items() if alarm.get("region") == "us-east-2"}
    assert set(copy) == {
        "carts-us-east-2-read-throttles",
        "carts-us-east-2-write-throttles",
        f"carts-us-east-2-replication-{REGION}",
    }
    assert all(alarm["alarmActions"] == [there] for alarm in copy.values())
    back = copy[f"carts-us-east-2-replication-{REGION}"]
    assert back["dimensions"] == {"TableName": "carts-table", "ReceivingRegion": REGION}, "what is written there"
    strong = graph_of(
        consistency="strong",
        replicas={"us-east-1": "k", "us-east-2": "k"},
        replica_alarms={"us-east-2": Alarming(topic_arns=[there])},
    )
    assert {n.name for n in strong.of("aws:cloudwatch/metricAlarm:MetricAlarm") if "us-east-2" in n.name} == {
        "carts-us-east-2-read-throttles",
        "carts-us-east-2-write-throttles",
    }


def test_a_strongly_consistent_table_has_no_replication_to_be_late() -> None:
    graph = graph_of(consistency="strong", replicas={"us-east-1": "k", "us-east-2": "k"})
    assert [n.name for n in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm") if "replication" in n.name] == []


def test_outputs_tell_policies_and_the_standby_what_they_need() -> None:
    seen: dict[str, Any] = {}

    def program() -> None:
        made = Table(
            "carts",
            arguments(
                replicas={"us-east-2": EAST}, indexes=(GlobalSecondaryIndex(name="ids", hash_key=TableKey(name="i")),)
            ),
        )
        made.replica_arns["us-east-2"].apply(lambda arn: seen.update(replica=arn))
        seen["policy"] = list[str]()
        for arn in made.policy_arns:
            arn.apply(seen["policy"].append)
        seen["streams"] = made.stream_arn is not None

    deploy(program)
    assert seen["replica"] == f"arn:aws:dynamodb:us-east-2:{ACCOUNT}:table/carts-table"
    own = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/carts-table"
    assert sorted(seen["policy"]) == [own, f"{own}/index/*"]
    assert seen["streams"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"replica_alarms": {"us-east-2": Alarming()}}, "no replica there"),
        ({"max_reads": 0}, "max_reads=0: must be at least 1"),
        ({"range_key": TableKey(name="pk", type="N")}, "attribute pk: used as S and as N"),
        ({"witness_region": "us-east-1"}, "only with consistency=strong"),
        ({"consistency": "strong"}, "needs exactly three Regions"),
        ({"consistency": "strong", "replicas": {"us-east-2": EAST}}, "needs exactly three Regions"),
        (
            {"consistency": "strong", "replicas": {"us-east-2": EAST, "us-east-1": "k"}, "witness_region": "us-east-1"},
            "needs exactly three Regions",
        ),
        ({"consistency": "strong", "replicas": {"us-east-2": EAST, "eu-west-1": "k"}}, "not of one Region set"),
        (
            {"consistency": "strong", "replicas": {"us-east-2": EAST, "us-east-1": "k"}, "ttl_attribute": "e"},
            "not with consistency=strong",
        ),
    ],
)
def test_contradictions_are_refused_with_the_rule(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        arguments(**changes)


def test_each_replica_has_a_stream_and_arns_of_its_own() -> None:
    found: list[str] = []

    def program() -> None:
        table = Table(
            "outbox",
            TableArgs(
                region=REGION,
                hash_key=TableKey(name="id"),
                indexes=(GlobalSecondaryIndex(name="pending", hash_key=TableKey(name="pending")),),
                kms_key_arn=KEY,
                replicas={"us-east-2": KEY.replace(REGION, "us-east-2")},
                retain_data=False,
            ),
        )
        both = pulumi.Output.all(table.stream_arn, table.stream_arn_in("us-east-2"), *table.policy_arns_in("us-east-2"))
        both.apply(found.extend)

    deploy(program)
    own, other, *arns = found
    assert own != other
    assert ":us-east-2:" in other
    assert "/stream/" in other
    assert all(":us-east-2:" in arn for arn in some(arns))
    assert arns[1].endswith("/index/*")
