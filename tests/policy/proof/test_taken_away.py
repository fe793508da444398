"""Green is earned: whatever is taken away from a stack that fails, it never passes, but for reasons checked by hand."""

import copy
from collections.abc import Iterator

import pytest
from ha_policy.proof.proof import Proof
from ha_policy.proof.report.result import result

from tests.policy.proof.stacks import UNKNOWN, Stack
from tests.policy.proof.test_simulation import shop
from tests.support.some import some

FAILING = {
    "a NAT gateway for all zones": shop(shared_nat=True),
    "servers in one zone": shop(server_zones="a"),
    "a database in one zone": shop(multi_az=False),
    "a cache without failover": shop(failover=False),
}
NO_ROUTE = "without a route to a NAT gateway the servers of that subnet need none"
NO_CALL = "without this rule the servers cannot reach the data, so they do not need it"
ITSELF = "it is what made the stack fail"
ALLOWED = {
    ("a NAT gateway for all zones", "usw2-private-b", "aws:ec2/route:Route"): NO_ROUTE,
    ("a NAT gateway for all zones", "usw2-private-c", "aws:ec2/route:Route"): NO_ROUTE,
    ("a NAT gateway for all zones", "usw2-private-b", "aws:ec2/routeTableAssociation:RouteTableAssociation"): NO_ROUTE,
    ("a NAT gateway for all zones", "usw2-private-c", "aws:ec2/routeTableAssociation:RouteTableAssociation"): NO_ROUTE,
    ("a database in one zone", "usw2-web-data", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"): NO_CALL,
    ("a cache without failover", "usw2-web-data", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"): NO_CALL,
    ("a database in one zone", "usw2-db", "aws:rds/instance:Instance"): ITSELF,
    ("a cache without failover", "usw2-cache", "aws:elasticache/replicationGroup:ReplicationGroup"): ITSELF,
}


def word(stack: Stack) -> str:
    return result(Proof(stack.graph), None)["word"]


def without(stack: Stack) -> Iterator[tuple[str, str, Stack]]:
    """The stack without each of its resources."""
    for gone in stack.resources:
        rest = [copy.deepcopy(r) for r in stack.resources if r is not gone]
        yield gone["urn"].rpartition("::")[2], gone["type"], Stack(resources=rest)


def hidden(stack: Stack) -> Iterator[tuple[str, Stack]]:
    """The stack with each input of each resource unknown: with what it depends on, and with no trace of that."""
    for place, resource in enumerate(stack.resources):
        for key in resource["inputs"]:
            for traced in (True, False):
                made = Stack(resources=copy.deepcopy(stack.resources))
                made.resources[place]["inputs"][key] = UNKNOWN
                if not traced:
                    made.resources[place]["propertyDependencies"][key] = []
                yield f"{key} of {resource['urn']}", made


@pytest.mark.parametrize("name", FAILING)
def test_a_failing_stack_passes_without_a_resource_only_for_a_reason(name: str) -> None:
    assert word(FAILING[name]) == "failed"
    better = {(name, gone, kind) for gone, kind, rest in without(FAILING[name]) if word(rest) == "passed"}
    assert better == {key for key in ALLOWED if key[0] == name}


@pytest.mark.parametrize("name", FAILING)
def test_a_failing_stack_never_passes_because_something_is_unknown(name: str) -> None:
    assert [what for what, stack in hidden(FAILING[name]) if word(stack) == "passed"] == []


def test_a_sound_stack_is_never_better_than_it_is_when_something_is_unknown() -> None:
    """Losing a zone costs it a third of its servers: no unknown value makes that *serves*."""
    for what, stack in some(hidden(shop())):
        proof = Proof(stack.graph)
        for entry in some(proof.entry_points):
            zones = [i for i, f in enumerate(proof.single_failures) if f.kind == "zone"]
            assert zones, what
            verdicts = {proof.matrix.outcome(entry, i).verdict for i in zones}
            assert verdicts & {"degrades", "cannot tell", "down"}, what


def test_without_the_zones_of_its_subnets_a_stack_does_not_pass() -> None:
    stack = shop()
    for resource in stack.resources:
        resource["inputs"].pop("availabilityZone", None)
    assert word(stack) == "cannot tell"
