"""None"""

import json
import re
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.alarms import Alarm, Alarming, Metric, metric_alarm, widget
from components.tiers.observability.dashboards import Dashboard, DashboardArgs
from tests.support.graph import Graph, deploy

COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"


REQUESTS = Metric(namespace="AWS/ApplicationELB", name="RequestCount", dimensions={"LoadBalancer": "app/web/1"})


ERRORS = Metric(namespace="AWS/ApplicationELB", name="HTTPCode_ELB_5XX_Count", dimensions={"LoadBalancer": "app/web/1"})


TO = Alarming(topic_arns=["arn:aws:sns:us-west-2:123456789012:alarms"], tags={"Project": "ha-aws"})


def some(prefix: str, count: int) -> list[aws.cloudwatch.MetricAlarm]:
    rule = Alarm(
        metric=ERRORS, threshold=1, comparison="GreaterThanThreshold", missing="notBreaching", description="errors"
    )
    return [metric_alarm(f"{prefix}-{i}", rule, TO, pulumi.ResourceOptions()) for i in range(count)]


def monitoring(web: int = 2, db: int = 1, **changes: Any) -> Graph:
    def program() -> None:
        given: dict[str, Any] = {
            "title": "Shop",
            "tiers": {"web": some("web", web), "db": some("db", db)},
            "widgets": {"web": [widget("Requests", "us-west-2", [REQUESTS])], "db": []},
            "tags": {"Project": "ha-aws"},
            "alarms": TO,
            **changes,
        }
        Dashboard("shop", DashboardArgs(**given))

    return deploy(program, stack="eu.prod")


def test_the_sites_alarm_fires_with_any_alarm_of_its_tiers() -> None:
    graph = monitoring()
    site = graph.one(COMPOSITE, "shop-site")
    assert site.inputs["alarmName"] == "eu-prod-shop-site-9be23b1", "a name without dots, and its own all the same"
    assert {n.name for n in graph.referred(site, "alarmRule")} == {"web-0", "web-1", "db-0"}
    assert re.fullmatch(
        r'ALARM\(".*web-0.*"\) OR ALARM\(".*web-1.*"\) OR ALARM\(".*db-0.*"\)', site.inputs["alarmRule"]
    )
    assert site.inputs["alarmActions"] == site.inputs["okActions"] == list(TO.topic_arns)
    assert site.inputs["tags"] == {"Project": "ha-aws"}


def test_only_critical_tiers_make_the_site_impaired() -> None:
    graph = monitoring(critical=["db"])
    assert [n.name for n in graph.referred(graph.one(COMPOSITE, "shop-site"), "alarmRule")] == ["db-0"]


def test_more_alarms_than_a_composite_takes_are_watched_in_groups_that_tell_nobody() -> None:
    graph = monitoring(web=79, db=3)
    site = graph.one(COMPOSITE, "shop-site")
    assert [n.name for n in graph.referred(site, "alarmRule")] == ["shop-part-0", "shop-part-1"]
    parts = [n for n in graph.of(COMPOSITE) if n.name.startswith("shop-part")]
    assert [p.inputs["alarmRule"].count("ALARM(") for p in parts] == [75, 7]
    assert all(p.inputs["alarmActions"] == [] for p in parts)
    assert all(len(p.inputs["alarmRule"]) <= 10_240 for p in parts), "the longest rule CloudWatch takes"


def test_the_dashboard_shows_every_alarm_and_each_tier_that_has_something_to_show() -> None:
    graph = monitoring()
    dashboard = graph.one("aws:cloudwatch/dashboard:Dashboard")
    assert dashboard.inputs["dashboardName"] == "eu-prod-shop-33006b2", "no dots in a dashboard's name"
    page = json.loads(dashboard.inputs["dashboardBody"])["widgets"]
    assert [w["type"] for w in page] == ["text", "alarm", "text", "metric"]
    assert page[0]["properties"]["markdown"] == "# Shop"
    assert len(page[1]["properties"]["alarms"]) == 4
    assert page[2]["properties"]["markdown"] == "## web"
    assert page[3]["properties"]["metrics"][0][:2] == ["AWS/ApplicationELB", "RequestCount"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"critical": ["cache"]}, "critical=['cache']: no such tier; there are ['db', 'web']"),
        ({"critical": []}, "tiers: no alarm to watch"),
        ({"widgets": {"web": [{}] * 498}}, "widgets: 501 are more than the 500 of a dashboard"),
    ],
)
def test_what_cloudwatch_would_refuse_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        monitoring(**changes)
