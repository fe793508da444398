"""VPC endpoints: gateway endpoints for S3 and DynamoDB, interface endpoints for other services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.tags import named

GATEWAY_SERVICES = ("s3", "dynamodb")
"""Services with gateway endpoints, which are free and keep traffic off the NAT gateways."""


def gateway_endpoints(
    name: str,
    vpc: aws.ec2.Vpc,
    region: str,
    route_tables: Sequence[pulumi.Input[str]],
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> dict[str, aws.ec2.VpcEndpoint]:
    """Gateway endpoints for S3 and DynamoDB: ``{name}-{service}``."""
    return {
        service: aws.ec2.VpcEndpoint(
            f"{name}-{service}",
            vpc_id=vpc.id,
            vpc_endpoint_type="Gateway",
            service_name=f"com.amazonaws.{region}.{service}",
            route_table_ids=list(route_tables),
            tags=named(tags, f"{name}-{service}"),
            opts=opts,
        )
        for service in GATEWAY_SERVICES
    }


def interface_endpoints(
    name: str,
    vpc: aws.ec2.Vpc,
    region: str,
    services: Sequence[str],
    subnets: Mapping[str, pulumi.Input[str]],
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> aws.ec2.SecurityGroup | None:
    """Interface endpoints for ``services`` in every zone: ``{name}-{service}``, with the security group
    ``{name}-endpoints``.

    Private DNS replaces the services' public names, so the returned security group must allow port 443 from every
    caller.
    """
    if not services:
        return None
    group = aws.ec2.SecurityGroup(
        f"{name}-endpoints",
        description="AWS services at private addresses",
        vpc_id=vpc.id,
        tags=named(tags, f"{name}-endpoints"),
        opts=opts,
    )
    for service in services:
        aws.ec2.VpcEndpoint(
            f"{name}-{service}",
            vpc_id=vpc.id,
            vpc_endpoint_type="Interface",
            service_name=f"com.amazonaws.{region}.{service}",
            subnet_ids=list(subnets.values()),
            security_group_ids=[group.id],
            private_dns_enabled=True,
            tags=named(tags, f"{name}-{service}"),
            opts=opts,
        )
    return group
