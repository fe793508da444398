"""What the streaming tier adds to the web tier's alarms and widgets: encoders, and the servers on Spot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from components.alarms import MINUTE, Alarm, Alarming, Metric, metric_alarm, widget

REFUSED_PER_MINUTE = 10
"""Writes answered with 5xx in a minute that are no accident: encoders try again on their own."""


def _encoders(balancer: aws.lb.LoadBalancer, encoders: aws.lb.TargetGroup, name: str) -> Metric:
    return Metric(
        namespace="AWS/ApplicationELB",
        name=name,
        dimensions={"LoadBalancer": balancer.arn_suffix, "TargetGroup": encoders.arn_suffix},
        statistic="Minimum" if name == "HealthyHostCount" else "Sum",
    )


def _group(group: aws.autoscaling.Group, metric: str, namespace: str = "AWS/AutoScaling") -> Metric:
    return Metric(namespace=namespace, name=metric, dimensions={"AutoScalingGroupName": group.name}, period=MINUTE)


def streaming_alarms(
    name: str,
    balancer: aws.lb.LoadBalancer,
    encoders: aws.lb.TargetGroup,
    spot: aws.autoscaling.Group | None,
    to: Alarming,
    opts: pulumi.ResourceOptions,
) -> dict[str, aws.cloudwatch.MetricAlarm]:
    """Writes fail; nobody takes writes; the second group gets no servers."""
    alarms: dict[str, Alarm] = {}
    if spot is not None:
        alarms["spot"] = Alarm(
            metric=_group(spot, "GroupInServiceInstances"),
            threshold=1,
            comparison="LessThanThreshold",
            missing="missing",
            description=f"{name}: no server on Spot for half an hour; what comes on top is served on demand",
            periods=30,
        )
    alarms |= {
        "ingest-errors": Alarm(
            metric=_encoders(balancer, encoders, "HTTPCode_Target_5XX_Count"),
            threshold=REFUSED_PER_MINUTE,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # reported only when there are any
            description=f"{name}: encoders cannot write their streams (file system full of errors, or not mounted)",
        ),
        "ingest-capacity": Alarm(
            metric=_encoders(balancer, encoders, "HealthyHostCount"),
            threshold=1,
            comparison="LessThanThreshold",
            missing="breaching",  # no report means no target
            description=f"{name}: no server of a zone takes writes",
        ),
    }
    return {f"{name}-{what}": metric_alarm(f"{name}-{what}", alarm, to, opts) for what, alarm in alarms.items()}


def streaming_widgets(
    name: str,
    region: str,
    balancer: aws.lb.LoadBalancer,
    players: aws.lb.TargetGroup,
    encoders: aws.lb.TargetGroup,
    groups: Mapping[str, aws.autoscaling.Group],
) -> list[dict[str, Any]]:
    """Players and encoders; servers by group; what they send."""

    return [
        widget(
            f"{name} requests",
            region,
            [_encoders(balancer, side, what) for side in (players, encoders)
             for what in ("RequestCount", "HTTPCode_Target_5XX_Count")],
        ),
        widget(f"{name} servers", region, [_group(group, "GroupInServiceInstances") for group in groups.values()]),
        widget(f"{name} bytes sent", region, [_group(group, "NetworkOut", "AWS/EC2") for group in groups.values()]),
    ]  # fmt: skip
