"""What a component claims about the availability of its entry points, held against the simulation.

A component claims with an output named ``availability``, which the stack may export as it is:

    {"shop.example.com": {"zoneLoss": {"verdict": "degrades", "capacity": 0.66},
                          "regionLoss": {"verdict": "down", "capacity": 0},
                          "slaFloor": 99.98}}

Keys are names of entry points as the report has them. A claim may be worse than the truth, never better: a verdict, a
capacity (share, 0-1) or an SLA floor (percent) above what the graph gives is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from ha_policy.graph.values import UNKNOWN
from ha_policy.proof.declared import Finding
from ha_policy.proof.numbers import numbers
from ha_policy.proof.simulate import SEVERITY, Verdict

if TYPE_CHECKING:
    from ha_policy.proof.model import Entry
    from ha_policy.proof.proof import Proof

OUTPUT: Final = "availability"
LOSSES: Final = {"zoneLoss": "zone", "regionLoss": "region"}
ROUNDING: Final = 0.005
"""Claims are written with two digits."""


def findings(proof: Proof) -> Iterator[Finding]:
    """Every claim that does not hold, with what does."""
    entries = {e.name: e for e in proof.entries}
    for node in proof.graph.nodes:
        if OUTPUT not in node.props or "/" in node.kind or node.kind.startswith("pulumi:"):
            continue
        claims = node.props[OUTPUT]
        if claims is UNKNOWN:
            yield Finding("", f"{OUTPUT} of {node.name} is not known before deployment: claims are plain values", True)
        elif not isinstance(claims, Mapping):
            yield Finding("", f"{OUTPUT} of {node.name}: must be an object of entry points")
        else:
            for name, claim in cast(Mapping[str, Any], claims).items():
                if name not in entries:
                    there = ", ".join(sorted(entries)) or "none"
                    yield Finding("", f"{OUTPUT} of {node.name}: there is no entry point {name}; there are {there}")
                else:
                    yield from _against(proof, entries[name], claim)


def _against(proof: Proof, entry: Entry, claim: Any) -> Iterator[Finding]:
    if not isinstance(claim, Mapping) or not set(cast(Mapping[str, Any], claim)) <= {*LOSSES, "slaFloor"}:
        yield Finding(entry.resource, f"claim for {entry.name}: may have zoneLoss, regionLoss and slaFloor only")
        return
    fields = cast(Mapping[str, Any], claim)
    for key, kind in LOSSES.items():
        if key in fields:
            verdict, capacity = worst(proof, entry, kind)
            said: Any = fields[key] if isinstance(fields[key], Mapping) else {}
            told, kept = said.get("verdict"), said.get("capacity", 0)
            truth = f"the graph gives {verdict}, {capacity:.2f}"
            if told not in SEVERITY or isinstance(kept, bool) or not isinstance(kept, int | float):
                yield Finding(entry.resource, f"claim for {entry.name}: {key} needs verdict and capacity; {truth}")
            elif SEVERITY[told] < SEVERITY[verdict] or kept > capacity + ROUNDING:
                yield Finding(entry.resource, f"claim for {entry.name}: {key} is {told}, {kept:g}; {truth}")
    if "slaFloor" in fields:
        floor, said = numbers(entry, proof.assumed).floor, fields["slaFloor"]
        if floor is None:
            yield Finding(entry.resource, f"claim for {entry.name}: slaFloor cannot be told: a part is not known", True)
        elif isinstance(said, bool) or not isinstance(said, int | float) or said > floor * 100 + ROUNDING:
            text = f"claim for {entry.name}: slaFloor is {said}; the graph gives {_percent(floor)}"
            yield Finding(entry.resource, text)


def _percent(floor: float) -> str:
    return f"{floor * 100:.4f}"


def worst(proof: Proof, entry: Entry, kind: str) -> tuple[Verdict, float]:
    """The worst verdict and the least capacity over every zone (or Region)."""
    found = [proof.places.outcome(entry, i) for i, f in enumerate(proof.places.lost) if f.kind == kind]
    verdicts: list[Verdict] = [o.verdict for o in found] or ["serves"]
    return max(verdicts, key=SEVERITY.__getitem__), min((o.capacity for o in found), default=1.0)
