# ruff: noqa: E501 (what AWS says is as long as it is)
"""Who may sign in to a database, and how: users and passwords of RDS, proxies in front of it."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, length, not_both, one_of, ranged, refuses
from offline.aws.refusals.network import zones_of
from offline.aws.refusals.relational import CLUSTER, INSTANCE

PROXY = "aws:rds/proxy:Proxy"


@refuses(CLUSTER, INSTANCE)
def one_way_to_the_password(case: Case) -> Iterator[Problem]:
    """RDS: ManageMasterUserPassword excludes MasterUserPassword; lengths 8 up; not in an Aurora global database."""
    plain, written = ("password", "passwordWo") if case.token == INSTANCE else ("masterPassword", "masterPasswordWo")
    managed = case.get("manageMasterUserPassword") is True
    for name in (plain, written):
        if managed and case.given(name):
            yield name, f"InvalidParameterCombination: You can't specify {name} and manageMasterUserPassword."
    yield from not_both(case, plain, written)
    yield from length(case, plain, 8, 128)
    if case.given(written) and not case.given(f"{written}Version"):
        yield f"{written}Version", f"{written} needs {written}Version: without it a new value is never noticed"
    if managed and case.given("globalClusterIdentifier"):
        yield (
            "manageMasterUserPassword",
            "InvalidParameterCombination: a cluster of an Aurora global database can't manage its master user password in Secrets Manager",
        )
    if managed and (case.given("replicateSourceDb") or case.given("replicationSourceIdentifier")):
        yield (
            "manageMasterUserPassword",
            "InvalidParameterCombination: a read replica can't manage its master user password in Secrets Manager",
        )
    if case.given("masterUserSecretKmsKeyId") and not managed and not case.unknown("manageMasterUserPassword"):
        yield (
            "masterUserSecretKmsKeyId",
            "InvalidParameterCombination: masterUserSecretKmsKeyId needs manageMasterUserPassword",
        )


_RESERVED_USERS = {"rdsadmin", "rds_superuser", "rdsrepladmin", "admin"}


@refuses(CLUSTER, INSTANCE)
def a_primary_has_a_user(case: Case) -> Iterator[Problem]:
    """RDS: MasterUsername and a password for what is neither a replica nor restored; reserved names of PostgreSQL."""
    cluster = case.token == CLUSTER
    user = "masterUsername" if cluster else "username"
    ways = (
        "manageMasterUserPassword",
        *(("masterPassword", "masterPasswordWo") if cluster else ("password", "passwordWo")),
    )
    elsewhere = (
        "snapshotIdentifier", "replicateSourceDb", "replicationSourceIdentifier", "restoreToPointInTime", "s3Import",
        "globalClusterIdentifier", "sourceRegion",
    )  # fmt: skip
    if case.new and not any(case.given(n) for n in elsewhere):
        if not case.given(user):
            yield user, f"InvalidParameterCombination: {user} must be given for a new database"
        if not any(case.given(n) for n in ways):
            yield ways[0], f"InvalidParameterCombination: one of {', '.join(ways)} must be given for a new database"
    name = case.text(user)
    engine = case.text("engine") or ""
    if name is not None:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,62}", name):
            yield user, f"InvalidParameterValue: {user} {name!r}: a letter, then letters, digits and underscores"
        elif "postgres" in engine and name.lower() in _RESERVED_USERS:
            yield (
                user,
                f"InvalidParameterValue: MasterUsername {name} cannot be used as it is a reserved word used by the engine",
            )
    replica = case.given("replicateSourceDb")
    if replica and case.given(user):
        yield user, f"InvalidParameterCombination: {user} cannot be given for a read replica"


@refuses(PROXY)
def proxy_is_legal(case: Case) -> Iterator[Problem]:
    """RDS CreateDBProxy: names; engine families; subnets in two zones; a secret per authentication by SECRETS."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,62}(?<!-)", name):
        yield (
            "name",
            f"InvalidParameterValue: proxy name {name!r}: 1 to 63 letters, digits, hyphens, a letter first, no hyphen last or twice",
        )
    yield from one_of(case, "engineFamily", "MYSQL", "POSTGRESQL", "SQLSERVER")
    yield from ranged(case, "idleClientTimeout", 1, 28800, "seconds")
    zones, complete = zones_of(case, case.list("vpcSubnetIds"))
    subnets = case.list("vpcSubnetIds")
    if (subnets or not case.unknown("vpcSubnetIds")) and (len(subnets) < 2 or (complete and len(zones) < 2)):
        yield "vpcSubnetIds", "InvalidSubnet: RDS Proxy needs subnets in at least two Availability Zones"
    if not case.given("auths") and case.text("defaultAuthScheme") in (None, "NONE"):
        yield (
            "auths",
            "InvalidParameterCombination: auths must be given unless the default authentication scheme is IAM_AUTH",
        )


@refuses(PROXY)
def proxy_with_iam_requires_tls(case: Case) -> Iterator[Problem]:
    """RDS CreateDBProxy: "RequireTLS must be true" where IAM authentication is REQUIRED."""
    for path, auth in case.objects("auths"):
        if auth.text("iamAuth") == "REQUIRED" and case.get("requireTls") is not True and not case.unknown("requireTls"):
            yield "requireTls", f"InvalidParameterCombination: {path}.iamAuth is REQUIRED: requireTls must be true"
