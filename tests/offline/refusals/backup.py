# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.backup`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken

PLAN = {
    "name": "p",
    "rules": [{"ruleName": "r", "targetVaultName": "vault", "lifecycle": {"coldStorageAfter": 30, "deleteAfter": 120}}],
}
VAULT_LOCK = {"backupVaultName": "vault", "minRetentionDays": 30, "maxRetentionDays": 365}
BACKUP_KEPT = {"name": "p", "rules": [{"ruleName": "r", "targetVaultName": "vault", "lifecycle": {"deleteAfter": 35}}]}

CASES: list[Case] = [
    ("backup_plan_is_legal", "aws:backup/plan:Plan", PLAN, {"rules": [{"ruleName": "r", "targetVaultName": "vault", "lifecycle": {"coldStorageAfter": 60, "deleteAfter": 120}}]}, "less than 90 days apart"),
    ("backup_plan_is_legal", "aws:backup/plan:Plan", PLAN, {"rules": [{"ruleName": "r", "targetVaultName": "vault", "schedule": "cron(0 3 * * *)"}]}, "six fields"),
    ("restore_test_names_are_legal", "aws:backup/restoreTestingPlan:RestoreTestingPlan", {"name": "plan_1", "scheduleExpression": "cron(0 3 * * ? *)", "recoveryPointSelection": {"algorithm": "LATEST_WITHIN_WINDOW", "includeVaults": ["*"], "recoveryPointTypes": ["SNAPSHOT"]}}, {"scheduleExpression": "daily"}, "must be rate(…) or cron(…)"),
    ("vault_lock_is_legal", "aws:backup/vaultLockConfiguration:VaultLockConfiguration", VAULT_LOCK, {"maxRetentionDays": 36501}, "between 1 and 36500 days"),
    ("vault_lock_is_legal", "aws:backup/vaultLockConfiguration:VaultLockConfiguration", {"backupVaultName": "vault", "changeableForDays": 3}, {"changeableForDays": 1}, "at least 3 days"),
    ("backup_selection_is_legal", "aws:backup/selection:Selection", {"name": "s", "planId": "p", "iamRoleArn": "arn:aws:iam::123456789012:role/r", "resources": ["*"]}, {"resources": None}, "must be given"),
    ("restore_test_names_are_legal", "aws:backup/restoreTestingSelection:RestoreTestingSelection", {"iamRoleArn": "arn:aws:iam::123456789012:role/r", "protectedResourceType": "RDS", "restoreTestingPlanName": "plan_1", "name": "rds"}, {"name": "rds-one"}, "letters, digits and underscores"),
    ("backup_names_are_legal", "aws:backup/plan:Plan", PLAN, {"name": "p" * 51}, "1 to 50"),
    ("backup_names_are_legal", "aws:backup/plan:Plan", PLAN, {"rules": [{"ruleName": "r", "targetVaultName": "vault"}, {"ruleName": "r", "targetVaultName": "w"}]}, "Duplicate rule name"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("backups_stay_within_the_lock", [("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "l", VAULT_LOCK)], "aws:backup/plan:Plan", BACKUP_KEPT, {"rules": [{"ruleName": "r", "targetVaultName": "vault", "lifecycle": {"deleteAfter": 7}}]}, "outside the vault lock"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:backup/vault:Vault", {"name": "vault"}, {"name": "other"}),
    ("aws:backup/restoreTestingPlan:RestoreTestingPlan", {"name": "plan_1", "scheduleExpression": "cron(0 3 * * ? *)", "recoveryPointSelection": {"algorithm": "LATEST_WITHIN_WINDOW", "includeVaults": ["*"], "recoveryPointTypes": ["SNAPSHOT"]}}, {"name": "plan_2"}),
    ("aws:backup/restoreTestingSelection:RestoreTestingSelection", {"iamRoleArn": "arn:aws:iam::123456789012:role/r", "protectedResourceType": "RDS", "restoreTestingPlanName": "plan_1", "name": "rds"}, {"name": "aurora"}),
    ("aws:backup/vaultLockConfiguration:VaultLockConfiguration", {"backupVaultName": "vault", "changeableForDays": 3}, {"backupVaultName": "other"}),
    ("aws:backup/vaultNotifications:VaultNotifications", {"backupVaultName": "vault", "snsTopicArn": "arn:aws:sns:us-west-2:123456789012:t", "backupVaultEvents": ["BACKUP_JOB_FAILED"]}, {"backupVaultName": "other"}),
]  # fmt: skip
