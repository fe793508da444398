"""The values of a configuration's expressions, as far as a plan knows them, and what the others refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from .addresses import Address, ModulePath
from .functions import COMPARED, CONTAINING, KNOWN, Set, UnclearError
from .hcl import Block, Body, Expression
from .plan import Instance, Plan, names_of
from .references import FOLLOWED, NOTHING, Meant, References
from .shapes import mapping
from .source import Source, SourceModule


@dataclass(frozen=True, slots=True, eq=False)
class Later:
    """A value that is known after apply only. meant: what it refers to."""

    meant: Meant


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """An instance of a resource, or a look-up, as a value."""

    instance: Instance


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Where an expression stands. at: the instance, or the call of a module, that it belongs to. names: the variables
    of `for` and `dynamic` around it.
    """

    at: Address
    names: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def with_names(self, names: Mapping[str, Any]) -> Scope:
        """The same place, with more variables."""
        return Scope(self.at, {**self.names, **names})


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """A part of the value of an expression."""

    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """An expression and where it stands."""

    expression: Expression
    scope: Scope


NO: Final = Expression("constant", (False,))
UNREAD: Final = "?"
DEEPEST: Final = 100
"""Expressions through which a value is followed; a configuration that Terraform plans has no circle."""


class WrittenBody(dict[str, Any]):
    """The attributes of a block, `Written`, and its blocks, lists of such objects."""


class Expressions:
    """Evaluates the expressions of a configuration against its plan."""

    def __init__(self, plan: Plan, references: References, source: Source) -> None:
        self.plan = plan
        self.references = references
        self.source = source
        self._memo: dict[Any, Any] = {}
        self._free: dict[int, tuple[Expression, frozenset[str]]] = {}
        self._depth = 0

    def of(self, address: Address) -> WrittenBody | None:
        """The attributes and blocks of an instance as written; None if the source does not have it."""
        module = self.source.module(names_of(address.module))
        block = module.resources.get(address.config) if module else None
        return self._body(block.body, Scope(address)) if block else None

    def region(self, names: tuple[str, ...], provider: str, alias: str) -> str | None:
        """The Region in the configuration of a provider; None if it is not there or not known. names: of its module."""
        module = self.source.module(names)
        block = module.providers.get((provider, alias)) if module else None
        given = block.body.attributes.get("region") if block else None
        path = tuple((name, None) for name in names)
        value = None if given is None else self.written(Written(given, Scope(Address(path, "provider", None))))
        return value if isinstance(value, str) and value else None

    def _body(self, body: Body, scope: Scope) -> WrittenBody:
        found = WrittenBody({name: Written(e, scope) for name, e in body.attributes.items()})
        for block in body.blocks:
            if block.kind != "dynamic":
                found.setdefault(block.kind, []).append(self._body(block.body, scope))
            elif (made := self._dynamic(block, scope)) is not None:
                found.setdefault(block.labels[0], []).extend(made)
            else:
                found.setdefault(block.labels[0], []).append(Evaluated(Later(self.references.reach(scope.at.module))))
        return found

    def _dynamic(self, block: Block, scope: Scope) -> list[Any] | None:
        """The blocks that a dynamic block makes; None if it is not known how many."""
        name = block.labels[0]
        iterator = block.body.attributes.get("iterator")
        variable = str(iterator.parts[0]) if iterator and iterator.kind == "name" else name
        content = next(block.body.of("content"), None)
        over = block.body.attributes.get("for_each")
        if content is None or over is None:
            return None
        try:
            pairs = _pairs(self.value(over, scope))
        except UnclearError:
            return None
        return [
            self._body(content.body, scope.with_names({variable: {"key": key, "value": value}})) for key, value in pairs
        ]

    def written(self, written: Written | Evaluated) -> Any:
        """The value of an expression: plain, with `Later` and `Whole` in it."""
        if isinstance(written, Evaluated):
            return written.value
        try:
            return self.value(written.expression, written.scope)
        except (UnclearError, RecursionError):
            return Later(self.reached(written.expression, written.scope))

    def heads(self, written: Written) -> frozenset[str] | None:
        """The objects that an expression refers to, such as ``aws_lb.web``, ``var.name``, ``module.network``; None if
        some of it is not read.
        """
        found = set(_heads(written.expression, frozenset(written.scope.names)))
        return None if UNREAD in found else frozenset(found)

    def reached(self, expression: Expression, scope: Scope) -> Meant:
        """What an expression refers to, when it cannot be told what it does with it."""
        total = NOTHING
        for part in _traversals(expression):
            try:
                total |= meant_by(self.value(part, scope))
            except (UnclearError, RecursionError):
                return self.references.reach(scope.at.module)
        return total.vague()

    # --- values ------------------------------------------------------------------------------------------------------

    def value(self, expression: Expression, scope: Scope) -> Any:
        """The value of an expression. Raises UnclearError where it cannot be told."""
        if expression.kind == "constant":
            return expression.parts[0]
        free = self._names(expression)
        if scope.names.keys() & free or free & {"each", "count", "self"}:
            return self._evaluated(expression, scope)
        key = (id(expression), scope.at.module)
        if key not in self._memo:
            self._memo[key] = UnclearError()
            try:
                self._memo[key] = self._evaluated(expression, scope)
            except UnclearError as unclear:
                self._memo[key] = unclear
        found = self._memo[key]
        if isinstance(found, UnclearError):
            raise UnclearError
        return found

    def _names(self, expression: Expression) -> frozenset[str]:
        """The names with which references of an expression begin."""
        known = self._free.get(id(expression))
        if known is None:
            parts: set[str] = {str(expression.parts[0])} if expression.kind == "name" else set()
            for part in _inside(expression):
                parts |= self._names(part)
            known = self._free[id(expression)] = expression, frozenset(parts)
        return known[1]

    def _evaluated(self, expression: Expression, scope: Scope) -> Any:
        self._depth += 1
        try:
            if self._depth > DEEPEST:
                raise UnclearError
            return self._by_kind(expression, scope)
        finally:
            self._depth -= 1

    def _by_kind(self, expression: Expression, scope: Scope) -> Any:
        parts: Any = expression.parts
        match expression.kind:
            case "name" | "get":
                return self._traversal(expression, scope)
            case "index":
                return self._index(self.value(parts[0], scope), self.value(parts[1], scope))
            case "splat":
                return self._splat(self.value(parts[0], scope), parts[1], scope)
            case "tuple":
                return [self._part(p, scope) for p in parts]
            case "object":
                return {_key(self.value(k, scope)): self._part(v, scope) for k, v in parts}
            case "template":
                return _joined([self.value(p, scope) for p in parts])
            case "conditional":
                return self._conditional(parts, scope)
            case "call":
                return self._call(parts, scope)
            case "list_for":
                names, over, value, condition = parts
                return [self._part(value, s) for s in self._looped(names, over, condition, scope)]
            case "map_for":
                return self._map_for(parts, scope)
            case "unary":
                return _unary(parts[0], self.value(parts[1], scope))
            case "binary":
                return self._binary(parts, scope)
            case _:
                raise UnclearError

    def _part(self, expression: Expression, scope: Scope) -> Any:
        """A value in a list or object: what cannot be told of it leaves the others as they are."""
        try:
            return self.value(expression, scope)
        except UnclearError:
            if self._fails(expression, scope):
                raise
            return Later(self.reached(expression, scope))

    def _traversal(self, expression: Expression, scope: Scope) -> Any:
        """A reference: names and attributes; what a name stands for depends on the ones after it."""
        steps: list[str] = []
        inner = expression
        while inner.kind == "get":
            steps.append(str(inner.parts[1]))
            inner = inner.parts[0]
        if inner.kind != "name":
            return self._get(self.value(expression.parts[0], scope), str(expression.parts[1]))
        steps.append(str(inner.parts[0]))
        steps.reverse()
        value, used = self._named(steps, scope)
        for step in steps[used:]:
            value = self._get(value, step)
        return value

    def _named(self, steps: Sequence[str], scope: Scope) -> tuple[Any, int]:
        """What the first steps of a reference stand for, and how many of them that are."""
        module = scope.at.module
        match list(steps):
            case [name, *_] if name in scope.names:
                return scope.names[name], 1
            case ["var", name, *_]:
                return self._variable(name, module), 2
            case ["local", name, *_]:
                found = self._module(module).locals.get(name)
                return self.value(_given(found), Scope(Address(module, "locals", None))), 2
            case ["count", "index", *_] if isinstance(scope.at.key, int):
                return scope.at.key, 2
            case ["each", "key", *_] if isinstance(scope.at.key, str):
                return scope.at.key, 2
            case ["each", "value", *_]:
                return self._each_value(scope.at), 2
            case ["module", name, *_]:
                return self._call_value(module, name), 2
            case ["data", kind, name, *_]:
                return self._resource(module, f"data.{kind}.{name}"), 3
            case [("path" | "terraform" | "self" | "count" | "each"), *_]:
                raise UnclearError
            case [kind, name, *_]:
                return self._resource(module, f"{kind}.{name}"), 2
            case _:
                raise UnclearError

    def _module(self, module: ModulePath) -> SourceModule:
        found = self.source.module(names_of(module))
        if found is None:
            raise UnclearError
        return found

    def _variable(self, name: str, module: ModulePath) -> Any:
        if not module:
            if name in self.plan.variables:
                return self.plan.variables[name]
            raise UnclearError
        above = Address(module[:-1], f"module.{module[-1][0]}", module[-1][1])
        call = self._module(module[:-1]).calls.get(module[-1][0])
        given = call.body.attributes.get(name) if call else None
        own = self._module(module).variables.get(name)
        attributes = own.body.attributes if own else {}
        value = None if given is None else self.value(given, Scope(above))
        if value is not None or (given is not None and attributes.get("nullable") != NO):
            return self._converted(value, attributes.get("type"))
        default = attributes.get("default")
        outside = Scope(Address(module, "variable", None))
        return None if default is None else self._converted(self.value(default, outside), attributes.get("type"))

    def _converted(self, value: Any, to: Expression | None) -> Any:
        """A value with what the type of its variable adds: the defaults of optional attributes, texts for numbers."""
        if to is None or value is None or isinstance(value, Later | Whole | _Outputs):
            return value
        if to.kind == "name":
            return _text_of(value) if to.parts[0] == "string" and isinstance(value, bool | int | float) else value
        name: str = to.parts[0] if to.kind == "call" else ""
        arguments = cast("tuple[Expression, ...]", to.parts[1] if name else ())
        if name in ("list", "set") and isinstance(value, list):
            made = [self._converted(v, arguments[0]) for v in cast(list[Any], value)]
            return Set(made) if name == "set" and _different(made) else made
        if name == "map" and isinstance(value, Mapping):
            return {k: self._converted(v, arguments[0]) for k, v in cast(Mapping[str, Any], value).items()}
        if name == "object" and isinstance(value, Mapping):
            given = cast(Mapping[str, Any], value)
            return {str(k.parts[0]): self._attribute_of(given.get(k.parts[0]), t) for k, t in arguments[0].parts}
        return value

    def _attribute_of(self, value: Any, to: Expression) -> Any:
        """An attribute of an object: the default of an optional one, if it is not given or null."""
        if to.kind != "call" or to.parts[0] != "optional":
            return self._converted(value, to)
        kind, *default = to.parts[1]
        if value is None and default:
            value = self.value(default[0], Scope(Address((), "type", None)))
        return self._converted(value, kind)

    def _each_value(self, at: Address) -> Any:
        kind, _, name = at.config.partition(".")
        module = self._module(at.module)
        block = module.calls.get(name) if kind == "module" else module.resources.get(at.config)
        over = self.value(
            _given(block.body.attributes.get("for_each") if block else None), Scope(Address(at.module, at.config, None))
        )
        if isinstance(over, Mapping) and at.key in over:
            return cast(Mapping[Any, Any], over)[at.key]
        if isinstance(over, list) and at.key in over:
            return at.key
        raise UnclearError

    def _call_value(self, module: ModulePath, name: str) -> Any:
        """A call of a module as a value: its instances, by key, as references to outputs."""
        block = self._module(module).calls.get(name)
        if block is None:
            raise UnclearError
        at, attributes = Scope(Address(module, f"module.{name}", None)), block.body.attributes
        if "count" in attributes:
            size = self.value(attributes["count"], at)
            return [_Outputs((*module, (name, i))) for i in range(_whole(size))]
        if "for_each" in attributes:
            keys = [_key(key) for key, _ in _pairs(self.value(attributes["for_each"], at))]
            return {key: _Outputs((*module, (name, key))) for key in keys}
        return _Outputs((*module, (name, None)))

    def _resource(self, module: ModulePath, config: str) -> Any:
        block = self._module(module).resources.get(config)
        if block is None:
            raise UnclearError
        every = self.references.instances.get((module, config), {})
        found = {key: Whole(self.plan.instances[address]) for key, address in every.items()}
        if "count" in block.body.attributes:
            return [value for _, value in sorted(found.items(), key=lambda item: str(item[0]).zfill(9))]
        if "for_each" in block.body.attributes:
            return {str(key): value for key, value in found.items()}
        if None not in found:
            raise UnclearError
        return found[None]

    def _get(self, value: Any, name: str) -> Any:
        if isinstance(value, Whole):
            return self.attribute(value.instance, name)
        if isinstance(value, _Outputs):
            output = self._module(value.module).outputs.get(name)
            return self.value(_given(output), Scope(Address(value.module, "output", None)))
        if isinstance(value, Later):
            return Later(value.meant.vague())
        if isinstance(value, Mapping):
            found = cast(Mapping[str, Any], value)
            if name in found:
                return found[name]
        raise UnclearError

    def attribute(self, instance: Instance, name: str) -> Any:
        """An attribute of an instance: what the plan knows, or what it refers to."""
        unknown = instance.unknown.get(name)
        if unknown is True:
            return Later(self._meant_by_attribute(instance.address, name))
        if name not in instance.values and unknown is None:
            raise UnclearError
        return self._partly(instance.values.get(name), unknown, instance.address, name)

    def _partly(self, value: Any, unknown: Any, address: Address, name: str) -> Any:
        if unknown is True:
            return Later(self._meant_by_attribute(address, name).vague())
        if isinstance(value, Mapping) or isinstance(unknown, Mapping):
            own, later = mapping(value), mapping(unknown)
            return {k: self._partly(own.get(k), later.get(k), address, name) for k in {**own, **later}}
        if isinstance(value, list):
            flags = cast(list[Any], unknown) if isinstance(unknown, list) else []
            return [
                self._partly(v, flags[i] if i < len(flags) else None, address, name)
                for i, v in enumerate(cast(list[Any], value))
            ]
        return value

    def _meant_by_attribute(self, address: Address, name: str) -> Meant:
        """What an attribute that is not known refers to: the instance, or what the attribute is set to."""
        if not name.endswith(FOLLOWED) or address.config.startswith("data."):
            return self.references.attribute(address, name)
        module = self.source.module(names_of(address.module))
        block = module.resources.get(address.config) if module else None
        given = block.body.attributes.get(name) if block else None
        followed = NOTHING if given is None else meant_by(self.written(Written(given, Scope(address))))
        return followed if followed.addresses else Meant((address,))

    def _index(self, value: Any, by: Any) -> Any:
        if isinstance(by, Later):
            return Later((meant_by(value) | by.meant).vague())
        if isinstance(value, Later):
            return Later(value.meant.vague())
        if isinstance(value, list) and not isinstance(by, bool):
            every = cast(list[Any], value)
            number = int(by) if isinstance(by, int | float) or (isinstance(by, str) and by.isdigit()) else -1
            if 0 <= number < len(every):
                return every[number]
        elif isinstance(value, Mapping) and _key(by) in value:
            return cast(Mapping[str, Any], value)[_key(by)]
        elif isinstance(by, str):
            return self._get(value, by)
        raise UnclearError

    def _splat(self, value: Any, steps: Sequence[Any], scope: Scope) -> Any:
        if isinstance(value, Later):
            return Later(value.meant.vague())
        every = cast(list[Any], value) if isinstance(value, list) else [] if value is None else [value]
        if isinstance(value, Mapping):
            raise UnclearError
        found: list[Any] = []
        for element in every:
            for step in steps:
                by = step if isinstance(step, str) else self.value(step, scope)
                element = self._get(element, by) if isinstance(step, str) else self._index(element, by)
            found.append(element)
        return found

    def _conditional(self, parts: Any, scope: Scope) -> Any:
        chosen = self.value(parts[0], scope)
        if isinstance(chosen, str) and chosen in ("true", "false"):
            chosen = chosen == "true"
        if isinstance(chosen, bool):
            return self.value(parts[1] if chosen else parts[2], scope)
        if isinstance(chosen, Later):
            return Later((meant_by(self.value(parts[1], scope)) | meant_by(self.value(parts[2], scope))).vague())
        raise UnclearError

    def _looped(
        self, names: Sequence[str], over: Expression, condition: Expression | None, scope: Scope
    ) -> Iterator[Scope]:
        """The scopes of a `for` expression's rounds."""
        for key, value in _pairs(self.value(over, scope)):
            inner = scope.with_names(dict(zip(names, (key, value) if len(names) == 2 else (value,), strict=True)))
            kept = True if condition is None else self.value(condition, inner)
            if not isinstance(kept, bool):
                raise UnclearError
            if kept:
                yield inner

    def _map_for(self, parts: Any, scope: Scope) -> dict[str, Any]:
        names, over, key, value, grouped, condition = parts
        found: dict[str, Any] = {}
        for inner in self._looped(names, over, condition, scope):
            name = _key(self.value(key, inner))
            if grouped:
                found.setdefault(name, []).append(self._part(value, inner))
            else:
                found[name] = self._part(value, inner)
        return found

    def _call(self, parts: Any, scope: Scope) -> Any:
        name, arguments, expanded = parts
        if name in ("try", "can"):
            return self._try(name, arguments, scope)
        values = [self.value(a, scope) for a in arguments]
        if expanded:
            last = values.pop()
            if not isinstance(last, list):
                raise UnclearError
            values += cast(list[Any], last)
        function = KNOWN.get(name)
        if function is None:
            together = _together(values)
            return Later(together if name in CONTAINING else together.vague())
        if any(isinstance(v, Later) for v in values) or (name in COMPARED and any(map(holds_later, values))):
            return self._of_later(name, values)
        try:
            return function(*values)
        except TypeError:
            raise UnclearError from None

    def _of_later(self, name: str, values: Sequence[Any]) -> Any:
        """A function of values of which some are not known."""
        if name == "length" and _is_sized(values[0]):
            return len(values[0])
        first = cast(list[Any], values[0]) if isinstance(values[0], list) else None
        if name in ("distinct", "toset") and first is not None and _different(first):
            return Set(first) if name == "toset" else first
        if name == "compact" and first is not None and all(_is_certain(v) for v in first):
            return KNOWN[name](first)
        if name == "coalesce":
            return self._first(values)
        if name in ("tostring", "tolist", "toset", "nonsensitive", "sensitive") and isinstance(values[0], Later):
            return values[0]
        together = _together(values)
        return Later(together if name in CONTAINING else together.vague())

    def _first(self, values: Sequence[Any]) -> Any:
        """The first that is neither null nor empty; an id that is not known yet is neither."""
        for value in values:
            if isinstance(value, Later) or (value is not None and value != ""):
                return value
        raise UnclearError

    def _try(self, name: str, arguments: Sequence[Expression], scope: Scope) -> Any:
        """The first argument without an error. What is only not known to us may be an error, or not."""
        for argument in arguments:
            try:
                value = self.value(argument, scope)
            except UnclearError:
                if not self._fails(argument, scope):
                    raise
                if name == "can":
                    return False
                continue
            return True if name == "can" else value
        raise UnclearError

    def _fails(self, expression: Expression, scope: Scope) -> bool:
        """Whether an expression is certainly an error: an index or attribute that a known value does not have."""
        parts: Any = expression.parts
        if expression.kind in ("tuple", "object", "template", "unary", "binary"):
            return any(self._fails(part, scope) for part in _inside(expression))
        if expression.kind == "call" and parts[0] not in ("try", "can"):
            return any(self._fails(part, scope) for part in parts[1])
        if expression.kind not in ("index", "get"):
            return False
        try:
            value = self.value(parts[0], scope)
        except UnclearError:
            return self._fails(parts[0], scope)
        if expression.kind == "get":
            return value is None or (isinstance(value, Mapping) and parts[1] not in value)
        try:
            by = self.value(parts[1], scope)
        except UnclearError:
            return False
        if isinstance(value, list):
            return isinstance(by, int) and by >= len(cast(list[Any], value))
        return isinstance(value, Mapping) and isinstance(by, str) and by not in value

    def _binary(self, parts: Any, scope: Scope) -> Any:
        operator = parts[0]
        left = self.value(parts[1], scope)
        if operator in ("&&", "||") and isinstance(left, bool) and left is (operator == "||"):
            return left
        right = self.value(parts[2], scope)
        if operator in ("==", "!=") and (left is None or right is None):
            other = right if left is None else left
            if isinstance(other, Later | Whole):  # the id of a resource is never null
                return operator == "!="
        if holds_later(left) or holds_later(right):
            return Later((meant_by(left) | meant_by(right)).vague())
        return _binary(operator, left, right)


@dataclass(frozen=True, slots=True, eq=False)
class _Outputs:
    """The outputs of an instance of a module, as a value."""

    module: ModulePath


def meant_by(value: Any) -> Meant:
    """What a value refers to: all of it, if it is a list that is known; what is known refers to nothing."""
    if isinstance(value, Later):
        return value.meant
    if isinstance(value, Whole):
        return Meant((value.instance.address,))
    if isinstance(value, Mapping):
        return _together(cast(Mapping[str, Any], value).values())
    return _together(cast(list[Any], value)) if isinstance(value, list) else NOTHING


def _together(values: Iterable[Any]) -> Meant:
    total = NOTHING
    for value in values:
        total |= meant_by(value)
    return total


def holds_later(value: Any) -> bool:
    """Whether a value has something in it that is not plain."""
    if isinstance(value, Mapping):
        return any(map(holds_later, cast(Mapping[str, Any], value).values()))
    if isinstance(value, list):
        return any(map(holds_later, cast(list[Any], value)))
    return isinstance(value, Later | Whole | _Outputs)


def _is_certain(value: Any) -> bool:
    """Whether a value is known, or the id of a resource, which is never empty."""
    return not isinstance(value, Later) or (value.meant.exact and bool(value.meant.addresses))


def _different(values: Sequence[Any]) -> bool:
    """Whether no two values of a list can be the same: ids of different resources, or different texts."""
    seen: set[Any] = set()
    for value in values:
        meant = value.meant if isinstance(value, Later) else None
        if meant is not None and not (meant.exact and len(meant.addresses) == 1):
            return False
        key = meant.addresses if meant is not None else value if isinstance(value, str | int) else id(value)
        if key in seen:
            return False
        seen.add(key)
    return True


def _is_sized(value: Any) -> bool:
    return isinstance(value, list | Mapping)


def _given(expression: Expression | None) -> Expression:
    if expression is None:
        raise UnclearError
    return expression


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnclearError
    return value


def _text_of(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _key(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise UnclearError


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    """Keys and values over which `for` and `dynamic` go."""
    if isinstance(value, Mapping):
        return sorted(cast(Mapping[str, Any], value).items())
    if isinstance(value, Set):
        return [(v, v) for v in value]
    if isinstance(value, list):
        return list(enumerate(cast(list[Any], value)))
    raise UnclearError


def _joined(values: Sequence[Any]) -> Any:
    if any(map(holds_later, values)):
        return Later(_together(values))
    if any(not isinstance(v, str | int | float | bool) for v in values):
        raise UnclearError
    return "".join(str(v).lower() if isinstance(v, bool) else str(v) for v in values)


def _unary(operator: str, value: Any) -> Any:
    if isinstance(value, Later):
        return Later(value.meant.vague())
    if operator == "!" and isinstance(value, bool):
        return not value
    if operator == "-" and isinstance(value, int | float) and not isinstance(value, bool):
        return -value
    raise UnclearError


_OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": lambda a, b: a % b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


def _binary(operator: str, left: Any, right: Any) -> Any:
    match operator:
        case "==":
            return left == right
        case "!=":
            return left != right
        case "&&" | "||" if isinstance(left, bool) and isinstance(right, bool):
            return (left and right) if operator == "&&" else (left or right)
        case _:
            numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in (left, right))
            if operator not in _OPERATORS or not numbers:
                raise UnclearError
            try:
                return _OPERATORS[operator](left, right)
            except ArithmeticError:
                raise UnclearError from None


def _inside(expression: Expression) -> Iterator[Expression]:
    """The expressions right inside an expression."""
    todo: list[Any] = list(expression.parts)
    while todo:
        part = todo.pop()
        if isinstance(part, Expression):
            yield part
        elif isinstance(part, tuple):
            todo += cast(tuple[Any, ...], part)


def _heads(expression: Expression, names: frozenset[str]) -> Iterator[str]:
    if expression.kind == "unread":
        yield UNREAD
    if expression.kind in ("list_for", "map_for"):
        names = names.union(expression.parts[0])
    steps: list[str] = []
    inner = expression
    while inner.kind == "get":
        steps.append(str(inner.parts[1]))
        inner = inner.parts[0]
    if inner.kind != "name":
        for part in _inside(expression):
            yield from _heads(part, names)
        return
    steps = [str(inner.parts[0]), *reversed(steps)]
    size = 3 if steps[0] == "data" else 2
    if len(steps) >= size and steps[0] not in names:
        yield ".".join(steps[:size])


def _traversals(expression: Expression) -> Iterator[Expression]:
    """The references in an expression, each as far as it goes."""
    inner = expression
    while inner.kind == "get":
        inner = inner.parts[0]
    if inner.kind == "name":
        yield expression
        return
    for part in _inside(expression):
        yield from _traversals(part)
