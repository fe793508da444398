"""The report as data: what the HTML page and the Markdown show, and what `resilience diff` compares.

The shape is `data/report.schema.json`; it is documented in docs/availability.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from ha_policy.graph.coverage import unread
from ha_policy.proof.estimate import maths
from ha_policy.proof.estimate.assumptions import grades, slas
from ha_policy.proof.estimate.numbers import Numbers
from ha_policy.proof.model import EntryPoint, Recovery
from ha_policy.proof.proof import Proof
from ha_policy.proof.report.drawing import draw
from ha_policy.proof.report.result import NO_ENTRY_POINT, result
from ha_policy.proof.report.units import percent
from ha_policy.proof.simulation.fis_experiments import experiment
from ha_policy.proof.simulation.simulation import SEVERITY, Outcome
from ha_policy.proof.target_results import target_results
from ha_policy.quotas.needs import needs, shown
from ha_policy.quotas.table import QUOTAS, Quota
from ha_policy.targets import Target
from ha_policy.terraform.language import in_words

if TYPE_CHECKING:
    from ha_policy.evaluate import Report, Result

VERSION: Final = 2
NOTHING: Final = {
    "zone": "no Region is known of anything on a request path",
    "region": "no Region is known of anything on a request path",
    "component": "nothing is known on a request path",
    "service": "no managed service is on a request path",
}
"""Why a kind of failure was not simulated although the stack has entry points."""
KEPT: Final = frozenset({"id", "key", "urn", "resource", "template", "assumptions", "slas", "quotas", "declared"})
"""Entries of a report that are no sentences, or speak of no property."""
MAX_PAIRS: Final = 500
"""Pairs listed in a report; their total number is always given."""


def document(
    proof: Proof,
    *,
    source: str = "",
    rules: Report | None = None,
    targets: Sequence[Target] = (),
    pairs: bool = False,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """The report of one stack. source: the input, such as ``preview``. rules: the results of the rules. targets: the
    owner's. notes: what the input leaves out, one sentence each.
    """
    recoveries = _Recoveries()
    failures = _failures(proof)
    for place, entry in enumerate(proof.entry_points):
        for index in proof.matrix.affected(entry):
            outcome, broken = proof.matrix.outcome(entry, index), proof.matrix.explain(entry, index)
            failures[index]["outcomes"].append({"entry": place, **_outcome(outcome, broken, recoveries)})
    made: dict[str, Any] = {
        "version": VERSION,
        "stack": _stack(proof, source),
        "result": result(proof, rules),
        "notes": [*notes, *unread(proof.graph)],
        "entry_points": [
            _entry(proof, e, n, recoveries) for e, n in zip(proof.entry_points, proof.numbers, strict=True)
        ],
        "failures": failures,
        "recoveries": recoveries.listed,
        "assumptions": {"values": proof.assumed.document(), "changed": list(proof.assumed.changed)},
        "slas": _slas(proof),
        "declared": {
            "paths": len(proof.declared.paths),
            "contradictions": list(proof.contradictions),
            "unknown": [f.text for f in proof.declaration_findings if f.unknown],
        },
        "quotas": _quotas(proof),
        "targets": [r.document for r in target_results(proof, targets)],
        "rules": _rules(rules) if rules is not None else None,
        "drawing": draw(proof),
    }
    made["summary"] = _summary(made)
    if pairs:
        found = proof.pairs()
        made["pairs"] = {
            "count": len(found),
            "listed": [
                {"entry": p.entry.key, "first": p.first.name, "second": p.second.name, "verdict": p.verdict}
                for p in found[:MAX_PAIRS]
            ],
        }
    return in_words(proof.graph, made, KEPT)


def outcome_of(report: dict[str, Any], failure: dict[str, Any], entry: int) -> dict[str, Any]:
    """What a failure does to an entry point. A report lists only the entry points that the failure touches; the others
    are as with nothing lost.
    """
    listed = (o for o in failure["outcomes"] if o["entry"] == entry)
    return next(listed, report["entry_points"][entry]["with_nothing_lost"])


def _failures(proof: Proof) -> list[dict[str, Any]]:
    kinds = {component.key: component.kind for component in proof.components}
    found: list[dict[str, Any]] = []
    for failure in proof.single_failures:
        tried = experiment(failure, kinds.get(next(iter(failure.components), ""), "service"))
        found.append(
            {
                "id": failure.key,
                "kind": failure.kind,
                "name": failure.name,
                "resource": failure.resource,
                "experiment": {"template": tried.template, "actions": list(tried.actions), "note": tried.note},
                "outcomes": [],
            }
        )
    return found


class _Recoveries:
    """Every distinct recovery once, referred to by its index."""

    def __init__(self) -> None:
        self.listed: list[dict[str, Any]] = []
        self._index: dict[str, int] = {}

    def place(self, recovery: Recovery) -> int:
        if recovery.label not in self._index:
            self._index[recovery.label] = len(self.listed)
            self.listed.append(
                {
                    "label": recovery.label,
                    "mode": recovery.mode,
                    "seconds": recovery.seconds,
                    "steps": [
                        {"phase": s.phase, "what": s.what, "seconds": s.seconds, "source": s.source}
                        for s in recovery.steps
                    ],
                    "recovery_point_seconds": recovery.rpo,
                    "recovery_point_source": recovery.rpo_source,
                    "limit": recovery.limit,
                }
            )
        return self._index[recovery.label]


def _outcome(outcome: Outcome, broken: tuple[str, ...], recoveries: _Recoveries) -> dict[str, Any]:
    return {
        "verdict": outcome.verdict,
        "capacity": round(outcome.capacity, 4),
        "possible_capacity": round(outcome.possible, 4),
        "path": outcome.path,
        "broken": list(broken),
        "recovery_seconds": outcome.seconds if outcome.verdict != "down" else None,
        "recovery_point_seconds": outcome.rpo if outcome.verdict != "down" else None,
        "limits": list(outcome.limits),
        "recoveries": [recoveries.place(s) for s in outcome.recoveries],
    }


def _stack(proof: Proof, source: str) -> dict[str, Any]:
    project, _, name = next((n.stack for n in proof.graph.nodes), "/").partition("/")
    return {
        "name": name,
        "project": project,
        "joined": [s for s in proof.graph.stacks if len(proof.graph.stacks) > 1],
        "source": source,
        "resources": sum(1 for n in proof.graph.nodes if not n.kind.startswith("pulumi:")),
        "regions": list(proof.regions),
        "cells": list(proof.cells),
        "zones": [{"name": z, "region": r} for z, r in proof.zones],
    }


def _entry(proof: Proof, entry: EntryPoint, figures: Numbers, recoveries: _Recoveries) -> dict[str, Any]:
    intact, broken = proof.matrix.intact(entry)
    return {
        "id": entry.key,
        "name": entry.name,
        "kind": entry.kind,
        "resource": entry.resource,
        "paths": [p.label for p in entry.paths],
        "notes": list(entry.notes),
        "intact": intact.verdict,
        "with_nothing_lost": _outcome(intact, broken, recoveries),
        "numbers": {
            "sla_floor": _availability(figures.sla_floor),
            "estimate": _availability(figures.estimate),
            "failover_minutes_per_year": round(figures.failover_minutes, 3),
            "services": [{"sla": key, "where": _where(proof, place)} for key, place in figures.services],
            "improvements": [
                {"name": i.name, "minutes_per_year": round(i.minutes, 3), "resource": i.resource}
                for i in figures.improvements
                if i.minutes > 0
            ],
            "unknown": list(figures.unknown),
        },
    }


def _where(proof: Proof, place: str) -> str:
    node = proof.graph.get(place)
    return node.name if node is not None else place


def _availability(value: float | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {
        "availability": value,
        "percent": percent(value),
        "minutes_per_year": round(maths.minutes_per_year(value), 2),
        "minutes_per_month": round(maths.minutes_per_month(value), 2),
    }


def _slas(proof: Proof) -> dict[str, Any]:
    used = sorted({key for n in proof.numbers for key, _ in n.services})
    table = slas()
    return {
        "grades": dict(grades()),
        "used": [
            {"key": k, "percent": table[k].percent, "covers": table[k].covers, "grade": table[k].grade,
             "source": table[k].source, "date": table[k].date}
            for k in used
        ],
    }  # fmt: skip


def _rules(report: Report) -> dict[str, Any]:
    def one(result: Result) -> dict[str, Any]:
        exemption = result.exemption
        return {
            "rule": result.rule.id,
            "title": result.title,
            "severity": str(result.rule.severity),
            "resource": result.node.name,
            "kind": result.kind,
            "verdict": str(result.verdict),
            "level": str(result.level),
            "notes": list(result.notes),
            "fix": result.fix,
            "exemption": None
            if exemption is None
            else {"reason": exemption.reason, "until": str(exemption.until or ""), "origin": exemption.origin},
        }

    found = [one(f) for f in report.findings]
    return {
        "counts": {str(k): v for k, v in report.counts.items()},
        "findings": [f for f in found if f["exemption"] is None and f["verdict"] != "accepted"],
        "exemptions": [f for f in found if f["exemption"] is not None],
        "accepted": sum(1 for f in found if f["verdict"] == "accepted"),
        "unused_exemptions": [f"{e.rule} for {e.resource}: {e.reason}" for e in report.unused],
    }


def _quotas(proof: Proof) -> dict[str, Any]:
    found = needs(proof.graph, proof.stack)
    return {
        "table": {key: _quota(QUOTAS[key]) for key in dict.fromkeys(n.key for n in found)},
        "needs": [
            {
                "quota": need.key,
                "region": need.region,
                "name": shown(need),
                **{part: _rounded(getattr(need, part)) for part in ("floor", "peak", "rollout", "failover")},
                "exceeds_default": need.exceeds(),
                "unknown": list(need.unknown),
                "notes": list(need.notes),
                "largest": need.largest.name,
            }
            for need in found
        ],
    }


def _quota(quota: Quota) -> dict[str, Any]:
    return {
        "service": quota.service,
        "code": quota.code,
        "default": quota.default,
        "adjustable": quota.adjustable,
        "less": quota.less,
        "source": quota.source,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _summary(made: dict[str, Any]) -> dict[str, Any]:
    """Per kind of failure: the number, the worst verdict, and the least capacity that an entry point keeps.

    With nothing simulated the verdict is *cannot tell*, and ``why`` says why.
    """
    entries = made["entry_points"]
    result: dict[str, Any] = {"entry_points": len(entries)}
    intact = Counter(e["intact"] for e in entries)
    least_intact = min((e["with_nothing_lost"]["capacity"] for e in entries), default=None)
    for kind, nothing in NOTHING.items():
        failures = [f for f in made["failures"] if f["kind"] == kind]
        cells = [o for f in failures for o in f["outcomes"]]
        verdicts = Counter(c["verdict"] for c in cells)
        listed = Counter(entries[c["entry"]]["intact"] for c in cells)
        verdicts += Counter({v: n * len(failures) - listed[v] for v, n in intact.items()})
        decided = bool(failures and entries)
        left = [c["capacity"] for c in cells]
        left += [least_intact] if decided and len(cells) < len(failures) * len(entries) else []
        result[kind] = {
            "failures": len(failures),
            "worst": max(verdicts, key=lambda v: SEVERITY[v]) if decided else "cannot tell",
            "why": "" if decided else nothing if entries else NO_ENTRY_POINT,
            "verdicts": dict(verdicts),
            "least_capacity": min(left) if decided else None,
            "longest_recovery_seconds": max((c["recovery_seconds"] or 0 for c in cells), default=0),
            "longest_recovery_point_seconds": max((c["recovery_point_seconds"] or 0 for c in cells), default=0),
        }
    return result
