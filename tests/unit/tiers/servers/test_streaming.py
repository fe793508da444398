"""The streaming tier: every server serves every stream; a zone may go; only encoders write."""

import base64
import json
from typing import Any

import pulumi
import pytest
import yaml

from components.alarms import Alarming
from components.tiers.load_balancing.public import RequiredHeader
from components.tiers.servers.sizing import Sizing
from components.tiers.servers.streaming import SharedFileSystem, StreamingServers, StreamingServersArgs
from tests.support.graph import Graph, deploy

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
KEY = "arn:aws:kms:us-west-2:123456789012:key/one"
TOPIC = "arn:aws:sns:us-west-2:123456789012:alarms"
PREFIX = "arn:aws:elasticfilesystem:us-west-2:123456789012"
GROUP, POLICY = "aws:autoscaling/group:Group", "aws:autoscaling/policy:Policy"
RULE, TARGETS = "aws:lb/listenerRule:ListenerRule", "aws:lb/targetGroup:TargetGroup"
IN = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def args(zones: tuple[str, ...] = ZONES, **changes: Any) -> StreamingServersArgs:
    given: dict[str, Any] = {
        "vpc_id": "vpc-1",
        "public_subnet_ids": {zone: f"subnet-public-{zone}" for zone in zones},
        "server_subnet_ids": {zone: f"subnet-private-{zone}" for zone in zones},
        "files": SharedFileSystem(
            id="fs-1",
            arn=f"{PREFIX}:file-system/fs-1",
            security_group_id="sg-files",
            access_point_id="fsap-1",
            access_point_arn=f"{PREFIX}:access-point/fsap-1",
            port=2049,
        ),
        "kms_key_arn": KEY,
        "log_bucket": "logs",
        "required_header": RequiredHeader(name="X-Origin-Secret", value=pulumi.Output.secret("from-the-cdn")),
        "ingest_password": pulumi.Output.secret("let-me-in"),
        "sizing": Sizing(load=4, peak=8),
        "instance_types": ("c7g.xlarge", "m7g.xlarge"),
        "region": "us-west-2",
        "tags": {"Tier": "streaming"},
        "retain_data": True,
        "spot_servers": 9,
        "alarms": Alarming(topic_arns=(TOPIC,)),
        **changes,
    }
    return StreamingServersArgs(**given)


def streaming(zones: tuple[str, ...] = ZONES, **changes: Any) -> Graph:
    return deploy(lambda: StreamingServers("usw2-streaming", args(zones, **changes)))


@pytest.mark.parametrize(("zones", "least", "most"), [(ZONES[:2], 8, 16), (ZONES, 6, 12)])
def test_on_demand_alone_carries_the_load_when_a_zone_is_gone(zones: tuple[str, ...], least: int, most: int) -> None:
    base = streaming(zones).one(GROUP, "usw2-streaming-base").inputs
    assert (base["minSize"], base["minElbCapacity"], base["maxSize"]) == (least, least, most)
    assert least // len(zones) * (len(zones) - 1) >= 4
    assert base["vpcZoneIdentifiers"] == [f"subnet-private-{zone}" for zone in zones]


def test_the_warm_pool_belongs_to_a_group_of_several_types_without_spot() -> None:
    """EC2 Auto Scaling refuses a warm pool for a group that requests Spot Instances."""
    groups = {n.name.removeprefix("usw2-streaming-"): n.inputs for n in streaming(warm_servers=3).of(GROUP)}
    assert set(groups) == {"base", "spot"}
    assert groups["base"]["warmPool"] == {"poolState": "Stopped", "minSize": 3, "maxGroupPreparedCapacity": 9}
    mixed = groups["base"]["mixedInstancesPolicy"]
    assert mixed["instancesDistribution"]["onDemandPercentageAboveBaseCapacity"] == 100
    assert mixed["launchTemplate"]["launchTemplateSpecification"]["version"] == "1", "$Latest never starts a refresh"
    assert [o["instanceType"] for o in mixed["launchTemplate"]["overrides"]] == ["c7g.xlarge", "m7g.xlarge"]
    assert "warmPool" not in groups["spot"]
    assert "launchTemplate" not in groups["spot"]


def test_spot_comes_on_top_over_all_zones_and_is_replaced_before_it_is_taken_back() -> None:
    spot = streaming().one(GROUP, "usw2-streaming-spot").inputs
    assert spot["capacityRebalance"] is True
    distribution = spot["mixedInstancesPolicy"]["instancesDistribution"]
    assert distribution["spotAllocationStrategy"] == "price-capacity-optimized"
    assert 0 < distribution["onDemandPercentageAboveBaseCapacity"] < 100, "mixed"
    overrides = spot["mixedInstancesPolicy"]["launchTemplate"]["overrides"]
    assert [o["instanceType"] for o in overrides] == ["c7g.xlarge", "m7g.xlarge"]
    assert (spot["minSize"], spot["maxSize"]) == (3, 9)
    assert spot["waitForCapacityTimeout"] == "0", "an hour without Spot must not fail an update"
    assert streaming().one(GROUP, "usw2-streaming-base").inputs["waitForCapacityTimeout"] == "20m"
    assert len(spot["vpcZoneIdentifiers"]) == 3


def test_failing_players_and_failing_encoders_stop_an_instance_refresh() -> None:
    for group in streaming().every(GROUP):
        preferences = group.inputs["instanceRefresh"]["preferences"]
        stopping = preferences["alarmSpecification"]["alarms"]
        assert stopping == ["usw2-streaming-errors", "usw2-streaming-ingest-errors"], group.name


def test_without_spot_there_is_one_group() -> None:
    assert [n.name for n in streaming(spot_servers=0).of(GROUP)] == ["usw2-streaming-base"]


def test_both_groups_serve_players_and_encoders_and_wait_for_each_server_to_be_ready() -> None:
    graph = streaming()
    assert {n.inputs["maxInstanceLifetime"] for n in graph.of(GROUP)} == {2_592_000}, "30 days: else no patches"
    for group in graph.every(GROUP):
        assert {t.name for t in graph.referred(group, "targetGroupArns")} == {
            "usw2-streaming-tg",
            "usw2-streaming-ingest",
        }
        [hook] = group.inputs["initialLifecycleHooks"]
        assert (hook["name"], hook["defaultResult"]) == ("ready", "ABANDON")
        assert hook["lifecycleTransition"] == "autoscaling:EC2_INSTANCE_LAUNCHING"
        assert {r.urn for r in graph.of(RULE)} & group.depends_on, "no target is healthy before a rule leads to it"


def test_groups_grow_with_bytes_sent_and_with_requests_spot_first() -> None:
    policies = {n.name: n.inputs["targetTrackingConfiguration"] for n in streaming(megabits=800).of(POLICY)}
    kinds = {n: p["predefinedMetricSpecification"]["predefinedMetricType"] for n, p in policies.items()}
    assert kinds == {
        "usw2-streaming-network": "ASGAverageNetworkOut",
        "usw2-streaming-cpu": "ASGAverageCPUUtilization",
        "usw2-streaming-requests": "ALBRequestCountPerTarget",
        "usw2-streaming-spot-requests": "ALBRequestCountPerTarget",
    }
    assert policies["usw2-streaming-network"]["targetValue"] == 800e6 / 8 * 60
    spot, base = (policies[f"usw2-streaming-{x}"]["targetValue"] for x in ("spot-requests", "requests"))
    assert spot < base


def test_players_need_cloudfronts_header_and_encoders_their_password_on_another_port() -> None:
    graph = streaming()
    listener = graph.one("aws:lb/listener:Listener")
    assert listener.inputs["defaultActions"][0]["fixedResponse"]["statusCode"] == "403"
    rules = {r.name: r for r in graph.of(RULE)}
    ingest = rules["usw2-streaming-ingest"]
    assert [t.name for t in graph.referred(ingest, "actions")] == ["usw2-streaming-ingest"]
    assert ingest.inputs["priority"] < rules["usw2-streaming-known-sender"].inputs["priority"]
    conditions = ingest.inputs["conditions"]["value"]  # a secret on the wire and in state
    assert conditions[0]["pathPattern"]["values"] == ["/live/*"]
    assert conditions[1]["httpRequestMethod"]["values"] == ["PUT", "DELETE"]
    expected = "Basic " + base64.b64encode(b"encoder:let-me-in").decode()
    assert conditions[2]["httpHeader"] == {"httpHeaderName": "Authorization", "values": [expected]}
    assert {t.name: t.inputs["port"] for t in graph.of(TARGETS)} == {
        "usw2-streaming-tg": 8080,
        "usw2-streaming-ingest": 8081,
    }


def test_the_longest_password_stays_within_what_a_condition_takes() -> None:
    from components.tiers.servers.streaming import basic_authorization

    assert len(basic_authorization("x" * 80)) <= 128, "ELB: 128 characters per condition value"


def test_servers_are_called_by_the_load_balancer_and_call_the_shared_files() -> None:
    graph = streaming()
    ports = {
        (r.inputs["fromPort"], graph.referred(r, "referencedSecurityGroupId")[0].name)
        for r in graph.of(IN)
        if "referencedSecurityGroupId" in r.inputs
    }
    assert ports == {
        (8080, "usw2-streaming-alb"),
        (8081, "usw2-streaming-alb"),
        (2049, "usw2-streaming-servers"),
    }


def test_a_server_may_mount_its_folder_complete_its_own_hook_and_report_nothing_else() -> None:
    statements = json.loads(streaming().one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])["Statement"]
    by_sid = {s["Sid"]: s for s in statements}
    assert by_sid["Streams"]["Action"] == ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    assert by_sid["Streams"]["Resource"] == f"{PREFIX}:file-system/fs-1"
    access_point = {"elasticfilesystem:AccessPointArn": f"{PREFIX}:access-point/fsap-1"}
    assert by_sid["Streams"]["Condition"] == {"StringEquals": access_point}
    assert by_sid["Ready"]["Resource"] == (
        "arn:aws:autoscaling:us-west-2:123456789012:autoScalingGroup:*:autoScalingGroupName/usw2-streaming-*"
    )
    actions = {a for s in statements for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])}
    for tempting in (
        "autoscaling:SetDesiredCapacity",
        "autoscaling:TerminateInstanceInAutoScalingGroup",
        "elasticfilesystem:ClientRootAccess",
        "s3:GetObject",
        "ec2:RunInstances",
        "iam:PassRole",
        "kms:Decrypt",
    ):
        assert tempting not in actions
    assert not any("*" in a for a in actions)


def test_the_servers_know_their_file_system_and_hook() -> None:
    graph = streaming()
    template = graph.one("aws:ec2/launchTemplate:LaunchTemplate")
    document = yaml.safe_load(base64.b64decode(template.inputs["userData"]))
    [settings] = [f["content"] for f in document["write_files"] if f["path"] == "/opt/streaming/settings"]
    assert settings.splitlines() == [
        "REGION='us-west-2'",
        "ROOT='/srv/streams'",
        "PORT='8080'",
        "FILE_SYSTEM='fs-1'",
        "ACCESS_POINT='fsap-1'",
        "HOOK='ready'",
    ]


def test_alarms_tell_when_players_or_encoders_are_not_served() -> None:
    alarms = {a.name: a.inputs for a in streaming().of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    for what in ("errors", "capacity", "unhealthy", "slow", "cpu", "full", "ingest-errors", "ingest-capacity"):
        assert alarms[f"usw2-streaming-{what}"]["alarmActions"] == [TOPIC]
    assert alarms["usw2-streaming-capacity"]["threshold"] == 4
    assert alarms["usw2-streaming-ingest-capacity"]["treatMissingData"] == "breaching"


def test_a_load_balancer_node_that_sees_no_server_alone_raises_no_alarm() -> None:
    """Each node reports for itself: the most healthy and the fewest unhealthy servers are those of the best node."""
    counts = {
        a.name.removeprefix("usw2-streaming-"): (a.inputs["metricName"], a.inputs["statistic"])
        for a in streaming().of("aws:cloudwatch/metricAlarm:MetricAlarm")
        if a.inputs["metricName"].endswith("HealthyHostCount")
    }
    assert counts == {
        "capacity": ("HealthyHostCount", "Maximum"),
        "ingest-capacity": ("HealthyHostCount", "Maximum"),
        "unhealthy": ("UnHealthyHostCount", "Minimum"),
    }


def test_a_lack_of_spot_is_told_where_there_is_a_spot_group() -> None:
    graph = streaming()
    alarm = graph.one("aws:cloudwatch/metricAlarm:MetricAlarm", "usw2-streaming-spot")
    assert [g.name for g in graph.referred(alarm, "dimensions")] == ["usw2-streaming-spot"]
    assert (alarm.inputs["metricName"], alarm.inputs["threshold"]) == ("GroupInServiceInstances", 1)
    names = {a.name for a in streaming(spot_servers=0).of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert "usw2-streaming-spot" not in names


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"zones": ZONES[:1]}, "at least 2"),
        ({"instance_types": ("c7g.xlarge",)}, "give at least two"),
        ({"spot_servers": -1}, "spot_servers=-1"),
        ({"warm_servers": 0}, "warm_servers=0: must be at least 1"),
        ({"megabits": 0}, "megabits=0"),
        ({"keep_minutes": 1}, "keep_minutes=1"),
        ({"ingest_port": 8080}, "players could write"),
        ({"port": 80}, "port=80: the server runs without privileges"),
    ],
)
def test_a_configuration_that_could_not_serve_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        args(**changes)


def test_a_name_too_long_for_target_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 17 characters"):
        deploy(lambda: StreamingServers("x" * 18, args()))
