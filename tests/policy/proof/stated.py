"""What is stated about every stack of the project, held against its availability report."""

from typing import Any

from ha_policy.proof.report.document import outcome_of

from tests.support.some import some

ZONE_CAPACITY = 0.5
"""What an entry point keeps when one zone of two or three is lost."""
REGION_CAPACITY = 0.33
"""What is left of an entry point when a Region is lost: the standby runs at reduced size where it is warm."""


def proven(report: dict[str, Any], *, standby: bool) -> None:
    """Any one zone, and any one Region where there is a standby, leaves every entry point up with at least that share;
    without a standby the report says that the Region's loss takes everything along. Nothing is left untold.
    """
    assert report["entry_points"], "a stack without a way in proves nothing"
    assert report["declared"]["contradictions"] == []
    for entry in some(report["entry_points"]):
        assert entry["intact"] == "serves", (entry["name"], entry["numbers"]["unknown"])
        assert entry["numbers"]["unknown"] == []
        assert 0.99 < entry["numbers"]["sla_floor"]["availability"] < 1
        assert 0.99 < entry["numbers"]["estimate"]["availability"] < 1
    kinds = {"zone": ZONE_CAPACITY} | ({"region": REGION_CAPACITY} if standby else {})
    for failure in some(report["failures"]):
        for index, entry in enumerate(some(report["entry_points"])):
            outcome = outcome_of(report, failure, index)
            what = (failure["name"], entry["name"], outcome)
            assert outcome["verdict"] != "cannot tell", what
            if failure["kind"] in kinds:
                assert outcome["verdict"] in ("serves", "degrades"), what
                assert outcome["capacity"] >= kinds[failure["kind"]], what
    if not standby:
        lost = [o["verdict"] for f in report["failures"] if f["kind"] == "region" for o in f["outcomes"]]
        assert set(lost) == {"down"}, "one Region is one point of failure, and the report has to say so"
