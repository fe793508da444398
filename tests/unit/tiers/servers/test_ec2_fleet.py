"""The EC2 fleet: instance profile, launch template, Auto Scaling group."""

import base64
import json

import pytest
import yaml

from tests.unit.tiers.servers.storefront import CERTIFICATE, KEY, LISTENER, OUT, ZONES, web

GROUP, TEMPLATE = "aws:autoscaling/group:Group", "aws:ec2/launchTemplate:LaunchTemplate"


@pytest.mark.parametrize(("zones", "least", "most"), [(ZONES[:2], 8, 32), (ZONES, 6, 24)])
def test_the_group_never_shrinks_below_what_the_loss_of_a_zone_takes(
    zones: tuple[str, ...], least: int, most: int
) -> None:
    group = web(zones).one(GROUP)
    assert (group.inputs["minSize"], group.inputs["desiredCapacity"], group.inputs["maxSize"]) == (least, least, most)
    assert "desiredCapacity" in group.ignore_changes, "scaling policies own it after the first update"
    assert group.inputs["vpcZoneIdentifiers"] == [f"subnet-private-{zone}" for zone in zones]


def test_instances_use_imdsv2_alone_an_encrypted_volume_and_the_current_image() -> None:
    template = web().one(TEMPLATE).inputs
    assert template["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }
    [volume] = template["blockDeviceMappings"]
    assert volume["deviceName"] == "/dev/xvda"
    assert (volume["ebs"]["encrypted"], volume["ebs"]["kmsKeyId"], volume["ebs"]["volumeType"]) == ("true", KEY, "gp3")
    assert template["imageId"] == "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
    assert "keyName" not in template
    assert base64.b64decode(template["userData"]).startswith(b"#cloud-config\n")


def test_the_group_replaces_by_elb_health_keeps_full_capacity_and_follows_numbered_versions() -> None:
    graph = web()
    group = graph.one(GROUP)
    assert (group.inputs["healthCheckType"], group.inputs["healthCheckGracePeriod"]) == ("ELB", 120)
    assert [t.name for t in graph.referred(group, "targetGroupArns")] == ["usw2-web-tg"]
    assert group.inputs["instanceMaintenancePolicy"] == {"minHealthyPercentage": 100, "maxHealthyPercentage": 150}
    assert group.inputs["maxInstanceLifetime"] == 2_592_000, "30 days: else a server never gets a patch"
    policy = group.inputs["mixedInstancesPolicy"]
    assert policy["launchTemplate"]["launchTemplateSpecification"]["version"] == "1", "$Latest never starts a refresh"
    assert [o["instanceType"] for o in policy["launchTemplate"]["overrides"]] == ["m7g.large", "m6g.large"]
    assert policy["instancesDistribution"]["onDemandPercentageAboveBaseCapacity"] == 100
    assert not {"launchTemplate", "availabilityZones", "suspendedProcesses"} & set(group.inputs)


@pytest.mark.parametrize(("image", "rollback"), [("ami-0123456789abcdef0", True), (None, False)])
def test_a_refresh_rolls_back_where_aws_can_and_stops_on_errors_always(image: str | None, rollback: bool) -> None:
    graph = web(ZONES, **({"image": image} if image else {}))
    preferences = graph.one(GROUP).inputs["instanceRefresh"]["preferences"]
    assert preferences["autoRollback"] is rollback, "AWS cannot roll back to an image looked up at launch"
    assert preferences["minHealthyPercentage"] == 100
    assert preferences["alarmSpecification"]["alarms"] == ["usw2-web-errors"]


def test_the_group_waits_for_the_listener_without_which_no_target_is_healthy() -> None:
    graph = web(certificate_arn=CERTIFICATE)
    group = graph.one(GROUP)
    for needed in (*graph.every(LISTENER), graph.one(OUT)):
        assert needed.urn in group.depends_on, needed.name
    assert group.inputs["minElbCapacity"] == group.inputs["minSize"]


def test_scaling_follows_cpu_and_requests_per_server() -> None:
    graph = web()
    found = {p.name: p.inputs for p in graph.of("aws:autoscaling/policy:Policy")}
    assert set(found) == {"usw2-web-cpu", "usw2-web-requests"}
    assert all(p["policyType"] == "TargetTrackingScaling" for p in found.values())
    tracked = {name: policy["targetTrackingConfiguration"] for name, policy in found.items()}
    kinds = {name: t["predefinedMetricSpecification"]["predefinedMetricType"] for name, t in tracked.items()}
    assert kinds == {"usw2-web-cpu": "ASGAverageCPUUtilization", "usw2-web-requests": "ALBRequestCountPerTarget"}


def test_servers_may_open_sessions_and_report_and_nothing_else() -> None:
    graph = web()
    statements = json.loads(graph.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])["Statement"]
    actions = {a for s in statements for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])}
    assert {a.split(":")[0] for a in actions} == {"ssm", "ssmmessages", "cloudwatch", "ec2", "logs"}
    assert not any("*" in a for a in actions)
    by_sid = {s["Sid"]: s for s in statements}
    assert by_sid["Metrics"]["Condition"] == {"StringEquals": {"cloudwatch:namespace": "HA/Web"}}
    assert by_sid["Logs"]["Resource"].endswith(":*")
    assert by_sid["Logs"]["Resource"] != "*"
    assert graph.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment") == []
    assert "managedPolicyArns" not in graph.one("aws:iam/role:Role").inputs


def test_the_servers_log_group_is_encrypted_kept_and_the_one_the_agent_writes_to() -> None:
    graph = web(log_days=365)
    group = graph.one("aws:cloudwatch/logGroup:LogGroup")
    assert "name" not in group.inputs, "a new one must be able to exist beside the old one"
    assert (group.inputs["kmsKeyId"], group.inputs["retentionInDays"]) == (KEY, 365)
    template = graph.one(TEMPLATE)
    assert graph.referred(template, "userData") == [group]
    [written] = [f for f in yaml.safe_load(base64.b64decode(template.inputs["userData"]))["write_files"]
                 if f["path"].endswith("agent.json")]  # fmt: skip
    sources = json.loads(written["content"])["logs"]["logs_collected"]["files"]["collect_list"]
    assert {s["log_group_name"].split("-")[0] for s in sources} == {"usw2"}
