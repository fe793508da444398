"""Inputs of the backup tier, checked against what AWS Backup refuses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi

from components.alarms import Alarming

Kind = Literal["Aurora", "DynamoDB", "EBS", "EC2", "EFS", "RDS", "S3"]
"""Resource types of restore testing (AWS Backup CreateRestoreTestingSelection)."""

CONTINUOUS_DAYS = 35
"""Most days a continuous backup is kept."""


@dataclass(frozen=True, kw_only=True)
class Protected:
    """A resource to back up.

    copied: also to the standby Region; False for what AWS cannot copy, such as a Multi-AZ DB cluster. tested: restore
    it weekly. restore: metadata beyond what AWS Backup infers; it takes the default VPC, so databases need
    ``{"dbSubnetGroupName": …}`` where there is none (developer guide, "Restore testing inferred metadata").
    """

    kind: Kind
    arn: pulumi.Input[str]
    copied: bool = True
    tested: bool = True
    restore: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])


@dataclass(frozen=True, kw_only=True)
class VaultCopy:
    """The vault in another Region that every backup is copied to. kms_key_arn: of that Region. days: 1-36500."""

    region: str
    kms_key_arn: pulumi.Input[str]
    days: int = 35


@dataclass(frozen=True, kw_only=True)
class BackupArgs:
    """Inputs of `Backup`.

    resources: name -> what to back up; named by ARN they are backed up whatever the Region's opt-in settings say, but
    for DynamoDB's copies the account must have AWS Backup's advanced features (the default since November 2021). S3
    buckets, which must be versioned, get continuous backups; databases have their own point-in-time recovery, which
    AWS Backup would take over. days: 1-36500 that daily backups are kept (continuous ones at most 35). least_days: the
    vault lock refuses to delete a recovery point, or to take in one that would be deleted, earlier; governance mode:
    who may change the lock can lift it. kms_key_arn: with ``KeyUse.EVENTS`` and ``BACKUP_EVENTS``. schedule,
    test_schedule: AWS cron expressions in UTC. alarms: topics of the own Region that AWS Backup and EventBridge may
    publish to as well.

    Raises ValueError when a value is one that AWS Backup refuses.
    """

    resources: Mapping[str, Protected]
    kms_key_arn: pulumi.Input[str]
    days: int = 35
    least_days: int = 7
    copy: VaultCopy | None = None
    schedule: str = "cron(0 5 ? * * *)"
    test_schedule: str = "cron(0 9 ? * SUN *)"
    retain_data: bool
    alarms: Alarming = field(default_factory=Alarming)
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

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
        for key, days in {"days": self.days, "copy.days": self.copy.days if self.copy else 1}.items():
            if not 1 <= days <= 36500:
                raise ValueError(f"{key}={days}: must be 1-36500 days")
        for key in ("schedule", "test_schedule"):
            if not re.fullmatch(r"cron\(\S+( \S+){5}\)", getattr(self, key)):
                raise ValueError(f"{key}={getattr(self, key)}: must be an AWS cron expression of six fields")
