"""The verdict as Markdown, for the comment on a pull request and for a pipeline's summary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ha_policy.check.text import TITLES
from ha_policy.check.verdict import LOSSES
from ha_policy.proof.report.plain_text import plain_text
from ha_policy.proof.report.units import share, time

MARKS: Final = {
    "serves": "✅", "degrades": "🟡", "down": "🔴", "cannot tell": "🟣",
    "passed": "✅", "failed": "🔴", "met": "✅", "missed": "🔴",
}  # fmt: skip
MOST: Final = 30
"""Rows of a table; a comment has at most 65,536 characters."""


def markdown(made: dict[str, Any]) -> str:
    """Nothing that comes from a name becomes a link, an image, a mention or HTML."""
    return "\n".join(_lines(made)) + "\n"


def _lines(made: dict[str, Any]) -> Iterator[str]:
    result = made["result"]
    yield f"## Availability of {plain_text(' and '.join(made['stacks']) or 'no stack')}"
    yield ""
    reasons = f": {plain_text('; '.join(result['reasons'][:MOST]))}" if result["reasons"] else ""
    yield f"{MARKS[result['word']]} **{result['word']}**{reasons}"
    yield ""
    yield from _verdicts(made["verdicts"])
    found = [f for f in made["findings"] if not f["exemption"] and f["verdict"] != "cannot tell"]
    rows = [
        (f["level"], f"`{f['rule']}`", plain_text(f["name"]), plain_text(f["message"]), _where(f))
        for f in sorted(found, key=lambda f: (f["level"] != "mandatory", f["rule"]))
    ]
    yield from _table(("level", "rule", "resource", "finding", "line"), rows)
    targets = [
        (f"{MARKS[t['status']]} {t['status']}", plain_text(t["entry_point"]), f"{t['target']} {t['limit']}",
         plain_text(f"{t['found']}: {t['why']}" if t["why"] else t["found"]))
        for t in made["targets"]
    ]  # fmt: skip
    yield from _table(("target", "entry point", "limit", "found"), targets)
    yield from _folded("worse than before", made["worse"])
    yield from _folded("cannot be told", made["undecided"])
    counts = made["counts"]
    yield (
        f"{counts.get('pass', 0)} checks passed, {counts.get('exempt', 0)} exempt, "
        f"{counts.get('accepted', 0)} accepted by the baseline."
    )


def _verdicts(verdicts: list[dict[str, Any]]) -> Iterator[str]:
    cells: dict[str, dict[str, str]] = {}
    for v in verdicts:
        kept = f" {share(v['capacity'])}" if v["verdict"] == "degrades" else ""
        after = f", {time(v['recovery_seconds'])}" if v["recovery_seconds"] else ""
        row = cells.setdefault(plain_text(f"{v['kind']} {v['entry_point']}"), {})
        row[v["loss"]] = f"{MARKS[v['verdict']]} {v['verdict']}{kept}{after}"
    columns = [k for k in LOSSES if any(k in row for row in cells.values())]
    rows = [(name, *(row.get(c, "") for c in columns)) for name, row in cells.items()]
    yield from _table(("entry point", *(TITLES[c] for c in columns)), rows)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        return
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows[:MOST])
    if len(rows) > MOST:
        yield ""
        yield f"… and {len(rows) - MOST} more."
    yield ""


def _folded(what: str, texts: list[str]) -> Iterator[str]:
    if not texts:
        return
    yield f"<details><summary>{len(texts)} {what}</summary>"
    yield ""
    yield from (f"- {plain_text(t)}" for t in texts[:MOST])
    if len(texts) > MOST:
        yield f"- … and {len(texts) - MOST} more"
    yield ""
    yield "</details>"
    yield ""


def _where(finding: dict[str, Any]) -> str:
    return plain_text(f"{finding['file']}:{finding['line']}") if finding["file"] else ""
