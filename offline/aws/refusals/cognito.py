"""Cognito."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, not_both, ranged, refuses


@refuses("aws:cognito/userPool:UserPool")
def user_pool_is_legal(case: Case) -> Iterator[Problem]:
    """Cognito CreateUserPool: password lengths 6-99; aliases or user-name attributes."""
    yield from ranged(case, "passwordPolicy.minimumLength", 6, 99)
    yield from not_both(case, "aliasAttributes", "usernameAttributes")
    if case.text("mfaConfiguration") in ("ON", "OPTIONAL"):
        ways = ("softwareTokenMfaConfiguration", "smsConfiguration", "emailMfaConfiguration")
        if not any(case.given(w) for w in ways):
            yield (
                "mfaConfiguration",
                f"InvalidParameterException: multi-factor authentication needs one of {', '.join(ways)}",
            )
