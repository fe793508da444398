"""Every load balancer of every architecture leaves an impaired zone by itself, and practises it."""

from collections.abc import Callable

import pytest

from tests.support.graph import Graph
from tests.support.some import some
from tests.unit.architectures import ecommerce, financial, media

SHIFT = "aws:arczonalshift/zonalAutoshiftConfiguration:ZonalAutoshiftConfiguration"
FAILED_REQUESTS = {"HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count", "5XXError", "5xxErrorRate"}
BALANCER = "aws:lb/loadBalancer:LoadBalancer"


@pytest.mark.parametrize("full", [ecommerce.full, financial.full, media.full], ids=["shop", "payments", "video"])
def test_traffic_leaves_an_impaired_zone_by_itself_and_practises_it_in_both_regions(full: Callable[[], Graph]) -> None:
    graph = full()
    shifts = graph.of(SHIFT)
    shifted = {balancer.name for shift in shifts for balancer in graph.referred(shift, "resourceArn")}
    assert shifted == {n.name for n in graph.of(BALANCER) if n.inputs.get("enableZonalShift")}
    assert {name.partition("-")[0] for name in shifted} == {"usw2", "use1"}
    for shift in some(shifts):
        assert shift.inputs["outcomeAlarms"], "a practice run ends when the site's alarm says so"


def test_traffic_between_pods_leaves_an_impaired_zone_by_itself_too() -> None:
    graph = ecommerce.on_kubernetes()
    shifted = {found.type for shift in graph.every(SHIFT) for found in graph.referred(shift, "resourceArn")}
    assert shifted == {BALANCER, "aws:eks/cluster:Cluster"}
    assert graph.one("aws:eks/cluster:Cluster").inputs["zonalShiftConfig"] == {"enabled": True}


@pytest.mark.parametrize("full", [ecommerce.full, financial.full, media.full], ids=["shop", "payments", "video"])
def test_an_experiment_stops_when_customers_get_errors_and_not_because_the_reserve_for_a_zone_is_in_use(
    full: Callable[[], Graph],
) -> None:
    graph = full()
    templates = graph.of("aws:fis/experimentTemplate:ExperimentTemplate")
    assert templates
    for template in templates:
        (stop,) = graph.referred(template, "stopConditions")
        assert graph.referred(stop, "alarmActions"), "somebody is told"
        watched = graph.referred(stop, "alarmRule")
        assert watched
        for alarm in watched:
            assert alarm.inputs["metricName"] in FAILED_REQUESTS, alarm.name
