"""Every expression of `plans/expressions` has the value that Terraform gives it, or is not known."""

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

FOLDER = PLANS / "expressions"
NOT_KNOWN = {"not_known_here"}
"""Functions that are not known here."""


@lru_cache
def outputs() -> dict[str, Any]:
    plan = json.loads((FOLDER / "plan.json").read_text(encoding="utf-8"))
    return {name: output["value"] for name, output in plan["planned_values"]["outputs"].items()}


@lru_cache
def expressions() -> Expressions:
    plan = plan_of(json.loads((FOLDER / "plan.json").read_text(encoding="utf-8")))
    return Expressions(plan, References(plan), Source(FOLDER))


def value_of(name: str) -> Any:
    module = expressions().source.module(())
    assert module is not None
    return expressions().written(Written(module.outputs[name], Scope(Address((), "output", None))))


@pytest.mark.parametrize("name", sorted(outputs().keys() - NOT_KNOWN))
def test_an_expression_has_the_value_that_terraform_gives_it(name: str) -> None:
    assert value_of(name) == outputs()[name]


@pytest.mark.parametrize("name", sorted(NOT_KNOWN))
def test_what_a_function_gives_that_is_not_known_here_is_not_known(name: str) -> None:
    assert isinstance(value_of(name), Later)


def test_every_function_that_is_known_here_is_in_one_of_the_expressions() -> None:
    text = (FOLDER / "main.tf").read_text(encoding="utf-8")
    assert {name for name in KNOWN if f"{name}(" not in text} == {"nonsensitive", "sensitive", "tobool", "tomap"}
