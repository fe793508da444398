"""What the instances run at boot: valid cloud-config, and a server that serves and says when it cannot."""

import ast
import dataclasses
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import pytest
import yaml

from components.tiers.load_balancing.public import IDLE_SECONDS
from components.tiers.servers.storefront_user_data import (
    StorefrontUserDataArgs,
    storefront_agent_configuration,
    storefront_user_data,
)
from components.tiers.servers.user_data import MAX_BYTES

ARGS = StorefrontUserDataArgs(
    title="Bread & <Butter>", region="us-west-2", port=8080, log_group="/ha-aws/dev/usw2-web", namespace="HA/Web"
)
WAIT = 20
"""Seconds until a test gives up."""

SCHEMA = {
    "type": "object",
    "required": ["write_files", "runcmd"],
    "additionalProperties": False,
    "properties": {
        "write_files": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["path", "content", "permissions"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "pattern": "^/"},
                    "content": {"type": "string", "minLength": 1},
                    "permissions": {"type": "string", "pattern": "^0[0-7]{3}$"},
                },
            },
        },
        "runcmd": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        },
    },
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return yaml.safe_load(storefront_user_data(ARGS))


@pytest.fixture(scope="module")
def files(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the document writes, by file name."""
    folder = tmp_path_factory.mktemp("boot")
    for entry in document["write_files"]:
        (folder / Path(entry["path"]).name).write_text(entry["content"])
    return folder


def cloud_init() -> str | None:
    """The cloud-init on this machine; on a CI machine whose packages we may install, the distribution's."""
    root, apt = hasattr(os, "geteuid") and os.geteuid() == 0, shutil.which("apt-get")
    if not shutil.which("cloud-init") and os.environ.get("CI") and root and apt:
        subprocess.run(
            [apt, "install", "--yes", "--quiet", "cloud-init"], check=False, capture_output=True, timeout=300
        )
    return shutil.which("cloud-init")


def test_it_is_a_cloud_config_of_files_and_commands(document: dict[str, Any]) -> None:
    assert storefront_user_data(ARGS).startswith("#cloud-config\n")
    jsonschema.validate(document, SCHEMA)


def test_cloud_init_itself_finds_it_valid(tmp_path: Path) -> None:
    tool = cloud_init()
    if not tool:
        pytest.skip(
            "cloud-init is not installed here (apt-get install cloud-init); the document's structure was checked"
        )
    path = tmp_path / "user-data"
    path.write_text(storefront_user_data(ARGS))
    ran = subprocess.run(
        [tool, "schema", "--config-file", str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Valid" in ran.stdout


def test_shell_scripts_are_clean_to_shellcheck(files: Path) -> None:
    tool = Path(sys.executable).with_name("shellcheck")
    ran = subprocess.run([tool, "--severity=style", files / "watch.sh"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_systemd_finds_the_units_valid(files: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if not tool:
        pytest.skip("systemd-analyze is not installed here")
    units = [str(files / name) for name in ("storefront.service", "watch.service")]
    ran = subprocess.run([tool, "verify", *units], capture_output=True, text=True, timeout=60, check=False)
    ours = [x for x in ran.stderr.splitlines() if ("storefront" in x or "watch" in x) and "is not executable" not in x]
    assert ours == []


def test_the_server_is_within_the_python_that_amazon_linux_has(files: Path) -> None:
    tree = ast.parse((files / "storefront.py").read_text(), feature_version=(3, 9))
    modules = {n.names[0].name if isinstance(n, ast.Import) else str(n.module) for n in ast.walk(tree)
               if isinstance(n, ast.Import | ast.ImportFrom)}  # fmt: skip
    assert {m.split(".")[0] for m in modules} <= set(sys.stdlib_module_names), "nothing may have to be installed"


def test_it_stays_within_what_ec2_takes() -> None:
    size = len(storefront_user_data(ARGS).encode())
    assert size <= MAX_BYTES
    huge = StorefrontUserDataArgs(title="x" * MAX_BYTES, region="r", port=8080, log_group="g", namespace="n")
    with pytest.raises(ValueError, match="EC2 takes at most 16384"):
        storefront_user_data(huge)


@pytest.mark.parametrize("port", [80, 1023, 65536])
def test_a_port_that_needs_privileges_is_refused(port: int) -> None:
    with pytest.raises(ValueError, match=f"port={port}: the server runs without privileges"):
        StorefrontUserDataArgs(title="t", region="r", port=port, log_group="g", namespace="n")


def test_serving_never_waits_for_what_must_be_installed(document: dict[str, Any]) -> None:
    commands = [" ".join(c) for c in document["runcmd"]]
    serve, watch = (
        next(i for i, c in enumerate(commands) if unit in c) for unit in ("storefront.service", "watch.service")
    )
    assert serve < watch
    assert "--no-block" in commands[watch]
    assert not any("dnf" in c for c in commands)


def test_the_agent_reports_to_the_log_group_and_namespace_its_role_allows() -> None:
    configuration = storefront_agent_configuration(ARGS)
    entries = configuration["logs"]["logs_collected"]["files"]["collect_list"]
    assert {e["log_group_name"] for e in entries} == {"/ha-aws/dev/usw2-web"}
    assert configuration["metrics"]["namespace"] == "HA/Web"


class _Metadata(BaseHTTPRequestHandler):
    """An instance metadata service that, as required of version 2, answers nothing without a token."""

    values: ClassVar = {
        "/latest/meta-data/placement/availability-zone": "us-west-2b",
        "/latest/meta-data/instance-id": "i-0abc",
    }
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        self._answer(200 if "X-aws-ec2-metadata-token-ttl-seconds" in self.headers else 400, "token")

    def do_GET(self) -> None:
        allowed = self.headers.get("X-aws-ec2-metadata-token") == "token"
        self._answer(200 if allowed else 401, self.values.get(self.path, "") if allowed else "")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def metadata_service() -> Generator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Metadata) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextmanager
def storefront(
    files: Path, metadata: str, page: Path | None = None, drain: str = "5", media: Path | None = None, readers: int = 9
) -> Generator[tuple[int, subprocess.Popen[str]]]:
    environment = {"PORT": "0", "METADATA": metadata, "PAGE": str(page or files / "index.html"), "DRAIN_SECONDS": drain}
    environment |= {"MEDIA": str(media or files / "none"), "READERS": str(readers)}
    process = subprocess.Popen(
        [sys.executable, "-u", str(files / "storefront.py")], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "serving on port" in line)
        yield int(line.split()[-1]), process
    finally:
        process.kill()
        process.communicate(timeout=WAIT)


def ask(port: int, path: str, method: str = "GET") -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.getheaders()}
    finally:
        connection.close()


def zone_of(port: int) -> str:
    """The zone that /health names once the metadata service has been asked (in the background)."""
    for _ in range(2000):
        zone = json.loads(ask(port, "/health")[1])["zone"]
        if zone != "unknown":
            return zone
    return "unknown"


def test_the_server_serves_its_page_and_says_from_which_zone(files: Path) -> None:
    with metadata_service() as metadata, storefront(files, metadata) as (port, _):
        assert zone_of(port) == "us-west-2b"
        status, page, headers = ask(port, "/?utm=1")
        assert status == 200
        assert "<h1>Bread &amp; &lt;Butter&gt;</h1>" in page
        assert "Served from us-west-2, zone us-west-2b" in page
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert headers["x-content-type-options"] == "nosniff"
        status, health, headers = ask(port, "/health")
        assert (status, json.loads(health)) == (200, {"status": "ok", "zone": "us-west-2b"})
        assert headers["cache-control"] == "no-store"
        status, body, headers = ask(port, "/", "HEAD")
        assert (status, body) == (200, "")
        assert int(headers["content-length"]) > 0
        assert ask(port, "/../etc/passwd")[0] == 404
        assert ask(port, "/", "DELETE")[0] == 501


def test_the_server_serves_without_a_metadata_service(files: Path) -> None:
    with storefront(files, "127.0.0.1:1") as (port, _):
        assert ask(port, "/health")[0] == 200
        assert ask(port, "/")[0] == 200


def test_shared_files_are_served_and_nothing_outside_their_folder(files: Path, tmp_path: Path) -> None:
    media = tmp_path / "media"
    (media / "spring").mkdir(parents=True)
    (media / "spring" / "a b.svg").write_text("<svg/>")
    (tmp_path / "secret").write_text("no")
    (media / "link").symlink_to(tmp_path / "secret")
    with storefront(files, "127.0.0.1:1", media=media) as (port, _):
        status, body, headers = ask(port, "/media/spring/a%20b.svg?v=1")
        assert (status, body, headers["content-type"]) == (200, "<svg/>", "image/svg+xml")
        assert headers["cache-control"] == "public, max-age=300"
        assert ask(port, "/media/spring/a%20b.svg", "HEAD")[:2] == (200, "")
        outside = ("../secret", "%2e%2e/secret", "/../secret", "//etc/passwd", "link", "spring", "", "a%00b", "missing")
        assert {ask(port, f"/media/{name}")[0] for name in outside} == {404}
        assert ask(port, "/health")[0] == 200


def test_a_hanging_file_system_leaves_threads_for_the_page(files: Path, tmp_path: Path) -> None:
    with (tmp_path / "film.mp4").open("wb") as film:
        film.truncate(64 * 1024 * 1024)
    with storefront(files, "127.0.0.1:1", media=tmp_path, readers=2) as (port, _):
        slow = [http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT) for _ in range(2)]
        for one in slow:
            one.request("GET", "/media/film.mp4")
        waiting = [one.getresponse() for one in slow]  # answered, and not read: both threads stand still
        assert ask(port, "/media/film.mp4", "HEAD")[:2] == (503, "")
        assert (ask(port, "/")[0], ask(port, "/health")[0]) == (200, 200)
        for answer, one in zip(waiting, slow, strict=True):
            answer.close()
            one.close()
        assert any(ask(port, "/media/film.mp4", "HEAD")[0] == 200 for _ in range(2000)), "who leaves makes room"


def test_an_unexpected_body_is_not_parsed_as_the_next_request(files: Path) -> None:
    smuggled = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    with storefront(files, "127.0.0.1:1") as (port, _):
        for how, body in (
            (b"Content-Length: %d" % len(smuggled), smuggled),
            (b"Transfer-Encoding: chunked", b"%x\r\n%b\r\n0\r\n\r\n" % (len(smuggled), smuggled)),
        ):
            with socket.create_connection(("127.0.0.1", port), timeout=WAIT) as wire:
                wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n" + how + b"\r\n\r\n" + body)
                answered = b""
                with suppress(ConnectionResetError):  # what was not read is lost with the connection
                    while got := wire.recv(65536):
                        answered += got
            assert answered.count(b"HTTP/1.1 ") == 1, "the answers of a connection belong to different visitors"
            assert b"Connection: close" in answered


def test_files_are_mounted_over_tls_by_a_unit_that_serving_does_not_wait_for(tmp_path: Path) -> None:
    mounting = dataclasses.replace(ARGS, mount=("fs-0123", "tls,iam,accesspoint=fsap-0123,ro"))
    document = yaml.safe_load(storefront_user_data(mounting))
    written = {Path(f["path"]).name: f["content"] for f in document["write_files"]}
    assert "mount -t efs -o tls,iam,accesspoint=fsap-0123,ro fs-0123:/ /srv/media" in written["media.sh"]
    assert ["systemctl", "enable", "--now", "--no-block", "media.service"] in document["runcmd"]
    assert "ExecStart=/bin/bash /opt/storefront/media.sh" in written["media.service"]
    (tmp_path / "media.sh").write_text(written["media.sh"])
    tool = Path(sys.executable).with_name("shellcheck")
    ran = subprocess.run([tool, "--severity=style", tmp_path / "media.sh"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_without_its_page_the_health_check_fails(files: Path, tmp_path: Path) -> None:
    with storefront(files, "127.0.0.1:1", page=tmp_path / "missing.html") as (port, _):
        status, health, _headers = ask(port, "/health")
        assert (status, json.loads(health)["status"]) == (503, "broken")
        assert ask(port, "/")[0] == 503


def test_on_sigterm_it_fails_its_health_check_keeps_serving_and_then_exits(files: Path) -> None:
    with storefront(files, "127.0.0.1:1", drain="1") as (port, process):
        process.send_signal(signal.SIGTERM)
        answers = (ask(port, "/health") for _ in range(2000))
        status, health, headers = next(answer for answer in answers if answer[0] != 200)
        assert (status, json.loads(health)["status"]) == (503, "draining")
        assert headers["connection"] == "close"
        assert ask(port, "/")[0] == 200, "requests on the way are still answered"
        assert process.wait(WAIT) == 0


def test_connections_stay_open_longer_than_the_load_balancers_idle_timeout(files: Path) -> None:
    source = (files / "storefront.py").read_text()
    [kept] = [n.value.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Assign)
              and isinstance(n.targets[0], ast.Name) and n.targets[0].id == "KEEP_ALIVE_SECONDS"
              and isinstance(n.value, ast.Constant)]  # fmt: skip
    assert isinstance(kept, int)
    assert kept > IDLE_SECONDS, "else the load balancer sends a request into a closing connection"
