"""Covering arrays: few combinations of settings, in which every three settings meet in every way.

A fault that needs four settings to come together in one way only is left to the full products (`make exhaustive`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from covertable import make

STRENGTH = 3
"""Settings of which every combination of values occurs."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """What the program refuses. settings: those that it is about; legal: whether their values can be asked for."""

    settings: tuple[str, ...]
    legal: Callable[[Row], bool]


def allowed(row: Row, rules: Sequence[Rule]) -> bool:
    """Whether no rule refuses a row."""
    return all(rule.legal(row) for rule in rules)


def covering(settings: Mapping[str, Sequence[Any]], rules: Sequence[Rule] = ()) -> list[Row]:
    """Rows that no rule refuses, always the same ones. settings: the values of each."""
    constraints = [{"operator": "fn", "requires": list(r.settings), "evaluate": r.legal} for r in rules]
    rows: Any = make(dict(settings), strength=STRENGTH, constraints=constraints)
    return [{name: row[name] for name in settings} for row in rows]


def missing(rows: Sequence[Row], settings: Mapping[str, Sequence[Any]], rules: Sequence[Rule] = ()) -> list[Row]:
    """Every combination of values of `STRENGTH` settings that can be asked for and that none of ``rows`` has."""
    lacking: list[Row] = []
    for names in combinations(settings, STRENGTH):
        there = {tuple(row[name] for name in names) for row in rows}
        for values in product(*(settings[name] for name in names)):
            part = dict(zip(names, values, strict=True))
            if values not in there and any(allowed(row, rules) for row in _completed(part, settings)):
                lacking.append(part)
    return lacking


def _completed(part: Row, settings: Mapping[str, Sequence[Any]]) -> Iterator[Row]:
    """Every row with the values of ``part``."""
    choices = [[part[name]] if name in part else values for name, values in settings.items()]
    return (dict(zip(settings, values, strict=True)) for values in product(*choices))
