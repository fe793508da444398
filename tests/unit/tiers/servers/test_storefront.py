"""The web tier: over all zones, sized for the loss of one, reachable only by its load balancer."""

import base64
import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
import yaml
from pulumi.runtime import rpc

from components.alarms import Alarming
from components.tiers.load_balancing.public import RequiredHeader
from components.tiers.servers.sizing import Sizing, per_zone
from components.tiers.servers.storefront import Storefront, StorefrontArgs
from tests.support.graph import Graph, deploy

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
KEY = "arn:aws:kms:us-west-2:123456789012:key/one"
TOPIC = "arn:aws:sns:us-west-2:123456789012:alarms"
CERTIFICATE = "arn:aws:acm:us-west-2:123456789012:certificate/one"
LB, TARGETS = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"
GROUP, TEMPLATE = "aws:autoscaling/group:Group", "aws:ec2/launchTemplate:LaunchTemplate"
LISTENER, RULE = "aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"
IN, OUT = (f"aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule" for way in ("Ingress", "Egress"))


def args(zones: tuple[str, ...] = ZONES, **changes: Any) -> StorefrontArgs:
    given: dict[str, Any] = {
        "vpc_id": "vpc-1",
        "public_subnet_ids": {zone: f"subnet-public-{zone}" for zone in zones},
        "server_subnet_ids": {zone: f"subnet-private-{zone}" for zone in zones},
        "kms_key_arn": KEY,
        "log_bucket": "logs",
        "sizing": Sizing(load=4, peak=16),
        "instance_types": ("m7g.large", "m6g.large"),
        "region": "us-west-2",
        "tags": {"Tier": "web"},
        "retain_data": True,
        "alarms": Alarming(topic_arns=(TOPIC,)),
        **changes,
    }
    return StorefrontArgs(**given)


def web(zones: tuple[str, ...] = ZONES, **changes: Any) -> Graph:
    return deploy(lambda: Storefront("usw2-web", args(zones, **changes)))


@pytest.mark.parametrize(
    ("load", "zones", "each"),
    [(1, 2, 1), (1, 3, 1), (2, 3, 1), (3, 3, 2), (4, 3, 2), (4, 2, 4), (10, 3, 5), (10, 2, 10)],
)
def test_the_zones_that_are_left_carry_the_load(load: int, zones: int, each: int) -> None:
    assert per_zone(load, zones) == each
    assert each * (zones - 1) >= load
    assert each == 1 or (each - 1) * (zones - 1) < load, "and there is not one too many"


@pytest.mark.parametrize(("load", "zones", "message"), [(1, 1, "zones=1"), (0, 2, "load=0")])
def test_a_size_that_cannot_survive_is_refused(load: int, zones: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        per_zone(load, zones)


@pytest.mark.parametrize(("zones", "least", "most"), [(ZONES[:2], 8, 32), (ZONES, 6, 24)])
def test_the_group_never_shrinks_below_what_the_loss_of_a_zone_takes(
    zones: tuple[str, ...], least: int, most: int
) -> None:
    group = web(zones).one(GROUP)
    assert (group.inputs["minSize"], group.inputs["desiredCapacity"], group.inputs["maxSize"]) == (least, least, most)
    assert "desiredCapacity" in group.ignore_changes, "scaling policies own it after the first update"
    assert group.inputs["vpcZoneIdentifiers"] == [f"subnet-private-{zone}" for zone in zones]


def test_the_load_balancer_is_in_every_zone_logs_and_can_shift_away_from_one() -> None:
    balancer = web().one(LB)
    assert balancer.inputs["subnets"] == [f"subnet-public-{zone}" for zone in ZONES]
    assert balancer.inputs["accessLogs"] == {"bucket": "logs", "prefix": "usw2-web", "enabled": True}
    assert balancer.inputs["enableZonalShift"] is True
    assert balancer.inputs["dropInvalidHeaderFields"] is True
    assert (balancer.inputs["internal"], balancer.inputs["ipAddressType"]) == (False, "ipv4")
    assert "name" not in balancer.inputs, "a replacement must be able to exist beside the old one"


@pytest.mark.parametrize("retain", [True, False])
def test_deletion_protection_follows_the_profile(retain: bool) -> None:
    assert web(retain_data=retain).one(LB).inputs["enableDeletionProtection"] is retain


def test_auto_named_load_balancer_and_target_group_stay_within_awss_limit() -> None:
    graph = web()
    assert all(len(n.name) + 8 <= 32 for kind in (LB, TARGETS) for n in graph.of(kind))
    with pytest.raises(ValueError, match=r"name=x{21}: at most 20 characters"):
        deploy(lambda: Storefront("x" * 21, args()))


def test_targets_are_taken_out_by_their_own_health_answer() -> None:
    graph = web()
    targets = graph.one(TARGETS)
    check = targets.inputs["healthCheck"]
    assert (check["path"], check["matcher"], check["protocol"]) == ("/health", "200", "HTTP")
    assert check["timeout"] < check["interval"], "AWS wants the time-out shorter than the interval"
    assert targets.inputs["loadBalancingAlgorithmType"] == "weighted_random", "anomaly mitigation needs it"
    assert "slowStart" not in targets.inputs, "AWS refuses slow start with this algorithm"
    assert targets.inputs["targetGroupHealth"]["dnsFailover"]["minimumHealthyTargetsCount"] == "1"


def test_without_a_certificate_http_alone_is_served() -> None:
    graph = web()
    listener = graph.one(LISTENER)
    assert (listener.inputs["port"], listener.inputs["protocol"]) == (80, "HTTP")
    assert listener.inputs["defaultActions"][0]["type"] == "forward"
    assert [r.inputs["fromPort"] for r in graph.of(IN) if "cidrIpv4" in r.inputs] == [80]


def test_with_a_certificate_http_is_redirected_to_modern_tls() -> None:
    graph = web(certificate_arn=CERTIFICATE)
    http, https = graph.one(LISTENER, "usw2-web-http"), graph.one(LISTENER, "usw2-web-https")
    redirect = http.inputs["defaultActions"][0]["redirect"]
    assert (redirect["protocol"], redirect["port"], redirect["statusCode"]) == ("HTTPS", "443", "HTTP_301")
    assert https.inputs["certificateArn"] == CERTIFICATE
    assert https.inputs["sslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2-Res")
    assert https.inputs["defaultActions"][0]["type"] == "forward"
    assert "max-age" in https.inputs["routingHttpResponseStrictTransportSecurityHeaderValue"]
    assert "routingHttpResponseStrictTransportSecurityHeaderValue" not in http.inputs
    assert sorted(r.inputs["fromPort"] for r in graph.of(IN) if "cidrIpv4" in r.inputs) == [80, 443]


def test_servers_are_reached_from_the_load_balancer_alone_by_group_not_by_range() -> None:
    graph = web()
    [edge] = [r for r in graph.of(IN) if "usw2-web-servers" in {g.name for g in graph.referred(r, "securityGroupId")}]
    assert [g.name for g in graph.referred(edge, "referencedSecurityGroupId")] == ["usw2-web-alb"]
    assert (edge.inputs["fromPort"], edge.inputs["toPort"]) == (8080, 8080)
    [out] = graph.of(OUT)
    assert [g.name for g in graph.referred(out, "securityGroupId")] == ["usw2-web-alb"]
    assert [g.name for g in graph.referred(out, "referencedSecurityGroupId")] == ["usw2-web-servers"]
    assert not any("ingress" in g.inputs for g in graph.of("aws:ec2/securityGroup:SecurityGroup"))


def test_prefix_lists_take_the_place_of_the_internet() -> None:
    graph = web(prefix_list_ids=["pl-82a045eb"], ipv6=True)
    clients = [r.inputs for r in graph.of(IN) if "referencedSecurityGroupId" not in r.inputs]
    assert [r["prefixListId"] for r in clients] == ["pl-82a045eb"]
    assert not any("cidrIpv4" in r or "cidrIpv6" in r for r in clients)


def test_an_internal_one_admits_nobody_by_itself_and_speaks_ipv4() -> None:
    graph = web(internal=True, ipv6=True)
    balancer = graph.one(LB)
    assert (balancer.inputs["internal"], balancer.inputs["ipAddressType"]) == (True, "ipv4")
    assert all("referencedSecurityGroupId" in r.inputs for r in graph.of(IN))


@pytest.mark.parametrize("certificate", [None, CERTIFICATE])
def test_requests_without_the_required_header_are_refused(certificate: str | None) -> None:
    header = RequiredHeader(name="X-Origin-Verify", value=pulumi.Output.secret("s3cret"))
    graph = web(required_header=header, certificate_arn=certificate)
    serving = graph.one(LISTENER, "usw2-web-https" if certificate else "usw2-web-http")
    assert serving.inputs["defaultActions"][0]["fixedResponse"]["statusCode"] == "403"
    rule = graph.one(RULE, "usw2-web-known-sender")
    assert [x.name for x in graph.referred(rule, "listenerArn")] == [serving.name]
    conditions = rule.inputs["conditions"]
    assert rpc._special_sig_key in conditions, "the value is a secret on the wire and in state"
    assert conditions["value"][0]["httpHeader"] == {"httpHeaderName": "X-Origin-Verify", "values": ["s3cret"]}
    assert [x.name for x in graph.referred(rule, "actions")] == ["usw2-web-tg"]


def test_health_is_answered_to_everybody_and_visitors_past_the_cdn_are_asked_to_come_back() -> None:
    header = RequiredHeader(name="X-Origin-Verify", value="s3cret", sorry_host="shop.example.com")
    graph = web(required_header=header, certificate_arn=CERTIFICATE)
    health, sorry = graph.one(RULE, "usw2-web-health").inputs, graph.one(RULE, "usw2-web-sorry").inputs
    assert health["conditions"] == [{"pathPattern": {"values": ["/health"]}}]
    assert health["actions"][0]["type"] == "forward"
    assert sorry["conditions"] == [{"hostHeader": {"values": ["shop.example.com"]}}]
    assert sorry["actions"][0]["fixedResponse"]["statusCode"] == "503"
    priorities = [r.inputs["priority"] for r in graph.of(RULE)]
    assert sorted(priorities) == [49998, 49999, 50000], "after every service's path"
    assert int(health["priority"]) < int(sorry["priority"]), "a health check by the site's name is answered"


def test_ipv6_clients_are_served_when_the_network_speaks_it() -> None:
    graph = web(ipv6=True)
    assert graph.one(LB).inputs["ipAddressType"] == "dualstack"
    assert [r.inputs["cidrIpv6"] for r in graph.of(IN) if "cidrIpv6" in r.inputs] == ["::/0"]


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
    for needed in (*graph.of(LISTENER), graph.one(OUT)):
        assert needed.urn in group.depends_on, needed.name
    assert group.inputs["minElbCapacity"] == group.inputs["minSize"]


def test_the_load_balancer_waits_for_the_way_to_the_internet() -> None:
    def program() -> None:
        gateway = aws.ec2.InternetGateway("igw", vpc_id="vpc-1")
        Storefront("usw2-web", args(after=[gateway]))

    graph = deploy(program)
    assert graph.one("aws:ec2/internetGateway:InternetGateway").urn in graph.one(LB).depends_on


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


def test_alarms_say_when_the_load_is_no_longer_carried() -> None:
    graph = web()
    alarms = {a.name: a.inputs for a in graph.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    kinds = ("errors", "capacity", "unhealthy", "refused", "slow", "cpu", "full")
    assert set(alarms) == {f"usw2-web-{kind}" for kind in kinds}
    assert all(a["alarmActions"] == a["okActions"] == [TOPIC] for a in alarms.values())
    capacity = alarms["usw2-web-capacity"]
    assert (capacity["threshold"], capacity["comparisonOperator"]) == (4, "LessThanThreshold")
    assert capacity["treatMissingData"] == "breaching", "no report means no target"
    assert alarms["usw2-web-full"]["threshold"] == 24


def test_a_group_that_cannot_grow_has_no_alarm_on_being_full() -> None:
    names = {a.name for a in web(sizing=Sizing(load=2, peak=2)).of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert "usw2-web-full" not in names


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"zones": ZONES[:1]}, "load balancer and servers need the same zones, at least 2"),
        ({"public_subnet_ids": {"us-west-2a": "s", "us-west-2d": "s"}}, "need the same zones"),
        ({"instance_types": ("m7g.large",)}, "give at least two"),
    ],
)
def test_what_would_not_survive_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        args(**changes)


def test_a_peak_below_the_load_is_refused() -> None:
    with pytest.raises(ValueError, match="peak=3: must be at least load, 4"):
        Sizing(load=4, peak=3)
