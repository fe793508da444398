"""Taking a production stack down through the real engine: refused whole, lifted by one setting, then clean."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.architectures.deletion_protection import GUARD, RETAINED_TYPES
from offline.engine.setup import Ready
from tests.engine.architecture import DEV, ArchitectureWorkspace

DOMAIN = {"domain": "site.example.com", "hostedZoneId": "Z0123456789EXAMPLE"}
TWO_REGIONS = {"standbyRegion": "us-east-1", "standbyAvailabilityZones": ["us-east-1a", "us-east-1b"]}
OWN: dict[str, dict[str, Any]] = {
    "ecommerce": {},
    "financial": {"financial": {"witnessRegion": "us-east-2", "api": {"logging": "own"}}},
    "media": {"media": {"publicVideos": True}},
}
SWITCHES = {"deletionProtection", "deletionProtectionEnabled", "enableDeletionProtection", "replicas"}
"""Inputs that lifting may change; of a table's replicas, the same."""
UNTOUCHABLE = ";".join(sorted(f"delete:{kind.rpartition(':')[2]}" for kind in RETAINED_TYPES))
"""Fails every deletion of what is to stay in AWS, were it asked for."""


@pytest.fixture
def stack(ready: Ready, tmp_path: Path) -> Iterator[ArchitectureWorkspace]:
    """An empty production stack with a domain."""
    made = ArchitectureWorkspace(ready, tmp_path)
    made.create()
    made.settings(**{**DEV, "profile": "production"}, **DOMAIN)
    yield made
    made.stop()


def steps(answer: str) -> list[dict[str, Any]]:
    """What a preview in JSON is about to do."""
    return json.JSONDecoder().raw_decode(answer[answer.index("{") :])[0]["steps"]


@pytest.mark.parametrize(
    ("scenario", "regions"),
    # The others differ in what they protect, which tests/unit/architectures/test_deletion_protection.py lists for each.
    [
        pytest.param("ecommerce", {}, id="ecommerce in one Region"),
        *(pytest.param(name, TWO_REGIONS, id=name, marks=pytest.mark.exhaustive) for name in sorted(OWN)),
    ],
)
def test_production_is_not_destroyed_until_its_protection_is_lifted(
    stack: ArchitectureWorkspace, scenario: str, regions: dict[str, Any]
) -> None:
    stack.settings(scenario=scenario, **regions, **OWN[scenario])
    stack.up().ok()
    before = stack.deployment()["resources"]
    assert len(before) > 400

    said = stack.destroy().failed().text  # with --skip-preview, where Pulumi's own protection comes too late
    assert "set protectData to false with nothing else and run pulumi up" in said
    if scenario == min(OWN):
        said = " ".join(stack.destroy("--run-program").failed().text.split())
        assert "This stack protects its data: nothing was deleted." in said
    other = "media" if scenario == "ecommerce" else "ecommerce"
    for settings in ({"scenario": other, **OWN[other]}, {"profile": "dev"}, {"protectData": False}):
        stack.settings(**settings)
        said = " ".join(stack.preview().failed().text.split())
        assert f"scenario={other}: this stack runs {scenario} and protects its data" in said
        assert "pulumi stack init" in said
        assert "set protectData to false" in said
    assert {r["urn"] for r in stack.deployment()["resources"]} == {r["urn"] for r in before}

    stack.settings(scenario=scenario, profile="production", protectData=False)
    changes = [s for s in steps(stack.preview("--json").ok().text) if s["op"] != "same"]
    assert {s["op"] for s in changes} == {"update"}, "nothing is made, replaced or deleted"
    of_aws = [s for s in changes if not s["urn"].endswith((f"::{GUARD}", "::scenario"))]
    assert len(of_aws) > 4
    assert {reason for s in of_aws for reason in s["diffReasons"]} <= SWITCHES
    assert "warning: protectData=false" in stack.up().ok().text
    assert [r["urn"] for r in stack.deployment()["resources"] if r.get("protect")] == []

    gone = stack.destroy(env={"HA_AWS_FAULTS": UNTOUCHABLE}).ok().text
    assert "[retain]" in gone
    assert stack.deployment().get("resources", []) == []


@pytest.mark.exhaustive  # test_deletion_protection.py has the same without the engine
def test_production_that_keeps_no_data_is_deleted_whole(stack: ArchitectureWorkspace) -> None:
    stack.settings(scenario="ecommerce", **TWO_REGIONS)
    stack.up().ok()
    stack.settings(protectData=False, keepData=False)
    changes = [s for s in steps(stack.preview("--json").ok().text) if s["op"] != "same"]
    assert {s["op"] for s in changes} == {"update"}
    stack.up().ok()
    assert "[retain]" not in stack.destroy().ok().text
    assert stack.deployment().get("resources", []) == []
