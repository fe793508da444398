"""An update deletes last: what it deletes was in the way of what it made and changed before."""

from typing import Any

import pytest

from tests.offline.provider import Provider, Refused
from tests.offline.refusals.cloudfront import ALTERNATE_NAME, SITE

RECORD, DISTRIBUTION = "aws:route53/record:Record", "aws:cloudfront/distribution:Distribution"
SIMPLE: dict[str, Any] = {
    "zoneId": "Z1", "name": "pay.example.com", "type": "A",
    "aliases": [{"name": "a.elb.amazonaws.com", "zoneId": "Z2", "evaluateTargetHealth": True}],
}  # fmt: skip
ELSEWHERE = {**SIMPLE, "name": "b.example.com"}


def near(identifier: str) -> dict[str, Any]:
    return {**SIMPLE, "setIdentifier": identifier, "latencyRoutingPolicies": [{"region": identifier}]}


def role(identifier: str, kind: str) -> dict[str, Any]:
    return {**SIMPLE, "setIdentifier": identifier, "failoverRoutingPolicies": [{"type": kind}]}


WEST, EAST = near("us-west-2"), near("us-east-1")
FIRST, SECOND = role("us-west-2", "PRIMARY"), role("us-east-1", "SECONDARY")
CASES = [
    (FIRST, SIMPLE, SECOND, "another routing policy (failoverRoutingPolicies)]: it was made or changed while that was"),
    (WEST, FIRST, EAST, "another routing policy (latencyRoutingPolicies)"),
    (FIRST, role("us-west-2", "SECONDARY"), SECOND, "is SECONDARY already"),
    (ELSEWHERE, SECOND, SECOND, "but it already exists"),
    (SIMPLE, FIRST, ELSEWHERE, ""),  # another name
    (FIRST, {**FIRST, "healthCheckId": "h"}, SECOND, ""),
    (WEST, {**WEST, "healthCheckId": "h"}, EAST, ""),
]
"""(what was there, what it became, what was beside it, what AWS said)."""


@pytest.mark.parametrize(("before", "after", "beside", "says"), CASES)
@pytest.mark.parametrize("leaves", ["deleted", "changed"])
def test_a_record_that_goes_later_was_in_the_way(
    before: dict[str, Any], after: dict[str, Any], beside: dict[str, Any], says: str, leaves: str
) -> None:
    provider = Provider()
    provider.changes(RECORD, "it", before, after)

    def leave() -> None:
        if leaves == "deleted":
            provider.removes(RECORD, "other", beside)
        else:
            provider.changes(RECORD, "other", beside, {**beside, "name": "c.example.com"})

    if not says:
        return leave()
    with pytest.raises(Refused) as refused:
        leave()
    assert says in str(refused.value)
    return None


def test_a_name_of_the_distribution_that_goes_last_was_not_free() -> None:
    provider, named = Provider(), {**SITE, **ALTERNATE_NAME}
    provider.create(DISTRIBUTION, "new", named)
    provider.removes(DISTRIBUTION, "other", {**named, "aliases": ["b.example.com"]})
    with pytest.raises(Refused, match=r"CNAMEAlreadyExists.*new was made or changed while that was there"):
        provider.removes(DISTRIBUTION, "old", named)


def test_what_goes_first_is_in_nobodys_way() -> None:
    provider = Provider()
    provider.removes(RECORD, "other", SECOND)
    provider.changes(RECORD, "it", FIRST, SIMPLE)
