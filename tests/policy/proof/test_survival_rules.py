"""The mandatory rules say which entry point goes down with which zone or Region, along which path, and what to do."""

from typing import Any

import pytest
from ha_policy import testing
from ha_policy.config import load
from ha_policy.evaluate import Verdict, evaluate
from ha_policy.proof import fixes
from ha_policy.rule import RULES, Level

from tests.policy.proof.stacks import UNKNOWN, Stack
from tests.policy.proof.test_simulation import shop, world

IDS = ("survives-az-loss", "survives-region-loss", "declared-paths-hold")


def findings(stack: Stack, config: dict[str, Any] | None = None) -> list[tuple[str, Verdict, str]]:
    report = evaluate(stack.graph, load(config or {}), rules=[RULES[i] for i in IDS])
    return [(f.rule.id, f.verdict, "; ".join(f.notes)) for f in report.findings]


def test_the_rules_are_registered_and_mandatory_in_every_preset() -> None:
    for name in IDS:
        assert set(RULES[name].levels.values()) == {Level.MANDATORY}


def test_sound_stacks_have_no_finding() -> None:
    assert findings(shop()) == []
    assert findings(world()) == []


def test_a_shared_nat_gateway_is_named_with_its_zone_path_and_fix() -> None:
    ((name, verdict, note),) = findings(shop(shared_nat=True))
    assert (name, verdict) == ("survives-az-loss", Verdict.VIOLATION)
    two = "2 \N{MULTIPLICATION SIGN} instance in us-west-2"
    assert note == (
        "load-balancer usw2-lb goes down when Availability Zone us-west-2a is lost: usw2-lb -> usw2-web -> 6 of 6: "
        f"{two}a, {two}b, {two}c -> usw2-nat-a; "
        "give each zone its own NAT gateway and its private subnets a route to it, or use a regional NAT gateway"
    )


def test_a_single_az_database_violates_although_nobody_can_tell_its_zone() -> None:
    ((name, verdict, note),) = findings(shop(multi_az=False))
    assert (name, verdict) == ("survives-az-loss", Verdict.VIOLATION)
    assert "the Availability Zone of usw2-db is lost (one zone; which one is not known)" in note
    assert "set multiAz" in note


def test_a_standby_that_depends_on_the_lost_region_is_a_violation() -> None:
    ((name, _, note),) = findings(world(replica=None))
    assert name == "survives-region-loss"
    assert "goes down when Region us-west-2 is lost" in note
    assert "usw2-carts" in note
    assert fixes.FIXES["service"] in note


def test_one_region_is_not_asked_for_another() -> None:
    report = evaluate(shop().graph, load({}), rules=[RULES["survives-region-loss"]])
    assert report.counts[Verdict.NOT_APPLICABLE] == sum(report.counts.values()) > 0


def test_an_entry_point_that_cannot_be_traced_is_cannot_tell() -> None:
    stack = shop()
    stack.find("usw2-web")["propertyDependencies"]["vpcZoneIdentifiers"] = []
    ((name, verdict, note),) = findings(stack)
    assert (name, verdict) == ("survives-az-loss", Verdict.CANNOT_TELL) or "not known before deployment" in note


def test_less_capacity_than_asked_for_violates() -> None:
    asked = {"rules": {"survives-az-loss": {"minimum-capacity": 80}}}
    names = [f[0] for f in findings(shop(), asked)]
    assert names == ["survives-az-loss"]


def test_a_contradicted_declaration_is_a_finding_at_the_caller() -> None:
    stack = shop()
    urns = [stack.find("usw2-db")["urn"], stack.find("usw2-web")["urn"]]
    shop_ = {"urn": "urn:pulumi:dev::shop::ha:arch:Shop::shop", "type": "ha:arch:Shop", "outputs": {}}
    stack.resources.append(shop_)
    assert findings(stack) == []
    shop_["outputs"] = {"requestPaths": [{"entry": "back", "path": urns}]}
    ((name, verdict, note),) = findings(stack)
    assert (name, verdict) == ("declared-paths-hold", Verdict.VIOLATION)
    assert "no rule lets the first open connections to the second" in note
    shop_["outputs"] = {"requestPaths": [{"entry": "back", "path": [UNKNOWN, urns[0]]}]}
    ((name, verdict, note),) = findings(stack)
    assert (name, verdict) == ("declared-paths-hold", Verdict.CANNOT_TELL)
    shop_["outputs"] = {"requestPaths": "nonsense"}
    ((name, verdict, note),) = findings(stack)
    assert verdict == Verdict.VIOLATION


@pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])
def test_a_zone_that_is_not_known_is_a_doubt_only_about_what_is_in_it(deployed: bool) -> None:
    stack = testing.Stack(deployed=deployed)
    vpc = stack.add("ec2/vpc", "vpc")
    known = [stack.add("ec2/subnet", z, vpcId=vpc, availabilityZone=f"us-west-2{z}") for z in "ab"]
    dark = [stack.add("ec2/subnet", "x", vpcId=vpc, availabilityZone=testing.UNKNOWN)]
    for name, subnets in (("known", known), ("dark", dark)):
        balancer = stack.add("lb/loadBalancer", name, subnets=subnets)
        targets = stack.add("lb/targetGroup", f"{name}-targets", vpcId=vpc)
        forward = {"type": "forward", "targetGroupArn": targets["arn"]}
        stack.add("lb/listener", f"{name}-in", loadBalancerArn=balancer["arn"], defaultActions=[forward])
        stack.add(
            "autoscaling/group", f"{name}-servers", minSize=4, vpcZoneIdentifiers=subnets,
            targetGroupArns=[targets["arn"]],
        )  # fmt: skip
    assert stack.verdict("survives-az-loss", "known") == Verdict.PASS
    assert stack.verdict("survives-az-loss", "dark") == Verdict.VIOLATION
