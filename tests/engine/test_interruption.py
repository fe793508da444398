"""An update that is cut short: the next one converges and nothing that was made is lost."""

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offline.aws.account import FOLDER, Account
from offline.engine.places import TREE
from offline.engine.setup import Ready
from tests.engine.architecture import DEV, ArchitectureWorkspace
from tests.engine.workspace import LONG_SECONDS, Workspace
from tests.support.some import some

EXHAUSTIVE = pytest.mark.exhaustive
SLOW = {"HA_AWS_FAULTS": "delay:*:1.0"}  # long enough to be cut between two resources


def _own_processes(workspace: Workspace) -> list[str]:
    """Command lines of processes that were started for this workspace's home (host, plugins, program)."""
    found: list[str] = []
    mark = f"PULUMI_HOME={workspace.home}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def _wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)


def _converges(workspace: Workspace, before: dict[str, str]) -> None:
    workspace.up().ok()
    after = workspace.ids()
    assert len(after) == 6
    assert before.items() <= after.items(), "what existed was lost or replaced"
    workspace.preview("--expect-no-changes").ok()


def test_interrupted_update_says_so_and_the_next_converges(workspace: Workspace) -> None:
    running = workspace.start("up", "--yes", "--skip-preview", "--non-interactive", env=SLOW)
    workspace.wait_for(running, "net created")
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does
    text, _ = running.communicate(timeout=LONG_SECONDS)
    assert running.returncode != 0
    assert "Traceback" not in text, "plugins and language host stop quietly"
    before = workspace.ids()
    assert 0 < len(before) < 6
    assert not workspace.deployment().get("pending_operations"), "what was under way was finished and recorded"
    _converges(workspace, before)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="processes are found in /proc")
@pytest.mark.parametrize(
    "torn", [pytest.param(False, id="between writes", marks=EXHAUSTIVE), pytest.param(True, id="in a write")]
)
def test_killed_update_leaves_no_process_and_the_next_converges(workspace: Workspace, torn: bool) -> None:
    """Of a state in a folder the engine replaces the file whole, but writes the note beside it in place."""
    running = workspace.start("up", "--yes", "--skip-preview", "--non-interactive", env=SLOW)
    workspace.wait_for(running, "gateway created")  # whose beginning was recorded after net's end
    running.kill()
    running.wait()
    _wait_until(lambda: not _own_processes(workspace))
    (note,) = workspace.state_folder.rglob("stacks/**/test.json.attrs")
    if torn:
        note.write_bytes(b"")
    locked = workspace.up().failed()
    if not note.read_bytes():  # by us, or by the kill itself
        assert "failed to load checkpoint: EOF" in locked.text
        note.unlink()
        locked = workspace.up().failed()
    assert "pulumi cancel" in locked.text, "the engine says how to go on"
    cancel, preview, *rest = COMMANDS
    _run(workspace, cancel)
    before = _existing(workspace)
    assert "net" in before
    _run(workspace, preview)
    if not _fill_in(workspace, before):  # AWS has nothing that the state does not know
        rest = [command for command in rest if not command.startswith("pulumi import")]
    for command in rest:
        _run(workspace, command)
    _converges(workspace, before)


# ------------------------------------------------------------------- creations that AWS finishes after a kill
COMMANDS = re.findall(r"^ +(pulumi .*)$", (TREE / "docs" / "interrupted.md").read_text(), re.M)
"""The commands of docs/interrupted.md, in its order."""
ASKING = ("cancel", "import", "refresh", "up")
"""Commands that ask for confirmation."""


@pytest.fixture
def data(ready: Ready, tmp_path: Path) -> Iterator[Workspace]:
    """A stack of databases, tables, buckets and file systems."""
    made = Workspace(ready, tmp_path, Path(__file__).parent / "programs" / "data.py")
    made.create()
    yield made
    made.stop()


def _existing(workspace: Workspace) -> dict[str, str]:
    """Logical name to id of everything in the account; AssertionError when something is there twice."""
    account = Account(workspace.state_folder / FOLDER)
    account.refresh("urn:pulumi:test::engine-test::t::n")
    found = {existing.name: existing.id for existing in account.resources.values()}
    assert len(found) == len(account.resources), "a resource was created twice"
    return found


def _run(workspace: Workspace, command: str) -> str:
    """Runs a command of the page and answers yes."""
    _, verb, *rest = command.split()
    more = ["--yes"] if verb in ASKING else []
    more += ["--skip-preview"] if verb in ("import", "refresh", "up") else []
    return workspace.pulumi(verb, *rest, *more, *([] if verb == "cancel" else ["--non-interactive"])).ok().text


def _fill_in(workspace: Workspace, has: dict[str, str]) -> bool:
    """Edits import.json as step 2 of the page says; False if nothing remains to import."""
    file = workspace.folder / "import.json"
    wanted = json.loads(file.read_text())
    pending = {p["resource"]["urn"].split("::")[-1] for p in workspace.deployment()["pending_operations"]}
    wanted["resources"] = [
        {**r, "id": has[r["name"]]} for r in wanted["resources"] if r["name"] in has and r["name"] in pending
    ]
    file.write_text(json.dumps(wanted))
    return bool(wanted["resources"])


MOMENTS = {
    "data-key": False,  # before everything that it encrypts; KMS gives keys no name that could be taken
    "data-shop": True,  # beside the vault, the secret, the queue and the copy of the key
    "data-shop-replica": True,
    "data-bank-a": True,  # after its cluster and the Global Database
}
"""Resources whose creation is cut short, and whether AWS refuses to create them a second time."""
OFTEN = ("data-bank-a",)
"""The moment of `make test`; the others are for `make exhaustive`."""


@pytest.mark.parametrize("creating", [pytest.param(m, marks=[] if m in OFTEN else [EXHAUSTIVE]) for m in MOMENTS])
def test_steps_of_interrupted_md_import_what_aws_was_creating_and_replace_nothing(
    data: Workspace, creating: str
) -> None:
    running = data.start("up", "--yes", "--skip-preview", "--non-interactive", env={"HA_AWS_FAULTS": "delay:*:3.0"})
    data.wait_for(running, f"{creating} creating")
    _wait_until(lambda: creating in _existing(data))  # AWS has taken the request
    running.kill()
    running.wait()
    _wait_until(lambda: not _own_processes(data))
    before = _existing(data)
    cancel, preview, *rest = COMMANDS
    _run(data, cancel)
    if MOMENTS[creating]:
        assert "AlreadyExists" in data.up().failed().text, "creating it again is refused"
    _run(data, preview)
    _fill_in(data, before)
    for command in some(rest):
        assert "replac" not in _run(data, command)
    after = _existing(data)
    assert before.items() <= after.items(), "what AWS created was lost or replaced"
    assert data.ids() == after, "AWS has resources that the state does not know"
    assert len(after) == 14
    data.preview("--expect-no-changes").ok()
    data.destroy().ok()
    assert _existing(data) == {}


# ------------------------------------------------------------------------------------------- whole architectures
WHOLE = {
    "ecommerce": (
        "aws:kms/key:Key", "aws:efs/fileSystem:FileSystem", "aws:elasticache/replicationGroup:ReplicationGroup",
        "aws:rds/instance:Instance",
    ),
    "financial": ("aws:dynamodb/table:Table", "aws:rds/cluster:Cluster"),
    "media": ("aws:s3/bucket:Bucket", "aws:rds/instance:Instance"),
}  # fmt: skip
"""The types of which a creation is cut short, one after the other, for each architecture."""
LOSSLESS = {"PULUMI_SKIP_CHECKPOINTS": "false"}
"""The state is written after each resource, as in production."""


def _held(workspace: Workspace) -> dict[tuple[str, str], str]:
    """Type and id to URN of everything in the account; AssertionError when a resource is there twice."""
    account = Account(workspace.state_folder / FOLDER)
    account.refresh("urn:pulumi:test::ha-aws::t::n")
    found = {key: existing.urn for key, existing in account.resources.items()}
    assert len(set(found.values())) == len(found), "a resource was created twice"
    return found


def _import_pending(workspace: Workspace, held: dict[tuple[str, str], str]) -> None:
    """Steps 1 to 3 of docs/interrupted.md, without the last command."""
    cancel, preview, *rest = COMMANDS
    _run(workspace, cancel)
    _run(workspace, preview)
    file = workspace.folder / "import.json"
    wanted = json.loads(file.read_text())
    pending = {p["resource"]["urn"] for p in workspace.deployment()["pending_operations"]}
    ids = {(urn.split("::")[-1], token): i for (token, i), urn in held.items() if urn in pending}
    wanted["resources"] = [
        {**r, "id": ids[key]}
        for r in wanted["resources"]
        if (key := (r.get("logicalName", r["name"]), r["type"])) in ids  # name alone is made unique in this file
    ]
    file.write_text(json.dumps(wanted))
    for command in some(rest[:-1]):
        if wanted["resources"] or not command.startswith("pulumi import"):
            assert "replac" not in _run(workspace, command)


@EXHAUSTIVE
@pytest.mark.parametrize("scenario", WHOLE)
def test_an_architecture_is_killed_while_its_data_are_created_and_nothing_is_lost_or_orphaned(
    ready: Ready, tmp_path: Path, scenario: str
) -> None:
    made = ArchitectureWorkspace(ready, tmp_path)
    made.create()
    made.settings(scenario=scenario, **DEV)
    kills, held = 0, dict[tuple[str, str], str]()
    for token in some(WHOLE[scenario]):
        slow = {"HA_AWS_FAULTS": f"delay:{token}:8.0", **LOSSLESS}
        running = made.start("up", "--yes", "--skip-preview", "--non-interactive", env=slow)
        threading.Thread(target=_drain, args=(running,), daemon=True).start()
        known = set(held)
        while running.poll() is None and not any(key[0] == token for key in set(_held(made)) - known):
            time.sleep(0.5)
        if running.poll() is not None:
            break  # an earlier kill was while this type was created, too
        running.kill()
        running.wait()
        _wait_until(lambda: not _own_processes(made))
        kills += 1
        held = _held(made)
        _import_pending(made, held)
        assert held.items() <= _held(made).items(), f"lost or replaced after the kill during {token}"
    assert kills > 1
    said = made.up().ok().text
    assert "replac" not in said
    after = _held(made)
    assert held.items() <= after.items(), "what AWS created was lost or replaced"
    state = {(r["type"], r["id"]) for r in made.deployment()["resources"] if r["type"].startswith("aws:")}
    assert set(after) == state, "AWS has resources that the state does not know"
    made.preview("--expect-no-changes").ok()
    made.stop()


def _drain(running: subprocess.Popen[str]) -> None:
    """Reads what a command prints, so that it never waits for its reader."""
    for _ in running.stdout or ():
        pass
