"""`pulumi policy publish`, run by the real CLI against what it needs of Pulumi Cloud: what is uploaded works alone."""

import gzip
import io
import json
import re
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import ha_policy
import pytest
import yaml
from ha_policy.pack import NAME

from offline.engine.places import TREE
from offline.engine.setup import Ready
from tests.engine.conftest import ready as _ready
from tests.engine.workspace import Workspace
from tests.policy.test_engine import GRAPH, found, settings
from tests.support.installed import environment, needed

pytestmark = pytest.mark.engine
ready = _ready
HERE = Path(__file__).parent
ORGANIZATION, TOKEN = "acme", "pul-0000000000000000000000000000000000000000"
HEADER = ("X-Object-Meta", "pack")  # the storage's own, that the upload must carry
VERSION = yaml.safe_load((TREE / "policy" / "PulumiPolicy.yaml").read_text())["version"]
LARGEST_BYTES = 400_000  # of the archive: it goes to every machine that previews


@dataclass
class Cloud:
    """The part of Pulumi Cloud's API that `login` and `policy publish` use; what it was sent."""

    asked: list[str] = field(default_factory=list[str])
    created: dict[str, Any] = field(default_factory=dict[str, Any])
    archive: bytes = b""
    url: str = ""

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, Any]:
        """(status, JSON) of one request."""
        self.asked.append(f"{method} {path}")
        if method == "PUT":
            assert headers[HEADER[0]] == HEADER[1]
            self.archive = body
            return 200, {}
        if headers["Authorization"] != f"token {TOKEN}":
            return 401, {"code": 401, "message": "unauthorized"}
        if path == "/api/user":
            return 200, {"githubLogin": "jo", "organizations": [{"githubLogin": ORGANIZATION, "name": ORGANIZATION}]}
        if (method, path) == ("POST", f"/api/orgs/{ORGANIZATION}/policypacks"):
            text = gzip.decompress(body) if headers["Content-Encoding"] == "gzip" else body
            self.created = json.loads(text)
            return 200, {"version": 1, "uploadURI": f"{self.url}/storage", "requiredHeaders": dict([HEADER])}
        version = f"/api/orgs/{ORGANIZATION}/policypacks/{NAME}/versions/{VERSION}"
        if (method, path) == ("POST", f"{version}/complete"):
            return 200, {}
        if (method, path) == ("GET", version):  # the CLI reads back what it published, from 3.276
            known = ("name", "displayName", "versionTag", "policies")
            return 200, {k: self.created[k] for k in known} | {"version": 1, "applied": False}
        return 404, {"code": 404, "message": "not found"}


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    made = Cloud()

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer = made.answer(self.command, self.path, self.headers, body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def broken(ready: Ready, tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(ready, tmp_path, HERE / "programs" / "broken.py")
    made.create()
    made.config("aws:region", "us-west-2")
    yield made
    made.stop()


def published(stack: Workspace, cloud: Cloud) -> None:
    """The folder as its user publishes it: logged in, from within."""
    env = {"PULUMI_BACKEND_URL": "", "PULUMI_ACCESS_TOKEN": TOKEN, "PULUMI_HOME": str(stack.home)}
    stack.pulumi("login", cloud.url, "--non-interactive", env=env).ok()
    stack.pulumi("-C", str(TREE / "policy"), "policy", "publish", ORGANIZATION, env=env).ok()


def test_what_is_published_is_complete_small_and_works_on_a_machine_without_this_tree(
    broken: Workspace, cloud: Cloud, tmp_path: Path
) -> None:
    published(broken, cloud)
    assert [a for a in cloud.asked if not a.startswith("GET")] == [
        f"POST /api/orgs/{ORGANIZATION}/policypacks",
        "PUT /storage",
        f"POST /api/orgs/{ORGANIZATION}/policypacks/{NAME}/versions/{VERSION}/complete",
    ]
    assert cloud.created["runtime"] == "python"
    assert {p["name"]: p["enforcementLevel"] for p in cloud.created["policies"]} == {
        "ha": "mandatory",
        "ha-advice": "advisory",
    }
    assert "preset" in cloud.created["policies"][0]["configSchema"]["properties"]

    with tarfile.open(fileobj=io.BytesIO(cloud.archive)) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    alone = tmp_path / "unpacked" / "package"
    files = {str(f.relative_to(alone)) for f in alone.rglob("*") if f.is_file()}
    tracked = subprocess.run(["git", "ls-files", "."], cwd=TREE / "policy", capture_output=True, text=True, check=True)
    assert files == set(tracked.stdout.split())
    assert len(cloud.archive) < LARGEST_BYTES

    lines = (alone / "requirements.txt").read_text().splitlines()
    names = needed(line for line in lines if line and not line.startswith("#"))
    assert names & {"pulumi-aws", "pulumi-awsx"} == set()
    environment(alone / ".venv", names)
    report = tmp_path / "report"
    args = ("--policy-pack", str(alone), *settings(broken.folder))
    text = broken.preview(*args, env={"HA_AWS_REPORT": str(report)}).failed().text
    assert found(text) >= GRAPH, GRAPH - found(text)
    assert {f.suffix for f in report.iterdir()} == {".html", ".json", ".md"}  # its templates and data are there
    broken.up().ok()
    state = broken.folder / "state.json"
    state.write_text(broken.pulumi("stack", "export").ok().text)
    text = broken.pulumi("policy", "analyze", "--file", str(state), *args).failed().text
    assert found(text) >= GRAPH, GRAPH - found(text)


def test_the_version_that_is_published_is_that_of_the_pack() -> None:
    text = (Path(ha_policy.__file__).parents[1] / "PulumiPolicy.yaml").read_text()
    assert re.search(r"^version: \d+\.\d+\.\d+$", text, re.M)
