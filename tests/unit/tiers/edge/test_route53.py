import json
import re
from typing import Any

import pulumi
import pytest

from components.alarms import Alarm, Alarming, Metric, metric_alarm
from components.tiers.edge.route53 import DnsRecords, DnsRecordsArgs, HealthCheckTarget, RecordTarget
from tests.support.graph import Graph, deploy

CHECK, RECORD, ALARM = (
    "aws:route53/healthCheck:HealthCheck",
    "aws:route53/record:Record",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
)
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"


def target(region: str, **changes: Any) -> RecordTarget:
    given: dict[str, Any] = {
        "dns_name": f"web.{region}.elb.amazonaws.com",
        "zone_id": f"ZELB-{region}",
        "endpoint": HealthCheckTarget(fqdn=f"web.{region}.elb.amazonaws.com"),
        **changes,
    }
    return RecordTarget(**given)


PRIMARY = {"type": "PRIMARY"}
BOTH = {"us-west-2": target("us-west-2"), "us-east-1": target("us-east-1")}


def records(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "domain": "shop.example.com",
        "zone_id": "Z1",
        "targets": BOTH,
        "policy": "latency",
        "tags": {"Project": "ha-aws"},
        "alarms": Alarming(topic_arns=["arn:topic"]),
        **changes,
    }
    return deploy(lambda: DnsRecords("shop", DnsRecordsArgs(**given)))


def test_each_region_is_asked_every_ten_seconds_over_tls() -> None:
    check = records().one(CHECK, "shop-us-west-2-endpoint")
    assert check.inputs == {
        "type": "HTTPS",
        "fqdn": "web.us-west-2.elb.amazonaws.com",
        "port": 443,
        "resourcePath": "/health",
        "enableSni": True,
        "requestInterval": 10,
        "failureThreshold": 3,
        "measureLatency": True,
        "tags": {"Project": "ha-aws", "Name": "shop-us-west-2-endpoint"},
    }
    plain = {"us-west-2": target("us-west-2", endpoint=HealthCheckTarget(fqdn="a", tls=False, path="/up"))}
    slow = records(targets=plain, fast=False).one(CHECK, "shop-us-west-2-endpoint").inputs
    assert (slow["type"], slow["port"], slow["resourcePath"], slow["requestInterval"]) == ("HTTP", 80, "/up", 30)
    assert "enableSni" not in slow


def test_latency_records_lead_to_each_regions_load_balancer_while_it_is_healthy() -> None:
    graph = records(ipv6=True)
    made = {n.name: n for n in graph.of(RECORD)}
    assert set(made) == {f"shop-{r}-{k}" for r in BOTH for k in ("a", "aaaa")}
    node = made["shop-us-east-1-aaaa"]
    assert node.inputs == {
        "zoneId": "Z1",
        "name": "shop.example.com",
        "type": "AAAA",
        "aliases": [
            {"name": "web.us-east-1.elb.amazonaws.com", "zoneId": "ZELB-us-east-1", "evaluateTargetHealth": True}
        ],
        "setIdentifier": "us-east-1",
        "latencyRoutingPolicies": [{"region": "us-east-1"}],
        "healthCheckId": "shop-us-east-1-id",
    }
    for record in made.values():
        region = record.inputs["setIdentifier"]
        assert [n.name for n in graph.referred(record, "healthCheckId")] == [f"shop-{region}"]


def test_the_first_regions_record_gets_its_routing_policy_before_the_others_come_beside_it() -> None:
    graph = records(ipv6=True)
    for kind in ("a", "aaaa"):
        first, second = (graph.one(RECORD, f"shop-{region}-{kind}") for region in ("us-west-2", "us-east-1"))
        assert first.urn in second.depends_on
        assert not any(n.urn in first.depends_on for n in graph.of(RECORD))


def with_alarm(**changes: Any) -> Graph:
    """Names that need an alarm of the first Region to be quiet. changes: of the alarm; kept_out: of its target."""
    kept_out = bool(changes.pop("kept_out", False))

    def program() -> None:
        rule: dict[str, Any] = {"threshold": 1, "comparison": "LessThanThreshold", "missing": "missing", **changes}
        metric = Metric(namespace="AWS/RDS", name="Writers", dimensions={"DBClusterIdentifier": "orders"})
        spec = Alarm(metric=metric, description="no writer", **rule)
        alarm = metric_alarm("orders-no-writer", spec, Alarming(), pulumi.ResourceOptions())
        first = target("us-west-2", alarms={"writer": alarm}, routing_control_arn="arn:control", kept_out=kept_out)
        targets = {**BOTH, "us-west-2": first}
        DnsRecords("shop", DnsRecordsArgs(domain="shop.example.com", zone_id="Z1", targets=targets, policy="latency"))

    return deploy(program)


def test_a_health_check_is_updated_when_what_it_copies_from_its_alarm_changes() -> None:
    def triggers(**changes: Any) -> dict[str, str]:
        return with_alarm(**changes).one(CHECK, "shop-us-west-2-alarm-writer").inputs["triggers"]

    before = triggers()
    assert before == triggers()
    changed = {"threshold": 2, "comparison": "LessThanOrEqualToThreshold", "periods": 5, "missing": "ignore"}
    for key, value in changed.items():
        assert triggers(**{key: value}) != before, key
    assert json.loads(before["metric"]) == ["AWS/RDS", "Writers", {"DBClusterIdentifier": "orders"}, "Average", 60]


def test_a_region_that_is_kept_out_is_unhealthy_whatever_its_checks_say() -> None:
    check = with_alarm(kept_out=True).one(CHECK, "shop-us-west-2").inputs
    assert check["childHealthThreshold"] == len(check["childHealthchecks"]) + 1


def test_a_region_is_healthy_while_all_that_it_needs_is() -> None:
    graph = with_alarm()
    region = graph.one(CHECK, "shop-us-west-2")
    assert region.inputs["type"] == "CALCULATED"
    assert region.inputs["childHealthThreshold"] == 3, "all of them"
    assert {n.name for n in graph.referred(region, "childHealthchecks")} == {
        "shop-us-west-2-endpoint",
        "shop-us-west-2-alarm-writer",
        "shop-us-west-2-control",
    }
    alarm = graph.one(CHECK, "shop-us-west-2-alarm-writer").inputs
    assert {k: v for k, v in alarm.items() if k not in ("tags", "triggers")} == {
        "type": "CLOUDWATCH_METRIC",
        "cloudwatchAlarmName": "orders-no-writer",
        "cloudwatchAlarmRegion": "us-west-2",
        "insufficientDataHealthStatus": "LastKnownStatus",
    }
    control = graph.one(CHECK, "shop-us-west-2-control").inputs
    assert (control["type"], control["routingControlArn"]) == ("RECOVERY_CONTROL", "arn:control")
    calculated = [n for n in graph.of(CHECK) if n.inputs["type"] == "CALCULATED"]
    children = [child.inputs["type"] for n in calculated for child in graph.referred(n, "childHealthchecks")]
    assert len(children) == 4
    assert "CALCULATED" not in children, "Route 53 refuses a calculated check of calculated checks"
    assert not any("disabled" in n.inputs for n in graph.of(CHECK)), "a disabled check counts as healthy"


def test_a_failover_pair_answers_with_the_primary_first() -> None:
    graph = records(policy="failover", targets={**BOTH, "us-east-1": target("us-east-1", endpoint=None)})
    pair = {n.inputs["setIdentifier"]: n.inputs for n in graph.of(RECORD)}
    assert pair["us-west-2"]["failoverRoutingPolicies"] == [{"type": "PRIMARY"}]
    assert pair["us-west-2"]["healthCheckId"] == "shop-us-west-2-id"
    assert pair["us-east-1"]["failoverRoutingPolicies"] == [{"type": "SECONDARY"}]
    assert "healthCheckId" not in pair["us-east-1"], "the last resort"
    assert not any("latencyRoutingPolicies" in p for p in pair.values())
    assert [n.name for n in graph.of(CHECK)] == ["shop-us-west-2", "shop-us-west-2-endpoint"]


@pytest.mark.parametrize("policy", ["latency", "failover"])
def test_a_region_comes_and_goes_without_a_change_to_the_records_of_the_other(policy: str) -> None:
    alone, both = records(policy=policy, targets={"us-west-2": BOTH["us-west-2"]}), records(policy=policy)
    [lone] = alone.of(RECORD)
    assert lone.inputs == both.one(RECORD, lone.name).inputs
    assert lone.inputs[f"{policy}RoutingPolicies"] == [{"region": "us-west-2"} if policy == "latency" else PRIMARY]
    assert lone.inputs["setIdentifier"] == "us-west-2"
    assert lone.inputs["healthCheckId"] == "shop-us-west-2-id"


def test_a_simple_record_leads_to_cloudfront_whose_health_route_53_does_not_follow() -> None:
    edge = RecordTarget(dns_name="d1.cloudfront.net", zone_id="Z2FDTNDATAQYW2", endpoint=None, follow_target=False)
    graph = records(policy="simple", targets={"edge": edge}, ipv6=True)
    assert {n.name: n.inputs["type"] for n in graph.of(RECORD)} == {"shop-edge-a": "A", "shop-edge-aaaa": "AAAA"}
    assert graph.one(RECORD, "shop-edge-a").inputs == {
        "zoneId": "Z1",
        "name": "shop.example.com",
        "type": "A",
        "aliases": [{"name": "d1.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": False}],
    }
    assert graph.of(CHECK) == graph.of(ALARM) == []


def test_unhealthy_regions_raise_alarms_where_route_53_sends_its_metrics() -> None:
    alarms = {n.name: n.inputs for n in records().of(ALARM)}
    assert set(alarms) == {"shop-us-west-2-down", "shop-us-east-1-down"}
    down = alarms["shop-us-west-2-down"]
    assert (down["metricName"], down["statistic"], down["threshold"]) == ("HealthCheckStatus", "Minimum", 1)
    assert down["comparisonOperator"] == "LessThanThreshold"
    assert down["dimensions"] == {"HealthCheckId": "shop-us-west-2-id"}
    assert {(a["region"], a["treatMissingData"]) for a in alarms.values()} == {("us-east-1", "breaching")}


def test_an_alarm_fires_while_no_region_is_healthy() -> None:
    graph = records()
    down = graph.one(COMPOSITE, "shop-down")
    assert {n.name for n in graph.referred(down, "alarmRule")} == {"shop-us-west-2-down", "shop-us-east-1-down"}
    assert re.fullmatch(r'ALARM\("[^"]+"\) AND ALARM\("[^"]+"\)', down.inputs["alarmRule"])
    assert (down.inputs["region"], down.inputs["alarmActions"]) == ("us-east-1", ["arn:topic"])
    assert records(targets={"us-west-2": BOTH["us-west-2"]}).of(COMPOSITE) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"targets": {}}, "targets={}: give at least one Region"),
        (
            {"policy": "failover", "targets": {**BOTH, "eu-west-1": BOTH["us-east-1"]}},
            "failover is between two at most",
        ),
        (
            {"policy": "failover", "targets": {"us-west-2": target("us-west-2", endpoint=None)}},
            "targets=['us-west-2']: nothing tells whether they are healthy",
        ),
        ({"policy": "simple"}, "a simple record has one target"),
        (
            {"targets": {**BOTH, "us-east-1": target("us-east-1", endpoint=None)}},
            "targets=['us-east-1']: nothing tells whether they are healthy",
        ),
        (
            {"policy": "failover", "targets": {r: target(r, endpoint=None) for r in BOTH}},
            "nothing tells whether they are healthy",
        ),
    ],
)
def test_records_that_could_not_fail_over_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        records(**changes)


def test_a_health_path_begins_with_a_slash() -> None:
    with pytest.raises(ValueError, match="path=health: must begin with /"):
        HealthCheckTarget(fqdn="a", path="health")
