"""Every break is noticed by a rule: on small stacks here, on the whole stacks of this tree in tests/policy
through the real engine (`test_stacks.py`).
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
from ha_policy.config import load
from ha_policy.evaluate import evaluate
from ha_policy.rule import RULES

from tests.policy.cases import CASES
from tests.policy.cases.kind import build
from tests.policy.cases.whole import Whole
from tests.policy.mutation.breaks import BREAKS, applied
from tests.policy.mutation.table import STRICTEST, Row, rows, text, violations
from tests.policy.mutation.world import World


@lru_cache(maxsize=2)
def whole(*, deployed: bool) -> World:
    return World.recorded(Whole(deployed=deployed).stack.state())


def _worlds(kind: str, *, deployed: bool) -> Iterator[World]:
    """The whole stack, then the compliant stacks of the cases that have such a resource."""
    yield whole(deployed=deployed)
    for case in CASES.values():
        stack = build(case, case.ok, deployed=deployed)
        if any(kind in r.token for r in stack.resources):
            yield World.recorded(stack.state())


@pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])
def test_the_whole_stack_has_no_finding(deployed: bool) -> None:
    own = [r for r in RULES.values() if r.family != "survival"]
    report = evaluate(whole(deployed=deployed).graph(), load(), rules=own)
    assert [(f.rule.id, f.verdict, f.node.name, f.notes) for f in report.findings] == []


@pytest.mark.parametrize("each", BREAKS, ids=lambda b: f"{b.area}: {b.what}")
@pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])
def test_a_break_that_applies_is_caught(each: Any, deployed: bool) -> None:
    settings, tried = STRICTEST, 0
    for world in _worlds(each.kind, deployed=deployed):
        for _, broken in applied(world, each, 1):
            tried += 1
            if violations(broken, settings) - violations(world, settings):
                return
    assert tried == 0, f"applied to {tried} stacks and never caught"
    pytest.skip("no small stack has such a thing: the whole stacks of the tree do")


def test_there_are_more_than_sixty_breaks_in_every_area() -> None:
    assert len(BREAKS) >= 60
    areas = {b.area for b in BREAKS}
    assert areas >= {
        "subnets", "routes", "NAT", "load balancers", "groups", "services", "databases", "caches", "tables", "queues",
        "buckets", "DNS", "edge", "backups", "alarms", "connectivity",
    }  # fmt: skip


def test_a_break_changes_only_its_own_world() -> None:
    world = whole(deployed=True)
    before = repr(world.resources)
    rows(world)
    assert repr(world.resources) == before


def test_the_table_shows_what_nothing_caught() -> None:
    table = [Row("DNS", "a", "r", ("dns-ttl",)), Row("DNS", "b", "r", ())]
    assert text(table).splitlines()[2:] == ["| DNS | a | r | dns-ttl |", "| DNS | b | r | **nothing** |"]
