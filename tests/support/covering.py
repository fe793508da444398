"""Covering arrays: few combinations of settings, in which every two or three settings meet in every way.

The tables are checked in. They were found by simulated annealing and are the smallest that were found; 12 rows for ten
settings of two values are known to be the least for every three. `missing` says what a table lacks: a new setting makes
its test fail until there is a new table, from any generator of covering arrays. A fault that needs four settings to
come together in one way only is left to the full products.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """What the program refuses. settings: those that it is about; legal: whether their values can be asked for."""

    settings: tuple[str, ...]
    legal: Callable[[Row], bool]


def allowed(row: Row, rules: Sequence[Rule]) -> bool:
    """Whether no rule refuses a row."""
    return all(rule.legal(row) for rule in rules)


def covering(settings: Mapping[str, Sequence[Any]], table: str) -> list[Row]:
    """The rows of a table: words of one digit for each setting, the place of its value. Raises ValueError for a word of
    another length.
    """
    words = table.split()
    return [
        {name: values[int(place)] for (name, values), place in zip(settings.items(), word, strict=True)}
        for word in words
    ]


def missing(
    rows: Sequence[Row], settings: Mapping[str, Sequence[Any]], rules: Sequence[Rule] = (), *, together: int
) -> list[Row]:
    """Every combination of values of ``together`` settings that can be asked for and that none of ``rows`` has."""
    lacking: list[Row] = []
    for names in combinations(settings, together):
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
