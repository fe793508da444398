"""AWS Config: a configuration recorder and managed rules for the Reliability Pillar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from components import iam
from components.alarms import MINUTE, Alarm, Metric, metric_alarm
from components.arns import account_of, managed_policy, partition_of
from components.tags import named
from components.tiers.arguments import StatefulTierArgs
from components.tiers.data.s3_private_bucket import PrivateBucketArgs, expire, keep_versions, private_bucket

UNDELIVERED_SECONDS = 14 * 24 * 3600
"""Seconds for which a finding that could not be delivered is kept (SQS MessageRetentionPeriod, longest)."""

OVERWRITTEN_DAYS = 31
"""Days for which deleted or overwritten history can still be read."""

RELIABILITY_RULES: Mapping[str, str] = {
    "alb-zones": "ELBV2_MULTIPLE_AZ",
    "asg-health": "AUTOSCALING_GROUP_ELB_HEALTHCHECK_REQUIRED",
    "asg-zones": "AUTOSCALING_MULTIPLE_AZ",
    "aurora-backups": "AURORA_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
    "bucket-versions": "S3_BUCKET_VERSIONING_ENABLED",
    "cache-backups": "ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK",
    "cache-failover": "ELASTICACHE_REPL_GRP_AUTO_FAILOVER_ENABLED",
    "cluster-protection": "RDS_CLUSTER_DELETION_PROTECTION_ENABLED",
    "cluster-zones": "RDS_CLUSTER_MULTI_AZ_ENABLED",
    "database-backups": "DB_INSTANCE_BACKUP_ENABLED",
    "database-protection": "RDS_INSTANCE_DELETION_PROTECTION_ENABLED",
    "database-zones": "RDS_MULTI_AZ_SUPPORT",
    "file-backups": "EFS_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
    "function-zones": "LAMBDA_VPC_MULTI_AZ_CHECK",
    "keys-kept": "KMS_CMK_NOT_SCHEDULED_FOR_DELETION",
    "lb-protection": "ELB_DELETION_PROTECTION_ENABLED",
    "table-recovery": "DYNAMODB_PITR_ENABLED",
    "tunnels": "VPC_VPN_2_TUNNELS_UP",
}
"""Managed rules that need no parameters (AWS Config, "List of AWS Config Managed Rules")."""


@dataclass(frozen=True, kw_only=True)
class ConfigRecorderArgs(StatefulTierArgs):
    """Inputs of `ConfigRecorder`.

    recorder: ``own`` creates the recorder, of which an account has one per Region; ``adopt`` adds the rules to the
    existing one. kms_key_arn: a key in the Region with ``KeyUse.CONFIG`` and ``EVENTS``. global_resources: record IAM
    resources too, in one Region only. history_days: 30-2557 (AWS Config RetentionPeriodInDays). rules: label -> managed
    rule identifier. alarms: SNS topics that are notified of every resource that becomes noncompliant. log_bucket: name
    of a bucket in the Region for server access logs of the recorder's bucket.

    Raises ValueError if there is no rule.
    """

    recorder: Literal["own", "adopt"]
    global_resources: bool = True
    history_days: int = 2557
    rules: Mapping[str, str] = field(default_factory=lambda: dict(RELIABILITY_RULES))
    log_bucket: pulumi.Input[str] | None = None

    def __post_init__(self) -> None:
        if not self.rules:
            raise ValueError("rules={}: a recorder without rules finds nothing; give at least one")


class ConfigRecorder(pulumi.ComponentResource):
    """Recorder, delivery channel and rules of one Region, created in the order that AWS Config requires.

    Children: {name}-bucket and its settings, {name}-role, -recorder, -channel, -recording, -retention, {name}-{rule},
    {name}-versions-remedy, {name}-changes, {name}-undelivered. Remediation of buckets without versioning is manual,
    never automatic, because the rules evaluate all buckets of the account, including other people's.
    """

    rule_names: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: ConfigRecorderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Configuration", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        recording = [self._recorder()] if args.recorder == "own" else []
        rules = {
            label: aws.cfg.Rule(
                f"{name}-{label}",
                source=aws.cfg.RuleSourceArgs(owner="AWS", source_identifier=identifier),
                tags=dict(args.tags),
                opts=pulumi.ResourceOptions(parent=self, depends_on=recording),  # rejected while nothing records
            )
            for label, identifier in args.rules.items()
        }
        for label, identifier in args.rules.items():
            if identifier == "S3_BUCKET_VERSIONING_ENABLED":
                self._versioning_remediation(rules[label].name)
        self._notify(rules)
        self.rule_names = {label: rule.name for label, rule in rules.items()}
        self.register_outputs({"ruleNames": self.rule_names})

    def _recorder(self) -> aws.cfg.RecorderStatus:
        name, args = self._prefix, self._args
        account = account_of(args.kms_key_arn)
        stored = private_bucket(
            f"{name}-bucket",
            PrivateBucketArgs(
                tags=args.tags,
                retain_data=args.retain_data,
                rules=[expire(args.history_days), keep_versions(OVERWRITTEN_DAYS)],
                kms_key_arn=args.kms_key_arn,
                log_bucket=args.log_bucket,
            ),
            self,
        )
        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=iam.trust(
                "config.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": account}}
            ),
            tags=named(args.tags, f"{name}-role"),
            opts=self._child,
        )
        reads = aws.iam.RolePolicyAttachment(
            f"{name}-role-read",
            role=role.name,
            policy_arn=managed_policy(args.kms_key_arn, "service-role/AWS_ConfigRole"),
            opts=self._child,
        )
        files = pulumi.Output.concat(stored.bucket.arn, "/AWSLogs/", account, "/Config/*")
        owned = {"StringLike": {"s3:x-amz-acl": "bucket-owner-full-control"}}
        writes = aws.iam.RolePolicy(
            f"{name}-role-write",
            role=role.id,
            policy=iam.document(
                iam.allow("s3:PutObject", files, conditions=owned),
                iam.allow(["s3:GetBucketAcl", "s3:ListBucket"], stored.bucket.arn),
                iam.allow(["kms:Decrypt", "kms:GenerateDataKey"], args.kms_key_arn),
            ),
            opts=self._child,
        )
        # An account has one of each per Region, so the old one must be deleted before its replacement is created.
        alone = pulumi.ResourceOptions(parent=self, delete_before_replace=True)
        recorder = aws.cfg.Recorder(
            f"{name}-recorder",
            role_arn=role.arn,
            recording_group=aws.cfg.RecorderRecordingGroupArgs(
                all_supported=True, include_global_resource_types=args.global_resources
            ),
            recording_mode=aws.cfg.RecorderRecordingModeArgs(recording_frequency="CONTINUOUS"),
            opts=alone,
        )
        channel = aws.cfg.DeliveryChannel(
            f"{name}-channel",
            s3_bucket_name=stored.ready_name,
            s3_kms_key_arn=args.kms_key_arn,
            snapshot_delivery_properties=aws.cfg.DeliveryChannelSnapshotDeliveryPropertiesArgs(
                delivery_frequency="TwentyFour_Hours"
            ),
            opts=pulumi.ResourceOptions(
                parent=self, delete_before_replace=True, depends_on=[recorder, reads, writes]
            ),  # AWS Config writes a test object when the channel is created
        )
        aws.cfg.RetentionConfiguration(f"{name}-retention", retention_period_in_days=args.history_days, opts=alone)
        return aws.cfg.RecorderStatus(
            f"{name}-recording",
            name=recorder.name,
            is_enabled=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[channel]),
        )

    def _versioning_remediation(self, rule_name: pulumi.Output[str]) -> None:
        """Let an operator turn versioning on, with one click in AWS Config, for a bucket that the rule found."""
        partition, account = partition_of(self._args.kms_key_arn), account_of(self._args.kms_key_arn)
        role = aws.iam.Role(
            f"{self._prefix}-versions-role",
            assume_role_policy=iam.trust(
                "ssm.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": account}}
            ),
            tags=named(self._args.tags, f"{self._prefix}-versions"),
            opts=self._child,
        )
        aws.iam.RolePolicy(
            f"{self._prefix}-versions-role-write",
            role=role.id,
            policy=iam.document(
                iam.allow("s3:PutBucketVersioning", pulumi.Output.concat("arn:", partition, ":s3:::*"))
            ),
            opts=self._child,
        )
        parameter = aws.cfg.RemediationConfigurationParameterArgs
        aws.cfg.RemediationConfiguration(
            f"{self._prefix}-versions-remedy",
            config_rule_name=rule_name,
            resource_type="AWS::S3::Bucket",
            target_type="SSM_DOCUMENT",
            target_id="AWS-ConfigureS3BucketVersioning",
            automatic=False,
            parameters=[
                parameter(name="AutomationAssumeRole", static_value=role.arn),
                parameter(name="BucketName", resource_value="RESOURCE_ID"),
                parameter(name="VersioningState", static_value="Enabled"),
            ],
            opts=self._child,
        )

    def _notify(self, rules: Mapping[str, aws.cfg.Rule]) -> None:
        """Send resources that become noncompliant to the alarm topics."""
        changes = aws.cloudwatch.EventRule(
            f"{self._prefix}-changes",
            description="Resources that stop complying with the reliability rules",
            event_pattern=pulumi.Output.json_dumps(
                {
                    "source": ["aws.config"],
                    "detail-type": ["Config Rules Compliance Change"],
                    "detail": {
                        "messageType": ["ComplianceChangeNotification"],
                        "configRuleName": [rule.name for rule in rules.values()],
                        "newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]},
                    },
                }
            ),
            tags=dict(self._args.tags),
            opts=self._child,
        )
        undelivered = aws.sqs.Queue(
            f"{self._prefix}-undelivered",
            kms_master_key_id=self._args.kms_key_arn,
            message_retention_seconds=UNDELIVERED_SECONDS,
            tags=named(self._args.tags, f"{self._prefix}-undelivered"),
            opts=self._child,
        )
        sends = iam.grant(
            {"Service": "events.amazonaws.com"},
            "sqs:SendMessage",
            undelivered.arn,
            sid="Findings",
            conditions={"ArnEquals": {"aws:SourceArn": changes.arn}},
        )
        aws.sqs.QueuePolicy(
            f"{self._prefix}-undelivered-policy",
            queue_url=undelivered.id,
            policy=iam.document(sends, {**iam.deny_insecure_transport(undelivered.arn), "Action": "sqs:*"}),
            opts=self._child,
        )
        for place, topic in enumerate(self._args.alarms.topic_arns):
            aws.cloudwatch.EventTarget(
                f"{self._prefix}-tell-{place}",
                rule=changes.name,
                arn=topic,
                dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs(arn=undelivered.arn),
                opts=self._child,
            )
        waiting = Metric(
            namespace="AWS/SQS",
            name="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": undelivered.name},
            statistic="Maximum",
            period=5 * MINUTE,
        )
        alarm = Alarm(
            metric=waiting,
            threshold=0,
            comparison="GreaterThanThreshold",
            missing="notBreaching",  # SQS reports no data for a queue that has not been used for hours
            description=f"{self._prefix}: findings did not reach the topics",
            periods=1,
        )
        # Events report noncompliant resources in more detail than a metric; this alarm reports lost events.
        name = f"{self._prefix}-undelivered"
        self.alarms = {"undelivered": metric_alarm(name, alarm, self._args.alarms, self._child)}
