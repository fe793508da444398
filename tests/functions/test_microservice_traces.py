"""What the microservice tells X-Ray: from its command line against a collector, and its sampling by itself."""

import importlib.util
import json
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from moto import mock_aws

from components.packaging import TRACING
from tests.support.microservice import Aws, Collector, ask, aws_behind_http, carts_table, collecting, serving

ROOT = "1-67891233-abcdef012345678912345678"
PARENT = "53995c3f42cd8ad8"
SAMPLED, UNSAMPLED, UNDECIDED = f"Root={ROOT};Parent={PARENT};Sampled=1", f"Root={ROOT};Sampled=0", f"Root={ROOT}"
ALL = {"RuleName": "Default", "Priority": 10000, "FixedRate": 1, "ReservoirSize": 0}
NONE = {**ALL, "FixedRate": 0}


def given(url: str, **more: str) -> dict[str, str]:
    return {
        "SERVICE": "cart",
        "TABLE_NAME": "carts",
        "TOPIC_ARN": "arn:aws:sns:us-west-2:123456789012:orders",
        "AWS_ENDPOINT_URL": url,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": url,
        **more,
    }


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    with mock_aws(), aws_behind_http() as url:
        carts_table()
        yield url


def get(url: str, header: str = "", method: str = "GET", body: bytes | None = None) -> tuple[int, str]:
    """Status, and the trace header of the answer."""
    headers = {"X-Amzn-Trace-Id": header} if header else {}
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers.get("X-Amzn-Trace-Id", "")
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("X-Amzn-Trace-Id", "")


def test_a_request_continues_its_trace_and_shows_its_calls_of_aws(aws: str) -> None:
    with collecting(NONE) as collector, serving(**given(aws, AWS_XRAY_DAEMON_ADDRESS=collector.address)) as (url, _):
        Aws.failures = [500]
        assert get(f"{url}/cart/ada@example.com", SAMPLED, "PUT", b'{"hats": 1}') == (204, f"Root={ROOT};Sampled=1")
        segment = collector.segment()
    assert (segment["name"], segment["trace_id"], segment["parent_id"]) == ("cart", ROOT, PARENT)
    assert re.fullmatch("[0-9a-f]{16}", segment["id"])
    assert segment["http"]["response"] == {"status": 204}
    assert segment["http"]["request"] == {"method": "PUT", "url": f"{url}/cart/*"}
    assert "ada" not in json.dumps(segment), "which document it is about tells of a person"
    assert not {"error", "fault", "throttle"} & set(segment)
    (call,) = segment["subsegments"]
    assert (call["name"], call["namespace"]) == ("DynamoDB", "aws")
    assert call["aws"] == {
        "region": "us-west-2", "operation": "PutItem", "table_name": "carts", "retries": 1, "request_id": "",
    }  # fmt: skip
    assert segment["start_time"] <= call["start_time"] <= call["end_time"] <= segment["end_time"]
    assert abs(segment["end_time"] - time.time()) < 60
    assert Aws.traced == [f"Root={ROOT};Parent={call['id']};Sampled=1"] * 2, "what AWS does belongs to the call"


def test_published_events_carry_the_trace_on(aws: str) -> None:
    with collecting(NONE) as collector, serving(**given(aws, AWS_XRAY_DAEMON_ADDRESS=collector.address)) as (url, _):
        assert get(f"{url}/cart", SAMPLED, "POST", b'{"order_id": "o-1"}')[0] == 202
        (call,) = collector.segment()["subsegments"]
    assert (call["name"], call["aws"]["operation"]) == ("SNS", "Publish")
    assert f"Root={ROOT};Parent={call['id']};Sampled=1" in Aws.traced


@pytest.mark.parametrize(
    ("failures", "path", "status", "flags"),
    [
        ([500, 500, 500], "/cart/7", 503, {"fault"}),
        ([], "/cart/7", 404, {"error"}),
        ([], "/other", 404, {"error"}),
    ],
)
def test_a_trace_says_whether_caller_or_service_failed(
    aws: str, failures: list[int], path: str, status: int, flags: set[str]
) -> None:
    with collecting(NONE) as collector, serving(**given(aws, AWS_XRAY_DAEMON_ADDRESS=collector.address)) as (url, _):
        Aws.failures = failures
        assert get(url + path, SAMPLED)[0] == status
        segment = collector.segment()
    assert {"error", "fault"} & set(segment) == flags
    assert segment["http"]["response"] == {"status": status}
    if failures:
        (cause,) = segment["cause"]["exceptions"]
        assert cause["message"].startswith("dynamodb: 500")
        (call,) = segment["subsegments"]
        assert (call["fault"], call["http"]["response"]["status"], call["aws"]["retries"]) == (True, 500, 2)


def only(collector: Collector, url: str) -> bool:
    """Whether no segment has come before that of one more request, which is traced."""
    assert get(f"{url}/cart", SAMPLED.replace(PARENT, "f" * 16))[0] == 200
    return collector.segment()["parent_id"] == "f" * 16


def test_the_decision_of_who_called_is_kept_and_handed_on(aws: str) -> None:
    with collecting(ALL) as collector, serving(**given(aws, AWS_XRAY_DAEMON_ADDRESS=collector.address)) as (url, _):
        assert collector.asked.wait(10), "the rules would trace everything"
        assert get(f"{url}/cart/7", UNSAMPLED) == (404, f"Root={ROOT};Sampled=0")
        assert only(collector, url)
        (sent,) = Aws.traced
        assert sent.startswith(f"Root={ROOT};Parent=")
        assert sent.endswith(";Sampled=0")


@pytest.mark.parametrize(("rule", "traced"), [(ALL, True), (NONE, False)])
def test_where_nobody_has_decided_x_rays_rules_do(aws: str, rule: dict[str, Any], traced: bool) -> None:
    with collecting(rule) as collector, serving(**given(aws, AWS_XRAY_DAEMON_ADDRESS=collector.address)) as (url, _):
        assert collector.asked.wait(10)
        wanted, end, in_a_row = (200, f"Root={ROOT};Sampled={traced:d}"), time.monotonic() + 10, 0
        while in_a_row < 20:  # the rules are in force a moment after they were asked for
            assert time.monotonic() < end
            in_a_row = in_a_row + 1 if get(f"{url}/cart", UNDECIDED) == wanted else 0
        if traced:
            segment = collector.segment()
            assert segment["trace_id"] == ROOT, "the load balancer's root goes on"
            assert "parent_id" not in segment, "a load balancer sends no segment"


@pytest.mark.parametrize(
    "header", ["", "Root=1-x-y;Sampled=1", f"Parent={PARENT};Sampled=1", ";;=", "Root=" + "1" * 99]
)
def test_an_invalid_trace_header_starts_a_new_trace(aws: str, header: str) -> None:
    with collecting(ALL) as collector, serving(**given(aws, AWS_XRAY_DAEMON_ADDRESS=collector.address)) as (url, _):
        assert collector.asked.wait(10)
        while not (answer := get(f"{url}/cart", header))[1].endswith("=1"):
            continue
        root = answer[1].removeprefix("Root=").partition(";")[0]
        assert re.fullmatch("1-[0-9a-f]{8}-[0-9a-f]{24}", root)
        assert abs(int(root[2:10], 16) - time.time()) < 60, "X-Ray refuses ids of another month"
        assert "parent_id" not in collector.segment()


def test_health_checks_are_no_requests(aws: str) -> None:
    with collecting(ALL) as collector, serving(**given(aws, AWS_XRAY_DAEMON_ADDRESS=collector.address)) as (url, _):
        assert get(f"{url}/health", SAMPLED) == (200, "")
        assert get(f"{url}/health/deep", SAMPLED)[1] == ""
        assert only(collector, url)


def test_a_call_of_another_service_is_one_trace(aws: str) -> None:
    with collecting(NONE) as collector:
        traced = given(aws, AWS_XRAY_DAEMON_ADDRESS=collector.address)
        with (
            serving(**{**traced, "SERVICE": "auth"}) as (auth, _),
            serving(**{**traced, "SERVICE": "recommendations", "AUTH_URL": auth}) as (url, _),
        ):
            request = urllib.request.Request(f"{url}/recommendations", headers={"X-Amzn-Trace-Id": SAMPLED})
            with urllib.request.urlopen(request, timeout=10) as answer:
                assert json.loads(answer.read()) == {"service": "recommendations", "calls": {"auth": 200}}
            inner, outer = sorted((collector.segment(), collector.segment()), key=lambda s: s["name"])
    assert (inner["name"], outer["name"]) == ("auth", "recommendations")
    assert inner["trace_id"] == outer["trace_id"] == ROOT
    (call,) = outer["subsegments"]
    assert inner["parent_id"] == call["id"]
    assert (call["name"], call["namespace"]) == ("auth", "remote")
    assert call["http"] == {"request": {"method": "GET", "url": f"{auth}/auth"}, "response": {"status": 200}}


def test_a_service_that_does_not_answer_is_traced_and_blocks_no_request(aws: str) -> None:
    with collecting(NONE) as collector:
        mine = given(aws, AUTH_URL="http://127.0.0.1:9", AWS_XRAY_DAEMON_ADDRESS=collector.address)
        with serving(**mine) as (url, _):
            assert ask(f"{url}/cart") == (200, {"service": "cart", "calls": {"auth": 0}})
            get(f"{url}/cart", SAMPLED)
            (call,) = collector.segment()["subsegments"]
            assert call["fault"] is True
            assert call["cause"]["exceptions"][0]["type"] == "URLError"


@pytest.mark.parametrize("hanging", [False, True], ids=["gone", "accepts and says nothing"])
def test_without_a_collector_requests_are_answered_as_usual(aws: str, hanging: bool) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if hanging:
            listener.listen(8)
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with serving(**given(aws, AWS_XRAY_DAEMON_ADDRESS=address)) as (url, process):
            began = time.monotonic()
            for number in range(20):
                assert get(f"{url}/cart/{number}", SAMPLED, "PUT", b"{}") == (204, f"Root={ROOT};Sampled=1")
            assert time.monotonic() - began < 5, "the sampling rules' time-out alone would take that long, each"
            assert process.poll() is None


def test_without_an_address_nothing_is_traced(aws: str) -> None:
    with serving(**given(aws)) as (url, _):
        assert get(f"{url}/cart/7", SAMPLED) == (404, "")
        assert Aws.traced == [""]


@pytest.fixture
def tracing(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module by itself, with time and chance in the test's hands."""
    spec = importlib.util.spec_from_file_location("traces_under_test", TRACING)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "NAME", "auth")
    return module


def rule(name: str, priority: int = 1, **more: Any) -> dict[str, Any]:
    return {"RuleName": name, "Priority": priority, "FixedRate": 0, "ReservoirSize": 0, **more}


def test_one_a_second_is_borrowed_until_x_ray_has_given_a_quota(tracing: ModuleType) -> None:
    borrower = tracing.Rule(rule("r", ReservoirSize=10))
    assert [borrower.take(100.0 + n / 10) for n in range(12)] == [True, *[False] * 9, True, False]
    assert (borrower.requests, borrower.sampled, borrower.borrowed) == (12, 2, 2)
    borrower.quota, borrower.until = 3, 300.0
    assert [borrower.take(200.0 + n / 10) for n in range(5)] == [True, True, True, False, False]
    assert borrower.borrowed == 2, "its own quota is not borrowed"
    assert [borrower.take(301.0), borrower.take(301.1)] == [True, False], "a quota that is over"
    assert not tracing.Rule(rule("none")).take(1.0), "without a reservoir nothing is borrowed"


def test_beyond_the_quota_chance_decides(tracing: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    chances = iter([0.04, 0.05, 0.9, 0.0])
    monkeypatch.setattr(tracing.random, "random", lambda: next(chances))
    one_in_twenty = tracing.Rule(rule("r", FixedRate=0.05))
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
def test_rules_fit_by_pattern(tracing: ModuleType, given: dict[str, Any], seen: tuple[str, ...], fits: bool) -> None:
    assert tracing.Rule(rule("r", **given)).fits(*seen) is fits


def test_the_first_rule_that_fits_decides_and_what_was_done_is_reported(tracing: ModuleType) -> None:
    rules = [
        rule("Default", 10000, FixedRate=1),
        rule("health", 1000, URLPath="/health*"),
        rule("with attributes", 1, FixedRate=1, Attributes={"a": "b"}),
        rule("services", 1001, ServiceName="auth", ReservoirSize=5),
    ]
    targets = [{"RuleName": "services", "FixedRate": 0.5, "ReservoirQuota": 2, "ReservoirQuotaTTL": time.time() + 60}]
    with collecting(*rules, targets=targets) as collector:
        vars(tracing)["ADDRESS"] = collector.address
        sampler = tracing.Sampler()
        assert [r.name for r in sampler.rules] == ["Default"], "X-Ray's own, until the others are known"
        assert (sampler.rules[0].rate, sampler.rules[0].reservoir) == (0.05, 1)
        sampler.learn()
        assert [r.name for r in sampler.rules] == ["health", "services", "Default"]
        assert not sampler.decide("GET", "/health", "auth")
        assert sampler.decide("GET", "/auth", "auth")
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


def test_a_part_outside_a_request_is_no_part_and_threads_do_not_mix(tracing: ModuleType) -> None:
    vars(tracing)["ADDRESS"] = "127.0.0.1:9"
    with tracing.part("DynamoDB", "aws") as alone:
        assert alone["header"] == ""
    trace = tracing.begin("GET", "/auth", "/auth", "auth", SAMPLED)
    seen: list[str] = []

    def elsewhere() -> None:
        with tracing.part("DynamoDB", "aws") as part:
            seen.append(part["header"])

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [""]
    with pytest.raises(RuntimeError), tracing.part("DynamoDB", "aws", operation="GetItem"):
        raise RuntimeError("x" * 500)
    (failed,) = trace.parts
    assert failed["fault"] is True
    assert len(failed["cause"]["exceptions"][0]["message"]) == 200
    trace.end(200)
    with tracing.part("DynamoDB", "aws") as after:
        assert after["header"] == ""


def test_a_segment_fits_a_datagram_however_many_calls_a_request_makes(tracing: ModuleType) -> None:
    with collecting(NONE) as collector:
        vars(tracing)["ADDRESS"] = collector.address
        trace = tracing.begin("GET", "/auth", "/auth", "auth", SAMPLED)
        for _ in range(1000):
            with tracing.part("DynamoDB", "aws", operation="GetItem", table_name="t" * 255):
                pass
        trace.end(200)
        assert len(collector.segment()["subsegments"]) == tracing.MAX_PARTS
