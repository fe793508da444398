"""The page about other people's stacks adds up, and names rules that exist."""

import re
from pathlib import Path

from ha_policy import rules as _rules  # registers every rule
from ha_policy.rule import RULES

TREE = Path(__file__).parents[2]
PAGE = (TREE / "docs" / "others-stacks.md").read_text(encoding="utf-8")
FINDINGS = [tuple(map(int, f)) for f in re.findall(r"\| (\d+)/(\d+)/(\d+) \|", PAGE)]


def test_the_figures_are_the_sums_of_the_table() -> None:
    true, debatable, false = (sum(column) for column in zip(*FINDINGS, strict=True))
    total = true + debatable + false
    assert f"| mandatory findings | {total} | |" in PAGE
    for number in (true, debatable, false):
        assert f"| {number} of {total} | {100 * number / total:.0f} % |" in PAGE, number
    assert f"{len(FINDINGS)} stacks from " in PAGE
    assert f"on {len(FINDINGS)} public stacks" in (TREE / "README.md").read_text(encoding="utf-8")


def test_the_shares_are_those_that_are_aimed_at() -> None:
    true, total = sum(f[0] for f in FINDINGS), sum(map(sum, FINDINGS))
    found, there = map(int, re.findall(r"that reading the programs showed \| (\d+) of (\d+)", PAGE)[0])
    assert (true / total >= 0.80, found / there >= 0.95) == (True, True)


def test_the_rules_that_it_names_exist() -> None:
    assert _rules
    named = set(re.findall(r"`((?:db|ecs|no)-[a-z-]+)`", PAGE))
    assert named <= set(RULES)
