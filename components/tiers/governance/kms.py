"""Customer managed KMS keys and their key policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pulumi
import pulumi_aws as aws

from components.arns import account_of, partition_of, region_of
from components.iam import document, grant
from components.names import physical_name
from components.tags import named

DELETION_DAYS_KEPT = 30
"""Waiting period before a production key is deleted, days: the longest that KMS offers."""
DELETION_DAYS_DEV = 7
"""The shortest waiting period that KMS offers, days."""
ROTATION_DAYS = 365
"""Days between rotations of the key material (KMS RotationPeriodInDays: 90-2560)."""
ALIAS_LIMIT = 256
"""Longest alias, characters, with ``alias/`` (KMS CreateAlias)."""


class KeyUse(StrEnum):
    """A service that uses the key as itself, so that the key policy must name it.

    Services that act for a caller or with a grant (RDS, DynamoDB, EFS, ElastiCache, Secrets Manager, Lambda, AWS Backup
    jobs) are not listed: the key policy leaves them to IAM policies of the account.
    """

    LOGS = "logs"
    """CloudWatch Logs encrypts log groups of the account and Region."""
    ALARMS = "alarms"
    """CloudWatch alarms publish to encrypted topics."""
    EVENTS = "events"
    """EventBridge rules send to encrypted topics and queues."""
    TOPICS = "topics"
    """SNS delivers to encrypted queues."""
    BUCKET_EVENTS = "bucket-events"
    """S3 event notifications go to encrypted topics and queues."""
    DATABASE_EVENTS = "database-events"
    """RDS event subscriptions publish to encrypted topics."""
    BACKUP_EVENTS = "backup-events"
    """AWS Backup vault notifications go to encrypted topics."""
    TRAILS = "trails"
    """CloudTrail encrypts the log files of the account's trails."""
    LOG_DELIVERY = "log-delivery"
    """Vended logs (VPC and accelerator flow logs, CloudFront standard logs) land in encrypted buckets."""
    CONFIG = "config"
    """AWS Config delivers to encrypted buckets."""
    CONTENT = "content"
    """CloudFront reads encrypted buckets through origin access control."""
    AUTOSCALING = "autoscaling"
    """EC2 Auto Scaling launches instances whose volumes the key encrypts."""


_TOPIC_PUBLISHERS = {
    KeyUse.ALARMS: "cloudwatch.amazonaws.com",
    KeyUse.EVENTS: "events.amazonaws.com",
    KeyUse.BUCKET_EVENTS: "s3.amazonaws.com",
    KeyUse.DATABASE_EVENTS: "events.rds.amazonaws.com",
    KeyUse.BACKUP_EVENTS: "backup.amazonaws.com",
}
_QUEUE_SENDERS = {
    KeyUse.EVENTS: "events.amazonaws.com",
    KeyUse.BUCKET_EVENTS: "s3.amazonaws.com",
    KeyUse.TOPICS: "sns.amazonaws.com",
}
_PUBLISH = ["kms:Decrypt", "kms:GenerateDataKey*"]
_CRYPTOGRAPHIC = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]
_ENCRYPT = [*_CRYPTOGRAPHIC, "kms:DescribeKey"]


def key_policy(key_arn: pulumi.Input[str], uses: frozenset[KeyUse]) -> pulumi.Output[str]:
    """Key policy for the key ``key_arn``: IAM policies of the account apply, and each of ``uses`` gets the permissions
    it needs.

    Every service statement is limited to this account's resources, by the encryption context that the service always
    sets or by the source ARN, so that nobody else can make a service use the key.
    """
    partition, region, account = partition_of(key_arn), region_of(key_arn), account_of(key_arn)

    def own(service: str, rest: str, where: pulumi.Input[str] = "*") -> pulumi.Output[str]:
        return pulumi.Output.concat("arn:", partition, ":", service, ":", where, ":", account, ":", rest)

    root = own("iam", "root", "")
    statements: list[dict[str, Any]] = [grant({"AWS": root}, "kms:*", sid="AccountDecides")]
    if KeyUse.LOGS in uses:
        context = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": own("logs", "*", region)}}
        principal = {"Service": pulumi.Output.concat("logs.", region, ".amazonaws.com")}
        # Without kms:DescribeKey: its requests have no encryption context.
        statements.append(grant(principal, _CRYPTOGRAPHIC, sid="LogGroups", conditions=context))
    # SNS and SQS set the encryption context whoever publishes. EventBridge fails if the key policy has
    # aws:SourceAccount or aws:SourceArn (SNS developer guide, "Managing encryption keys"); the topic policy has them.
    if services := sorted(service for use, service in _TOPIC_PUBLISHERS.items() if use in uses):
        context = {"ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": own("sns", "*", region)}}
        statements.append(grant({"Service": services}, _PUBLISH, sid="PublishToTopics", conditions=context))
    if services := sorted(service for use, service in _QUEUE_SENDERS.items() if use in uses):
        context = {"ArnLike": {"kms:EncryptionContext:aws:sqs:arn": own("sqs", "*", region)}}
        statements.append(grant({"Service": services}, _PUBLISH, sid="SendToQueues", conditions=context))
    if KeyUse.TRAILS in uses:
        trails = own("cloudtrail", "trail/*")
        source = {"ArnLike": {"aws:SourceArn": trails}}
        context = {**source, "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trails}}
        service = {"Service": "cloudtrail.amazonaws.com"}
        statements.append(grant(service, "kms:GenerateDataKey*", sid="TrailsEncrypt", conditions=context))
        # Decrypt: CreateTrail needs it if the bucket uses an S3 Bucket Key.
        statements.append(grant(service, ["kms:Decrypt", "kms:DescribeKey"], sid="TrailsDescribe", conditions=source))
    if KeyUse.LOG_DELIVERY in uses:
        source = {"StringEquals": {"aws:SourceAccount": account}, "ArnLike": {"aws:SourceArn": own("logs", "*")}}
        service = {"Service": "delivery.logs.amazonaws.com"}
        statements.append(grant(service, _ENCRYPT, sid="LogDelivery", conditions=source))
    if KeyUse.CONFIG in uses:
        source = {"StringEquals": {"aws:SourceAccount": account}}
        statements.append(grant({"Service": "config.amazonaws.com"}, _PUBLISH, sid="ConfigDelivery", conditions=source))
    if KeyUse.CONTENT in uses:
        source = {"ArnLike": {"aws:SourceArn": own("cloudfront", "distribution/*", "")}}
        service = {"Service": "cloudfront.amazonaws.com"}
        statements.append(grant(service, "kms:Decrypt", sid="ContentDelivery", conditions=source))
    if KeyUse.AUTOSCALING in uses:
        # The role is named in a condition, because KMS rejects a principal that does not exist, and AWS creates the
        # role with the first group.
        role = own("iam", "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling", "")
        caller = {"StringEquals": {"kms:CallerAccount": account}, "ArnEquals": {"aws:PrincipalArn": role}}
        attach = {**caller, "Bool": {"kms:GrantIsForAWSResource": "true"}}
        statements.append(grant({"AWS": "*"}, _ENCRYPT, sid="AutoScalingVolumes", conditions=caller))
        statements.append(grant({"AWS": "*"}, "kms:CreateGrant", sid="AutoScalingAttach", conditions=attach))
    return document(*statements)


@dataclass(frozen=True, kw_only=True)
class KmsKeyArgs:
    """Inputs of `KmsKey`.

    purpose: what the key protects, for its description. uses: services that use it as themselves. multi_region: whether
    `KmsReplicaKey` may replicate it to another Region; a change replaces the key. region: if not the provider's Region.
    rotation_days: 90-2560 (KMS EnableKeyRotation). retain_data: protect the key and wait 30 days before deletion,
    otherwise 7.
    """

    purpose: str
    uses: frozenset[KeyUse] = frozenset()
    multi_region: bool = False
    region: str | None = None
    rotation_days: int = ROTATION_DAYS
    retain_data: bool
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, kw_only=True)
class KmsReplicaKeyArgs:
    """Inputs of `KmsReplicaKey`.

    primary_key_arn: a multi-Region key in another Region of the partition, whose rotation applies to the replica too.
    region: Region of the replica, if not the provider's. Others: as in `KmsKeyArgs`.
    """

    primary_key_arn: pulumi.Input[str]
    purpose: str
    uses: frozenset[KeyUse] = frozenset()
    region: str | None = None
    retain_data: bool
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class _KmsKeyBase(pulumi.ComponentResource):
    """A key with its policy and alias. key_arn and key_id resolve after the policy exists."""

    key_arn: pulumi.Output[str]
    key_id: pulumi.Output[str]

    def _finish(
        self, name: str, key: aws.kms.Key | aws.kms.ReplicaKey, uses: frozenset[KeyUse], region: str | None
    ) -> None:
        child = pulumi.ResourceOptions(parent=self)
        policy = aws.kms.KeyPolicy(
            f"{name}-policy", key_id=key.id, policy=key_policy(key.arn, uses), region=region, opts=child
        )
        # The alias has a fixed name, so that it can be found after a restore.
        alias = physical_name("alias/" + pulumi.get_project(), pulumi.get_stack(), name, limit=ALIAS_LIMIT)
        aws.kms.Alias(f"{name}-alias", name=alias, target_key_id=key.id, region=region, opts=child)
        self.key_arn = pulumi.Output.all(key.arn, policy.id).apply(lambda both: str(both[0]))
        self.key_id = pulumi.Output.all(key.id, policy.id).apply(lambda both: str(both[0]))
        self.register_outputs({"keyArn": self.key_arn, "keyId": self.key_id})


class KmsKey(_KmsKeyBase):
    """A symmetric customer managed key with rotation. Children: {name}-key, {name}-policy, {name}-alias."""

    def __init__(self, name: str, args: KmsKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:EncryptionKey", name, None, opts)
        self.key = aws.kms.Key(
            f"{name}-key",
            description=args.purpose,
            enable_key_rotation=True,
            rotation_period_in_days=args.rotation_days,
            multi_region=args.multi_region,
            deletion_window_in_days=DELETION_DAYS_KEPT if args.retain_data else DELETION_DAYS_DEV,
            region=args.region,
            tags=named(args.tags, name),
            opts=pulumi.ResourceOptions(parent=self, protect=args.retain_data),
        )
        self._finish(name, self.key, args.uses, args.region)


class KmsReplicaKey(_KmsKeyBase):
    """Replica of a multi-Region key in the standby Region, so that data encrypted in one Region can be decrypted in the
    other.

    Children: {name}-key, {name}-policy, {name}-alias.
    """

    def __init__(self, name: str, args: KmsReplicaKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:ReplicaEncryptionKey", name, None, opts)
        self.key = aws.kms.ReplicaKey(
            f"{name}-key",
            description=args.purpose,
            primary_key_arn=args.primary_key_arn,
            deletion_window_in_days=DELETION_DAYS_KEPT if args.retain_data else DELETION_DAYS_DEV,
            region=args.region,
            tags=named(args.tags, name),
            opts=pulumi.ResourceOptions(parent=self, protect=args.retain_data),
        )
        self._finish(name, self.key, args.uses, args.region)
