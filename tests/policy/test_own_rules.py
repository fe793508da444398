"""The example of a policy pack with a rule of its own, examples/own-rules: its own test, and the pack in the engine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ha_policy import kit

from offline.engine.places import TREE
from offline.engine.setup import Ready
from tests.engine.conftest import ready as _ready
from tests.policy.test_install import INPUTS
from tests.policy.test_install import package as _package
from tests.policy.test_install import python as _python

ready, package, python = _ready, _package, _python
EXAMPLE = TREE / "examples" / "own-rules"
PAGE = (TREE / "docs" / "own-rules.md").read_text(encoding="utf-8")


TWICE = """from ha_policy.kit import HINT, Severity, rule
@rule("nat-count", "", "ec2/vpc", severity=Severity.LOW, levels=HINT, reason="", fix="")
def count(vpc, check):
    yield ""
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "acme-policy", ignore=shutil.ignore_patterns("__pycache__")))


def test_the_examples_own_test_passes(pack: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "test_acme_rules.py"],
        cwd=pack, env={**os.environ, "PYTHONPATH": str(TREE / "policy")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d passed", done.stdout)
    assert "failed" not in done.stdout


def resilience(python: Path, *arguments: str) -> tuple[int, str]:
    """The installed command: exit status and output."""
    done = subprocess.run(
        [str(python.with_name("resilience")), *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_command_takes_them_with_their_configuration(pack: Path, python: Path) -> None:
    own = ("--rules", str(pack / "acme_rules.py"))
    config = pack / "config.json"
    config.write_text('{"ha": {"rules": {"acme-three-zones": {"minZones": 4}}}}')
    status, said = resilience(python, "check", str(INPUTS / "state.json"), *own, "--policy-config", str(config))
    assert status == 1
    assert "mandatory [acme-three-zones] autoscaling/group asg: it runs in us-west-2a only" in said
    status, said = resilience(python, "explain", "acme-three-zones", *own)
    assert status == 0
    assert "why: the loss of one zone halves what runs in two" in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "there is no such Python file"),
        ("import nothing_of_this_name", "ModuleNotFoundError: No module named 'nothing_of_this_name'"),
        (TWICE, "ValueError: rule nat-count is registered twice"),
    ],
    ids=["missing", "broken", "registered twice"],
)
def test_a_file_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, python: Path, text: str | None, sentence: str
) -> None:
    file = tmp_path / "acme.py"
    if text is not None:
        file.write_text(text)
    status, said = resilience(python, "explain", "--rules", str(file))
    assert (status, said) == (2, f"resilience: --rules {file}: {sentence}\n")


def test_a_file_named_as_another_module_is_one_sentence(tmp_path: Path, python: Path) -> None:
    file = tmp_path / "json.py"
    file.write_text("")
    status, said = resilience(python, "explain", "--rules", str(file))
    assert (status, said) == (
        2,
        f"resilience: --rules {file}: the name is that of another Python module; rename the file\n",
    )


@pytest.mark.engine
def test_the_engine_gets_its_findings_beside_those_of_the_package(pack: Path, python: Path, ready: Ready) -> None:
    (pack / ".venv").symlink_to(python.parents[1])
    config, state = pack / "config.json", INPUTS / "state.json"
    config.write_text('{"ha": {"rules": {"acme-three-zones": {"minZones": 4}}}}')
    done = subprocess.run(
        ["pulumi", "policy", "analyze", "--policy-pack", ".", "--policy-pack-config", config, "--file", state],
        cwd=pack, env=ready.environ(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "acme-high-availability" in done.stdout, done.stdout + done.stderr
    assert "[acme-three-zones] autoscaling/group asg: it runs in us-west-2a only" in done.stdout
    assert "[zonal-shift-ready] lb/loadBalancer lb" in done.stdout


def test_the_page_names_everything_that_the_kit_exports_and_shows_the_examples_rule() -> None:
    assert [name for name in kit.__all__ if not re.search(rf"`{name}\b", PAGE)] == []
    rule = (EXAMPLE / "acme_rules.py").read_text(encoding="utf-8")
    assert rule[rule.index("@rule(") :].strip() in PAGE
