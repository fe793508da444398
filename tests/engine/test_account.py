"""A unique key cannot pass from one resource to another within one update, which creates before it deletes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.engine.setup import Ready
from tests.engine.workspace import Workspace

SAID = (
    "DuplicateTargetGroupName: A target group with the same name 'web' exists",
    "PriorityInUse: Priority '10' is currently in use (first-rule has it)",
    "RouteAlreadyExists: The route identified by 10.9.0.0/16 already exists.",
    "InvalidPermission.Duplicate: the specified rule",
    "Tried to create resource record set [name='shop.example.com', type='A'] but it already exists",
    "ResourceAlreadyExistsException: The specified log group already exists: /shop/web (first-logs has it)",
)


@pytest.fixture
def keys(ready: Ready, tmp_path: Path) -> Iterator[Workspace]:
    """A stack of resources with unique keys."""
    made = Workspace(ready, tmp_path, Path(__file__).parent / "programs" / "keys.py")
    made.create()
    yield made
    made.stop()


def test_a_key_passes_to_another_resource_in_two_updates_and_not_in_one(keys: Workspace) -> None:
    keys.config("holder", "first")
    keys.up().ok()
    before = keys.ids()
    assert len(before) == len(SAID)

    keys.config("holder", "second")
    preview = keys.preview().failed().text
    assert any(said in preview for said in SAID), "refused before anything is touched"
    update = keys.up("--continue-on-error").failed().text
    assert [said for said in SAID if said not in update] == []
    assert keys.ids() == {}, "--continue-on-error deletes the old ones although the new ones are refused"
    keys.up().ok()
    assert sorted(keys.ids()) == sorted(name.replace("first", "second") for name in before)
    keys.destroy().ok()
