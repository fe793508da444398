"""DynamoDB and SNS over HTTP, by moto in this process: for programs that run as processes of their own."""

import contextlib
import json
import threading
import urllib.parse
from collections.abc import Generator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError
from moto import mock_aws

REGION = "us-west-2"
KEYS = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_REGION": REGION}


class Aws:
    """url: for AWS_ENDPOINT_URL. failing: status codes that are answered first, each once. lost:
    operations that fail. calls: what was called.
    traces: the X-Ray header of each call. published: messages of SNS.
    """

    def __init__(self) -> None:
        self.failing: list[int] = []
        self.lost: set[str] = set()
        self.calls: list[str] = []
        self.traces: list[str] = []
        self.published: list[Any] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.traces.append(self.headers.get("X-Amzn-Trace-Id", ""))
                target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
                outer.calls.append(target or "Publish")
                if outer.calls[-1] in outer.lost:
                    status, data = 500, json.dumps({"__type": "InternalServerError"}).encode()
                elif outer.failing:
                    status, data = outer.failing.pop(0), json.dumps({"__type": "InternalServerError"}).encode()
                elif target:
                    status, data = _dynamodb(target, json.loads(body))
                else:
                    status, data = outer.publish(dict(urllib.parse.parse_qsl(body.decode())))
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def publish(self, form: Mapping[str, str]) -> tuple[int, bytes]:
        """SNS Publish, by its query protocol."""
        assert form["Action"] == "Publish"
        self.published.append(json.loads(form["Message"]))
        xml = "<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>"
        return 200, xml.encode()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


def _dynamodb(operation: str, given: dict[str, Any]) -> tuple[int, bytes]:
    try:
        answer = getattr(dynamodb(), xform_name(operation))(**given)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return 400, json.dumps({"__type": code, "message": error.response["Error"]["Message"]}).encode()
    answer.pop("ResponseMetadata")
    return 200, json.dumps(answer, default=str).encode()


def dynamodb() -> Any:
    """A client of moto."""
    return boto3.client("dynamodb", region_name=REGION, aws_access_key_id="none", aws_secret_access_key="none")


def create_tables(**tables: str) -> None:
    """name -> key."""
    for name, key in tables.items():
        dynamodb().create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )


@contextlib.contextmanager
def aws() -> Generator[Aws, None, None]:
    """A running server; moto is active in this process as long."""
    with mock_aws():
        made = Aws()
        try:
            yield made
        finally:
            made.close()
