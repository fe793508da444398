"""A sample application as a process of its own, and requests to it."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3] / "components" / "applications"


class Running:
    """url: where it answers. log: its log entries so far."""

    def __init__(self, module: str, environment: Mapping[str, str]) -> None:
        given = {"PORT": "0", "SERVICE": module.rpartition(".")[2], "PATH": os.environ["PATH"], **environment}
        given |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-P", str(Path(__file__).with_name("launch.py")), module]
        self.process = subprocess.Popen(command, env=given, stderr=subprocess.PIPE, text=True)
        self.log: list[dict[str, Any]] = []
        assert self.process.stderr is not None
        lines: list[str] = []
        for line in self.process.stderr:
            lines.append(line)
            if '"listening"' in line:
                break
        else:
            raise AssertionError("".join(lines))
        self.url = f"http://127.0.0.1:{json.loads(lines[-1])['port']}"
        threading.Thread(target=self._collect, daemon=True).start()

    def entries(self, message: str, count: int = 1, **fields: Any) -> list[dict[str, Any]]:
        """The log entries with this message and these fields, when there are at least ``count``."""
        for _ in range(200):
            wanted = {"message": message, **fields}.items()
            found = [entry for entry in list(self.log) if wanted <= entry.items()]
            if len(found) >= count:
                return found
            time.sleep(0.05)
        raise AssertionError(f"no {count} entries {message!r} in {self.log}")

    def _collect(self) -> None:
        for line in self.process.stderr or ():
            with contextlib.suppress(ValueError):
                self.log.append(json.loads(line))


@contextlib.contextmanager
def running(module: str, environment: Mapping[str, str]) -> Generator[Running, None, None]:
    """The application of ``module``, such as ``shop.cart``, until the context ends."""
    made = Running(module, environment)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()


@dataclass(frozen=True)
class Answer:
    """body: parsed JSON, None for an empty one."""

    status: int
    body: Any
    headers: Mapping[str, str]


def ask(
    url: str, method: str = "GET", body: Any = None, raw: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """A request and its answer, whatever its status. Checks that an error is a problem document (RFC 9457)."""
    data = raw if raw is not None else (None if body is None else json.dumps(body).encode())
    request = urllib.request.Request(url, data=data, method=method, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
            return Answer(answer.status, json.loads(text) if text else None, dict(answer.headers))
    except urllib.error.HTTPError as error:
        text = error.read()
        refused = Answer(error.code, json.loads(text) if text else None, dict(error.headers))
    if method != "HEAD":
        assert refused.headers["Content-Type"] == "application/problem+json", refused
        assert refused.body["status"] == refused.status
        assert refused.body["detail"]
    if refused.status == 503:
        assert int(refused.headers["Retry-After"]) > 0
    return refused
