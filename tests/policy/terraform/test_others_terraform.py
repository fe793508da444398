"""The page about other people's Terraform adds up, and names rules that exist."""

import re
from pathlib import Path

from ha_policy import rules as _rules  # registers every rule
from ha_policy.rule import RULES

from tests.support.some import some

PAGE = (Path(__file__).parents[3] / "docs" / "others-terraform.md").read_text(encoding="utf-8")
FINDINGS = [tuple(map(int, f)) for f in re.findall(r"\| (\d+)/(\d+)/(\d+) \|", PAGE)]


def test_the_figures_are_the_sums_of_the_table() -> None:
    columns = [sum(column) for column in zip(*FINDINGS, strict=True)]
    assert f"| mandatory findings | {sum(columns)} | |" in PAGE
    for number in some(columns):
        assert f"| {number} of {sum(columns)} | {100 * number / sum(columns):.0f} % |" in PAGE, number
    assert f"{len(FINDINGS)} configurations from " in PAGE


def test_the_debatable_ones_are_those_that_are_listed() -> None:
    listed = PAGE[PAGE.index("Debatable are:") : PAGE.index("The defect that is not found")]
    assert sum(map(int, re.findall(r"\((\d+)\b", listed))) == sum(f[1] for f in FINDINGS)


def test_nothing_is_false_and_nearly_everything_is_found() -> None:
    found, there = map(int, re.findall(r"that reading the configurations showed \| (\d+) of (\d+)", PAGE)[0])
    assert (sum(f[2] for f in FINDINGS), found / there >= 0.95) == (0, True)


def test_the_rules_that_it_names_exist() -> None:
    assert _rules
    assert set(re.findall(r"`(spof-[a-z-]+)`", PAGE)) <= set(RULES)
