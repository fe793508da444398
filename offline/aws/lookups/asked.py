"""A look-up's arguments, and helpers to build its answer."""

import fnmatch
from collections.abc import Callable, Mapping
from typing import Any, cast

from offline.aws.coercion import coerced, plain
from offline.aws.fields import Field, Resource
from offline.aws.inventory import Inventory, Memory
from offline.aws.outputs import compute
from offline.aws.resource_outputs import ResourceOutputs
from offline.aws.schema import Schema
from offline.aws.templates import ACCOUNT, TemplateValues, canonical, digest

Values = Mapping[str, Any]
Function = Callable[["Asked"], Values | None]
_FUNCTIONS: dict[str, Function] = {}
ANY_VALUE = "*"
"""A filter's wildcard, as in EC2's DescribeX operations."""


class NoAnswer(Exception):  # noqa: N818 (what the program is told)
    """Why there is no answer, in one sentence."""


def answers(*tokens: str) -> Callable[[Function], Function]:
    """Register a function that answers these look-ups; it returns None if only a real account can tell."""

    def register(function: Function) -> Function:
        _FUNCTIONS.update(dict.fromkeys(tokens, function))
        return function

    return register


def registered(token: str) -> Function | None:
    """The function that answers a look-up; None if there is none."""
    return _FUNCTIONS.get(token)


class Asked:
    """A look-up with its arguments, with Pulumi's names and the declared types."""

    def __init__(
        self, schema: Schema, lookup: Resource, args: Values, region: str, inventory: Inventory, memory: Memory
    ) -> None:
        self.schema, self.lookup, self.inventory, self.memory = schema, lookup, inventory, memory
        self.token = lookup.token
        self.args = coerced(schema, lookup.token, lookup.inputs, args)
        wanted = self.args.get("region")
        self.region = wanted if isinstance(wanted, str) else region
        self.values = TemplateValues(f"{self.token}|{self.region}|{canonical(self.criteria())}", self.args, self.region)

    # ---------------------------------------------------------------------------------------------- what was asked
    def criteria(self, *without: str) -> dict[str, Any]:
        """The arguments without those that only control the request."""
        left_out = {"region", "timeouts", *without}
        return {k: v for k, v in self.args.items() if k not in left_out}

    def text(self, name: str) -> str | None:
        """A string argument; None if it was not given."""
        value = self.args.get(name)
        return value if isinstance(value, str) and value else None

    def needed(self, name: str) -> str:
        """A required argument. Raises NoAnswer if it is missing."""
        value = self.text(name)
        if value is None:
            raise NoAnswer(f"{self.token} needs {name!r}: a required argument is missing")
        return value

    def texts(self, name: str) -> list[str]:
        """An argument that is a list of strings; empty if it was not given."""
        value = self.args.get(name)
        return [v for v in cast(list[Any], value) if isinstance(v, str)] if isinstance(value, list) else []

    def filters(self) -> dict[str, list[str]]:
        """Filter name -> values; tags as ``tag:Name``."""
        found: dict[str, list[str]] = {}
        given = self.args.get("filters")
        for one in cast(list[Any], given) if isinstance(given, list) else []:
            if isinstance(one, Mapping):
                entry = cast(Mapping[str, Any], one)
                values = entry.get("values")
                found[str(entry.get("name"))] = [str(v) for v in cast(list[Any], values or [])]
        tags = self.args.get("tags")
        for key, value in cast(Mapping[str, Any], tags).items() if isinstance(tags, Mapping) else ():
            found[f"tag:{key}"] = [str(value)]
        return found

    def tags(self) -> dict[str, str]:
        """The tags that the look-up requires."""
        wanted = self.filters().items()
        return {n.removeprefix("tag:"): v[0].replace(ANY_VALUE, "") for n, v in wanted if n.startswith("tag:") and v}

    def fill(self, template: str, *seed: str) -> str:
        """A filled-in template of `TemplateValues`. seed: of its hashes, by default all criteria."""
        values = TemplateValues("|".join((self.region, *seed)), self.args, self.region) if seed else self.values
        return str(values.fill(template))

    # ---------------------------------------------------------------------------------------------- what is answered
    def result(self, values: Values) -> dict[str, Any]:
        """All declared results: from the values, then the arguments, then in the format that the name suggests."""
        filled = ResourceOutputs(
            self.schema, self.lookup, self.region, str(values.get("id", "")), {**self.args, **values}
        )
        made: dict[str, Any] = {}
        for name, declared in self.lookup.outputs.items():
            kind = declared.kind.split("|")[0]
            value = _of_kind(values.get(name), kind)
            if value is not None:
                made[name] = value
            elif name in self.args:
                made[name] = filled.echo(self.args[name], kind)
            elif name == "region" or name == "id":
                made[name] = self.region
            elif declared.required:
                made[name] = _nothing(kind) if kind[0] in "[{" else filled.value(name, Field(kind, True, declared.doc))
        return {k: v for k, v in made.items() if v is not None}

    def compute(self, token: str, inputs: Values, name: str = "", identifier: str | None = None) -> dict[str, Any]:
        """The outputs, with the id, of a resource of the account outside the stack."""
        urn = f"urn:pulumi:account::{self.region}::{token}::{name or canonical(inputs)}"
        found, outputs = compute(
            self.schema, token, inputs, self.region, urn=urn, identifier=identifier, inventory=self.inventory
        )
        return {**outputs, "id": found}

    def remember(self, token: str, outputs: dict[str, Any]) -> dict[str, Any]:
        """Remember the outputs, so that a later look-up of the same id finds them."""
        self.memory.by_id[str(outputs["id"])] = (token, outputs)
        return outputs

    def known(self, token: str, identifier: str | None) -> dict[str, Any] | None:
        """The outputs of the resource with this id, from the stack or from an earlier answer."""
        if identifier is None:
            return None
        if found := self.inventory.get(token, identifier):
            return {**found, "id": identifier}
        kind, outputs = self.memory.by_id.get(identifier, ("", {}))
        return outputs if kind == token else None

    def of_the_stack(self, token: str) -> list[dict[str, Any]]:
        """The outputs of all known resources of a type in this Region."""
        return [
            {**outputs, "id": identifier}
            for identifier, outputs in self.inventory.created_of(token)
            if outputs.get("region", self.region) == self.region
        ]

    def of_this_stack(self) -> Values | None:
        """The stack's resource that the look-up names by type and identity; None if there is none."""
        service, _, kind = self.token.removeprefix("aws:").partition("/")
        name = kind.partition(":")[0].removeprefix("get")
        token = f"aws:{service}/{name[:1].lower()}{name[1:]}:{name}"
        resource = self.schema.resource(token)
        asked = {k: v for k, v in self.criteria("filters", "tags").items() if isinstance(v, str)}
        if resource is None or not asked:
            return None
        for outputs in self.of_the_stack(token):
            if all(v in (outputs.get(k), outputs.get("arn"), outputs.get("id")) for k, v in asked.items()):
                return outputs
        return None


def matches(value: Any, wanted: list[str]) -> bool:
    """Whether a value matches one of a filter's values; ``*`` and ``?`` are wildcards."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return any(fnmatch.fnmatchcase(text, w) for w in wanted)


def seed_of(*parts: Any) -> str:
    """A hash seed from any values."""
    return digest(*(canonical(p) for p in parts))


def account_arn(asked: Asked, arn: str) -> str:
    """``arn:partition:`` and a template of `TemplateValues`."""
    return asked.fill("arn:{p}:" + arn)


def _nothing(kind: str) -> Any:
    return [] if kind.startswith("[") else {}


def _of_kind(value: Any, kind: str) -> Any:
    """A resource's output as a look-up declares it: lists of one for objects, objects for lists of one."""
    if kind.startswith("[@") and isinstance(value, Mapping):
        return [value]
    if kind.startswith("@") and isinstance(value, list):
        items = cast(list[Any], value)
        return items[0] if items else None
    if kind[0] not in "[{@*" and isinstance(value, Mapping | list):
        return None  # the look-up means something else by this name
    return plain(kind, value)


__all__ = [
    "ACCOUNT", "Asked", "Memory", "NoAnswer", "Values", "account_arn", "answers", "matches", "registered", "seed_of",
]  # fmt: skip
