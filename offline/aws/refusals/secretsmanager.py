# ruff: noqa: E501 (what AWS says is as long as it is)
"""Secrets Manager."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, not_both, ranged, refuses
from offline.aws.unique import unique


@refuses("aws:secretsmanager/secret:Secret")
def secret_is_legal(case: Case) -> Iterator[Problem]:
    """Secrets Manager CreateSecret: names to 512 of letters, digits, /_+=.@-; recovery 0 or 7-30 days; other Regions."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[A-Za-z0-9/_+=.@-]{1,512}", name):
        yield "name", f"ValidationException: secret name {name!r}: 1 to 512 letters, digits and / _ + = . @ -"
    days = case.number("recoveryWindowInDays")
    if days not in (None, 0) and not 7 <= (days or 0) <= 30:
        yield "recoveryWindowInDays", f"recoveryWindowInDays={days}: must be 0 or between 7 and 30 days"
    for path, replica in case.objects("replicas"):
        if replica.text("region") == case.region:
            yield (
                f"{path}.region",
                f"InvalidParameterException: Invalid replica region: {case.region} is the secret's own",
            )


@refuses("aws:secretsmanager/secretVersion:SecretVersion")
def secret_version_has_one_value(case: Case) -> Iterator[Problem]:
    """Secrets Manager PutSecretValue: text or binary; at most 65536 bytes."""
    values = ("secretString", "secretBinary", "secretStringWo")
    yield from not_both(case, *values)
    text = case.text("secretString")
    if text is not None and len(text.encode()) > 65536:
        yield "secretString", f"ValidationException: a secret has at most 65536 bytes, this has {len(text.encode())}"
    if case.given("secretStringWo") and not case.given("secretStringWoVersion"):
        yield (
            "secretStringWoVersion",
            "secretStringWo needs secretStringWoVersion: without it a new value is never noticed",
        )


@refuses("aws:secretsmanager/secretRotation:SecretRotation")
def rotation_is_legal(case: Case) -> Iterator[Problem]:
    """Secrets Manager RotateSecret: days 1-1000 or a schedule."""
    for path, rules in case.objects("rotationRules"):
        yield from ((f"{path}.{p}", r) for p, r in ranged(rules, "automaticallyAfterDays", 1, 1000, "days"))
        yield from ((f"{path}.{p}", r) for p, r in not_both(rules, "automaticallyAfterDays", "scheduleExpression"))


unique("aws:secretsmanager/secret:Secret", "name", call="secretsmanager CreateSecret", says="ResourceExistsException: The operation failed because the secret {name} already exists.")  # fmt: skip
unique("aws:secretsmanager/secretRotation:SecretRotation", "secretId", call="secretsmanager RotateSecret", says="RotateSecret: one rotation of secret {secretId}:", overwrites=True)  # fmt: skip
