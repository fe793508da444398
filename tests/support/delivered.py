"""The stacks of this tree as they are delivered, previewed through the real engine: once for all tests and workers."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from offline.engine.places import TREE
from offline.engine.setup import setup
from offline.preview import stacks
from offline.preview.engine import NO_CHECKPOINTS, Violation
from tests.support.shared import shared

STACKS = stacks.named(TREE)
PRODUCTION = [s for s in STACKS if "profile: production" in (TREE / f"Pulumi.{s}.yaml").read_text()]
LONG_SECONDS = 600  # no preview may take longer, however busy the machine is


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """The result of `make preview` for one stack. told: its part of the JSON. text: everything that Pulumi printed.
    report: the availability report. settings_kept: whether the stack's file of settings is as before.
    """

    code: int
    told: dict[str, Any]
    text: str
    report: dict[str, Any]
    settings_kept: bool

    @property
    def violations(self) -> list[Violation]:
        """What the policy pack reported."""
        return [Violation(**v) for v in self.told["violations"]]


def previewed(stack: str) -> Delivered:
    """`make preview` of a stack that does not exist yet, with the policy pack."""
    return shared(f"preview of {stack} by {setup().engine.version}", lambda: _preview(stack))


def _preview(stack: str) -> Delivered:
    settings = TREE / f"Pulumi.{stack}.yaml"
    before = settings.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "offline.preview", stack, "--json"],
        cwd=TREE, env=dict(setup().environ()), capture_output=True, text=True, timeout=LONG_SECONDS, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    (told,) = json.loads(done.stdout)["stacks"]
    report = TREE / "build" / "report" / f"{stack}.json"
    return Delivered(
        code=done.returncode,
        told=told,
        text=Path(told["text"]).read_text(),
        report=json.loads(report.read_text()) if report.exists() else {},
        settings_kept=settings.read_bytes() == before,
    )


def planned(stack: str) -> dict[str, Any]:
    """`pulumi preview --json` of a stack that does not exist yet, without the policy pack: every resource's inputs and
    what each of them depends on. AssertionError with Pulumi's errors if it fails.
    """
    return shared(f"plan of {stack} by {setup().engine.version}", lambda: _plan(stack))


def _plan(stack: str) -> dict[str, Any]:
    ready = setup()
    with TemporaryDirectory() as folder:
        shadow = stacks.shadow(TREE, Path(folder), stack, ready.environ())
        args = ["pulumi", "preview", "-C", str(TREE), "--stack", stack, "--config-file", str(shadow.config), "--json"]
        done = subprocess.run(
            [*args, "--non-interactive"],
            env={**ready.environ(), **NO_CHECKPOINTS, "PULUMI_BACKEND_URL": shadow.backend},
            capture_output=True, text=True, timeout=LONG_SECONDS, check=False,
        )  # fmt: skip
    answer = json.loads(done.stdout or "{}")
    said = [d.get("message", "") for d in answer.get("diagnostics", []) if d.get("severity") == "error"]
    assert done.returncode == 0, "\n".join((f"{stack} cannot be previewed:", *said, done.stderr[-2000:]))
    return answer
