#!/usr/bin/python3
"""Serves the storefront and its health answer, with Python's own library (3.9, as Amazon Linux 2023 has it).

Nothing has to be installed before an instance can take traffic: capacity never waits for a package repository.

Environment: PORT, PAGE (file to serve), MEDIA (folder of shared files, served under /media/), METADATA (instance
metadata service), LOGS_DIRECTORY (set by systemd), DRAIN_SECONDS (failing health checks before leaving), READERS.
"""

from __future__ import annotations

import html
import http.client
import json
import mimetypes
import os
import shutil
import signal
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

METADATA = os.environ.get("METADATA", "169.254.169.254")
PAGE = Path(os.environ.get("PAGE", "/opt/storefront/index.html"))
MEDIA = Path(os.environ.get("MEDIA", "/srv/media"))
DRAIN_SECONDS = float(os.environ.get("DRAIN_SECONDS", "25"))
KEEP_ALIVE_SECONDS = 75
"""Longer than the load balancer's 60, which otherwise sends a request into a closing connection (HTTP 502)."""
METADATA_SECONDS = 2
METADATA_PAUSE = 0.2
METADATA_TRIES = 3
TEXT = "text/plain; charset=utf-8"
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}

READERS = int(os.environ.get("READERS", "256"))
"""Threads that may be busy with shared files at once. A file system that does not answer holds them for as long as it
does not: without a limit they would be all that the instance has, and its page would go with the files.
"""

draining = threading.Event()
readers = threading.BoundedSemaphore(READERS)


def metadata(path: str) -> str:
    """A value of the instance metadata service, version 2 (a token first); "unknown" where it does not answer."""
    for _ in range(METADATA_TRIES):
        service = http.client.HTTPConnection(METADATA, timeout=METADATA_SECONDS)
        try:
            service.request("PUT", "/latest/api/token", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
            token = service.getresponse().read().decode()
            service.request("GET", "/latest/meta-data/" + path, headers={"X-aws-ec2-metadata-token": token})
            answer = service.getresponse()
            if answer.status == HTTPStatus.OK:
                return answer.read().decode()
        except (OSError, http.client.HTTPException) as problem:
            print(f"metadata: {problem}", file=sys.stderr)
        finally:
            service.close()
        time.sleep(METADATA_PAUSE)
    return "unknown"


class Storefront(BaseHTTPRequestHandler):
    """GET and HEAD of /, /health and /media/."""

    protocol_version = "HTTP/1.1"
    timeout = KEEP_ALIVE_SECONDS
    server_version = "storefront"
    sys_version = ""
    zone = "unknown"
    instance = "unknown"

    def do_GET(self) -> None:
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # what is not read would be taken for the next request
        path = self.path.split("?", 1)[0]
        if path == "/health":
            self.health()
        elif path == "/":
            self.page()
        elif path.startswith("/media/"):
            if not readers.acquire(blocking=False):
                self.answer(HTTPStatus.SERVICE_UNAVAILABLE, TEXT, b"Busy\n", {"Cache-Control": "no-store"})
                return
            try:
                self.media(unquote(path[len("/media/") :]))
            finally:
                readers.release()
        else:
            self.answer(HTTPStatus.NOT_FOUND, TEXT, b"Not found\n")

    def do_HEAD(self) -> None:
        self.do_GET()

    def health(self) -> None:
        """200 while this instance can serve its page and is not being taken out of service, else 503."""
        fine = not draining.is_set() and os.access(PAGE, os.R_OK)
        state = {"status": "ok" if fine else "draining" if draining.is_set() else "broken", "zone": self.zone}
        status = HTTPStatus.OK if fine else HTTPStatus.SERVICE_UNAVAILABLE
        self.answer(status, "application/json", json.dumps(state).encode() + b"\n", {"Cache-Control": "no-store"})

    def page(self) -> None:
        try:
            text = PAGE.read_text(encoding="utf-8")
        except OSError as problem:
            self.log_error("%s", problem)
            self.answer(HTTPStatus.SERVICE_UNAVAILABLE, TEXT, b"Not available\n")
            return
        text = text.replace("{zone}", html.escape(self.zone)).replace("{instance}", html.escape(self.instance))
        self.answer(HTTPStatus.OK, "text/html; charset=utf-8", text.encode(), {"Cache-Control": "no-cache"})

    def media(self, name: str) -> None:
        """A shared file; nothing outside their folder, whatever the name says."""
        try:
            found = (MEDIA / name.lstrip("/")).resolve()
            if not found.is_file() or MEDIA.resolve() not in found.parents:
                raise FileNotFoundError(name)
            file = found.open("rb")
        except (OSError, ValueError):
            self.answer(HTTPStatus.NOT_FOUND, TEXT, b"Not found\n")
            return
        with file:
            kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
            size = os.fstat(file.fileno()).st_size
            self.start(HTTPStatus.OK, kind, size, {"Cache-Control": "public, max-age=300"})
            if self.command != "HEAD":
                shutil.copyfileobj(file, self.wfile)

    def answer(self, status: HTTPStatus, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.start(status, kind, len(body), headers or {})
        if self.command != "HEAD":
            self.wfile.write(body)

    def start(self, status: HTTPStatus, kind: str, size: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(size))
        for name, value in {**SECURITY_HEADERS, **headers}.items():
            self.send_header(name, value)
        if draining.is_set() or self.close_connection:
            self.send_header("Connection", "close")  # which closes it as well
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The load balancer logs every request; here only errors are."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024


def main() -> None:
    logs = os.environ.get("LOGS_DIRECTORY")
    if logs:
        sys.stderr = (Path(logs) / "server.log").open("a", buffering=1, encoding="utf-8")
    server = Server(("", int(os.environ.get("PORT", "8080"))), Storefront)

    def stop(_signal: int, _frame: object) -> None:
        # Fail the health checks first, then leave: the load balancer stops sending meanwhile.
        draining.set()
        threading.Timer(DRAIN_SECONDS, server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    print(f"serving on port {server.server_address[1]}", file=sys.stderr, flush=True)
    threading.Thread(target=identify, daemon=True).start()
    server.serve_forever(poll_interval=0.2)


def identify() -> None:
    Storefront.zone = metadata("placement/availability-zone")
    Storefront.instance = metadata("instance-id")


if __name__ == "__main__":
    main()
