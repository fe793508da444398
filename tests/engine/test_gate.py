"""The project's own pack at the engine's gate: each of the first rules stops a preview, and what it exempts passes."""

import json
import re
from pathlib import Path

import pytest

from offline.engine.places import TREE
from offline.engine.setup import Ready
from tests.engine.workspace import Workspace

PACK = str(TREE / "policy")
PROGRAMS = Path(__file__).parent / "programs"
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
    made = Workspace(ready, tmp_path, PROGRAMS / "flawed.py")
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


APART = """
import pulumi_aws as aws
aws.ecs.Service("web", desired_count=2, network_configuration={"subnets": ["subnet-0aa", "subnet-0bb"]})
"""


def test_the_setting_with_is_relative_to_its_file_wherever_the_command_runs(ready: Ready, tmp_path: Path) -> None:
    made = Workspace(ready, tmp_path, PROGRAMS / "flawed.py")
    made.create()
    (made.folder / "__main__.py").write_text(APART)
    subnets = [
        {
            "urn": f"urn:pulumi:prod::network::aws:ec2/subnet:Subnet::{name}",
            "type": "aws:ec2/subnet:Subnet",
            "custom": True,
            "id": f"subnet-0{name}",
            "outputs": {"id": f"subnet-0{name}", "availabilityZone": "us-west-2a"},
        }
        for name in ("aa", "bb")
    ]
    settings = tmp_path / "settings"
    (settings / "states").mkdir(parents=True)
    (settings / "states" / "network.json").write_text(json.dumps({"version": 3, "deployment": {"resources": subnets}}))
    (settings / "ha.json").write_text(json.dumps({"ha": {"with": ["states/network.json"]}}))
    text = made.preview("--policy-pack", PACK, "--policy-pack-config", str(settings / "ha.json")).failed().text
    assert re.search(r"\[ecs-multi-az\] ecs/service \S*web: its tasks are in us-west-2a", text), text
