"""Addresses of resources, and references in expressions: `module.a["x"].aws_subnet.b[0].id`."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_STEP: Final = re.compile(r'\.?([A-Za-z_][\w-]*|\*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\[\*\]|\.(\d+)')


@dataclass(frozen=True, slots=True)
class Index:
    """The key of an instance: a number with `count`, a text with `for_each`."""

    key: int | str

    def __str__(self) -> str:
        return f"[{json.dumps(self.key, ensure_ascii=False)}]"


Step = str | Index
Call = tuple[str, int | str | None]
"""A module call and the key of its instance."""
ModulePath = tuple[Call, ...]


@lru_cache(maxsize=65536)
def steps_of(text: str) -> tuple[Step, ...]:
    """The steps of an address or reference."""
    found: list[Step] = []
    for match in _STEP.finditer(text):
        name, number, quoted, dotted = match.groups()
        if name is not None:
            found.append(name)
        elif quoted is not None:
            found.append(Index(json.loads(quoted)))
        elif number is not None or dotted is not None:
            found.append(Index(int(number or dotted)))
        else:
            found.append("*")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Address:
    """An instance of a resource. module: the calls down to its module. config: its name in the module, such as
    ``aws_lb.web`` or ``data.aws_vpc.main``. key: its key, None without `count` and `for_each`.
    """

    module: ModulePath
    config: str
    key: int | str | None

    def __str__(self) -> str:
        return f"{module_text(self.module)}{self.config}{_text(self.key)}"


def module_text(module: ModulePath) -> str:
    """The beginning of the addresses of a module's resources; empty for the root module."""
    return "".join(f"module.{name}{_text(key)}." for name, key in module)


def _text(key: int | str | None) -> str:
    return "" if key is None else str(Index(key))


def module_of(text: str) -> ModulePath:
    """The calls in the address of a module, or with which that of a resource begins."""
    steps = steps_of(text)
    found: list[Call] = []
    at = 0
    while at + 1 < len(steps) and steps[at] == "module":
        key = _key(steps, at + 2)
        found.append((str(steps[at + 1]), key))
        at += 2 if key is None else 3
    return tuple(found)


def address_of(text: str) -> Address:
    """The parts of an instance's address. Raises ValueError for other texts."""
    steps, module = steps_of(text), module_of(text)
    at = sum(2 if key is None else 3 for _, key in module)
    size = 3 if at < len(steps) and steps[at] == "data" else 2
    names = steps[at : at + size]
    if len(names) < size or not all(isinstance(n, str) for n in names):
        raise ValueError(f"{text!r} is no address of a resource")
    return Address(module, ".".join(map(str, names)), _key(steps, at + size))


def _key(steps: Sequence[Step], at: int) -> int | str | None:
    step = steps[at] if at < len(steps) else None
    return step.key if isinstance(step, Index) else None


def references(texts: Sequence[str]) -> Iterator[tuple[Step, ...]]:
    """The references of an expression. A plan lists each as a whole, then again without its last step, and so on down
    to the object that it is about.
    """
    former: tuple[Step, ...] = ()
    for steps in map(steps_of, filter(None, texts)):
        if steps and not (len(steps) < len(former) and former[: len(steps)] == steps):
            yield steps
        former = steps
