"""The web tier's alarms and dashboard widgets. Metrics: ALB guide, "CloudWatch metrics"; EC2 Auto Scaling guide."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws

from components.alarms import MINUTE, Alarm, Alarming, Metric, metric_alarm, widget
from components.tiers.web.sizing import Sizing

ERRORS_PER_MINUTE = 10
SLOW_SECONDS = 1.0
CPU_HIGH = 80.0


def _load_balancer(balancer: aws.lb.LoadBalancer, name: str, statistic: str = "Sum") -> Metric:
    return Metric(
        namespace="AWS/ApplicationELB",
        name=name,
        dimensions={"LoadBalancer": balancer.arn_suffix},
        statistic=statistic,
    )


def _targets(balancer: aws.lb.LoadBalancer, targets: aws.lb.TargetGroup, name: str, statistic: str = "Sum") -> Metric:
    return Metric(
        namespace="AWS/ApplicationELB",
        name=name,
        dimensions={"LoadBalancer": balancer.arn_suffix, "TargetGroup": targets.arn_suffix},
        statistic=statistic,
    )


def _group(group: aws.autoscaling.Group, name: str, namespace: str = "AWS/AutoScaling") -> Metric:
    return Metric(namespace=namespace, name=name, dimensions={"AutoScalingGroupName": group.name}, period=MINUTE)


def alarm_on_errors(
    name: str,
    balancer: aws.lb.LoadBalancer,
    targets: aws.lb.TargetGroup,
    to: Alarming,
    opts: pulumi.ResourceOptions,
) -> aws.cloudwatch.MetricAlarm:
    """Servers answer 5xx; also what stops an instance refresh."""
    alarm = Alarm(
        metric=_targets(balancer, targets, "HTTPCode_Target_5XX_Count"),
        threshold=ERRORS_PER_MINUTE,
        comparison="GreaterThanThreshold",
        missing="notBreaching",  # reported only when there are any
        description=f"{name}: servers answer with 5xx",
    )
    return metric_alarm(f"{name}-errors", alarm, to, opts)


def alarms_of(
    name: str,
    balancer: aws.lb.LoadBalancer,
    targets: aws.lb.TargetGroup,
    group: aws.autoscaling.Group,
    sizing: Sizing,
    zones: int,
    to: Alarming,
    opts: pulumi.ResourceOptions,
) -> dict[str, aws.cloudwatch.MetricAlarm]:
    """Too few servers, unhealthy ones, errors of the load balancer itself, slowness, load, no room to scale."""
    alarms = {
        "capacity": Alarm(
            metric=_targets(balancer, targets, "HealthyHostCount", "Minimum"),
            threshold=sizing.load,
            comparison="LessThanThreshold",
            missing="breaching",  # no report means no target
            description=f"{name}: fewer healthy servers than the load needs ({sizing.load})",
        ),
        "unhealthy": Alarm(
            metric=_targets(balancer, targets, "UnHealthyHostCount", "Maximum"),
            threshold=0,
            comparison="GreaterThanThreshold",
            missing="notBreaching",
            description=f"{name}: servers fail their health checks and are not replaced in time",
            periods=10,
        ),
        "refused": Alarm(
            metric=_load_balancer(balancer, "HTTPCode_ELB_5XX_Count"),
            threshold=ERRORS_PER_MINUTE,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # reported only when there are any
            description=f"{name}: the load balancer answers with 5xx itself",
        ),
        "slow": Alarm(
            metric=_targets(balancer, targets, "TargetResponseTime", "p99"),
            threshold=SLOW_SECONDS,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # no requests
            description=f"{name}: one request in a hundred takes longer than {SLOW_SECONDS:g} s",
            periods=5,
        ),
        "cpu": Alarm(
            metric=_group(group, "CPUUtilization", "AWS/EC2"),
            threshold=CPU_HIGH,
            comparison="GreaterThanThreshold",
            missing="missing",
            description=f"{name}: servers are busy although scaling should have helped",
            periods=10,
        ),
        "full": Alarm(
            metric=_group(group, "GroupInServiceInstances"),
            threshold=sizing.most(zones),
            comparison="GreaterThanOrEqualToThreshold",
            missing="missing",
            description=f"{name}: the group is at its largest ({sizing.most(zones)})",
            periods=10,
        ),
    }
    if sizing.most(zones) == sizing.least(zones):
        del alarms["full"]  # it is always at its largest
    return {f"{name}-{what}": metric_alarm(f"{name}-{what}", alarm, to, opts) for what, alarm in alarms.items()}


def widgets_of(
    name: str,
    region: str,
    balancer: aws.lb.LoadBalancer,
    targets: aws.lb.TargetGroup,
    group: aws.autoscaling.Group,
) -> list[dict[str, Any]]:
    """Traffic and errors; time to answer; servers."""
    return [
        widget(
            f"{name} requests",
            region,
            [
                _load_balancer(balancer, "RequestCount"),
                _load_balancer(balancer, "HTTPCode_ELB_5XX_Count"),
                _targets(balancer, targets, "HTTPCode_Target_5XX_Count"),
            ],
        ),
        widget(
            f"{name} response time",
            region,
            [_targets(balancer, targets, "TargetResponseTime", s) for s in ("Average", "p99")],
        ),
        widget(
            f"{name} servers",
            region,
            [
                _targets(balancer, targets, "HealthyHostCount", "Minimum"),
                _group(group, "GroupInServiceInstances"),
                _group(group, "CPUUtilization", "AWS/EC2"),
            ],
        ),
    ]
