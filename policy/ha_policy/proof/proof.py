"""All results for one stack: entry points, failures, verdicts, figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from ha_policy.graph import UNKNOWN, CannotTell, Graph
from ha_policy.graph.placement import SUBNETS
from ha_policy.graph.region import region_of
from ha_policy.graph.relations import memoized
from ha_policy.proof.declarations import availability as claims
from ha_policy.proof.declarations.request_paths import Declared, Finding, read
from ha_policy.proof.entry_points.client_facing import ClientFacing
from ha_policy.proof.entry_points.event_driven import EventDriven
from ha_policy.proof.entry_points.on_premises import OnPremises
from ha_policy.proof.estimate.assumptions import Assumptions, load
from ha_policy.proof.estimate.numbers import Known, Numbers, numbers
from ha_policy.proof.model import Component, EntryPoint, Path, Unknown, postorder
from ha_policy.proof.request_paths.builder import PathBuilder
from ha_policy.proof.simulation.failure_pairs import Pair, fatal_pairs
from ha_policy.proof.simulation.failures import Failure, component_losses, region_losses, zone_losses
from ha_policy.proof.simulation.matrix import FailureMatrix


class Proof:
    """Built from a graph; each result is computed once, when it is first used.

    own: assumptions to replace. stack: of several stacks, the one whose entry points are wanted (`Node.stack`).
    """

    def __init__(self, graph: Graph, own: Mapping[str, Any] | None = None, stack: str = "") -> None:
        self.graph = graph
        self.stack = stack
        self.assumed: Assumptions = load(own)
        self.declared: Declared = read(graph)
        self.builder = PathBuilder(graph, self.assumed, self.declared.soft)
        self.client_facing = ClientFacing(self.builder)
        event_driven = (*EventDriven(self.builder).entry_points(), *OnPremises(self.builder).entry_points())
        entries = map(_with_a_path, (*_stable(self.client_facing.entry_points()), *_stable(event_driven)))
        self.entry_points: tuple[EntryPoint, ...] = tuple(e for e in entries if not stack or self._of(e) == stack)

    def _of(self, entry: EntryPoint) -> str:
        node = self.graph.get(entry.resource)
        return node.stack if node is not None else ""

    @cached_property
    def entry_at(self) -> dict[str, EntryPoint]:
        """The first entry point of each resource, by its URN."""
        return {e.resource: e for e in reversed(self.entry_points)}

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """All components on some path that can fail."""
        return tuple(
            n for n in postorder(*(p.root for e in self.entry_points for p in e.paths)) if isinstance(n, Component)
        )

    @cached_property
    def zones(self) -> tuple[tuple[str, str], ...]:
        """(zone, Region) of every subnet and of everything on a path."""
        found = {(n.zone, n.region) for n in self.components if n.zone and n.region}
        for subnet in self.graph.of(*SUBNETS):
            try:
                found |= {(z, self.graph.region(subnet)) for z in self.graph.zones(subnet).names}
            except CannotTell:
                continue
        return tuple(sorted(found))

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The Regions of subnets and of everything on a path."""
        return tuple(sorted({r for _, r in self.zones} | {n.region for n in self.components if n.region}))

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The Regions with subnets, where the stack runs compute. With two of them the stack has a standby Region."""
        subnets = {str(r) for s in self.graph.of(*SUBNETS) if (r := region_of(s)) is not UNKNOWN}
        return tuple(sorted({r for _, r in self.zones} | subnets))

    @cached_property
    def single_failures(self) -> tuple[Failure, ...]:
        """Every single failure: zones, then Regions, then components and managed services."""
        losses = (*zone_losses(self.components, self.zones), *region_losses(self.regions))
        return (*losses, *component_losses(self.components))

    @cached_property
    def declaration_findings(self) -> tuple[Finding, ...]:
        """Declared paths and claims that the graph contradicts."""
        claimed = claims.findings(self.graph, self.zone_and_region_losses, self.assumed)
        return tuple(dict.fromkeys((*self.declared.findings(self.builder), *claimed)))

    @property
    def contradictions(self) -> tuple[str, ...]:
        """Those that the graph certainly contradicts, as text."""
        return tuple(f.text for f in self.declaration_findings if not f.unknown)

    @cached_property
    def zone_and_region_losses(self) -> FailureMatrix:
        """Only the loss of zones and Regions, which is all that the rules need and takes a fraction of the time."""
        lost = [f for f in self.single_failures if f.kind in ("zone", "region")]
        return FailureMatrix(self.entry_points, lost, self.zones)

    @cached_property
    def matrix(self) -> FailureMatrix:
        """Every single failure, and its outcome for every entry point."""
        return FailureMatrix(self.entry_points, self.single_failures, self.zones)

    @cached_property
    def numbers(self) -> tuple[Numbers, ...]:
        """The figures of each entry point."""
        known: Known = {}
        return tuple(numbers(e, self.assumed, known) for e in self.entry_points)

    def numbers_of(self, entry: EntryPoint) -> Numbers:
        """The figures of one entry point."""
        return self._numbers_of[id(entry)]

    @cached_property
    def _numbers_of(self) -> dict[int, Numbers]:
        return {id(e): n for e, n in zip(self.entry_points, self.numbers, strict=True)}

    def pairs(self) -> list[Pair]:
        """Every pair of failures that is worse than each alone; computed on request."""
        return fatal_pairs(self.entry_points, self.single_failures, self.zones)


def proof_of(graph: Graph, egress_needed: bool = True, stack: str = "") -> Proof:
    """The results for a graph with the default assumptions, computed once."""
    key = ("proof", f"{egress_needed} {stack}")
    return memoized(graph, key, lambda: Proof(graph, {"egress_needed": egress_needed}, stack))


def _with_a_path(entry: EntryPoint) -> EntryPoint:
    """An entry point of which nothing is known, such as a distribution without cache behaviors, is *cannot tell*."""
    unknown = Unknown(entry.name, "no path of its requests is known", entry.resource)
    return entry if entry.paths else replace(entry, paths=(Path("", unknown),))


def _stable(found: Iterable[EntryPoint]) -> list[EntryPoint]:
    """Entry points by kind, names nearest to the zone apex first, since the engine reports resources in a different
    order each time.
    """
    entries = list(found)
    kinds = list(dict.fromkeys(e.kind for e in entries))
    return sorted(entries, key=lambda e: (kinds.index(e.kind), e.name.count("."), e.name))
