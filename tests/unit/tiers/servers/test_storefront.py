"""The web tier: over all zones, sized for the loss of one, reachable only by its load balancer."""

from typing import Any

import pytest

from tests.unit.tiers.servers.storefront import IN, OUT, ZONES, args, web


def test_servers_are_reached_from_the_load_balancer_alone_by_group_not_by_range() -> None:
    graph = web()
    [edge] = [r for r in graph.of(IN) if "usw2-web-servers" in {g.name for g in graph.referred(r, "securityGroupId")}]
    assert [g.name for g in graph.referred(edge, "referencedSecurityGroupId")] == ["usw2-web-alb"]
    assert (edge.inputs["fromPort"], edge.inputs["toPort"]) == (8080, 8080)
    [out] = graph.of(OUT)
    assert [g.name for g in graph.referred(out, "securityGroupId")] == ["usw2-web-alb"]
    assert [g.name for g in graph.referred(out, "referencedSecurityGroupId")] == ["usw2-web-servers"]
    assert not any("ingress" in g.inputs for g in graph.of("aws:ec2/securityGroup:SecurityGroup"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"zones": ZONES[:1]}, "load balancer and servers need the same zones, at least 2"),
        ({"public_subnet_ids": {"us-west-2a": "s", "us-west-2d": "s"}}, "need the same zones"),
        ({"instance_types": ("m7g.large",)}, "give at least two"),
    ],
)
def test_a_configuration_that_would_not_survive_a_failure_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        args(**changes)
