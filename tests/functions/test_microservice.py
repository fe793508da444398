"""The microservice as it runs: started from its command line, against DynamoDB and SNS (moto) behind HTTP."""

import datetime
import importlib.util
import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from moto import mock_aws

from components.packaging import MICROSERVICE
from tests.support.microservice import KEYS, Aws, ask, aws_behind_http, carts_table, expected_signature, serving


@pytest.fixture(params=["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"])
def base(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    with mock_aws(), aws_behind_http() as url:
        carts_table()
        given = {
            "SERVICE": "cart",
            "TABLE_NAME": "carts",
            "TOPIC_ARN": "arn:aws:sns:us-west-2:123456789012:orders",
            "AWS_ENDPOINT_URL": url,
            request.param: url,
            "DRAIN_SECONDS": "0.3",
        }
        with serving(**given) as running:
            yield running


def test_documents_are_kept_read_replaced_and_deleted(base: Any) -> None:
    url, _ = base
    assert ask(f"{url}/cart/7") == (404, {"error": "not found"})
    assert ask(f"{url}/cart/7", "PUT", {"hats": 2}) == (204, None)
    assert ask(f"{url}/cart/7") == (200, {"hats": 2})
    assert ask(f"{url}/cart/7", "PUT", {"hats": 3}) == (204, None)
    assert ask(f"{url}/cart/7") == (200, {"hats": 3})
    assert ask(f"{url}/cart/7", "DELETE") == (204, None)
    assert ask(f"{url}/cart/7")[0] == 404


def test_events_are_published_with_an_id(base: Any) -> None:
    url, _ = base
    status, answer = ask(f"{url}/cart", "POST", {"order_id": "o-1"})
    assert status == 202
    assert [json.loads(m) for m in Aws.seen] == [{"order_id": "o-1", "id": answer["id"]}]


def test_bad_requests_are_the_callers_fault(base: Any) -> None:
    url, _ = base
    assert ask(f"{url}/cart/7", "PUT", raw=b"{")[0] == 400
    assert ask(f"{url}/cart/7", "PUT", [1]) == (400, {"error": "body: must be a JSON object"})
    assert ask(f"{url}/cart/7", "PUT", raw=b"x" * (256 * 1024 + 1))[0] == 400
    # What DynamoDB or Python would refuse is no 5xx: an alarm on those takes releases back.
    assert ask(f"{url}/cart/{'x' * 2049}")[0] == 404
    assert ask(f"{url}/cart/7", "PUT", raw=b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")[0] == 400
    assert ask(f"{url}/cart/7", "PUT", raw=b'{"a":1e999}')[0] == 400
    assert ask(f"{url}/cart/{'x' * 2048}")[0] == 404
    assert ask(f"{url}/other")[0] == 404
    assert ask(f"{url}/cart", "DELETE")[0] == 405
    assert ask(f"{url}/cart") == (200, {"service": "cart"})


def test_a_failing_dependency_is_retried_and_then_answered_with_503(base: Any) -> None:
    url, _ = base
    Aws.failures = [500, 503]
    assert ask(f"{url}/cart/7", "PUT", {"hats": 1})[0] == 204
    Aws.failures = [500, 500, 500]
    assert ask(f"{url}/cart/7") == (503, {"error": "try again"})
    assert ask(f"{url}/cart/7") == (200, {"hats": 1})


def test_missing_keys_are_asked_for_again_and_then_answered_with_503(base: Any) -> None:
    url, process = base
    Aws.keyless = [500]
    assert ask(f"{url}/cart/7", "PUT", {"hats": 1})[0] == 204
    assert json.loads(process.stderr.readline())["status"] == 204, "answered, and nothing to complain of"


def test_a_message_too_large_for_sns_is_the_callers_error_and_text_is_not_escaped_needlessly(base: Any) -> None:
    url, _ = base
    assert ask(f"{url}/cart", "POST", raw=b'{"a":"%b"}' % (b"x" * (256 * 1024 - 9)))[0] == 400, "its id comes on top"
    document = {"a": "\u00e9" * 100_000}  # 200 KB in UTF-8, 600 KB in escapes: more than an item of DynamoDB holds
    assert ask(f"{url}/cart/7", "PUT", raw=json.dumps(document, ensure_ascii=False).encode())[0] == 204
    stored = boto3.client("dynamodb", region_name="us-west-2").get_item(TableName="carts", Key={"id": {"S": "7"}})
    assert len(stored["Item"]["body"].get("S", "").encode()) < 256 * 1024
    assert ask(f"{url}/cart/7") == (200, document)


def test_an_unread_body_closes_the_connection_and_a_204_has_no_content_length(base: Any) -> None:
    url, _ = base
    address = urlsplit(url).netloc
    smuggled = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    chunked = f"Transfer-Encoding: chunked\r\n\r\n{len(smuggled):x}\r\n{smuggled}\r\n0\r\n\r\n"
    for rest in (chunked, f"Content-Length: {len(smuggled)}\r\n\r\n{smuggled}"):
        answered = told(address, f"GET /cart HTTP/1.1\r\nHost: x\r\n{rest}")
        assert answered.count(b"HTTP/1.1 ") == 1, "the answers of a connection belong to different callers"
    gone = told(address, "DELETE /cart/7 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert gone.startswith(b"HTTP/1.1 204 ")
    assert b"Content-Length" not in gone, "RFC 9110, section 8.6"


@pytest.mark.parametrize(
    "head",
    [
        "GET http://[/x HTTP/1.1\r\nHost: x\r\n",
        "PUT /cart/7 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n",
        "PUT /cart/7 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n",
    ],
    ids=["no address", "two lengths", "length and chunks"],
)
def test_a_request_that_proxies_may_read_otherwise_is_refused(base: Any, head: str) -> None:
    """RFC 9112, sections 3.2 and 6.3: answered with 400, and the connection is closed if a body may follow."""
    url, _ = base
    answered = told(urlsplit(url).netloc, f"{head}Connection: close\r\n\r\n{{}}")
    assert answered.startswith(b"HTTP/1.1 400 ")
    assert answered.count(b"HTTP/1.1 ") == 1


def told(address: str, request: str) -> bytes:
    """What comes back on one connection until it is closed."""
    host, _, port = address.partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(request.encode())
        answered = b""
        with suppress(ConnectionResetError):  # what was not read is lost with the connection
            while got := wire.recv(65536):
                answered += got
        return answered


def test_a_burst_of_connections_waits_to_be_taken(base: Any) -> None:
    url, process = base
    host, _, port = urlsplit(url).netloc.partition(":")
    process.send_signal(signal.SIGSTOP)
    with ExitStack() as open_ones:
        for _ in range(200):
            open_ones.enter_context(socket.create_connection((host, int(port)), timeout=0.9))
        process.send_signal(signal.SIGCONT)
    assert ask(f"{url}/health") == (200, {"status": "ok"})


def test_while_aws_is_slow_only_so_many_requests_wait_for_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as slow, mock_aws(), aws_behind_http() as keys:
        slow.settimeout(10)
        given = {
            "SERVICE": "cart",
            "TABLE_NAME": "carts",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{slow.getsockname()[1]}",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": keys,
            "MAX_CALLS": "1",
        }
        with serving(**given) as (url, process), ThreadPoolExecutor() as others:
            first = others.submit(ask, f"{url}/cart/7")
            asked, _ = slow.accept()
            assert ask(f"{url}/cart/8") == (503, {"error": "try again"})
            assert process.stderr is not None
            assert "1 calls are under way" in json.loads(process.stderr.readline())["error"]
            assert ask(f"{url}/health") == (200, {"status": "ok"}), "it is not the service that is ill"
            with asked:
                asked.recv(65536)
                asked.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            assert first.result(10) == (404, {"error": "not found"})


def test_documents_expire_where_they_are_to_be_kept_for_a_while() -> None:
    with mock_aws(), aws_behind_http() as url:
        carts_table()
        given = {"SERVICE": "cart", "TABLE_NAME": "carts", "KEEP_SECONDS": "600", "EXPIRY_NAME": "expires_at"}
        places = {"AWS_ENDPOINT_URL": url, "AWS_CONTAINER_CREDENTIALS_FULL_URI": url}
        with serving(**given, **places) as (service, _):
            table = boto3.client("dynamodb", region_name="us-west-2")
            assert ask(f"{service}/cart/7", "PUT", {"hats": 2}) == (204, None)
            stored = table.get_item(TableName="carts", Key={"id": {"S": "7"}})["Item"]
            assert 500 < int(stored["expires_at"].get("N", "0")) - time.time() <= 600, "an epoch second, as TTL wants"
            assert ask(f"{service}/cart/7") == (200, {"hats": 2})
            table.put_item(TableName="carts", Item={**stored, "expires_at": {"N": str(int(time.time()) - 1)}})
            assert ask(f"{service}/cart/7")[0] == 404, "DynamoDB takes its time to delete it"


def test_sigterm_drains_then_ends(base: Any) -> None:
    url, process = base
    assert ask(f"{url}/health") == (200, {"status": "ok"})
    process.send_signal(signal.SIGTERM)
    assert json.loads(process.stderr.readline())["message"] == "draining"
    assert ask(f"{url}/health") == (503, {"status": "draining"})
    assert ask(f"{url}/cart") == (200, {"service": "cart"}), "requests under way elsewhere are still answered"
    assert process.wait(timeout=10) == 0


def test_it_signs_as_botocore_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(MICROSERVICE.parent))
    spec = importlib.util.spec_from_file_location("microservice", MICROSERVICE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module)["REGION"] = "us-west-2"
    now = datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.UTC)
    signed = module.sign("sns", "sns.us-west-2.amazonaws.com", {"Content-Type": "x"}, b"body", KEYS, now)
    headers = {
        "Host": "sns.us-west-2.amazonaws.com",
        "Authorization": signed["authorization"],
        "x-amz-date": "20261122T100000Z",
        "content-type": "x",
    }
    assert signed["authorization"] == expected_signature(headers, b"body", "sns")
