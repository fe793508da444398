"""Global Accelerator: two anycast addresses for all Regions, which moves clients without waiting for DNS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.alarms import Alarm, Alarming, Metric, metric_alarm, widget
from components.tags import named
from components.tiers.arguments import TierArgs

METRICS_REGION = "us-west-2"
"""Region of Global Accelerator's control plane and metrics."""

HEALTH_SECONDS = 10
"""Seconds between two health checks (Global Accelerator: 10 or 30)."""

HEALTH_THRESHOLD = 3
"""Consecutive health checks that make an endpoint unhealthy, or healthy again (1-10)."""

FULL_WEIGHT = 128
"""Weight of an endpoint in its group (0-255), the service's default."""

HTTP_PORT, HTTPS_PORT = 80, 443


@dataclass(frozen=True, kw_only=True)
class AcceleratorEndpoint:
    """A Region's load balancer. traffic_dial: percent of the Region's traffic that it gets, 0-100; 0 is off.

    client_ip: preserve the client's address, for an Application Load Balancer in a VPC with an internet gateway. Global
    Accelerator then creates a security group called GlobalAccelerator in the VPC, and does not delete it.
    """

    load_balancer_arn: pulumi.Input[str]
    traffic_dial: float = 100
    client_ip: bool = True


@dataclass(frozen=True, kw_only=True)
class GlobalAcceleratorArgs(TierArgs):
    """Inputs of `GlobalAccelerator`.

    endpoints: by Region. ports: TCP, 1-65535. health_path: path of the health check for endpoints without health checks
    of their own; load balancers have them. log_bucket: name of a `LogBucket`. sticky: a client stays with an endpoint.
    dual_stack: IPv6 addresses as well; the load balancers must be dual-stack. alarms: SNS topics in us-west-2.
    retain_data: protect the accelerator, since its addresses cannot be recovered.

    Raises ValueError if there is no endpoint or port, or if every dial is at 0.
    """

    endpoints: Mapping[str, AcceleratorEndpoint]
    log_bucket: pulumi.Input[str]
    retain_data: bool
    ports: Sequence[int] = (HTTP_PORT, HTTPS_PORT)
    health_path: str = "/health"
    sticky: bool = False
    dual_stack: bool = False

    def __post_init__(self) -> None:
        if not any(e.traffic_dial for e in self.endpoints.values()):
            raise ValueError(
                f"endpoints={list(self.endpoints)}: give at least one Region whose traffic dial is above 0"
            )
        if not self.ports:
            raise ValueError("ports=[]: nobody could connect; give TCP ports")


class GlobalAccelerator(pulumi.ComponentResource):
    """A standard accelerator with one listener and an endpoint group per Region.

    A client goes to the nearest Region with a healthy endpoint and is moved within half a minute when it fails.
    Children: {name}-accelerator, {name}-listener, {name}-{region}, alarms {name}-{region}-down and, if dual-stack,
    {name}-dropped.
    """

    accelerator_arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    hosted_zone_id: pulumi.Output[str]

    def __init__(self, name: str, args: GlobalAcceleratorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Accelerator", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        accelerator = aws.globalaccelerator.Accelerator(
            f"{name}-accelerator",
            enabled=True,
            ip_address_type="DUAL_STACK" if args.dual_stack else "IPV4",
            attributes=aws.globalaccelerator.AcceleratorAttributesArgs(
                flow_logs_enabled=True, flow_logs_s3_bucket=args.log_bucket, flow_logs_s3_prefix=f"accelerator/{name}"
            ),
            tags=named(args.tags, name),
            opts=pulumi.ResourceOptions(parent=self, protect=args.retain_data),
        )
        listener = aws.globalaccelerator.Listener(
            f"{name}-listener",
            accelerator_arn=accelerator.arn,
            protocol="TCP",
            port_ranges=[
                aws.globalaccelerator.ListenerPortRangeArgs(from_port=port, to_port=port) for port in args.ports
            ],
            client_affinity="SOURCE_IP" if args.sticky else "NONE",
            opts=child,
        )
        tls = HTTPS_PORT in args.ports
        for region, endpoint in args.endpoints.items():
            aws.globalaccelerator.EndpointGroup(
                f"{name}-{region}",
                listener_arn=listener.arn,
                endpoint_group_region=region,
                traffic_dial_percentage=endpoint.traffic_dial,
                health_check_interval_seconds=HEALTH_SECONDS,
                threshold_count=HEALTH_THRESHOLD,
                # For load balancers, Global Accelerator uses their own health checks: healthy while each target group
                # has a healthy target (developer guide, "Endpoint groups health checks"). AWS keeps these for others.
                health_check_protocol="HTTPS" if tls else "HTTP",
                health_check_port=HTTPS_PORT if tls else args.ports[0],
                health_check_path=args.health_path,
                endpoint_configurations=[
                    aws.globalaccelerator.EndpointGroupEndpointConfigurationArgs(
                        endpoint_id=endpoint.load_balancer_arn,
                        weight=FULL_WEIGHT,
                        client_ip_preservation_enabled=endpoint.client_ip,
                    )
                ],
                opts=child,
            )
        whole = {"Accelerator": _last(accelerator.arn)}
        part = {**whole, "Listener": _last(listener.arn)}
        healthy = {
            region: Metric(
                namespace="AWS/GlobalAccelerator",
                name="HealthyEndpointCount",
                # "Specify the endpoint group by the AWS Region" (developer guide, "Using Amazon CloudWatch").
                dimensions={**part, "EndpointGroup": region},
                statistic="Minimum",
            )
            for region in args.endpoints
        }
        flows = Metric(namespace="AWS/GlobalAccelerator", name="NewFlowCount", dimensions=whole, statistic="Sum")
        self.alarms = {
            f"{region}-down": _alarm(
                f"{name}-{region}-down",
                Alarm(
                    metric=metric,
                    threshold=1,
                    comparison="LessThanThreshold",
                    # "If there are no requests flowing through the accelerator […], the metric is not reported" (same
                    # page): a quiet minute changes nothing.
                    missing="ignore",
                    description=f"{name}: no healthy endpoint in {region}",
                ),
                args.alarms,
                child,
            )
            for region, metric in healthy.items()
        }
        shown = [flows]
        if args.dual_stack:
            dropped = Metric(
                namespace="AWS/GlobalAccelerator",
                name="Flows_Dropped_No_Endpoint_Found",
                dimensions=whole,
                statistic="Sum",
            )
            shown.append(dropped)
            self.alarms["dropped"] = _alarm(
                f"{name}-dropped",
                Alarm(
                    metric=dropped,
                    threshold=0,
                    comparison="GreaterThanThreshold",
                    missing="notBreaching",  # reported only with IPv6 traffic
                    description=f"{name}: IPv6 clients are turned away, no load balancer has IPv6 addresses",
                    periods=1,
                ),
                args.alarms,
                child,
            )
        self.widgets = [
            widget(f"{name} healthy endpoints", METRICS_REGION, list(healthy.values())),
            widget(f"{name} new flows", METRICS_REGION, shown),
        ]
        self.accelerator_arn = accelerator.arn
        self.dns_name = accelerator.dual_stack_dns_name if args.dual_stack else accelerator.dns_name
        self.hosted_zone_id = accelerator.hosted_zone_id
        self.register_outputs({"acceleratorArn": self.accelerator_arn, "dnsName": self.dns_name})


def _last(arn: pulumi.Output[str]) -> pulumi.Output[str]:
    """The id at the end of an ARN of this service, which its metrics have as dimension."""
    return arn.apply(lambda a: a.rsplit("/", 1)[-1])


def _alarm(name: str, alarm: Alarm, to: Alarming, opts: pulumi.ResourceOptions) -> aws.cloudwatch.MetricAlarm:
    return metric_alarm(name, alarm, to, opts, region=METRICS_REGION)
