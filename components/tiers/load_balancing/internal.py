"""An internal Application Load Balancer in all zones, to which services attach their routes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pulumi
import pulumi_aws as aws

from components import arns
from components.alarms import Alarm, Alarming, Metric, alarms_above, metric_alarm, widget
from components.names import AUTO_NAMED_LB_LIMIT, physical_name
from components.tags import named
from components.tiers.arguments import TierArgs
from components.tiers.load_balancing.public import RequiredHeader

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
"""TLS 1.3, and TLS 1.2 with forward secrecy only (ELB guide, "Security policies")."""
_PREFIX = re.compile(r"^/[A-Za-z0-9_-]+$")
MAX_PATHS = 5
"""Number of condition values that one rule may have in total (ELB quotas)."""


@dataclass(frozen=True, kw_only=True)
class InternalLoadBalancerArgs(TierArgs):
    """Inputs of `InternalLoadBalancer`.

    subnet_ids: private subnet per zone, at least 2. certificate_arn: HTTPS on port 443 with it, HTTP on port 80
    without. access_logs_bucket: name of a bucket whose policy lets ELB write; default none. retain_data: deletion
    protection. idle_timeout: seconds, 1-4000; must be less than the services' keep-alive time.

    Raises ValueError if there are fewer than two zones.
    """

    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    certificate_arn: pulumi.Input[str] | None = None
    access_logs_bucket: pulumi.Input[str] | None = None
    retain_data: bool = True
    idle_timeout: int = 60

    def __post_init__(self) -> None:
        if len(self.subnet_ids) < 2:
            raise ValueError(f"subnet_ids={sorted(self.subnet_ids)}: a load balancer needs subnets in at least 2 zones")


class HttpListener(Protocol):
    """A load balancer with a listener to which services attach routes: `InternalLoadBalancer` or `PublicListener`."""

    @property
    def arn_suffix(self) -> pulumi.Output[str]: ...

    @property
    def listener_arn(self) -> pulumi.Output[str]: ...

    @property
    def vpc_id(self) -> pulumi.Input[str]: ...

    @property
    def security_group_id(self) -> pulumi.Output[str]: ...


@dataclass(frozen=True, kw_only=True)
class ServiceRoute:
    """Which requests of a load balancer go to a service.

    paths: path patterns; together with those that ``strip`` adds, at most 5. priority: 1-50000, unique. strip: a prefix
    such as ``/live`` that requests may have and that the service must not see: API Gateway puts the stage before the
    path of private integrations (API Gateway guide, "Private integrations for REST APIs"). header: a header that
    requests must have as well; its accepted values count among the 5.

    Raises ValueError if the paths or the prefix are no paths, or are too many for one rule.
    """

    load_balancer: HttpListener
    paths: tuple[str, ...]
    priority: int
    strip: str = ""
    header: RequiredHeader | None = None

    @property
    def patterns(self) -> tuple[str, ...]:
        """The path patterns, with and without the prefix."""
        return (*self.paths, *(self.strip + path for path in self.paths)) if self.strip else self.paths

    def __post_init__(self) -> None:
        most = MAX_PATHS - len(self.header.accepted) if self.header else MAX_PATHS
        if not self.paths or len(self.patterns) > most or any(not p.startswith("/") for p in self.paths):
            limit = most // 2 if self.strip else most
            raise ValueError(f"paths={self.paths}: give 1-{limit} patterns, each starting with /")
        if self.strip and not _PREFIX.match(self.strip):
            raise ValueError(f"strip={self.strip}: give one segment, such as /live")


class InternalLoadBalancer(pulumi.ComponentResource):
    """An internal Application Load Balancer with zonal shift enabled; unknown paths get 404.

    Children: {name} (load balancer), {name}-sg, {name}-listener; alarms.
    """

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    listener_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    vpc_id: pulumi.Input[str]
    port: int
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    failed_requests: list[aws.cloudwatch.MetricAlarm]
    """Alarms on requests of customers that are answered with 5xx; a subset of alarms."""
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: InternalLoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:InternalLoadBalancer", name, None, opts)
        if len(name) > AUTO_NAMED_LB_LIMIT:
            raise ValueError(f"name={name}: at most {AUTO_NAMED_LB_LIMIT} characters, ELB takes 32 with the suffix")
        child = pulumi.ResourceOptions(parent=self)
        secure = args.certificate_arn is not None
        self.port, self.vpc_id = (443 if secure else 80), args.vpc_id

        group = aws.ec2.SecurityGroup(
            f"{name}-sg",
            vpc_id=args.vpc_id,
            description=f"Internal load balancer {name}",
            tags=named(args.tags, f"{name}-sg"),
            opts=child,
        )
        balancer = aws.lb.LoadBalancer(
            name,
            load_balancer_type="application",
            internal=True,
            subnets=list(args.subnet_ids.values()),
            security_groups=[group.id],
            enable_zonal_shift=True,
            enable_deletion_protection=args.retain_data,
            drop_invalid_header_fields=True,
            idle_timeout=args.idle_timeout,
            access_logs={"enabled": True, "bucket": args.access_logs_bucket, "prefix": name}
            if args.access_logs_bucket is not None
            else None,
            tags=named(args.tags, name),
            opts=child,
        )
        listener = aws.lb.Listener(
            f"{name}-listener",
            load_balancer_arn=balancer.arn,
            port=self.port,
            protocol="HTTPS" if secure else "HTTP",
            certificate_arn=args.certificate_arn,
            ssl_policy=TLS_POLICY if secure else None,
            default_actions=[
                {
                    "type": "fixed-response",
                    "fixed_response": {
                        "content_type": "application/json",
                        "message_body": '{"error": "no such path"}',
                        "status_code": "404",
                    },
                }
            ],
            tags=named(args.tags, f"{name}-listener"),
            opts=child,
        )
        self.arn, self.arn_suffix = balancer.arn, balancer.arn_suffix
        self.dns_name, self.zone_id = balancer.dns_name, balancer.zone_id
        self.listener_arn, self.security_group_id = listener.arn, group.id

        failures = Metric(
            namespace="AWS/ApplicationELB",
            name="HTTPCode_ELB_5XX_Count",
            dimensions={"LoadBalancer": balancer.arn_suffix},
            statistic="Sum",
        )
        self.alarms = {
            "elb-5xx": metric_alarm(
                f"{name}-elb-5xx",
                Alarm(
                    metric=failures,
                    threshold=5,
                    comparison="GreaterThanThreshold",
                    missing="notBreaching",
                    description=f"{name}: the load balancer itself answers 5xx: no healthy target, or time-outs",
                ),
                args.alarms,
                child,
            )
        }
        self.failed_requests = list(self.alarms.values())
        self.widgets = [widget(f"{name}: load balancer errors", arns.region_of(balancer.arn), [failures])]
        self.register_outputs({"arn": self.arn, "dnsName": self.dns_name, "listenerArn": self.listener_arn})


def route_target_group(
    name: str,
    route: ServiceRoute,
    *,
    port: int,
    health_path: str,
    drain: int,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> aws.lb.TargetGroup:
    """Create an IP target group for ``route``. drain: deregistration delay, seconds, 0-3600.

    Resource: {name}, shortened with a hash if the name is too long for ELB.
    """
    return aws.lb.TargetGroup(
        physical_name(name, limit=AUTO_NAMED_LB_LIMIT),
        vpc_id=route.load_balancer.vpc_id,
        target_type="ip",
        port=port,
        protocol="HTTP",
        deregistration_delay=drain,
        load_balancing_algorithm_type="least_outstanding_requests",
        health_check={
            "path": health_path,
            "protocol": "HTTP",
            "matcher": "200",
            "interval": 10,
            "timeout": 5,
            "healthy_threshold": 2,
            "unhealthy_threshold": 2,
        },
        tags=named(tags, name),
        opts=opts,
    )


def route_listener_rule(
    name: str,
    route: ServiceRoute,
    group: aws.lb.TargetGroup,
    *,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> aws.lb.ListenerRule:
    """Create the listener rule that forwards the paths of ``route`` to ``group``. Resource: {name}-rule."""
    return aws.lb.ListenerRule(
        f"{name}-rule",
        listener_arn=route.load_balancer.listener_arn,
        priority=route.priority,
        conditions=[
            {"path_pattern": {"values": list(route.patterns)}},
            *(
                [{"http_header": {"http_header_name": route.header.name, "values": route.header.accepted}}]
                if route.header
                else []
            ),
        ],
        actions=[{"type": "forward", "target_group_arn": group.arn}],
        transforms=[
            {
                "type": "url-rewrite",
                "url_rewrite_config": {"rewrite": {"regex": f"^{route.strip}/(.*)$", "replace": "/$1"}},
            }
        ]
        if route.strip
        else None,
        tags=named(tags, f"{name}-rule"),
        opts=opts,
    )


def route_alarms(
    prefix: str,
    route: ServiceRoute,
    group: aws.lb.TargetGroup,
    *,
    targets: str,
    alarms: Alarming,
    opts: pulumi.ResourceOptions,
) -> dict[str, aws.cloudwatch.MetricAlarm]:
    """Alarms {prefix}-5xx, {prefix}-slow and {prefix}-unhealthy on the answers and the health checks of ``group``.

    targets: what the group's targets are called in the alarm, such as tasks.
    """
    behind = {"LoadBalancer": route.load_balancer.arn_suffix, "TargetGroup": group.arn_suffix}

    def metric(what: str, statistic: str) -> Metric:
        return Metric(namespace="AWS/ApplicationELB", name=what, dimensions=behind, statistic=statistic)

    limits = {
        "5xx": (metric("HTTPCode_Target_5XX_Count", "Sum"), 10, 3, "requests fail"),
        "slow": (metric("TargetResponseTime", "p99"), 2, 5, "p99 above 2 seconds"),
    }
    unhealthy = Alarm(
        # A node that cannot reach the other zones counts every target there, although the other nodes serve.
        metric=metric("UnHealthyHostCount", "Minimum"),
        threshold=0,
        comparison="GreaterThanThreshold",
        missing="breaching",
        periods=5,
        description=f"{prefix}: {targets} fail their health check",
    )
    made = alarms_above(prefix, limits, alarms, opts)
    return {**made, "unhealthy": metric_alarm(f"{prefix}-unhealthy", unhealthy, alarms, opts)}
