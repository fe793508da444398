"""The pack through the real engine: previews of stacks that do not exist yet, updates, exported states."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offline.engine.places import TREE
from offline.engine.setup import Ready
from tests.engine.conftest import ready as _ready
from tests.engine.workspace import Result, Workspace

pytestmark = pytest.mark.engine
ready = _ready
HERE = Path(__file__).parent
PACK = ("--policy-pack", str(TREE / "policy"))
SUBNETS = {"subnet-01": "us-west-2a", "subnet-02": "us-west-2b"}
# Rules about things that a small stack has none of (alarms, backups, a subscriber for its topic), and about its size.
SMALL = dict.fromkeys(("alarms-per-tier", "backup-coverage", "standby-has-data", "quota-default"), "disabled")


@pytest.fixture
def broken(ready: Ready, tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(ready, tmp_path, HERE / "programs" / "broken.py")
    made.create()
    made.config("aws:region", "us-west-2")
    yield made
    made.stop()


@pytest.fixture
def small(ready: Ready, tmp_path: Path) -> Iterator[Workspace]:
    """One queue that has no dead-letter queue."""
    program = tmp_path / "program.py"
    program.write_text('import pulumi_aws as aws\n\naws.sqs.Queue("lonely")\n')
    made = Workspace(ready, tmp_path, program)
    made.create()
    made.config("aws:region", "us-west-2")
    yield made
    made.stop()


@pytest.fixture
def unusual(ready: Ready, tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(ready, tmp_path, HERE / "programs" / "unusual.py")
    made.create()
    made.config("aws:region", "us-west-2")
    yield made
    made.stop()


def settings(folder: Path, **more: object) -> tuple[str, str]:
    """The option for a configuration file."""
    file = folder / "policy-config.json"
    file.write_text(json.dumps({"ha": {"rules": SMALL, "zones": SUBNETS, **more}}))
    return "--policy-pack-config", str(file)


def found(text: str, level: str = "mandatory") -> set[tuple[str, str]]:
    """Rule and resource of each violation in the engine's own output."""
    said: set[tuple[str, str]] = set()
    current = ""
    for line in text.splitlines():
        if header := re.match(r"\s*- \[(\w+)\]", line):
            current = header[1]
        elif (finding := re.match(r"\s*\[([a-z0-9-]+)\] \S+ (\S+?):", line)) and current == level:
            said.add((finding[1], finding[2]))
    return said


GRAPH = {
    ("nat-own-az", "subnet-1"),
    ("nat-route-table-not-shared", "table"),
    ("nat-count", "vpc"),
    ("asg-multi-az", "servers"),
    ("asg-elb-health-check", "servers"),
    ("target-group-spans-az", "group"),
    ("spof-path", "balancer"),
    ("cluster-two-members", "cluster"),
    ("rds-multi-az", "lone"),
    ("db-backup-retention", "lone"),
}
ADVICE = {("sqs-redrive-target", "queue"), ("alarm-reaches-someone", "topic")}
"""Of rules whose severity stops no preview."""


def test_graph_rules_stop_the_preview_of_a_stack_that_does_not_exist_yet(broken: Workspace) -> None:
    text = broken.preview(*PACK, *settings(broken.folder)).failed().text
    assert found(text) >= GRAPH, GRAPH - found(text)
    assert found(text, "advisory") >= ADVICE, ADVICE - found(text, "advisory")
    assert not {r for r, _ in found(text)} & {"lb-distinct-az", "vpc-subnets-multi-az", "subnet-group-distinct-az"}
    assert "cannot tell" not in text
    assert "can't run policy" not in text


def test_the_same_is_found_in_the_exported_state(broken: Workspace) -> None:
    broken.up().ok()
    file = broken.folder / "state.json"
    file.write_text(broken.pulumi("stack", "export").ok().text)
    answer = broken.pulumi("policy", "analyze", "--file", str(file), *PACK, *settings(broken.folder)).failed()
    assert found(answer.text) >= GRAPH, GRAPH - found(answer.text)
    assert found(answer.text, "advisory") >= ADVICE, ADVICE - found(answer.text, "advisory")


def test_a_stack_that_is_right_in_unusual_ways_has_no_finding(unusual: Workspace) -> None:
    answer = unusual.preview(*PACK, *settings(unusual.folder))
    assert found(answer.text) == set(), answer.text
    assert answer.code == 0, answer.text
    assert "cannot tell" not in answer.text
    advice = found(answer.text, "advisory")
    assert advice == {("asg-multi-az", "batch"), ("asg-instance-types", "batch")}, (
        answer.text
    )  # the exemptions in force


def test_two_subnets_of_another_vpc_are_in_two_zones_whichever_these_are(unusual: Workspace) -> None:
    """Elastic Load Balancing takes one subnet per zone."""
    text = unusual.preview(*PACK, *settings(unusual.folder, zones={})).ok().text
    assert "cannot tell" not in text
    assert ("lb-distinct-az", "theirs") not in found(text) | found(text, "advisory")


# What the user wrote under "ha", and what the CLI or the pack answers.
MISTAKES: dict[str, tuple[Any, str]] = {
    "preset": ({"preset": "strict"}, 'must be one of the following: "baseline", "production", "regulated"'),
    "setting": ({"Preset": "baseline"}, "configuration: Preset: no such setting; valid settings: preset, cannotTell"),
    "rule": ({"rules": {"lb-distict-az": "advisory"}}, "lb-distict-az is not allowed"),
    "level": ({"rules": {"lb-distinct-az": "loud"}}, 'must be one of the following: "mandatory", "advisory"'),
    "parameter": ({"rules": {"lb-distinct-az": {"minZones": 1}}}, "minZones: Must be greater than or equal to 2"),
    "type": ({"rules": {"lb-distinct-az": {"minZones": "3"}}}, "Expected: integer, given: string"),
    "exemption": ({"exemptions": [{"rule": "nat-count", "resource": "x"}]}, "exemptions.0: reason is required"),
    "day": (
        {"exemptions": [{"rule": "nat-count", "resource": "x", "reason": "y", "until": "2027-13-45"}]},
        "exemptions[0].until='2027-13-45': must be a date, YYYY-MM-DD",
    ),
    "zones": ({"zones": {"subnet-1": 1}}, "zones.subnet-1: Invalid type. Expected: string"),
}


ANSWERED_BY_EACH = {"rule", "setting", "day"}
"""One mistake that the CLI finds by the pack's schema, and those that only the pack itself finds."""


@pytest.mark.parametrize(
    "mistake",
    [pytest.param(name, marks=[] if name in ANSWERED_BY_EACH else [pytest.mark.exhaustive]) for name in MISTAKES],
)
def test_a_mistake_in_the_configuration_stops_the_preview_and_is_named(small: Workspace, mistake: str) -> None:
    given, says = MISTAKES[mistake]
    file = small.folder / "wrong.json"
    file.write_text(json.dumps({"ha": given}))
    assert says in small.preview(*PACK, "--policy-pack-config", str(file)).failed().text


def test_exemptions_by_configuration_are_listed_end_and_are_reported_when_they_cover_nothing(small: Workspace) -> None:
    def told(**more: str) -> Result:
        entry = {"rule": "sqs-dlq", "resource": "lo*", "reason": "by design", **more}
        rules = {"dlq-alarmed": "disabled", "alarms-per-tier": "disabled"}
        return small.preview(*PACK, *settings(small.folder, rules=rules, exemptions=[entry]))

    assert ("sqs-dlq", "lonely") in found(told(resource="other").failed().text)
    text = told(until="2999-12-31").ok().text
    assert ("sqs-dlq", "lonely") in found(text, "advisory")
    assert "exempt until 2999-12-31" in text
    assert "by design" in text
    assert "ended on 2020-01-01" in told(until="2020-01-01").failed().text
    assert "unused exemption" in told(rule="nat-count").failed().text


def test_settings_for_the_wrong_policy_are_not_lost_silently(small: Workspace) -> None:
    file = small.folder / "wrong.json"
    file.write_text(json.dumps({"ha-advice": {"preset": "regulated"}}))
    text = small.preview(*PACK, "--policy-pack-config", str(file)).failed().text
    assert "configuration: ha-advice.preset: no such setting; put it under ha: ha.preset" in text
