"""The verdict of `resilience check` as data. Every format is made from it; `--format json` prints it.

Its shape is check.schema.json.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ha_policy.baseline import steady
from ha_policy.evaluate import Result, Verdict
from ha_policy.graph.coverage import unread
from ha_policy.proof.judge import Judged
from ha_policy.proof.model import EntryPoint
from ha_policy.proof.proof import Proof
from ha_policy.proof.report.result import NO_ENTRY_POINT
from ha_policy.proof.simulation.simulation import SEVERITY
from ha_policy.proof.target_results import target_results
from ha_policy.rule import Level
from ha_policy.terraform.language import words

VERSION: Final = 1
LOSSES: Final = ("zone", "region", "component", "service")
FAIL_ON: Final = ("mandatory", "advisory", "cannot-tell", "worse")
"""What a gate may fail on. `mandatory` findings, and that nothing was decided, always count unless others are named."""
BAD: Final = (Verdict.VIOLATION, Verdict.EXPIRED, Verdict.BROKEN)
PASSED, FAILED, UNDECIDED = "passed", "failed", "cannot tell"
STATUS: Final = {PASSED: 0, FAILED: 1, UNDECIDED: 2}


@dataclass(frozen=True, slots=True)
class Asked:
    """How to judge. fail_on: of FAIL_ON. worse: what got worse since the base, a sentence each. folder: of the Pulumi
    program, from the repository's root, with slashes; empty if it is the root.
    """

    fail_on: frozenset[str] = frozenset({"mandatory"})
    worse: tuple[str, ...] = ()
    folder: str = ""


def verdict(judged: Judged, notes: Sequence[str], asked: Asked) -> dict[str, Any]:
    """The verdict. notes: what the input leaves out, one sentence each."""
    proof, answers = judged.proof, judged.answers
    findings = [f for r in answers.findings if r.level is not Level.DISABLED for f in _findings(r, asked.folder)]
    made: dict[str, Any] = {
        "version": VERSION,
        "stacks": list(proof.graph.stacks),
        "verdicts": [v for e in proof.entry_points for v in _verdicts(proof, e)],
        "targets": [r.document for r in target_results(proof, judged.targets)],
        "findings": findings,
        "worse": list(asked.worse),
        "invalid_exemptions": [f"{e.origin}: {e.problem}" for e in answers.faulty],
        "unused_exemptions": [f"{e.origin} ({e.rule})" for e in answers.unused],
        "stale_baseline": [e.text for e in answers.stale],
        "counts": {str(k): v for k, v in answers.counts.items()},
        "passed_rules": dict(sorted(answers.passes.items())),
    }
    made["undecided"] = list(dict.fromkeys(_undecided(made, proof, notes)))
    made["result"] = _result(made, proof, asked)
    return made


def fingerprint(finding: dict[str, Any]) -> str:
    """A name of the finding that stays when lines move and ids change: 64 hexadecimal digits."""
    parts = (finding["rule"], finding["resource"], finding["verdict"], steady(finding["message"]))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _verdicts(proof: Proof, entry: EntryPoint) -> Iterator[dict[str, Any]]:
    """The worst outcome of each kind of loss. Where nothing of the kind can be lost, there is none."""
    matrix, say = proof.matrix, words(proof.graph)
    for kind in LOSSES:
        found = {i: matrix.outcome(entry, i) for i in matrix.telling(entry, kind)}
        if not found:
            continue
        worst = max(found, key=lambda i: (SEVERITY[found[i].verdict], -found[i].capacity, found[i].seconds))
        outcome = found[worst]
        known = outcome.verdict in ("serves", "degrades")
        yield {
            "entry_point": entry.name,
            "kind": entry.kind,
            "resource": entry.resource,
            "loss": kind,
            "verdict": outcome.verdict,
            "capacity": round(outcome.capacity, 4),
            "lost": matrix.failures[worst].name,
            "path": [say(step) for step in matrix.explain(entry, worst)],
            "recovery_seconds": outcome.seconds if known else None,
            "recovery_point_seconds": outcome.rpo if known else None,
        }


def _findings(result: Result, folder: str) -> Iterator[dict[str, Any]]:
    exempt = result.exemption if result.verdict is Verdict.EXEMPT else None
    place = result.node.source_below(folder)
    for note in result.notes:
        yield {
            "rule": result.rule.id,
            "title": result.title,
            "level": str(result.level),
            "severity": str(result.rule.severity),
            "verdict": str(result.verdict),
            "resource": result.node.urn,
            "kind": result.kind,
            "name": result.node.name,
            "message": note,
            "fix": result.fix,
            "file": place.file if place else None,
            "line": place.line if place else None,
            "exemption": {"reason": exempt.reason, "until": str(exempt.until or "")} if exempt else None,
        }


def labelled(finding: dict[str, Any]) -> str:
    """The resource of a finding: type and name; an address of Terraform has both."""
    kind, name = finding["kind"], finding["name"]
    return str(name) if "/" not in kind else f"{kind} {name}"


def _undecided(made: dict[str, Any], proof: Proof, notes: Sequence[str]) -> Iterator[str]:
    yield from notes
    yield from unread(proof.graph)
    if not proof.entry_points:
        yield NO_ENTRY_POINT
    for v in made["verdicts"]:
        if v["verdict"] == "cannot tell":
            yield f"{v['kind']} {v['entry_point']}: loss of {v['lost']}: {' -> '.join(v['path'])}"
    for t in made["targets"]:
        if t["status"] == "cannot tell":
            yield f"{t['entry_point']}: target {t['target']} {t['limit']}: {t['why'] or t['found']}"
    for f in made["findings"]:
        if f["verdict"] == str(Verdict.CANNOT_TELL):
            yield f"[{f['rule']}] {labelled(f)}: {f['message']}"


def _result(made: dict[str, Any], proof: Proof, asked: Asked) -> dict[str, Any]:
    bad = list(_bad(made, asked))
    unknown: list[str] = []
    decided = [v for v in made["verdicts"] if v["loss"] == "zone" and v["verdict"] != "cannot tell"]
    if not proof.entry_points:
        unknown.append(NO_ENTRY_POINT)
    elif not decided:
        unknown.append("of no entry point it is known what the loss of a zone does")
    unknown += unread(proof.graph)
    unsure = [f for f in made["findings"] if f["verdict"] == str(Verdict.CANNOT_TELL)]
    unknown += [
        f"[{f['rule']}] {f['name']} could not be decided, and is mandatory" for f in unsure if f["level"] == "mandatory"
    ]
    if "cannot-tell" in asked.fail_on:
        unknown += made["undecided"]
    word = FAILED if bad else UNDECIDED if unknown else PASSED
    return {"word": word, "status": STATUS[word], "reasons": list(dict.fromkeys(bad or unknown))}


def _bad(made: dict[str, Any], asked: Asked) -> Iterator[str]:
    levels = {level for level in ("mandatory", "advisory") if level in asked.fail_on}
    levels |= {"mandatory"} if "advisory" in levels else set()
    for level in sorted(levels, reverse=True):
        found = [f for f in made["findings"] if f["level"] == level and f["verdict"] in map(str, BAD)]
        if found:
            rules = ", ".join(sorted({f["rule"] for f in found}))
            yield f"{len(found)} {level} finding{'s' if len(found) > 1 else ''} ({rules})"
    if levels:
        yield from (f"invalid exemption: {e}" for e in made["invalid_exemptions"])
    if "worse" in asked.fail_on:
        yield from (f"worse: {w}" for w in made["worse"])
