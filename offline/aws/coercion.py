"""Inputs as the real provider reads them: other spellings, strings for numbers, one item for a list of one.

A bridge translates the inputs of a program for the Terraform provider before they are checked; state and policies see
the translation. What it does (pulumi-terraform-bridge):

- ``makeTerraformInput`` (pkg/tfbridge/schema.go): numbers and booleans become strings if a string is expected, strings
  become integers; a single value becomes a list of one if a list is expected; a list of one may stand for its item.
- ``CoerceTerraformString`` (same file): strings become booleans and numbers.
- ``PulumiToTerraformName`` (pkg/tfbridge/names.go): a name that Pulumi does not know is taken as Terraform's. Terraform
  writes ``snake_case``, and lists of blocks in the singular.
- ``TransformJSONDocument`` (pkg/tfbridge/json.go): an object for a policy document becomes its JSON text.
- ``Provider.Check`` (pkg/tfbridge/provider.go): a wrong type is a warning, a value that cannot be translated an error.

Types that the provider implements with Terraform's newer framework (pkg/convert) accept a little less: no other
spellings, no string for a boolean. `pulumi_aws` does not say which types those are, so all are read alike.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from offline.aws.fields import Field
from offline.aws.schema import Schema
from offline.aws.wire import SIGNATURE, UNKNOWN, Unknown, has_unknown

_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
"""Strings that Terraform accepts as a boolean (go-cty, convert/conversion_primitive.go)."""

DOCUMENTS = {
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyDocument",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": "policy",
    "aws:ecr/registryPolicy:RegistryPolicy": "policy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
    "aws:elasticsearch/domain:Domain": "accessPolicies",
    "aws:elasticsearch/domainPolicy:DomainPolicy": "accessPolicies",
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    "aws:iam/policy:Policy": "policy",
    "aws:iam/role:Role": "assumeRolePolicy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
    "aws:s3/bucket:Bucket": "policy",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
}
"""Properties that take an object for a JSON text (pulumi-aws, provider/resources.go: TransformJSONDocument). Until
pulumi_aws 7 the package declares them as strings."""


def coerced(schema: Schema, token: str, fields: Mapping[str, Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with Pulumi's names and the declared types, as far as they can be translated.

    A value that cannot be translated stays as it is; the check then reports it.
    """
    made: dict[str, Any] = {}
    for name, value in values.items():
        known = spelling(fields, name)
        known = name if known in values and known != name else known
        if DOCUMENTS.get(token) == known and isinstance(value, Mapping) and SIGNATURE not in value:
            made[known] = _document(cast(Mapping[str, Any], value))
        else:
            made[known] = _value(schema, token, fields[known].kind, value) if known in fields else value
    return {name: value for name, value in made.items() if value is not None}


def _document(value: Mapping[str, Any]) -> Any:
    """The JSON text of a policy document, unknown if any part of it is."""
    return UNKNOWN if has_unknown(value) else json.dumps(value, sort_keys=True, separators=(",", ":"))


def spelling(fields: Mapping[str, Field], name: str) -> str:
    """Pulumi's name of a property whose name may be Terraform's; the same name if it is neither."""
    if name in fields:
        return name
    camel = re.sub(r"(?<=[a-zA-Z0-9])_([a-z0-9])", lambda m: m[1].upper(), name)
    if camel in fields:
        return camel
    return next((p for p in _plurals(camel) if p in fields and fields[p].kind.startswith("[@")), name)


def _plurals(name: str) -> tuple[str, ...]:
    """Possible plurals of a name: ``ingress`` stays, ``policy`` is ``policies``, ``alias`` is ``aliases``."""
    found = [f"{name}s", f"{name}es"]
    if name.endswith("y"):
        found.append(f"{name[:-1]}ies")
    if name.endswith("is"):
        found.append(f"{name[:-2]}es")
    return tuple(found)


def _value(schema: Schema, token: str, kind: str, value: Any) -> Any:
    if isinstance(value, Unknown) or value is None or kind in ("*", "a"):
        return value
    if "|" in kind:
        return _either(schema, token, kind.split("|"), value)
    if kind.startswith("["):
        items = cast(list[Any], value) if isinstance(value, list) else [value]
        return [_value(schema, token, kind[1:], item) for item in items]
    if kind.startswith("@") and isinstance(value, list):
        items = cast(list[Any], value)
        if len(items) > 1:
            return items
        return _value(schema, token, kind, items[0]) if items else None
    if isinstance(value, Mapping):
        return _mapping(schema, token, kind, cast(Mapping[str, Any], value))
    return plain(kind, value)


def _either(schema: Schema, token: str, kinds: list[str], value: Any) -> Any:
    """A value of one of several types; unchanged if it already is one of them."""
    wanted = "@{" if isinstance(value, Mapping) else "[" if isinstance(value, list) else ""
    fitting = [k for k in kinds if k[0] in wanted] if wanted else [k for k in kinds if k[0] not in "@{["]
    return _value(schema, token, (fitting or kinds)[0], value)


def _mapping(schema: Schema, token: str, kind: str, value: Mapping[str, Any]) -> Any:
    if SIGNATURE in value:
        return value
    if kind.startswith("{"):
        return {key: _value(schema, token, kind[1:], item) for key, item in value.items()}
    fields = schema.taken(token, kind[1:]) if kind.startswith("@") else None
    return coerced(schema, token, fields, value) if fields is not None else value


def plain(kind: str, value: Any) -> Any:
    """A string, number or boolean as the expected type; unchanged if Terraform would not accept it."""
    match kind, value:
        case "s", bool():
            return "true" if value else "false"
        case "s", int():
            return str(value)
        case "s", float():
            return f"{value:.15f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.0f}"
        case "i", float():
            return int(value)
        case "i", str() if _INTEGER.fullmatch(value):
            return int(value)
        case "n", str() if _NUMBER.fullmatch(value):
            number = float(value)
            return int(number) if number.is_integer() else number
        case "b", str() if value in _BOOLEANS:
            return _BOOLEANS[value]
        case _:
            return value
