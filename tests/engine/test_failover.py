"""A standby's database is promoted outside of Pulumi, kept by updates, and at last made anew (docs/ecommerce.md)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offline.engine.places import TREE
from offline.engine.setup import Ready
from tests.engine.workspace import Result, Workspace

TARGET = "**shop-db-replica"
"""How the runbook names the replica."""


@pytest.fixture
def standby(ready: Ready, tmp_path: Path) -> Iterator[Workspace]:
    """A stack with nothing but the replica and what it stands on."""
    made = Workspace(ready, tmp_path, Path(__file__).parent / "programs" / "standby.py")
    (made.folder / "components").symlink_to(TREE / "components")
    made.create()
    made.up().ok()
    yield made
    made.stop()


def refresh(stack: Workspace, fault: str) -> Result:
    """The runbook's refresh, after what ``fault`` says has happened."""
    command = ("refresh", "--target", TARGET, "--yes", "--skip-preview", "--non-interactive")
    return stack.pulumi(*command, env={"HA_AWS_FAULTS": fault})


def replica(stack: Workspace) -> dict[str, Any]:
    [found] = [r for r in stack.deployment()["resources"] if r["urn"].endswith("::shop-db-replica")]
    return found


def test_a_promoted_replica_is_kept_and_a_deleted_one_made_anew(standby: Workspace) -> None:
    before = replica(standby)
    assert before["inputs"]["replicateSourceDb"].startswith("arn:")
    assert "unchanged" in standby.preview("--expect-no-changes").ok().text, "nobody has looked: nothing is undone"

    refresh(standby, "promote:Instance").ok()
    assert "must be an ARN" in standby.preview().failed().text, "the provider wants to be told"
    standby.config("promoted", "true")
    said = standby.up().ok().text
    assert "replace" not in said
    after = replica(standby)
    assert (after["id"], after["inputs"]["identifier"]) == (before["id"], before["inputs"]["identifier"])
    assert not after["inputs"].get("replicateSourceDb")
    assert after["inputs"]["finalSnapshotIdentifier"]
    assert not {"shop-db-lag", "shop-db-stopped"} & set(standby.ids()), "it follows nobody any more"
    standby.preview("--expect-no-changes").ok()

    refresh(standby, "lose:Instance").ok()
    assert "engine must be given for a new database" in standby.preview().failed().text, "no empty one is made"
    standby.config("promoted", "false")
    standby.up().ok()
    again = replica(standby)
    assert again["inputs"]["replicateSourceDb"] == before["inputs"]["replicateSourceDb"]
    assert again["inputs"]["identifier"] == before["inputs"]["identifier"], "clients find it where it was"
    assert {"shop-db-lag", "shop-db-stopped"} <= set(standby.ids())
