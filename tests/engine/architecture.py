"""The project's own program in a workspace of its own: the whole architecture, not a small copy."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from offline.engine.places import TREE
from offline.engine.setup import Ready
from tests.engine.workspace import STACK, Workspace

PACK = str(TREE / "policy")
DEV: dict[str, Any] = {
    "profile": "dev",
    "region": "us-west-2",
    "availabilityZones": ["us-west-2a", "us-west-2b", "us-west-2c"],
}


class ArchitectureWorkspace(Workspace):
    """An empty stack ``test`` of the tree's program, with settings of its own."""

    def __init__(self, ready: Ready, folder: Path) -> None:
        super().__init__(ready, folder, TREE / "__main__.py")
        project = yaml.safe_load((TREE / "Pulumi.yaml").read_text())
        project["runtime"]["options"]["virtualenv"] = str(ready.at.venv)
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        (self.folder / "components").symlink_to(TREE / "components")

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """As every workspace's, but the state is written once and not after each of hundreds of resources."""
        return super().environ({"PULUMI_SKIP_CHECKPOINTS": "true", **(more or {})})

    def settings(self, **values: Any) -> None:
        """Set settings, beside those that are set already."""
        file = self.folder / f"Pulumi.{STACK}.yaml"
        known = yaml.safe_load(file.read_text()) or {}
        known["config"] = {**known.get("config", {}), **{f"ha-aws:{key}": value for key, value in values.items()}}
        file.write_text(yaml.safe_dump(known))
