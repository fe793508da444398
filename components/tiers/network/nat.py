"""NAT gateways of a VPC, and their alarms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.alarms import MINUTE, Alarm, Alarming, Metric, metric_alarm
from components.tags import named

NatMode = Literal["zonal", "regional"]
"""zonal: a NAT gateway in every zone; regional: one for the VPC, in all zones (CreateNatGateway AvailabilityMode)."""

MAX_DROPPED_PACKETS = 100
"""The alarm fires when a NAT gateway drops more packets than this in each of two consecutive five-minute periods."""


def nat_gateways(
    name: str,
    *,
    mode: NatMode,
    vpc_id: pulumi.Input[str],
    public_subnet_ids: Mapping[str, pulumi.Input[str]],
    internet_gateway: aws.ec2.InternetGateway,
    tags: Mapping[str, str],
    alarms: Alarming,
    parent: pulumi.Resource,
) -> tuple[dict[str, aws.ec2.NatGateway], dict[str, aws.cloudwatch.MetricAlarm]]:
    """Create the NAT gateways; return them by zone, and all their alarms by name.

    zonal: ``{name}-nat-{zone}`` with an Elastic IP address in the public subnet of each zone. regional: ``{name}-nat``,
    the same for every zone; AWS allocates its addresses.
    """
    child = pulumi.ResourceOptions(parent=parent)
    after_gateway = pulumi.ResourceOptions(parent=parent, depends_on=[internet_gateway])
    if mode == "regional":
        title = f"{name}-nat"
        regional = aws.ec2.NatGateway(
            title, availability_mode="regional", vpc_id=vpc_id, tags=named(tags, title), opts=after_gateway
        )
        return dict.fromkeys(public_subnet_ids, regional), nat_alarms(title, regional, alarms, child)
    gateways: dict[str, aws.ec2.NatGateway] = {}
    alarms_by_name: dict[str, aws.cloudwatch.MetricAlarm] = {}
    for zone, subnet_id in public_subnet_ids.items():
        title = f"{name}-nat-{zone}"
        address = aws.ec2.Eip(title, domain="vpc", tags=named(tags, title), opts=after_gateway)
        gateways[zone] = aws.ec2.NatGateway(
            title, subnet_id=subnet_id, allocation_id=address.id, tags=named(tags, title), opts=after_gateway
        )
        alarms_by_name |= nat_alarms(title, gateways[zone], alarms, child)
    return gateways, alarms_by_name


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
    """``{name}-ports``: ErrorPortAllocation above 0; ``{name}-drops``: PacketsDropCount above MAX_DROPPED_PACKETS."""

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
        f"{name}-drops": alarm("drops", "PacketsDropCount", MAX_DROPPED_PACKETS, f"{name}: the gateway drops packets"),
    }
