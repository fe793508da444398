"""Judge stacks as the policy pack does: the same preset, parameters, exemptions and other stacks everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ha_policy import rules as _rules  # registers every rule
from ha_policy.config import ConfigError
from ha_policy.evaluate import Report, evaluate
from ha_policy.exemptions import settings_of
from ha_policy.graph import Graph
from ha_policy.proof.proof import Proof, proof_of
from ha_policy.rules.survival import EGRESS, LOSSES

FAMILIES = _rules.FAMILIES


@dataclass(frozen=True, slots=True)
class Judged:
    """The results of the rules and those of the simulation."""

    answers: Report
    proof: Proof


def judge(
    graph: Graph,
    config: Mapping[str, Any] | None = None,
    assumptions: Mapping[str, Any] | None = None,
    only: str = "",
) -> Judged:
    """Evaluate the rules, each stack with its own settings, and build the simulation.

    only: the stack to judge (`Node.stack`); the others are there to be referred to. An ``egress_needed`` among the
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
    answers = [
        evaluate(graph, s.with_params(LOSSES, {EGRESS: own["egress_needed"]}), stack=stack if several else "")
        for stack, s in settings.items()
    ]
    return Judged(answers[0] if len(answers) == 1 else _merged(answers), proof)


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
    )
