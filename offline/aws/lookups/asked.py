"""One look-up: what was asked, and its answer from a few values."""

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
    """Registers what answers these look-ups. It may answer None: that cannot be told."""

    def register(function: Function) -> Function:
        _FUNCTIONS.update(dict.fromkeys(tokens, function))
        return function

    return register


def registered(token: str) -> Function | None:
    """What answers a look-up, None for one that nothing answers."""
    return _FUNCTIONS.get(token)


class Asked:
    """A look-up with its arguments under Pulumi's names and of the declared types."""

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
        """The arguments but those that only say how to ask."""
        left_out = {"region", "timeouts", *without}
        return {k: v for k, v in self.args.items() if k not in left_out}

    def text(self, name: str) -> str | None:
        """An argument that is a text, None where it was not given."""
        value = self.args.get(name)
        return value if isinstance(value, str) and value else None

    def needed(self, name: str) -> str:
        """An argument that must be given. NoAnswer where it was not."""
        value = self.text(name)
        if value is None:
            raise NoAnswer(f"{self.token} needs {name!r}: a required argument is missing")
        return value

    def texts(self, name: str) -> list[str]:
        """An argument that is a list of texts; empty where it was not given."""
        value = self.args.get(name)
        return [v for v in cast(list[Any], value) if isinstance(v, str)] if isinstance(value, list) else []

    def filters(self) -> dict[str, list[str]]:
        """Values by the name of the filter, tags among them as ``tag:Name``."""
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
        """The tags that what is looked up must have, as far as they are said."""
        wanted = self.filters().items()
        return {n.removeprefix("tag:"): v[0].replace(ANY_VALUE, "") for n, v in wanted if n.startswith("tag:") and v}

    def fill(self, template: str, *seed: str) -> str:
        """A template of `TemplateValues`. seed: what its digests follow from, all criteria unless given."""
        values = TemplateValues("|".join((self.region, *seed)), self.args, self.region) if seed else self.values
        return str(values.fill(template))

    # ---------------------------------------------------------------------------------------------- what is answered
    def result(self, values: Values) -> dict[str, Any]:
        """Everything that the look-up declares: the values, then what was asked for, then what its name suggests."""
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
        """The outputs, id among them, of a resource of the account that the stack did not make."""
        urn = f"urn:pulumi:account::{self.region}::{token}::{name or canonical(inputs)}"
        found, outputs = compute(
            self.schema, token, inputs, self.region, urn=urn, identifier=identifier, inventory=self.inventory
        )
        return {**outputs, "id": found}

    def remember(self, token: str, outputs: dict[str, Any]) -> dict[str, Any]:
        """The outputs, which a later look-up of the same id finds again."""
        self.memory.by_id[str(outputs["id"])] = (token, outputs)
        return outputs

    def known(self, token: str, identifier: str | None) -> dict[str, Any] | None:
        """The outputs of a resource of the stack, or of an earlier answer, with this id."""
        if identifier is None:
            return None
        if found := self.inventory.get(token, identifier):
            return {**found, "id": identifier}
        kind, outputs = self.memory.by_id.get(identifier, ("", {}))
        return outputs if kind == token else None

    def of_the_stack(self, token: str) -> list[dict[str, Any]]:
        """The outputs of every resource of a type that exists, as far as this run knows, in this Region."""
        return [
            {**outputs, "id": identifier}
            for (kind, identifier), (_, outputs) in list(self.inventory.by_id.items())
            if kind == token and outputs.get("region", self.region) == self.region
        ]

    def of_this_stack(self) -> Values | None:
        """What the stack made, where the look-up names its type and one of its identities; None where it did not."""
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
    """Is a value one of those that a filter names? ``*`` and ``?`` stand for any characters."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return any(fnmatch.fnmatchcase(text, w) for w in wanted)


def seed_of(*parts: Any) -> str:
    """A seed that follows from any values."""
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
