"""The result of a report as one word, for people and for pipelines: what decides it, and what could not be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from ha_policy.graph.coverage import unread
from ha_policy.proof.model import EntryPoint
from ha_policy.proof.proof import Proof
from ha_policy.proof.simulation.simulation import SEVERITY

if TYPE_CHECKING:
    from ha_policy.evaluate import Report, Result

Word = Literal["passed", "failed", "cannot tell"]
STATUS: Final[dict[Word, int]] = {"passed": 0, "failed": 1, "cannot tell": 2}
"""Exit status of a gate."""
NO_ENTRY_POINT: Final = "no entry point was found: nothing in the stack is known to receive requests or events"
ZONE_LOSS: Final = "survives-az-loss"
DECLARED: Final = "declared-paths-hold"


def result(proof: Proof, rules: Report | None) -> dict[str, Any]:
    """``passed`` if every entry point is known to keep serving when any one zone is lost and no declaration is
    contradicted; ``failed`` if one is known not to; otherwise ``cannot tell``. reasons: one sentence each.

    Exemptions and levels of the rules count: an entry point that is exempt from `ZONE_LOSS` does not fail.
    """
    bad: list[str] = []
    unknown: list[str] = []
    findings = {f.node.urn: f for f in (rules.findings if rules is not None else ()) if f.rule.id == ZONE_LOSS}
    for entry in proof.entry_points:
        verdict, where = _worst_zone(proof, entry)
        finding = findings.get(entry.resource)
        if _excused(rules, ZONE_LOSS, finding):
            continue
        if verdict == "down":
            bad.append(f"{entry.kind} {entry.name} goes down: loss of {where}")
        elif finding is not None and str(finding.verdict) in ("violation", "expired exemption", "broken rule"):
            bad.append(f"{entry.kind} {entry.name}: {'; '.join(finding.notes)}")
        elif verdict == "cannot tell":
            unknown.append(f"{entry.kind} {entry.name}: loss of {where}" if where else f"{entry.kind} {entry.name}")
    if rules is None or _enabled(rules, DECLARED):
        bad += [f"contradicted declaration: {c}" for c in proof.contradictions]
    unknown += [] if proof.entry_points else [NO_ENTRY_POINT]
    unknown += unread(proof.graph)
    word: Word = "failed" if bad else "cannot tell" if unknown else "passed"
    return {"word": word, "reasons": bad or unknown}


def _worst_zone(proof: Proof, entry: EntryPoint) -> tuple[str, str]:
    """The worst verdict over the zones, and the zone. Without a zone to lose it is that with nothing lost, unless
    nothing of it is in a Region.
    """
    matrix = proof.zone_and_region_losses
    zones = [i for i, f in enumerate(matrix.failures) if f.kind == "zone"]
    if not zones:
        return "cannot tell", "a zone"
    index = max(zones, key=lambda i: SEVERITY[matrix.outcome(entry, i).verdict])
    return matrix.outcome(entry, index).verdict, matrix.failures[index].name


def _excused(rules: Report | None, rule: str, finding: Result | None) -> bool:
    """Whether the owner has decided that this finding stops nothing."""
    if rules is None:
        return False
    return not _enabled(rules, rule) or (finding is not None and str(finding.verdict) in ("exempt", "accepted"))


def _enabled(rules: Report, rule: str) -> bool:
    return rule in rules.mandatory
