from typing import Any

import pytest

from components.alarms import Alarming
from components.tiers.observability.xray import SamplingRule, Tracing, TracingArgs
from tests.support.graph import Graph, deploy

RULE, GROUP = "aws:xray/samplingRule:SamplingRule", "aws:xray/group:Group"


def tracing(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "region": "us-west-2",
        "tags": {"Project": "ha-aws"},
        "alarms": Alarming(topic_arns=["arn:topic"]),
        **changes,
    }
    return deploy(lambda: Tracing("usw2-traces", TracingArgs(**given)))


def test_health_checks_are_not_traced_and_come_before_the_rest() -> None:
    rules = {n.name: n.inputs for n in tracing().of(RULE)}
    health, rest = rules["usw2-traces-rule-health"], rules["usw2-traces-rule-all"]
    assert (health["urlPath"], health["reservoirSize"], health["fixedRate"]) == ("/health*", 0, 0)
    assert (rest["urlPath"], rest["reservoirSize"], rest["fixedRate"]) == ("*", 1, 0.05)
    assert health["priority"] < rest["priority"] < 10_000, "before X-Ray's default rule"
    assert {r["version"] for r in rules.values()} == {1}


def test_groups_find_faults_and_slow_requests_with_insights() -> None:
    graph = tracing(groups={"checkout": 'service("checkout") { fault }'}, slow_seconds=0.5)
    groups = {n.name: n.inputs for n in graph.of(GROUP)}
    assert {name: g["filterExpression"] for name, g in groups.items()} == {
        "usw2-traces-faults": "fault = true",
        "usw2-traces-slow": "responsetime > 0.5",
        "usw2-traces-checkout": 'service("checkout") { fault }',
    }
    for group in groups.values():
        assert group["insightsConfiguration"] == {"insightsEnabled": True, "notificationsEnabled": True}


def test_names_fit_x_ray_and_stay_distinct() -> None:
    many = {"a-very-long-label-for-a-rule": SamplingRule(), "a-very-long-label-for-a-role": SamplingRule()}
    names = [n.inputs["ruleName"] for n in tracing(rules=many).of(RULE)]
    assert len(set(names)) == 2
    assert max(len(n) for n in names) <= 32


def test_faults_raise_an_alarm_on_their_groups_metric() -> None:
    graph = tracing()
    alarm = graph.one("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarm.inputs["namespace"] == "AWS/X-Ray"
    assert alarm.inputs["dimensions"] == {"GroupName": "dev-usw2-traces-faults"}
    assert [n.name for n in graph.referred(alarm, "dimensions")] == ["usw2-traces-faults"]


def test_fewer_than_no_traces_per_second_are_refused() -> None:
    with pytest.raises(ValueError, match="per_second=-1: must be 0 or more"):
        SamplingRule(per_second=-1)


def test_slow_is_more_than_no_time() -> None:
    with pytest.raises(ValueError, match="slow_seconds=0: must be more than 0"):
        tracing(slow_seconds=0)
