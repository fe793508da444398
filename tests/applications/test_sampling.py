"""X-Ray's sampling rules, as the services follow them."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace.sampling import Decision

from serving import sampling
from serving.sampling import Rule, XRaySampler
from tests.support.servers.collector import collecting


def rule(name: str, priority: int = 1, **more: Any) -> dict[str, Any]:
    return {"RuleName": name, "Priority": priority, "FixedRate": 0, "ReservoirSize": 0, **more}


def test_one_a_second_is_borrowed_until_x_ray_has_given_a_quota() -> None:
    borrower = Rule(rule("r", ReservoirSize=10))
    assert [borrower.take(100.0 + n / 10) for n in range(12)] == [True, *[False] * 9, True, False]
    assert (borrower.requests, borrower.sampled, borrower.borrowed) == (12, 2, 2)
    borrower.quota, borrower.until = 3, 300.0
    assert [borrower.take(200.0 + n / 10) for n in range(5)] == [True, True, True, False, False]
    assert borrower.borrowed == 2, "its own quota is not borrowed"
    assert [borrower.take(301.0), borrower.take(301.1)] == [True, False], "a quota that is over"
    assert not Rule(rule("none")).take(1.0), "without a reservoir nothing is borrowed"


def test_beyond_the_quota_chance_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    chances: Iterator[float] = iter([0.04, 0.05, 0.9, 0.0])
    monkeypatch.setattr(sampling.random, "random", lambda: next(chances))
    one_in_twenty = Rule(rule("r", FixedRate=0.05))
    assert [one_in_twenty.take(1.0) for _ in range(4)] == [True, False, False, True]


@pytest.mark.parametrize(
    ("given", "seen", "fits"),
    [
        ({"URLPath": "/health*"}, ("auth", "GET", "/health/deep", "h", "t", "*"), True),
        ({"URLPath": "/health*"}, ("auth", "GET", "/auth", "h", "t", "*"), False),
        ({"ServiceName": "usw2-transcoding-*"}, ("auth", "GET", "/", "h", "t", "*"), False),
        ({"ServiceName": "AUTH", "HTTPMethod": "g?t"}, ("auth", "GET", "/", "h", "t", "*"), True),
        ({"URLPath": "/[a]"}, ("auth", "GET", "/a", "h", "t", "*"), False),
        ({"URLPath": "/[a]"}, ("auth", "GET", "/[a]", "h", "t", "*"), True),
        ({"ResourceARN": "arn:aws:x"}, ("auth", "GET", "/", "h", "t", "*"), False),
        ({"ServiceType": "AWS::ECS::Container"}, ("auth", "GET", "/", "h", "AWS::ECS::Container", "*"), True),
    ],
)
def test_rules_fit_by_pattern(given: dict[str, Any], seen: tuple[str, ...], fits: bool) -> None:
    assert Rule(rule("r", **given)).fits(*seen) is fits


def decided(sampler: XRaySampler, method: str, path: str, host: str) -> bool:
    attributes = {"http.request.method": method, "url.path": path, "server.address": host}
    return sampler.should_sample(None, 1, "", attributes=attributes).decision is Decision.RECORD_AND_SAMPLE


def test_the_first_rule_that_fits_decides_and_what_was_done_is_reported() -> None:
    rules = [
        rule("Default", 10000, FixedRate=1),
        rule("health", 1000, URLPath="/health*"),
        rule("with attributes", 1, FixedRate=1, Attributes={"a": "b"}),
        rule("services", 1001, ServiceName="auth", ReservoirSize=5),
    ]
    targets = [{"RuleName": "services", "FixedRate": 0.5, "ReservoirQuota": 2, "ReservoirQuotaTTL": time.time() + 60}]
    with collecting(*rules, targets=targets) as collector:
        sampler = XRaySampler("auth", collector.address)
        assert [r.name for r in sampler.rules] == ["Default"], "X-Ray's own, until the others are known"
        assert (sampler.rules[0].rate, sampler.rules[0].reservoir) == (0.05, 1)
        sampler.learn()
        assert [r.name for r in sampler.rules] == ["health", "services", "Default"]
        assert not decided(sampler, "GET", "/health", "auth")
        assert decided(sampler, "GET", "/auth", "auth")
        sampler.report()
        told = {t["RuleName"]: t for t in collector.statistics}
        assert set(told) == {"health", "services"}, "only what was used"
        counts = {k: told["services"][k] for k in ("RequestCount", "SampledCount", "BorrowCount")}
        assert counts == {"RequestCount": 1, "SampledCount": 1, "BorrowCount": 1}
        assert re.fullmatch("[0-9a-f]{24}", told["services"]["ClientID"])
        used = sampler.rules[1]
        assert (used.quota, used.rate, used.requests) == (2, 0.5, 0)
        sampler.report()
        assert len(collector.statistics) == 2, "nothing new, nothing said"
        sampler.learn()
        assert sampler.rules[1].quota == 2, "a quota outlives the next reading of the rules"
