"""What each expression of `plans/references` selects, as Terraform itself would: exactly, or not at all."""

import copy
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from ha_policy.graph import UNKNOWN, Graph, Refs
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
def graph(source: Path | None = None) -> Graph:
    return Graph(read(plan(), source=source).nodes)


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


def test_blocks_that_are_not_known_are_neither_left_out_nor_taken_for_what_they_may_be() -> None:
    content = copy.deepcopy(plan())
    for change in content["resource_changes"]:
        if change["address"] == 'module.service["a"].aws_ecs_service.this':
            change["change"]["after"].pop("load_balancer")
            change["change"]["after_unknown"]["load_balancer"] = True
    todo = [content["planned_values"]["root_module"]]
    while todo:
        module = todo.pop()
        todo += module.get("child_modules", [])
        for resource in module["resources"]:
            resource["values"].pop("load_balancer", None)
    node = next(n for n in read(content).nodes if n.name == 'module.service["a"].aws_ecs_service.this')
    assert node.raw("loadBalancers") is UNKNOWN
    assert node.traces["loadBalancers"].exact is False


def test_what_only_the_provider_computes_is_not_set() -> None:
    node = next(n for n in graph().nodes if n.name == "aws_lb.by_list")
    assert node.get("securityGroups") is None
    assert node.get("arn") is None


A, B = 'module.service["a"]', 'module.service["b"]'


@pytest.mark.parametrize(
    ("address", "path", "wanted"),
    [
        ("aws_lb.by_list", "subnets", PUBLIC[:2]),
        ("aws_lb.by_splat", "subnets", PUBLIC),
        ("aws_lb.by_slice", "subnets", PUBLIC[:2]),
        ("aws_lb.by_condition", "subnets", PUBLIC[2:]),
        ("aws_lb.by_filter", "subnets", PRIVATE[:2]),
        ("aws_lb.by_local", "subnets", [PUBLIC[0], PRIVATE[1]]),
        ("aws_lb.by_mapping", "subnetMappings.subnetId", PUBLIC[:2]),
        ("aws_lb.by_dynamic", "subnetMappings.subnetId", PUBLIC[1:]),
        ("aws_lb.by_output", "subnets", PRIVATE[:2]),
        ("aws_lb.by_element_of_output", "subnets", [PUBLIC[1], PUBLIC[0]]),
        *((f"aws_instance.by_element[{i}]", "subnetId", [PUBLIC[i % 3]]) for i in range(4)),
        *((f'aws_instance.by_key["us-west-2{z}"]', "subnetId", [PRIVATE[i]]) for i, z in enumerate("abc")),
        ('aws_instance.by_attribute["two"]', "subnetId", PRIVATE[2:]),
        ("aws_route_table_association.by_count[1]", "subnetId", PRIVATE[1:2]),
        (f"{A}.aws_ecs_service.this", "networkConfiguration.subnets", PUBLIC),
        (f"{B}.aws_ecs_service.this", "networkConfiguration.subnets", PRIVATE),
        (f"{A}.aws_instance.first", "subnetId", PUBLIC[:1]),
        (f"{B}.aws_instance.first", "subnetId", PRIVATE[:1]),
    ],
)
def test_the_configuration_says_which_instances_an_expression_selects(
    address: str, path: str, wanted: list[str]
) -> None:
    found = refs(graph(FOLDER), address, path, *SUBNETS)
    assert (names(found), found.missing) == (wanted, ())


def test_a_condition_that_is_known_selects_one_gateway_for_every_table() -> None:
    tables = [n for n in graph(FOLDER).nodes if n.kind == "ec2/routeTable"]
    found = [names(graph(FOLDER).refs(t, "routes.natGatewayId", "ec2/natGateway")) for t in tables]
    assert found == [["aws_nat_gateway.by_count[0]"]] * 3


def test_a_configuration_of_another_version_is_not_taken_for_the_plans(tmp_path: Path) -> None:
    text = (FOLDER / "main.tf").read_text(encoding="utf-8")
    changed = text.replace("subnets = aws_subnet.public[*].id", "subnets = values(aws_subnet.private)[*].id")
    assert changed != text
    (tmp_path / "main.tf").write_text(changed, encoding="utf-8")
    found = read(plan(), source=tmp_path)
    assert names(refs(Graph(found.nodes), "aws_lb.by_splat", "subnets", *SUBNETS)) == []
    assert "the configuration is another version of aws_lb.by_splat than the plan; plan again" in found.notes


def test_a_finding_is_at_the_line_of_the_configuration() -> None:
    lines = (FOLDER / "main.tf").read_text(encoding="utf-8").splitlines()
    node = next(n for n in graph(FOLDER).nodes if n.name == "aws_lb.by_slice")
    assert node.place is not None
    assert lines[node.place.line - 1] == 'resource "aws_lb" "by_slice" {'
    assert Path(node.place.file).name == "main.tf"
