"""The project's own pack at the engine's gate: each of the first rules stops a preview, and what it exempts passes."""

import re
from pathlib import Path

import pytest

from offline.engine.places import TREE
from offline.engine.setup import Ready
from tests.engine.workspace import Workspace

PACK = str(TREE / "policy")
FLAWS = {
    "vpc-subnets-multi-az": {"alone"},
    "lb-distinct-az": {"web"},
    "asg-multi-az": {"huddled"},
    "asg-elb-health-check": {"unchecked"},
    "lb-health-check": {"web"},
    "nat-own-az": {"inner-us-west-2b"},
    "rds-multi-az": {"orders"},
}
EXEMPT = {
    "apart",
    "apart-us-west-2a",
    "apart-us-west-2b",
    "replica",
    "ledger",
    "member-us-west-2a",
    "member-us-west-2b",
}
FOUND = re.compile(r"\[(?P<level>mandatory|advisory)\].*\n.*\n\s*\[(?P<rule>[a-z0-9-]+)\] (?P<kind>\S+) (?P<name>\S+):")


@pytest.fixture
def flawed(ready: Ready, tmp_path: Path) -> Workspace:
    """An empty stack of the program tests/engine/programs/flawed.py."""
    made = Workspace(ready, tmp_path, Path(__file__).parent / "programs" / "flawed.py")
    made.create()
    return made


def found(text: str) -> dict[str, dict[str, str]]:
    """Of the first rules: rule to the resources it names and the level it names them at."""
    said: dict[str, dict[str, str]] = {}
    for line in FOUND.finditer(text):
        if line["rule"] in FLAWS:
            said.setdefault(line["rule"], {})[line["name"]] = line["level"]
    return said


def test_each_of_the_first_rules_stops_the_preview_and_says_how_to_mend_it(flawed: Workspace) -> None:
    text = flawed.preview("--policy-pack", PACK).failed().text
    said = found(text)
    assert {rule: set(names) for rule, names in said.items()} == FLAWS
    assert {level for names in said.values() for level in names.values()} == {"mandatory"}
    assert not EXEMPT & {name for names in said.values() for name in names}
    for rule in FLAWS:
        told = text[text.index(f"[{rule}]") :].split("\n\n")[0].splitlines()
        assert told[1].strip().startswith("fix: "), told

    stopped = flawed.pulumi("up", "--yes", "--non-interactive", "--policy-pack", PACK).failed().text
    assert set(found(stopped)) == set(FLAWS)
    assert flawed.ids() == {}, "nothing was created"


def test_the_same_stack_without_the_flaws_passes_them_all_and_is_created(flawed: Workspace) -> None:
    flawed.config("mend", "true")
    assert found(flawed.preview("--policy-pack", PACK).text) == {}
    flawed.up().ok()
    assert EXEMPT - {"apart"} <= set(flawed.ids())
    # After the update the ids are known: the same verdicts, by value instead of by reference.
    assert found(flawed.preview("--policy-pack", PACK).text) == {}
