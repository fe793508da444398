"""Two reports on the same stack, from documents that hold more or less of it: where the second one is judged otherwise.

A document that lacks something may only make a verdict *cannot tell*.
"""

from collections.abc import Iterator
from typing import Any

from ha_policy.proof.report.document import outcome_of

UNSURE = "cannot tell"


def differing(known: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What ``other`` judges otherwise than ``known``, one text each; nothing that it cannot tell."""
    return [*_outcomes(known, other), *_findings(known, other)]


def _outcomes(known: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    before, after = _by_name(known), _by_name(other)
    shared = before.keys() & after.keys()
    assert shared, "the two reports have nothing in common"
    for place in (1, 2):  # losses of zones and Regions, entry points
        missing = {k[place] for k in before if k[0] != "component"} - {k[place] for k in after if k[0] != "component"}
        yield from (f"{name} is missing" for name in sorted(missing))
    for key in sorted(shared):
        if before[key] != after[key] and after[key][0] != UNSURE:
            yield f"{' '.join(key)}: {after[key]} instead of {before[key]}"


def _by_name(report: dict[str, Any]) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """Verdict and capacity by the kind of the loss, its name and the entry point's name."""
    found: dict[tuple[str, str, str], tuple[Any, ...]] = {}
    for failure in report["failures"]:
        kind = "component" if failure["kind"] == "service" else failure["kind"]
        for index, entry in enumerate(report["entry_points"]):
            outcome = outcome_of(report, failure, index)
            found[kind, failure["name"], f"{entry['kind']} {entry['name']}"] = outcome["verdict"], outcome["capacity"]
    return found


def _findings(known: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    before, after = (
        {(f["rule"], f["resource"]): f for f in r["rules"]["findings"] if f["verdict"] != UNSURE}
        for r in (known, other)
    )
    unsure = {(f["rule"], f["resource"]) for f in other["rules"]["findings"] if f["verdict"] == UNSURE}
    for key in sorted(before.keys() | after.keys()):
        if key not in after and key not in unsure:
            yield f"{key} is no finding any more"
        elif key in after and (key not in before or before[key]["level"] != after[key]["level"]):
            yield f"{key} is a finding: {after[key]}"
