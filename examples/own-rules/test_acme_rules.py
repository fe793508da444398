"""Our rules on stacks as the engine gives them to a policy pack, without engine and provider: run it with pytest."""

import acme_rules  # registers its rules
from ha_policy.testing import UNKNOWN, Resource, Stack, Verdict

assert acme_rules


def group(stack: Stack, *zones: str, **more: object) -> Resource:
    subnets = [stack.add("ec2/subnet", f"private-{z}", availabilityZone=z) for z in zones]
    return stack.add("autoscaling/group", "web", {"vpcZoneIdentifiers": subnets, "maxSize": 6, **more})


def test_three_zones_pass_and_two_do_not() -> None:
    good, bad = Stack(), Stack()
    group(good, "us-west-2a", "us-west-2b", "us-west-2c")
    group(bad, "us-west-2a", "us-west-2b")
    assert good.verdict("acme-three-zones", "web") is Verdict.PASS
    verdict, notes = bad.verdicts("acme-three-zones")["web"]
    assert verdict is Verdict.VIOLATION
    assert notes == ("it runs in us-west-2a, us-west-2b only",)


def test_two_zones_pass_if_the_configuration_says_so() -> None:
    stack = Stack()
    group(stack, "us-west-2a", "us-west-2b")
    assert stack.verdict("acme-three-zones", "web", minZones=2) is Verdict.PASS


def test_a_single_server_is_not_judged() -> None:
    stack = Stack()
    group(stack, "us-west-2a", maxSize=1)
    assert stack.verdict("acme-three-zones", "web") is Verdict.NOT_APPLICABLE


def test_unknown_subnets_are_no_pass() -> None:
    stack = Stack()
    group(stack, vpcZoneIdentifiers=UNKNOWN)
    assert stack.verdict("acme-three-zones", "web") is Verdict.CANNOT_TELL
