"""A claim may be worse than the truth, never better."""

from typing import Any

import pytest
from ha_policy.config import load
from ha_policy.evaluate import Verdict, evaluate
from ha_policy.proof.proof import Proof
from ha_policy.rule import RULES
from ha_policy.rules import survival

from tests.policy.proof.stacks import UNKNOWN, Stack
from tests.policy.proof.test_simulation import shop

TRUE: dict[str, Any] = {
    "zoneLoss": {"verdict": "degrades", "capacity": 0.66},
    "regionLoss": {"verdict": "down", "capacity": 0},
    "slaFloor": 99.92,
}


def claiming(claims: Any) -> Stack:
    stack = shop()
    stack.resources.append(
        {"urn": "urn:pulumi:dev::shop::ha:arch:Shop::shop", "type": "ha:arch:Shop", "outputs": {"availability": claims}}
    )
    return stack


@pytest.mark.parametrize(
    "claim",
    [TRUE, {**TRUE, "zoneLoss": {"verdict": "down", "capacity": 0}}, {"slaFloor": 99.0}, {}],
)
def test_a_claim_that_is_true_or_lower_passes(claim: dict[str, Any]) -> None:
    assert Proof(claiming({"usw2-lb": claim}).graph).contradictions == ()


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (
            {**TRUE, "zoneLoss": {"verdict": "serves", "capacity": 1}},
            "zoneLoss is serves, 1; the graph gives degrades, 0.67",
        ),
        ({**TRUE, "zoneLoss": {"verdict": "degrades", "capacity": 0.7}}, "zoneLoss is degrades, 0.7"),
        (
            {**TRUE, "regionLoss": {"verdict": "degrades", "capacity": 0}},
            "regionLoss is degrades, 0; the graph gives down",
        ),
        ({**TRUE, "slaFloor": 99.99}, "slaFloor is 99.99; the graph gives 99.9200"),
        ({"zoneLoss": "fine"}, "zoneLoss needs verdict and capacity"),
        ({"moonLoss": {}}, "may have zoneLoss, regionLoss and slaFloor only"),
    ],
)
def test_a_claim_that_is_better_than_the_graph_is_a_contradiction(claim: dict[str, Any], text: str) -> None:
    stack = claiming({"usw2-lb": claim})
    (found,) = Proof(stack.graph).contradictions
    assert text in found
    report = evaluate(stack.graph, load({}), rules=[RULES[survival.DECLARED]])
    assert [f.verdict for f in report.findings] == [Verdict.VIOLATION]


@pytest.mark.parametrize(
    ("claims", "text"),
    [({"moon": TRUE}, "there is no entry point moon; there are usw2-lb"), ([1], "must be an object of entry points")],
)
def test_claims_about_nothing_are_errors(claims: Any, text: str) -> None:
    (found,) = Proof(claiming(claims).graph).contradictions
    assert text in found


def test_an_unknown_claim_is_cannot_tell() -> None:
    report = evaluate(claiming(UNKNOWN).graph, load({}), rules=[RULES[survival.DECLARED]])
    assert [f.verdict for f in report.findings] == [Verdict.CANNOT_TELL]
