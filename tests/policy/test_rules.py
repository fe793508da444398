"""Every rule gives each of its verdicts on the SDK's own proxies, before and after deployment."""

import pytest
from ha_policy.rule import RULES
from ha_policy.testing import Stack, Verdict

from tests.policy.cases import CASES
from tests.policy.cases.further import FURTHER, case_of
from tests.policy.cases.kind import Case, Extra, Variation, build, v
from tests.policy.cases.route53 import FAR, NEAR, answer, record

EXPECTED = {
    "ok": Verdict.PASS,
    "bad": Verdict.VIOLATION,
    "unknown": Verdict.CANNOT_TELL,
    "na": Verdict.NOT_APPLICABLE,
}
ASKED = [(rule, name) for rule in CASES for name in EXPECTED if getattr(CASES[rule], name) is not None]
# Rules that read nothing that can be unknown (resource options, presence), and why that is so.
ALWAYS_KNOWN = {
    "dx-vpn-backup": "asks whether a resource exists",
    "restore-tested": "asks whether a resource exists",
    "no-ignored-ha-props": "reads a resource option",
    "replace-before-delete": "reads a resource option",
    "stateful-protected": "reads a resource option",
}


def _stack(rule: str, name: str, *, deployed: bool = False) -> Stack:
    case: Case = CASES[rule]
    variation: Variation = getattr(case, name)
    return build(case, variation, deployed=deployed)


@pytest.mark.parametrize(("rule", "name"), ASKED)
def test_gives_the_verdict_at_preview(rule: str, name: str) -> None:
    verdict, notes = _stack(rule, name).verdicts(rule)["x"]
    assert verdict == EXPECTED[name], notes


@pytest.mark.parametrize(("rule", "name"), [(r, n) for r, n in ASKED if n in ("ok", "bad")])
def test_gives_the_same_verdict_after_deployment(rule: str, name: str) -> None:
    verdict, notes = _stack(rule, name, deployed=True).verdicts(rule)["x"]
    assert verdict == EXPECTED[name], notes


@pytest.mark.parametrize("rule", sorted(RULES))
def test_has_all_its_cases(rule: str) -> None:
    assert rule in CASES, "write its cases in tests/policy/cases"
    case = CASES[rule]
    assert (case.unknown is None) == (rule in ALWAYS_KNOWN), "an unknown case, or the reason why there is none"
    if case.na is None:  # it applies to every resource of its kinds: elsewhere it has no verdict at all
        other = Stack()
        other.add("iam/user" if RULES[rule].kinds != ("*",) else "pulumi:pulumi:Other", "x")
        assert other.verdicts(rule) == {}


def test_has_no_case_of_a_rule_that_is_gone() -> None:
    assert set(CASES) <= set(RULES)


@pytest.mark.parametrize(
    ("around", "pair", "answers"),
    [
        ((NEAR,), Verdict.PASS, Verdict.VIOLATION),
        ((NEAR, FAR), Verdict.VIOLATION, Verdict.VIOLATION),
        ((NEAR, FAR, record("second", "SECONDARY", "far")), Verdict.PASS, Verdict.PASS),
        ((NEAR, record("second", "PRIMARY", "near")), Verdict.VIOLATION, Verdict.PASS),
    ],
)
def test_a_primary_without_another_region_is_one_answer_and_no_broken_pair(
    around: tuple[Extra, ...], pair: Verdict, answers: Verdict
) -> None:
    primary = Case("route53/record", *[v(*around, **answer("PRIMARY", "near"))] * 3)
    for rule, expected in (("failover-pair", pair), ("several-answers", answers)):
        for deployed in (False, True):
            verdict, notes = build(primary, primary.ok, deployed=deployed).verdicts(rule)["x"]
            assert verdict == expected, notes


def test_a_secondary_alone_is_a_broken_pair_in_one_region_too() -> None:
    secondary = Case("route53/record", *[v(NEAR, **answer("SECONDARY", "near"))] * 3)
    assert build(secondary, secondary.ok, deployed=False).verdicts("failover-pair")["x"][0] == Verdict.VIOLATION


@pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])
@pytest.mark.parametrize("name", FURTHER)
def test_gives_the_right_verdict_where_it_was_once_wrong(name: str, deployed: bool) -> None:
    rule, case = case_of(name)
    verdict, notes = build(case, case.ok, deployed=deployed).verdicts(rule)["x"]
    right = FURTHER[name][3]
    assert verdict == (right[deployed] if isinstance(right, tuple) else right), notes
