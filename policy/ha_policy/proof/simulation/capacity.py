"""Sets of failures as integers with one bit per failure, and how groups of parts combine them.

The levels of a part give, for each capacity that it can have, the failures that leave at least that capacity:
certainly, and possibly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product

CapacityLevel = tuple[Fraction, int, int]
"""A capacity, the failures that certainly leave at least this much, and the failures that possibly do."""

FULL = Fraction(1)


def union(sets: Iterable[int]) -> int:
    """The failures in any of the sets."""
    result = 0
    for s in sets:
        result |= s
    return result


def any_left(levels: Sequence[CapacityLevel]) -> tuple[int, int]:
    """The failures that leave any capacity at all; the lowest level has them."""
    return union(level[1] for level in levels), union(level[2] for level in levels)


def at_least(levels: Sequence[CapacityLevel], level: Fraction) -> tuple[int, int]:
    """The failures that certainly, and possibly, leave a capacity."""
    low = high = 0
    for have, certain, possible in levels:
        if have >= level:
            low, high = low | certain, high | possible
    return low, high


def thinned(levels: Sequence[CapacityLevel]) -> list[CapacityLevel]:
    """The levels, in rising order, without those that no failure reaches exactly.

    Otherwise nested groups with weights would have a level for each sum of their parts' levels.
    """
    return [one for n, one in enumerate(levels) if n + 1 == len(levels) or one[1:] != levels[n + 1][1:]]


def minimum(parts: Sequence[Sequence[CapacityLevel]], everything: int) -> list[CapacityLevel]:
    """Series: the capacity of the weakest part."""
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
    """Any option serves: the capacity of the best option."""
    result: list[CapacityLevel] = []
    for level in sorted({lv for o in options for lv, _, _ in o}):
        low = high = 0
        for option in options:
            a, b = at_least(option, level)
            low, high = low | a, high | b
        result.append((level, low, high))
    return thinned(result)


def fallback(options: Sequence[Sequence[CapacityLevel]], everything: int) -> list[CapacityLevel]:
    """The first working option serves with its own capacity, even if a later one has more."""
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
    """Full capacity while at least ``needed`` options work."""
    row = [(everything, everything)] + [(0, 0)] * needed
    for option in options:
        a, b = any_left(option)
        for j in range(needed, 0, -1):
            row[j] = (row[j][0] | row[j - 1][0] & a, row[j][1] | row[j - 1][1] & b)
    return [(FULL, *row[needed])]


def weighted(
    members: Sequence[Sequence[CapacityLevel]], weights: Sequence[int], everything: int
) -> list[CapacityLevel]:
    """Capacities add up by weight. Members that are only up or down are counted, others are combined level by level."""
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
    """Cumulative sets in rising order: what reaches more also reaches less."""
    found: list[tuple[int | Fraction, int, int]] = []
    low = high = 0
    for have in sorted(sums, reverse=True):
        a, b = sums[have]
        low, high = low | a, high | b
        if not found or found[-1][1:] != (low, high):
            found.append((have, low, high))
    return found[::-1]
