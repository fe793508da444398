"""The public Application Load Balancer in front of the servers: allowed clients, listeners and target group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.tags import named
from components.tiers.network.vpc import ALL_IPV4, ALL_IPV6

HTTP, HTTPS = 80, 443
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
"""TLS 1.2 with forward secrecy and TLS 1.3, with hybrid post-quantum key exchange; AWS's recommendation (ALB guide,
"Security policies")."""

HSTS_SECONDS = 31_536_000
"""Time during which browsers use only HTTPS: one year, seconds."""

IDLE_SECONDS = 60
"""Idle timeout, seconds. The servers keep connections open longer than this (files/storefront.py); otherwise requests
would arrive on closing connections."""

DRAIN_SECONDS = 30
HEALTH_PATH = "/health"
LAST_PRIORITY = 50_000
"""Highest priority number of a listener rule (ELB CreateRule), for rules that come after the services' paths."""
MAINTENANCE_PAGE = (
    "<!doctype html><title>Back soon</title><h1>We will be right back</h1><p>Please try again in a few minutes.</p>"
)
_CHECK_INTERVAL, _CHECK_TIMEOUT, _CHECKS = 10, 5, 2
"""Seconds, seconds, number of checks: a failed server is out of service after 20-25 s."""


@dataclass(frozen=True, kw_only=True)
class RequiredHeader:
    """A secret header that only CloudFront sends. Requests without it get 403, except for ``/health``, which Route 53
    health checks use.

    value: a Pulumi secret. previous: values that are accepted as well, because CloudFront takes minutes to change its
    own everywhere; at most one, as a listener rule has room for 5 condition values. sorry_host: the site's name;
    clients reach the load balancer by this name only when CloudFront is down, and get a page that asks them to come
    back later.
    """

    name: str
    value: pulumi.Input[str]
    previous: Sequence[pulumi.Input[str]] = ()
    sorry_host: str | None = None

    @property
    def accepted(self) -> list[pulumi.Input[str]]:
        """The values that pass; the values of a condition are alternatives (ELB RuleCondition)."""
        return [self.value, *self.previous]


@dataclass(frozen=True, kw_only=True)
class PublicLoadBalancerArgs:
    """Inputs of `public_load_balancer`; fields as in `StorefrontArgs` and its base."""

    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    port: int
    log_bucket: pulumi.Input[str]
    certificate_arn: pulumi.Input[str] | None
    internal: bool
    ipv6: bool
    prefix_list_ids: Sequence[str]
    required_header: RequiredHeader | None
    retain_data: bool
    tags: Mapping[str, str]
    after: Sequence[pulumi.Resource]


@dataclass(frozen=True)
class PublicLoadBalancer:
    """The resources that `public_load_balancer` creates."""

    security_group: aws.ec2.SecurityGroup
    load_balancer: aws.lb.LoadBalancer
    target_group: aws.lb.TargetGroup
    listener: aws.lb.Listener
    listeners: list[pulumi.Resource]


def public_load_balancer(name: str, args: PublicLoadBalancerArgs, child: pulumi.ResourceOptions) -> PublicLoadBalancer:
    """Create ``{name}-alb`` (load balancer and security group), ``{name}-tg``, ``{name}-http`` and ``{name}-https``."""
    group = aws.ec2.SecurityGroup(
        f"{name}-alb",
        description="Load balancer",
        vpc_id=args.vpc_id,
        tags=named(args.tags, f"{name}-alb"),
        opts=child,
    )
    _allow_clients(name, args, group, child)
    balancer = aws.lb.LoadBalancer(
        f"{name}-alb",
        load_balancer_type="application",
        internal=args.internal,
        # AWS has no dual-stack addresses for this kind of internal load balancer.
        ip_address_type="dualstack" if args.ipv6 and not args.internal else "ipv4",
        subnets=list(args.subnet_ids.values()),
        security_groups=[group.id],
        access_logs=aws.lb.LoadBalancerAccessLogsArgs(bucket=args.log_bucket, prefix=name, enabled=True),
        drop_invalid_header_fields=True,
        desync_mitigation_mode="defensive",
        enable_deletion_protection=args.retain_data,
        enable_zonal_shift=True,
        enable_http2=True,
        idle_timeout=IDLE_SECONDS,
        tags=named(args.tags, name),
        # AWS rejects an internet-facing load balancer in a VPC without an attached internet gateway.
        opts=pulumi.ResourceOptions(parent=child.parent, depends_on=list(args.after)),
    )
    targets = server_target_group(
        f"{name}-tg",
        vpc_id=args.vpc_id,
        port=args.port,
        # A zone without a healthy server is removed from DNS. If no server is healthy anywhere, all of them get
        # requests.
        health=aws.lb.TargetGroupTargetGroupHealthArgs(
            dns_failover=aws.lb.TargetGroupTargetGroupHealthDnsFailoverArgs(
                minimum_healthy_targets_count="1", minimum_healthy_targets_percentage="off"
            ),
            unhealthy_state_routing=aws.lb.TargetGroupTargetGroupHealthUnhealthyStateRoutingArgs(
                minimum_healthy_targets_count=1, minimum_healthy_targets_percentage="off"
            ),
        ),
        tags=named(args.tags, name),
        opts=child,
    )
    listeners = _listeners(name, args, balancer, targets, child)
    return PublicLoadBalancer(
        group,
        balancer,
        targets,
        listeners[-1],
        [*listeners, *_header_rules(name, args, listeners[-1], targets, child)],
    )


def server_target_group(
    name: str,
    *,
    vpc_id: pulumi.Input[str],
    port: int,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
    health: aws.lb.TargetGroupTargetGroupHealthArgs | None = None,
) -> aws.lb.TargetGroup:
    """A target group of servers, which answer ``/health`` on ``port``. health: when a zone leaves DNS."""
    return aws.lb.TargetGroup(
        name,
        vpc_id=vpc_id,
        port=port,
        protocol="HTTP",
        target_type="instance",
        deregistration_delay=DRAIN_SECONDS,
        # Anomaly mitigation sends less traffic to a server that fails more than the others although its health check
        # passes. It needs this algorithm.
        load_balancing_algorithm_type="weighted_random",
        load_balancing_anomaly_mitigation="on",
        health_check=aws.lb.TargetGroupHealthCheckArgs(
            enabled=True,
            protocol="HTTP",
            port="traffic-port",
            path=HEALTH_PATH,
            matcher="200",
            interval=_CHECK_INTERVAL,
            timeout=_CHECK_TIMEOUT,
            healthy_threshold=_CHECKS,
            unhealthy_threshold=_CHECKS,
        ),
        target_group_health=health,
        tags=dict(tags),
        opts=opts,
    )


def _allow_clients(
    name: str, args: PublicLoadBalancerArgs, group: aws.ec2.SecurityGroup, child: pulumi.ResourceOptions
) -> None:
    """Ingress rules for clients: the internet, or the given prefix lists; an internal load balancer gets its rules from
    the architecture. With a certificate the lists' clients use HTTPS only: a list counts as many rules as it may have
    entries (VPC user guide, "AWS-managed prefix list weight"), and a security group takes 60 by default.
    """
    sources: dict[str, dict[str, Any]] = {one: {"prefix_list_id": one} for one in args.prefix_list_ids}
    ports = (HTTP,) if args.certificate_arn is None else (HTTPS,) if sources else (HTTP, HTTPS)
    if not sources and not args.internal:
        sources = {"ipv4": {"cidr_ipv4": ALL_IPV4}} | ({"ipv6": {"cidr_ipv6": ALL_IPV6}} if args.ipv6 else {})
    for port in ports:
        for suffix, source in sources.items():
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-alb-{port}-{suffix}",
                security_group_id=group.id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                description="Clients",
                tags=dict(args.tags),
                opts=child,
                **source,
            )


def _listeners(
    name: str,
    args: PublicLoadBalancerArgs,
    balancer: aws.lb.LoadBalancer,
    targets: aws.lb.TargetGroup,
    child: pulumi.ResourceOptions,
) -> list[aws.lb.Listener]:
    """HTTPS with a redirect from HTTP if there is a certificate, otherwise only HTTP. The last listener in the list
    serves requests.
    """
    forward = aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=targets.arn)
    refuse = aws.lb.ListenerDefaultActionArgs(
        type="fixed-response",
        fixed_response=aws.lb.ListenerDefaultActionFixedResponseArgs(
            content_type="text/plain", message_body="Forbidden", status_code="403"
        ),
    )
    serve = refuse if args.required_header else forward
    tags = dict(args.tags)
    if args.certificate_arn is None:
        http = aws.lb.Listener(
            f"{name}-http",
            load_balancer_arn=balancer.arn,
            port=HTTP,
            protocol="HTTP",
            default_actions=[serve],
            routing_http_response_server_enabled=False,
            tags=tags,
            opts=child,
        )
        return [http]
    redirect = aws.lb.Listener(
        f"{name}-http",
        load_balancer_arn=balancer.arn,
        port=HTTP,
        protocol="HTTP",
        default_actions=[
            aws.lb.ListenerDefaultActionArgs(
                type="redirect",
                redirect=aws.lb.ListenerDefaultActionRedirectArgs(
                    protocol="HTTPS", port=str(HTTPS), status_code="HTTP_301"
                ),
            )
        ],
        routing_http_response_server_enabled=False,
        tags=tags,
        opts=child,
    )
    https = aws.lb.Listener(
        f"{name}-https",
        load_balancer_arn=balancer.arn,
        port=HTTPS,
        protocol="HTTPS",
        ssl_policy=TLS_POLICY,
        certificate_arn=args.certificate_arn,
        default_actions=[serve],
        routing_http_response_server_enabled=False,
        routing_http_response_strict_transport_security_header_value=f"max-age={HSTS_SECONDS}",
        tags=tags,
        opts=child,
    )
    return [redirect, https]


def _header_rules(
    name: str,
    args: PublicLoadBalancerArgs,
    listener: aws.lb.Listener,
    targets: aws.lb.TargetGroup,
    child: pulumi.ResourceOptions,
) -> list[pulumi.Resource]:
    header = args.required_header
    if header is None:
        return []
    forward = aws.lb.ListenerRuleActionArgs(type="forward", target_group_arn=targets.arn)
    known = aws.lb.ListenerRuleConditionArgs(
        http_header=aws.lb.ListenerRuleConditionHttpHeaderArgs(http_header_name=header.name, values=header.accepted)
    )
    health = aws.lb.ListenerRuleConditionArgs(
        path_pattern=aws.lb.ListenerRuleConditionPathPatternArgs(values=[HEALTH_PATH])
    )
    rules = [("known-sender", LAST_PRIORITY - 2, known, forward), ("health", LAST_PRIORITY - 1, health, forward)]
    if header.sorry_host is not None:
        site = aws.lb.ListenerRuleConditionArgs(
            host_header=aws.lb.ListenerRuleConditionHostHeaderArgs(values=[header.sorry_host])
        )
        sorry = aws.lb.ListenerRuleActionArgs(
            type="fixed-response",
            fixed_response=aws.lb.ListenerRuleActionFixedResponseArgs(
                content_type="text/html", message_body=MAINTENANCE_PAGE, status_code="503"
            ),
        )
        rules.append(("sorry", LAST_PRIORITY, site, sorry))
    return [
        aws.lb.ListenerRule(
            f"{name}-{role}",
            listener_arn=listener.arn,
            priority=priority,
            conditions=[condition],
            actions=[action],
            tags=dict(args.tags),
            opts=child,
        )
        for role, priority, condition, action in rules
    ]


@dataclass(frozen=True, kw_only=True)
class PublicListener:
    """The listener of the public load balancer, to which services beside the servers attach routes."""

    arn_suffix: pulumi.Output[str]
    listener_arn: pulumi.Output[str]
    vpc_id: pulumi.Input[str]
    security_group_id: pulumi.Output[str]
