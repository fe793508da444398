"""Account, partition and Region from the ARN of a resource, without a look-up that needs credentials at preview."""

import pulumi


def partition_of(arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """Partition of an ARN, such as ``aws`` or ``aws-cn``."""
    return pulumi.Output.from_input(arn).apply(lambda a: a.split(":")[1])


def region_of(arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """Region of a regional resource's ARN, such as ``us-west-2``; empty for global services."""
    return pulumi.Output.from_input(arn).apply(lambda a: a.split(":")[3])


def account_of(arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """Account id of an ARN: 12 digits; empty for S3 buckets."""
    return pulumi.Output.from_input(arn).apply(lambda a: a.split(":")[4])


def managed_policy(arn: pulumi.Input[str], policy: str) -> pulumi.Output[str]:
    """ARN of an IAM policy that AWS manages, in the partition of ``arn``. policy: path and name."""
    return pulumi.Output.concat("arn:", partition_of(arn), ":iam::aws:policy/", policy)
