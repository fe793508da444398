"""Does every break, and says which rules noticed."""

from collections.abc import Iterable
from dataclasses import dataclass

from ha_policy.config import Settings, load
from ha_policy.evaluate import Verdict, evaluate
from ha_policy.rule import Level
from ha_policy.rules import FAMILIES

from tests.policy.mutation.breaks import BREAKS, applied
from tests.policy.mutation.world import World

REGISTERED = FAMILIES  # importing them registers the rules


# Hygiene advises in the other presets.
STRICTEST = load({"preset": "regulated"})


@dataclass(frozen=True)
class Row:
    """One break of one resource. rules: those that newly found something, "(advisory)" after those that only advise."""

    area: str
    what: str
    resource: str
    rules: tuple[str, ...]


def violations(world: World, settings: Settings) -> set[tuple[str, str, tuple[str, ...]]]:
    """What stops the preview, and what is certain and only advises: rule, URN and notes of each finding."""
    found = evaluate(world.graph(), settings).findings
    return {
        (f.rule.id if f.level is Level.MANDATORY else f"{f.rule.id} (advisory)", f.node.urn, f.notes)
        for f in found
        if f.verdict is Verdict.VIOLATION or f.level is Level.MANDATORY
    }


def rows(world: World, settings: Settings | None = None, most: int = 1) -> list[Row]:
    """Every break that applies, to up to ``most`` resources each."""
    chosen = settings or STRICTEST
    before = violations(world, chosen)
    found: list[Row] = []
    for each in BREAKS:
        for resource, broken in applied(world, each, most):
            new = {rule for rule, _, _ in violations(broken, chosen) - before}
            found.append(Row(each.area, each.what, resource["urn"].rpartition("::")[2], tuple(sorted(new))))
    return found


def text(table: Iterable[Row]) -> str:
    """The table, as Markdown."""
    lines = ["| area | break | done to | caught by |", "|---|---|---|---|"]
    lines += [f"| {r.area} | {r.what} | {r.resource} | {', '.join(r.rules) or '**nothing**'} |" for r in table]
    return "\n".join(lines)
