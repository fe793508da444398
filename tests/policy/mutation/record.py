"""`pulumi preview --json` of a stack of this tree, through the real engine and the offline AWS, outside the tree."""

import json
import subprocess
from pathlib import Path
from typing import Any

from offline.engine.places import TREE
from offline.engine.setup import Ready
from offline.preview import stacks


def preview(ready: Ready, stack: str, folder: Path) -> dict[str, Any]:
    """The recorded preview of a stack that does not exist yet. folder: for the backend, empty."""
    shadow = stacks.shadow(TREE, folder, stack, ready.environ())
    args = ["pulumi", "preview", "-C", str(TREE), "--stack", stack, "--config-file", str(shadow.config), "--json"]
    done = subprocess.run(
        [*args, "--non-interactive"], env={**ready.environ(), "PULUMI_BACKEND_URL": shadow.backend},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    answer = json.loads(done.stdout or "{}")
    said = [d.get("message", "") for d in answer.get("diagnostics", []) if d.get("severity") == "error"]
    assert done.returncode == 0, "\n".join((f"{stack} cannot be previewed:", *said, done.stderr[-2000:]))
    return answer
