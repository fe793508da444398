"""NAT gateways of a VPC, and their alarms."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.alarms import MINUTE, Alarm, Alarming, Metric, metric_alarm

NAT_DROPS = 100
"""Number of packets that a NAT gateway may drop in five minutes before the alarm fires."""


def nat_metric(gateway_id: pulumi.Input[str], metric: str) -> Metric:
    """A NAT gateway's metric, summed over five minutes (VPC guide, "NAT gateway metrics and dimensions")."""
    return Metric(
        namespace="AWS/NATGateway",
        name=metric,
        dimensions={"NatGatewayId": gateway_id},
        statistic="Sum",
        period=5 * MINUTE,
    )


def nat_alarms(
    name: str, gateway: aws.ec2.NatGateway, to: Alarming, opts: pulumi.ResourceOptions
) -> dict[str, aws.cloudwatch.MetricAlarm]:
    """Alarms ``{name}-ports`` (connections refused because no port was free) and ``{name}-drops`` (packets dropped)."""

    def alarm(suffix: str, metric: str, threshold: float, text: str) -> aws.cloudwatch.MetricAlarm:
        wanted = Alarm(
            metric=nat_metric(gateway.id, metric),
            threshold=threshold,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # without traffic nothing can be dropped
            description=text,
            periods=2,
        )
        return metric_alarm(f"{name}-{suffix}", wanted, to, opts)

    return {
        f"{name}-ports": alarm("ports", "ErrorPortAllocation", 0, f"{name}: no port left for a new connection"),
        f"{name}-drops": alarm("drops", "PacketsDropCount", NAT_DROPS, f"{name}: the gateway drops packets"),
    }
