"""CloudWatch alarms and dashboard widgets that every tier has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

Missing = Literal["breaching", "notBreaching", "ignore", "missing"]
Comparison = Literal[
    "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"
]

MINUTE = 60
"""Seconds."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A CloudWatch metric. period: seconds; 10, 30 or a multiple of 60. statistic: Average, Sum, … or p99."""

    namespace: str
    name: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str = "Average"
    period: int = MINUTE


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """When an alarm fires.

    threshold: in the metric's unit. periods: evaluation periods, at least 1. datapoints: how many of them must breach;
    default all. missing: treatment of missing data (CloudWatch ``treatMissingData``); it must be chosen.
    With ``missing`` the alarm says nothing until the metric's first data, and notifies when the data stop.
    """

    metric: Metric
    threshold: float
    comparison: Comparison
    missing: Missing
    description: str
    periods: int = 3
    datapoints: int | None = None

    def __post_init__(self) -> None:
        if self.periods < 1:
            raise ValueError(f"periods={self.periods}: must be at least 1")
        if self.datapoints is not None and not 1 <= self.datapoints <= self.periods:
            raise ValueError(f"datapoints={self.datapoints}: must be 1-{self.periods}, the number of periods")


@dataclass(frozen=True, kw_only=True)
class Alarming:
    """Where a tier's alarms are sent: ARNs of SNS topics in the tier's Region; and the tags of the alarms."""

    topic_arns: Sequence[pulumi.Input[str]] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


def metric_alarm(
    name: str, alarm: Alarm, to: Alarming, opts: pulumi.ResourceOptions, *, region: str | None = None
) -> aws.cloudwatch.MetricAlarm:
    """Create ``alarm`` as a resource that notifies ``to`` when it fires and when it clears.

    region: Region of the metric, if not the provider's, such as us-east-1 for CloudFront and Route 53.
    """
    percentile = alarm.metric.statistic.startswith("p") and alarm.metric.statistic[1:2].isdigit()
    return aws.cloudwatch.MetricAlarm(
        name,
        namespace=alarm.metric.namespace,
        metric_name=alarm.metric.name,
        dimensions=dict(alarm.metric.dimensions),
        statistic=None if percentile else alarm.metric.statistic,
        extended_statistic=alarm.metric.statistic if percentile else None,
        period=alarm.metric.period,
        evaluation_periods=alarm.periods,
        datapoints_to_alarm=alarm.datapoints if alarm.datapoints is not None else alarm.periods,
        threshold=alarm.threshold,
        comparison_operator=alarm.comparison,
        treat_missing_data=alarm.missing,
        alarm_description=alarm.description,
        alarm_actions=list(to.topic_arns),
        ok_actions=list(to.topic_arns),
        # A new alarm has insufficient data already, which is no change of state and notifies nobody.
        insufficient_data_actions=list(to.topic_arns) if alarm.missing == "missing" else None,
        region=region,
        tags=dict(to.tags),
        opts=opts,
    )


Limits = Mapping[str, tuple[Metric, float, int, str]]
"""Role of an alarm -> metric, threshold in the metric's unit, evaluation periods, and what is wrong above it."""


def alarms_above(
    prefix: str, limits: Limits, to: Alarming, opts: pulumi.ResourceOptions
) -> dict[str, aws.cloudwatch.MetricAlarm]:
    """An alarm {prefix}-{role} on each limit, which fires above it; missing data is no breach."""
    return {
        role: metric_alarm(
            f"{prefix}-{role}",
            Alarm(
                metric=metric,
                threshold=threshold,
                comparison="GreaterThanThreshold",
                missing="notBreaching",
                periods=periods,
                description=f"{prefix}: {why}",
            ),
            to,
            opts,
        )
        for role, (metric, threshold, periods, why) in limits.items()
    }


def widget(title: str, region: pulumi.Input[str], metrics: Sequence[Metric]) -> dict[str, Any]:
    """A dashboard widget with a graph of ``metrics`` in one Region (CloudWatch dashboard body structure),
    12 x 6 cells.
    """

    def row(metric: Metric) -> list[Any]:
        dimensions = [word for key, value in metric.dimensions.items() for word in (key, value)]
        return [metric.namespace, metric.name, *dimensions, {"stat": metric.statistic, "period": metric.period}]

    return {
        "type": "metric",
        "width": 12,
        "height": 6,
        "properties": {"title": title, "region": region, "view": "timeSeries", "metrics": [row(m) for m in metrics]},
    }
