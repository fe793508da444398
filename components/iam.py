"""IAM policy documents as JSON, without the ``getPolicyDocument`` invoke (nothing at preview asks the provider)."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

Statement = Mapping[str, Any]
"""One statement in IAM's own JSON form (Effect, Action, Resource, ...); values may be outputs."""

POLICY_VERSION = "2012-10-17"


def document(*statements: Statement) -> pulumi.Output[str]:
    """A policy document of ``statements``, as JSON; unknown while any value in it is."""
    return pulumi.Output.json_dumps({"Version": POLICY_VERSION, "Statement": list(statements)})


def allow(
    actions: str | Sequence[str],
    resources: Any,
    *,
    sid: str | None = None,
    conditions: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An identity-policy statement that allows ``actions`` on ``resources`` (an ARN or a list of them)."""
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
    """A resource-policy statement: ``principal`` (``{"Service": …}`` or ``{"AWS": …}``) may do ``actions``.

    ``resources`` defaults to ``*``, which in a key policy means the key itself.
    """
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": resources}
    return _with(statement, sid, conditions)


def deny_insecure_transport(*arns: Any) -> dict[str, Any]:
    """A resource-policy statement that refuses requests without TLS on ``arns``."""
    return {
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Resource": list(arns),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def trust(service: str, *, conditions: Mapping[str, Any] | None = None) -> pulumi.Output[str]:
    """Trust policy: ``service`` (such as ``ec2.amazonaws.com``) may assume the role."""
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
