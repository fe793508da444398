"""Availability claims of components, compared with the simulation.

A component makes a claim with an input and output named ``availability``, which the stack may export unchanged:

    {"shop.example.com": {"zoneLoss": {"verdict": "degrades", "capacity": 0.66},
                          "regionLoss": {"verdict": "down", "capacity": 0},
                          "slaFloor": 99.98}}

Keys are names of entry points as in the report. A claim may be worse than the result, but never better: a verdict, a
capacity (share, 0-1) or an SLA floor (percent) above what the graph gives is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from ha_policy.graph import Graph
from ha_policy.graph.values import UNKNOWN
from ha_policy.proof.declarations.request_paths import Finding
from ha_policy.proof.estimate.assumptions import Assumptions
from ha_policy.proof.estimate.numbers import numbers
from ha_policy.proof.model import EntryPoint
from ha_policy.proof.simulation.matrix import FailureMatrix
from ha_policy.proof.simulation.simulation import SEVERITY, Verdict

OUTPUT: Final = "availability"
LOSSES: Final = {"zoneLoss": "zone", "regionLoss": "region"}
ROUNDING: Final = 0.005
"""Claims have two digits."""


def findings(graph: Graph, losses: FailureMatrix, assumed: Assumptions) -> Iterator[Finding]:
    """All claims that are too good, with the value that the graph gives. losses: the simulated loss of each zone and
    Region.
    """
    entries = {e.name: e for e in losses.entry_points}
    for node in graph.nodes:
        if OUTPUT not in node.props or "/" in node.kind or node.kind.startswith("pulumi:"):
            continue
        claims = node.props[OUTPUT]
        if claims is UNKNOWN:
            yield Finding("", f"{OUTPUT} of {node.name} is not known before deployment: claims are plain values", True)
        elif not isinstance(claims, Mapping):
            yield Finding("", f"{OUTPUT} of {node.name}: must be an object of entry points")
        else:
            own = node.name.removesuffix(node.logical_name)  # the stack's name, if several are joined
            for key, claim in cast(Mapping[str, Any], claims).items():
                name = key if key in entries else f"{own}{key}"
                if name not in entries:
                    there = ", ".join(sorted(entries)) or "none"
                    yield Finding("", f"{OUTPUT} of {node.name}: there is no entry point {name}; there are {there}")
                else:
                    yield from _against(entries[name], claim, losses, assumed)


def _against(entry: EntryPoint, claim: Any, losses: FailureMatrix, assumed: Assumptions) -> Iterator[Finding]:
    if not isinstance(claim, Mapping) or not set(cast(Mapping[str, Any], claim)) <= {*LOSSES, "slaFloor"}:
        yield Finding(entry.resource, f"claim for {entry.name}: may have zoneLoss, regionLoss and slaFloor only")
        return
    fields = cast(Mapping[str, Any], claim)
    for key, kind in LOSSES.items():
        if key in fields:
            verdict, capacity = worst(losses, entry, kind)
            said: Any = fields[key] if isinstance(fields[key], Mapping) else {}
            told, kept = said.get("verdict"), said.get("capacity", 0)
            truth = f"the graph gives {verdict}, {capacity:.2f}"
            if told not in SEVERITY or isinstance(kept, bool) or not isinstance(kept, int | float):
                yield Finding(entry.resource, f"claim for {entry.name}: {key} needs verdict and capacity; {truth}")
            elif SEVERITY[told] < SEVERITY[verdict] or kept > capacity + ROUNDING:
                unknown = verdict == "cannot tell"  # what is not known contradicts nothing
                yield Finding(entry.resource, f"claim for {entry.name}: {key} is {told}, {kept:g}; {truth}", unknown)
    if "slaFloor" in fields:
        floor, said = numbers(entry, assumed).sla_floor, fields["slaFloor"]
        if floor is None:
            yield Finding(entry.resource, f"claim for {entry.name}: slaFloor cannot be told: a part is not known", True)
        elif isinstance(said, bool) or not isinstance(said, int | float) or said > floor * 100 + ROUNDING:
            text = f"claim for {entry.name}: slaFloor is {said}; the graph gives {_percent(floor)}"
            yield Finding(entry.resource, text)


def _percent(floor: float) -> str:
    return f"{floor * 100:.4f}"


def worst(losses: FailureMatrix, entry: EntryPoint, kind: str) -> tuple[Verdict, float]:
    """The worst verdict and the least capacity over all zones (or Regions)."""
    found = [losses.outcome(entry, i) for i, f in enumerate(losses.failures) if f.kind == kind]
    verdicts: list[Verdict] = [o.verdict for o in found] or ["cannot tell"]
    return max(verdicts, key=SEVERITY.__getitem__), min((o.capacity for o in found), default=0.0)
