"""Check the inputs of a resource: first against the declarations of `pulumi_aws`, then against AWS's rules.

An unknown type or property, a missing required property, and a value of the wrong type are failures that name the
property. Defaults are those that the real provider sets during check.
"""

import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from offline.aws import limits, names, regional, regions
from offline.aws.coercion import coerced
from offline.aws.fields import Field, Resource
from offline.aws.holders import Key
from offline.aws.inventory import Inventory
from offline.aws.refusals import Case, claims, refusals
from offline.aws.schema import Schema
from offline.aws.wire import ARCHIVE, ASSET, SIGNATURE, UNKNOWN, Path, Unknown, has_unknown, scrub

DEFAULTS = "__defaults"
MANAGED = "Managed by Pulumi"
_DESCRIBED = {
    "aws:docdb/subnetGroup:SubnetGroup": "description",
    "aws:ec2/securityGroup:SecurityGroup": "description",
    "aws:elasticache/parameterGroup:ParameterGroup": "description",
    "aws:elasticache/subnetGroup:SubnetGroup": "description",
    "aws:neptune/subnetGroup:SubnetGroup": "description",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": "description",
    "aws:rds/optionGroup:OptionGroup": "optionGroupDescription",
    "aws:rds/parameterGroup:ParameterGroup": "description",
    "aws:rds/subnetGroup:SubnetGroup": "description",
    "aws:redshift/parameterGroup:ParameterGroup": "description",
    "aws:redshift/subnetGroup:SubnetGroup": "description",
    "aws:route53/zone:Zone": "comment",
}
"""The description that the real provider sets by default."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure. property: its path; empty for the whole resource."""

    property: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The inputs with defaults, and all failures."""

    inputs: dict[str, Any]
    failures: tuple[Failure, ...]
    keys: tuple[Key, ...] = ()
    """The unique keys that the resource holds."""


def dotted(path: Iterable[str | int]) -> str:
    """``ingress[0].fromPort`` for a path."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def nearest(name: str, among: Iterable[str]) -> str:
    """``; did you mean 'x'?`` if there is a similar name, else an empty string."""
    options = list(among)
    camel = "".join(p if i == 0 else p[:1].upper() + p[1:] for i, p in enumerate(name.split("_")))
    near = [camel] if camel in options else difflib.get_close_matches(name, options, 1, 0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


class Checker:
    """Checks the resources of one provider instance, and keeps an inventory of them."""

    def __init__(self, schema: Schema, region: str) -> None:
        self.schema, self.region = schema, region
        self.inventory = Inventory()
        self.stand_in: Callable[[str], bool] = lambda _: False
        """Is a text no value of AWS's, but what tests put in its place? It is then held against no pattern."""

    def check(
        self,
        token: str,
        urn: str,
        news: Mapping[str, Any],
        olds: Mapping[str, Any] | None = None,
        secrets: set[Path] | None = None,
        seed: str | None = None,
    ) -> Checked:
        """Check the inputs and set defaults. seed: source of an automatic name, by default the URN."""
        resource = self.schema.resource(token)
        if resource is None:
            similar = self.schema.similar(token)
            hint = f"; did you mean {similar!r}?" if similar else ""
            reason = f"{token!r} is not a resource type of pulumi_aws {self.schema.version}{hint}"
            return Checked(dict(news), (Failure("", reason),))
        given = {k: v for k, v in news.items() if k != DEFAULTS}
        inputs = coerced(self.schema, token, resource.inputs, given)
        failures: list[Failure] = []
        keys: tuple[Key, ...] = ()
        try:
            defaulted = self._defaults(resource, urn, inputs, olds or {}, seed or urn)
        except ValueError as error:
            defaulted = []
            failures.append(Failure("name", str(error)))
        self._documents(resource, inputs)
        failures += self._wrong(resource, inputs)
        if not failures:
            region = inputs.get("region", self.region)
            case = Case(
                token, urn, inputs, region if isinstance(region, str) else self.region, self.inventory, not olds
            )
            failures += [Failure(p, r) for p, r in self._judged(case, olds or {})]
            keys = tuple(claim.key for claim in claims(case))
        known = secrets or set()
        inputs[DEFAULTS] = defaulted
        return Checked(inputs, tuple(Failure(f.property, scrub(f.reason, news, known)) for f in failures), keys)

    def _judged(self, case: Case, olds: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """What AWS would refuse: single values by its own models and by what the Region offers, the rest by rules.

        A value that is as it was has been accepted once, whatever is known or offered by now.
        """
        changed = {k: v for k, v in case.inputs.items() if k not in olds or olds[k] != v}
        yield from limits.problems(case.token, changed, self.stand_in)
        yield from regional.problems(case.token, case.inputs, changed, case.region)
        yield from refusals(case)

    # --------------------------------------------------------------------------------------------------- defaults
    def _defaults(
        self, resource: Resource, urn: str, inputs: dict[str, Any], olds: Mapping[str, Any], seed: str
    ) -> list[str]:
        """Set the real provider's defaults; returns which properties it has set."""
        filled: list[str] = []
        own = resource.inputs.get("region")
        if own is not None and own.kind == "s" and "region" not in inputs:  # elsewhere it is a list of Regions
            inputs["region"] = self.region
            filled.append("region")
        described = _DESCRIBED.get(resource.token)
        if described and described not in inputs:
            inputs[described] = MANAGED
            filled.append(described)
        rule = names.rule_for(resource, inputs)
        was_automatic = rule is not None and rule.prop in cast(list[str], olds.get(DEFAULTS) or [])
        if rule and was_automatic and rule.prop not in inputs and f"{rule.prop}Prefix" not in inputs:
            inputs[rule.prop] = olds[rule.prop]
            filled.append(rule.prop)
        elif made := names.automatic(resource, inputs, urn.rsplit("::", 1)[-1], seed):
            inputs[made[0]] = made[1]
            filled.append(made[0])
        return sorted(filled)

    def _documents(self, resource: Resource, inputs: dict[str, Any]) -> None:
        """Convert policy documents that are objects to text, as the real provider does."""
        for name, value in inputs.items():
            field = resource.inputs.get(name)
            if field and field.kind.startswith("s|@") and isinstance(value, Mapping):
                inputs[name] = UNKNOWN if has_unknown(value) else json.dumps(value, separators=(",", ":"))

    # ------------------------------------------------------------------------------------------------- the schema
    def _wrong(self, resource: Resource, inputs: Mapping[str, Any]) -> list[Failure]:
        return [
            Failure(dotted(path), reason)
            for path, reason in self._object(resource.token, resource.inputs, inputs, (), resource.token)
        ]

    def _object(
        self, token: str, fields: Mapping[str, Field], values: Mapping[str, Any], path: Path, owner: str
    ) -> Iterator[tuple[Path, str]]:
        for name in values:
            if name not in fields and name != DEFAULTS:
                yield (*path, name), f"{owner} has no property {name!r}{nearest(name, fields)}"
        for name, field in fields.items():
            if name in values:
                yield from self._value(token, field.kind, values[name], (*path, name))
            elif field.required:
                yield (*path, name), f"{owner} needs {name!r}: a required property is missing"

    def _value(self, token: str, kind: str, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
        if isinstance(value, Unknown) or value is None or kind == "*":
            return
        if "|" in kind:
            attempts = [list(self._value(token, k, value, path)) for k in kind.split("|")]
            if all(attempts):
                yield from min(attempts, key=len)
        elif kind.startswith("[") and isinstance(value, list):
            for i, item in enumerate(cast(list[Any], value)):
                yield from self._value(token, kind[1:], item, (*path, i))
        elif kind.startswith("{") and isinstance(value, Mapping) and SIGNATURE not in value:
            for key, item in cast(Mapping[str, Any], value).items():
                yield from self._value(token, kind[1:], item, (*path, key))
        elif kind.startswith("@") and isinstance(value, Mapping) and SIGNATURE not in value:
            fields = self.schema.taken(token, kind[1:])
            if fields is not None:
                nested = cast(Mapping[str, Any], value)
                yield from self._object(token, fields, nested, path, f"{token} {kind[1:].removesuffix('Args')}")
        elif not _is(kind, value):
            yield path, f"expected {_KINDS.get(kind[0], kind)}, got {_described(value)}"


_KINDS = {
    "s": "a string", "i": "an integer", "n": "a number", "b": "a boolean", "a": "an asset or archive", "[": "a list",
    "{": "a map", "@": "an object",
}  # fmt: skip


def _is(kind: str, value: Any) -> bool:
    match kind:
        case "s":
            return isinstance(value, str)
        case "b":
            return isinstance(value, bool)
        case "i":
            return isinstance(value, int) and not isinstance(value, bool)
        case "n":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "a":
            return isinstance(value, Mapping) and cast(Mapping[str, Any], value).get(SIGNATURE) in (ASSET, ARCHIVE)
        case _:
            return False


def _described(value: Any) -> str:
    """The type of a value and, if it is short, the value."""
    match value:
        case bool():
            return f"the boolean {str(value).lower()}"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the string {value!r}" if len(value) <= 40 else "a string"
        case list():
            return "a list"
        case _:
            return "an object"


def region_problem(region: str) -> str | None:
    """Why a Region cannot be used; None if it can."""
    if region in regions.ZONES:
        return None
    return f"invalid AWS Region: {region}{nearest(region, regions.ZONES)}"
