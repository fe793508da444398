"""An update that is cut short: the next one converges and nothing that was made is lost."""

import contextlib
import os
import signal
import time
from pathlib import Path

import pytest

from tests.engine.workspace import LONG_SECONDS, Workspace

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
@pytest.mark.parametrize("torn", [False, True], ids=["between writes", "in a write"])
def test_killed_update_leaves_no_process_and_the_next_converges(workspace: Workspace, torn: bool) -> None:
    """Of a state in a folder the engine replaces the file whole, but writes the note beside it in place."""
    running = workspace.start("up", "--yes", "--skip-preview", "--non-interactive", env=SLOW)
    workspace.wait_for(running, "gateway created")  # whose beginning was recorded after net's end
    running.kill()
    running.wait()
    until = time.monotonic() + 60
    while _own_processes(workspace) and time.monotonic() < until:
        time.sleep(0.1)
    assert _own_processes(workspace) == []
    (note,) = workspace.state_folder.rglob("stacks/**/test.json.attrs")
    if torn:
        note.write_bytes(b"")
    locked = workspace.up().failed()
    if not note.read_bytes():  # by us, or by the kill itself
        assert "failed to load checkpoint: EOF" in locked.text
        note.unlink()
        locked = workspace.up().failed()
    assert "pulumi cancel" in locked.text, "the engine says how to go on"
    workspace.pulumi("cancel", "--yes", "test").ok()
    before = workspace.ids()
    assert "net" in before
    _converges(workspace, before)
