"""Every break is noticed by a mandatory rule: on small stacks here, on the whole stacks of this tree in tests/policy
through the real engine (`test_stacks.py`).
"""

from typing import Any

import pytest

from tests.policy.cases import CASES
from tests.policy.cases.kind import build
from tests.policy.mutation.breaks import BREAKS, applied
from tests.policy.mutation.table import Row, mandatory, rows, text
from tests.policy.mutation.world import World


def _worlds(kind: str, *, deployed: bool) -> list[World]:
    """The compliant stacks of the cases that have such a resource."""
    found = [build(c, c.ok, deployed=deployed) for c in CASES.values()]
    return [World.recorded(s.state()) for s in found if any(kind in r.token for r in s.resources)]


@pytest.mark.parametrize("each", BREAKS, ids=lambda b: f"{b.area}: {b.what}")
@pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])
def test_a_break_that_applies_is_caught(each: Any, deployed: bool) -> None:
    from ha_policy.config import load

    settings, tried = load(), 0
    for world in _worlds(each.kind, deployed=deployed):
        before = mandatory(world, settings)
        for _, broken in applied(world, each, 1):
            tried += 1
            if mandatory(broken, settings) - before:
                return
    assert tried == 0, f"applied to {tried} stacks and never caught"
    pytest.skip("no small stack has such a thing: the whole stacks do")


def test_there_are_more_than_sixty_breaks_in_every_area() -> None:
    assert len(BREAKS) >= 60
    areas = {b.area for b in BREAKS}
    assert areas >= {
        "subnets", "routes", "NAT", "load balancers", "groups", "services", "databases", "caches", "tables", "queues",
        "buckets", "DNS", "edge", "backups", "alarms", "connectivity",
    }  # fmt: skip


def test_a_break_changes_only_its_own_world() -> None:
    world = _worlds("autoscaling/group", deployed=True)[0]
    before = repr(world.resources)
    rows(world)
    assert repr(world.resources) == before


def test_the_table_shows_what_nothing_caught() -> None:
    table = [Row("DNS", "a", "r", ("dns-ttl",)), Row("DNS", "b", "r", ())]
    assert text(table).splitlines()[2:] == ["| DNS | a | r | dns-ttl |", "| DNS | b | r | **nothing** |"]
