"""The resources of a plan or state of Terraform as nodes of the graph, in Pulumi's names (`types`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from ha_policy.graph.kinds import kind_of
from ha_policy.graph.node import TERRAFORM, Node
from ha_policy.graph.trace import Trace, is_list
from ha_policy.graph.values import UNKNOWN

from .addresses import Address, references
from .expressions import Evaluated, Expressions, Written, WrittenBody, holds_later, meant_by
from .plan import Instance, Plan, names_of
from .providers import Providers
from .references import NOTHING, SOURCE, Meant, References
from .shapes import elements, mapping
from .source import Source, lifecycle
from .types import DEFAULTS, only_configured, translate

AWS: Final = "hashicorp/aws"
NOT_SAID: Final = f"a plan does not say which; {SOURCE}"
DYNAMIC: Final = f"a plan does not have the contents of a dynamic block; {SOURCE}"
UNCLEAR: Final = "its expression selects one of them by what is known after apply only"
_TOP: Final = re.compile(r"[.\[]")
_PACKAGES: Final = {"kubectl": "kubernetes", "helm": "kubernetes"}
_OBJECTS: Final = {"Manifest": "CustomResource"}


class _Expression(NamedTuple):
    """Where a value comes from. given: the expression, or the blocks. whole: it gives more than the value."""

    given: Any
    whole: bool = False


class _Where(NamedTuple):
    """The attribute of an instance that a value is of. path: the names of blocks, and its own."""

    instance: Instance
    path: tuple[str, ...] = ()

    @property
    def at(self) -> Address:
        """The instance's address."""
        return self.instance.address


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
    """Makes the nodes of one plan or state. stack: its name, ``project/stack``. source: its configuration's folder."""

    def __init__(self, plan: Plan, stack: str, source: Path | None = None) -> None:
        self.plan = plan
        self.references = References(plan)
        self.source = Source(source) if source else None
        planned = self.source if plan.configuration else None
        self.expressions = Expressions(plan, self.references, planned) if planned else None
        self.providers = Providers(plan, self.references, self.expressions)
        self.differing: list[Address] = []
        self.not_known: list[Instance] = []
        self.project, _, self.name = stack.partition("/")
        self._tokens: dict[Address, str] = {}
        self._traces: dict[tuple[int, str], tuple[Meant, Trace]] = {}
        self._pending: dict[Any, Any] = {}
        self._parts: dict[tuple[int, str], tuple[Any, Evaluated]] = {}

    def nodes(self) -> list[Node]:
        """All resources and what is looked up, in the order of the document."""
        made: list[tuple[Instance, Mapping[str, Any]]] = []
        for instance in self.plan.instances.values():
            token, props = self._translated(instance)
            if token:
                self._tokens[instance.address] = token
                made.append((instance, props))
        return [self._node(instance, props) for instance, props in made]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not read of the configuration, a sentence each; known when the nodes are made."""
        found = list(dict.fromkeys(self.source.notes)) if self.source else []
        if self.not_known:
            types = sorted({i.type for i in self.not_known})
            found.append(f"{len(self.not_known)} resources are of types that are not known here: {', '.join(types)}")
        if self.differing:
            some = ", ".join(map(str, self.differing[:3]))
            more = f" and {len(self.differing) - 3} more" if len(self.differing) > 3 else ""
            found.append(f"the configuration is another version of {some}{more} than the plan; plan again")
        return tuple(found)

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
            **self._options(instance),
        )

    def _options(self, instance: Instance) -> dict[str, Any]:
        """What only the source has: where the resource is written, and its `lifecycle`."""
        address = instance.address
        module = self.source.module(names_of(address.module)) if self.source else None
        block = module.resources.get(address.config) if module else None
        if self.source is None or block is None:
            return {"has_options": False}
        prevented, ignored = lifecycle(block)
        return {
            "protect": prevented,
            "ignore_changes": tuple(_pulumi_name(instance.type, name) for name in ignored),
            "place": self.source.place(names_of(address.module), block),
        }

    def _dependencies(self, instance: Instance, exact: Iterable[Iterable[str]]) -> Iterator[str]:
        for urns in exact:
            yield from urns
        configured = self.references.configured(instance.address) or {}
        texts = (*map(str, elements(configured.get("depends_on"))), *instance.depends_on)
        named = self.references.depends_on(texts, instance.address)
        yield from (urn for address in named if (urn := self.urn(address)))

    # --- values ------------------------------------------------------------------------------------------------------

    def _translated(self, instance: Instance) -> tuple[str, Mapping[str, Any]]:
        """Type token, empty for a look-up of what is no resource, and properties."""
        expressions = self._expressions(instance.address)
        given = (_Expression(expressions),)
        values = self._object(instance.values, instance.unknown, instance.sensitive, given, _Where(instance))
        if self.references.configured(instance.address) is not None:
            unset = DEFAULTS.get(instance.type, frozenset()).difference(expressions)
            values = {name: value for name, value in values.items() if name not in unset}
        if instance.provider.endswith(AWS) or (not instance.provider and instance.type.startswith("aws_")):
            if found := translate(instance.type, values):
                return found
            self.not_known += [] if instance.is_data else [instance]
            token = f"aws:terraform/{_camel(instance.type.removeprefix('aws_'))}:NotKnown"
        else:
            token = _foreign(instance)
        return ("", {}) if instance.is_data else (token, values)

    def _expressions(self, address: Address) -> Mapping[str, Any]:
        """The expressions of a resource: from the source if it has the same ones as the plan, else from the plan."""
        planned = mapping((self.references.configured(address) or {}).get("expressions"))
        written = self.expressions.of(address) if self.expressions else None
        if self.expressions is None or written is None:
            return planned
        if _differ(planned, written, self.expressions):
            self.differing.append(address)
            return planned
        unread = (k for k, w in written.items() if isinstance(w, Written) and self.expressions.heads(w) is None)
        return WrittenBody({**written, **{k: planned[k] for k in unread if k in planned}})

    def _filled(self, value: Any, unknown: Any, sensitive: Any, given: Sequence[_Expression], of: _Where) -> Any:
        """A value with `_Pending` where it is not known. given: where it may come from."""
        if sensitive is True and value not in (None, "", [], {}):
            return _HIDDEN
        if unknown is True and not given and only_configured(of.instance.type, *of.path):
            return _Pending(self.references.reach(of.at.module), DYNAMIC)
        if unknown is True:
            return self._unknown(given, of.at) if given else _COMPUTED
        if isinstance(value, Mapping) or isinstance(unknown, Mapping):
            return self._object(mapping(value), mapping(unknown), mapping(sensitive), given, of)
        if isinstance(value, list) or isinstance(unknown, list):
            return self._list(elements(value), elements(unknown), elements(sensitive), given, of)
        return value

    def _unknown(self, given: Sequence[_Expression], at: Address) -> Any:
        """What stands for a value that is not known; the same object for all of a resource with the same expressions.
        What refers to nothing is computed by the provider, as if it were not set.
        """
        key = (at, *((id(e.given), e.whole) for e in given))
        if key not in self._pending:
            self._pending[key] = given, self._not_known(given, at)
        return self._pending[key][1]

    def _not_known(self, given: Sequence[_Expression], at: Address) -> Any:
        if len(given) == 1 and not given[0].whole and isinstance(given[0].given, Written | Evaluated):
            return self._evaluated(given[0].given)
        total = NOTHING
        for expression in given:
            meant = self._meant(expression.given, at)
            total |= meant.vague() if expression.whole else meant
        if not total.addresses and total.complete and not any(_is_constant(e.given) for e in given):
            return _COMPUTED
        return _Pending(total if len(given) == 1 else total.vague())

    def _meant(self, given: Any, at: Address) -> Meant:
        if isinstance(given, Written | Evaluated):
            return meant_by(self._value(given))
        if isinstance(given, list):
            total = NOTHING
            for part in cast(list[Any], given):
                total |= self._meant(part, at)
            return total.vague()
        if isinstance(given, WrittenBody):
            return self._meant(list(given.values()), at)
        return self.references.meant(given, at)

    def _value(self, given: Written | Evaluated) -> Any:
        return self.expressions.written(given) if self.expressions else None

    def _evaluated(self, given: Written | Evaluated) -> Any:
        """The value of an expression that the plan does not know."""
        value = self._value(given)
        if value is None or value == []:
            return _COMPUTED
        if isinstance(value, list) and any(map(holds_later, cast(list[Any], value))):
            return [_Pending(meant_by(v), UNCLEAR) if holds_later(v) else v for v in cast(list[Any], value)]
        return _Pending(meant_by(value), UNCLEAR)

    def _object(
        self,
        value: Mapping[str, Any],
        unknown: Mapping[str, Any],
        sensitive: Mapping[str, Any],
        given: Sequence[_Expression],
        of: _Where,
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key in (*value, *(k for k in unknown if k not in value)):
            inner = tuple(self._inside(given, key))
            place = of._replace(path=(*of.path, key))
            made = self._filled(value.get(key), unknown.get(key), sensitive.get(key), inner, place)
            if made is not _COMPUTED:
                found[key] = made
        return found

    def _list(
        self, value: list[Any], unknown: list[Any], sensitive: list[Any], given: Sequence[_Expression], of: _Where
    ) -> list[Any]:
        size = max(len(value), len(unknown))
        own, later, secret = (
            [part[i] if i < len(part) else None for i in range(size)] for part in (value, unknown, sensitive)
        )
        if not any(isinstance(v, Mapping) for v in (*own, *later)):
            made = [self._filled(*e, given, of) for e in zip(own, later, secret, strict=True)]
            return [v for v in self._one_by_one(made, later) if v is not _COMPUTED]
        return [
            self._filled(o, u, s, self._blocks(given, o), of) if given else self._dynamic(mapping(o), mapping(u), of.at)
            for o, u, s in zip(own, later, secret, strict=True)
        ]

    def _one_by_one(self, made: list[Any], unknown: list[Any]) -> list[Any]:
        """The elements of a list that are not known, each with its own reference where there are as many of both."""
        later = [i for i, flag in enumerate(unknown) if flag is True]
        if not later:
            return made
        first = made[later[0]]
        if isinstance(first, list):
            own: list[Any] = [v for v in cast(list[Any], first) if isinstance(v, _Pending)]
        elif isinstance(first, _Pending) and first.meant.exact:
            own = [_Pending(Meant((a,))) for a in first.meant.addresses]
        else:
            return made
        if len(own) != len(later):
            total = NOTHING
            for pending in own:
                total |= pending.meant
            vague = _Pending(total.vague())
            return [vague if i in later else v for i, v in enumerate(made)]
        for index, pending in zip(later, own, strict=True):
            made[index] = pending
        return made

    def _blocks(self, given: Sequence[_Expression], value: Any) -> Sequence[_Expression]:
        """The blocks of the configuration that a block of the plan may be. Those of a set are in another order, so that
        only what is known of them tells them apart.
        """
        blocks: list[Any] = []
        if len(given) == 1 and isinstance(given[0].given, Written | Evaluated):
            found = self._value(given[0].given)
            blocks = [Evaluated(v) for v in cast(list[Any], found)] if isinstance(found, list) else []
        elif len(given) == 1:
            blocks = elements(given[0].given)
        if not blocks:
            return given
        agreeing = [b for b in blocks if self._agrees(b, mapping(value))]
        return [_Expression(b, given[0].whole) for b in agreeing or blocks]

    def _agrees(self, block: Any, value: Mapping[str, Any]) -> bool:
        """Whether what is known of a block is what the plan has."""
        said = self._value(block) if isinstance(block, Evaluated) else block
        for key, expression in mapping(said).items():
            if isinstance(block, Evaluated):
                known = expression
            elif isinstance(expression, Written):
                known = self._value(expression)
            else:
                known = mapping(expression).get("constant_value")
            if key in value and isinstance(known, str | int | float) and _text(known) != _text(value[key]):
                return False
        return True

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

    def _inside(self, given: Iterable[_Expression], key: str) -> Iterator[_Expression]:
        """Where an attribute of a block may come from: its own expression, or one that gives the whole block."""
        for expression, whole in given:
            if isinstance(expression, Written | Evaluated):
                value = self._value(expression)
                if isinstance(value, Mapping):
                    if key in value:
                        yield _Expression(self._part(expression, key, cast(Mapping[str, Any], value)[key]), whole)
                elif isinstance(value, list):
                    parts = [_Expression(Evaluated(v), whole) for v in cast(list[Any], value)]
                    yield from self._inside(parts, key)
                else:
                    yield _Expression(expression, whole=True)
            elif isinstance(expression, list):
                yield from self._inside([_Expression(e, whole) for e in cast(list[Any], expression)], key)
            elif isinstance(expression, Mapping):
                entries = cast(Mapping[str, Any], expression)
                if isinstance(entries.get("references"), list):
                    yield _Expression(entries, whole=True)
                elif key in entries:
                    yield _Expression(entries[key], whole)

    def _part(self, of: Written | Evaluated, key: str, value: Any) -> Evaluated:
        """A part of a value; the same object each time."""
        name = (id(of), key)
        if name not in self._parts:
            self._parts[name] = of, Evaluated(value)
        return self._parts[name][1]

    def _later(self, value: _Pending, location: str, traces: dict[str, Trace]) -> Any:
        """UNKNOWN; or as many of them as a list has elements, where that is known."""
        size = len(value.meant.addresses)
        if not value.meant.exact or not size or not is_list(location):
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


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower()


def _is_constant(given: Any) -> bool:
    """Whether the configuration has a constant that is not empty."""
    return mapping(given).get("constant_value") not in (None, "", [], {})


def _differ(planned: Mapping[str, Any], written: Mapping[str, Any], expressions: Expressions) -> bool:
    """Whether a resource in the source is another version of that in the plan."""
    for name, expression in planned.items():
        own = written.get(name)
        texts = mapping(expression).get("references")
        if isinstance(own, Written) and isinstance(texts, list):
            heads = {
                ".".join(map(str, r[: 3 if r[0] == "data" else 2]))
                for r in references([str(t) for t in cast(list[Any], texts)])
            }
            if heads != (expressions.heads(own) or heads):
                return True
        elif own is None:
            return True
    return False


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


def _pulumi_name(tf_type: str, attribute: str) -> str:
    """The name in Pulumi of an attribute of a resource."""
    found = translate(tf_type, {attribute: True})
    return next(iter(found[1]), attribute) if found else attribute


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)
