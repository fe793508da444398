"""Simulate every failure for every entry point, many failures at a time.

Each node of the model gets, for each capacity that it can have, the set of failures after which it has at least that
capacity. A set is one integer with a bit per failure, so a thousand failures cost about as much as one. There are two
such sets: what is certainly left (a component whose zone is unknown is lost with every zone of its Region) and what is
possibly left (it is lost with none). If they disagree about being up at all, the verdict is *cannot tell*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from ha_policy.graph.zones import is_availability_zone
from ha_policy.proof.model import (
    Component,
    EntryPoint,
    Failover,
    Part,
    Path,
    Pool,
    Recovery,
    Series,
    Unknown,
    children,
    postorder,
)
from ha_policy.proof.simulation.capacity import (
    FULL,
    CapacityLevel,
    any_left,
    fallback,
    maximum,
    minimum,
    threshold,
    union,
    weighted,
)
from ha_policy.proof.simulation.failures import Failure

Verdict = Literal["serves", "degrades", "down", "cannot tell"]
NONE: Final = Fraction(0)
SEVERITY: dict[Verdict, int] = {"serves": 0, "degrades": 1, "cannot tell": 2, "down": 3}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one failure for one entry point, on the worst of its paths (``path`` is that path's label).

    capacity: share that certainly remains before any scaling, 0-1; possible: share that possibly remains. recoveries:
    what has to fail over.
    """

    verdict: Verdict
    capacity: float
    possible: float
    path: str = ""
    recoveries: tuple[Recovery, ...] = ()

    @property
    def seconds(self) -> float:
        """Recovery time: recoveries run at the same time, so the slowest counts."""
        return max((s.seconds for s in self.recoveries), default=0.0)

    @property
    def rpo(self) -> float | None:
        """Recovery point: the worst of the stores that fail over; None if none does."""
        return max((s.rpo for s in self.recoveries if s.rpo is not None), default=None)

    @property
    def limits(self) -> tuple[str, ...]:
        """What is not served although the entry point is not down."""
        return tuple(dict.fromkeys(s.limit for s in self.recoveries if s.limit))


class Simulation:
    """The verdicts of ``failures`` for ``entry_points``, evaluated once."""

    def __init__(
        self, entry_points: Sequence[EntryPoint], failures: Sequence[Failure], zones: Iterable[tuple[str, str]]
    ) -> None:
        self.entry_points, self.failures = tuple(entry_points), tuple(failures)
        self._zones = sorted(set(zones))
        self._order = postorder(*(p.root for e in entry_points for p in e.paths))
        self._levels: dict[int, list[CapacityLevel]] = {}
        self._started: dict[int, list[tuple[Recovery, int]]] = {}
        self._outcomes: dict[tuple[int, int], Outcome] = {}
        self._all = (1 << len(failures)) - 1
        self._evaluate()

    def outcome(self, entry: EntryPoint, index: int) -> Outcome:
        """The outcome on the worst of the entry point's paths for failure number ``index``."""
        key = id(entry), index
        if key not in self._outcomes:
            found = [self._path_outcome(p, index) for p in entry.paths]
            self._outcomes[key] = max(found, key=lambda o: (SEVERITY[o.verdict], -o.capacity, o.seconds))
        return self._outcomes[key]

    def explain(self, entry: EntryPoint, index: int) -> tuple[str, ...]:
        """The path that broke or lost capacity, from the entry point to what was lost; empty if nothing was lost."""
        outcome = self.outcome(entry, index)
        if outcome.verdict == "serves":
            return ()
        root = next(p.root for p in entry.paths if p.label == outcome.path)
        if outcome.capacity == 1:
            return (root.name, *outcome.limits)
        return tuple(self._explain(root, index))

    def root_cause(self, entry: EntryPoint, index: int) -> Component | Unknown | None:
        """The end of the broken path: the component whose loss explains it."""
        outcome = self.outcome(entry, index)
        root = next(p.root for p in entry.paths if p.label == outcome.path)
        return self._cause(root, index, self._bound(root, index))[1]

    def down(self, entry: EntryPoint) -> tuple[int, int]:
        """The failures, as bits, after which the entry point is certainly down, and those after which it is possibly
        down.
        """
        certain = possible = 0
        for path in entry.paths:
            low, high = any_left(self._levels[id(path.root)])
            certain |= self._all & ~high
            possible |= self._all & ~low
        return certain, possible & ~certain

    def capacity(self, node: Part, index: int) -> tuple[Fraction, Fraction]:
        """The capacity of a node that certainly, and possibly, remains after failure number ``index``."""
        bit, highest_first = 1 << index, self._levels[id(node)][::-1]
        low = next((level for level, certain, _ in highest_first if certain & bit), NONE)
        return low, next((level for level, _, possible in highest_first if possible & bit), NONE)

    def _path_outcome(self, path: Path, index: int) -> Outcome:
        low, high = self.capacity(path.root, index)
        recoveries = ()
        if high:
            found = (s for s, bits in self._recoveries_started(path.root) if bits >> index & 1)
            recoveries = tuple({s.label: s for s in found}.values())
        limited = any(s.mode == "manual" or s.limit for s in recoveries)
        verdict: Verdict = (
            "down" if not high else "cannot tell" if not low else "degrades" if low < 1 or limited else "serves"
        )
        return Outcome(verdict, float(low), float(high), path.label, recoveries)

    def _recoveries_started(self, root: Part) -> list[tuple[Recovery, int]]:
        """Each recovery below ``root``, with the failures that start it on a part that requests pass afterwards.

        Requests pass a standby only if the first option may be lost; they never pass the source of a replica.
        """
        if id(root) in self._started:
            return self._started[id(root)]
        passed: dict[int, int] = {id(root): self._all}
        found: list[tuple[Recovery, int]] = []
        for node in reversed(postorder(root)):
            here, parts = passed.get(id(node), 0), children(node)
            if isinstance(node, Failover) and node.watch is not None:
                passed[id(parts[-1])] = passed.get(id(parts[-1]), 0) | here
            elif isinstance(node, Failover) and node.ordered:
                first_gone = self._all & ~any_left(self._levels[id(parts[0])])[0]
                passed[id(parts[0])] = passed.get(id(parts[0]), 0) | here
                for part in parts[1:]:
                    passed[id(part)] = passed.get(id(part), 0) | here & first_gone
            else:
                for part in parts:
                    passed[id(part)] = passed.get(id(part), 0) | here
            if isinstance(node, Failover | Pool) and node.recovery is not None and (bits := here & self._trigger(node)):
                found.append((node.recovery, bits))
        self._started[id(root)] = found
        return found

    def _trigger(self, node: Failover | Pool) -> int:
        """The failures after which a group that may still work has lost a member (its first option, its source)."""
        watched: tuple[Part, ...] = children(node)
        if isinstance(node, Failover):
            watched = (node.watch,) if node.watch is not None else watched[:1] if node.ordered else watched
        lost = union(self._all & ~any_left(self._levels[id(p)])[0] for p in watched if any_left(self._levels[id(p)])[1])
        return lost & any_left(self._levels[id(node)])[1]

    def _explain(self, node: Part, index: int) -> list[str]:
        """Names from ``node`` down to what limits it, without repeating a name."""
        chain = self._cause(node, index, self._bound(node, index))[0]
        return [name for i, name in enumerate(chain) if i == 0 or name != chain[i - 1]]

    def _bound(self, node: Part, index: int) -> int:
        """Which capacity explains a loss: of what is certainly down the possible one, so that the cause is certain."""
        return 0 if self.capacity(node, index)[1] else 1

    def _cause(self, node: Part, index: int, bound: int) -> tuple[list[str], Component | Unknown | None]:
        """The chain of names from ``node`` down, and the component at its end.

        If several members are lost: the one component that all of them miss, unless each is lost by itself; else a
        member that is lost because of something further down; else the members themselves.
        """
        if isinstance(node, Component | Unknown):
            return [_called(node)], node
        parts = children(node)
        left = [self.capacity(p, index)[bound] for p in parts]
        if isinstance(node, Series):
            chain, leaf = self._cause(
                min(zip(left, range(len(parts)), parts, strict=True), key=lambda r: r[:2])[2], index, bound
            )
            return [node.name, *chain], leaf
        gone = [p for p, c in zip(parts, left, strict=True) if c < 1]
        if not gone:
            return [node.name], None
        if len(gone) == 1:
            chain, leaf = self._cause(gone[0], index, bound)
            return [node.name, *chain], leaf
        head = [node.name, f"{len(gone)} of {len(parts)}: {_names([_called(p) for p in gone])}"]
        missing = {id(p): self._missing(p, index, bound) for p in gone}
        partly = [p for p in gone if missing[id(p)] != self._missing(p, None, bound)]
        if not partly:
            return head, self._cause(gone[0], index, bound)[1]
        shared = set[Part].intersection(*missing.values())
        chain, leaf = self._cause(next(iter(shared)) if len(shared) == 1 else partly[-1], index, bound)
        return [*head, *chain], leaf

    def _missing(self, node: Part, index: int | None, bound: int) -> set[Part]:
        """The components below a node that the failure takes; all of them for None."""
        leaves = (n for n in postorder(node) if isinstance(n, Component | Unknown))
        return {n for n in leaves if index is None or self.capacity(n, index)[bound] == 0}

    def _evaluate(self) -> None:
        zones: dict[str, int] = {}
        regions: dict[str, int] = {}
        components: dict[str, int] = {}
        self._unknown: dict[str, int] = {}
        for i, f in enumerate(self.failures):
            for table, names in ((zones, f.zones), (regions, f.regions), (components, f.components)):
                for name in names:
                    table[name] = table.get(name, 0) | 1 << i
            if f.unknown_zone_of is not None:
                self._unknown[f.unknown_zone_of] = self._unknown.get(f.unknown_zone_of, 0) | 1 << i
        for node in self._order:
            self._levels[id(node)] = self._value(node, zones, regions, components)

    def _unknown_zones(self, node: Component) -> int:
        """The failures that take a zone which may be the component's."""
        own = node.region if node.region_known else None
        return union(bits for region, bits in self._unknown.items() if not region or own in (None, region))

    def _value(
        self, node: Part, zones: dict[str, int], regions: dict[str, int], lost: dict[str, int]
    ) -> list[CapacityLevel]:
        match node:
            case Component():
                certain = lost.get(node.key, 0) | zones.get(node.zone or "", 0) | regions.get(node.region or "", 0)
                perhaps = certain
                if not node.region_known:
                    perhaps |= union(regions.values()) | union(zones.values())
                elif not node.zone_known:
                    perhaps |= union(zones.get(z, 0) for z, r in self._zones if r == node.region)
                if node.zone and not is_availability_zone(node.zone):  # it needs its parent zone, which is not known
                    perhaps |= union(zones.get(z, 0) for z, r in self._zones if r == node.region)
                if node.zonal:
                    perhaps |= self._unknown_zones(node)
                return [(FULL, self._all & ~perhaps, self._all & ~certain)]
            case Unknown():
                return [(FULL, 0, self._all)]
            case Series(parts=parts):
                return minimum([self._levels[id(p)] for p in parts], self._all)
            case Pool():
                weights = node.weights or (1,) * len(node.members)
                return weighted([self._levels[id(m)] for m in node.members], weights, self._all)
            case Failover():
                weights = node.weights or (1,) * len(node.options)
                scaled = [
                    [(min(FULL, lv * w / weights[0]) if node.ordered else lv, a, b) for lv, a, b in self._levels[id(o)]]
                    for o, w in zip(node.options, weights, strict=True)
                ]
                if node.ordered:
                    return fallback(scaled, self._all)
                return maximum(scaled) if node.needed == 1 else threshold(scaled, node.needed, self._all)


def _called(node: Part) -> str:
    """The name of a node in an explanation: a member of a group without its number, an unknown with the reason."""
    if isinstance(node, Unknown):
        return f"{node.name.partition(' #')[0]} ({node.why})"
    return node.name.partition(" #")[0] if isinstance(node, Component) else node.name


def _names(names: Sequence[str]) -> str:
    counted = Counter(names)
    shown = [f"{n} \N{MULTIPLICATION SIGN} {name}" if n > 1 else name for name, n in list(counted.items())[:3]]
    return ", ".join(shown) + (f" and {len(counted) - len(shown)} more" if len(counted) > len(shown) else "")
