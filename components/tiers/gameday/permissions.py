"""IAM permissions of AWS FIS: for each action those that its reference lists, limited to the stack's resources."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from components.iam import allow
from components.tiers.gameday.experiments import Experiment

FIS_TAG = {"aws:ResourceTag/managedByFIS": "true"}
"""Tag that FIS sets on its own network ACLs and security groups."""

DESCRIBE: Mapping[str, tuple[str, ...]] = {
    "aws:ec2:stop-instances": ("ec2:DescribeInstances",),
    "aws:ec2:asg-insufficient-instance-capacity-error": ("autoscaling:DescribeAutoScalingGroups",),
    "aws:ecs:stop-task": ("ecs:DescribeTasks", "ecs:ListTasks"),
    "aws:network:disrupt-connectivity": (
        "ec2:DescribeManagedPrefixLists",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    ),
    "aws:network:disrupt-vpc-endpoint": ("ec2:DescribeSecurityGroups", "ec2:DescribeVpcEndpoints"),
    "aws:rds:failover-db-cluster": ("rds:DescribeDBClusters",),
    "aws:rds:reboot-db-instances": ("rds:DescribeDBInstances",),
    "aws:elasticache:replicationgroup-interrupt-az-power": ("elasticache:DescribeReplicationGroups",),
    "aws:ebs:pause-volume-io": ("ec2:DescribeVolumes",),
    "aws:arc:start-zonal-autoshift": ("arc-zonal-shift:ListManagedResources", "autoscaling:DescribeTags"),
    "aws:s3:bucket-pause-replication": ("s3:ListAllMyBuckets",),
    "aws:dynamodb:global-table-pause-replication": (),
    "aws:fis:wait": (),
}
"""Describe and list permissions that find the targets, by action."""
ABOUT: Mapping[str, tuple[str, str]] = {
    "ecs:DescribeTasks": ("ecs", "task/*"),
    "elasticache:DescribeReplicationGroups": ("elasticache", "replicationgroup:*"),
    "rds:DescribeDBClusters": ("rds", "cluster:*"),
    "rds:DescribeDBInstances": ("rds", "db:*"),
}
"""Describe and list actions with resource-level permissions (Service Authorization Reference), and their resources.
ecs:ListTasks is about container instances, which Fargate does not have; the others have no resource types."""


class PermissionScope:
    """What an experiment is limited to: account, partition, Region, tags, key."""

    def __init__(self, partition: Any, region: Any, account: Any, tags: Mapping[str, str], key: Any) -> None:
        self.partition, self.region, self.account, self.key = partition, region, account, key
        self.tagged = {"StringEquals": {f"aws:ResourceTag/{k}": v for k, v in tags.items()}}

    def arn(self, service: str, rest: pulumi.Input[str]) -> pulumi.Output[str]:
        """An ARN (or pattern) in this account and Region."""
        return pulumi.Output.concat(
            "arn:", self.partition, ":", service, ":", self.region, ":", self.account, ":", rest
        )


Mutations = Callable[[PermissionScope], list[dict[str, Any]]]


def statements(experiments: Mapping[str, Experiment], where: PermissionScope) -> list[dict[str, Any]]:
    """The policy of the FIS role: only what the experiments' actions need, on resources with the stack's tags."""
    ids = sorted({act.id for e in experiments.values() for act in e.actions.values()})
    questions = sorted({action for i in ids for action in DESCRIBE[i]} | {"tag:GetResources"})
    made = [allow([q for q in questions if q not in ABOUT], "*", sid="FindTargets")]
    for question in (q for q in questions if q in ABOUT):
        made.append(allow(question, where.arn(*ABOUT[question]), sid=question.partition(":")[2]))
    for i in ids:
        made += _MUTATIONS[i](where) if i in _MUTATIONS else []
    return made


def _instances(w: PermissionScope) -> list[dict[str, Any]]:
    grants = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [
        allow(["ec2:StopInstances", "ec2:StartInstances"], w.arn("ec2", "instance/*"), sid="Stop", conditions=w.tagged),
        allow("kms:CreateGrant", w.key, sid="StartEncrypted", conditions=grants),
    ]


def _launches(w: PermissionScope) -> list[dict[str, Any]]:
    # Tags of the groups cannot be a condition here: the permission is limited to this account's groups and this action.
    conditions = {
        "StringEquals": {"ec2:FisActionId": ["aws:ec2:asg-insufficient-instance-capacity-error"]},
        "ForAllValues:ArnLike": {
            "ec2:FisTargetArns": [w.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*")]
        },
    }
    return [allow("ec2:InjectApiError", "*", sid="RefuseLaunches", conditions=conditions)]


def _networks(w: PermissionScope) -> list[dict[str, Any]]:
    acl, vpc, subnet = (w.arn("ec2", f"{kind}/*") for kind in ("network-acl", "vpc", "subnet"))
    asked = {"StringEquals": {"aws:RequestTag/managedByFIS": "true"}}
    tagging = {"StringEquals": {"aws:RequestTag/managedByFIS": "true", "ec2:CreateAction": "CreateNetworkAcl"}}
    made = {"StringEquals": FIS_TAG}
    return [
        allow("ec2:CreateNetworkAcl", acl, sid="NewAcl", conditions=asked),
        allow("ec2:CreateNetworkAcl", vpc, sid="NewAclInVpc", conditions=w.tagged),
        allow("ec2:CreateTags", acl, sid="TagAcl", conditions=tagging),
        allow(["ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAcl"], acl, sid="OwnAcl", conditions=made),
        allow("ec2:ReplaceNetworkAclAssociation", [subnet, acl], sid="SwapAcl"),
        allow("ec2:GetManagedPrefixListEntries", w.arn("ec2", "prefix-list/*"), sid="PrefixLists"),
    ]


def _endpoints(w: PermissionScope) -> list[dict[str, Any]]:
    group, vpc, endpoint = (w.arn("ec2", f"{kind}/*") for kind in ("security-group", "vpc", "vpc-endpoint"))
    asked = {"StringEquals": {"aws:RequestTag/managedByFIS": "true"}}
    made = {"StringEquals": FIS_TAG}
    return [
        allow("ec2:CreateSecurityGroup", group, sid="NewGroup", conditions=asked),
        allow("ec2:CreateSecurityGroup", vpc, sid="NewGroupInVpc", conditions=w.tagged),
        allow("ec2:CreateTags", group, sid="TagGroup", conditions=asked),
        allow(["ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupEgress"], group, sid="OwnGroup", conditions=made),
        allow("ec2:ModifyVpcEndpoint", endpoint, sid="SwapGroups", conditions=w.tagged),
        allow("ec2:ModifyVpcEndpoint", group, sid="UseGroups"),
    ]


def _shift(w: PermissionScope) -> list[dict[str, Any]]:
    actions = [
        f"arc-zonal-shift:{verb}"
        for verb in ("StartZonalShift", "GetManagedResource", "UpdateZonalShift", "CancelZonalShift")
    ]
    return [allow(actions, w.arn("elasticloadbalancing", "loadbalancer/*"), sid="Shift", conditions=w.tagged)]


def _buckets(w: PermissionScope) -> list[dict[str, Any]]:
    every = pulumi.Output.concat("arn:", w.partition, ":s3:::*")
    ours = {"StringEquals": {"aws:ResourceAccount": w.account}}
    pausing = {**ours, "BoolIfExists": {"s3:IsReplicationPauseRequest": "true"}}
    return [
        allow(
            ["s3:PutReplicationConfiguration", "s3:GetReplicationConfiguration"], every, sid="Pause", conditions=pausing
        ),
        allow("s3:PauseReplication", every, sid="PauseBuckets", conditions=ours),
    ]


def _tables(w: PermissionScope) -> list[dict[str, Any]]:
    policies = [f"dynamodb:{verb}ResourcePolicy" for verb in ("Put", "Delete", "Get")]
    table, stream = w.arn("dynamodb", "table/*"), w.arn("dynamodb", "table/*/stream/*")
    # InjectError, for strongly consistent tables, has no resource types and no tags (Service Authorization Reference).
    pausing = {
        "StringEqualsIfExists": {"dynamodb:FisActionId": "aws:dynamodb:global-table-pause-replication"},
        "ForAllValues:ArnLike": {"dynamodb:FisTargetArns": [table]},
    }
    return [
        allow([*policies, "dynamodb:DescribeTable"], table, sid="PauseTables", conditions=w.tagged),
        # Streams do not have their table's tags (DynamoDB Developer Guide, "Tagging restrictions").
        allow(policies, stream, sid="PauseStreams"),
        allow("dynamodb:InjectError", "*", sid="PauseStronglyConsistentTables", conditions=pausing),
    ]


def _simple(sid: str, action: str, service: str, rest: str) -> Mutations:
    def made(w: PermissionScope) -> list[dict[str, Any]]:
        return [allow(action, w.arn(service, rest), sid=sid, conditions=w.tagged)]

    return made


_MUTATIONS: Mapping[str, Mutations] = {
    "aws:ec2:stop-instances": _instances,
    "aws:ec2:asg-insufficient-instance-capacity-error": _launches,
    "aws:ecs:stop-task": _simple("StopTasks", "ecs:StopTask", "ecs", "task/*"),
    "aws:network:disrupt-connectivity": _networks,
    "aws:network:disrupt-vpc-endpoint": _endpoints,
    "aws:rds:failover-db-cluster": _simple("Failover", "rds:FailoverDBCluster", "rds", "cluster:*"),
    "aws:rds:reboot-db-instances": _simple("Reboot", "rds:RebootDBInstance", "rds", "db:*"),
    "aws:elasticache:replicationgroup-interrupt-az-power": _simple(
        "CutCaches", "elasticache:InterruptClusterAzPower", "elasticache", "replicationgroup:*"
    ),
    "aws:ebs:pause-volume-io": _simple("PauseVolumes", "ec2:PauseVolumeIO", "ec2", "volume/*"),
    "aws:arc:start-zonal-autoshift": _shift,
    "aws:s3:bucket-pause-replication": _buckets,
    "aws:dynamodb:global-table-pause-replication": _tables,
}
