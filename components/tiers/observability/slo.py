"""Service level objectives: alarms on the burn rate of the error budget, not on single errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.alarms import MINUTE, Alarming, Metric
from components.names import physical_name

HOUR = 60 * MINUTE
NAME_LIMIT = 255
"""Longest name of an alarm, characters (CloudWatch PutCompositeAlarm)."""


@dataclass(frozen=True, kw_only=True)
class BurnRate:
    """The burn rate of a 30-day error budget at which an alarm fires, over a long and a short window.

    The long window shows that the burn rate matters, the short one that it continues (Google, Site Reliability
    Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts"). Windows in seconds, at most a day (CloudWatch alarm
    period).
    """

    rate: float
    long: int
    short: int


BURN_RATES: Mapping[str, BurnRate] = {
    "fast": BurnRate(rate=14.4, long=HOUR, short=5 * MINUTE),
    "slow": BurnRate(rate=6, long=6 * HOUR, short=30 * MINUTE),
}
"""2 % of the budget within one hour; 5 % within six hours."""


@dataclass(frozen=True, kw_only=True)
class ErrorRatio:
    """Share of failed requests: two sums over the same requests. Their own statistic and period are not used."""

    bad: Metric
    all: Metric


@dataclass(frozen=True, kw_only=True)
class SlowRatio:
    """Share of requests slower than ``seconds``, from a latency metric (CloudWatch percentile rank). in_ms: the metric
    is in milliseconds.
    """

    latency: Metric
    seconds: float
    in_ms: bool = False

    def __post_init__(self) -> None:
        if self.seconds <= 0:
            raise ValueError(f"seconds={self.seconds}: must be more than 0")


@dataclass(frozen=True, kw_only=True)
class SloArgs:
    """Inputs of `Slo`. objective: percent of good requests in 30 days, such as 99.9; above 90 and below 100.

    Raises ValueError if objective is out of range.
    """

    objective: float
    of: ErrorRatio | SlowRatio
    alarms: Alarming = field(default_factory=Alarming)

    def __post_init__(self) -> None:
        if not 90 < self.objective < 100:
            raise ValueError(f"objective={self.objective}: must be above 90 and below 100 percent")


class Slo(pulumi.ComponentResource):
    """Two composite alarms, {name}-fast and {name}-slow, each over a long and a short window of the same ratio.

    Children: {name}-{burn}-long, {name}-{burn}-short (no actions), {name}-{burn}.
    """

    composites: dict[str, aws.cloudwatch.CompositeAlarm]

    def __init__(self, name: str, args: SloArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Slo", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        budget = 1 - args.objective / 100
        self.composites = {}
        for speed, burn in BURN_RATES.items():
            windows = {
                which: aws.cloudwatch.MetricAlarm(
                    f"{name}-{speed}-{which}",
                    metric_queries=_queries(args.of, seconds),
                    comparison_operator="GreaterThanThreshold",
                    threshold=round(burn.rate * budget, 6),
                    evaluation_periods=1,
                    treat_missing_data="notBreaching",  # no requests, no failed requests
                    alarm_description=f"{name}: error budget burns {burn.rate} times too fast, seen over {seconds} s",
                    tags=dict(args.alarms.tags),
                    opts=child,
                )
                for which, seconds in (("long", burn.long), ("short", burn.short))
            }
            both = pulumi.Output.all(windows["long"].name, windows["short"].name)
            self.composites[speed] = aws.cloudwatch.CompositeAlarm(
                f"{name}-{speed}",
                alarm_name=physical_name(pulumi.get_stack(), name, speed, limit=NAME_LIMIT),
                alarm_rule=both.apply(lambda names: f'ALARM("{names[0]}") AND ALARM("{names[1]}")'),
                alarm_description=f"{name}: at this rate the 30-day error budget of {args.objective} % does not last",
                alarm_actions=list(args.alarms.topic_arns),
                ok_actions=list(args.alarms.topic_arns),
                tags=dict(args.alarms.tags),
                opts=child,
            )
        self.register_outputs({"fast": self.composites["fast"].arn, "slow": self.composites["slow"].arn})


def _queries(of: ErrorRatio | SlowRatio, window: int) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgs]:
    """Metric math whose result is the share of failed requests in ``window`` seconds, 0-1."""
    if isinstance(of, ErrorRatio):
        # CloudWatch has no data points for errors that did not happen, and no ratio without requests.
        share = _math("FILL(bad, 0) / every")
        return [share, _query("bad", of.bad, "Sum", window), _query("every", of.all, "Sum", window)]
    limit = of.seconds * 1000 if of.in_ms else of.seconds
    return [_math("1 - good / 100"), _query("good", of.latency, f"PR(:{limit:g})", window)]


def _math(expression: str) -> aws.cloudwatch.MetricAlarmMetricQueryArgs:
    return aws.cloudwatch.MetricAlarmMetricQueryArgs(
        id="share", expression=expression, label="bad share", return_data=True
    )


def _query(which: str, metric: Metric, statistic: str, window: int) -> aws.cloudwatch.MetricAlarmMetricQueryArgs:
    return aws.cloudwatch.MetricAlarmMetricQueryArgs(
        id=which,
        return_data=False,
        metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
            namespace=metric.namespace,
            metric_name=metric.name,
            dimensions=dict(metric.dimensions),
            stat=statistic,
            period=window,
        ),
    )
