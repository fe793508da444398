"""What a stack needs of each quota in each Region, compared with AWS's default."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.region import GLOBAL, region_of
from ha_policy.graph.relations import memoized
from ha_policy.graph.values import UNKNOWN
from ha_policy.quotas.demand import UNRESERVED, Demand, demands
from ha_policy.quotas.table import ACCOUNT, QUOTAS, REGION, Quota

NOWHERE: Final = "a Region that is not known"
MOST: Final = 5
"""Reasons kept per need."""
Answer = Literal["yes", "no", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Need:
    """What the stack needs of a quota in a Region (`ACCOUNT`: once for all). holder: the VPC, zone, … that needs most.

    floor: while nothing happens. peak: at the largest sizes that scaling may reach. rollout: while servers and tasks at
    the floor are replaced. failover: with the floor of the other Regions on top, as far as the peak allows; None if no
    other Region has such a load. The numbers are what is certain; if something is ``unknown``, up to ``possible`` more
    is needed. notes: what the numbers cannot contain. largest: the resource that needs most.
    """

    key: str
    region: str
    holder: str
    floor: float
    peak: float
    rollout: float
    failover: float | None
    unknown: tuple[str, ...]
    possible: float
    notes: tuple[str, ...]
    largest: Node

    @property
    def quota(self) -> Quota:
        """The quota's row in the table."""
        return QUOTAS[self.key]

    @property
    def most(self) -> float:
        """The largest of the numbers."""
        return max(self.floor, self.peak, self.rollout, self.failover or 0)

    def exceeds(self, value: float | None = None) -> Answer:
        """Whether more is needed than ``value``, or than AWS's default."""
        limit = self.quota.default if value is None else value
        if self.most > limit:
            return "yes"
        return "cannot tell" if self.unknown and self.most + self.possible > limit else "no"


def needs(graph: Graph, stack: str = "") -> tuple[Need, ...]:
    """All needs, by Region and in the order of the table. stack: of several stacks, the one meant (`Node.stack`)."""
    wanted = stack if len(graph.stacks) > 1 else ""
    return memoized(graph, ("quotas", wanted), lambda: tuple(_needs(graph, wanted)))


def _needs(graph: Graph, stack: str) -> Iterable[Need]:
    gathered: dict[tuple[str, str], dict[str, list[Demand]]] = defaultdict(lambda: defaultdict(list))
    for demand in demands(graph):
        if not stack or demand.node.stack == stack:
            gathered[demand.quota, _region(demand)][demand.holder].append(demand)
    found = {place: _largest(*place, holders) for place, holders in gathered.items()}
    order = {key: number for number, key in enumerate(QUOTAS)}
    for key, region in sorted(found, key=lambda place: (place[1] == ACCOUNT, place[1], order[place[0]])):
        yield _with_the_others(found[key, region], [n for (k, r), n in found.items() if k == key and r != region])


def _region(demand: Demand) -> str:
    if QUOTAS[demand.quota].per == ACCOUNT:
        return ACCOUNT
    region = region_of(demand.node)
    return NOWHERE if region is UNKNOWN else "us-east-1" if region == GLOBAL else str(region)


def _largest(key: str, region: str, holders: dict[str, list[Demand]]) -> Need:
    """The need of the holder that needs most; what is not known may be anybody's."""
    needed = [_sum(key, region, holder, found) for holder, found in holders.items()]
    most = max(needed, key=lambda n: (n.most, n.holder))
    unknown = [u for n in needed for u in n.unknown]
    return replace(most, unknown=tuple(dict.fromkeys(unknown))[:MOST], possible=sum(n.possible for n in needed))


def _sum(key: str, region: str, holder: str, found: Sequence[Demand]) -> Need:
    floor, peak, rollout = (sum(getattr(d, part) for d in found) for part in ("floor", "peak", "rollout"))
    if key == "lambda concurrency" and floor:
        floor, peak, rollout = (value + UNRESERVED for value in (floor, peak, rollout))
    noted = [d.note for d in found if d.note]
    notes = [f"{n} share what is left: {noted.count(n)}" for n in dict.fromkeys(noted)]
    unknown = tuple(dict.fromkeys(d.unknown for d in found if d.unknown))
    possible = sum(d.possible for d in found if d.unknown)
    # The resource with a problem is named before one that only needs much.
    largest = max(found, key=lambda d: (max(d.floor, d.peak, d.rollout), bool(d.unknown), d.node.urn))
    return Need(key, region, holder, floor, peak, rollout, None, unknown, possible, tuple(notes), largest.node)


def _with_the_others(need: Need, others: Sequence[Need]) -> Need:
    if not need.quota.elastic or not others:
        return need
    return replace(need, failover=max(need.floor, min(need.peak, need.floor + sum(n.floor for n in others))))


def shown(need: Need) -> str:
    """The quota's name with what it is counted for."""
    quota = need.quota
    where = "" if quota.per in (REGION, ACCOUNT) else f" per {quota.per}" + (f" ({need.holder})" if need.holder else "")
    return f"{quota.name}{where}"
