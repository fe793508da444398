"""The microservice as it runs, and what it talks to: AWS behind HTTP (moto), and a collector of traces."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from components.packaging import MICROSERVICE

KEYS = {"AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "secret", "Token": "token"}


class Aws(BaseHTTPRequestHandler):
    """DynamoDB, SNS and the credentials endpoint; refuses what botocore would have signed differently.

    failures: codes that DynamoDB and SNS answer with first; keyless: those of the credentials endpoint.
    """

    failures: list[int] = []  # noqa: RUF012 (shared on purpose: the server makes one handler per request)
    seen: list[str] = []  # noqa: RUF012
    traced: list[str] = []  # noqa: RUF012
    keyless: list[int] = []  # noqa: RUF012

    def do_GET(self) -> None:
        instance = self.path.startswith("/latest/")
        if Aws.keyless:
            self._send(Aws.keyless.pop(0), {})
        elif instance and self.headers.get("X-aws-ec2-metadata-token") != "imds":
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
        Aws.traced.append(self.headers.get("X-Amzn-Trace-Id", ""))
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


@contextlib.contextmanager
def aws_behind_http() -> Generator[str, None, None]:
    """Where `Aws` answers; inside moto's mock."""
    Aws.failures, Aws.seen, Aws.traced, Aws.keyless = [], [], [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Aws)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Collector:
    """What listens beside a traced service: segments by UDP, sampling rules and statistics by TCP on the same port."""

    def __init__(self, rules: list[dict[str, Any]], targets: list[dict[str, Any]]) -> None:
        self.rules, self.targets, self.statistics = rules, targets, list[dict[str, Any]]()
        self.asked = threading.Event()
        outer = self

        class Proxy(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path == "/GetSamplingRules":
                    answer: dict[str, Any] = {"SamplingRuleRecords": [{"SamplingRule": rule} for rule in outer.rules]}
                else:
                    assert self.path == "/SamplingTargets"
                    outer.statistics += body["SamplingStatisticsDocuments"]
                    answer = {"SamplingTargetDocuments": outer.targets}
                data = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                outer.asked.set()

            def log_message(self, format: str, *args: Any) -> None: ...

        self.proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        self.address = f"127.0.0.1:{self.proxy.server_port}"
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", self.proxy.server_port))
        threading.Thread(target=self.proxy.serve_forever, daemon=True).start()

    def segment(self) -> dict[str, Any]:
        """The next one. Raises TimeoutError when there is none."""
        self.socket.settimeout(10)
        header, _, document = self.socket.recv(65536).partition(b"\n")
        assert json.loads(header) == {"format": "json", "version": 1}
        return json.loads(document)

    def close(self) -> None:
        self.proxy.shutdown()
        self.proxy.server_close()
        self.socket.close()


@contextlib.contextmanager
def collecting(*rules: dict[str, Any], targets: list[dict[str, Any]] | None = None) -> Generator[Collector, None, None]:
    collector = Collector(list(rules), targets or [])
    try:
        yield collector
    finally:
        collector.close()


def carts_table() -> None:
    boto3.client("dynamodb", region_name="us-west-2").create_table(
        TableName="carts",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


@contextlib.contextmanager
def serving(**environment: str) -> Generator[tuple[str, "subprocess.Popen[str]"], None, None]:
    """The service from its command line, on a port of its own: its address and process."""
    command = [sys.executable, str(MICROSERVICE)]
    given = {"PORT": "0", "AWS_REGION": "us-west-2", "PATH": os.environ["PATH"], **environment}
    with subprocess.Popen(command, env=given, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        port = json.loads(process.stderr.readline())["port"]
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()


def ask(url: str, method: str = "GET", body: Any = None, raw: bytes | None = None) -> tuple[int, Any]:
    data = raw if raw is not None else (None if body is None else json.dumps(body).encode())
    request = urllib.request.Request(url, data=data, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")
