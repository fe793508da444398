"""Service level objectives: alarms on how fast the error budget burns."""

from typing import Any

import pytest

from components.alarms import Alarming, Metric
from components.tiers.observability.slo import ErrorRatio, Slo, SloArgs, SlowRatio
from tests.support.graph import Graph, deploy

COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"


ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


REQUESTS = Metric(namespace="AWS/ApplicationELB", name="RequestCount", dimensions={"LoadBalancer": "app/web/1"})


ERRORS = Metric(namespace="AWS/ApplicationELB", name="HTTPCode_ELB_5XX_Count", dimensions={"LoadBalancer": "app/web/1"})


LATENCY = Metric(namespace="AWS/ApplicationELB", name="TargetResponseTime", dimensions={"LoadBalancer": "app/web/1"})


TO = Alarming(topic_arns=["arn:aws:sns:us-west-2:123456789012:alarms"], tags={"Project": "ha-aws"})


def slo(**changes: Any) -> Graph:
    given: dict[str, Any] = {"objective": 99.9, "of": ErrorRatio(bad=ERRORS, all=REQUESTS), "alarms": TO, **changes}
    return deploy(lambda: Slo("orders", SloArgs(**given)))


def test_a_burning_budget_is_seen_over_a_long_and_a_short_window() -> None:
    graph = slo()
    alarms = {n.name: n.inputs for n in graph.of(ALARM)}
    seen = {name: (a["metricQueries"][1]["metric"]["period"], a["threshold"]) for name, a in alarms.items()}
    assert seen == {
        "orders-fast-long": (3600, pytest.approx(0.0144)),
        "orders-fast-short": (300, pytest.approx(0.0144)),
        "orders-slow-long": (21600, pytest.approx(0.006)),
        "orders-slow-short": (1800, pytest.approx(0.006)),
    }
    assert not any(a.get("alarmActions") for a in alarms.values()), "one window alone tells nobody"
    for speed in ("fast", "slow"):
        composite = graph.one(COMPOSITE, f"orders-{speed}")
        assert {n.name for n in graph.referred(composite, "alarmRule")} == {
            f"orders-{speed}-long",
            f"orders-{speed}-short",
        }
        assert " AND " in composite.inputs["alarmRule"]
        assert composite.inputs["alarmActions"] == list(TO.topic_arns)


def test_the_ratio_of_errors_is_zero_without_errors() -> None:
    queries = slo().one(ALARM, "orders-fast-long").inputs["metricQueries"]
    assert [(q["id"], q["returnData"]) for q in queries] == [("share", True), ("bad", False), ("every", False)]
    assert queries[0]["expression"] == "FILL(bad, 0) / every"
    assert {q["metric"]["stat"] for q in queries[1:]} == {"Sum"}
    assert queries[1]["metric"]["metricName"] == "HTTPCode_ELB_5XX_Count"


@pytest.mark.parametrize(("in_ms", "statistic"), [(False, "PR(:0.5)"), (True, "PR(:500)")])
def test_slow_requests_are_counted_by_percentile_rank(in_ms: bool, statistic: str) -> None:
    queries = slo(of=SlowRatio(latency=LATENCY, seconds=0.5, in_ms=in_ms)).one(ALARM, "orders-fast-long").inputs
    share, good = queries["metricQueries"]
    assert share["expression"] == "1 - good / 100"
    assert good["metric"]["stat"] == statistic


@pytest.mark.parametrize("objective", [90, 100])
def test_an_objective_leaves_a_budget(objective: float) -> None:
    with pytest.raises(ValueError, match=f"objective={objective}: must be above 90 and below 100"):
        slo(objective=objective)


def test_a_latency_limit_is_positive() -> None:
    with pytest.raises(ValueError, match="seconds=0: must be more than 0"):
        SlowRatio(latency=LATENCY, seconds=0)
