"""Compare two reports: what a change does to availability."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ha_policy.proof.report.plain_text import plain_text
from ha_policy.proof.report.units import share, time
from ha_policy.proof.simulation.simulation import SEVERITY

_MARKS = {"worse": "🔴 worse", "better": "🟢 better"}
_YEAR_MINUTE = 0.01
"""Minutes per year below which a difference is rounding."""


def compare(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Verdicts, capacities, recovery times and figures that differ; what was added and removed."""
    changes = [_change(key, a, b) for key, a, b in _pairs(old, new)]
    entries = {_key(e): e for e in new["entry_points"]}
    known = {f["id"] for f in old["failures"]}
    figures = [
        {"entry": e["name"], "what": what, "old": a, "new": b, "minutes_per_year": _delta(a, b)}
        for o in old["entry_points"]
        if (e := entries.get(_key(o))) is not None
        for what in ("sla_floor", "estimate")
        if (a := o["numbers"][what]) != (b := e["numbers"][what]) and abs(_delta(a, b) or 1) >= _YEAR_MINUTE
    ]
    made: dict[str, Any] = {
        "old": f"{old['stack']['project']}/{old['stack']['name']}",
        "new": f"{new['stack']['project']}/{new['stack']['name']}",
        "entry_points": _came_and_went(old["entry_points"], new["entry_points"]),
        "failures": _came_and_went(old["failures"], new["failures"]),
        "changes": [c for c in changes if c],
        "figures": figures,
        "findings": _findings(old, new),
    }
    made["added_losses"] = [
        {"failure": f["name"], "entry": _key(new["entry_points"][o["entry"]]), "verdict": o["verdict"]}
        for f in new["failures"]
        if f["id"] not in known and f["kind"] in ("zone", "region", "component")
        for o in f["outcomes"]
        if o["verdict"] in ("down", "cannot tell")
    ]
    made["worse"] = any(worse(made))
    return made


def worse(diff: dict[str, Any]) -> Iterator[str]:
    """What got worse, a sentence each."""
    for c in diff["changes"]:
        if c["direction"] == "worse":
            yield f"{c['entry']}: loss of {c['failure']}: {_cell(c['old'])}, now {_cell(c['new'])}"
    for a in diff["added_losses"]:
        yield f"{a['entry']}: loss of {a['failure']}, which is new: {a['verdict']}"


def _key(entry: dict[str, Any]) -> str:
    return f"{entry['kind']} {entry['name']}"


def _cells(report: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """The outcomes that a report lists, by failure and entry point."""
    names = [_key(e) for e in report["entry_points"]]
    return {
        (f["id"], names[o["entry"]]): {**o, "failure": f["name"], "entry": names[o["entry"]]}
        for f in report["failures"]
        for o in f["outcomes"]
    }


def _pairs(
    old: dict[str, Any], new: dict[str, Any]
) -> Iterator[tuple[tuple[str, str], dict[str, Any], dict[str, Any]]]:
    """Each outcome before and after, if both reports have the failure and the entry point. What only one of them lists
    is in the other as with nothing lost.
    """
    before, after = _cells(old), _cells(new)
    intact = [{_key(e): e["with_nothing_lost"] for e in r["entry_points"]} for r in (old, new)]
    failures = [{f["id"]: f["name"] for f in r["failures"]} for r in (old, new)]
    for key in {**before, **after}:
        failure, entry = key
        if all(failure in f for f in failures) and all(entry in i for i in intact):
            names = {"failure": failures[1][failure], "entry": entry}
            yield key, before.get(key) or intact[0][entry] | names, after.get(key) or intact[1][entry] | names


def _change(key: tuple[str, str], a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any] | None:
    ranks = [(SEVERITY[x["verdict"]], -x["capacity"], x["recovery_seconds"] or 0, len(x["limits"])) for x in (a, b)]
    if ranks[0] == ranks[1]:
        return None
    keep = ("verdict", "capacity", "recovery_seconds", "limits", "broken")
    return {
        "failure": b["failure"],
        "entry": key[1],
        "direction": "worse" if ranks[1] > ranks[0] else "better",
        "old": {k: a[k] for k in keep},
        "new": {k: b[k] for k in keep},
    }


def _delta(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    if a is None or b is None:
        return None
    return round(b["minutes_per_year"] - a["minutes_per_year"], 2)


def _came_and_went(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> dict[str, list[str]]:
    before, after = ({(_key(x) if "numbers" in x else x["id"]): x["name"] for x in xs} for xs in (old, new))
    return {
        "added": [n for k, n in after.items() if k not in before],
        "removed": [n for k, n in before.items() if k not in after],
    }


def _findings(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[str]] | None:
    if not old.get("rules") or not new.get("rules"):
        return None
    before, after = ({f"{f['rule']}: {f['resource']}" for f in r["rules"]["findings"]} for r in (old, new))
    return {"new": sorted(after - before), "gone": sorted(before - after)}


def markdown(diff: dict[str, Any]) -> str:
    """As Markdown for a pull request."""
    lines = [f"## What changes for availability: {plain_text(diff['old'])} → {plain_text(diff['new'])}", ""]
    quiet = not (
        diff["changes"] or diff["figures"] or any(diff["entry_points"].values()) or any(diff["failures"].values())
    )
    if quiet:
        return "\n".join([*lines, "Nothing."]) + "\n"
    for what, names in (("entry points", diff["entry_points"]), ("things that can fail", diff["failures"])):
        for word in ("added", "removed"):
            if names[word]:
                shown = ", ".join(map(plain_text, names[word][:12])) + (
                    f" and {len(names[word]) - 12} more" if len(names[word]) > 12 else ""
                )
                lines += [f"{word.capitalize()} {what}: {shown}", ""]
    if diff["changes"]:
        lines += ["| loss of | entry point | before | after | |", "|---|---|---|---|---|"]
        lines += [
            f"| {plain_text(c['failure'])} | {plain_text(c['entry'])} "
            f"| {_cell(c['old'])} | {_cell(c['new'])} | {_MARKS[c['direction']]} |"
            for c in sorted(diff["changes"], key=lambda c: c["direction"] == "better")
        ]
        lines += [""]
    if diff["figures"]:
        lines += ["| entry point | figure | before | after | a year |", "|---|---|---:|---:|---:|"]
        for f in diff["figures"]:
            old, new = (f"{x['percent']} %" if x else "cannot tell" for x in (f["old"], f["new"]))
            minutes = f["minutes_per_year"]
            delta = "" if minutes is None else f"{'+' if minutes > 0 else '-'}{time(abs(minutes) * 60)} down"
            what = f["what"].replace("sla_floor", "SLA floor")
            lines += [f"| {plain_text(f['entry'])} | {what} | {old} | {new} | {delta} |"]
        lines += [""]
    for word, text in (("new", "New findings"), ("gone", "Findings gone")):
        if diff["findings"] and diff["findings"][word]:
            lines += [f"{text}: {', '.join(map(plain_text, diff['findings'][word]))}", ""]
    return "\n".join(lines)


def _cell(outcome: dict[str, Any]) -> str:
    text = outcome["verdict"]
    if text == "degrades":
        text += f" {share(outcome['capacity'])}"
    if outcome["recovery_seconds"]:
        text += f", {time(outcome['recovery_seconds'])}"
    return text
