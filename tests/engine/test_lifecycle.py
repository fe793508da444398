"""A stack's life through the real engine: preview, update, no change, refusal, failure and recovery, destruction."""

import re
from pathlib import Path

import pytest

from offline.engine.places import TREE
from tests.engine.workspace import Workspace

PACK = str(Path(__file__).parent / "packs" / "tagged")
HA_PACK = str(TREE / "policy")
NAMES = {"net", "gateway", "public-us-west-2a", "public-us-west-2b", "edge", "web"}


def test_stack_lives_from_preview_to_destruction_without_an_account(workspace: Workspace) -> None:
    preview = workspace.preview("--policy-pack", PACK).ok()
    assert "+ 8 to create" in preview.text  # six of AWS, the provider, the stack
    assert "warning" not in preview.text, "an ambient plugin, or worse"
    assert workspace.ids() == {}, "a preview creates nothing"

    workspace.up("--policy-pack", PACK).ok()
    assert set(workspace.ids()) == NAMES
    assert re.fullmatch(r"vpc-[0-9a-f]{17}", workspace.ids()["net"])

    assert "8 unchanged" in workspace.preview("--expect-no-changes").ok().text
    assert "8 unchanged" in workspace.up().ok().text

    workspace.destroy().ok()
    assert workspace.ids() == {}


def test_same_program_gets_the_same_ids_again(workspace: Workspace) -> None:
    workspace.up().ok()
    first = workspace.ids()
    workspace.destroy().ok()
    workspace.up().ok()
    assert workspace.ids() == first


def test_mandatory_rule_blocks_preview_and_update(workspace: Workspace) -> None:
    workspace.config("label", "forbidden")
    for command in (workspace.preview, workspace.up):
        answer = command("--policy-pack", PACK).failed()
        assert "the VPC's name is forbidden" in answer.text
        assert "[mandatory]" in answer.text
    assert "net" not in workspace.ids(), "a mandatory rule stops the resource before it is created"
    workspace.config("label", "allowed")
    workspace.up("--policy-pack", PACK).ok()
    assert set(workspace.ids()) == NAMES


def test_projects_own_pack_blocks_a_database_in_one_zone(workspace: Workspace) -> None:
    workspace.config("database", "true")
    workspace.config("multiAz", "false")
    # The preview that comes before an update stops it; rules on whole stacks run too late with --skip-preview.
    said = workspace.pulumi("up", "--yes", "--non-interactive", "--policy-pack", HA_PACK).failed().text
    assert "[mandatory]" in said
    assert re.search(r"\[rds-multi-az\].*orders", said), said
    assert workspace.ids() == {}
    workspace.config("multiAz", "true")
    assert not re.search(r"\[rds-multi-az\].*orders", workspace.preview("--policy-pack", HA_PACK).text)


@pytest.mark.parametrize("fault", ["fail:Subnet:2", pytest.param("fail:LoadBalancer", marks=pytest.mark.exhaustive)])
def test_failed_update_keeps_what_was_made_and_the_next_one_converges(workspace: Workspace, fault: str) -> None:
    workspace.up(env={"HA_AWS_FAULTS": fault}).failed()
    before = workspace.ids()
    assert "net" in before
    assert "web" not in before
    workspace.up().ok()
    after = workspace.ids()
    assert set(after) == NAMES
    assert before.items() <= after.items(), "nothing that existed was replaced"
    workspace.preview("--expect-no-changes").ok()


def test_change_that_aws_makes_by_replacement_is_previewed_as_one(workspace: Workspace) -> None:
    workspace.up().ok()
    workspace.config("zones", '["us-west-2a", "us-west-2c"]')
    preview = workspace.preview().ok()
    assert re.search(r"public-us-west-2c\s+create", preview.text)
    assert re.search(r"public-us-west-2b\s+delete", preview.text)
    workspace.config("label", "renamed")
    workspace.up().ok()
    assert set(workspace.ids()) == NAMES - {"public-us-west-2b"} | {"public-us-west-2c"}


def test_failed_deletion_loses_no_resource_from_the_state(workspace: Workspace) -> None:
    workspace.up().ok()
    workspace.destroy(env={"HA_AWS_FAULTS": "delete:Vpc:1"}).failed()
    assert "net" in workspace.ids()
    workspace.destroy().ok()
    assert workspace.ids() == {}
