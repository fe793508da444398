"""The finding and the report that the README shows are what the pack says about examples/shared-nat."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.engine.places import TREE
from offline.engine.setup import Ready
from tests.engine.workspace import Workspace

README = (TREE / "README.md").read_text(encoding="utf-8")
FINDINGS = README.split("## What a finding looks like", 1)[1].split("```\n")[1].splitlines()
ROW = re.compile(r"^\| load-balancer web \| (?:(\d) \| )?(.*) \|$", re.M)


@pytest.fixture
def web(ready: Ready, tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(ready, tmp_path, TREE / "examples" / "shared-nat" / "__main__.py")
    made.create()
    made.config("aws:region", "us-west-2")
    yield made
    made.stop()


def pack(folder: Path, **rules: object) -> tuple[str, ...]:
    """The options for the pack with the preset that a stack called dev gets."""
    file = folder / "policy-config.json"
    file.write_text(json.dumps({"ha": {"preset": "baseline", "rules": rules}}))
    return ("--policy-pack", str(TREE / "policy"), "--policy-pack-config", str(file))


def verdicts(made: Workspace) -> list[str]:
    """The report's cells for the load balancer: loss of us-west-2a, us-west-2b and us-west-2."""
    folder = made.folder / "report"
    made.preview(*pack(made.folder), env={"HA_AWS_REPORT": str(folder)})
    (file,) = folder.glob("*.md")
    return ROW.findall(file.read_text(encoding="utf-8"))[0][1].split(" | ")[-3:]


def test_the_readme_shows_the_packs_findings_and_the_reports_verdicts(web: Workspace) -> None:
    shown = {count: cells.split(" | ") for count, cells in ROW.findall(README)}
    assert len(FINDINGS) == 2
    assert set(shown) == {"1", "2"}
    web.config("natPerZone", "false")
    text = web.preview(*pack(web.folder)).failed().text
    assert [line for line in FINDINGS if line not in text] == []
    assert verdicts(web) == shown["1"]
    web.config("natPerZone", "true")
    web.preview(*pack(web.folder)).ok()
    assert verdicts(web) == shown["2"]


def test_instances_that_need_no_internet_access_survive_as_the_readme_says(web: Workspace) -> None:
    web.config("natPerZone", "false")
    text = web.preview(*pack(web.folder, **{"survives-az-loss": {"egress-needed": False}})).failed().text
    assert "[survives-az-loss]" not in text
    assert "[nat-own-az]" in text
