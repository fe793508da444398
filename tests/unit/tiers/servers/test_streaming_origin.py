"""The streaming servers' boot and their nginx: the distribution's own, started with the rendered configuration."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.tiers.load_balancing.public import IDLE_SECONDS
from components.tiers.servers.streaming_user_data import (
    STREAMS,
    NginxOrigin,
    StreamingUserDataArgs,
    nginx_configuration,
    streaming_user_data,
)
from components.tiers.servers.user_data import MAX_BYTES

ARGS = StreamingUserDataArgs(
    region="us-west-2",
    origin=NginxOrigin(port=8080, ingest_port=8081),
    file_system="fs-0123456789abcdef0",
    access_point="fsap-0123456789abcdef0",
    hook="ready",
    keep_minutes=180,
    log_group="/usw2-streaming-servers-1234567",
    namespace="HA/Streaming",
)
WAIT = 20
"""Seconds until a test gives up."""
PLAYLIST = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:880000001
#EXTINF:2.0,
stream_880000001.ts
#EXTINF:2.0,
stream_880000002.ts
"""


def tool(command: str) -> str | None:
    """The program on this machine; on a CI machine whose packages we may install, the distribution's."""
    root, apt = hasattr(os, "geteuid") and os.geteuid() == 0, shutil.which("apt-get")
    if not shutil.which(command) and os.environ.get("CI") and root and apt:
        subprocess.run([apt, "install", "--yes", "--quiet", command], check=False, capture_output=True, timeout=300)
    return shutil.which(command) or shutil.which(command, path="/usr/sbin:/usr/local/sbin")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the document writes, by file name."""
    folder = tmp_path_factory.mktemp("boot")
    for entry in yaml.safe_load(streaming_user_data(ARGS))["write_files"]:
        (folder / Path(entry["path"]).name).write_text(entry["content"])
    return folder


def test_the_document_is_a_cloud_config_within_what_ec2_takes() -> None:
    text = streaming_user_data(ARGS)
    assert text.startswith("#cloud-config\n")
    assert len(text.encode()) <= MAX_BYTES
    document = yaml.safe_load(text)
    assert set(document) == {"write_files", "runcmd"}
    assert ["systemctl", "enable", "--now", "--no-block", "start.service"] in document["runcmd"], "at every boot"


def test_cloud_init_itself_finds_it_valid(tmp_path: Path) -> None:
    program = tool("cloud-init")
    if not program:
        pytest.skip("cloud-init is not installed here (apt-get install cloud-init)")
    path = tmp_path / "user-data"
    path.write_text(streaming_user_data(ARGS))
    command = [program, "schema", "--config-file", str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, "Valid" in ran.stdout) == (0, True), ran.stdout + ran.stderr


def test_shell_scripts_are_clean_to_shellcheck(files: Path) -> None:
    program = Path(sys.executable).with_name("shellcheck")
    command = [program, "--severity=style", files / "start.sh", files / "watch.sh"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_systemd_finds_the_units_valid(files: Path) -> None:
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("systemd-analyze is not installed here")
    names = ("start.service", "origin.service", "sweep.service", "sweep.timer", "watch.service")
    command = [program, "verify", *(str(files / name) for name in names)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    lines = [x for x in ran.stderr.splitlines() if any(n.split(".")[0] in x for n in names)]
    assert [x for x in lines if "is not executable" not in x and "Unknown user" not in x] == []


def test_units_and_agent_name_the_folders_of_the_configuration(files: Path) -> None:
    assert f"ReadWritePaths={STREAMS}\n" in (files / "origin.service").read_text()
    assert f"{STREAMS}/live {STREAMS}/incoming" in (files / "sweep.service").read_text()
    assert "-mmin +180" in (files / "sweep.service").read_text()
    assert "/opt/streaming/agent.json" in (files / "watch.sh").read_text()
    collected = json.loads((files / "agent.json").read_text())["logs"]["logs_collected"]["files"]["collect_list"]
    assert {c["file_path"] for c in collected} == {
        "/var/log/cloud-init-output.log",
        "/var/log/streaming/error.log",
    }


FAKES = {
    "rpm": "exit 0",
    "mountpoint": '[ -f "$HERE/mounted" ]',
    "mount": 'echo "mount $*" >>"$HERE/calls"; touch "$HERE/mounted"',
    "mkdir": "exit 0",
    "systemctl": 'echo "systemctl $*" >>"$HERE/calls"',
    "sleep": "exit 0",
    "curl": 'case "$*" in *api/token*) echo token;; *instance-id*) echo i-1;; *health*) exit 0;; *) exit 9;; esac',
    "aws": """echo "aws $*" >>"$HERE/calls"
case "$2" in
  describe-auto-scaling-instances) head -n 1 "$HERE/states"; sed -i 1d "$HERE/states";;
  complete-lifecycle-action) exit 0;;
esac""",
}


@pytest.mark.parametrize(
    ("states", "completed"),
    [
        (["Pending", "Pending:Wait", "Pending:Proceed", "InService"], 1),
        (["Warmed:Pending", "Warmed:Pending:Wait", "Warmed:Pending:Proceed", "Warmed:Stopped"], 1),
        (["InService"], 0),
        (["None"], 0),
    ],
    ids=["launched", "warmed", "in-service", "outside"],
)
def test_a_server_says_once_that_it_is_ready_whether_launched_or_warmed(
    files: Path, tmp_path: Path, states: list[str], completed: int
) -> None:
    for name, body in FAKES.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{body}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "states").write_text("".join(f"usw2-streaming-base-1\t{state}\n" for state in states))
    script = (files / "start.sh").read_text().replace("/opt/streaming/settings", str(files / "settings"))
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HERE": str(tmp_path)}
    ran = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, timeout=WAIT, check=False)
    assert ran.returncode == 0, ran.stderr
    calls = (tmp_path / "calls").read_text().splitlines()
    told = [c for c in calls if "complete-lifecycle-action" in c]
    assert len(told) == completed
    assert all("--lifecycle-hook-name ready" in c and "CONTINUE" in c and "usw2-streaming-base-1" in c for c in told)
    [mounted] = [c for c in calls if c.startswith("mount ")]
    assert "tls,iam,accesspoint=fsap-0123456789abcdef0" in mounted
    assert mounted.endswith("fs-0123456789abcdef0:/ /srv/streams")
    assert calls.index(mounted) < calls.index("systemctl start origin.service sweep.timer"), "never serves without it"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    """A running origin on this machine."""

    origin: NginxOrigin

    def ask(self, method: str, path: str, body: bytes | None = None, ingest: bool = False, **headers: str) -> Answer:
        port = self.origin.ingest_port if ingest else self.origin.port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            found = {key.lower(): value for key, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())

    def put(self, path: str, body: bytes, **more: Any) -> int:
        return self.ask("PUT", path, body, ingest=True, **more).status


def _free_ports() -> tuple[int, int]:
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(socket.socket()) for _ in range(2)]
        for one in found:
            one.bind(("127.0.0.1", 0))
        return found[0].getsockname()[1], found[1].getsockname()[1]


@contextlib.contextmanager
def started(folder: Path, root: Path) -> Generator[Server]:
    program = tool("nginx")
    if not program:
        pytest.skip("nginx is not installed here (apt-get install nginx)")
    port, ingest_port = _free_ports()
    run, logs = folder / "run", folder / "logs"
    for one in (run, logs, root / "live", root / "incoming"):
        one.mkdir(parents=True, exist_ok=True)
    origin = NginxOrigin(port=port, ingest_port=ingest_port, root=str(root), run=str(run), logs=str(logs))
    path = folder / "nginx.conf"
    path.write_text(nginx_configuration(origin))
    owner = "user root; " if os.geteuid() == 0 else ""  # its workers would not get into our folders
    command = [program, "-e", str(logs / "start.log"), "-c", str(path), "-g", f"{owner}daemon off;"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=WAIT, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            server, until = Server(origin), time.monotonic() + WAIT
            while True:
                with contextlib.suppress(OSError):
                    if server.ask("GET", "/health").status == 200:
                        break
                assert time.monotonic() < until, (logs / "start.log").read_text()
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(WAIT)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    folder = tmp_path_factory.mktemp("nginx")
    with started(folder, folder / "root") as running:
        for number in (880000001, 880000002):
            assert running.put(f"/live/show/stream_{number}.ts", bytes(range(188)) * 100) == 201
        assert running.put("/live/show/stream.m3u8", PLAYLIST.encode()) == 201
        yield running


def test_health_is_answered_on_both_ports(server: Server) -> None:
    for ingest in (False, True):
        answer = server.ask("GET", "/health", ingest=ingest)
        assert (answer.status, answer.body) == (200, b"ok\n")
    assert server.ask("GET", "/health").headers["cache-control"] == "no-store"


def test_a_player_gets_the_playlist_and_every_segment_in_it(server: Server) -> None:
    answer = server.ask("GET", "/live/show/stream.m3u8")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/vnd.apple.mpegurl")
    assert answer.headers["cache-control"] == "public, max-age=1"
    segments = [line for line in answer.body.decode().splitlines() if not line.startswith("#")]
    assert len(segments) == 2
    for segment in segments:
        got = server.ask("GET", f"/live/show/{segment}")
        assert (got.status, got.headers["content-type"], len(got.body)) == (200, "video/mp2t", 18800)
        assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert got.headers["etag"]


@pytest.mark.parametrize(
    ("asked", "status", "given"),
    [
        ("bytes=0-187", 206, "bytes 0-187/18800"),
        ("bytes=18700-", 206, "bytes 18700-18799/18800"),
        ("bytes=-100", 206, "bytes 18700-18799/18800"),
        ("bytes=99999-", 416, "bytes */18800"),
    ],
)
def test_players_may_ask_for_parts_of_a_segment(server: Server, asked: str, status: int, given: str) -> None:
    answer = server.ask("GET", "/live/show/stream_880000001.ts", Range=asked)
    assert (answer.status, answer.headers["content-range"]) == (status, given)
    if status == 206:
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_players_on_other_sites_may_read(server: Server) -> None:
    answer = server.ask("GET", "/live/show/stream.m3u8", Origin="https://player.example.com")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Content-Range" in answer.headers["access-control-expose-headers"]
    asked = server.ask("OPTIONS", "/live/show/stream.m3u8", Origin="https://player.example.com")
    assert (asked.status, asked.headers["access-control-allow-methods"]) == (204, "GET, HEAD, OPTIONS")


def test_a_new_playlist_is_served_at_once_and_an_unchanged_one_is_not_sent_again(server: Server) -> None:
    assert server.put("/live/news/stream.m3u8", PLAYLIST.encode()) == 201
    first = server.ask("GET", "/live/news/stream.m3u8")
    again = server.ask("GET", "/live/news/stream.m3u8", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    later = PLAYLIST.replace("880000001", "880000003") + "#EXTINF:2.0,\nstream_880000004.ts\n"
    assert server.put("/live/news/stream.m3u8", later.encode()) == 204
    assert server.ask("GET", "/live/news/stream.m3u8").body == later.encode()


def test_an_encoder_may_send_without_saying_how_much(server: Server) -> None:
    port = server.origin.ingest_port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    with contextlib.closing(connection):
        connection.request("PUT", "/live/show/chunked.ts", body=iter([b"a" * 188, b"b" * 188]), encode_chunked=True,
                           headers={"Transfer-Encoding": "chunked"})  # fmt: skip
        assert connection.getresponse().status == 201
    assert server.ask("GET", "/live/show/chunked.ts").body == b"a" * 188 + b"b" * 188


def test_an_encoder_may_delete_what_it_wrote(server: Server) -> None:
    assert server.put("/live/show/old.ts", b"x") == 201
    assert server.ask("DELETE", "/live/show/old.ts", ingest=True).status == 204
    assert server.ask("GET", "/live/show/old.ts").status == 404


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "MKCOL", "MOVE"])
def test_the_players_port_is_read_only(server: Server, method: str) -> None:
    assert server.ask(method, "/live/show/stream.m3u8", b"x").status in (403, 405)
    assert server.ask("GET", "/live/show/stream.m3u8").body == PLAYLIST.encode()


@pytest.mark.parametrize("method", ["GET", "MKCOL", "MOVE", "COPY"])
def test_the_encoders_port_accepts_only_put_and_delete(server: Server, method: str) -> None:
    assert server.ask(method, "/live/show/stream.m3u8", ingest=True).status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/live/show/evil.html",
        "/live/show/evil.ts.php",
        "/live/stream.ts",
        "/incoming/evil.ts",
        "/live/../evil.ts",
        "/live/%2e%2e/incoming/evil.ts",
        "/live/show/",
    ],
)
def test_only_media_below_a_channel_can_be_written_or_read(server: Server, path: str) -> None:
    assert server.put(path, b"x") == 404
    assert server.ask("GET", path).status == 404


def test_files_written_to_one_server_are_served_by_every_server(tmp_path: Path) -> None:
    root = tmp_path / "shared"
    with started(tmp_path / "one", root) as one, started(tmp_path / "two", root) as two:
        assert one.put("/live/show/stream.m3u8", PLAYLIST.encode()) == 201
        assert two.ask("GET", "/live/show/stream.m3u8").body == PLAYLIST.encode()
        assert two.put("/live/show/stream.m3u8", b"#EXTM3U\n") == 204, "the encoder's next request goes elsewhere"
        assert one.ask("GET", "/live/show/stream.m3u8").body == b"#EXTM3U\n"


def test_connections_outlive_those_of_the_load_balancer() -> None:
    assert f"keepalive_timeout {75}s;" in nginx_configuration(ARGS.origin)
    assert IDLE_SECONDS < 75
