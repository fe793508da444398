"""The payment platform through the real engine: previewed, made, unchanged, destroyed; judged as delivered."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.engine.places import TREE
from offline.engine.setup import Ready
from offline.preview import engine, stacks
from tests.engine.architecture import DEV, PACK, ArchitectureWorkspace

TWO_REGIONS = {
    "standbyRegion": "us-east-1",
    "standbyAvailabilityZones": ["us-east-1a", "us-east-1b"],
    "domain": "pay.example.com",
    "hostedZoneId": "Z0123456789EXAMPLE",
    "financial": {"witnessRegion": "us-east-2"},
}


@pytest.fixture
def bank(ready: Ready, tmp_path: Path) -> Iterator[ArchitectureWorkspace]:
    """An empty stack of the payment platform, dev sizes."""
    made = ArchitectureWorkspace(ready, tmp_path)
    made.create()
    made.settings(scenario="financial", **DEV)
    yield made
    made.stop()


def test_dev_platform_is_made_in_two_regions_stays_as_it_is_and_goes(bank: ArchitectureWorkspace) -> None:
    bank.preview("--policy-pack", PACK).ok()  # in one Region, which the unit tests stand up as well
    assert bank.ids() == {}
    bank.settings(**TWO_REGIONS)
    bank.up().ok()
    assert {"usw2-transactions", "use1-transactions", "use1-ledger-db-cluster", "usw2-ledger-db-global"} <= set(
        bank.ids()
    )
    assert "unchanged" in bank.preview("--expect-no-changes").ok().text
    bank.destroy().ok()
    assert bank.ids() == {}


def test_production_platform_of_the_tree_previews_without_a_finding(ready: Ready, tmp_path: Path) -> None:
    shadow = stacks.shadow(TREE, tmp_path / "own", "financial", ready.environ())
    done = engine.run(TREE, shadow, TREE / "policy", ready.environ(), tmp_path / "build", lambda _: None)
    said = done.text.read_text()
    assert done.passed, said
    assert not re.findall(r"\[(?:mandatory|advisory)\]|warning:", said), said
