"""From a property of `pulumi_aws` to the member of AWS's API that it becomes, by names and kinds alone.

A resource type is held against the operations of its service (``CreateVpc`` for ``aws:ec2/vpc:Vpc``), a property
against the members of their inputs (``instanceTenancy``, ``InstanceTenancy``), nested objects against nested
structures. What does not follow from names is in `exceptions`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from offline.aws.fields import Field, Resource
from offline.aws.schema import Schema
from offline.limits import exceptions
from offline.limits.models import Model, available, model

Texts = Mapping[str, Mapping[str, str]]
"""What is said about each argument (``snake_case``) by class of arguments."""
VERBS = (
    "Create", "Put", "Register", "Run", "Allocate", "Request", "Associate", "Attach", "Add", "Enable", "Start", "Set",
    "Authorize", "Update", "Modify", "Import", "Publish", "Accept", "Tag",
)  # fmt: skip
"""What AWS calls making something, the likeliest first."""
PREFIXES = ("", "db", "cache", "elastic", "resource", "data")
"""What the API puts before a noun that the provider leaves out: ``CreateDBInstance``, ``CreateCacheSubnetGroup``."""
TEXT, WHOLE, REAL = "string", ("integer", "long"), ("integer", "long", "float", "double", "bigdecimal")
PROVIDERS_OWN = ("region", "timeouts", "namePrefix", "tagsAll")
"""Properties that no API takes: the provider itself acts by them."""
DEEPEST = 6
"""Nested objects within one another: some refer to themselves."""


@dataclass(frozen=True, slots=True)
class Found:
    """The member that a property becomes. path: of the property, ``[]`` behind a list, ``{}`` behind a map's values;
    member: in the API; shape: its name in the service's model.
    """

    path: str
    member: str
    shape: str
    service: Model
    required: bool = False
    """Must be given: empty or zero is then a value. Of an optional property the provider leaves them out."""
    text: str = ""
    """What the documentation of `pulumi_aws` says about the property."""


@lru_cache(maxsize=1)
def _services() -> dict[str, str]:
    return {re.sub(r"\W", "", name): name for name in available()}


def services(token: str) -> list[Model]:
    """The API services that may make a type: by the exceptions, else by the package's own name."""
    package = token.split(":")[1].split("/")[0]
    names = exceptions.SERVICES.get(package) or (_services().get(package, ""),)
    return [m for m in map(model, names) if m]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation that makes a type. shape: the structure that its properties are in; within: the path to that."""

    service: Model
    name: str
    shape: str
    within: str = ""


def operations(token: str) -> list[Operation]:
    """What makes a type: by the exceptions, else the one operation that is called after it."""
    if token in exceptions.OPERATIONS:
        found: list[Operation] = []
        for text in exceptions.OPERATIONS[token].split():
            service, _, name = text.partition(":")
            name, _, path = name.partition("#")
            of = model(service)
            shape = of.operations.get(name) if of else None
            if of is None or shape is None or (within := _structure(of, shape, path)) is None:
                raise LookupError(f"exceptions.OPERATIONS[{token!r}]: the service models have no {text}")
            found += [Operation(of, name, within, f"{path}.")] if path else []
            found.append(Operation(of, name, shape))
        return found
    noun = token.rsplit(":", 1)[-1].lower()
    package = token.split(":")[1].split("/")[0]
    prefixes = (exceptions.NESTED.get(package, ""), *PREFIXES[1:], package)
    for service in services(token):
        for verb in VERBS:
            for prefix in prefixes:
                for tail in ("", "s", "v2"):
                    if name := service.by_lower.get(f"{verb.lower()}{prefix}{noun}{tail}"):
                        return [Operation(service, name, service.operations[name])]
    return []


def _plain(name: str) -> str:
    return re.sub(r"\W|_", "", name).lower()


def _forms(name: str) -> Iterator[str]:
    """A name, in the plural, in the singular."""
    yield name
    yield name + "s"
    yield name + "es"
    if name.endswith("y"):
        yield name[:-1] + "ies"
    if name.endswith("ies"):
        yield name[:-3] + "y"
    if name.endswith("es"):
        yield name[:-2]
    if name.endswith("s"):
        yield name[:-1]


def _member(name: str, members: Mapping[str, str], nouns: tuple[str, ...]) -> str | None:
    """The member that a property is called after."""
    plain = {_plain(m): m for m in members}
    for form in _forms(_plain(name)):
        if form in plain:
            return plain[form]
    for noun in nouns:
        for form in _forms(_plain(name)):
            if f"{noun}{form}" in plain:
                return plain[f"{noun}{form}"]
    return None


def _nouns(token: str) -> tuple[str, ...]:
    noun = token.rsplit(":", 1)[-1].lower()
    last = re.findall(r"[A-Z][a-z0-9]*", token.rsplit(":", 1)[-1])[-1].lower()
    return tuple(dict.fromkeys([noun, *(p + noun for p in PREFIXES if p), "db", "cache", last, "db" + last]))


class Mapped:
    """What could be mapped of one type, and which properties could not; properties: how many there are."""

    def __init__(self, schema: Schema, resource: Resource, texts: Texts) -> None:
        self.schema, self.resource, self.texts = schema, resource, texts
        self.found: list[Found] = []
        self.operations = operations(resource.token)
        self.unmapped: list[str] = []
        nouns = _nouns(resource.token)
        inputs = {n: f for n, f in resource.inputs.items() if n not in PROVIDERS_OWN}
        self.properties = len(inputs)
        for name, field in inputs.items():
            if not self._property(name, field, nouns):
                self.unmapped.append(name)

    def _property(self, name: str, field: Field, nouns: tuple[str, ...]) -> bool:
        if (self.resource.token, name) in exceptions.UNLIKE or ("*", name) in exceptions.UNLIKE:
            return False
        renamed = exceptions.MEMBERS.get((self.resource.token, name))
        text = self._text(f"{self.resource.token.rsplit(':', 1)[-1]}Args", name)
        for operation in self.operations:
            service = operation.service
            if renamed is not None:
                member = _by_path(service, service.operations[operation.name], renamed.strip("."))
                if member:
                    self._value(name, field.kind, renamed, member, service, 0, field.required, text)
                    return True
                continue
            for inner, members in _levels(service, operation.shape):
                if given := _member(name, members, nouns):
                    member = f"{operation.within}{inner}{given}"
                    self._value(name, field.kind, member, members[given], service, 0, field.required, text)
                    return True
        return False

    def _value(
        self, path: str, kind: str, member: str, shape: str, service: Model, depth: int,
        required: bool = False, text: str = "",
    ) -> None:  # fmt: skip
        """Follows a property and a member side by side, as long as their kinds agree."""
        if (self.resource.token, path) in exceptions.UNLIKE:
            return
        kinds = kind.split("|")
        of = service.kind(shape)
        if (of == TEXT and "s" in kinds) or (of in WHOLE and "i" in kinds) or (of in REAL and "n" in kinds):
            self.found.append(Found(path, member, shape, service, required, text))
            return
        for one in kinds:
            if one.startswith("[") and (items := _items(service, shape)):
                self.found.append(Found(path, member, items[0], service))
                self._value(f"{path}[]", one[1:], member, items[1], service, depth, text=text)
            elif one.startswith("[@") and of == "structure":  # blocks of which the API takes one in a call
                self._value(f"{path}[]", one[1:], member, shape, service, depth, text=text)
            elif one.startswith("{"):
                self._map(path, one, member, shape, service)
            elif one.startswith("@") and depth < DEEPEST:
                self._object(path, one[1:], member, shape, service, depth)

    def _text(self, owner: str, name: str) -> str:
        snake = re.sub(r"[A-Z]", lambda m: f"_{m[0].lower()}", name)
        return self.texts.get(owner.removeprefix("_"), {}).get(snake, "")

    def _map(self, path: str, kind: str, member: str, shape: str, service: Model) -> None:
        raw = service.shapes[shape]
        if raw["type"] == "map":
            self.found.append(Found(path, member, shape, service))
            self.found.append(Found(f"{path}{{key}}", member, raw["key"]["shape"], service))
            self._value(f"{path}{{}}", kind[1:], member, raw["value"]["shape"], service, DEEPEST)
        elif items := _items(service, shape):
            members = {n.lower(): s for n, s in service.members(items[1]).items()}
            for end, names in (("{key}", ("key", "tagkey")), ("{}", ("value", "tagvalue"))):
                if inner := next((members[n] for n in names if n in members), None):
                    self._value(f"{path}{end}", "s", member, inner, service, DEEPEST)

    def _object(self, path: str, name: str, member: str, shape: str, service: Model, depth: int) -> None:
        if items := _items(service, shape):  # one block of the provider, a list in the API
            shape = items[1]
        members = service.members(shape)
        if not members:
            return
        for field_name, field in (self.schema.taken(self.resource.token, name) or {}).items():
            inner = f"{path}.{field_name}"
            renamed = exceptions.MEMBERS.get((self.resource.token, inner.replace("[]", "")))
            if (self.resource.token, inner.replace("[]", "")) in exceptions.UNLIKE:
                continue
            given = renamed or _member(field_name, members, ())
            if given and (of := _by_path(service, shape, given)):
                text = self._text(name, field_name)
                at = f"{member}.{given}".lstrip(".")
                self._value(inner, field.kind, at, of, service, depth + 1, field.required, text)


def _items(service: Model, shape: str) -> tuple[str, str] | None:
    """(list, item) shapes of a list, written as such or as CloudFront does: a structure of Quantity and Items."""
    raw = service.shapes[shape]
    if raw["type"] == "list":
        return shape, raw["member"]["shape"]
    members = service.members(shape)
    if raw["type"] == "structure" and "Items" in members and "Quantity" in members:
        return _items(service, members["Items"])
    return None


def _levels(service: Model, shape: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The members of an operation's input, then those of a structure that is all there is to it
    (``DistributionConfig``, ``CreateJobInput``)."""
    members = service.members(shape)
    yield "", members
    inner = [m for m, s in members.items() if service.kind(s) == "structure"]
    wrapped = [
        m for m in inner if m.endswith(("Config", "Configuration", "Input", "Parameters", "Options", "Settings"))
    ]
    if len(wrapped) == 1 and len(members) <= len(inner) + 4:
        yield f"{wrapped[0]}.", service.members(members[wrapped[0]])


def _structure(service: Model, shape: str, path: str) -> str | None:
    """As `_by_path`, the item where there is a list of structures at the end."""
    found = _by_path(service, shape, path)
    return items[1] if found and (items := _items(service, found)) else found


def _by_path(service: Model, shape: str, path: str) -> str | None:
    """The shape at a dotted path of members, None where there is none."""
    for step in path.split(".") if path else []:
        if items := _items(service, shape):
            shape = items[1]
        members = service.members(shape)
        if step not in members:
            return None
        shape = members[step]
    return shape
