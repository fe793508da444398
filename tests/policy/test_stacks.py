"""The stacks of this tree: nothing is found fault with as they are, and whatever is broken is noticed at preview."""

from collections.abc import Callable

import pytest
from ha_policy.proof.cli import build

from offline.engine.places import TREE
from tests.policy.mutation.table import rows, text
from tests.policy.mutation.world import World
from tests.support.delivered import PRODUCTION, STACKS, planned, previewed
from tests.support.verdicts import differing

pytestmark = pytest.mark.engine
OFTEN = "financial"
"""The stack whose breaks `make test` tries; each of the others takes a minute and is left to `make exhaustive`."""
EXHAUSTIVE = pytest.mark.exhaustive
BREAKS = 60  # fewest different breaks that each production stack must give occasion to


@pytest.mark.parametrize("stack", STACKS)
def test_no_rule_stops_the_preview_and_none_is_cannot_tell(stack: str) -> None:
    assert [v.message for v in previewed(stack).violations if v.level == "mandatory"] == []
    open_ends = ("cannot tell", "can't run policy", "rule failed", "unused exemption", "configuration:")
    assert [v.message for v in previewed(stack).violations if any(o in v.message for o in open_ends)] == []


@pytest.mark.parametrize("stack", PRODUCTION)
def test_production_stacks_have_no_finding_but_their_exemptions_and_the_quotas_to_request(stack: str) -> None:
    found = [v for v in previewed(stack).violations if ": exempt " not in v.message]
    quotas = [v for v in found if "[quota-default]" in v.message and v.level == "advisory"]
    assert [v.message for v in found if v not in quotas] == []
    above = [n for n in previewed(stack).report["quotas"]["needs"] if n["exceeds_default"] == "yes"]
    assert above
    for need in above:
        assert any(f"{need['name']} in {need['region']}:" in v.message for v in quotas), need


@pytest.mark.parametrize("stack", PRODUCTION)
def test_production_stacks_meet_the_targets_that_they_state(stack: str) -> None:
    targets = previewed(stack).report["targets"]
    assert {t["target"] for t in targets} >= {"zone capacity", "zone recovery", "region recovery", "availability"}
    assert [t for t in targets if t["status"] != "met"] == []


@pytest.mark.parametrize("stack", STACKS)
def test_everything_that_counts_for_a_quota_is_known_before_the_first_deployment(stack: str) -> None:
    assert [n for n in previewed(stack).report["quotas"]["needs"] if n["unknown"]] == []


@pytest.mark.parametrize("stack", [pytest.param(s, marks=[] if s == OFTEN else [EXHAUSTIVE]) for s in PRODUCTION])
def test_every_break_is_caught(stack: str, record_property: Callable[[str, object], None]) -> None:
    table = rows(World.recorded(planned(stack)))
    kept = TREE / "build" / "breaks"
    kept.mkdir(parents=True, exist_ok=True)
    (kept / f"{stack}.md").write_text(text(table) + "\n")
    record_property("table", f"{stack}: {len(table)} breaks\n{text(table)}")  # shown in the summary of the run
    assert [(r.what, r.resource) for r in table if not r.rules] == []
    assert len({(r.area, r.what) for r in table}) >= BREAKS


@pytest.mark.parametrize("stack", [pytest.param(s, marks=[] if s == OFTEN else [EXHAUSTIVE]) for s in STACKS])
def test_a_preview_as_json_is_judged_as_the_pack_judges_the_stack(stack: str) -> None:
    """`pulumi preview --json` hides secrets, so some of it cannot be told; nothing is told otherwise."""
    by_pack, by_command = previewed(stack).report, build(planned(stack))
    assert differing(by_pack, by_command) == []
    assert [n for n in by_command["notes"] if "declare" in n] == [], "what our components declare is in the document"
    if not by_command["notes"]:
        assert by_command["result"] == by_pack["result"]
