"""CloudWatch alarms and dashboard widgets of the server groups: storefront and streaming."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from components.alarms import MINUTE, Alarm, Alarming, Metric, metric_alarm, widget
from components.tiers.servers.sizing import Sizing

ERRORS_PER_MINUTE = 10
SLOW_SECONDS = 1.0
CPU_HIGH = 80.0

# The nodes of a load balancer report these metrics each for itself. With these statistics an alarm fires only if all
# nodes agree: a node that cannot reach the other zones sees every server there as unhealthy, while the other nodes
# serve (ELB user guide, "Statistics for Application Load Balancer metrics").
HEALTHY = ("HealthyHostCount", "Maximum")
UNHEALTHY = ("UnHealthyHostCount", "Minimum")


def _load_balancer_metric(balancer: aws.lb.LoadBalancer, name: str, statistic: str = "Sum") -> Metric:
    return Metric(
        namespace="AWS/ApplicationELB",
        name=name,
        dimensions={"LoadBalancer": balancer.arn_suffix},
        statistic=statistic,
    )


def _target_metric(
    balancer: aws.lb.LoadBalancer, targets: aws.lb.TargetGroup, name: str, statistic: str = "Sum"
) -> Metric:
    return Metric(
        namespace="AWS/ApplicationELB",
        name=name,
        dimensions={"LoadBalancer": balancer.arn_suffix, "TargetGroup": targets.arn_suffix},
        statistic=statistic,
    )


def _group_metric(group: aws.autoscaling.Group, name: str, namespace: str = "AWS/AutoScaling") -> Metric:
    return Metric(namespace=namespace, name=name, dimensions={"AutoScalingGroupName": group.name}, period=MINUTE)


def server_error_alarm(
    name: str,
    balancer: aws.lb.LoadBalancer,
    targets: aws.lb.TargetGroup,
    to: Alarming,
    opts: pulumi.ResourceOptions,
) -> aws.cloudwatch.MetricAlarm:
    """Alarm on 5xx responses of the servers; it also stops an instance refresh."""
    alarm = Alarm(
        metric=_target_metric(balancer, targets, "HTTPCode_Target_5XX_Count"),
        threshold=ERRORS_PER_MINUTE,
        comparison="GreaterThanThreshold",
        missing="notBreaching",  # reported only when there are any
        description=f"{name}: servers answer with 5xx",
    )
    return metric_alarm(f"{name}-errors", alarm, to, opts)


def server_alarms(
    name: str,
    balancer: aws.lb.LoadBalancer,
    targets: aws.lb.TargetGroup,
    group: aws.autoscaling.Group,
    sizing: Sizing,
    zones: int,
    to: Alarming,
    opts: pulumi.ResourceOptions,
) -> dict[str, aws.cloudwatch.MetricAlarm]:
    """Alarms: too few servers, unhealthy servers, errors of the load balancer itself, slow responses, high load, group
    at its maximum size.
    """
    alarms = {
        "capacity": Alarm(
            metric=_target_metric(balancer, targets, *HEALTHY),
            threshold=sizing.load,
            comparison="LessThanThreshold",
            missing="breaching",  # no data means no target
            description=f"{name}: fewer healthy servers than the load needs ({sizing.load})",
        ),
        "unhealthy": Alarm(
            metric=_target_metric(balancer, targets, *UNHEALTHY),
            threshold=0,
            comparison="GreaterThanThreshold",
            missing="notBreaching",
            description=f"{name}: servers fail their health checks and are not replaced in time",
            periods=10,
        ),
        "refused": Alarm(
            metric=_load_balancer_metric(balancer, "HTTPCode_ELB_5XX_Count"),
            threshold=ERRORS_PER_MINUTE,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # reported only when there are any
            description=f"{name}: the load balancer answers with 5xx itself",
        ),
        "slow": Alarm(
            metric=_target_metric(balancer, targets, "TargetResponseTime", "p99"),
            threshold=SLOW_SECONDS,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # no data means no requests
            description=f"{name}: one request in a hundred takes longer than {SLOW_SECONDS:g} s",
            periods=5,
        ),
        "cpu": Alarm(
            metric=_group_metric(group, "CPUUtilization", "AWS/EC2"),
            threshold=CPU_HIGH,
            comparison="GreaterThanThreshold",
            missing="missing",
            description=f"{name}: servers are busy although scaling should have helped",
            periods=10,
        ),
        "full": Alarm(
            metric=_group_metric(group, "GroupInServiceInstances"),
            threshold=sizing.most(zones),
            comparison="GreaterThanOrEqualToThreshold",
            missing="missing",
            description=f"{name}: the group is at its largest ({sizing.most(zones)})",
            periods=10,
        ),
    }
    if sizing.most(zones) == sizing.least(zones):
        del alarms["full"]  # this group is always at its maximum size
    return {f"{name}-{what}": metric_alarm(f"{name}-{what}", alarm, to, opts) for what, alarm in alarms.items()}


def server_widgets(
    name: str,
    region: str,
    balancer: aws.lb.LoadBalancer,
    targets: aws.lb.TargetGroup,
    group: aws.autoscaling.Group,
) -> list[dict[str, Any]]:
    """Dashboard widgets: requests and errors, response time, number of servers."""
    return [
        widget(
            f"{name} requests",
            region,
            [
                _load_balancer_metric(balancer, "RequestCount"),
                _load_balancer_metric(balancer, "HTTPCode_ELB_5XX_Count"),
                _target_metric(balancer, targets, "HTTPCode_Target_5XX_Count"),
            ],
        ),
        widget(
            f"{name} response time",
            region,
            [_target_metric(balancer, targets, "TargetResponseTime", s) for s in ("Average", "p99")],
        ),
        widget(
            f"{name} servers",
            region,
            [
                _target_metric(balancer, targets, *HEALTHY),
                _group_metric(group, "GroupInServiceInstances"),
                _group_metric(group, "CPUUtilization", "AWS/EC2"),
            ],
        ),
    ]


REFUSED_PER_MINUTE = 10
"""Writes answered with 5xx per minute above which the alarm fires; encoders retry single failures."""


def ingest_error_alarm(
    name: str,
    balancer: aws.lb.LoadBalancer,
    encoders: aws.lb.TargetGroup,
    to: Alarming,
    opts: pulumi.ResourceOptions,
) -> aws.cloudwatch.MetricAlarm:
    """Alarm on writes that fail; it also stops an instance refresh."""
    alarm = Alarm(
        metric=_target_metric(balancer, encoders, "HTTPCode_Target_5XX_Count"),
        threshold=REFUSED_PER_MINUTE,
        comparison="GreaterThanThreshold",
        missing="notBreaching",  # reported only when there are any
        description=f"{name}: encoders cannot write their streams (file system full of errors, or not mounted)",
    )
    return metric_alarm(f"{name}-ingest-errors", alarm, to, opts)


def streaming_alarms(
    name: str,
    balancer: aws.lb.LoadBalancer,
    encoders: aws.lb.TargetGroup,
    spot: aws.autoscaling.Group | None,
    to: Alarming,
    opts: pulumi.ResourceOptions,
) -> dict[str, aws.cloudwatch.MetricAlarm]:
    """Alarms: no target accepts writes, the Spot group gets no servers."""
    alarms: dict[str, Alarm] = {}
    if spot is not None:
        alarms["spot"] = Alarm(
            metric=_group_metric(spot, "GroupInServiceInstances"),
            threshold=1,
            comparison="LessThanThreshold",
            missing="missing",
            description=f"{name}: no server on Spot for half an hour; what comes on top is served on demand",
            periods=30,
        )
    alarms["ingest-capacity"] = Alarm(
        metric=_target_metric(balancer, encoders, *HEALTHY),
        threshold=1,
        comparison="LessThanThreshold",
        missing="breaching",  # no data means no target
        description=f"{name}: no server takes writes",
    )
    return {f"{name}-{what}": metric_alarm(f"{name}-{what}", alarm, to, opts) for what, alarm in alarms.items()}


def streaming_widgets(
    name: str,
    region: str,
    balancer: aws.lb.LoadBalancer,
    players: aws.lb.TargetGroup,
    encoders: aws.lb.TargetGroup,
    groups: Mapping[str, aws.autoscaling.Group],
) -> list[dict[str, Any]]:
    """Dashboard widgets: players and encoders, servers by group, bytes sent."""

    requests = [
        _target_metric(balancer, side, what)
        for side in (players, encoders)
        for what in ("RequestCount", "HTTPCode_Target_5XX_Count")
    ]
    servers = [_group_metric(group, "GroupInServiceInstances") for group in groups.values()]
    sent = [_group_metric(group, "NetworkOut", "AWS/EC2") for group in groups.values()]
    return [
        widget(f"{name} requests", region, requests),
        widget(f"{name} servers", region, servers),
        widget(f"{name} bytes sent", region, sent),
    ]
