"""The storefront: a public Application Load Balancer in all zones, and EC2 servers in each zone that can lose one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.names import AUTO_NAMED_LB_LIMIT
from components.tags import named
from components.tiers.arguments import StatefulTierArgs
from components.tiers.load_balancing.public import (
    PublicListener,
    PublicLoadBalancerArgs,
    RequiredHeader,
    public_load_balancer,
)
from components.tiers.network.security_groups import allow_traffic
from components.tiers.servers.alarms import server_alarms, server_error_alarm, server_widgets
from components.tiers.servers.ec2_fleet import AL2023_ARM64, Ec2Fleet, auto_scaling_group, instance_profile
from components.tiers.servers.efs_mount import EfsMount
from components.tiers.servers.sizing import MIN_ZONES, Sizing
from components.tiers.servers.storefront_user_data import StorefrontUserDataArgs, storefront_user_data
from components.tiers.servers.user_data import base64_user_data

NAMESPACE = "HA/Web"
"""CloudWatch namespace for the metrics of the CloudWatch agent on the servers."""


@dataclass(frozen=True, kw_only=True)
class StorefrontArgs(StatefulTierArgs):
    """Inputs of `Storefront`.

    public_subnet_ids, server_subnet_ids: subnet per zone, same zones, for the load balancer and the servers.
    log_bucket: a bucket in the Region for access logs. certificate_arn: an issued certificate in the Region; None: HTTP
    only. internal: no public address, for a CloudFront VPC origin; then ``public_subnet_ids`` are private subnets, and
    the architecture allows the clients' traffic to ``load_balancer_security_group_id``. prefix_list_ids: the only
    managed prefix lists that may connect. required_header: header that requests must have. sizing: servers for the
    ordinary load and for the peak. instance_types: arm64 types, preferred ones first. image: AMI id or
    ``resolve:ssm:``; an instance refresh can roll back only with an id. port: TCP, 1024-65535. title: heading of the
    page. region: name of the Region. log_days: retention of logs, days. media: EFS files to serve as well. after:
    resources that must exist before the load balancer (internet gateway and public routes).

    Raises ValueError if the zones differ or are fewer than 2, there are fewer than 2 instance types, or the name is too
    long for ELB.
    """

    vpc_id: pulumi.Input[str]
    public_subnet_ids: Mapping[str, pulumi.Input[str]]
    server_subnet_ids: Mapping[str, pulumi.Input[str]]
    log_bucket: pulumi.Input[str]
    sizing: Sizing
    instance_types: Sequence[str]
    region: str
    certificate_arn: pulumi.Input[str] | None = None
    internal: bool = False
    ipv6: bool = False
    prefix_list_ids: Sequence[pulumi.Input[str]] = ()
    required_header: RequiredHeader | None = None
    image: str = AL2023_ARM64
    port: int = 8080
    title: str = "Storefront"
    media: EfsMount | None = None
    log_days: int = 30
    after: Sequence[pulumi.Resource] = ()

    def __post_init__(self) -> None:
        if set(self.public_subnet_ids) != set(self.server_subnet_ids) or len(self.server_subnet_ids) < MIN_ZONES:
            raise ValueError(
                f"server_subnet_ids={sorted(self.server_subnet_ids)}: load balancer and servers need the same "
                f"zones, at least {MIN_ZONES}; public_subnet_ids has {sorted(self.public_subnet_ids)}"
            )
        if len(set(self.instance_types)) < 2:
            raise ValueError(f"instance_types={self.instance_types}: give at least two, in case a zone is out of one")


class Storefront(pulumi.ComponentResource):
    """Load balancer, target group, launch template and Auto Scaling group. Children: {name}-alb, -tg, -http, -servers,
    …

    url: address of the storefront. load_balancer_*: for DNS aliases, health checks and web ACLs. security_group_id: the
    servers' security group, for what they call. listener: the listener to which services attach their routes.
    """

    url: pulumi.Output[str]
    load_balancer_arn: pulumi.Output[str]
    load_balancer_dns_name: pulumi.Output[str]
    load_balancer_zone_id: pulumi.Output[str]
    load_balancer_security_group_id: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    group_name: pulumi.Output[str]
    listener: PublicListener
    listener_rules: Sequence[pulumi.Resource]
    """Listeners, and their rules for requests with the header."""
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    failed_requests: list[aws.cloudwatch.MetricAlarm]
    """Alarms on requests of customers that are answered with 5xx; a subset of alarms."""
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: StorefrontArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        if len(name) > AUTO_NAMED_LB_LIMIT - len("-alb"):
            raise ValueError(f"name={name}: at most {AUTO_NAMED_LB_LIMIT - len('-alb')} characters, for the ALB's name")
        super().__init__("ha:tier:Web", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        public = public_load_balancer(
            name,
            PublicLoadBalancerArgs(
                vpc_id=args.vpc_id,
                subnet_ids=args.public_subnet_ids,
                port=args.port,
                log_bucket=args.log_bucket,
                certificate_arn=args.certificate_arn,
                internal=args.internal,
                ipv6=args.ipv6,
                prefix_list_ids=args.prefix_list_ids,
                required_header=args.required_header,
                retain_data=args.retain_data,
                tags=args.tags,
                after=args.after,
            ),
            child,
        )
        balancer, targets = public.load_balancer, public.target_group
        servers = aws.ec2.SecurityGroup(
            f"{name}-servers",
            description="Web servers",
            vpc_id=args.vpc_id,
            tags=named(args.tags, f"{name}-servers"),
            opts=child,
        )
        edges = allow_traffic(
            f"{name}-alb-servers",
            caller=public.security_group.id,
            called=servers.id,
            ports=[args.port],
            tags=dict(args.tags),
            opts=child,
        )
        log_group = aws.cloudwatch.LogGroup(
            f"{name}-servers",
            kms_key_id=args.kms_key_arn,
            retention_in_days=args.log_days,
            tags=named(args.tags, f"{name}-servers"),
            opts=child,
        )
        shared, mount = ([args.media.statement()], args.media.options()) if args.media else ([], None)
        profile = instance_profile(name, log_group, NAMESPACE, args.tags, child, shared)
        errors = server_error_alarm(name, balancer, targets, args.alarms, child)

        def user_data(known: list[Any]) -> str:
            boot = StorefrontUserDataArgs(
                title=args.title,
                region=args.region,
                port=args.port,
                log_group=str(known[0]),
                namespace=NAMESPACE,
                mount=known[1],
            )
            return base64_user_data(storefront_user_data(boot))

        group = auto_scaling_group(
            name,
            Ec2Fleet(
                subnet_ids=args.server_subnet_ids,
                security_group_id=servers.id,
                target_group=targets,
                load_balancer=balancer,
                instance_types=args.instance_types,
                image=args.image,
                sizing=args.sizing,
                user_data=pulumi.Output.all(log_group.name, mount).apply(user_data),
                profile_arn=profile.arn,
                kms_key_arn=args.kms_key_arn,
                alarm=errors.name,
                tags=args.tags,
                after=[*public.listeners, *edges],
            ),
            child,
        )
        self.alarms = {f"{name}-errors": errors} | server_alarms(
            name, balancer, targets, group, args.sizing, len(args.server_subnet_ids), args.alarms, child
        )
        self.failed_requests = [errors, self.alarms[f"{name}-refused"]]
        self.widgets = server_widgets(name, args.region, balancer, targets, group)
        scheme = "https" if args.certificate_arn is not None else "http"
        self.url = pulumi.Output.concat(scheme, "://", balancer.dns_name)
        self.load_balancer_arn, self.load_balancer_dns_name = balancer.arn, balancer.dns_name
        self.load_balancer_zone_id = balancer.zone_id
        self.load_balancer_security_group_id, self.security_group_id = public.security_group.id, servers.id
        self.group_name = group.name
        self.listener_rules = public.listeners
        self.listener = PublicListener(
            arn_suffix=balancer.arn_suffix,
            listener_arn=public.listener.arn,
            vpc_id=args.vpc_id,
            security_group_id=public.security_group.id,
        )
        self.register_outputs({"url": self.url, "loadBalancerArn": self.load_balancer_arn})
