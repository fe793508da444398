"""The whole proof of one stack: entry points, failures, verdicts, figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ha_policy.graph import CannotTell, Graph
from ha_policy.graph.placement import SUBNETS
from ha_policy.proof import claims
from ha_policy.proof.assumptions import Assumptions, load
from ha_policy.proof.build import Builder
from ha_policy.proof.declared import Declared, Finding, read
from ha_policy.proof.flows import Flows
from ha_policy.proof.fronts import Fronts
from ha_policy.proof.model import Entry, Leaf, postorder
from ha_policy.proof.numbers import Numbers, numbers
from ha_policy.proof.pairs import Pair, fatal_pairs
from ha_policy.proof.simulate import Failure, Outcome, Simulation, failures


@dataclass(frozen=True, slots=True)
class Row:
    """One failure and what it does to each entry point, in the order of the entry points."""

    failure: Failure
    outcomes: tuple[Outcome, ...]


class Proof:
    """Built from a graph; everything is worked out once, when it is first asked for."""

    def __init__(self, graph: Graph, own: Mapping[str, Any] | None = None) -> None:
        self.graph = graph
        self.assumed: Assumptions = load(own)
        self.declared: Declared = read(graph)
        self.builder = Builder(graph, self.assumed, self.declared.soft)
        self.fronts = Fronts(self.builder)
        self.entries: tuple[Entry, ...] = (*_stable(self.fronts.entries()), *_stable(Flows(self.builder).entries()))

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Everything on some path that can fail by itself."""
        return tuple(n for n in postorder(*(p.root for e in self.entries for p in e.paths)) if isinstance(n, Leaf))

    @cached_property
    def zones(self) -> tuple[tuple[str, str], ...]:
        """(zone, Region) of every subnet and of everything on a path."""
        found = {(n.zone, n.region) for n in self.leaves if n.zone and n.region}
        for subnet in self.graph.of(*SUBNETS):
            try:
                found |= {(z, self.graph.region(subnet)) for z in self.graph.zones(subnet).names}
            except CannotTell:
                continue
        return tuple(sorted(found))

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The Regions that something on a path, or a subnet, is in."""
        return tuple(sorted({r for _, r in self.zones} | {n.region for n in self.leaves if n.region}))

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The Regions with subnets: where the stack computes. Two of them mean that there is a standby Region."""
        return tuple(sorted({r for _, r in self.zones}))

    @cached_property
    def singles(self) -> tuple[Failure, ...]:
        """Every single failure."""
        return tuple(failures(self.entries, self.zones, self.regions))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Declared paths and claims that do not hold."""
        return (*self.declared.findings(self.builder), *claims.findings(self))

    @property
    def contradictions(self) -> tuple[str, ...]:
        """The same as sentences."""
        return tuple(f.text for f in self.findings)

    @cached_property
    def places(self) -> Simulation:
        """Zones and Regions alone: what the rules ask for, at a fraction of the whole."""
        lost = failures((), self.zones, self.regions)
        return Simulation(self.entries, lost, self.zones)

    @cached_property
    def run(self) -> Simulation:
        """The single failures, simulated."""
        return Simulation(self.entries, self.singles, self.zones)

    @cached_property
    def matrix(self) -> tuple[Row, ...]:
        """Every single failure against every entry point."""
        return tuple(Row(f, tuple(self.run.outcome(e, i) for e in self.entries)) for i, f in enumerate(self.singles))

    @cached_property
    def intact(self) -> tuple[Outcome, ...]:
        """The verdict with nothing lost: what is down or cannot be told already."""
        run = Simulation(self.entries, (Failure("nothing", "nothing", "nothing"),), self.zones)
        return tuple(run.outcome(e, 0) for e in self.entries)

    @cached_property
    def numbers(self) -> tuple[Numbers, ...]:
        """The figures of each entry point."""
        return tuple(numbers(e, self.assumed) for e in self.entries)

    def pairs(self) -> list[Pair]:
        """Every pair of failures that is worse than either alone: on request."""
        return fatal_pairs(self.entries, self.singles, self.zones)


def _stable(found: Iterable[Entry]) -> list[Entry]:
    """By kind, the names nearest the zone's apex first: the engine reports resources in another order every time."""
    entries = list(found)
    kinds = list(dict.fromkeys(e.kind for e in entries))
    return sorted(entries, key=lambda e: (kinds.index(e.kind), e.name.count("."), e.name))
