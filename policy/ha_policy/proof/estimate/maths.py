"""Availability arithmetic: series, parallel, k of n, spares, MTBF and MTTR, downtime.

Formulas: AWS whitepaper "Availability and Beyond" (2021-11-12) and the Reliability Pillar's page "Availability".
Availabilities are probabilities, 0-1. Functions that multiply two of them assume independence; `decision_diagram`
handles shared components.
"""

import math
from collections.abc import Iterable

MINUTES_PER_YEAR = 365 * 24 * 60
"""525,600: the year in the Reliability Pillar's table."""
MONTHS_PER_YEAR = 12


def series(availabilities: Iterable[float]) -> float:
    """Availability of a chain of hard dependencies: the product."""
    return math.prod(availabilities)


def parallel(availabilities: Iterable[float]) -> float:
    """Availability of a group in which one member is enough: 1 - the product of the unavailabilities."""
    return 1 - math.prod(1 - a for a in availabilities)


def k_of_n(k: int, n: int, a: float) -> float:
    """Exact availability of ``n`` equal members of which at least ``k`` must work (0 <= k <= n)."""
    if not 0 <= k <= n:
        raise ValueError(f"k={k}, n={n}: k must be 0-{n}")
    return math.fsum(math.comb(n, i) * a**i * (1 - a) ** (n - i) for i in range(k, n + 1))


def with_spares(n: int, spares: int, a: float) -> float:
    """The whitepaper's approximation: 1 - C(n, s+1) (1-a)^(s+1), never better than the exact value."""
    if not 0 <= spares < n:
        raise ValueError(f"spares={spares}: must be 0-{n - 1}")
    return 1 - math.comb(n, spares + 1) * (1 - a) ** (spares + 1)


def from_times(mtbf: float, mttr: float) -> float:
    """MTBF / (MTBF + MTTR), both in the same unit; MTTR includes the time to detect."""
    if mtbf <= 0 or mttr < 0:
        raise ValueError(f"mtbf={mtbf}, mttr={mttr}: MTBF must be above 0 and MTTR at least 0")
    return mtbf / (mtbf + mttr)


def per_zone(needed: int, zones: int) -> int:
    """Members per Availability Zone with which ``needed`` are left after losing a zone: ceil(N / (Z - 1)); Z >= 2."""
    if zones < 2:
        raise ValueError(f"zones={zones}: capacity for the loss of a zone needs at least 2")
    return -(-needed // (zones - 1))


def minutes_per_year(availability: float) -> float:
    """Expected minutes of downtime in a year of 365 days."""
    return (1 - availability) * MINUTES_PER_YEAR


def minutes_per_month(availability: float) -> float:
    """Expected minutes of downtime in a twelfth of a year."""
    return minutes_per_year(availability) / MONTHS_PER_YEAR
