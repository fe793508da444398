"""What a VPC has besides subnets and routes: flow logs, endpoints, and the alarms of its NAT gateways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import MINUTE, Alarm, Alarming, Metric, metric_alarm
from components.arns import account_of, partition_of, region_of
from components.tags import named

FLOW_LOG_SECONDS = 60
"""Aggregation interval (EC2 CreateFlowLogs: 60 or 600 seconds)."""

GATEWAY_SERVICES = ("s3", "dynamodb")
"""Services with gateway endpoints, which cost nothing and keep the traffic off the NAT gateways."""

NAT_DROPS = 100
"""Packets a NAT gateway may drop in five minutes before it is looked at."""


def flow_logs(
    name: str,
    vpc: aws.ec2.Vpc,
    *,
    kms_key_arn: pulumi.Input[str],
    retention_days: int,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> aws.cloudwatch.LogGroup:
    """Flow logs of all traffic in an encrypted log group: ``{name}-flows``, ``-flows-role``, ``-flows-policy``.

    Source: VPC guide, "IAM role for publishing flow logs to CloudWatch Logs".
    """
    group = aws.cloudwatch.LogGroup(
        f"{name}-flows",
        kms_key_id=kms_key_arn,
        retention_in_days=retention_days,
        tags=named(tags, f"{name}-flows"),
        opts=opts,
    )
    partition, region, account = partition_of(vpc.arn), region_of(vpc.arn), account_of(vpc.arn)
    own_logs = pulumi.Output.concat("arn:", partition, ":ec2:", region, ":", account, ":vpc-flow-log/*")
    role = aws.iam.Role(
        f"{name}-flows-role",
        description="Publishes VPC flow logs",
        assume_role_policy=iam.trust(
            "vpc-flow-logs.amazonaws.com",
            conditions={"StringEquals": {"aws:SourceAccount": account}, "ArnLike": {"aws:SourceArn": own_logs}},
        ),
        tags=dict(tags),
        opts=opts,
    )
    groups = pulumi.Output.concat("arn:", partition, ":logs:", region, ":", account, ":log-group:*")
    policy = aws.iam.RolePolicy(
        f"{name}-flows-policy",
        role=role.id,
        policy=iam.document(
            iam.allow(
                ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                pulumi.Output.concat(group.arn, ":*"),
            ),
            iam.allow("logs:DescribeLogGroups", groups),
        ),
        opts=opts,
    )
    aws.ec2.FlowLog(
        f"{name}-flows",
        vpc_id=vpc.id,
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_destination=group.arn,
        iam_role_arn=role.arn,
        max_aggregation_interval=FLOW_LOG_SECONDS,
        tags=named(tags, f"{name}-flows"),
        opts=pulumi.ResourceOptions(parent=opts.parent, depends_on=[policy]),
    )
    return group


def gateway_endpoints(
    name: str,
    vpc: aws.ec2.Vpc,
    region: str,
    route_tables: Sequence[pulumi.Input[str]],
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> dict[str, aws.ec2.VpcEndpoint]:
    """Routes to S3 and DynamoDB inside AWS: ``{name}-{service}``."""
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
    """``services`` at private addresses in every zone: ``{name}-{service}`` behind the group ``{name}-endpoints``.

    Their private DNS names stand in for the public ones, so every caller must be let into the returned group on 443.
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
    """``{name}-ports``: connections were refused for want of ports; ``{name}-drops``: packets were lost."""

    def alarm(suffix: str, metric: str, threshold: float, text: str) -> aws.cloudwatch.MetricAlarm:
        wanted = Alarm(
            metric=nat_metric(gateway.id, metric),
            threshold=threshold,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # without traffic there is nothing to lose
            description=text,
            periods=2,
        )
        return metric_alarm(f"{name}-{suffix}", wanted, to, opts)

    return {
        f"{name}-ports": alarm("ports", "ErrorPortAllocation", 0, f"{name}: no port left for a new connection"),
        f"{name}-drops": alarm("drops", "PacketsDropCount", NAT_DROPS, f"{name}: the gateway drops packets"),
    }
