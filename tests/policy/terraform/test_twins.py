"""The same architecture with the same mistakes, as a plan of Terraform and as a preview of Pulumi, is judged alike."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ha_policy.check.verdict import Asked, verdict
from ha_policy.proof.inputs import Input, joined
from ha_policy.proof.judge import judge
from ha_policy.terraform.types import terraform_type

from tests.support.some import some
from tests.support.terraform_plans import PLANS

TWINS = PLANS / "twins"
RESOURCES = 79
MISTAKES = (
    "asg-elb-health-check", "asg-min-size", "asg-multi-az", "db-backup-retention", "ddb-pitr", "lb-distinct-az",
    "lb-min-targets", "nat-count", "nat-own-az", "rds-multi-az", "sqs-dlq",
    "subnet-group-distinct-az", "target-group-spans-az",
)  # fmt: skip
"""The rules that find what the two programs do wrong, as their comments say."""
PULUMIS = {"replace-before-delete"}
"""Rules about options that Terraform does not have: they find nothing there, and pass nothing."""
ADDRESS = re.compile(r"(?:module\.(?P<region>\w+)\.)?\w+\.(?P<role>\w+)(?:\[(?P<index>\d+)\])?")


@cache
def judged(file: str, *sources: Path) -> dict[str, Any]:
    """What `resilience check --format json` says."""
    content = json.loads((TWINS / file).read_text(encoding="utf-8"))
    graph, notes, _ = joined([Input(file, content)], None, [str(s) for s in sources])
    return verdict(judge(graph), notes, Asked(frozenset({"mandatory"})))


def short(name: str) -> str:
    """``module.east.aws_subnet.public[0]`` as Pulumi's program calls it: ``east-public-0``."""
    match = ADDRESS.fullmatch(name)
    return "-".join(part for part in match.groups() if part) if match else name


def findings(made: dict[str, Any]) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Verdict and level by rule, Terraform's type and resource."""
    return {
        (f["rule"], terraform_type(f["kind"]) or f["kind"], short(f["name"])): (f["verdict"], f["level"])
        for f in made["findings"]
    }


def losses(made: dict[str, Any]) -> dict[tuple[str, str], tuple[str, float]]:
    """Verdict and capacity by entry point and kind of the loss."""
    return {(short(v["entry_point"]), v["loss"]): (v["verdict"], v["capacity"]) for v in made["verdicts"]}


def test_the_twins_are_as_large_as_each_other() -> None:
    preview = json.loads((TWINS / "preview.json").read_text(encoding="utf-8"))
    plan = json.loads((TWINS / "plan.json").read_text(encoding="utf-8"))
    managed = [r for r in plan["resource_changes"] if r["mode"] == "managed"]
    ours = [s for s in preview["steps"] if s["newState"]["type"].startswith("aws:")]
    assert (len(managed), len(ours)) == (RESOURCES - 3, RESOURCES - 3), "two providers and the stack are not resources"


def test_both_have_the_mistakes_that_were_made_in_them() -> None:
    for made in some((judged("preview.json"), judged("plan.json", TWINS))):
        found = {f["rule"] for f in made["findings"] if f["verdict"] == "violation" and f["level"] == "mandatory"}
        assert set(MISTAKES) <= found


def test_with_its_configuration_the_plan_gets_the_verdicts_of_the_preview_rule_by_rule() -> None:
    pulumi, terraform = judged("preview.json"), judged("plan.json", TWINS)
    assert findings(terraform) == findings(pulumi)
    passed = {rule: count for rule, count in pulumi["passed_rules"].items() if rule not in PULUMIS}
    assert terraform["passed_rules"] == passed
    assert losses(terraform) == losses(pulumi)


def test_without_it_a_verdict_may_only_become_cannot_tell() -> None:
    known, alone = findings(judged("plan.json", TWINS)), findings(judged("plan.json"))
    for key in some({k for k in known.keys() | alone.keys() if known.get(k) != alone.get(k)}):
        assert alone[key][0] == "cannot tell", key


@pytest.mark.parametrize("file", ["preview.json", "plan.json"])
def test_a_recording_does_not_tell_of_the_machine(file: str) -> None:
    text = (TWINS / file).read_text(encoding="utf-8")
    assert not re.search(r"/(root|home|tmp|work)/", text)


def test_a_default_of_the_provider_is_not_taken_for_what_the_configuration_says() -> None:
    content = json.loads((TWINS / "plan.json").read_text(encoding="utf-8"))
    rule = "alarm-missing-data"
    for values in some(_objects(content, "treat_missing_data")):
        given = values["treat_missing_data"]
        if isinstance(given, dict):
            del values["treat_missing_data"]  # the expression
        elif given == "breaching":
            values["treat_missing_data"] = "missing"
    graph, _, _ = joined([Input("plan.json", content)], None)
    assert sorted(f.node.name for f in judge(graph).answers.findings if f.rule.id == rule) == [
        f"module.{region}.aws_cloudwatch_metric_alarm.targets" for region in ("east", "west")
    ]


def _objects(value: Any, key: str) -> list[dict[str, Any]]:
    """All objects in a document that have a key."""
    if isinstance(value, list):
        return [found for element in value for found in _objects(element, key)]
    if not isinstance(value, dict):
        return []
    return [*([value] if key in value else []), *(f for each in value.values() for f in _objects(each, key))]
