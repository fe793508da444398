"""Every failure against every entry point, without simulating what cannot matter.

An entry point is simulated only with the failures that touch one of its components; after any other failure it is as
with nothing lost. So the work grows with the size of the stack and not with its square.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ha_policy.proof.model import Component, EntryPoint, Unknown, postorder
from ha_policy.proof.simulation.failures import Failure
from ha_policy.proof.simulation.simulation import SEVERITY, Outcome, Simulation

NOTHING: Final = Failure("nothing", "nothing", "nothing")


@dataclass(frozen=True, slots=True)
class _Run:
    """One entry point. places: failure number -> its numbers in the simulation; the worst of them counts."""

    simulation: Simulation
    places: dict[int, tuple[int, ...]]


class FailureMatrix:
    """The outcome of each failure for each entry point; each entry point is simulated when it is first asked about."""

    def __init__(
        self, entry_points: Sequence[EntryPoint], failures: Sequence[Failure], zones: Iterable[tuple[str, str]]
    ) -> None:
        self.entry_points, self.failures = tuple(entry_points), tuple(failures)
        self._zones = tuple(sorted(set(zones)))
        self._region_of = dict(self._zones)
        self._by_component: dict[str, list[int]] = {}
        self._broad: list[int] = []  # the losses of zones and Regions
        self._by_kind: dict[str, list[int]] = {}
        for index, failure in enumerate(self.failures):
            self._by_kind.setdefault(failure.kind, []).append(index)
            for key in failure.components:
                self._by_component.setdefault(key, []).append(index)
            if failure.zones or failure.regions or failure.unknown_zone_of is not None:
                self._broad.append(index)
        self._runs: dict[int, _Run] = {}

    def intact(self, entry: EntryPoint) -> tuple[Outcome, tuple[str, ...]]:
        """The outcome with nothing lost, and the path that is not known or down already."""
        run = self._run(entry).simulation
        return run.outcome(entry, 0), run.explain(entry, 0)

    def affected(self, entry: EntryPoint) -> list[int]:
        """The numbers of the failures that touch something of the entry point."""
        return sorted(self._run(entry).places)

    def telling(self, entry: EntryPoint, kind: str) -> list[int]:
        """The numbers of the failures of a kind that touch something of the entry point, and of one that does not, if
        there is one: after any other failure of the kind it is as after that one.
        """
        touched = [i for i in self.affected(entry) if self.failures[i].kind == kind]
        known = set(touched)
        return [*touched, *islice((i for i in self._by_kind.get(kind, ()) if i not in known), 1)]

    def outcome(self, entry: EntryPoint, index: int) -> Outcome:
        """The outcome of failure number ``index``."""
        run = self._run(entry)
        return run.simulation.outcome(entry, self._worst(entry, run, index))

    def explain(self, entry: EntryPoint, index: int) -> tuple[str, ...]:
        """The path that broke or lost capacity, from the entry point to what was lost; empty if nothing was lost."""
        run = self._run(entry)
        return run.simulation.explain(entry, self._worst(entry, run, index))

    def root_cause(self, entry: EntryPoint, index: int) -> Component | Unknown | None:
        """The end of the broken path: the component whose loss explains it."""
        run = self._run(entry)
        return run.simulation.root_cause(entry, self._worst(entry, run, index))

    def _worst(self, entry: EntryPoint, run: _Run, index: int) -> int:
        def bad(place: int) -> tuple[int, float, float]:
            found = run.simulation.outcome(entry, place)
            return SEVERITY[found.verdict], -found.capacity, found.seconds

        places = run.places.get(index, (0,))
        return places[0] if len(places) == 1 else max(places, key=bad)

    def _run(self, entry: EntryPoint) -> _Run:
        if id(entry) not in self._runs:
            self._runs[id(entry)] = self._simulate(entry)
        return self._runs[id(entry)]

    def _simulate(self, entry: EntryPoint) -> _Run:
        components = [n for n in postorder(*(p.root for p in entry.paths)) if isinstance(n, Component)]
        touching = {i for c in components for i in self._by_component.get(c.key, ())}
        touching |= {i for i in self._broad if any(self._touches(self.failures[i], c) for c in components)}
        simulated: list[Failure] = [NOTHING]
        places: dict[int, tuple[int, ...]] = {}
        for index in sorted(touching):
            failure = self.failures[index]
            parts = [failure] if failure.unknown_zone_of is None else _each_place(failure, components)
            places[index] = tuple(range(len(simulated), len(simulated) + len(parts)))
            simulated += parts
        return _Run(Simulation((entry,), simulated, self._zones), places)

    def _touches(self, failure: Failure, component: Component) -> bool:
        if not component.region_known:
            return True
        if component.region in failure.regions or component.zone in failure.zones:
            return True
        if not component.zonal:
            return False
        if failure.unknown_zone_of is not None:
            return failure.unknown_zone_of in ("", component.region)
        return not component.zone_known and any(self._region_of.get(z) == component.region for z in failure.zones)


def _each_place(failure: Failure, components: Sequence[Component]) -> list[Failure]:
    """An unknown zone as what it may be: that of each place whose zone is unknown (with all that is there, and whatever
    else of the Region may be in the same zone), or one of the zones that are known.
    """
    region = failure.unknown_zone_of
    there: dict[str, set[str]] = {}
    known: set[str] = set()
    for component in components:
        if (component.region or "") != region:
            continue
        if not component.zone_known:
            there.setdefault(component.place, set()).add(component.key)
        elif component.zone:
            known.add(component.zone)
    named = [Failure("", "zone", failure.name, components=frozenset(k), unknown_zone_of=region) for k in there.values()]
    others = [Failure("", "zone", failure.name, zones=frozenset({z})) for z in sorted(known)]
    return [*named, *others] or [failure]
