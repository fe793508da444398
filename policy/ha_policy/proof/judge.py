"""Judge a graph as the policy pack does: the same preset, parameters, exemptions and assumptions everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ha_policy import rules as _rules  # registers every rule
from ha_policy.config import ConfigError, Settings
from ha_policy.evaluate import Report, evaluate
from ha_policy.exemptions import settings_of
from ha_policy.graph import Graph
from ha_policy.proof.proof import Proof, proof_of
from ha_policy.rules.survival import EGRESS, LOSSES

FAMILIES = _rules.FAMILIES


@dataclass(frozen=True, slots=True)
class Judged:
    """The settings of a stack, the results of the rules and those of the simulation."""

    settings: Settings
    answers: Report
    proof: Proof


def judge(graph: Graph, config: Mapping[str, Any] | None = None, assumptions: dict[str, Any] | None = None) -> Judged:
    """Evaluate the rules and build the simulation. Raises ConfigError and AssumptionsError.

    An ``egress_needed`` among the assumptions counts for the rules too; otherwise the rules' parameter counts for the
    simulation.
    """
    settings = settings_of(graph, config)
    if settings.problems:
        raise ConfigError("; ".join(settings.problems))
    needed = settings.params[LOSSES[0]][EGRESS]
    own = {"egress_needed": needed, **(assumptions or {})}
    proof = Proof(graph, own) if assumptions else proof_of(graph, needed)
    settings = settings.with_params(LOSSES, {EGRESS: own["egress_needed"]})
    return Judged(settings, evaluate(graph, settings), proof)
