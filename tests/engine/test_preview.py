"""`make preview`: the driver on small trees, then on this one."""

import json
import shutil
from pathlib import Path

import pytest

from offline.engine.say import SetupError
from offline.engine.setup import Ready
from offline.preview import engine, show, stacks
from offline.preview.engine import Preview
from tests.policy.proof.stated import proven
from tests.support.delivered import STACKS, previewed
from tests.support.some import some

HERE = Path(__file__).parent
SECRET = """  small:token:
    secure: v1:abc:def
  small:list:
    - secure: v1:x:y
    - plain
encryptionsalt: v1:other
"""


@pytest.fixture
def tree(ready: Ready, tmp_path: Path) -> Path:
    """A project of two stacks, one of which breaks the mandatory rule of its pack."""
    made = tmp_path / "tree"
    shutil.copytree(HERE / "packs" / "tagged", made / "policy")
    shutil.copy(HERE / "programs" / "network.py", made / "__main__.py")
    runtime = f"runtime: {{name: python, options: {{virtualenv: {ready.at.venv}}}}}\n"
    (made / "Pulumi.yaml").write_text(f"name: small\n{runtime}")
    (made / "policy" / "PulumiPolicy.yaml").write_text(f"version: 1.0.0\n{runtime}")
    (made / "Pulumi.dev.yaml").write_text("config:\n  small:label: good\n" + SECRET)
    (made / "Pulumi.bad.yaml").write_text("config:\n  small:label: forbidden\n")
    return made


def preview(ready: Ready, tree: Path, stack: str, *, policy: bool = True) -> Preview:
    shadow = stacks.shadow(tree, tree.parent / "own", stack, ready.environ())
    told: list[str] = []
    done = engine.run(
        tree, shadow, tree / "policy" if policy else None, ready.environ(), tree.parent / "build" / stack, told.append
    )
    assert done.code or told[-1] == "6 resources"
    return done


def contents(tree: Path) -> dict[str, bytes]:
    return {str(p.relative_to(tree)): p.read_bytes() for p in tree.rglob("*") if p.is_file() and p.suffix != ".pyc"}


def test_clean_stack_passes_and_the_tree_is_not_touched(ready: Ready, tree: Path) -> None:
    before = contents(tree)
    for _ in range(2):  # the second time finds the shadow of the first
        done = preview(ready, tree, "dev")
        assert done.passed, done.text.read_text()
        assert done.resources == {"create": 6}
        assert done.packs == ["tagged 1.0.0"]
        assert (done.violations, done.errors) == ([], [])
        assert list(done.phases) == ["engine", "pack", "program", "rules"]
        assert all(seconds >= 0 for seconds in some(done.phases.values()))
    assert contents(tree) == before


def test_mandatory_violation_fails_the_stack_and_is_printed(ready: Ready, tree: Path) -> None:
    done = preview(ready, tree, "bad")
    assert not done.passed
    assert [(v.policy, v.level, v.message) for v in done.mandatory] == [
        ("vpc-name", "mandatory", "A VPC has a name\nthe VPC's name is forbidden")
    ]
    assert done.mandatory[0].urn.endswith("::net")
    assert "the VPC's name is forbidden" in show.pulumi_text(done, full=False, colour=False)
    table = show.table([done], policy=True, setup_seconds=0.5)
    assert "bad" in table
    assert "FAILED" in table
    assert "1 mandatory" in table
    assert preview(ready, tree, "bad", policy=False).passed, "without the pack nothing forbids it"


def test_secrets_that_cannot_be_decrypted_are_replaced_and_other_settings_kept(ready: Ready, tree: Path) -> None:
    shadow = stacks.shadow(tree, tree.parent / "own", "dev", ready.environ())
    assert shadow.replaced == ("small:token", "small:list[0]")
    text = shadow.config.read_text()
    assert "v1:other" not in text
    assert "v1:abc" not in text
    assert "small:label: good" in text


def test_result_is_available_as_json(ready: Ready, tree: Path) -> None:
    done = preview(ready, tree, "dev")
    told = json.loads(show.as_json([done], policy=True, setup_seconds=0.25))
    assert told["setup_seconds"] == 0.25
    (stack,) = told["stacks"]
    assert (stack["stack"], stack["passed"], stack["policy"], stack["resources"]) == (
        "dev",
        True,
        "passed",
        {"create": 6},
    )
    assert json.loads(Path(stack["events"]).read_text().splitlines()[-1])["sequence"] > 0


def test_broken_program_fails_with_its_error(ready: Ready, tree: Path) -> None:
    (tree / "__main__.py").write_text("raise ValueError('zones=1: one zone is a single point of failure')\n")
    done = preview(ready, tree, "dev")
    assert not done.passed
    assert any("one zone is a single point of failure" in error for error in done.errors)
    assert show.policy_result(done, asked=True) == "did not finish"


def test_rows_of_resources_are_shown_only_when_asked(ready: Ready, tree: Path) -> None:
    done = preview(ready, tree, "dev")
    assert "aws:ec2:Vpc" not in show.pulumi_text(done, full=False, colour=False)
    full = show.pulumi_text(done, full=True, colour=False)
    assert "aws:ec2:Vpc" in full
    assert "\x1b[" not in full


def test_unknown_stack_lists_those_there_are(tree: Path) -> None:
    assert stacks.chosen(tree, []) == ["dev", "bad"]
    assert stacks.chosen(tree, ["bad", "bad"]) == ["bad"]
    with pytest.raises(SetupError, match=r"there is no Pulumi\.prod\.yaml; existing stacks: dev, bad"):
        stacks.chosen(tree, ["prod"])


def test_unreadable_stack_file_is_named(ready: Ready, tree: Path) -> None:
    (tree / "Pulumi.dev.yaml").write_text("config: [")
    with pytest.raises(SetupError, match=r"Pulumi\.dev\.yaml: cannot be read"):
        stacks.shadow(tree, tree.parent / "own", "dev", ready.environ())


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_of_the_project_passes_its_preview(stack: str) -> None:
    done = previewed(stack)
    assert done.code == 0, done.text
    assert done.told["passed"]
    assert done.told["resources"]["create"] > 20
    assert [v for v in done.violations if v.level == "mandatory"] == []
    proven(done.report, standby=len(done.report["stack"]["cells"]) > 1)
    assert done.settings_kept
