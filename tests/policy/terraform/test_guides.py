"""The page about what guides show has the true output of the check, and explains all that is mandatory in it."""

import json
import re
from pathlib import Path

import pytest
from ha_policy.proof.cli import main

from tests.support.some import some
from tests.support.terraform_plans import PLANS

TREE = Path(__file__).parents[3]
PAGE = TREE / "docs" / "terraform-guides.md"
FOLDER = PLANS / "guides"
BLOCK = re.compile(r"^```\n(terraform/root\n.*?)^```$", re.M | re.S)


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.chdir(FOLDER)
    assert main(["check", "plan.json"]) == 1
    return capsys.readouterr().out


def test_the_page_shows_what_the_check_prints(output: str) -> None:
    ((shown,)) = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert shown == output


def test_every_mandatory_rule_is_explained_on_the_page(output: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    explained = text[text.index("## The mandatory findings") : text.index("## The advisory findings")]
    for rule in some(re.findall(r"mandatory \[([\w-]+)\]", output)):
        assert f"`{rule}`" in explained


def test_an_entry_point_that_goes_down_with_a_zone_is_one_finding(output: str) -> None:
    found = re.findall(r"mandatory \[survives-az-loss\] (\S+):", output)
    assert sorted(found) == ["aws_elb.shop", "aws_lb.media"]


def test_the_plan_is_that_of_the_configuration_and_has_no_error() -> None:
    plan = json.loads((FOLDER / "plan.json").read_text(encoding="utf-8"))
    text = (FOLDER / "main.tf").read_text(encoding="utf-8")
    written = set(re.findall(r'^resource "(\w+)" "(\w+)"', text, re.M))
    planned = {(r["type"], r["name"]) for r in plan["resource_changes"]}
    assert (planned, plan.get("errored", False)) == (written, False)
