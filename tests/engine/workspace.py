"""A project, a backend and a PULUMI_HOME of a test's own, and the commands its user would type."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline.engine.setup import Ready
from offline.preview.engine import NO_CHECKPOINTS, plain

LONG_SECONDS = 600  # no command of these tests may take longer, however busy the machine is
STACK = "test"


@dataclass(frozen=True)
class Result:
    """What a command answered."""

    code: int
    text: str

    def ok(self) -> "Result":
        """Itself; AssertionError with everything it said when it failed."""
        assert self.code == 0, self.text
        return self

    def failed(self) -> "Result":
        """Itself; AssertionError when it did not fail."""
        assert self.code != 0, self.text
        return self


class Workspace:
    """The activated engine on a copy of a program, outside the tree."""

    def __init__(self, ready: Ready, folder: Path, program: Path) -> None:
        self.ready = ready
        self.folder = folder / "project"
        self.home = folder / "home"
        self.state_folder = folder / "state"
        self.running: list[subprocess.Popen[str]] = []
        self.folder.mkdir()
        self.home.mkdir()
        self.state_folder.mkdir()
        (self.home / "plugins").symlink_to(ready.at.home / "plugins")
        runtime = {"name": "python", "options": {"virtualenv": str(ready.at.venv)}}
        (self.folder / "Pulumi.yaml").write_text(json.dumps({"name": "engine-test", "runtime": runtime}))
        shutil.copyfile(program, self.folder / "__main__.py")

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The offline shell's environment, with this workspace's own home and backend."""
        own = {
            "PULUMI_HOME": str(self.home),
            "PULUMI_BACKEND_URL": f"file://{self.state_folder}",
            "PULUMI_STACK": STACK,
        }
        return {**self.ready.environ(), **own, **(more or {})}

    def start(self, *args: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """A command in its own session, so that it can be interrupted as a whole."""
        process = subprocess.Popen(
            ["pulumi", *args], cwd=self.folder, env=self.environ(env), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        self.running.append(process)
        return process

    def pulumi(self, *args: str, env: Mapping[str, str] | None = None) -> Result:
        """A command to its end."""
        process = self.start(*args, env=env)
        text, _ = process.communicate(timeout=LONG_SECONDS)
        return Result(process.returncode, plain(text))

    def create(self) -> None:
        """An empty stack."""
        self.pulumi("stack", "init", STACK, "--non-interactive").ok()

    def config(self, key: str, value: str) -> None:
        """Set a setting of the program."""
        self.pulumi("config", "set", key, value, "--non-interactive").ok()

    def preview(self, *args: str, env: Mapping[str, str] | None = None) -> Result:
        """pulumi preview"""
        return self.pulumi("preview", "--non-interactive", *args, env={**NO_CHECKPOINTS, **(env or {})})

    def up(self, *args: str, env: Mapping[str, str] | None = None) -> Result:
        """pulumi up"""
        return self.pulumi("up", "--yes", "--skip-preview", "--non-interactive", *args, env=env)

    def destroy(self, *args: str, env: Mapping[str, str] | None = None) -> Result:
        """pulumi destroy"""
        return self.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive", *args, env=env)

    def deployment(self) -> dict[str, Any]:
        """The stack's state."""
        return json.loads(self.pulumi("stack", "export").ok().text)["deployment"]

    @contextlib.contextmanager
    def rewritten(self, changes: Mapping[str, Mapping[str, Any]]) -> Generator[None, None, None]:
        """A state with what a refresh finds after operators, or AWS, have changed resources; afterwards as before.

        changes: logical name -> property -> value, as inputs and outputs; None: AWS has no such value any more.
        """
        before = self.pulumi("stack", "export", "--show-secrets").ok().text
        whole = json.loads(before)
        found: set[str] = set()
        for resource in whole["deployment"]["resources"]:
            name = resource["urn"].split("::")[-1]
            if name in changes and resource.get("custom"):
                found.add(name)
                for values in (resource["inputs"], resource["outputs"]):
                    values.update({k: v for k, v in changes[name].items() if v is not None})
                    for gone in (k for k, v in changes[name].items() if v is None):
                        values.pop(gone, None)
        assert found == set(changes), "every change is of a resource of the stack"
        self._import(json.dumps(whole))
        yield
        self._import(before)

    def switched_over(self, primary: str, standby: str, whole: str) -> dict[str, dict[str, Any]]:
        """For `rewritten`: a Global Database after a switchover and an upgrade of its engine.

        Names of the resources of the cluster that has been the primary, the other one, and the Global Database.
        """
        made = {r["urn"].split("::")[-1]: r for r in self.deployment()["resources"] if r["type"].startswith("aws:rds/")}
        name, newer = made[whole]["id"], {"engineVersion": "17.99"}
        assert made[standby]["inputs"]["globalClusterIdentifier"] == name
        source = made[standby]["outputs"]["arn"]
        return {
            primary: {**newer, "globalClusterIdentifier": name, "replicationSourceIdentifier": source},
            standby: {**newer, "replicationSourceIdentifier": ""},
        }

    def _import(self, state: str) -> None:
        file = self.folder / "imported.json"
        file.write_text(state)
        self.pulumi("stack", "import", "--file", str(file)).ok()

    def ids(self) -> dict[str, str]:
        """URN's name to id of every AWS resource in the state."""
        found = self.deployment().get("resources", [])
        return {r["urn"].split("::")[-1]: r["id"] for r in found if r["type"].startswith("aws:")}

    def wait_for(self, process: subprocess.Popen[str], text: str) -> None:
        """Read a running command's output until a line holds text."""
        until = time.monotonic() + LONG_SECONDS
        said: list[str] = []
        assert process.stdout
        for line in process.stdout:
            said.append(plain(line))
            if text in said[-1]:
                return
            assert time.monotonic() < until, "".join(said)
        raise AssertionError(f"ended without saying {text!r}:\n{''.join(said)}")

    def stop(self) -> None:
        """End what still runs."""
        for process in self.running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            if process.stdout:
                process.stdout.close()
