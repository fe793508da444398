"""IAM policy documents as JSON, without the ``getPolicyDocument`` invoke (a preview makes no AWS API call)."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

Statement = Mapping[str, Any]
"""A policy statement in IAM's JSON format (Effect, Action, Resource, ...); values may be outputs."""

POLICY_VERSION = "2012-10-17"


def document(*statements: Statement) -> pulumi.Output[str]:
    """A policy document with ``statements``, as JSON; unknown while any value in it is unknown."""
    return pulumi.Output.json_dumps({"Version": POLICY_VERSION, "Statement": list(statements)})


def allow(
    actions: str | Sequence[str],
    resources: Any,
    *,
    sid: str | None = None,
    conditions: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An identity policy statement that allows ``actions`` on ``resources`` (an ARN or a list of ARNs)."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return _with(statement, sid, conditions)


def grant(
    principal: Mapping[str, Any],
    actions: str | Sequence[str],
    resources: Any = "*",
    *,
    sid: str | None = None,
    conditions: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A resource policy statement that allows ``principal`` (``{"Service": …}`` or ``{"AWS": …}``) the ``actions``.

    ``resources`` defaults to ``*``, which in a key policy means the key itself.
    """
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": resources}
    return _with(statement, sid, conditions)


def deny_insecure_transport(*arns: Any) -> dict[str, Any]:
    """A resource policy statement that denies requests without TLS on ``arns``."""
    return {
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Resource": list(arns),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def on_behalf_of(account: pulumi.Input[str]) -> dict[str, Any]:
    """Condition of a trust policy: the service acts for this account, or does not say for whom (``IfExists``).

    For services whose documentation does not say that they set ``aws:SourceAccount`` when they assume a role; for the
    others use StringEquals.
    """
    return {"StringEqualsIfExists": {"aws:SourceAccount": account}}


def trust(service: str, *, conditions: Mapping[str, Any] | None = None) -> pulumi.Output[str]:
    """Trust policy that lets ``service`` (such as ``ec2.amazonaws.com``) assume the role."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    return document(_with(statement, None, conditions))


def _with(statement: dict[str, Any], sid: str | None, conditions: Mapping[str, Any] | None) -> dict[str, Any]:
    if sid:
        statement["Sid"] = sid
    if conditions:
        statement["Condition"] = dict(conditions)
    return statement
