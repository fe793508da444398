"""What listens beside a traced service: traces by OTLP over HTTP; X-Ray's sampling rules and statistics."""

import contextlib
import json
import threading
import time
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Collector:
    """rules: X-Ray's sampling rules. targets: what X-Ray answers to statistics. asked: somebody has read the rules."""

    def __init__(self, rules: list[dict[str, Any]], targets: list[dict[str, Any]]) -> None:
        self.rules, self.targets, self.statistics = rules, targets, list[dict[str, Any]]()
        self.bodies: list[bytes] = []
        self.asked = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body, answer = self.rfile.read(int(self.headers["Content-Length"])), b""
                if self.path == "/GetSamplingRules":
                    found: dict[str, Any] = {"SamplingRuleRecords": [{"SamplingRule": one} for one in outer.rules]}
                    answer = json.dumps(found).encode()
                    outer.asked.set()
                elif self.path == "/SamplingTargets":
                    outer.statistics += json.loads(body)["SamplingStatisticsDocuments"]
                    answer = json.dumps({"SamplingTargetDocuments": outer.targets}).encode()
                else:
                    outer.bodies.append(body)
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def spans(self, count: int) -> list[Any]:
        """The spans so far, when there are at least ``count``."""
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

        for _ in range(100):
            requests = [ExportTraceServiceRequest.FromString(body) for body in list(self.bodies)]
            scopes = [scope for one in requests for kept in one.resource_spans for scope in kept.scope_spans]
            found = [span for scope in scopes for span in scope.spans]
            if len(found) >= count:
                return found
            time.sleep(0.1)
        raise AssertionError(f"no {count} spans")


@contextlib.contextmanager
def collecting(*rules: dict[str, Any], targets: list[dict[str, Any]] | None = None) -> Generator[Collector, None, None]:
    """A running collector."""
    made = Collector(list(rules), targets or [])
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
