"""Whatever a stack holds: no crash, no hang, no rule that breaks, and nothing unknown that passes silently."""

from collections.abc import Iterator
from typing import Any

import pytest
from ha_policy.config import load
from ha_policy.evaluate import Verdict, evaluate
from ha_policy.graph import edges, from_state
from ha_policy.messages import lines
from ha_policy.rule import RULES
from ha_policy.testing import SENTINEL, UNKNOWN, Stack, token_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policy.cases import CASES
from tests.policy.cases.kind import Case, Variation, build

KINDS = sorted({k for r in RULES.values() for k in r.kinds if k != "*"} | {"ec2/subnet", "ec2/route", "lb/listener"})
VARIATIONS = [v for c in CASES.values() for v in (c.ok, c.bad, c.unknown, c.na) if v is not None]


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield key
            yield from _keys(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _keys(entry)


NAMES = sorted({k for v in VARIATIONS for k in (*_keys(v.props), *(k for e in v.around for k in _keys(e[2])))})
ATOMS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 400), st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.sampled_from(["", "x", "r0", "r1", "r2", "ELB", "Enabled", "us-west-2a", "{", "[1]", '{"a": "r1"}', SENTINEL]),
)  # fmt: skip
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)),
    max_leaves=8,
)
URNS = [f"urn:pulumi:prod::p::t::r{i}" for i in range(6)]


@st.composite
def _resource(draw: st.DrawFn, number: int) -> dict[str, Any]:
    props = draw(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8))
    edged = draw(st.lists(st.sampled_from(NAMES), max_size=4))
    return {
        "urn": URNS[number],
        "type": draw(st.sampled_from([*map(token_of, KINDS), "ha:tier:Some", "pulumi:pulumi:Stack"])),
        "id": draw(st.sampled_from([f"r{number}", "", SENTINEL])),
        "outputs": props,
        "parent": draw(st.sampled_from(["", *URNS])),
        "propertyDependencies": {k: draw(st.lists(st.sampled_from(URNS), max_size=3)) for k in edged},
        "ignoreChanges": draw(st.lists(st.sampled_from(NAMES), max_size=1)),
    }


@st.composite
def _state(draw: st.DrawFn) -> dict[str, Any]:
    return {"resources": [draw(_resource(i)) for i in range(draw(st.integers(1, len(URNS))))]}


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(_state())
def test_no_stack_breaks_a_rule(state: dict[str, Any]) -> None:
    breaks_nothing(state)


@pytest.mark.exhaustive
@settings(max_examples=1000, deadline=None, suppress_health_check=SLOW)
@given(_state())
def test_none_of_a_thousand_stacks_breaks_a_rule(state: dict[str, Any]) -> None:
    breaks_nothing(state)


def breaks_nothing(state: dict[str, Any]) -> None:
    """AssertionError if a rule raises, a finding has no text, or the edges cannot be read."""
    graph = from_state(state)
    report = evaluate(graph, load({"preset": "regulated"}))
    assert [(f.rule.id, f.notes) for f in report.of(Verdict.BROKEN)] == []
    assert [line for line in lines(report) if not line.text] == []
    list(edges(graph))


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)), max_size=5)
)
def test_no_stack_breaks_a_rule_through_the_sdk(resources: list[tuple[str, dict[str, Any]]]) -> None:
    stack = Stack()
    for number, (kind, props) in enumerate(resources):
        stack.add(kind, f"r{number}", props)
    assert stack.report({"preset": "regulated"}).of(Verdict.BROKEN) == []


def _hidden(value: Any) -> Iterator[Any]:
    """The value with each of its parts unknown in turn."""
    if isinstance(value, dict):
        for key, entry in value.items():
            for other in _hidden(entry):
                yield {**value, key: other}
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            for other in _hidden(entry):
                yield [*value[:index], other, *value[index + 1 :]]
    yield UNKNOWN


# A document that names another resource is known only after deployment: then the rule is asked again.
LATER = {"sqs-receive-count": Verdict.NOT_APPLICABLE, "ecs-image-own-region": Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize("rule", sorted(set(CASES)))
def test_a_violation_does_not_pass_when_a_part_of_it_is_unknown(rule: str) -> None:
    case: Case = CASES[rule]
    milder: list[tuple[Any, ...]] = []
    for props in _hidden(case.bad.props) if case.bad.props else ():
        if props is not UNKNOWN:
            variation = Variation(props, case.bad.around, case.bad.options, case.bad.kind)
            verdict, notes = build(case, variation, deployed=False).verdicts(rule)["x"]
            if verdict not in (Verdict.VIOLATION, Verdict.CANNOT_TELL, LATER.get(rule)):
                milder.append((props, verdict, notes))
    for index, (kind, name, around) in enumerate(case.bad.around):
        for props in _hidden(around):
            if props is not UNKNOWN:
                others = (*case.bad.around[:index], (kind, name, props), *case.bad.around[index + 1 :])
                variation = Variation(case.bad.props, others, case.bad.options, case.bad.kind)
                verdict, notes = build(case, variation, deployed=False).verdicts(rule)["x"]
                if verdict is Verdict.PASS:
                    milder.append((kind, name, props, notes))
    assert milder == []


def test_a_record_whose_type_is_no_text_breaks_no_rule() -> None:
    """Found by the search above."""
    stack = Stack()
    stack.add("route53/record", "x", type={}, name=None)
    stack.add("ec2/routeTable", "t", routes=[{"cidrBlock": {}}])
    assert not evaluate(stack.graph(), load()).of(Verdict.BROKEN)
