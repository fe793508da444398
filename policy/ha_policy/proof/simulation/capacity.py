"""Sets of failures as integers, one bit per failure, and what groups of parts make of them.

The levels of a part say, for each capacity it can have, the failures that leave at least that much: certainly, and
possibly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product

CapacityLevel = tuple[Fraction, int, int]
"""Capacity, the failures that certainly leave at least it, the failures that possibly do."""

FULL = Fraction(1)


def union(sets: Iterable[int]) -> int:
    """The failures of any of the sets."""
    result = 0
    for s in sets:
        result |= s
    return result


def any_left(levels: Sequence[CapacityLevel]) -> tuple[int, int]:
    """The failures that leave anything at all: the lowest level holds them."""
    return union(level[1] for level in levels), union(level[2] for level in levels)


def at_least(levels: Sequence[CapacityLevel], level: Fraction) -> tuple[int, int]:
    """The failures that certainly, and possibly, leave a capacity."""
    low = high = 0
    for have, certain, possible in levels:
        if have >= level:
            low, high = low | certain, high | possible
    return low, high


def thinned(levels: Sequence[CapacityLevel]) -> list[CapacityLevel]:
    """The same without levels, in rising order, that no failure stops at: as many are left as failures can tell apart.

    Without this, nested groups with weights have a level for each sum of their parts' levels.
    """
    return [one for n, one in enumerate(levels) if n + 1 == len(levels) or one[1:] != levels[n + 1][1:]]


def minimum(parts: Sequence[Sequence[CapacityLevel]], everything: int) -> list[CapacityLevel]:
    """A chain has what its weakest part has."""
    if not parts:
        return [(FULL, everything, everything)]
    result: list[CapacityLevel] = []
    for level in sorted({lv for p in parts for lv, _, _ in p}):
        low = high = everything
        for part in parts:
            a, b = at_least(part, level)
            low, high = low & a, high & b
        result.append((level, low, high))
    return thinned(result)


def maximum(options: Sequence[Sequence[CapacityLevel]]) -> list[CapacityLevel]:
    """Any option serves: the group has what its best option has."""
    result: list[CapacityLevel] = []
    for level in sorted({lv for o in options for lv, _, _ in o}):
        low = high = 0
        for option in options:
            a, b = at_least(option, level)
            low, high = low | a, high | b
        result.append((level, low, high))
    return thinned(result)


def fallback(options: Sequence[Sequence[CapacityLevel]], everything: int) -> list[CapacityLevel]:
    """The first option that is up serves with what it has, even if the next had more."""
    if len(options) == 1:
        return list(options[0])
    first, rest = options[0], fallback(options[1:], everything)
    sure, maybe = any_left(first)
    least = min(level for level, _, _ in first)
    result: list[CapacityLevel] = []
    for level in sorted({lv for o in (first, rest) for lv, _, _ in o}):
        (a, b), (c, d) = at_least(first, level), at_least(rest, level)
        unsure = maybe & ~sure & (everything if least >= level else 0)
        result.append((level, a | everything & ~maybe & c | unsure & c, b | everything & ~sure & d))
    return thinned(result)


def threshold(options: Sequence[Sequence[CapacityLevel]], needed: int, everything: int) -> list[CapacityLevel]:
    """Whole while at least ``needed`` options are up."""
    row = [(everything, everything)] + [(0, 0)] * needed
    for option in options:
        a, b = any_left(option)
        for j in range(needed, 0, -1):
            row[j] = (row[j][0] | row[j - 1][0] & a, row[j][1] | row[j - 1][1] & b)
    return [(FULL, *row[needed])]


def weighted(
    members: Sequence[Sequence[CapacityLevel]], weights: Sequence[int], everything: int
) -> list[CapacityLevel]:
    """Capacities add up by weight. Members that are up or down only are counted, others combined level by level."""
    total = sum(weights)
    row: list[tuple[int | Fraction, int, int]] = [(0, everything, everything)]
    for levels, weight in zip(members, weights, strict=True):
        choices: list[tuple[int | Fraction, int, int]] = [(0, everything, everything)]
        choices += [(lv * weight if lv != 1 else weight, a, b) for lv, a, b in levels]
        grown: dict[int | Fraction, tuple[int, int]] = {}
        for (have, low, high), (more, a, b) in product(row, choices):
            known = grown.get(have + more, (0, 0))
            grown[have + more] = (known[0] | low & a, known[1] | high & b)
        row = _reached(grown)
    return [(Fraction(have) / total, low, high) for have, low, high in row if have]


def _reached(sums: dict[int | Fraction, tuple[int, int]]) -> list[tuple[int | Fraction, int, int]]:
    """At least each sum, in rising order: what reaches more reaches this too."""
    found: list[tuple[int | Fraction, int, int]] = []
    low = high = 0
    for have in sorted(sums, reverse=True):
        a, b = sums[have]
        low, high = low | a, high | b
        if not found or found[-1][1:] != (low, high):
            found.append((have, low, high))
    return found[::-1]
