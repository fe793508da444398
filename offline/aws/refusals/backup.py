# ruff: noqa: E501 (what AWS says is as long as it is)
"""AWS Backup: vaults, locks, plans, selections, restore tests."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, others, ranged, refuses
from offline.aws.refusals.eventbridge import schedule_problem
from offline.aws.unique import unique

BACKUP_PLAN = "aws:backup/plan:Plan"
VAULT_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"


@refuses(
    "aws:backup/restoreTestingPlan:RestoreTestingPlan", "aws:backup/restoreTestingSelection:RestoreTestingSelection"
)
def restore_test_names_are_legal(case: Case) -> Iterator[Problem]:
    """AWS Backup CreateRestoreTestingPlan: names of 1-50 letters, digits and underscores."""
    for prop in ("name", "restoreTestingPlanName"):
        name = case.text(prop)
        if name is not None and not re.fullmatch(r"[a-zA-Z0-9_]{1,50}", name):
            yield prop, f"InvalidParameterValueException: {prop} {name!r}: 1 to 50 letters, digits and underscores"
    yield from ranged(case, "startWindowHours", 1, 168, "hours")
    yield from ranged(case, "validationWindowHours", 0, 168, "hours")
    schedule = case.text("scheduleExpression")
    if problem := schedule_problem(schedule) if schedule else None:
        yield "scheduleExpression", f"InvalidParameterValueException: {problem}"


@refuses(BACKUP_PLAN)
def backup_names_are_legal(case: Case) -> Iterator[Problem]:
    """AWS Backup CreateBackupPlan: a plan's name has 1-50 letters, digits and - _ . ; each rule's name is used once."""
    plan = case.text("name")
    if plan is not None and not re.fullmatch(r"[a-zA-Z0-9_.-]{1,50}", plan):
        yield "name", f"InvalidParameterValueException: {plan!r}: 1 to 50 letters, digits and - _ ."
    seen: set[str] = set()
    for path, text in ((p, r.text("ruleName")) for p, r in case.objects("rules")):
        if text is not None and text in seen:
            yield f"{path}.ruleName", f"InvalidParameterValueException: Duplicate rule name: {text}"
        if text is not None:
            seen.add(text)


@refuses(BACKUP_PLAN)
def backups_stay_within_the_lock(case: Case) -> Iterator[Problem]:
    """AWS Backup Vault Lock: a job whose retention is outside the vault's minimum and maximum fails; a copy likewise."""
    locks = {c.text("backupVaultName"): c for _, c in others(case, VAULT_LOCK)}
    for path, rule in case.objects("rules"):
        places = [(f"{path}.lifecycle", rule.text("targetVaultName"), rule)]
        places += [
            (f"{path}.{p}.lifecycle", (c.text("destinationVaultArn") or "").rsplit(":", 1)[-1], c)
            for p, c in rule.objects("copyActions")
            if (c.text("destinationVaultArn") or "").split(":")[3:4] == [case.region]
        ]
        for at, vault, holder in places:
            lock = locks.get(vault) if vault else None
            if lock is None or holder.unknown("lifecycle"):
                continue
            kept, low, high = (
                holder.number("lifecycle.deleteAfter"),
                lock.number("minRetentionDays"),
                lock.number("maxRetentionDays"),
            )
            if (kept is not None and low is not None and kept < low) or (
                high is not None and (kept is None or kept > high)
            ):
                yield (
                    at,
                    f"InvalidParameterValueException: Retention of {kept or 'for ever'} is outside the vault lock of {vault} ({low or 1} to {high or 'any'} days)",
                )


@refuses("aws:backup/plan:Plan")
def backup_plan_is_legal(case: Case) -> Iterator[Problem]:
    """AWS Backup CreateBackupPlan: cold storage at least 90 days before deletion; windows; cron; continuous backup up to 35 days."""
    for path, rule in case.objects("rules"):
        start, completion = rule.number("startWindow"), rule.number("completionWindow")
        if start is not None and start < 60:
            yield f"{path}.startWindow", f"InvalidParameterValueException: startWindow={start}: at least 60 minutes"
        if start is not None and completion is not None and completion < start + 60:
            yield (
                f"{path}.completionWindow",
                f"InvalidParameterValueException: completionWindow={completion}: at least 60 minutes more than startWindow",
            )
        schedule = rule.text("schedule")
        if problem := schedule_problem(schedule) if schedule else None:
            yield f"{path}.schedule", f"InvalidParameterValueException: {problem}"
        lives = [("lifecycle", rule), *((f"{p}.lifecycle", c) for p, c in rule.objects("copyActions"))]
        for at, holder in lives:
            cold, end = holder.number("lifecycle.coldStorageAfter"), holder.number("lifecycle.deleteAfter")
            if cold is not None and end is not None and end < cold + 90:
                yield (
                    f"{path}.{at}",
                    f"InvalidParameterValueException: DeleteAfterDays {end} cannot be less than 90 days apart from MoveToColdStorageAfterDays {cold}",
                )
        kept = rule.number("lifecycle.deleteAfter")
        if (
            rule.get("enableContinuousBackup") is True
            and (kept is None or not 1 <= kept <= 35)
            and not rule.unknown("lifecycle")
        ):
            yield (
                f"{path}.lifecycle",
                "InvalidParameterValueException: continuous backup needs deleteAfter of 1 to 35 days",
            )


@refuses("aws:backup/vaultLockConfiguration:VaultLockConfiguration")
def vault_lock_is_legal(case: Case) -> Iterator[Problem]:
    """AWS Backup PutBackupVaultLockConfiguration: at least 3 days to change one's mind; retention of 1-36500 days, min <= max."""
    yield from ranged(case, "minRetentionDays", 1, 36500, "days")
    yield from ranged(case, "maxRetentionDays", 1, 36500, "days")
    days = case.number("changeableForDays")
    if days is not None and days < 3:
        yield "changeableForDays", f"InvalidParameterValueException: changeableForDays={days}: at least 3 days"
    low, high = case.number("minRetentionDays"), case.number("maxRetentionDays")
    if low is not None and high is not None and low > high:
        yield (
            "minRetentionDays",
            f"InvalidParameterValueException: minRetentionDays {low} is above maxRetentionDays {high}",
        )


@refuses("aws:backup/selection:Selection")
def backup_selection_is_legal(case: Case) -> Iterator[Problem]:
    """AWS Backup CreateBackupSelection: something is selected."""
    if not any(case.given(n) for n in ("resources", "selectionTags", "conditions", "notResources")):
        yield "resources", "InvalidParameterValueException: resources, conditions or selectionTags must be given"


unique("aws:backup/vault:Vault", "name", call="backup CreateBackupVault", says="AlreadyExistsException: Backup vault with the same name already exists: {name}")  # fmt: skip
unique("aws:backup/restoreTestingPlan:RestoreTestingPlan", "name", call="backup CreateRestoreTestingPlan", says="AlreadyExistsException: Restore testing plan {name} already exists")  # fmt: skip
unique("aws:backup/restoreTestingSelection:RestoreTestingSelection", "restoreTestingPlanName name", call="backup CreateRestoreTestingSelection", says="AlreadyExistsException: Selection {name} of restore testing plan {restoreTestingPlanName} already exists")  # fmt: skip
unique("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "backupVaultName", call="backup PutBackupVaultLockConfiguration", says="PutBackupVaultLockConfiguration: one lock of vault {backupVaultName}:", overwrites=True)  # fmt: skip
unique("aws:backup/vaultNotifications:VaultNotifications", "backupVaultName", call="backup PutBackupVaultNotifications", says="PutBackupVaultNotifications: one setting of vault {backupVaultName}:", overwrites=True)  # fmt: skip
