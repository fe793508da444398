"""Alarms of servers behind a load balancer."""

from components.tiers.servers.sizing import Sizing
from tests.unit.tiers.servers.storefront import TOPIC, web


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
