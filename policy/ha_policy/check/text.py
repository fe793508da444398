"""The verdict for a terminal: coloured where that helps, plain where another program reads it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TextIO

from ha_policy.check.verdict import LOSSES, labelled
from ha_policy.proof.report.units import share, time

RED, GREEN, YELLOW, PURPLE, BOLD = "31", "32", "33", "35", "1"
COLORS: Final = {
    "serves": GREEN, "degrades": YELLOW, "down": RED, "cannot tell": PURPLE,
    "passed": GREEN, "failed": RED, "met": GREEN, "missed": RED, "mandatory": RED, "advisory": YELLOW,
}  # fmt: skip
TITLES: Final = {"zone": "zone lost", "region": "Region lost", "component": "component lost", "service": "service lost"}
MOST: Final = 20
"""Lines of a list that are shown; `--format json` has all."""


def is_colored(stream: TextIO, env: Mapping[str, str] = os.environ) -> bool:
    """Whether to colour what is written to a stream: on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    return stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") != "dumb"


def text(made: dict[str, Any], *, color: bool = False) -> str:
    """The verdict in a few lines: entry points, findings by rule, targets, what could not be told, and the result."""
    return "\n".join(_lines(made, _Paint(color))) + "\n"


class _Paint:
    def __init__(self, color: bool) -> None:
        self.color = color

    def __call__(self, word: str, code: str = "") -> str:
        code = code or COLORS.get(word, "")
        return f"\x1b[{code}m{word}\x1b[0m" if self.color and code else word


def _lines(made: dict[str, Any], paint: _Paint) -> Iterator[str]:
    yield paint(" and ".join(made["stacks"]) or "no stack", BOLD)
    yield from _table(made["verdicts"], paint)
    for v in made["verdicts"]:
        if v["verdict"] in ("down", "cannot tell") and v["loss"] in ("zone", "region"):
            yield f"  {v['entry_point']}: {v['lost']}: {paint(v['verdict'])}: {' -> '.join(v['path'])}"
    yield from _findings(made["findings"], paint)
    for t in made["targets"]:
        why = f": {t['why']}" if t["why"] else ""
        yield f"target {t['entry_point']} {t['target']} {t['limit']}: {paint(t['status'])} ({t['found']}){why}"
    yield from _listed("worse", made["worse"])
    yield from _listed("unused exemption", made["unused_exemptions"])
    yield from _listed("stale entry of the baseline", made["stale_baseline"])
    yield from _listed("cannot tell", made["undecided"])
    counts = made["counts"]
    yield (
        f"{counts.get('pass', 0)} checks passed, {counts.get('exempt', 0)} exempt, "
        f"{counts.get('accepted', 0)} accepted by the baseline"
    )
    result = made["result"]
    reasons = "; ".join(result["reasons"][:MOST])
    yield f"{paint(result['word'])}{': ' + reasons if reasons else ''}"


def _table(verdicts: list[dict[str, Any]], paint: _Paint) -> Iterator[str]:
    """Entry points by kinds of loss, each cell the worst outcome."""
    cells: dict[str, dict[str, dict[str, Any]]] = {}
    for v in verdicts:
        cells.setdefault(f"{v['kind']} {v['entry_point']}", {})[v["loss"]] = v
    if not cells:
        return
    columns = [k for k in LOSSES if any(k in row for row in cells.values())]
    head = ["entry point", *(TITLES[c] for c in columns)]
    rows = [[name, *(_cell(row.get(c)) for c in columns)] for name, row in cells.items()]
    widths = [max(len(r[i]) for r in [head, *rows]) for i in range(len(head))]
    yield "  ".join(h.ljust(w) for h, w in zip(head, widths, strict=True)).rstrip()
    for row in rows:
        shown = [row[0].ljust(widths[0])]
        for cell, width in zip(row[1:], widths[1:], strict=True):
            word = next((w for w in ("serves", "degrades", "down", "cannot tell") if cell.startswith(w)), "")
            shown.append(cell.ljust(width).replace(word, paint(word), 1) if word else cell.ljust(width))
        yield "  ".join(shown).rstrip()


def _cell(v: dict[str, Any] | None) -> str:
    if v is None:
        return "-"
    kept = f" {share(v['capacity'])}" if v["verdict"] == "degrades" else ""
    after = f", {time(v['recovery_seconds'])}" if v["recovery_seconds"] else ""
    return f"{v['verdict']}{kept}{after}"


def _findings(findings: list[dict[str, Any]], paint: _Paint) -> Iterator[str]:
    """By rule, the mandatory ones first."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for f in findings:
        if f["exemption"] is None and f["verdict"] != "cannot tell":
            groups.setdefault((f["level"], f["rule"]), []).append(f)
    for (level, rule), found in sorted(groups.items(), key=lambda g: (g[0][0] != "mandatory", g[0][1])):
        for f in found[:MOST]:
            where = f"{f['file']}:{f['line']}: " if f["file"] else ""
            yield f"{where}{paint(level)} [{rule}] {labelled(f)}: {f['message']}"
        if len(found) > MOST:
            yield f"{paint(level)} [{rule}] and {len(found) - MOST} more"
        yield f"  fix: {found[0]['fix']} (resilience explain {rule})"


def _listed(what: str, texts: Iterable[str]) -> Iterator[str]:
    every = list(texts)
    yield from (f"{what}: {t}" for t in every[:MOST])
    if len(every) > MOST:
        yield f"{what}: and {len(every) - MOST} more"
