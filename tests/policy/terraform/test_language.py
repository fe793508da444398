"""Findings about a plan speak Terraform's language: addresses, types and attributes, in every text that a rule has."""

import re

import pytest
from ha_policy.check.sarif import sarif
from ha_policy.check.text import text
from ha_policy.check.verdict import Asked, verdict
from ha_policy.graph import Graph
from ha_policy.inputs import read
from ha_policy.proof.fixes import FIXES
from ha_policy.proof.judge import judge
from ha_policy.proof.report.document import document
from ha_policy.rule import RULES
from ha_policy.terraform.language import VALUES, said

from tests.policy.terraform.test_references import FOLDER, plan

PULUMI = re.compile(
    r"(?<![\w.\"'\[/:-])(?:[a-z]+\.)*[a-z]{2,}[A-Z][a-z]\w*|\bPulumi\b|\bprotect\b(?! )|(?<!\w)[a-z0-9]+/[a-z]+[A-Z]\w+"
)
"""Names of properties, types and options as Pulumi spells them."""
ABOUT_PULUMI = {"replace-before-delete"}
"""Rules that do not apply to Terraform."""


def left(said_: str) -> list[str]:
    return [m for m in PULUMI.findall(said_) if m not in VALUES]


@pytest.mark.parametrize("name", sorted(RULES.keys() - ABOUT_PULUMI))
def test_the_texts_of_a_rule_name_no_property_of_pulumi(name: str) -> None:
    rule = RULES[name]
    texts = [said(t, rule.kinds) for t in (rule.title, rule.reason, rule.fix)]
    assert [left(t) for t in texts] == [[], [], []], texts


@pytest.mark.parametrize("name", sorted(FIXES))
def test_the_fixes_of_the_simulation_name_no_property_of_pulumi(name: str) -> None:
    assert left(said(FIXES[name])) == []


@pytest.mark.parametrize(
    ("text_", "kinds", "wanted"),
    [
        ("set multiAz", ("rds/instance",), "set multi_az"),
        ("subnets of vpcZoneIdentifiers", ("autoscaling/group",), "subnets of vpc_zone_identifier"),
        ("listeners of lb/loadBalancer web", (), "listeners of aws_lb web"),
        ("path networkConfiguration.assignPublicIp is on", (), "path network_configuration.assign_public_ip is on"),
        (
            'which aws_lb.myOwn["keyOfMine"] of module.someName',
            (),
            'which aws_lb.myOwn["keyOfMine"] of module.someName',
        ),
        ("notBreaching is right; CloudFront", (), "notBreaching is right; CloudFront"),
        ("set the resource option protect", (), "set lifecycle.prevent_destroy"),
        ("subnetId of a is not known before deployment", (), "subnet_id of a is known after apply only"),
    ],
)
def test_a_text_keeps_addresses_and_values(text_: str, kinds: tuple[str, ...], wanted: str) -> None:
    assert said(text_, kinds) == wanted


def test_no_output_about_a_plan_has_a_name_of_pulumi() -> None:
    graph = Graph(read(plan(), source=FOLDER).nodes)
    judged = judge(graph)
    made = verdict(judged, [], Asked())
    assert {f["rule"] for f in made["findings"]} > {"nat-own-az", "stateful-protected"} - {"stateful-protected"}
    assert left(text(made)) == []
    report = document(judged.proof, rules=judged.answers)
    said_ = [note for f in report["rules"]["findings"] for note in (*f["notes"], f["fix"], f["title"])]
    assert [left(s) for s in said_] == [[]] * len(said_)
    assert [r for r in sarif(made, "plan.json")["runs"][0]["tool"]["driver"]["rules"] if left(str(r["help"]))] == []
