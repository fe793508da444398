"""What other people's rules, configurations and pipelines name is still there: tests/policy/interface.json.

The list has what release 0.1.0 had and what 0.2.0 adds; it is written anew at each release. Names may be added at any
time. To take one away is a new minor version, with a line in the changelog.
"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.policy.interface import current, missing

PROMISED: dict[str, Any] = json.loads(Path(__file__).with_name("interface.json").read_text(encoding="utf-8"))


def test_every_name_of_the_last_release_is_still_there() -> None:
    assert missing(PROMISED, current()) == []


def test_the_list_holds_rules_commands_and_names() -> None:
    assert len(PROMISED["rules"]) >= 176
    assert {"check", "report", "baseline", "diff", "pack"} <= set(PROMISED["commands"])
    assert "at_least" in PROMISED["ha_policy.kit"]["Zones"]["members"]
    assert "levels" in PROMISED["ha_policy.kit"]["rule"]["parameters"]
    assert "verdict" in PROMISED["ha_policy.testing"]["Stack"]["members"]


@pytest.mark.parametrize(
    "path",
    [
        "/rules/nat-count",
        "/rules/asg-min-size/minSize",
        "/settings/exemptions",
        "/commands/check/--fail-on",
        "/ha_policy.kit/Graph/members/zones",
        "/ha_policy.testing/UNKNOWN",
    ],
)
def test_a_name_that_is_gone_is_found(path: str) -> None:
    without = copy.deepcopy(PROMISED)
    *above, name = path.strip("/").split("/")
    place: Any = without
    for step in above:
        place = place[step]
    place.remove(name) if isinstance(place, list) else place.pop(name)
    assert missing(PROMISED, without) == [path]
