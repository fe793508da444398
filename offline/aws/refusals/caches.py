# ruff: noqa: E501 (what AWS says is as long as it is)
"""ElastiCache: users and their groups, authentication, data tiering."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, not_both, refuses

CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
USER, USERS = "aws:elasticache/user:User", "aws:elasticache/userGroup:UserGroup"


@refuses(CACHE)
def one_way_to_authenticate(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateReplicationGroup: AuthToken and UserGroupIds exclude one another; user groups need encryption in transit."""
    yield from not_both(case, "authToken", "userGroupIds")
    if (
        case.list("userGroupIds")
        and case.get("transitEncryptionEnabled") is not True
        and not case.unknown("transitEncryptionEnabled")
        and not case.given("globalReplicationGroupId")
    ):
        yield "userGroupIds", "InvalidParameterCombination: user groups need transitEncryptionEnabled"


@refuses(CACHE)
def tiered_nodes_tier_their_data(case: Case) -> Iterator[Problem]:
    """ElastiCache User Guide, "Data tiering": always on for r6gd nodes, and only there."""
    kind, tiered = case.text("nodeType"), case.get("dataTieringEnabled") is True
    if kind is None or case.unknown("dataTieringEnabled"):
        return
    if kind.startswith("cache.r6gd.") != tiered:
        needs = "must be enabled for" if not tiered else "is not supported for"
        yield "dataTieringEnabled", f"InvalidParameterCombination: Data tiering {needs} {kind}"


@refuses(USER)
def cache_user_is_legal(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateUser: ids of 1-40; an IAM user has its name as id; one way to authenticate."""
    identifier, name = case.text("userId"), case.text("userName")
    if identifier is not None and not re.fullmatch(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,39}(?<!-)", identifier):
        yield (
            "userId",
            f"InvalidParameterValue: userId {identifier!r}: 1 to 40 letters, digits, hyphens; a letter first",
        )
    if case.text("authenticationMode.type") == "iam" and identifier is not None and name not in (None, identifier):
        yield (
            "userName",
            "InvalidParameterValue: For IAM authentication, the user name and user id must be identical",
        )
    if case.get("noPasswordRequired") is True and case.given("passwords"):
        yield "passwords", "InvalidParameterCombination: passwords cannot be given when no password is required"


@refuses(USERS)
def cache_user_group_is_legal(case: Case) -> Iterator[Problem]:
    """ElastiCache CreateUserGroup: DefaultUserRequired for Redis OSS; Valkey takes no user without a password; ids of 1-40."""
    name = case.text("userGroupId")
    if name is not None and not re.fullmatch(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,39}(?<!-)", name):
        yield (
            "userGroupId",
            f"InvalidParameterValue: userGroupId {name!r}: 1 to 40 letters, digits, hyphens; a letter first",
        )
    engine, ids = (case.text("engine") or "").lower(), case.list("userIds")
    users = [case.seen.of(USER, i) for i in ids]
    if engine == "redis" and not case.unknown("userIds"):
        named = {u.get("userName") for u in users if u}
        if "default" not in (*ids, *named) and all(users):
            yield "userIds", "DefaultUserRequired: User group must contain a user with the name default."
    for user in users:
        if engine == "valkey" and user and user.get("noPasswordRequired") is True:
            yield (
                "userIds",
                f"InvalidParameterValue: user {user.get('userId')} needs no password: Valkey user groups take only users with a password or IAM",
            )
