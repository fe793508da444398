from typing import Any

import pytest

from components.tiers.edge.arc import RoutingControls, RoutingControlsArgs
from tests.support.graph import Graph, deploy


def controls(**changes: Any) -> Graph:
    given: dict[str, Any] = {"regions": ("us-west-2", "us-east-1"), "tags": {"Project": "ha-aws"}, **changes}
    return deploy(lambda: RoutingControls("arc", RoutingControlsArgs(**given)))


def test_every_region_has_a_routing_control_on_the_same_control_panel() -> None:
    graph = controls()
    made = graph.of("aws:route53recoverycontrol/routingControl:RoutingControl")
    assert {n.name: n.inputs["name"] for n in made} == {
        "arc-us-west-2": "dev-arc-us-west-2",
        "arc-us-east-1": "dev-arc-us-east-1",
    }
    for node in made:
        assert [n.name for n in graph.referred(node, "controlPanelArn")] == ["arc-panel"]
        assert [n.name for n in graph.referred(node, "clusterArn")] == ["arc-cluster"]


def test_a_safety_rule_keeps_one_region_on() -> None:
    graph = controls()
    rule = graph.one("aws:route53recoverycontrol/safetyRule:SafetyRule", "arc-not-none")
    assert rule.inputs["ruleConfig"] == {"type": "ATLEAST", "threshold": 1, "inverted": False}
    assert rule.inputs["waitPeriodMs"] == 5000
    assert {n.name for n in graph.referred(rule, "assertedControls")} == {"arc-us-west-2", "arc-us-east-1"}
    assert "gatingControls" not in rule.inputs, "an assertion rule has none"


def test_one_region_has_nowhere_else_to_send_traffic() -> None:
    with pytest.raises(ValueError, match="traffic can only be sent elsewhere; give 2 or more"):
        controls(regions=("us-west-2", "us-west-2"))
