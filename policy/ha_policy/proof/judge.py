"""Judge stacks as the policy pack does: the same preset, parameters, exemptions and other stacks everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ha_policy import rules as _rules  # registers every rule
from ha_policy.baseline import Baseline, baseline_of
from ha_policy.config import ConfigError
from ha_policy.evaluate import Report, evaluate
from ha_policy.exemptions import settings_of
from ha_policy.graph import Graph
from ha_policy.proof.proof import Proof, proof_of
from ha_policy.proof.target_results import without_entry_point
from ha_policy.rules.survival import EGRESS, LOSSES, TARGETS_MET
from ha_policy.targets import Target

FAMILIES = _rules.FAMILIES


@dataclass(frozen=True, slots=True)
class Judged:
    """The results of the rules, those of the simulation, and the owner's targets."""

    answers: Report
    proof: Proof
    targets: tuple[Target, ...] = ()


def judge(
    graph: Graph,
    config: Mapping[str, Any] | None = None,
    assumptions: Mapping[str, Any] | None = None,
    only: str = "",
    baseline: Baseline | None = None,
) -> Judged:
    """Evaluate the rules, each stack with its own settings, and build the simulation.

    only: the stack to judge (`Node.stack`); the others are there to be referred to. baseline: the findings to accept,
    instead of those that the configuration names. An ``egress_needed`` among the
    assumptions counts for the rules too; otherwise the rules' parameter counts for the simulation. Raises ConfigError
    and AssumptionsError.
    """
    stacks = [only] if only else list(graph.stacks) or [""]
    settings = {s: settings_of(graph, config, s) for s in stacks}
    if problems := list(dict.fromkeys(p for s in settings.values() for p in s.problems)):
        raise ConfigError("; ".join(problems))
    own = {"egress_needed": settings[stacks[0]].params[LOSSES[0]][EGRESS], **(assumptions or {})}
    proof = Proof(graph, own, only) if assumptions else proof_of(graph, own["egress_needed"], only)
    several = len(graph.stacks) > 1
    targets = tuple(dict.fromkeys(t for s in settings.values() for t in s.targets))
    if wrong := without_entry_point(proof.entry_points, targets):
        raise ConfigError("; ".join(wrong))
    accepted = baseline if baseline is not None else baseline_of(config, [Path()])
    answers = [
        evaluate(
            graph,
            s.with_params((*LOSSES, TARGETS_MET), {EGRESS: own["egress_needed"]}),
            stack=stack if several else "",
            baseline=accepted,
        )
        for stack, s in settings.items()
    ]
    return Judged(answers[0] if len(answers) == 1 else _merged(answers), proof, targets)


def _merged(answers: Sequence[Report]) -> Report:
    """The results of several stacks as one. An exemption of the configuration is unused if no stack uses it."""
    counts: Counter[Any] = Counter()
    for report in answers:
        counts.update(report.counts)
    unused = [e for r in answers for e in r.unused]
    times = Counter(unused)
    return Report(
        findings=[f for r in answers for f in r.findings],
        counts=dict(counts),
        unused=[e for e in dict.fromkeys(unused) if e.origin.startswith("tag ") or times[e] == len(answers)],
        faulty=[e for r in answers for e in r.faulty],
        unread=[u for r in answers for u in r.unread],
        mandatory=frozenset[str]().union(*(r.mandatory for r in answers)),
        stale=[e for r in answers for e in r.stale],
        passes=dict(sum((Counter(r.passes) for r in answers), Counter[str]())),
    )
