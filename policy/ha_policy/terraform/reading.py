"""The resources of a plan or state of Terraform as nodes of the graph, in Pulumi's names (`types`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from ha_policy.graph.kinds import kind_of
from ha_policy.graph.node import TERRAFORM, Node
from ha_policy.graph.trace import Trace, is_list
from ha_policy.graph.values import UNKNOWN

from .addresses import Address
from .plan import Instance, Plan
from .providers import Providers
from .references import NOTHING, SOURCE, Meant, References
from .shapes import elements, mapping
from .types import translate

AWS: Final = "hashicorp/aws"
NOT_SAID: Final = f"a plan does not say which; {SOURCE}"
DYNAMIC: Final = f"a plan does not have the contents of a dynamic block; {SOURCE}"
_TOP: Final = re.compile(r"[.\[]")
_PACKAGES: Final = {"kubectl": "kubernetes", "helm": "kubernetes"}
_OBJECTS: Final = {"Manifest": "CustomResource"}


class _Expression(NamedTuple):
    """Where a value comes from. given: the expression, or the blocks. whole: it gives more than the value."""

    given: Any
    whole: bool = False


class _Pending:
    """A value that is not known before apply. meant: what it refers to. why: why that is not exact."""

    __slots__ = ("meant", "why")

    def __init__(self, meant: Meant, why: str = NOT_SAID) -> None:
        self.meant = meant
        self.why = why


_HIDDEN: Final = object()
"""In place of a value that Terraform marks as sensitive."""
_COMPUTED: Final = object()
"""In place of what nobody set and the provider will compute."""


class Reader:
    """Makes the nodes of one plan or state. stack: its name, ``project/stack``."""

    def __init__(self, plan: Plan, stack: str) -> None:
        self.plan = plan
        self.references = References(plan)
        self.providers = Providers(plan, self.references)
        self.project, _, self.name = stack.partition("/")
        self._tokens: dict[Address, str] = {}
        self._traces: dict[tuple[int, str], tuple[Meant, Trace]] = {}
        self._unknown: dict[Any, _Pending] = {}

    def nodes(self) -> list[Node]:
        """All resources and what is looked up, in the order of the document."""
        made: list[tuple[Instance, Mapping[str, Any]]] = []
        for instance in self.plan.instances.values():
            token, props = self._translated(instance)
            if token:
                self._tokens[instance.address] = token
                made.append((instance, props))
        return [self._node(instance, props) for instance, props in made]

    def urn(self, address: Address) -> str:
        """The URN of an instance; empty for a look-up of what is no resource."""
        token = self._tokens.get(address)
        return f"{TERRAFORM}{self.name}::{self.project}::{token}::{address}" if token else ""

    def _node(self, instance: Instance, props: Mapping[str, Any]) -> Node:
        traces: dict[str, Trace] = {}
        secrets: set[str] = set()
        plain = {key: self._plain(value, key, traces, secrets) for key, value in props.items()}
        _add_default_tags(plain)
        exact: dict[str, dict[str, None]] = {}
        for location, trace in traces.items():
            if trace.exact:
                exact.setdefault(_TOP.split(location, maxsplit=1)[0], {}).update(dict.fromkeys(trace.urns))
        token, identity = self._tokens[instance.address], plain.get("id")
        return Node(
            urn=self.urn(instance.address),
            kind=kind_of(token),
            token=token,
            name=str(instance.address),
            props=plain,
            id=identity if isinstance(identity, str) and identity else None,
            provider=instance.provider,
            provider_region=self.providers.region(instance),
            dependencies=tuple(dict.fromkeys(self._dependencies(instance, exact.values()))),
            property_dependencies={key: tuple(urns) for key, urns in exact.items()},
            external=instance.is_data,
            secrets=frozenset(secrets),
            traces=traces,
        )

    def _dependencies(self, instance: Instance, exact: Iterable[Iterable[str]]) -> Iterator[str]:
        for urns in exact:
            yield from urns
        configured = self.references.configured(instance.address) or {}
        texts = (*configured.get("depends_on", ()), *instance.depends_on)
        named = self.references.depends_on(texts, instance.address)
        yield from (urn for address in named if (urn := self.urn(address)))

    # --- values ------------------------------------------------------------------------------------------------------

    def _translated(self, instance: Instance) -> tuple[str, Mapping[str, Any]]:
        """Type token, empty for a look-up of what is no resource, and properties."""
        configured = self.references.configured(instance.address)
        expressions: Mapping[str, Any] = (configured or {}).get("expressions", {})
        given = (_Expression(expressions),)
        values = self._object(instance.values, instance.unknown, instance.sensitive, given, instance.address)
        if instance.provider.endswith(AWS) or (not instance.provider and instance.type.startswith("aws_")):
            if found := translate(instance.type, values):
                return found
            token = f"aws:terraform/{_camel(instance.type.removeprefix('aws_'))}:NotKnown"
        else:
            token = _foreign(instance)
        return ("", {}) if instance.is_data else (token, values)

    def _filled(self, value: Any, unknown: Any, sensitive: Any, given: Sequence[_Expression], at: Address) -> Any:
        """A value with `_Pending` where it is not known. given: where it may come from."""
        if sensitive is True and value not in (None, "", [], {}):
            return _HIDDEN
        if unknown is True:
            return self._pending(given, at) if given else _COMPUTED
        if isinstance(value, Mapping) or isinstance(unknown, Mapping):
            return self._object(mapping(value), mapping(unknown), mapping(sensitive), given, at)
        if isinstance(value, list) or isinstance(unknown, list):
            return self._list(elements(value), elements(unknown), elements(sensitive), given, at)
        return value

    def _pending(self, given: Sequence[_Expression], at: Address) -> _Pending:
        """What is not known; the same object for all values of a resource that come from the same expressions."""
        key = (at, *((id(e.given), e.whole) for e in given))
        if key not in self._unknown:
            self._unknown[key] = self._meant(given, at)
        return self._unknown[key]

    def _meant(self, given: Sequence[_Expression], at: Address) -> _Pending:
        total = NOTHING
        for expression in given:
            meant = self.references.meant(expression.given, at)
            total |= meant.vague() if expression.whole else meant
        return _Pending(total if len(given) == 1 else total.vague())

    def _object(
        self,
        value: Mapping[str, Any],
        unknown: Mapping[str, Any],
        sensitive: Mapping[str, Any],
        given: Sequence[_Expression],
        at: Address,
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key in (*value, *(k for k in unknown if k not in value)):
            inner = tuple(_inside(given, key))
            made = self._filled(value.get(key), unknown.get(key), sensitive.get(key), inner, at)
            if made is not _COMPUTED:
                found[key] = made
        return found

    def _list(
        self, value: list[Any], unknown: list[Any], sensitive: list[Any], given: Sequence[_Expression], at: Address
    ) -> list[Any]:
        found: list[Any] = []
        for index in range(max(len(value), len(unknown))):
            own, later, secret = (part[index] if index < len(part) else None for part in (value, unknown, sensitive))
            if not isinstance(own, Mapping) and not isinstance(later, Mapping):
                found.append(self._filled(own, later, secret, given, at))
            elif given:
                found.append(self._filled(own, later, secret, _blocks(given, own), at))
            else:
                found.append(self._dynamic(mapping(own), mapping(later), at))
        return _one_by_one(found)

    def _dynamic(self, value: Mapping[str, Any], unknown: Mapping[str, Any], at: Address) -> dict[str, Any]:
        """A block that is not in the plan's configuration: what is unknown in it may be whatever its module reaches."""
        reach = _Pending(self.references.reach(at.module), DYNAMIC)
        return {**value, **{key: reach for key, flags in unknown.items() if _has_true(flags)}}

    def _plain(self, value: Any, location: str, traces: dict[str, Trace], secrets: set[str]) -> Any:
        """A value as the graph has it: tuples, whole numbers, UNKNOWN with the trace at its location."""
        if isinstance(value, _Pending):
            return self._later(value, location, traces)
        if value is _HIDDEN:
            secrets.add(_TOP.split(location, maxsplit=1)[0])
            return UNKNOWN
        if isinstance(value, float):
            return int(value) if value.is_integer() else value
        if isinstance(value, Mapping):
            entries = cast(Mapping[str, Any], value).items()
            return {k: self._plain(v, f"{location}.{k}", traces, secrets) for k, v in entries}
        if isinstance(value, list | tuple):
            elements = enumerate(cast(Sequence[Any], value))
            return tuple(self._plain(v, f"{location}[{i}]", traces, secrets) for i, v in elements)
        return value

    def _later(self, value: _Pending, location: str, traces: dict[str, Trace]) -> Any:
        """UNKNOWN; or as many of them as a list has elements, where that is known."""
        size = len(value.meant.addresses)
        if not value.meant.exact or size < 2 or not is_list(location):
            traces[location] = self._trace(value)
            return UNKNOWN
        for index, address in enumerate(value.meant.addresses):
            traces[f"{location}[{index}]"] = self._trace(_Pending(Meant((address,))))
        return (UNKNOWN,) * size

    def _trace(self, value: _Pending) -> Trace:
        """The trace of a value; one object for all that are meant by the same expression."""
        meant, key = value.meant, (id(value.meant), value.why)
        if key not in self._traces:
            urns = tuple(urn for address in meant.addresses if (urn := self.urn(address)))
            self._traces[key] = meant, Trace(urns, meant.exact, meant.complete, "" if meant.exact else value.why)
        return self._traces[key][1]


def _inside(given: Iterable[_Expression], key: str) -> Iterator[_Expression]:
    """Where an attribute of a block may come from: its own expression, or one that gives the whole block."""
    for expression, whole in given:
        if isinstance(expression, list):
            yield from _inside([_Expression(e, whole) for e in cast(list[Any], expression)], key)
        elif isinstance(expression, Mapping):
            entries = cast(Mapping[str, Any], expression)
            if isinstance(entries.get("references"), list):
                yield _Expression(entries, whole=True)
            elif key in entries:
                yield _Expression(entries[key], whole)


def _blocks(given: Sequence[_Expression], value: Any) -> Sequence[_Expression]:
    """The blocks of the configuration that a block of the plan may be. Those of a set are in another order, so that
    only their constants tell them apart.
    """
    blocks = elements(given[0].given) if len(given) == 1 else []
    if not blocks:
        return given
    agreeing = [b for b in blocks if _agrees(b, value)]
    return [_Expression(b, given[0].whole) for b in agreeing or blocks]


def _agrees(block: Any, value: Any) -> bool:
    """Whether what a block says in constants is what the plan has."""
    has, said = mapping(value), mapping(block)
    constants = {k: mapping(e)["constant_value"] for k, e in said.items() if "constant_value" in mapping(e)}
    return all(
        str(has[k]).lower() == str(c).lower()
        for k, c in constants.items()
        if k in has and not isinstance(c, list | dict)
    )


def _one_by_one(values: list[Any]) -> list[Any]:
    """The elements of a list that is written down, each with its own reference."""
    pending = [v for v in values if isinstance(v, _Pending)]
    meant = pending[0].meant if pending else NOTHING
    if not meant.exact or len(meant.addresses) != len(pending) or any(p.meant is not meant for p in pending):
        return values
    order = iter(meant.addresses)
    return [_Pending(Meant((next(order),))) if isinstance(v, _Pending) else v for v in values]


def _has_true(flags: Any) -> bool:
    if isinstance(flags, Mapping):
        return any(map(_has_true, cast(Mapping[str, Any], flags).values()))
    return any(map(_has_true, cast(list[Any], flags))) if isinstance(flags, list) else flags is True


def _add_default_tags(props: dict[str, Any]) -> None:
    """The provider's default tags count as the resource's own."""
    every, own = props.get("tagsAll"), props.get("tags")
    if isinstance(every, Mapping) and (own is None or isinstance(own, Mapping)):
        props["tags"] = {**cast(Mapping[str, Any], every), **mapping(own)}


def _foreign(instance: Instance) -> str:
    """The type token of another provider's resource, as `graph.coverage` knows them."""
    provider = instance.provider.rpartition("/")[2] or instance.type.partition("_")[0]
    name = _camel(instance.type.partition("_")[2])
    name = name[:1].upper() + name[1:]
    return f"{_PACKAGES.get(provider, provider)}:index:{_OBJECTS.get(name, name)}"


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)
