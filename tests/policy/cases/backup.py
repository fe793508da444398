"""Cases of the backup rules."""

from typing import Any

from tests.policy.cases.kind import Case, Extra, U, v

VAULT: Extra = ("backup/vault", "vault", {"name": "vault"})
FAR: Extra = ("backup/vault", "far", {"name": "far", "region": "us-east-1"})


def backup(**more: Any) -> list[dict[str, Any]]:
    """The rules of a plan."""
    return [{"ruleName": "daily", "schedule": "cron(0 3 * * ? *)", "lifecycle": {"deleteAfter": 35}, **more}]


SELECTION: Extra = (
    "backup/selection",
    "sel",
    {"planId": "plan", "selectionTags": [{"key": "Backup", "value": "daily"}]},
)

CASES = {
    "backup-coverage": Case(
        "dynamodb/table",
        ok=v(SELECTION, tags={"Backup": "daily"}),
        bad=v(SELECTION, tags={"Backup": "never"}),
        unknown=v(SELECTION, tags={"Backup": U}),
        na=v(kind="rds/instance", engine="aurora-mysql"),
    ),
    "backup-copy-elsewhere": Case(
        "backup/plan",
        ok=v(FAR, rules=backup(copyActions=[{"destinationVaultArn": "@far.arn", "lifecycle": {"deleteAfter": 35}}])),
        bad=v(VAULT, rules=backup(copyActions=[{"destinationVaultArn": "@vault.arn"}])),
        unknown=v(VAULT, rules=backup(copyActions=[{"destinationVaultArn": U}])),
    ),
    "backup-plan-minimum": Case(
        "backup/plan",
        ok=v(rules=backup()),
        bad=v(rules=backup(lifecycle={"deleteAfter": 2})),
        unknown=v(rules=backup(lifecycle={"deleteAfter": U})),
    ),
    "backup-plan-selects": Case(
        "backup/plan",
        ok=v(("backup/selection", "s", {"planId": "@x"})),
        bad=v(rules=backup()),
        unknown=v(("backup/selection", "s", {"planId": U})),
    ),
    "backup-vault-locked": Case(
        "backup/vault",
        ok=v(("backup/vaultLockConfiguration", "lock", {"backupVaultName": "@x.name"})),
        bad=v(),
        unknown=v(("backup/vaultLockConfiguration", "lock", {"backupVaultName": U})),
    ),
    "backup-vault-lock-days": Case(
        "backup/vaultLockConfiguration", ok=v(minRetentionDays=7), bad=v(), unknown=v(minRetentionDays=U)
    ),
    "backup-vault-access": Case(
        "backup/vaultPolicy",
        ok=v(policy='{"Statement": [{"Effect": "Deny", "Action": "backup:DeleteRecoveryPoint"}]}'),
        bad=v(policy='{"Statement": {"Effect": "Allow", "Action": ["backup:*"]}}'),
        unknown=v(policy=U),
        na=v(VAULT, policy="@vault.arn"),
    ),
    "restore-tested": Case("backup/plan", ok=v(("backup/restoreTestingPlan", "t", {})), bad=v(), unknown=None),
}  # fmt: skip
