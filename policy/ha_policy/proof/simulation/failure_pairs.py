"""Pairs of failures that are worse together than each alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from ha_policy.proof.model import EntryPoint
from ha_policy.proof.simulation.failures import Failure
from ha_policy.proof.simulation.simulation import Simulation, Verdict

BLOCK = 1 << 15
"""Failures evaluated at a time: with 4 KiB per set, the sets of a thousand nodes fit into the processor's cache."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two failures that together are worse than each alone."""

    entry: EntryPoint
    first: Failure
    second: Failure
    verdict: Verdict


def fatal_pairs(
    entry_points: Sequence[EntryPoint], singles: Sequence[Failure], zones: Iterable[tuple[str, str]]
) -> list[Pair]:
    """All pairs of ``singles`` that bring an entry point down (or possibly down) although neither does alone."""
    places = sorted(set(zones))
    alone = Simulation(entry_points, singles, places)
    fine = {e.key: ~(alone.down(e)[0] | alone.down(e)[1]) for e in entry_points}
    result: list[Pair] = []
    block: list[tuple[int, int]] = []

    def flush() -> None:
        run = Simulation(entry_points, [singles[i] | singles[j] for i, j in block], places)
        for entry in entry_points:
            certain, perhaps = run.down(entry)
            found: tuple[tuple[int, Verdict], ...] = ((certain, "down"), (perhaps, "cannot tell"))
            for bits, verdict in found:
                while bits:
                    low = bits & -bits
                    i, j = block[low.bit_length() - 1]
                    if fine[entry.key] >> i & fine[entry.key] >> j & 1:
                        result.append(Pair(entry, singles[i], singles[j], verdict))
                    bits ^= low
        block.clear()

    for pair in combinations(range(len(singles)), 2):
        block.append(pair)
        if len(block) == BLOCK:
            flush()
    if block:
        flush()
    return result
