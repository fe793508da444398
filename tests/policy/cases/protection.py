"""Cases of the protection rules."""

from typing import Any

from tests.policy.cases.kind import Case, U, v

SAFE: dict[str, Any] = {"backupRetentionPeriod": 14, "deletionProtection": True}

CASES = {
    "no-ignored-ha-props": Case(
        "rds/instance",
        ok=v(options={"ignore_changes": ["engineVersion"]}),
        bad=v(options={"ignore_changes": ["multiAz"]}),
        unknown=None,
        na=v(),
    ),
    "replace-before-delete": Case(
        "rds/instance", ok=v(), bad=v(options={"delete_before_replace": True}), unknown=None
    ),
    "stateful-protected": Case("rds/cluster", ok=v(options={"protect": True}), bad=v(), unknown=None),
    "data-retained": Case(
        "rds/cluster",
        ok=v(options={"protect": True}, **SAFE),
        bad=v(**SAFE),
        unknown=v(backupRetentionPeriod=U),
        na=v(kind="rds/instance", engine="aurora-mysql"),
    ),
    "kms-deletion-window": Case(
        "kms/key", ok=v(deletionWindowInDays=30), bad=v(isEnabled=False), unknown=v(deletionWindowInDays=U)
    ),
    "secret-recovery-window": Case(
        "secretsmanager/secret", ok=v(), bad=v(recoveryWindowInDays=0), unknown=v(recoveryWindowInDays=U)
    ),
    "user-pool-protected": Case(
        "cognito/userPool", ok=v(deletionProtection="ACTIVE"), bad=v(), unknown=v(deletionProtection=U)
    ),
    "experiment-stops": Case(
        "fis/experimentTemplate",
        ok=v(stopConditions=[{"source": "aws:cloudwatch:alarm", "value": "arn:a"}]),
        bad=v(stopConditions=[{"source": "none"}]),
        unknown=v(stopConditions=U),
    ),
    "trail-every-region": Case(
        "cloudtrail/trail", ok=v(isMultiRegionTrail=True), bad=v(), unknown=v(isMultiRegionTrail=U)
    ),
}  # fmt: skip
