"""The stacks of this tree: nothing is found fault with as they are, and whatever is broken is noticed at preview."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from offline.engine.places import TREE
from offline.engine.setup import setup
from offline.preview import engine, stacks
from offline.preview.engine import Violation
from tests.policy.mutation.record import preview
from tests.policy.mutation.table import rows, text
from tests.policy.mutation.world import World

pytestmark = pytest.mark.engine
EVERY = stacks.named(TREE)
PRODUCTION = [s for s in EVERY if "profile: production" in (TREE / f"Pulumi.{s}.yaml").read_text()]
BREAKS = 60  # fewest different breaks that each production stack must give occasion to


@lru_cache(maxsize=8)
def said(stack: str) -> tuple[Violation, ...]:
    """What the pack says at preview of a stack that does not exist yet."""
    ready = setup()
    with TemporaryDirectory() as folder:
        shadow = stacks.shadow(TREE, Path(folder), stack, ready.environ())
        done = engine.run(TREE, shadow, TREE / "policy", ready.environ(), Path(folder) / "build", lambda _: None)
        assert done.packs, done.text.read_text()
        return tuple(done.violations)


@pytest.mark.parametrize("stack", EVERY)
def test_no_rule_stops_the_preview_and_none_is_cannot_tell(stack: str) -> None:
    assert [v.message for v in said(stack) if v.level == "mandatory"] == []
    open_ends = ("cannot tell", "can't run policy", "rule failed", "unused exemption", "configuration:")
    assert [v.message for v in said(stack) if any(o in v.message for o in open_ends)] == []


@pytest.mark.parametrize("stack", PRODUCTION)
def test_production_stacks_have_no_finding_but_their_exemptions(stack: str) -> None:
    assert [v.message for v in said(stack) if ": exempt " not in v.message] == []


@pytest.mark.parametrize("stack", PRODUCTION)
def test_every_break_is_caught(stack: str, record_property: Callable[[str, object], None]) -> None:
    with TemporaryDirectory() as folder:
        table = rows(World.recorded(preview(setup(), stack, Path(folder))))
    kept = TREE / "build" / "breaks"
    kept.mkdir(parents=True, exist_ok=True)
    (kept / f"{stack}.md").write_text(text(table) + "\n")
    record_property("table", f"{stack}: {len(table)} breaks\n{text(table)}")  # shown in the summary of the run
    assert [(r.what, r.resource) for r in table if not r.rules] == []
    assert len({(r.area, r.what) for r in table}) >= BREAKS
