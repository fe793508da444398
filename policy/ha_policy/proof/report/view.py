"""What a page shows of a report: everything of a small stack, and of a large one what matters most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ha_policy.proof.simulation.simulation import SEVERITY

COLUMNS: Final = 24
"""Entry points shown."""
ROWS: Final = 240
"""Failures shown."""
LINES: Final = 200
"""Lines of each further list."""
PLACES: Final = ("zone", "region")
GROUPS: Final = (
    ("zone", "Availability Zones"),
    ("region", "Regions"),
    ("component", "Components"),
    ("service", "Managed services as a whole"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One failure. index: its place among those shown. outcomes: one for each entry point shown. touched: those of the
    entry points that it touches, by their place among those shown. quiet: it changes nothing for them.
    """

    index: int
    failure: dict[str, Any]
    outcomes: tuple[dict[str, Any], ...]
    touched: dict[int, dict[str, Any]]
    quiet: bool


@dataclass(frozen=True, slots=True)
class View:
    """entries: the entry points shown, as (place in the report, entry point). rows: the failures shown.

    entries_left, rows_left: how many are not shown. broken: (failure, entry point, outcome) of everything that breaks
    or loses capacity; of it, ``fatal`` is what an entry point that serves otherwise does not survive.
    """

    report: dict[str, Any]
    entries: tuple[tuple[int, dict[str, Any]], ...]
    rows: tuple[Row, ...]
    entries_left: int
    rows_left: int
    broken: tuple[tuple[dict[str, Any], dict[str, Any], dict[str, Any]], ...]
    fatal: tuple[tuple[dict[str, Any], dict[str, Any], dict[str, Any]], ...]

    @property
    def groups(self) -> list[tuple[str, str, list[Row]]]:
        """The rows by kind of failure, with the heading of each kind."""
        grouped = [(kind, word, [r for r in self.rows if r.failure["kind"] == kind]) for kind, word in GROUPS]
        return [g for g in grouped if g[2]]

    def places(self, kind: str) -> list[Row]:
        """The rows of zones or Regions."""
        return [r for r in self.rows if r.failure["kind"] == kind]

    def quotas(self, *answers: str) -> list[dict[str, Any]]:
        """Needs by whether they exceed AWS's default (``yes``, ``cannot tell``, ``no``)."""
        needs = self.report["quotas"]["needs"]
        return [n for answer in answers for n in needs if n["exceeds_default"] == answer]

    def data(self) -> dict[str, Any]:
        """What the page's script needs."""
        kept = ("id", "kind", "name", "experiment")
        return {
            "failures": [{k: r.failure[k] for k in kept} | {"outcomes": r.touched} for r in self.rows],
            "entry_points": [{k: e[k] for k in ("name", "kind", "with_nothing_lost")} for _, e in self.entries],
            "recoveries": self.report["recoveries"],
        }


def view(report: dict[str, Any]) -> View:
    """The worst entry points and failures, in the report's order."""
    entries, failures = report["entry_points"], report["failures"]
    ranks = [_rank(e["with_nothing_lost"]) for e in entries]
    rows: list[tuple[tuple[int, float], int]] = []
    for index, failure in enumerate(failures):
        worst = (0, -1.0)
        for outcome in failure["outcomes"]:
            rank, entry = _rank(outcome), int(outcome["entry"])
            ranks[entry] = max(ranks[entry], rank)
            worst = max(worst, rank)
        rows.append(((9, 0.0) if failure["kind"] in PLACES else worst, index))
    shown = sorted(sorted(range(len(entries)), key=lambda i: (ranks[i], -i), reverse=True)[:COLUMNS])
    kept = sorted(i for _, i in sorted(rows, key=lambda r: (r[0], -r[1]), reverse=True)[:ROWS])
    made = tuple(_row(report, place, failures[i], shown) for place, i in enumerate(kept))
    cells = [(f, entries[o["entry"]], o) for f in failures for o in f["outcomes"]]
    broken = (c for c in cells if SEVERITY[c[2]["verdict"]] > 1 or (c[2]["broken"] and c[0]["kind"] in PLACES))
    fatal = (
        c for c in cells
        if SEVERITY[c[2]["verdict"]] > 1 and c[0]["kind"] != "service" and c[1]["intact"] == "serves"
    )  # fmt: skip
    return View(
        report,
        tuple((i, entries[i]) for i in shown),
        made,
        len(entries) - len(shown),
        len(failures) - len(made),
        tuple(broken),
        tuple(fatal),
    )


def _row(report: dict[str, Any], index: int, failure: dict[str, Any], shown: list[int]) -> Row:
    listed = {o["entry"]: o for o in failure["outcomes"]}
    touched = {place: listed[i] for place, i in enumerate(shown) if i in listed}
    outcomes = tuple(listed.get(i) or report["entry_points"][i]["with_nothing_lost"] for i in shown)
    quiet = failure["kind"] not in PLACES and all(o["verdict"] == "serves" for o in outcomes)
    return Row(index, failure, outcomes, touched, quiet)


def _rank(outcome: dict[str, Any]) -> tuple[int, float]:
    return SEVERITY[outcome["verdict"]], -outcome["capacity"]
