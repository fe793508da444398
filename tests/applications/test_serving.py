"""What all sample services have in common, on the cart as a process: HTTP, health, limits, draining, traces."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.support.servers.aws import KEYS, Aws, aws, create_tables
from tests.support.servers.collector import Collector, collecting
from tests.support.servers.process import ROOT, Running, ask, running
from tests.support.some import some


@pytest.fixture(scope="module")
def cloud() -> Iterator[Aws]:
    with aws() as made:
        create_tables(carts="id", sessions="id")
        yield made


def environment(cloud: Aws, **more: str) -> dict[str, str]:
    given = {"AWS_ENDPOINT_URL": cloud.url, "TABLE_NAME": "carts", "SESSIONS_TABLE_NAME": "sessions"}
    return {**KEYS, **given, "DRAIN_SECONDS": "0.5", **more}


@pytest.fixture(scope="module")
def shared(cloud: Aws) -> Iterator[Running]:
    with running("shop.cart", environment(cloud)) as made:
        yield made


@pytest.fixture
def cart(cloud: Aws, shared: Running) -> Iterator[Running]:
    yield shared
    cloud.failing.clear()


def told(url: str, request: str) -> bytes:
    """What comes back on one connection until it is closed."""
    host, _, port = urlsplit(url).netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(request.encode())
        answered = b""
        with contextlib.suppress(ConnectionResetError):  # what was not read is lost with the connection
            while got := wire.recv(65536):
                answered += got
        return answered


@pytest.mark.parametrize(
    "head",
    [
        "GET http://[/x HTTP/1.1\r\nHost: x\r\n",
        "PUT /cart/7 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n",
        "PUT /cart/7 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "PUT /cart/7 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n",
        "PUT /cart/7 HTTP/1.0\r\nTransfer-Encoding: chunked\r\n",
        "PUT /cart/7 HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n",
        "PUT /cart/7 HTTP/1.1\r\nHost: x\r\nContent-Length: \xb2\r\n",
        "GET /cart/7\rX HTTP/1.1\r\nHost: x\r\n",
        "NONSENSE\r\n",
    ],
    ids=["no address", "two lengths", "length and chunks", "gzip", "chunks in 1.0", "negative", "digit", "cr", "line"],
)
def test_a_request_that_proxies_may_read_otherwise_is_refused(cart: Running, head: str) -> None:
    """RFC 9112, sections 3.2 and 6.3: answered with 400, and the connection is closed if a body may follow."""
    answered = told(cart.url, f"{head}\r\n{{}}")
    assert answered.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ")), answered
    assert answered.count(b"HTTP/1.") == 1
    assert b"application/problem+json" in answered


def test_a_body_in_chunks_is_read_as_one_and_never_as_the_next_request(cart: Running) -> None:
    inner = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    head = "POST /cart HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    answered = told(cart.url, f"{head}Transfer-Encoding: chunked\r\n\r\n{len(inner):x}\r\n{inner}\r\n0\r\n\r\n")
    assert answered.startswith(b"HTTP/1.1 201 ")
    assert answered.count(b"HTTP/1.1 ") == 1
    answered = told(cart.url, f"{head}Content-Length: {len(inner)}\r\n\r\n{inner}")
    assert answered.count(b"HTTP/1.1 ") == 1


def test_a_body_that_is_too_large_is_refused_only_when_it_has_been_read(cart: Running) -> None:
    for size in some((256 * 1024 + 1, 1024 * 1024, 8 * 1024 * 1024)):
        refused = ask(f"{cart.url}/cart/7", "PUT", raw=b"x" * size)
        assert refused.status == 413, "no reset connection, of which a load balancer makes a 502"
    assert ask(f"{cart.url}/cart/7", "PUT", raw=b"x" * 256 * 1024).status == 400
    assert told(cart.url, "PUT /cart/7 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n").startswith(
        b"HTTP/1.1 413 "
    )


def test_a_204_has_no_content_length_and_head_has_no_body(cart: Running) -> None:
    """RFC 9110, sections 8.6 and 9.3.2."""
    session = ask(f"{cart.url}/cart", "POST").body["session"]
    body = '{"items": []}'
    head = f"PUT /cart/{session} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    gone = told(cart.url, head + body)
    assert gone.startswith(b"HTTP/1.1 204 ")
    assert b"Content-Length" not in gone
    answered = told(cart.url, f"HEAD /cart/{session} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answered.startswith(b"HTTP/1.1 200 ")
    assert b"Content-Length: " in answered
    assert answered.endswith(b"\r\n\r\n")


def test_liveness_and_readiness_need_no_data_store(cart: Running, cloud: Aws) -> None:
    cloud.failing[:] = [500] * 50
    alive = ask(f"{cart.url}/health/live")
    assert (alive.body, alive.headers["Cache-Control"]) == ({"status": "ok"}, "no-store")
    assert ask(f"{cart.url}/health").body == {"status": "ok"}
    assert ask(f"{cart.url}/health/other").status == 404


def test_aws_is_asked_again_a_few_times_and_then_the_answer_is_503(cart: Running, cloud: Aws) -> None:
    cloud.failing[:] = [500, 503]
    before = len(cloud.calls)
    assert ask(f"{cart.url}/cart", "POST").status == 201
    assert cloud.calls[before:] == ["PutItem"] * 3
    cloud.failing[:] = [500] * 3
    refused = ask(f"{cart.url}/cart", "POST")
    assert (refused.status, refused.body["detail"]) == (503, "DynamoDB does not answer")
    assert ask(f"{cart.url}/cart", "POST").status == 201


def test_slow_clients_hold_no_worker(cart: Running) -> None:
    host, _, port = urlsplit(cart.url).netloc.partition(":")
    with contextlib.ExitStack() as slow:
        for _ in range(100):  # more than there are threads
            wire = slow.enter_context(socket.create_connection((host, int(port)), timeout=5))
            wire.sendall(b"PUT /cart/7 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        started = time.monotonic()
        assert ask(f"{cart.url}/health").status == 200
        assert ask(f"{cart.url}/cart", "POST").status == 201
        assert time.monotonic() - started < 5


def test_a_burst_of_connections_waits_to_be_taken(cart: Running) -> None:
    host, _, port = urlsplit(cart.url).netloc.partition(":")
    cart.process.send_signal(signal.SIGSTOP)
    with contextlib.ExitStack() as open_ones:
        for _ in range(200):
            open_ones.enter_context(socket.create_connection((host, int(port)), timeout=2))
        cart.process.send_signal(signal.SIGCONT)
        assert ask(f"{cart.url}/health").status == 200


def test_what_is_too_much_is_refused_at_once_and_health_checks_are_still_answered(cloud: Aws) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(8) as others:
        given = environment(cloud, MAX_REQUESTS="2", AWS_ENDPOINT_URL=f"http://127.0.0.1:{silent.getsockname()[1]}")
        with running("shop.cart", given) as busy:
            waiting = [others.submit(ask, f"{busy.url}/cart", "POST") for _ in range(2)]
            silent.settimeout(10)
            asked = [silent.accept()[0] for _ in waiting]
            started = time.monotonic()
            refused = ask(f"{busy.url}/cart/x")
            assert (refused.status, refused.body["detail"]) == (503, "this service is busy")
            assert ask(f"{busy.url}/health").status == 200
            assert time.monotonic() - started < 3
            busy.process.kill()
            with contextlib.suppress(OSError):
                [one.result(10) for one in waiting]
            for one in asked:
                one.close()


def test_sigterm_makes_it_not_ready_answers_what_comes_and_ends(cloud: Aws) -> None:
    with running("shop.cart", environment(cloud)) as ending:
        assert ask(f"{ending.url}/health").status == 200
        ending.process.send_signal(signal.SIGTERM)
        found = ask(f"{ending.url}/health")
        while found.status == 200:  # the signal is on its way
            found = ask(f"{ending.url}/health")
        assert found.body["detail"] == "draining"
        assert ask(f"{ending.url}/health/live").status == 200, "killing it now would break requests"
        late = told(ending.url, "POST /cart HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        assert late.startswith(b"HTTP/1.1 201 "), "requests that are under way are still answered"
        assert b"Connection: close" in late
        assert ending.process.wait(timeout=10) == 0


def test_an_error_of_the_service_itself_is_a_problem_document_and_is_logged(cloud: Aws) -> None:
    with running("shop.cart", environment(cloud, EXPIRY_NAME="item_id")) as broken:  # taken already
        refused = ask(f"{broken.url}/cart", "POST")
        assert (refused.status, refused.body["detail"]) == (500, "an error of this service, which is logged")
        (entry,) = broken.entries("request failed")
        assert entry["error"].startswith("TypeError")
        assert "cart.py" in " ".join(entry["trace"])


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as made:
        yield made


ROOT_ID, PARENT_ID = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"


def test_a_trace_in_x_rays_format_is_continued_to_the_collector_and_to_aws(cloud: Aws, collector: Collector) -> None:
    given = environment(cloud, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{collector.address}", OTEL_SERVICE_NAME="cart")
    with running("shop.cart", given) as traced:
        header = {"X-Amzn-Trace-Id": f"Root={ROOT_ID};Parent={PARENT_ID};Sampled=1"}
        answered = ask(f"{traced.url}/cart/secret-session", headers=header)
        assert answered.headers["X-Amzn-Trace-Id"].startswith(f"Root={ROOT_ID};")
        request, call = sorted(collector.spans(2), key=lambda span: span.kind)
        assert request.trace_id.hex() == ROOT_ID[2:].replace("-", "")
        assert request.parent_span_id.hex() == PARENT_ID
        assert request.name == "GET /cart/*", "whose cart it is, is nobody's business there"
        assert (call.name, call.parent_span_id) == ("DynamoDB.get_item", request.span_id)
        assert cloud.traces[-1] == f"Root={ROOT_ID};Parent={call.span_id.hex()};Sampled=1"
        assert traced.entries("request")[-1]["trace"] == ROOT_ID
        unsampled = {"X-Amzn-Trace-Id": f"Root={ROOT_ID};Parent={PARENT_ID};Sampled=0"}
        ask(f"{traced.url}/cart/x", headers=unsampled)
        assert cloud.traces[-1].endswith(";Sampled=0")
        assert "trace" not in traced.entries("request", 2)[-1]


@pytest.mark.parametrize(("rate", "kept"), [(1, True), (0, False)])
def test_where_nobody_has_decided_x_rays_rules_do_and_the_load_balancers_id_stays(
    cloud: Aws, collector: Collector, rate: int, kept: bool
) -> None:
    collector.rules = [{"RuleName": "all", "Priority": 1, "FixedRate": rate, "ReservoirSize": 0, "ServiceName": "ca*"}]
    address = collector.address
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{address}", "AWS_XRAY_DAEMON_ADDRESS": address}
    given = environment(cloud, **named, OTEL_SERVICE_NAME="cart")
    with running("shop.cart", given) as traced:
        assert collector.asked.wait(10)
        until = time.monotonic() + 20
        told = ""
        while not told.endswith(f";Sampled={kept:d}"):  # until it has read the answer
            assert time.monotonic() < until, told
            told = ask(f"{traced.url}/cart/x", headers={"X-Amzn-Trace-Id": f"Root={ROOT_ID}"}).headers[
                "X-Amzn-Trace-Id"
            ]
            assert told.startswith(f"Root={ROOT_ID};")
        invalid = ask(f"{traced.url}/cart/x", headers={"X-Amzn-Trace-Id": "Root=1-x;Parent=y"})
        assert invalid.headers["X-Amzn-Trace-Id"].startswith("Root=1-")
        assert not invalid.headers["X-Amzn-Trace-Id"].startswith(f"Root={ROOT_ID}")


def test_without_a_collector_nothing_is_traced_and_with_a_dead_one_requests_are_answered(cloud: Aws) -> None:
    with running("shop.cart", environment(cloud, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")) as alone:
        header = {"X-Amzn-Trace-Id": f"Root={ROOT_ID};Parent={PARENT_ID};Sampled=1"}
        assert ask(f"{alone.url}/cart", "POST", headers=header).status == 201
    with running("shop.cart", environment(cloud)) as untraced:
        assert "X-Amzn-Trace-Id" not in ask(f"{untraced.url}/cart", "POST").headers


def test_the_command_line_names_one_module() -> None:
    command = [sys.executable, "-m", "serving"]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "usage: python -m serving MODULE" in done.stderr


def test_log_entries_are_json_and_hold_no_ids(cart: Running) -> None:
    ask(f"{cart.url}/cart/somebody", "DELETE")
    (entry,) = cart.entries("request", method="DELETE")
    assert entry["status"] == 404
    assert "somebody" not in json.dumps(cart.log)
