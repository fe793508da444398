"""Game days hit only what carries the stack's tags, stop with the site's alarm, and may do nothing else."""

import json
from typing import Any

import pytest

from components.tiers.gameday.experiments import Experiment
from components.tiers.gameday.fis import PARTS, GameDay, GameDayArgs
from components.tiers.gameday.permissions import DESCRIBE
from tests.support.graph import Graph, deploy
from tests.support.some import some

ZONES = ("us-west-2a", "us-west-2b")
TAGS = {"Project": "ha-aws", "Stack": "dev"}
TARGETS = {"Project": "ha-aws", "Stack": "dev"}
KEY = "arn:aws:kms:us-west-2:123456789012:key/one"
ALARM = "arn:aws:cloudwatch:us-west-2:123456789012:alarm:site"
LB = "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/web/1"

# FIS User Guide, "Actions for AWS FIS": the name of an action's target, and its resource type.
KEYS = {
    "aws:ec2:stop-instances": ("Instances", "aws:ec2:instance"),
    "aws:ec2:asg-insufficient-instance-capacity-error": ("AutoScalingGroups", "aws:ec2:autoscaling-group"),
    "aws:ecs:stop-task": ("Tasks", "aws:ecs:task"),
    "aws:network:disrupt-connectivity": ("Subnets", "aws:ec2:subnet"),
    "aws:network:disrupt-vpc-endpoint": ("VPCEndpoints", "aws:ec2:vpc-endpoint"),
    "aws:rds:failover-db-cluster": ("Clusters", "aws:rds:cluster"),
    "aws:rds:reboot-db-instances": ("DBInstances", "aws:rds:db"),
    "aws:elasticache:replicationgroup-interrupt-az-power": ("ReplicationGroups", "aws:elasticache:replicationgroup"),
    "aws:ebs:pause-volume-io": ("Volumes", "aws:ec2:ebs-volume"),
    "aws:arc:start-zonal-autoshift": ("ManagedResources", "aws:arc:zonal-shift-managed-resource"),
    "aws:s3:bucket-pause-replication": ("Buckets", "aws:s3:bucket"),
    "aws:dynamodb:global-table-pause-replication": ("Tables", "aws:dynamodb:global-table"),
}


def arguments(**changes: Any) -> GameDayArgs:
    whole: dict[str, Any] = {
        "zones": ZONES, "parts": PARTS, "target_tags": TARGETS, "stop_alarm_arn": ALARM, "kms_key_arn": KEY,
        "tags": TAGS, "other_region": "us-east-1", "zonal_shifts": {"web": LB},
        "outcome_alarm_arns": [ALARM], "windows": ["Tue:09:00-Tue:17:00"],
    }  # fmt: skip
    return GameDayArgs(**{**whole, **changes})


def run(**changes: Any) -> Graph:
    return deploy(lambda: GameDay("game", arguments(**changes)) and None)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return run()


POWER = "az-power-interruption"
TEMPLATE = "aws:fis/experimentTemplate:ExperimentTemplate"


def test_every_part_of_the_cell_has_its_experiments(graph: Graph) -> None:
    assert [n.name for n in graph.of(TEMPLATE)] == [
        f"game-{e}"
        for e in sorted(
            [
                *(f"{kind}-{z}" for kind in (POWER, "cache-az-power", "egress-disruption") for z in ZONES),
                "cross-region-connectivity", "database-failover", "endpoint-disruption", "instance-stop", "task-stop",
            ]
        )
    ]  # fmt: skip


def test_a_cell_has_no_experiment_on_what_it_lacks() -> None:
    names = {n.name for n in run(parts=frozenset({"servers"}), other_region="").of(TEMPLATE)}
    assert names == {
        *(f"game-{kind}-{z}" for kind in (POWER, "egress-disruption") for z in ZONES), "game-instance-stop",
    }  # fmt: skip


def test_every_experiment_stops_with_the_site_s_alarm_and_is_logged(graph: Graph) -> None:
    for node in graph.every(TEMPLATE):
        assert node.inputs["stopConditions"] == [{"source": "aws:cloudwatch:alarm", "value": ALARM}]
        log = node.inputs["logConfiguration"]
        assert log["logSchemaVersion"] == 2
        assert log["cloudwatchLogsConfiguration"]["logGroupArn"].endswith(":*")
    assert graph.one("aws:cloudwatch/logGroup:LogGroup").inputs["kmsKeyId"] == KEY


def test_every_target_carries_the_stack_s_tags(graph: Graph) -> None:
    for node in graph.every(TEMPLATE):
        for target in some(node.inputs["targets"]):
            tags = {t["key"]: t["value"] for t in target.get("resourceTags") or []}
            assert tags.items() >= TARGETS.items()
            assert "resourceArns" not in target


def test_actions_and_targets_fit_as_fis_wants_them(graph: Graph) -> None:
    for node in graph.every(TEMPLATE):
        types = {t["name"]: t["resourceType"] for t in node.inputs["targets"]}
        names = [a["name"] for a in node.inputs["actions"]]
        assert len(set(names)) == len(names)
        used = set[str]()
        for action in some(node.inputs["actions"]):
            assert set(action.get("startAfters") or []) <= set(names)
            if action["actionId"] == "aws:fis:wait":
                continue
            key, kind = KEYS[action["actionId"]]
            assert (action["target"]["key"], types[action["target"]["value"]]) == (key, kind)
            used.add(action["target"]["value"])
        assert used == set(types)


def test_a_zone_experiment_stays_in_its_zone(graph: Graph) -> None:
    node = graph.one(TEMPLATE, "game-az-power-interruption-us-west-2a")
    text = json.dumps(node.inputs["targets"]) + json.dumps(node.inputs["actions"])
    assert "us-west-2b" not in text
    for target in some(node.inputs["targets"]):
        kind, where = target["resourceType"], json.dumps(target)
        everywhere = kind in ("aws:ec2:autoscaling-group", "aws:arc:zonal-shift-managed-resource")
        assert everywhere or "us-west-2a" in where, kind


def test_only_clusters_with_a_writer_in_the_region_are_failed_over(graph: Graph) -> None:
    targets = graph.one(TEMPLATE, "game-database-failover").inputs["targets"]
    (clusters,) = [t for t in targets if t["resourceType"] == "aws:rds:cluster"]
    assert clusters["parameters"] == {"writerAvailabilityZoneIdentifiers": "us-west-2a,us-west-2b"}


def test_volumes_pause_after_the_servers_and_traffic_shifts_after_five_minutes(graph: Graph) -> None:
    actions = {a["name"]: a for a in graph.one(TEMPLATE, "game-az-power-interruption-us-west-2a").inputs["actions"]}
    parameters = {n: {p["key"]: p["value"] for p in a.get("parameters") or []} for n, a in actions.items()}
    assert actions["pause-volumes"]["startAfters"] == ["stop-instances"]
    assert actions["shift-traffic"]["startAfters"] == ["wait"]
    assert parameters["wait"] == {"duration": "PT5M"}
    assert parameters["shift-traffic"]["duration"] == "PT25M"
    assert parameters["cut-networks"] == {"duration": "PT30M", "scope": "all"}


def statements(graph: Graph) -> list[dict[str, Any]]:
    return json.loads(graph.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])["Statement"]


def test_the_role_is_fis_s_alone_and_only_for_this_account(graph: Graph) -> None:
    (statement,) = json.loads(graph.one("aws:iam/role:Role").inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": "fis.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"] == "arn:aws:fis:us-west-2:123456789012:experiment/*"


def test_nothing_is_changed_without_a_condition(graph: Graph) -> None:
    reading = ("Describe", "List", "Get")
    free = {"logs:CreateLogDelivery", "logs:PutResourcePolicy"}  # no resource-level permissions
    free |= {"ec2:ReplaceNetworkAclAssociation", "ec2:ModifyVpcEndpoint"}  # on ids of ours and of FIS
    for s in some(statements(graph)):
        actions = [s["Action"]] if isinstance(s["Action"], str) else s["Action"]
        changing = [a for a in actions if not a.split(":")[1].startswith(reading) and a not in free]
        assert not changing or s.get("Condition") or s["Sid"] == "PauseStreams", s  # streams have no tags
        assert all("*" not in a for a in some(actions))
        if s["Resource"] == "*" and changing:
            assert changing in (["ec2:InjectApiError"], ["dynamodb:InjectError"])


def test_replication_of_strongly_consistent_tables_is_paused_and_stop_conditions_are_read(graph: Graph) -> None:
    by_sid = {s["Sid"]: s for s in statements(graph)}
    pausing = by_sid["PauseStronglyConsistentTables"]
    assert (pausing["Action"], pausing["Resource"]) == ("dynamodb:InjectError", "*")
    assert not [key for keys in pausing["Condition"].values() for key in keys if "Tag" in key]
    assert by_sid["PauseStreams"]["Resource"].endswith(":table/*/stream/*")
    assert (by_sid["StopCondition"]["Action"], by_sid["StopCondition"]["Resource"]) == (
        "cloudwatch:DescribeAlarms",
        "*",
    )


def test_changes_are_confined_to_the_stack_s_tags(graph: Graph) -> None:
    tagged = {f"aws:ResourceTag/{k}": v for k, v in TARGETS.items()}
    by_sid = {s["Sid"]: s for s in statements(graph)}
    for sid in (
        "Stop",
        "StopTasks",
        "Failover",
        "Reboot",
        "CutCaches",
        "PauseVolumes",
        "Shift",
        "PauseTables",
        "SwapGroups",
    ):
        assert by_sid[sid]["Condition"]["StringEquals"] == tagged
    assert by_sid["StartEncrypted"]["Resource"] == KEY


def test_permissions_go_with_the_experiments() -> None:
    sids = {s["Sid"] for s in statements(run(parts=frozenset({"servers"}), other_region=""))}
    assert not sids & {"Pause", "PauseTables", "NewGroup"}
    every: dict[str, Experiment] = arguments().experiments()
    assert {a.id for e in every.values() for a in e.actions.values()} == set(DESCRIBE)


def test_zonal_autoshift_practises_with_alarms(graph: Graph) -> None:
    node = graph.one("aws:arczonalshift/zonalAutoshiftConfiguration:ZonalAutoshiftConfiguration")
    assert node.inputs == {
        "resourceArn": LB,
        "zonalAutoshiftStatus": "ENABLED",
        "outcomeAlarms": [{"alarmIdentifier": ALARM, "type": "CLOUDWATCH"}],
        "allowedWindows": ["Tue:09:00-Tue:17:00"],
    }


def test_everything_taggable_is_tagged(graph: Graph) -> None:
    for node in some(graph.nodes):
        if node.type.split(":")[-1] in ("ExperimentTemplate", "LogGroup", "Role"):
            assert node.inputs["tags"].items() >= TAGS.items()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"zones": ("us-west-2a", "us-west-2a")}, "at least 2 distinct"),
        ({"parts": frozenset({"moon"})}, "no such part; there are"),
        ({"target_tags": {}}, "could hit anything in the account"),
        ({"minutes": 9}, "must be 10-720"),
        ({"minutes": 721}, "must be 10-720"),
        ({"outcome_alarm_arns": []}, "only with an outcome alarm"),
        ({"windows": ["Tuesday"]}, "must be as Mon:09:00-Mon:17:00"),
    ],
)
def test_wrong_inputs_are_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        arguments(**changes)
