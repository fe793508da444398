"""What each expression of `plans/references` selects, as Terraform itself would: exactly, or not at all."""

import json
from functools import lru_cache
from typing import Any

import pytest
from ha_policy.graph import Graph, Refs
from ha_policy.inputs import read

from tests.support.terraform_plans import PLANS

FOLDER = PLANS / "references"
SUBNETS = ("ec2/subnet",)
PUBLIC = [f"aws_subnet.public[{i}]" for i in range(3)]
PRIVATE = [f'aws_subnet.private["us-west-2{z}"]' for z in "abc"]


@lru_cache
def plan() -> dict[str, Any]:
    return json.loads((FOLDER / "plan.json").read_text(encoding="utf-8"))


@lru_cache
def graph() -> Graph:
    return Graph(read(plan()).nodes)


def refs(made: Graph, address: str, path: str, *kinds: str) -> Refs:
    node = next(n for n in made.nodes if n.name == address)
    return made.refs(node, path, *kinds)


def names(found: Refs) -> list[str]:
    return [n.name for n in found.nodes]


@pytest.mark.parametrize(
    ("address", "path", "wanted"),
    [
        ("aws_lb.by_list", "subnets", PUBLIC[:2]),
        ("aws_lb.by_mapping", "subnetMappings.subnetId", PUBLIC[:2]),
        *((f"aws_nat_gateway.by_count[{i}]", "subnetId", [PUBLIC[i]]) for i in range(3)),
    ],
)
def test_a_plan_alone_says_which_instances_are_named_one_by_one(address: str, path: str, wanted: list[str]) -> None:
    found = refs(graph(), address, path, *SUBNETS)
    assert (names(found), found.missing) == (wanted, ())


@pytest.mark.parametrize(
    ("address", "path", "possible"),
    [
        ("aws_lb.by_splat", "subnets", PUBLIC),
        ("aws_lb.by_slice", "subnets", PUBLIC),
        ("aws_lb.by_condition", "subnets", PUBLIC),
        ("aws_lb.by_filter", "subnets", PRIVATE),
        ("aws_lb.by_local", "subnets", PUBLIC + PRIVATE),
        ("aws_lb.by_dynamic", "subnetMappings.subnetId", PUBLIC + PRIVATE),
        ("aws_lb.by_output", "subnets", PUBLIC + PRIVATE),
        ("aws_lb.by_element_of_output", "subnets", PUBLIC + PRIVATE),
        ("aws_instance.by_element[3]", "subnetId", PUBLIC),
        ('aws_instance.by_key["us-west-2a"]', "subnetId", PRIVATE),
        ("aws_route_table_association.by_count[0]", "subnetId", PRIVATE),
        ('module.service["a"].aws_ecs_service.this', "networkConfiguration.subnets", PUBLIC + PRIVATE),
    ],
)
def test_a_plan_alone_does_not_say_which_instances_an_expression_selects(
    address: str, path: str, possible: list[str]
) -> None:
    found = refs(graph(), address, path, *SUBNETS)
    assert names(found) == []
    assert sorted(n.name for n in found.candidates) == sorted(possible)
    assert found.unresolved_here
    assert "--source" in found.missing[0]


def test_routes_of_one_table_keep_their_gateways_apart() -> None:
    assert names(refs(graph(), "aws_route_table.by_condition[1]", "routes.gatewayId", "ec2/internetGateway")) == [
        "aws_internet_gateway.main"
    ]
    found = refs(graph(), "aws_route_table.by_condition[1]", "routes.natGatewayId", "ec2/natGateway")
    assert len(found.candidates) == 3


def test_what_only_the_provider_computes_is_not_set() -> None:
    node = next(n for n in graph().nodes if n.name == "aws_lb.by_list")
    assert node.get("securityGroups") is None
    assert node.get("arn") is None
