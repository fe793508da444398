"""What the storefront and the streaming servers have in common: EC2 servers in all zones behind a load balancer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.tags import named
from components.tiers.arguments import StatefulTierArgs
from components.tiers.load_balancing.public import (
    PublicListener,
    PublicLoadBalancer,
    PublicLoadBalancerArgs,
    RequiredHeader,
    public_load_balancer,
)
from components.tiers.network.security_groups import allow_traffic
from components.tiers.servers.alarms import server_error_alarm
from components.tiers.servers.ec2_fleet import AL2023_ARM64
from components.tiers.servers.sizing import MIN_ZONES, Sizing


@dataclass(frozen=True, kw_only=True)
class LoadBalancedServersArgs(StatefulTierArgs):
    """Inputs that `Storefront` and `StreamingServers` have in common.

    public_subnet_ids, server_subnet_ids: subnet per zone, same zones, for the load balancer and the servers.
    log_bucket: a bucket in the Region for access logs. sizing: servers for the ordinary load and for the peak.
    instance_types: arm64 types, preferred ones first. region: name of the Region. certificate_arn: an issued
    certificate in the Region; None: HTTP only. image: AMI id or ``resolve:ssm:``; an instance refresh can roll back
    only with an id. port: TCP, 1024-65535. log_days: retention of logs, days. after: resources that must exist before
    the load balancer (internet gateway and public routes).

    Raises ValueError if the zones differ or are fewer than 2, or there are fewer than 2 instance types.
    """

    vpc_id: pulumi.Input[str]
    public_subnet_ids: Mapping[str, pulumi.Input[str]]
    server_subnet_ids: Mapping[str, pulumi.Input[str]]
    log_bucket: pulumi.Input[str]
    sizing: Sizing
    instance_types: Sequence[str]
    region: str
    certificate_arn: pulumi.Input[str] | None = None
    ipv6: bool = False
    image: str = AL2023_ARM64
    port: int = 8080
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


@dataclass(frozen=True)
class ServerResources:
    """What `LoadBalancedServers` creates before the Auto Scaling groups. rules: of the security groups. errors: the
    alarm on 5xx responses of the servers.
    """

    public: PublicLoadBalancer
    security_group: aws.ec2.SecurityGroup
    rules: Sequence[pulumi.Resource]
    log_group: aws.cloudwatch.LogGroup
    errors: aws.cloudwatch.MetricAlarm


class LoadBalancedServers(pulumi.ComponentResource):
    """Base of `Storefront` and `StreamingServers`. Children: {name}-alb, -tg, -http, -https, -servers (security group
    and log group), -errors (alarm).

    load_balancer_*: for DNS aliases, health checks and web ACLs. security_group_id: the servers' security group, for
    what they call. listener: the listener to which services attach their routes.
    """

    load_balancer_arn: pulumi.Output[str]
    load_balancer_dns_name: pulumi.Output[str]
    load_balancer_zone_id: pulumi.Output[str]
    load_balancer_security_group_id: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    listener: PublicListener
    listener_rules: Sequence[pulumi.Resource]
    """Listeners, and their rules for requests with the header."""
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    failed_requests: list[aws.cloudwatch.MetricAlarm]
    """Alarms on requests of customers that are answered with 5xx; a subset of alarms."""
    widgets: list[dict[str, Any]]

    def _load_balanced(
        self,
        name: str,
        args: LoadBalancedServersArgs,
        *,
        description: str,
        ports: Sequence[int],
        required_header: RequiredHeader | None,
        internal: bool = False,
        prefix_list_ids: Sequence[str] = (),
    ) -> ServerResources:
        """The load balancer, and the servers' security group, log group and alarm; sets the load balancer's outputs.

        description: of the servers' security group. ports: of the servers, which the load balancer may reach.
        """
        child = pulumi.ResourceOptions(parent=self)
        public = public_load_balancer(
            name,
            PublicLoadBalancerArgs(
                vpc_id=args.vpc_id,
                subnet_ids=args.public_subnet_ids,
                port=args.port,
                log_bucket=args.log_bucket,
                certificate_arn=args.certificate_arn,
                internal=internal,
                ipv6=args.ipv6,
                prefix_list_ids=prefix_list_ids,
                required_header=required_header,
                retain_data=args.retain_data,
                tags=args.tags,
                after=args.after,
            ),
            child,
        )
        servers = aws.ec2.SecurityGroup(
            f"{name}-servers",
            description=description,
            vpc_id=args.vpc_id,
            tags=named(args.tags, f"{name}-servers"),
            opts=child,
        )
        rules = allow_traffic(
            f"{name}-alb-servers",
            caller=public.security_group.id,
            called=servers.id,
            ports=ports,
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
        errors = server_error_alarm(name, public.load_balancer, public.target_group, args.alarms, child)
        balancer = public.load_balancer
        self.load_balancer_arn, self.load_balancer_dns_name = balancer.arn, balancer.dns_name
        self.load_balancer_zone_id = balancer.zone_id
        self.load_balancer_security_group_id, self.security_group_id = public.security_group.id, servers.id
        self.listener_rules = public.listeners
        self.listener = PublicListener(
            arn_suffix=balancer.arn_suffix,
            listener_arn=public.listener.arn,
            vpc_id=args.vpc_id,
            security_group_id=public.security_group.id,
        )
        return ServerResources(public, servers, rules, log_group, errors)
