"""Origins of a distribution, and the groups in which a second one takes over."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.names import physical_name
from components.tags import named
from components.tiers.delivery_args import SECRET_HEADER, DeliveryArgs, DynamicOrigin

ORIGIN_DOWN = (500, 502, 503, 504)
"""Answers of an origin after which CloudFront asks the second one, beside no answer at all."""

ORIGIN_MISSING = (403, 404)
"""What S3 answers for an object that is not there (403 to a reader who may not list)."""

CONNECTION_ATTEMPTS, CONNECTION_SECONDS = 2, 4
"""An origin that does not take connections is given up after 8 s (CloudFront: 1-3 attempts of 1-10 s; default 30 s)."""

READ_SECONDS, KEEPALIVE_SECONDS = 30, 30
"""Time-outs of a load balancer's answer and of an idle connection to it (CloudFront: 1-60 s)."""

VPC_ORIGIN_NAME_LIMIT = 64
"""Characters in the name of a VPC origin (CloudFront CreateVpcOrigin)."""

STATIC, STATIC_REPLICA, STATIC_GROUP = "static", "static-replica", "static-group"
DYNAMIC, DYNAMIC_STANDBY, DYNAMIC_GROUP = "dynamic", "dynamic-standby", "dynamic-group"


def origins(
    name: str, args: DeliveryArgs, child: pulumi.ResourceOptions
) -> list[aws.cloudfront.DistributionOriginArgs]:
    """The buckets behind one origin access control, the load balancers by secret header or VPC origin."""
    access = aws.cloudfront.OriginAccessControl(
        f"{name}-access",
        origin_access_control_origin_type="s3",
        signing_behavior="always",
        signing_protocol="sigv4",
        opts=child,
    )
    buckets = [(STATIC, args.bucket), *([(STATIC_REPLICA, args.replica)] if args.replica else [])]
    balancers = [
        *([(DYNAMIC, args.dynamic)] if args.dynamic else []),
        *([(DYNAMIC_STANDBY, args.dynamic_standby)] if args.dynamic_standby else []),
    ]
    shield = (
        aws.cloudfront.DistributionOriginOriginShieldArgs(enabled=True, origin_shield_region=args.shield_region)
        if args.shield_region
        else None
    )
    return [
        *(
            aws.cloudfront.DistributionOriginArgs(
                origin_id=origin_id,
                domain_name=bucket.regional_domain_name,
                origin_access_control_id=access.id,
                connection_attempts=CONNECTION_ATTEMPTS,
                connection_timeout=CONNECTION_SECONDS,
                origin_shield=shield,
            )
            for origin_id, bucket in buckets
        ),
        *(_balancer(name, origin_id, balancer, args, shield, child) for origin_id, balancer in balancers),
    ]


def _balancer(
    name: str,
    origin_id: str,
    origin: DynamicOrigin,
    args: DeliveryArgs,
    shield: aws.cloudfront.DistributionOriginOriginShieldArgs | None,
    child: pulumi.ResourceOptions,
) -> aws.cloudfront.DistributionOriginArgs:
    protocol = "https-only" if origin.tls else "http-only"
    by_vpc = None
    if origin.load_balancer_arn is not None:
        endpoint = aws.cloudfront.VpcOriginVpcOriginEndpointConfigArgs(
            name=physical_name(pulumi.get_stack(), name, origin_id, limit=VPC_ORIGIN_NAME_LIMIT),
            arn=origin.load_balancer_arn,
            http_port=80,
            https_port=443,
            origin_protocol_policy=protocol,
            origin_ssl_protocols=aws.cloudfront.VpcOriginVpcOriginEndpointConfigOriginSslProtocolsArgs(
                items=["TLSv1.2"], quantity=1
            ),
        )
        by_vpc = aws.cloudfront.VpcOrigin(
            f"{name}-vpc-{origin_id}",
            vpc_origin_endpoint_config=endpoint,
            tags=named(args.tags, f"{name}-{origin_id}"),
            opts=child,
        )
    return aws.cloudfront.DistributionOriginArgs(
        origin_id=origin_id,
        domain_name=origin.domain_name,
        connection_attempts=CONNECTION_ATTEMPTS,
        connection_timeout=CONNECTION_SECONDS,
        origin_shield=shield,
        custom_headers=[aws.cloudfront.DistributionOriginCustomHeaderArgs(name=SECRET_HEADER, value=origin.secret)]
        if origin.secret is not None
        else None,
        vpc_origin_config=aws.cloudfront.DistributionOriginVpcOriginConfigArgs(
            vpc_origin_id=by_vpc.id, origin_read_timeout=READ_SECONDS, origin_keepalive_timeout=KEEPALIVE_SECONDS
        )
        if by_vpc
        else None,
        custom_origin_config=None
        if by_vpc
        else aws.cloudfront.DistributionOriginCustomOriginConfigArgs(
            http_port=80,
            https_port=443,
            origin_protocol_policy=protocol,
            origin_ssl_protocols=["TLSv1.2"],
            origin_read_timeout=READ_SECONDS,
            origin_keepalive_timeout=KEEPALIVE_SECONDS,
        ),
    )


def origin_groups(args: DeliveryArgs) -> list[aws.cloudfront.DistributionOriginGroupArgs]:
    """Which origin stands in for which, and after which answers."""

    def group(
        origin_id: str, members: Sequence[str], codes: Sequence[int]
    ) -> aws.cloudfront.DistributionOriginGroupArgs:
        return aws.cloudfront.DistributionOriginGroupArgs(
            origin_id=origin_id,
            failover_criteria=aws.cloudfront.DistributionOriginGroupFailoverCriteriaArgs(status_codes=list(codes)),
            members=[aws.cloudfront.DistributionOriginGroupMemberArgs(origin_id=m) for m in members],
        )

    missing = ORIGIN_MISSING if args.fail_over_on_missing else ()
    return [
        *([group(STATIC_GROUP, (STATIC, STATIC_REPLICA), (*missing, *ORIGIN_DOWN))] if args.replica else []),
        *([group(DYNAMIC_GROUP, (DYNAMIC, DYNAMIC_STANDBY), ORIGIN_DOWN)] if args.dynamic_standby else []),
    ]
