"""A small JSON service on the standard library alone: keeps documents in DynamoDB, publishes events to SNS.

It runs unbuilt in a stock Python image, from a bundle that is unpacked before it starts. Environment:
SERVICE name and first path segment; PORT (8080); AWS_REGION; TABLE_NAME and KEY_NAME (``id``) of a table, or none;
KEEP_SECONDS after its last write a document is gone, by the table's EXPIRY_NAME (``expires_at``), or never; TOPIC_ARN,
or none; <NAME>_URL of every service that it calls. Credentials come from the task role (ECS), the pod
identity (EKS) or the instance profile (EC2).
"""

# ruff: noqa: S106, S310, PTH123 (headers are no passwords, addresses come from the environment, Path is one import more)
import datetime
import hashlib
import hmac
import json
import os
import random
import signal
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import tracing

SERVICE, REGION = os.environ.get("SERVICE", "service"), os.environ.get("AWS_REGION", "us-east-1")
TABLE, KEY, TOPIC = os.environ.get("TABLE_NAME"), os.environ.get("KEY_NAME", "id"), os.environ.get("TOPIC_ARN")
KEEP, EXPIRY = int(os.environ.get("KEEP_SECONDS", "0")), os.environ.get("EXPIRY_NAME", "expires_at")
CALLED = {k[:-4].lower(): v for k, v in sorted(os.environ.items()) if k.endswith("_URL") and k[:4] != "AWS_"}
MAX_BODY, MAX_KEY = 256 * 1024, 2048  # bytes: of an SNS message, of a DynamoDB partition key
# Of AWS, at once: when it is slow more would only wait longer, in ever more threads; they are answered at once instead.
MAX_CALLS = int(os.environ.get("MAX_CALLS", "100"))
DRAIN = float(os.environ.get("DRAIN_SECONDS", "35"))  # longer than the load balancer's deregistration delay
draining = threading.Event()
_lock, _calls = threading.Lock(), threading.BoundedSemaphore(MAX_CALLS)
_credentials: dict[str, Any] = {}


def log(level: str, message: str, **fields: Any) -> None:
    entry = {"level": level, "service": SERVICE, "message": message, **fields}
    print(json.dumps(entry), file=sys.stderr, flush=True)


def fetch(url: str, method: str = "GET", **headers: str) -> bytes:
    request = urllib.request.Request(url, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
    with urllib.request.urlopen(request, timeout=2) as answer:
        return answer.read()


def from_container() -> dict[str, Any]:
    """Keys of the task role (ECS) or the pod identity (EKS)."""
    path = os.environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    url = "http://169.254.170.2" + path if path else os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    if token := os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
        with open(token) as file:
            return json.loads(fetch(url, Authorization=file.read().strip()))
    return json.loads(fetch(url))


def from_instance() -> dict[str, Any]:
    """Keys of the instance profile (EC2), by version 2 of the metadata service."""
    root = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254") + "/latest/"
    token = fetch(root + "api/token", "PUT", X_aws_ec2_metadata_token_ttl_seconds="60").decode()
    roles = root + "meta-data/iam/security-credentials/"
    role = fetch(roles, X_aws_ec2_metadata_token=token).decode().split()[0]
    return json.loads(fetch(roles + role, X_aws_ec2_metadata_token=token))


def credentials() -> dict[str, Any]:
    """The role's keys, renewed five minutes before they expire."""
    with _lock:
        if _credentials.get("until", 0) > time.time():
            return _credentials
        found = (
            from_container() if any(k.startswith("AWS_CONTAINER_CREDENTIALS_") for k in os.environ) else from_instance()
        )
        expiry = datetime.datetime.fromisoformat(found["Expiration"].replace("Z", "+00:00")).timestamp()
        _credentials.update(found, until=expiry - 300)
        return _credentials


def sign(
    service: str, host: str, headers: dict[str, str], body: bytes, keys: dict[str, Any], now: datetime.datetime
) -> dict[str, str]:
    """AWS Signature Version 4 of a POST to / (IAM guide, "Create a signed request")."""
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    signed = {**{k.lower(): v for k, v in headers.items()}, "host": host, "x-amz-date": stamp}
    if keys.get("Token"):
        signed["x-amz-security-token"] = keys["Token"]
    names = ";".join(sorted(signed))
    lines = "".join(f"{k}:{signed[k].strip()}\n" for k in sorted(signed))
    canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/{REGION}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("AWS4" + keys["SecretAccessKey"]).encode()
    for part in (day, REGION, service, "aws4_request", text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    credential = f"{keys['AccessKeyId']}/{scope}"
    signed["authorization"] = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={key.hex()}"
    return signed


def call(service: str, headers: dict[str, str], body: bytes, part: dict[str, Any], attempts: int = 3) -> bytes:
    """A signed POST, tried again with growing pauses on throttling and server errors. part: of the trace.

    Raises RuntimeError with the last reason, or because there are enough calls under way.
    """
    if not _calls.acquire(blocking=False):
        raise RuntimeError(f"{service}: {MAX_CALLS} calls are under way")
    try:
        return _tried(service, headers, body, part, attempts)
    finally:
        _calls.release()


def _tried(service: str, headers: dict[str, str], body: bytes, part: dict[str, Any], attempts: int) -> bytes:
    url = os.environ.get("AWS_ENDPOINT_URL") or f"https://{service}.{REGION}.amazonaws.com"
    host = urllib.parse.urlsplit(url).netloc
    for attempt in range(1, attempts + 1):
        part["retries"] = attempt - 1
        try:
            signed = sign(service, host, headers, body, credentials(), datetime.datetime.now(datetime.UTC))
            if part["header"]:  # unsigned, as AWS's SDKs send it
                signed[tracing.HEADER] = part["header"]
            request = urllib.request.Request(url + "/", data=body, headers=signed, method="POST")
            with urllib.request.urlopen(request, timeout=3) as answer:
                part |= {"status": answer.status, "request_id": answer.headers.get("x-amzn-RequestId", "")}
                return answer.read()
        except urllib.error.HTTPError as error:
            part["status"] = error.code
            text = error.read().decode(errors="replace")
            again = error.code >= 500 or "Throttl" in text or "ThroughputExceeded" in text
            if not again or attempt == attempts:
                raise RuntimeError(f"{service}: {error.code} {text[:200]}") from error
        except OSError as error:
            if attempt == attempts:
                raise RuntimeError(f"{service}: {error}") from error
        time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311 (jitter, not a secret)
    raise RuntimeError(f"{service}: no attempt was made")


def compact(document: dict[str, Any]) -> str:
    """Its JSON, without what only makes it longer. Raises ValueError when SNS would not take it, nor SQS behind it."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if len(text.encode()) > MAX_BODY:
        raise ValueError(f"body: at most {MAX_BODY} bytes")
    return text


def dynamodb(operation: str, **given: Any) -> dict[str, Any]:
    headers = {"X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0"}
    given = {"TableName": TABLE, **given}
    with tracing.part("DynamoDB", "aws", operation=operation, table_name=given["TableName"]) as part:
        return json.loads(call("dynamodb", headers, json.dumps(given).encode(), part))


def publish(event: dict[str, Any]) -> None:
    topic = str(TOPIC)
    form = {"Action": "Publish", "Version": "2010-03-31", "TopicArn": topic, "Message": compact(event)}
    if topic.endswith(".fifo"):
        form.update(MessageGroupId=SERVICE, MessageDeduplicationId=event["id"])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with tracing.part("SNS", "aws", operation="Publish", topic_arn=topic) as part:
        call("sns", headers, urllib.parse.urlencode(form).encode(), part)


def ask(name: str, url: str) -> int:
    """The status by which another service answers for itself, 0 for no answer."""
    address = f"{url}/{name}"
    try:
        with tracing.part(name, "remote", url=address) as part:
            headers = {tracing.HEADER: part["header"]} if part["header"] else {}
            try:
                with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=2) as answer:
                    part["status"] = answer.status
            except urllib.error.HTTPError as error:
                part["status"] = error.code
            return part["status"]
    except (OSError, HTTPException):
        return 0


class Handler(BaseHTTPRequestHandler):
    protocol_version, server_version, sys_version = "HTTP/1.1", SERVICE, ""
    timeout = 65  # seconds: longer than the load balancer's idle time-out, which must be the one that closes

    def reply(self, status: int, body: dict[str, Any] | None = None) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if body is not None:  # 204 has neither (RFC 9110, section 8.6)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
        if self.trace:
            self.send_header(tracing.HEADER, self.trace.answer)
        if draining.is_set() or self.unread:  # what was not read would be taken for the next request
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def document(self) -> dict[str, Any]:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            raise ValueError(f"Content-Length: must be 0-{MAX_BODY}")
        found: Any = json.loads(self.rfile.read(int(length)))
        self.unread = False
        if not isinstance(found, dict):
            raise ValueError("body: must be a JSON object")
        return {**found}

    def answer(self) -> tuple[int, dict[str, Any] | None]:
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).strip("/").split("/")
        if path == ["health"]:
            return (503, {"status": "draining"}) if draining.is_set() else (200, {"status": "ok"})
        if path[0] != SERVICE or len(path) > 2 or len(path[-1].encode()) > MAX_KEY:
            return 404, {"error": "no such path"}
        if len(path) == 1:
            if self.command == "POST" and TOPIC:
                event = {**self.document(), "id": str(uuid.uuid4())}
                publish(event)
                return 202, {"id": event["id"]}
            if self.command != "GET":
                return 405, {"error": "not allowed"}
            calls = {name: ask(name, url) for name, url in CALLED.items()}
            return 200, {"service": SERVICE, **({"calls": calls} if calls else {})}
        if not TABLE:
            return 501, {"error": "this service keeps no documents"}
        key = {KEY: {"S": path[1]}}
        if self.command == "GET":
            item = dynamodb("GetItem", Key=key).get("Item", {})
            gone = float(item.get(EXPIRY, {}).get("N", "inf")) < time.time()  # DynamoDB deletes it within days
            there = "body" in item and not gone
            return (200, json.loads(item["body"]["S"])) if there else (404, {"error": "not found"})
        if self.command == "PUT":
            last = {EXPIRY: {"N": str(int(time.time()) + KEEP)}} if KEEP else {}
            dynamodb("PutItem", Item={**key, **last, "body": {"S": compact(self.document())}})
            return 204, None
        if self.command == "DELETE":
            dynamodb("DeleteItem", Key=key)
            return 204, None
        return 405, {"error": "not allowed"}

    def traced(self) -> tracing.Trace | None:
        """This request's trace; which document it is about is nobody's business there."""
        path = urllib.parse.urlsplit(self.path).path
        first, _, rest = path.strip("/").partition("/")
        if first == "health":
            return None
        shown = f"/{SERVICE}{'/*' if rest else ''}" if first == SERVICE else "/*"
        header = self.headers.get(tracing.HEADER, "")
        return tracing.begin(self.command, path, shown, self.headers.get("Host", SERVICE), header)

    def serve(self) -> None:
        started = time.monotonic()
        lengths = self.headers.get_all("Content-Length", [])
        chunked = "Transfer-Encoding" in self.headers
        self.unread = lengths not in ([], ["0"]) or chunked
        self.trace, failure = None, None
        try:
            if chunked or len(lengths) > 1:  # where the body ends is not certain (RFC 9112, section 6.3)
                raise ValueError("body: give one Content-Length and no Transfer-Encoding")
            self.trace = self.traced()
            status, body = self.answer()
        except (ValueError, RecursionError) as error:
            status, body = 400, {"error": str(error)}
        except Exception as error:
            log("error", "request failed", error=f"{type(error).__name__}: {error}")
            status, body, failure = 503, {"error": "try again"}, error
        try:
            self.reply(status, body)
        finally:
            if self.trace:
                self.trace.end(status, failure)
        if self.path != "/health":
            took = round(1000 * (time.monotonic() - started), 1)
            trace = {"trace": self.trace.root} if self.trace and self.trace.sampled else {}
            log("info", "request", method=self.command, status=status, milliseconds=took, **trace)

    do_GET = do_PUT = do_POST = do_DELETE = serve  # noqa: N815 (the names that http.server calls)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024  # connections that wait to be taken: of a burst the default of 5 turns most away


def main() -> None:
    server = Server(("", int(os.environ.get("PORT", "8080"))), Handler)

    def stop(*_: Any) -> None:
        draining.set()
        log("info", "draining")
        threading.Timer(DRAIN, server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    tracing.start()
    log("info", "listening", port=server.server_port)
    server.serve_forever()


if __name__ == "__main__":
    main()
