"""An API Gateway VPC link, through which an API reaches internal load balancers."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.tags import named


def vpc_link(
    name: str,
    *,
    vpc_id: pulumi.Input[str] | None,
    subnet_ids: Mapping[str, pulumi.Input[str]],
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> tuple[aws.apigatewayv2.VpcLink, aws.ec2.SecurityGroup]:
    """``{name}-link`` with an address in the subnet of each zone, and its security group ``{name}-link-sg``."""
    group = aws.ec2.SecurityGroup(
        f"{name}-link-sg",
        vpc_id=vpc_id,
        description=f"The API {name} on its way to internal load balancers",
        tags=named(tags, f"{name}-link-sg"),
        opts=opts,
    )
    link = aws.apigatewayv2.VpcLink(
        f"{name}-link",
        subnet_ids=list(subnet_ids.values()),
        security_group_ids=[group.id],
        tags=named(tags, f"{name}-link"),
        opts=opts,
    )
    return link, group
