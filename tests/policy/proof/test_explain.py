"""`resilience explain`: a rule's reason and references, a resource's findings, how to exempt it."""

import json
from pathlib import Path

import pytest
from ha_policy.proof.cli import main
from ha_policy.rule import RULES
from ha_policy.testing import Stack


def test_says_why_how_to_fix_and_where_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "nat-own-az"]) == 0
    said = capsys.readouterr().out
    rule = RULES["nat-own-az"]
    for part in (rule.title, rule.reason, rule.fix, *rule.references, "production mandatory"):
        assert part in said


def test_says_what_was_found_about_a_resource_and_how_to_exempt_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = Stack(deployed=True)
    a = stack.add("ec2/subnet", "a", availabilityZone="us-west-2a")
    b = stack.add("ec2/subnet", "b", availabilityZone="us-west-2b")
    stack.add("lb/loadBalancer", "web", subnets=[a])
    stack.add("lb/loadBalancer", "api", subnets=[a, b])
    state = tmp_path / "state.json"
    state.write_text(json.dumps(stack.state()))

    assert main(["explain", "lb-distinct-az", "web", "--stack", str(state)]) == 0
    said = capsys.readouterr().out
    assert "lb/loadBalancer web: violation, mandatory\n  its subnets are in us-west-2a" in said
    assert '"ha:exempt:lb-distinct-az"' in said
    assert '"resource": "web"' in said

    assert main(["explain", "lb-distinct-az", "--stack", str(state)]) == 0
    assert "api: nothing is found" in capsys.readouterr().out

    assert main(["explain", "lb-distinct-az", "wep", "--stack", str(state)]) == 2
    assert "did you mean web?" in capsys.readouterr().err


def test_lists_all_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == sorted(RULES)
    assert "nat-own-az: " in "\n".join(lines)


def test_a_rule_that_does_not_exist_is_a_mistake_with_what_is_similar(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "lb-distinct"]) == 2
    assert "no such rule; did you mean lb-distinct-az" in capsys.readouterr().err
