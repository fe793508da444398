"""The microservice as it runs: started from its command line, against DynamoDB and SNS (moto) behind HTTP."""

import datetime
import importlib.util
import json
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from components.packaging import MICROSERVICE, service_command
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


def test_sigterm_drains_then_ends(base: Any) -> None:
    url, process = base
    assert ask(f"{url}/health") == (200, {"status": "ok"})
    process.send_signal(signal.SIGTERM)
    assert json.loads(process.stderr.readline())["message"] == "draining"
    assert ask(f"{url}/health") == (503, {"status": "draining"})
    assert ask(f"{url}/cart") == (200, {"service": "cart"}), "requests under way elsewhere are still answered"
    assert process.wait(timeout=10) == 0


def test_the_command_fits_a_task_definition_and_signs_as_botocore_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(json.dumps(service_command())) < 32_768, "ECS takes 64 KiB for a whole task definition"
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
