"""AWS Backup: daily backups in a locked vault, copied to the standby Region, with weekly restore tests."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from components.alarms import Alarm, Comparison, Metric, Missing, metric_alarm, widget
from components.arns import account_of, managed_policy, region_of
from components.iam import deny_insecure_transport, document, grant, on_behalf_of, trust
from components.names import physical_name
from components.tags import named
from components.tiers.arguments import StatefulTierArgs

Kind = Literal["Aurora", "DynamoDB", "EBS", "EC2", "EFS", "RDS", "S3"]
"""Resource types of restore testing (AWS Backup CreateRestoreTestingSelection)."""

CONTINUOUS_DAYS = 35
"""Longest retention of a continuous backup, days."""


@dataclass(frozen=True, kw_only=True)
class ProtectedResource:
    """A resource to back up.

    copied: copy it to the standby Region too; False if AWS cannot copy it, such as a Multi-AZ DB cluster. tested:
    restore it weekly. restore: restore metadata besides what AWS Backup infers. It infers the default VPC, so databases
    need ``{"dbSubnetGroupName": …}`` if there is none (developer guide, "Restore testing inferred metadata").
    """

    kind: Kind
    arn: pulumi.Input[str]
    copied: bool = True
    tested: bool = True
    restore: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])


@dataclass(frozen=True, kw_only=True)
class VaultCopy:
    """The vault in another Region to which every backup is copied. kms_key_arn: a key there. days: 1-36500."""

    region: str
    kms_key_arn: pulumi.Input[str]
    days: int = 35


@dataclass(frozen=True, kw_only=True)
class BackupArgs(StatefulTierArgs):
    """Inputs of `Backup`.

    resources: name -> what to back up. Resources named by ARN are backed up regardless of the Region's opt-in settings,
    except Aurora, for which the opt-in must be enabled (AWS Backup developer guide, "How AWS Backup works with
    supported AWS services"). DynamoDB copies need AWS Backup's advanced features in the account (the default since
    November 2021). S3 buckets must be versioned and get continuous backups; databases keep their own point-in-time
    recovery, which AWS Backup would otherwise take over. days: days that daily backups are kept (continuous ones at
    most 35). least_days: minimum retention of the vault lock: the vault refuses to delete a recovery point earlier, or
    to accept one that would be deleted earlier. The lock is in governance mode, so whoever may change it can remove it.
    kms_key_arn: with ``KeyUse.EVENTS`` and ``BACKUP_EVENTS``. schedule, test_schedule: AWS cron expressions, UTC.
    alarms: SNS topics in the same Region to which AWS Backup and EventBridge may publish too.

    Raises ValueError if the days contradict each other, or a name is too long for those made of it.
    """

    resources: Mapping[str, ProtectedResource]
    days: int = 35
    least_days: int = 7
    copy: VaultCopy | None = None
    schedule: str = "cron(0 5 ? * * *)"
    test_schedule: str = "cron(0 9 ? * SUN *)"

    def __post_init__(self) -> None:
        if not self.resources:
            raise ValueError("resources: nothing to back up; name at least one")
        for name in self.resources:
            if not re.fullmatch(r"[A-Za-z0-9-]{1,30}", name):
                raise ValueError(f"resources[{name}]: a name is 1-30 letters, digits or hyphens")
        if not 1 <= self.least_days <= self.days:
            raise ValueError(f"least_days={self.least_days}: must be 1-{self.days}, the days backups are kept")
        if any(item.kind == "S3" for item in self.resources.values()) and self.least_days > CONTINUOUS_DAYS:
            raise ValueError(f"least_days={self.least_days}: continuous backups of buckets end after {CONTINUOUS_DAYS}")
        if self.copy and self.copy.days < self.least_days:
            raise ValueError(f"copy.days={self.copy.days}: the lock of the copy's vault asks for {self.least_days}")


NAME_LIMIT = 50
"""Longest name of a vault, plan, selection or restore test, characters (AWS Backup)."""
START_MINUTES, COMPLETION_MINUTES = 60, 480
"""Minutes within which a job must start (at least 60) and be completed (at least 60 more)."""
DAY, FIVE_MINUTES = 86400, 300
"""Seconds."""
EVENTS = ("COPY_JOB_FAILED", "S3_BACKUP_OBJECT_FAILED", "S3_RESTORE_OBJECT_FAILED")
"""BACKUP_JOB_FAILED is deprecated and never sent (PutBackupVaultNotifications), so an alarm reports failed backups."""
UNDELIVERED_SECONDS = 14 * DAY
"""Seconds for which undelivered messages are kept: the longest SQS retention."""
UNRESTORED = {
    "source": ["aws.backup"],
    "detail-type": ["Restore Job State Change"],
    "detail": {"status": ["ABORTED", "FAILED"]},
}
"""EventBridge pattern of failed restores, including restore tests; restores belong to no vault."""


class Backup(pulumi.ComponentResource):
    """Backups of every data store, in a locked vault, with copies in the standby Region.

    Children: {name}-vault, {name}-lock, {name}-copy-vault, {name}-copy-lock, roles, plans {name}-daily (and
    {name}-local without copies, {name}-buckets continuous), {name}-test per kind, notifications, alarms.
    """

    vault_arn: pulumi.Output[str]
    copy_vault_arn: pulumi.Output[str] | None
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: BackupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Backup", name, None, opts)
        self._prefix, self._args = name, args
        self.vault = self._vault("vault", args.kms_key_arn, args.days, None)
        self.copy_vault = (
            self._vault("copy-vault", args.copy.kms_key_arn, args.copy.days, args.copy.region) if args.copy else None
        )
        self.vault_arn = self.vault.arn
        self.copy_vault_arn = self.copy_vault.arn if self.copy_vault else None
        buckets = any(item.kind == "S3" for item in args.resources.values())
        backup = ["service-role/AWSBackupServiceRolePolicyForBackup"]
        restore = ["service-role/AWSBackupServiceRolePolicyForRestores"]
        self._role, attached = self._service_role(
            "role", [*backup, *(["AWSBackupServiceRolePolicyForS3Backup"] if buckets else [])]
        )
        plans: dict[str, dict[str, ProtectedResource]] = {"daily": {}, "local": {}, "buckets": {}}
        for label, item in args.resources.items():
            plan = "buckets" if item.kind == "S3" else "daily" if item.copied else "local"
            plans[plan][label] = item
        for plan, items in plans.items():
            if items:
                self._plan(plan, items, attached)
        tested = {label: item for label, item in args.resources.items() if item.tested}
        if tested:
            test_role = self._service_role(
                "restore-role", [*restore, *(["AWSBackupServiceRolePolicyForS3Restore"] if buckets else [])]
            )
            self._tests(tested, *test_role)
        self._monitor()
        self.register_outputs({"vaultArn": self.vault_arn})

    def _physical_name(self, *parts: str) -> str:
        return physical_name(pulumi.get_project(), pulumi.get_stack(), self._prefix, *parts, limit=NAME_LIMIT)

    def _vault(self, role: str, key: pulumi.Input[str], days: int, region: str | None) -> aws.backup.Vault:
        """A vault and its lock, which is removed before the vault is deleted."""
        name, args = self._prefix, self._args
        vault = aws.backup.Vault(
            f"{name}-{role}",
            name=self._physical_name(role),
            kms_key_arn=key,
            force_destroy=not args.retain_data,
            region=region,
            tags=named(args.tags, f"{name}-{role}"),
            opts=pulumi.ResourceOptions(parent=self, protect=args.retain_data),
        )
        aws.backup.VaultLockConfiguration(
            f"{name}-{role.replace('vault', 'lock')}",
            backup_vault_name=vault.name,
            min_retention_days=args.least_days,
            max_retention_days=days,
            # changeable_for_days is not set: with it the lock is in compliance mode, and after these days permanent.
            region=region,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return vault

    def _service_role(self, role: str, policies: list[str]) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        name, args = self._prefix, self._args
        made = aws.iam.Role(
            f"{name}-{role}",
            assume_role_policy=trust("backup.amazonaws.com", conditions=on_behalf_of(account_of(args.kms_key_arn))),
            tags=named(args.tags, f"{name}-{role}"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        attached: list[pulumi.Resource] = [
            aws.iam.RolePolicyAttachment(
                f"{name}-{role}-{policy.rpartition('/')[2].removeprefix('AWSBackupServiceRolePolicyFor').lower()}",
                role=made.name,
                policy_arn=managed_policy(args.kms_key_arn, policy),
                opts=pulumi.ResourceOptions(parent=self),
            )
            for policy in policies
        ]
        return made, attached

    def _plan(self, plan: str, items: Mapping[str, ProtectedResource], attached: list[pulumi.Resource]) -> None:
        name, args = self._prefix, self._args
        continuous, copies = plan == "buckets", None
        if args.copy and self.copy_vault and plan != "local":
            copies = [
                aws.backup.PlanRuleCopyActionArgs(
                    destination_vault_arn=self.copy_vault.arn,
                    lifecycle=aws.backup.PlanRuleCopyActionLifecycleArgs(delete_after=args.copy.days),
                )
            ]
        days = min(args.days, CONTINUOUS_DAYS) if continuous else args.days
        made = aws.backup.Plan(
            f"{name}-{plan}",
            name=self._physical_name(plan),
            rules=[
                aws.backup.PlanRuleArgs(
                    rule_name="daily",
                    target_vault_name=self.vault.name,
                    schedule=args.schedule,
                    start_window=START_MINUTES,
                    completion_window=COMPLETION_MINUTES,
                    enable_continuous_backup=continuous,
                    lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=days),
                    copy_actions=copies,
                    recovery_point_tags=dict(args.tags),
                )
            ],
            tags=named(args.tags, f"{name}-{plan}"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.backup.Selection(
            f"{name}-{plan}-selection",
            name=self._physical_name(plan),
            plan_id=made.id,
            iam_role_arn=self._role.arn,
            resources=[items[label].arn for label in sorted(items)],
            opts=pulumi.ResourceOptions(parent=self, depends_on=attached),
        )

    def _tests(
        self, tested: Mapping[str, ProtectedResource], role: aws.iam.Role, attached: list[pulumi.Resource]
    ) -> None:
        """Restore the latest recovery point of every resource weekly, and delete what was restored."""
        name, args = self._prefix, self._args
        plan = aws.backup.RestoreTestingPlan(
            f"{name}-test",
            name=self._physical_name("test").replace("-", "_"),  # only letters, digits and _
            schedule_expression=args.test_schedule,
            start_window_hours=8,
            recovery_point_selection=aws.backup.RestoreTestingPlanRecoveryPointSelectionArgs(
                algorithm="LATEST_WITHIN_WINDOW",
                include_vaults=[self.vault.arn],
                recovery_point_types=["CONTINUOUS", "SNAPSHOT"],
                selection_window_days=7,
            ),
            tags=named(args.tags, f"{name}-test"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        for label in sorted(tested):
            item = tested[label]
            aws.backup.RestoreTestingSelection(
                f"{name}-test-{label}",
                name=physical_name(label, item.kind.lower(), limit=NAME_LIMIT).replace("-", "_"),
                restore_testing_plan_name=plan.name,
                protected_resource_type=item.kind,
                protected_resource_arns=[item.arn],
                iam_role_arn=role.arn,
                restore_metadata_overrides=dict(item.restore) or None,
                validation_window_hours=1,
                # The provider ignores changed ARNs (terraform-provider-aws issue 48316). The name is fixed, so the
                # selection is deleted first.
                opts=pulumi.ResourceOptions(
                    parent=self,
                    depends_on=attached,
                    replace_on_changes=["protectedResourceArns"],
                    delete_before_replace=True,
                ),
            )

    def _monitor(self) -> None:
        """Report failed backups and days without one (alarms), failed copies (vault notifications), failed restores
        (events).
        """
        name, args = self._prefix, self._args
        if args.alarms.topic_arns:
            aws.backup.VaultNotifications(
                f"{name}-notifications",
                backup_vault_name=self.vault.name,
                sns_topic_arn=args.alarms.topic_arns[0],  # a vault has only one topic
                backup_vault_events=list(EVENTS),
                opts=pulumi.ResourceOptions(parent=self),
            )

        self._notify_failed_restores()

        def metric(title: str, period: int) -> Metric:
            of = {"BackupVaultName": self.vault.name}
            return Metric(namespace="AWS/Backup", name=title, dimensions=of, statistic="Sum", period=period)

        above: tuple[Comparison, Missing, float] = ("GreaterThanThreshold", "notBreaching", 0)
        # The metric has no data on days without a backup, nor before the first one: that is no alarm on the first day.
        below: tuple[Comparison, Missing, float] = ("LessThanThreshold", "missing", 1)
        rules = {
            "failed": (metric("NumberOfBackupJobsFailed", FIVE_MINUTES), above, "a backup job failed"),
            "expired": (metric("NumberOfBackupJobsExpired", FIVE_MINUTES), above, "a backup job started too late"),
            "none": (metric("NumberOfBackupJobsCompleted", DAY), below, "no backup was completed for a day"),
        }
        self.alarms = {}
        for key, (watched, (comparison, missing, threshold), what) in rules.items():
            spec = Alarm(
                metric=watched,
                threshold=threshold,
                comparison=comparison,
                missing=missing,
                description=f"{name}: {what}",
                periods=1,
            )
            self.alarms[key] = metric_alarm(f"{name}-{key}", spec, args.alarms, pulumi.ResourceOptions(parent=self))
        region = region_of(args.kms_key_arn)
        self.widgets = [widget(f"{name}: jobs", region, [watched for watched, _, _ in rules.values()])]
        self.alarms["untold"] = self._untold

    def _notify_failed_restores(self) -> None:
        """Send failed restores to every topic; events that EventBridge cannot deliver go to a queue with an alarm."""
        name, args = self._prefix, self._args
        called, child = f"{name}-unrestored", pulumi.ResourceOptions(parent=self)
        rule = aws.cloudwatch.EventRule(
            called,
            description=f"{name}: a restore, or a test of one, failed",
            event_pattern=json.dumps(UNRESTORED),
            tags=named(args.tags, called),
            opts=child,
        )
        queue = aws.sqs.Queue(
            f"{called}-dead",
            kms_master_key_id=args.kms_key_arn,
            message_retention_seconds=UNDELIVERED_SECONDS,
            tags=named(args.tags, f"{called}-dead"),
            opts=child,
        )
        from_rule = {"ArnEquals": {"aws:SourceArn": rule.arn}}
        policy = aws.sqs.QueuePolicy(
            f"{called}-dead",
            queue_url=queue.id,
            policy=document(
                grant(
                    {"Service": "events.amazonaws.com"}, "sqs:SendMessage", queue.arn, sid="Rule", conditions=from_rule
                ),
                {**deny_insecure_transport(queue.arn), "Action": "sqs:*"},
            ),
            opts=child,
        )
        for index, topic in enumerate(args.alarms.topic_arns):
            aws.cloudwatch.EventTarget(
                called if index == 0 else f"{called}-{index + 1}",
                rule=rule.name,
                arn=topic,
                dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs(arn=queue.arn),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
            )
        waiting = Alarm(
            metric=Metric(
                namespace="AWS/SQS",
                name="ApproximateNumberOfMessagesVisible",
                dimensions={"QueueName": queue.name},
                statistic="Maximum",
            ),
            threshold=0,
            comparison="GreaterThanThreshold",
            missing="notBreaching",
            description=f"{name}: the news of a failed restore could not be delivered",
            periods=1,
        )
        self._untold = metric_alarm(f"{name}-untold", waiting, args.alarms, child)
