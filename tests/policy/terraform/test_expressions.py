"""Every expression of `plans/expressions` has the value that Terraform gives it, or is not known; those of
`plans/references` select the instances that Terraform selects, as the values of known attributes show.
"""

import json
from functools import lru_cache
from typing import Any

import pytest
from ha_policy.terraform.addresses import Address
from ha_policy.terraform.expressions import Expressions, Later, Scope, Written
from ha_policy.terraform.functions import KNOWN
from ha_policy.terraform.plan import plan_of
from ha_policy.terraform.references import References
from ha_policy.terraform.source import Source

from tests.support.terraform_plans import PLANS

NOT_KNOWN = {"not_known_here"}
"""Functions that are not known here."""


@lru_cache
def content(folder: str) -> dict[str, Any]:
    return json.loads((PLANS / folder / "plan.json").read_text(encoding="utf-8"))


@lru_cache
def outputs(folder: str) -> dict[str, Any]:
    """What Terraform gives."""
    return {name: output["value"] for name, output in content(folder)["planned_values"]["outputs"].items()}


@lru_cache
def expressions(folder: str) -> Expressions:
    plan = plan_of(content(folder))
    return Expressions(plan, References(plan), Source(PLANS / folder))


def value_of(folder: str, name: str) -> Any:
    module = expressions(folder).source.module(())
    assert module is not None
    return expressions(folder).written(Written(module.outputs[name], Scope(Address((), "output", None))))


@pytest.mark.parametrize("name", sorted(outputs("expressions").keys() - NOT_KNOWN))
def test_an_expression_has_the_value_that_terraform_gives_it(name: str) -> None:
    assert value_of("expressions", name) == outputs("expressions")[name]


@pytest.mark.parametrize("name", sorted(outputs("references")))
def test_an_expression_selects_the_instances_that_terraform_selects(name: str) -> None:
    assert value_of("references", name) == outputs("references")[name]


@pytest.mark.parametrize("name", sorted(NOT_KNOWN))
def test_what_a_function_gives_that_is_not_known_here_is_not_known(name: str) -> None:
    assert isinstance(value_of("expressions", name), Later)


def test_every_function_that_is_known_here_is_in_one_of_the_expressions() -> None:
    text = (PLANS / "expressions" / "main.tf").read_text(encoding="utf-8")
    assert {name for name in KNOWN if f"{name}(" not in text} == {"nonsensitive", "sensitive", "tobool", "tomap"}
