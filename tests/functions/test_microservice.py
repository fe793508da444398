"""The microservice as it runs: started from its command line, against DynamoDB and SNS (moto) behind HTTP."""

import datetime
import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto import mock_aws

from components.packaging import MICROSERVICE, service_command

KEYS = {"AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "secret", "Token": "token"}


class Aws(BaseHTTPRequestHandler):
    """DynamoDB, SNS and the credentials endpoint; refuses what botocore would have signed differently."""

    failures: list[int] = []  # noqa: RUF012 (shared on purpose: the server makes one handler per request)
    seen: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        instance = self.path.startswith("/latest/")
        if instance and self.headers.get("X-aws-ec2-metadata-token") != "imds":
            self._send(401, {})
        elif instance and self.path.endswith("/security-credentials/"):
            self._send(200, b"office")
        else:
            self._send(200, {**KEYS, "Expiration": "2099-01-01T00:00:00Z"})

    def do_PUT(self) -> None:
        self._send(200, b"imds")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers.get("X-Amz-Target", "")
        if Aws.failures:
            self._send(Aws.failures.pop(0), {"__type": "InternalServerError"})
        elif self.headers["Authorization"] != expected_signature(self.headers, body, "dynamodb" if target else "sns"):
            self._send(403, {"__type": "InvalidSignatureException"})
        elif target:
            operation = target.split(".")[1]
            given = json.loads(body)
            client: Any = boto3.client("dynamodb", region_name="us-west-2")
            done = {"GetItem": client.get_item, "PutItem": client.put_item, "DeleteItem": client.delete_item}
            answer = done[operation](**given)
            answer.pop("ResponseMetadata")
            self._send(200, answer)
        else:
            form = dict(urllib.parse.parse_qsl(body.decode()))
            Aws.seen.append(form["Message"])
            self._send(200, {})

    def _send(self, status: int, body: Any) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None: ...


def expected_signature(headers: Any, body: bytes, service: str) -> str:
    names = headers["Authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    kept = {n: headers[n] for n in names if n not in ("host", "x-amz-date", "x-amz-security-token")}
    request = AWSRequest("POST", f"http://{headers['Host']}/", headers=kept, data=body)
    request.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(Credentials(KEYS["AccessKeyId"], KEYS["SecretAccessKey"], KEYS["Token"]), service, "us-west-2")
    request.headers["X-Amz-Date"] = headers["x-amz-date"]
    request.headers["X-Amz-Security-Token"] = KEYS["Token"]
    canonical = auth.canonical_request(request)
    signature = auth.signature(auth.string_to_sign(request, canonical), request)
    day = headers["x-amz-date"][:8]
    return (
        f"AWS4-HMAC-SHA256 Credential={KEYS['AccessKeyId']}/{day}/us-west-2/{service}/aws4_request, "
        f"SignedHeaders={';'.join(sorted(names))}, Signature={signature}"
    )


@pytest.fixture(params=["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"])
def base(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    Aws.failures, Aws.seen = [], []
    with mock_aws():
        boto3.client("dynamodb", region_name="us-west-2").create_table(
            TableName="carts",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        aws = ThreadingHTTPServer(("127.0.0.1", 0), Aws)
        threading.Thread(target=aws.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{aws.server_port}"
        given = {
            "SERVICE": "cart",
            "PORT": "0",
            "AWS_REGION": "us-west-2",
            "TABLE_NAME": "carts",
            "TOPIC_ARN": "arn:aws:sns:us-west-2:123456789012:orders",
            "AWS_ENDPOINT_URL": url,
            request.param: url,
            "DRAIN_SECONDS": "0.3",
            "PATH": os.environ["PATH"],
        }
        command = [sys.executable, *service_command()[1:]]
        with subprocess.Popen(command, env=given, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            port = json.loads(process.stderr.readline())["port"]
            try:
                yield f"http://127.0.0.1:{port}", process
            finally:
                process.kill()
                aws.shutdown()
                aws.server_close()


def ask(url: str, method: str = "GET", body: Any = None, raw: bytes | None = None) -> tuple[int, Any]:
    data = raw if raw is not None else (None if body is None else json.dumps(body).encode())
    request = urllib.request.Request(url, data=data, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


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


def test_the_command_fits_a_task_definition_and_signs_as_botocore_does() -> None:
    assert len("".join(service_command())) < 16_384, "ECS takes 64 KiB for a whole task definition"
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
