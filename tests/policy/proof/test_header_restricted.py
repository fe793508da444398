"""A secondary record that leads past the CDN is a way in only when the load balancers let clients in without it."""

from typing import Any

import pytest
from ha_policy.proof.proof import Proof

from tests.policy.proof.stacks import UNKNOWN, Cell, Ref, Stack, rows

HEADER = {"httpHeader": {"httpHeaderName": "X-Origin-Secret", "values": ["s"]}}
PROBE = {"pathPattern": {"values": ["/health"]}}
FORWARD = "forward"


def site(default: str, rules: list[Any]) -> Stack:
    """A name that answers with a CDN, else with the load balancer behind it. rules: conditions of forwarding rules."""
    stack = Stack()
    cell = Cell(stack, "us-west-2", "usw2")
    listener = stack.find("usw2-http")
    listener["inputs"]["defaultActions"] = [{"type": default}]
    stack.find("usw2-target")["inputs"]["healthCheck"] = {"path": "/health"}
    for number, conditions in enumerate(rules):
        stack.add(
            "aws:lb/listenerRule:ListenerRule", f"rule-{number}", listenerArn=Ref(listener["urn"]),
            conditions=conditions, actions=[{"type": FORWARD, "targetGroupArn": Ref(stack.find("usw2-target")["urn"])}],
        )  # fmt: skip
    cdn = stack.add(
        "aws:cloudfront/distribution:Distribution", "cdn", origins=[{"originId": "lb", "domainName": cell.lb}],
        defaultCacheBehavior={"targetOriginId": "lb", "allowedMethods": ["GET", "HEAD"]},
    )  # fmt: skip
    check = stack.add("aws:route53/healthCheck:HealthCheck", "check", type="HTTPS")
    stack.add(
        "aws:route53/record:Record", "origins", name="origin.shop.example.com", type="A", zoneId="Z1",
        aliases=[{"name": cell.lb, "zoneId": cell.lb, "evaluateTargetHealth": True}],
    )  # fmt: skip
    stack.add(
        "aws:route53/record:Record", "first", name="shop.example.com", type="A", zoneId="Z1", setIdentifier="cdn",
        aliases=[{"name": cdn, "zoneId": cdn, "evaluateTargetHealth": False}], healthCheckId=check,
        failoverRoutingPolicies=[{"type": "PRIMARY"}],
    )  # fmt: skip
    stack.add(
        "aws:route53/record:Record", "second", name="shop.example.com", type="A", zoneId="Z1", setIdentifier="lb",
        aliases=[{"name": "origin.shop.example.com", "zoneId": "Z1", "evaluateTargetHealth": True}],
        failoverRoutingPolicies=[{"type": "SECONDARY"}],
    )  # fmt: skip
    return stack


def without_cdn(stack: Stack) -> str:
    """The verdict for the site when CloudFront is lost."""
    proof = Proof(stack.graph)
    (entry,) = [e for e in proof.entry_points if e.name == "shop.example.com"]
    (row,) = [r for r in rows(proof) if r.failure.kind not in ("zone", "region") and "cdn" in r.failure.name]
    return row.outcomes[proof.entry_points.index(entry)].verdict


@pytest.mark.parametrize(
    ("default", "rules"),
    [(FORWARD, []), (FORWARD, [[HEADER]]), ("fixed-response", [[HEADER], [{"pathPattern": {"values": ["/*"]}}]])],
)
def test_load_balancers_that_let_everybody_in_serve_when_the_cdn_is_lost(default: str, rules: list[Any]) -> None:
    assert without_cdn(site(default, rules)) == "serves"


@pytest.mark.parametrize(
    "rules", [[[HEADER]], [[HEADER], [PROBE]], [UNKNOWN, [PROBE]], [[HEADER, {"pathPattern": {"values": ["/cart"]}}]]]
)
def test_load_balancers_that_ask_for_the_cdns_header_are_no_way_in(rules: list[Any]) -> None:
    assert without_cdn(site("fixed-response", rules)) == "down"
