"""Every rule of the offline AWS: what it lets pass, what it refuses and in which words."""

from typing import Any

import pytest

from offline.aws import refusals
from offline.aws.check import Checker
from offline.aws.refusals import Case, Seen
from offline.aws.schema import installed
from offline.aws.wire import UNKNOWN
from tests.offline.cases import CASES as FIRST
from tests.offline.more_cases import BETWEEN as TABLE
from tests.offline.more_cases import MORE
from tests.offline.serving_cases import SERVING

REGION = "us-west-2"
CASES = [*FIRST, *MORE, *SERVING]
BETWEEN = {case[0] for case in TABLE} | {
    "subnet_is_inside_its_vpc", "subnets_do_not_overlap", "secondary_cluster_has_no_user", "one_mount_target_per_zone",
    "attachment_has_one_subnet_per_zone", "multi_az_cluster_has_three_zones", "secondary_cluster_follows_an_instance",
}  # fmt: skip
"""Rules between resources; `test_between.py` has their cases."""


def checked(token: str, inputs: dict[str, Any]) -> list[str]:
    """What is wrong with the inputs of a resource of this type."""
    urn = f"urn:pulumi:dev::shop::{token}::it"
    return [f"{f.property}: {f.reason}" for f in Checker(installed(), REGION).check(token, urn, inputs).failures]


@pytest.mark.parametrize(
    ("rule", "token", "good", "change", "says"), CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)]
)
def test_what_aws_takes_passes_and_what_it_refuses_is_said(
    rule: str, token: str, good: dict[str, Any], change: dict[str, Any], says: str
) -> None:
    assert checked(token, good) == []
    bad = {k: v for k, v in {**good, **change}.items() if v is not None}
    wrong = checked(token, bad)
    assert any(says in w for w in wrong), wrong


def _rules() -> dict[str, list[str]]:
    refusals.refusals(Case("", "", {}, REGION, Seen()))
    found: dict[str, list[str]] = {rule.__name__: [] for rule in refusals._ANY}
    for token, rules in refusals._RULES.items():
        for rule in rules:
            found.setdefault(rule.__name__, []).append(token)
    return found


def test_every_rule_has_a_case() -> None:
    assert set(_rules()) - BETWEEN == {c[0] for c in CASES} - BETWEEN


def test_every_rule_is_about_types_that_exist_and_names_its_source() -> None:
    schema = installed()
    assert [t for tokens in _rules().values() for t in tokens if schema.resource(t) is None] == []
    rules = {r for rules in (*refusals._RULES.values(), refusals._ANY) for r in rules}
    assert [r.__name__ for r in rules if not r.__doc__] == []


@pytest.mark.parametrize(
    ("rule", "token", "good", "change", "says"), CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)]
)
def test_what_is_unknown_is_never_refused(
    rule: str, token: str, good: dict[str, Any], change: dict[str, Any], says: str
) -> None:
    assert checked(token, dict.fromkeys(good, UNKNOWN)) == []
    for name in good:
        assert [w for w in checked(token, {**good, name: UNKNOWN}) if not w.startswith(f"{name}:")] == []
