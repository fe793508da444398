"""X-Ray sampling rules, and groups with insights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.alarms import MINUTE, Alarm, Metric, metric_alarm, widget
from components.names import physical_name
from components.tags import named
from components.tiers.arguments import TierArgs

NAME_LIMIT = 32
"""Longest name of a group or sampling rule, characters (X-Ray CreateGroup, CreateSamplingRule)."""

FIRST_PRIORITY, LAST_PRIORITY = 1000, 9999
"""Priorities of these rules: before X-Ray's default rule (10000), with room for more urgent rules before them."""

FAULTS = 5
"""Traced faults in 5 minutes above which the alarm fires; with default sampling the actual number is several times
higher."""


@dataclass(frozen=True, kw_only=True)
class SamplingRule:
    """For requests to ``path`` of ``service``: trace ``per_second`` requests per second and the ``share`` of the rest,
    0-1.

    path and service may contain * and ?.
    """

    path: str = "*"
    service: str = "*"
    method: str = "*"
    per_second: int = 1
    share: float = 0.05

    def __post_init__(self) -> None:
        if self.per_second < 0:
            raise ValueError(f"per_second={self.per_second}: must be 0 or more")


HEALTH_CHECKS = SamplingRule(path="/health*", per_second=0, share=0)
"""Health checks say nothing about customers and would dominate the traces."""


@dataclass(frozen=True, kw_only=True)
class TracingArgs(TierArgs):
    """Inputs of `Tracing`.

    region: the provider's Region, for the widgets. rules: label -> sampling rule; the first match applies. groups:
    label -> X-Ray filter expression, such as ``service("checkout") { fault }``; each has insights, which detect related
    faults and notify. slow_seconds: response time above which a trace counts as slow.

    Raises ValueError if slow_seconds is not positive.
    """

    region: str
    rules: Mapping[str, SamplingRule] = field(default_factory=lambda: {"health": HEALTH_CHECKS, "all": SamplingRule()})
    groups: Mapping[str, str] = field(default_factory=dict[str, str])
    slow_seconds: float = 2

    def __post_init__(self) -> None:
        if self.slow_seconds <= 0:
            raise ValueError(f"slow_seconds={self.slow_seconds}: must be more than 0")


class Tracing(pulumi.ComponentResource):
    """Sampling rules {name}-rule-{label} and groups {name}-{label}; the groups ``faults`` and ``slow`` always exist.

    X-Ray publishes the number of traces in each group as a CloudWatch metric; the alarm {name}-faults uses the group
    ``faults``.
    """

    group_arns: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: TracingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Tracing", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        for place, (label, sampling) in enumerate(args.rules.items()):
            aws.xray.SamplingRule(
                f"{name}-rule-{label}",
                rule_name=physical_name(pulumi.get_stack(), name, label, limit=NAME_LIMIT),
                priority=min(FIRST_PRIORITY + place, LAST_PRIORITY),
                version=1,
                reservoir_size=sampling.per_second,
                fixed_rate=sampling.share,
                url_path=sampling.path,
                service_name=sampling.service,
                http_method=sampling.method,
                host="*",
                service_type="*",
                resource_arn="*",
                tags=named(args.tags, f"{name}-{label}"),
                opts=child,
            )
        filters = {"faults": "fault = true", "slow": f"responsetime > {args.slow_seconds:g}", **args.groups}
        insights = aws.xray.GroupInsightsConfigurationArgs(insights_enabled=True, notifications_enabled=True)
        groups = {
            label: aws.xray.Group(
                f"{name}-{label}",
                group_name=physical_name(pulumi.get_stack(), name, label, limit=NAME_LIMIT),
                filter_expression=expression,
                insights_configuration=insights,
                tags=named(args.tags, f"{name}-{label}"),
                opts=child,
            )
            for label, expression in filters.items()
        }
        counted = [_traced(group) for group in groups.values()]
        self.alarms = {
            "faults": metric_alarm(
                f"{name}-faults",
                Alarm(
                    metric=counted[0],
                    threshold=FAULTS,
                    comparison="GreaterThanThreshold",
                    missing="notBreaching",  # no faulty traces, no data
                    description=f"{name}: many traced requests end in a fault",
                    datapoints=2,
                ),
                args.alarms,
                child,
            )
        }
        self.group_arns = {label: group.arn for label, group in groups.items()}
        self.widgets: list[dict[str, Any]] = [widget(f"{name}: traces per group", args.region, counted)]
        self.register_outputs({"groupArns": self.group_arns})


def _traced(group: aws.xray.Group) -> Metric:
    dimensions: Mapping[str, pulumi.Input[str]] = {"GroupName": group.group_name}
    name = "ApproximateTraceCount"
    return Metric(namespace="AWS/X-Ray", name=name, dimensions=dimensions, statistic="Sum", period=5 * MINUTE)
