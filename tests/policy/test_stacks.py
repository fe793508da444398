"""The stacks of this tree: nothing is found fault with as they are, and whatever is broken is noticed at preview."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from ha_policy.config import load
from ha_policy.evaluate import Report, Verdict, evaluate
from ha_policy.exemptions import preset_from_tags
from ha_policy.rule import Level

from offline.engine.places import TREE
from offline.engine.setup import setup
from offline.preview import stacks
from tests.policy.mutation.record import preview
from tests.policy.mutation.table import rows, text
from tests.policy.mutation.world import World

pytestmark = pytest.mark.engine
EVERY = stacks.named(TREE)
PRODUCTION = [s for s in EVERY if "profile: production" in (TREE / f"Pulumi.{s}.yaml").read_text()]
BREAKS = 60  # fewest different breaks that each production stack must give occasion to


@cache
def recorded(stack: str) -> Mapping[str, Any]:
    with TemporaryDirectory() as folder:
        return preview(setup(), stack, Path(folder))


def report(stack: str) -> Report:
    graph = World.recorded(recorded(stack)).graph()
    return evaluate(graph, load({}, stack, preset_from_tags(graph)))


@pytest.mark.parametrize("stack", EVERY)
def test_nothing_stops_the_preview_and_nothing_is_left_open(stack: str) -> None:
    found = [(f.rule.id, f.node.name, f.notes) for f in report(stack).findings if f.level is Level.MANDATORY]
    assert found == []
    assert [(f.rule.id, f.node.name, f.notes) for f in report(stack).of(Verdict.CANNOT_TELL, Verdict.BROKEN)] == []


@pytest.mark.parametrize("stack", PRODUCTION)
def test_production_stacks_have_no_finding_but_their_exemptions(stack: str) -> None:
    found = [f for f in report(stack).findings if f.verdict is not Verdict.EXEMPT and f.level is not Level.DISABLED]
    assert [(f.rule.id, f.node.name, f.notes) for f in found] == []


@pytest.mark.parametrize("stack", PRODUCTION)
def test_every_break_is_caught(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = rows(World.recorded(recorded(stack)))
    folder = TREE / "build" / "breaks"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stack}.md").write_text(text(table) + "\n")
    with capsys.disabled():
        print(f"\n{stack}: {len(table)} breaks\n{text(table)}")
    assert [(r.what, r.resource) for r in table if not r.rules] == []
    assert len(table) >= BREAKS
