"""VPC flow logs in an encrypted CloudWatch log group."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components import iam
from components.arns import account_of, partition_of, region_of
from components.tags import named

FLOW_LOG_SECONDS = 60
"""Aggregation interval (EC2 CreateFlowLogs: 60 or 600 seconds)."""


def flow_logs(
    name: str,
    vpc: aws.ec2.Vpc,
    *,
    kms_key_arn: pulumi.Input[str],
    retention_days: int,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> aws.cloudwatch.LogGroup:
    """Flow logs of all traffic to an encrypted log group: ``{name}-flows``, ``-flows-role``, ``-flows-policy``.

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
    policy = aws.iam.RolePolicy(
        f"{name}-flows-policy",
        role=role.id,
        policy=iam.document(
            iam.allow(
                ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                pulumi.Output.concat(group.arn, ":*"),
            ),
            iam.allow("logs:DescribeLogGroups", "*"),  # has no resource-level permissions
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
