"""Run one preview: start the engine, read its events, and measure how long each phase takes."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from offline.preview.stacks import Shadow

POLL_SECONDS = 0.02  # interval for reading the engine's event log, which is the resolution of the phases
MANDATORY = "mandatory"
REPORT = "HA_AWS_REPORT"  # folder into which the policy pack writes <stack>.html, .json and .md
ENDINGS = ("html", "json", "md")
NO_CHECKPOINTS = {"PULUMI_SKIP_CHECKPOINTS": "true"}
"""Environment of previews. Without it Pulumi 3.274 and newer serialise the whole state after every resource and discard
it, also in a preview, which writes no state. Never set for updates: a killed update would lose what it created.
"""
ESCAPES = re.compile(r"\x1b\[[0-9;]*m|<\{%[^%]*%\}>")


def plain(text: str) -> str:
    """The text without the colour codes of the terminal and of the engine."""
    return ESCAPES.sub("", text)


@dataclass(frozen=True, kw_only=True)
class Violation:
    """What a policy reported. level: mandatory or advisory. urn: empty for the whole stack."""

    policy: str
    level: str
    urn: str
    message: str


@dataclass(kw_only=True)
class Preview:
    """A stack's preview. phases: name to seconds, in order; folder: contains its events and output."""

    stack: str
    folder: Path
    code: int = -1
    resources: dict[str, int] = field(
        default_factory=dict[str, int]
    )  # operation to count, providers and stack left out
    violations: list[Violation] = field(default_factory=list[Violation])
    errors: list[str] = field(default_factory=list[str])
    packs: list[str] = field(default_factory=list[str])
    phases: dict[str, float] = field(default_factory=dict[str, float])
    reports: list[Path] = field(default_factory=list[Path])

    @property
    def text(self) -> Path:
        """Everything Pulumi printed."""
        return self.folder / "preview.txt"

    @property
    def events(self) -> Path:
        """The engine's event log: one JSON object per line."""
        return self.folder / "events.jsonl"

    @property
    def mandatory(self) -> list[Violation]:
        """Violations that stop a deployment."""
        return [v for v in self.violations if v.level == MANDATORY]

    @property
    def passed(self) -> bool:
        """Whether this stack could be deployed."""
        return self.code == 0 and not self.mandatory

    @property
    def seconds(self) -> float:
        """Duration of all phases together."""
        return sum(self.phases.values())


class _Phases:
    """Times between marks; a later mark with the same name is added to it."""

    def __init__(self) -> None:
        self.last = self.start = time.monotonic()
        self.spent: dict[str, float] = {}

    def mark(self, name: str) -> None:
        now = time.monotonic()
        self.spent[name] = self.spent.get(name, 0.0) + now - self.last
        self.last = now


def _lines(file: Path, alive: Callable[[], bool]) -> Iterator[dict[str, Any]]:
    """Events as the engine writes them, until it has ended."""
    rest = ""
    while not file.exists() and alive():
        time.sleep(POLL_SECONDS)
    if not file.exists():
        return
    with file.open() as log:
        while True:
            running = alive()  # checked before reading, so that the last events are read too
            rest += log.read()
            *whole, rest = rest.split("\n")
            for line in whole:
                if line.strip():
                    yield json.loads(line)
            if not running:
                return
            time.sleep(POLL_SECONDS)


def run(
    tree: Path, shadow: Shadow, policy: Path | None, env: Mapping[str, str], folder: Path, tell: Callable[[str], None]
) -> Preview:
    """Preview a stack. policy: the pack's folder or None. folder: for its files. tell: called with the progress."""
    folder.mkdir(parents=True, exist_ok=True)
    preview = Preview(stack=shadow.stack, folder=folder)
    preview.events.unlink(missing_ok=True)
    args = [
        "pulumi", "preview", "-C", str(tree), "--stack", shadow.stack, "--config-file", str(shadow.config),
        "--non-interactive", "--suppress-progress", "--color", "always", "--event-log", str(preview.events),
    ]  # fmt: skip
    if policy:
        args += ["--policy-pack", str(policy)]
    phases = _Phases()
    environ = {**env, **NO_CHECKPOINTS, "PULUMI_BACKEND_URL": shadow.backend, "PULUMI_DEBUG_COMMANDS": "true"}
    environ[REPORT] = str(tree / "build" / "report")
    for ending in ENDINGS:  # a preview that fails early must not leave the previous report
        (tree / "build" / "report" / f"{shadow.stack}.{ending}").unlink(missing_ok=True)
    with preview.text.open("wb") as text:
        engine = subprocess.Popen(args, env=environ, stdin=subprocess.DEVNULL, stdout=text, stderr=subprocess.STDOUT)
        try:
            for event in _lines(preview.events, lambda: engine.poll() is None):
                _take(event, preview, phases, tell)
            preview.code = engine.wait()
        except BaseException:
            engine.terminate()  # the engine stops its plugins
            engine.wait()
            raise
    began = "program" in phases.spent
    phases.mark(
        "rules" if policy and began else "program" if began else "pack" if "engine" in phases.spent else "engine"
    )
    preview.phases = phases.spent
    return preview


def _take(event: dict[str, Any], preview: Preview, phases: _Phases, tell: Callable[[str], None]) -> None:
    if "policyLoadEvent" in event:
        phases.mark("engine")
    elif "preludeEvent" in event:
        phases.mark("pack" if "engine" in phases.spent else "engine")
    elif "resourcePreEvent" in event:
        metadata = event["resourcePreEvent"]["metadata"]
        kind = metadata["type"]
        if not kind.startswith("pulumi:"):
            preview.resources[metadata["op"]] = preview.resources.get(metadata["op"], 0) + 1
            tell(f"{sum(preview.resources.values())} resources")
        phases.mark("program")
    elif "resOutputsEvent" in event:
        phases.mark("program")
    elif "policyEvent" in event:
        said = event["policyEvent"]
        preview.violations.append(
            Violation(
                policy=said["policyName"],
                level=said["enforcementLevel"],
                urn=said.get("resourceUrn", ""),
                message=plain(said["message"]).strip(),
            )
        )
    elif "summaryEvent" in event:
        preview.packs = [
            f"{name.split('|')[0]} {version}" for name, version in event["summaryEvent"]["PolicyPacks"].items()
        ]
    elif event.get("diagnosticEvent", {}).get("severity") == "error":
        preview.errors.append(plain(event["diagnosticEvent"]["message"]).strip())
