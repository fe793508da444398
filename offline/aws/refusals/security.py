# ruff: noqa: E501 (what AWS says is as long as it is)
"""KMS, ACM, Secrets Manager, Systems Manager parameters, Cognito."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, not_both, one_of, ranged, refuses


@refuses("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey")
def key_is_legal(case: Case) -> Iterator[Problem]:
    """KMS ScheduleKeyDeletion: 7-30 days; rotation 90-2560 days and of symmetric keys only."""
    yield from ranged(case, "deletionWindowInDays", 7, 30, "days")
    yield from ranged(case, "rotationPeriodInDays", 90, 2560, "days")
    spec = case.text("customerMasterKeySpec")
    if case.get("enableKeyRotation") is True and spec not in (None, "SYMMETRIC_DEFAULT"):
        yield "enableKeyRotation", f"UnsupportedOperationException: rotation is not supported for keys of {spec}"
    if (
        case.given("rotationPeriodInDays")
        and case.get("enableKeyRotation") is not True
        and not case.unknown("enableKeyRotation")
    ):
        yield "rotationPeriodInDays", "rotationPeriodInDays needs enableKeyRotation"
    primary = case.text("primaryKeyArn")
    if primary is not None and primary.count(":") >= 5:
        if primary.split(":")[3] == case.region and not case.unknown("region"):
            yield (
                "primaryKeyArn",
                f"InvalidArnException: a replica cannot be in the Region of its primary, {case.region}",
            )
        if "/mrk-" not in primary and re.search(r"key/[0-9a-f-]{36}$", primary):
            yield "primaryKeyArn", "UnsupportedOperationException: the primary is not a multi-Region key"


@refuses("aws:kms/alias:Alias")
def alias_name_is_legal(case: Case) -> Iterator[Problem]:
    """KMS CreateAlias: alias/ and letters, digits, / _ -; not alias/aws/."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"alias/[a-zA-Z0-9/_-]{1,250}", name):
        yield "name", f"ValidationException: alias {name!r}: alias/ and letters, digits, / _ -"
    if name is not None and name.startswith("alias/aws/"):
        yield "name", "NotAuthorizedException: alias/aws/ is reserved for AWS managed keys"


@refuses("aws:acm/certificate:Certificate")
def certificate_is_legal(case: Case) -> Iterator[Problem]:
    """ACM RequestCertificate: a domain to 253 characters, first name to 64; validation by DNS or EMAIL."""
    names = [case.text("domainName"), *case.list("subjectAlternativeNames")]
    for name in names:
        if isinstance(name, str) and not re.fullmatch(r"(\*\.)?(?!-)([a-zA-Z0-9-]{1,63}\.)+[a-zA-Z]{2,63}", name):
            yield "domainName", f"ValidationException: domain name {name!r} is not valid"
    first = case.text("domainName")
    if first is not None and len(first) > 64:
        yield (
            "domainName",
            f"InvalidDomainValidationOptionsException: the first domain name has {len(first)} characters, at most 64",
        )
    yield from one_of(case, "validationMethod", "DNS", "EMAIL", "HTTP", "NONE")
    if not any(case.given(n) for n in ("privateKey", "validationMethod", "certificateAuthorityArn")):
        yield "validationMethod", "validationMethod must be given for a requested certificate"


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


@refuses("aws:ssm/parameter:Parameter")
def parameter_is_legal(case: Case) -> Iterator[Problem]:
    """SSM PutParameter: names without aws or ssm first; 4 KB, 8 KB for the advanced tier; a key for SecureString only."""
    name = case.text("name")
    if name is not None and (
        not re.fullmatch(r"[a-zA-Z0-9_.\-/]{1,1011}", name) or re.match(r"/?(aws|ssm)", name, re.I)
    ):
        yield (
            "name",
            f"ValidationException: parameter name {name!r}: letters, digits and _ . - /, not beginning with aws or ssm",
        )
    if name is not None and "/" in name and not name.startswith("/"):
        yield "name", "ValidationException: Parameter name must be a fully qualified name: begin with /"
    yield from one_of(case, "type", "String", "StringList", "SecureString")
    yield from one_of(case, "tier", "Standard", "Advanced", "Intelligent-Tiering")
    text = case.text("value")
    limit = 4096 if case.text("tier") in (None, "Standard") else 8192
    if text is not None and len(text.encode()) > limit:
        yield (
            "value",
            f"ValidationException: {case.text('tier') or 'Standard'} tier parameters support a maximum of {limit} bytes",
        )
    if case.given("keyId") and case.text("type") not in (None, "SecureString"):
        yield "keyId", "ValidationException: KeyId is required for SecureString type parameter only."


@refuses("aws:cognito/userPool:UserPool")
def user_pool_is_legal(case: Case) -> Iterator[Problem]:
    """Cognito CreateUserPool: password lengths 6-99; aliases or user-name attributes."""
    yield from ranged(case, "passwordPolicy.minimumLength", 6, 99)
    yield from not_both(case, "aliasAttributes", "usernameAttributes")
    yield from one_of(case, "mfaConfiguration", "OFF", "ON", "OPTIONAL")
    if case.text("mfaConfiguration") in ("ON", "OPTIONAL"):
        ways = ("softwareTokenMfaConfiguration", "smsConfiguration", "emailMfaConfiguration")
        if not any(case.given(w) for w in ways):
            yield (
                "mfaConfiguration",
                f"InvalidParameterException: multi-factor authentication needs one of {', '.join(ways)}",
            )
