"""Whether entry points meet the targets of their owner: met, missed, or cannot be told; and what would meet them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ha_policy.proof.estimate import maths
from ha_policy.proof.estimate.numbers import Numbers
from ha_policy.proof.fixes import fix_of
from ha_policy.proof.model import Component, EntryPoint, postorder
from ha_policy.proof.proof import Proof
from ha_policy.proof.report.units import percent, share, time
from ha_policy.proof.simulation.matrix import FailureMatrix
from ha_policy.proof.simulation.simulation import Outcome
from ha_policy.targets import AVAILABILITY, Target

Status = Literal["met", "missed", "cannot tell"]
_RANK: Final[dict[Status, int]] = {"met": 0, "cannot tell": 1, "missed": 2}
_FULL: Final = 100
_NAMES: Final = 3


@dataclass(frozen=True, slots=True)
class TargetResult:
    """One target of one entry point. found: what there is. why: what breaks it and how to meet it, or what is not
    known.
    """

    entry: EntryPoint
    target: Target
    status: Status
    found: str
    why: str = ""

    @property
    def document(self) -> dict[str, str]:
        """As data, for reports and the gate."""
        return {
            "entry_point": self.entry.name,
            "target": self.target.name,
            "limit": self.target.text,
            "status": self.status,
            "found": self.found,
            "why": self.why,
        }

    @property
    def text(self) -> str:
        """As a sentence."""
        end = f": {self.why}" if self.why else ""
        return f"{self.entry.name}: {self.target.name} {self.target.text} is {_SAID[self.status]} ({self.found}){end}"


_SAID: Final[dict[Status, str]] = {"met": "met", "missed": "missed", "cannot tell": "not decided"}


def target_results(proof: Proof, targets: Sequence[Target]) -> list[TargetResult]:
    """The result of each target for each entry point that it covers."""
    return [r for entry in proof.entry_points for r in results_for(proof, entry, targets)]


def results_for(proof: Proof, entry: EntryPoint, targets: Iterable[Target]) -> list[TargetResult]:
    """The result of each target that covers one entry point."""
    return [_result(proof, entry, target) for target in targets if target.covers(entry.name)]


def without_entry_point(entries: Iterable[EntryPoint], targets: Iterable[Target]) -> list[str]:
    """Patterns that cover no entry point, as sentences."""
    names = [e.name for e in entries]
    patterns = dict.fromkeys(t.pattern for t in targets)
    known = ", ".join(sorted(set(names))) or "none"
    return [
        f"targets.{p}: no entry point has this name; entry points: {known}"
        for p in patterns
        if not any(t.covers(n) for t in targets if t.pattern == p for n in names)
    ]


def _result(proof: Proof, entry: EntryPoint, target: Target) -> TargetResult:
    if target.measure == AVAILABILITY:
        return _availability(entry, target, proof.numbers_of(entry))
    matrix = proof.matrix if target.loss == "component" else proof.zone_and_region_losses
    found = list(_of_losses(matrix, entry, target))
    if not found:
        return TargetResult(entry, target, "cannot tell", "nothing simulated", f"no {target.loss} to lose is known")
    return max(found, key=lambda r: _RANK[r.status])


def _of_losses(matrix: FailureMatrix, entry: EntryPoint, target: Target) -> Iterator[TargetResult]:
    """The result for each failure of the kind, the worst first among equals."""
    outcomes = [(i, matrix.outcome(entry, i)) for i in matrix.telling(entry, target.loss)]
    for index, outcome in sorted(outcomes, key=lambda o: _badness(o[1], target), reverse=True):
        status = _status(outcome, target)
        found = f"{_value(outcome, target)} when {matrix.failures[index].name} is lost"
        path = "" if status == "met" else " -> ".join(matrix.explain(entry, index))
        if status == "missed" and outcome.verdict == "down":
            path = f"{path}; {fix_of(matrix, entry, index)}"
        yield TargetResult(entry, target, status, found, path)


def _badness(outcome: Outcome, target: Target) -> float:
    if target.measure == "capacity":
        return -outcome.capacity
    down = outcome.verdict == "down"
    return float("inf") if down else outcome.seconds if target.measure == "recovery" else outcome.rpo or 0.0


def _status(outcome: Outcome, target: Target) -> Status:
    if target.measure == "capacity":
        if outcome.capacity * _FULL >= target.limit - 1e-9:
            return "met"
        return "missed" if outcome.possible * _FULL < target.limit - 1e-9 else "cannot tell"
    if outcome.verdict == "down":
        return "missed"
    value = outcome.seconds if target.measure == "recovery" else outcome.rpo or 0.0
    if value > target.limit:
        return "missed"
    return "cannot tell" if outcome.verdict == "cannot tell" else "met"


def _value(outcome: Outcome, target: Target) -> str:
    if target.measure == "capacity":
        known = share(outcome.capacity)
        return known if outcome.possible == outcome.capacity else f"{known} to {share(outcome.possible)}"
    if outcome.verdict in ("down", "cannot tell"):
        return outcome.verdict
    return time(outcome.seconds if target.measure == "recovery" else outcome.rpo or 0.0)


def _availability(entry: EntryPoint, target: Target, figures: Numbers) -> TargetResult:
    if figures.estimate is None:
        return TargetResult(entry, target, "cannot tell", "no estimate", "; ".join(figures.unknown))
    unplaced = [n.name for p in entry.paths for n in postorder(p.root) if isinstance(n, Component) and not n.zone_known]
    if unplaced:
        some = ", ".join(list(dict.fromkeys(unplaced))[:_NAMES])
        return TargetResult(entry, target, "cannot tell", "no estimate", f"the zones of {some} are not known")
    found = f"{percent(figures.estimate)} %"
    if figures.estimate * _FULL >= target.limit:
        return TargetResult(entry, target, "met", found)
    missing = maths.minutes_per_year(figures.estimate) - maths.minutes_per_year(target.limit / _FULL)
    return TargetResult(entry, target, "missed", found, _change(figures, missing))


def _change(figures: Numbers, missing: float) -> str:
    """The smallest change that would gain as many minutes per year, or what costs most: gains do not simply add up."""
    gaining = [i for i in figures.improvements if i.minutes > 0]
    enough = [i for i in gaining if i.minutes >= missing]
    if enough:
        name = min(enough, key=lambda i: i.minutes).name
        return f"the smallest change that would meet it: no dependence on {name} alone"
    most = [i.name for i in sorted(gaining, key=lambda i: -i.minutes)[:_NAMES]]
    return f"no single change would meet it; most downtime comes from {', '.join(most)}" if most else ""
