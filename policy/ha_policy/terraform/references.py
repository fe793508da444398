"""What the expressions of a plan refer to: through variables, outputs of modules, `count`, `for_each` and look-ups.

A plan lists the references of an expression and not what it does with them. So a reference is followed exactly where it
names one instance, and where several are named one by one; what an expression selects from several instances, and what
a local value stands for, is one of what it can reach.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from .addresses import Address, Index, ModulePath, Step, references
from .plan import Module, Plan, modules_of, names_of
from .shapes import mapping

SOURCE: Final = "give the folder of the configuration with --source"
"""What makes it known which of several resources an expression selects."""
FOLLOWED: Final = ("_id", "_ids", "_arn", "_arns", "_ip", "_name")
"""Ends of attributes that, where the configuration sets them, name another resource."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a value refers to. exact: to all of the addresses; otherwise to some of them. complete: to nothing else."""

    addresses: tuple[Address, ...] = ()
    exact: bool = True
    complete: bool = True

    def __or__(self, other: Meant) -> Meant:
        if other is self or other is NOTHING:
            return self
        if self is NOTHING:
            return other
        both = tuple(dict.fromkeys((*self.addresses, *other.addresses)))
        return Meant(both, self.exact and other.exact, self.complete and other.complete)

    def vague(self) -> Meant:
        """The same addresses, of which it is not known which."""
        exact = self.complete and len(self.addresses) < 2
        return self if exact == self.exact else Meant(self.addresses, exact, self.complete)


NOTHING: Final = Meant()


@dataclass(frozen=True, slots=True)
class _Part:
    """What one reference of an expression stands for. explicit: it names one instance. whole: the resource of whose
    instances the expression selects some, by attribute. selector: what may select them.
    """

    meant: Meant = NOTHING
    explicit: bool = False
    whole: str = ""
    attribute: str = ""
    selector: str = ""


class References:
    """The references of a plan's expressions."""

    def __init__(self, plan: Plan) -> None:
        self.modules: Mapping[tuple[str, ...], Module] = modules_of(plan.configuration)
        self.instances: dict[tuple[ModulePath, str], dict[int | str | None, Address]] = defaultdict(dict)
        self._children: dict[tuple[ModulePath, str], dict[ModulePath, None]] = defaultdict(dict)
        self._below: dict[ModulePath, list[Address]] = defaultdict(list)
        self._memo: dict[Any, Meant] = {}
        self._parts: dict[tuple[ModulePath, tuple[Step, ...]], _Part] = {}
        self._open: set[Any] = set()
        for address in plan.instances:
            self.instances[address.module, address.config][address.key] = address
            for depth in range(len(address.module) + 1):
                path = address.module[:depth]
                self._below[path].append(address)
                if depth:
                    self._children[path[:-1], path[-1][0]][path] = None

    def configured(self, address: Address) -> Mapping[str, Any] | None:
        """The resource in the configuration whose instance this is; None if it is no longer there."""
        module = self.modules.get(names_of(address.module))
        return module.resources.get(address.config) if module else None

    def children(self, module: ModulePath, name: str) -> list[ModulePath]:
        """The instances of a module call."""
        return list(self._children.get((module, name), ()))

    def meant(self, expression: Any, at: Address) -> Meant:
        """What an expression, or a block of them, refers to. at: where it stands."""
        if isinstance(expression, list):
            return self._all(cast(list[Any], expression), at)
        if not isinstance(expression, Mapping):
            return NOTHING
        given = cast(Mapping[str, Any], expression)
        if "constant_value" in given:
            return NOTHING
        listed: Any = given.get("references")
        if not isinstance(listed, list):
            return self._all(given.values(), at)
        texts = [t for t in cast(list[Any], listed) if isinstance(t, str)]
        by_key = any(t.startswith(("each.", "count.")) for t in texts)
        return self._once(("expression", id(given), at.module, at if by_key else None), lambda: self._of(texts, at))

    def _all(self, expressions: Iterable[Any], at: Address) -> Meant:
        """Everything that several expressions refer to; which value refers to what is not told apart."""
        total = NOTHING
        for expression in expressions:
            total |= self.meant(expression, at)
        return total.vague()

    def _once(self, key: Any, work: Callable[[], Meant]) -> Meant:
        if key in self._open:  # expressions of a configuration do not refer to each other in a circle
            return Meant(exact=False, complete=False)
        if key not in self._memo:
            self._open.add(key)
            self._memo[key] = work()
            self._open.discard(key)
        return self._memo[key]

    def _of(self, texts: Sequence[str], at: Address) -> Meant:
        if any(t.startswith("local.") for t in texts):
            return self.reach(at.module)
        parts = [self._part(steps, at) for steps in references(texts)]
        selectors = {p.selector for p in parts if p.selector}
        wholes = {(p.whole, p.attribute) for p in parts if p.whole}
        if len(wholes) == 1 and selectors in ({"count.index"}, {"each.key"}):
            config, attribute = wholes.pop()
            if own := self._same_key(config, at, counted="count.index" in selectors):
                return self._through((own,), attribute)
        total = NOTHING
        for part in parts:
            total |= part.meant
        return total if all(p.explicit for p in parts) else total.vague()

    def _same_key(self, config: str, at: Address, *, counted: bool) -> Address | None:
        """The instance with the key of the one that refers to it, if there are as many of both."""
        every = self.instances.get((at.module, config), {})
        siblings = self.instances.get((at.module, at.config), ())
        return every.get(at.key) if not counted or len(every) == len(siblings) else None

    def _part(self, steps: tuple[Step, ...], at: Address) -> _Part:
        match steps:
            case ("each", "value", *_):
                return _Part(self._each_value(at), selector="each.value")
            case (("each" | "count") as head, str(name), *_):
                return _Part(selector=f"{head}.{name}")
            case _:
                key = (at.module, steps)
                if key not in self._parts:
                    self._parts[key] = self._part_of_module(steps, at.module)
                return self._parts[key]

    def _part_of_module(self, steps: tuple[Step, ...], module: ModulePath) -> _Part:
        """A reference that means the same wherever in the module it stands."""
        match steps:
            case ("var", str(name), *_):
                meant = self._variable(name, module)
                return _Part(meant.vague(), selector="" if meant.addresses else "var")
            case ("local", *_):
                return _Part(self.reach(module))
            case ("module", str(name), *rest):
                return _Part(self._output(module, name, rest))
            case ("data", str(kind), str(name), *rest):
                return self._resource(f"data.{kind}.{name}", rest, module)
            case (("path" | "terraform" | "self"), *_):
                return _Part(selector="other")
            case (str(kind), str(name), *rest):
                return self._resource(f"{kind}.{name}", rest, module)
            case _:
                return _Part(selector="other")

    def reach(self, module: ModulePath) -> Meant:
        """Everything that an expression of a module can refer to."""
        return self._once(("reach", module), lambda: self._reach(module))

    def _reach(self, module: ModulePath) -> Meant:
        inside = Meant(tuple(self._below.get(module, ())), exact=False)
        if not module:
            return inside
        above = Address(module[:-1], f"module.{module[-1][0]}", module[-1][1])
        return Meant(
            (inside | self._all(mapping(self._call(module).get("expressions")).values(), above)).addresses, False
        )

    def _call(self, module: ModulePath) -> Mapping[str, Any]:
        parent = self.modules.get(names_of(module[:-1]))
        return parent.calls.get(module[-1][0], {}) if parent else {}

    def _variable(self, name: str, module: ModulePath) -> Meant:
        if not module:
            return NOTHING
        given = mapping(self._call(module).get("expressions")).get(name)
        return self.meant(given, Address(module[:-1], f"module.{module[-1][0]}", module[-1][1]))

    def _each_value(self, at: Address) -> Meant:
        kind, _, name = at.config.partition(".")
        if kind == "module":
            parent = self.modules.get(names_of(at.module))
            owner = parent.calls.get(name) if parent else None
        else:
            owner = self.configured(at)
        outside = Address(at.module, at.config, None)
        return self.meant((owner or {}).get("for_each_expression"), outside).vague()

    def _output(self, module: ModulePath, name: str, rest: Sequence[Step]) -> Meant:
        steps = list(rest)
        children = self.children(module, name)
        if steps and isinstance(steps[0], Index):
            key = steps.pop(0)
            children = [c for c in children if isinstance(key, Index) and c[-1][1] == key.key]
        output = next((s for s in steps if isinstance(s, str)), None)
        total = NOTHING
        for child in children:
            inside = self.modules.get(names_of(child))
            outputs: Mapping[str, Mapping[str, Any]] = inside.outputs if inside else {}
            for found in (v for name, v in outputs.items() if output in (None, name)):
                total |= self.meant(found.get("expression"), Address(child, "output", None))
        return total.vague()

    def _resource(self, config: str, rest: Sequence[Step], module: ModulePath) -> _Part:
        every = self.instances.get((module, config), {})
        steps = list(rest)
        chosen = list(every.values())
        if steps and isinstance(steps[0], Index):
            key = steps.pop(0)
            chosen = [a for a in chosen if isinstance(key, Index) and a.key == key.key]
        attribute = next((s for s in steps if isinstance(s, str)), "")
        meant = self._through(chosen, attribute)
        if len(chosen) > 1 or (any(a.key is not None for a in chosen) and len(steps) == len(rest)):
            return _Part(Meant(meant.addresses, False, meant.complete), whole=config, attribute=attribute)
        return _Part(meant, explicit=meant.exact)

    def _through(self, chosen: Iterable[Address], attribute: str) -> Meant:
        """What an attribute of these instances stands for: they themselves, or what the attribute is set to."""
        found = [self.attribute(address, attribute) for address in chosen]
        together = tuple(dict.fromkeys(a for meant in found for a in meant.addresses))
        return Meant(together, all(m.exact for m in found), all(m.complete for m in found))

    def attribute(self, address: Address, name: str) -> Meant:
        """What an attribute of an instance refers to."""
        expressions = mapping((self.configured(address) or {}).get("expressions"))
        if address.config.startswith("data."):  # what is looked up by, or a document made from, other resources
            return Meant((address,)) | self._all(expressions.values(), address)
        follow = name.endswith(FOLLOWED) and name in expressions
        followed = self.meant(expressions[name], address) if follow else NOTHING
        return followed if followed.addresses else Meant((address,))

    def depends_on(self, texts: Iterable[str], at: Address) -> Iterator[Address]:
        """The instances that `depends_on` names."""
        for steps in map(tuple, references(list(texts))):
            yield from self._part(steps, at).meant.addresses
