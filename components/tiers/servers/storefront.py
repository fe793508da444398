"""The storefront: a public Application Load Balancer in all zones, and EC2 servers in each zone that can lose one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.names import AUTO_NAMED_LB_LIMIT
from components.tags import named
from components.tiers.load_balancing.public import RequiredHeader
from components.tiers.servers.alarms import server_alarms, server_widgets
from components.tiers.servers.ec2_fleet import (
    Ec2Fleet,
    auto_scaling_group,
    instance_profile,
    launch_template,
    mixed_instances,
    on_demand_only,
    scale_on,
    scale_on_requests,
)
from components.tiers.servers.efs_mount import EfsMount
from components.tiers.servers.load_balanced import LoadBalancedServers, LoadBalancedServersArgs
from components.tiers.servers.storefront_user_data import StorefrontUserDataArgs, storefront_user_data
from components.tiers.servers.user_data import base64_user_data

NAMESPACE = "HA/Web"
"""CloudWatch namespace for the metrics of the CloudWatch agent on the servers."""

WARMUP_SECONDS = 120
"""Seconds before a new instance counts. It takes about a minute from boot to the first response; this is
twice as long."""
CPU_TARGET = 50.0
"""Percent. With three zones, the loss of one raises the remaining servers to 75."""
REQUESTS_TARGET = 1000.0
"""Requests per server and minute."""


@dataclass(frozen=True, kw_only=True)
class StorefrontArgs(LoadBalancedServersArgs):
    """Inputs of `Storefront`.

    internal: no public address, for a CloudFront VPC origin; then ``public_subnet_ids`` are private subnets, and the
    architecture allows the clients' traffic to ``load_balancer_security_group_id``. prefix_list_ids: the only managed
    prefix lists that may connect. required_header: header that requests must have. title: heading of the page. media:
    EFS files to serve as well.

    Raises ValueError as `LoadBalancedServersArgs`.
    """

    internal: bool = False
    prefix_list_ids: Sequence[str] = ()
    required_header: RequiredHeader | None = None
    title: str = "Storefront"
    media: EfsMount | None = None


class Storefront(LoadBalancedServers):
    """Load balancer, target group, launch template and Auto Scaling group. Children: {name}-alb, -tg, -http, -servers,
    …

    url: address of the storefront. Raises ValueError if the name is too long for ELB.
    """

    url: pulumi.Output[str]
    group_name: pulumi.Output[str]

    def __init__(self, name: str, args: StorefrontArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        if len(name) > AUTO_NAMED_LB_LIMIT - len("-alb"):
            raise ValueError(f"name={name}: at most {AUTO_NAMED_LB_LIMIT - len('-alb')} characters, for the ALB's name")
        super().__init__("ha:tier:Web", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        made = self._load_balanced(
            name,
            args,
            description="Web servers",
            ports=[args.port],
            required_header=args.required_header,
            internal=args.internal,
            prefix_list_ids=args.prefix_list_ids,
        )
        balancer, targets = made.public.load_balancer, made.public.target_group
        shared, mount = ([args.media.statement()], args.media.options()) if args.media else ([], None)
        profile = instance_profile(name, made.log_group, NAMESPACE, args.tags, child, shared)

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

        fleet = Ec2Fleet(
            subnet_ids=args.server_subnet_ids,
            security_group_id=made.security_group.id,
            target_groups=[targets],
            load_balancer=balancer,
            instance_types=args.instance_types,
            image=args.image,
            sizing=args.sizing,
            user_data=pulumi.Output.all(made.log_group.name, mount).apply(user_data),
            profile_arn=profile.arn,
            kms_key_arn=args.kms_key_arn,
            alarms=[made.errors.name],
            tags=args.tags,
            after=[*made.public.listeners, *made.rules],
        )
        group = storefront_auto_scaling_group(name, fleet, child)
        zones = len(args.server_subnet_ids)
        self.alarms = {
            f"{name}-errors": made.errors,
            **server_alarms(name, balancer, targets, group, args.sizing, zones, args.alarms, child),
        }
        self.failed_requests = [self.alarms[f"{name}-{what}"] for what in ("errors", "refused")]
        self.widgets = server_widgets(name, args.region, balancer, targets, group)
        scheme = "https" if args.certificate_arn is not None else "http"
        self.url = pulumi.Output.concat(scheme, "://", balancer.dns_name)
        self.group_name = group.name
        self.register_outputs({"url": self.url, "loadBalancerArn": self.load_balancer_arn})


def storefront_auto_scaling_group(name: str, fleet: Ec2Fleet, child: pulumi.ResourceOptions) -> aws.autoscaling.Group:
    """``{name}-servers``: on-demand servers of the first type that is available in the zone, enough in each zone to
    lose one; scales on CPU and requests.
    """
    zones = len(fleet.subnet_ids)
    least = fleet.sizing.least(zones)
    group = auto_scaling_group(
        f"{name}-servers",
        fleet,
        (least, fleet.sizing.most(zones)),
        child,
        warmup=WARMUP_SECONDS,
        tags=named(fleet.tags, name),
        min_elb_capacity=least,
        wait_for_capacity_timeout="15m",
        mixed_instances_policy=mixed_instances(
            launch_template(name, fleet, child),
            fleet.instance_types,
            on_demand_only(),
        ),
    )
    scale_on(f"{name}-cpu", group, "ASGAverageCPUUtilization", CPU_TARGET, child)
    scale_on_requests(f"{name}-requests", group, fleet, REQUESTS_TARGET, child)
    return group
