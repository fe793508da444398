"""The quick SDK asks the engine for the same resources as the SDK as it comes."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from components import pace
from offline.engine.places import TREE
from offline.engine.setup import Ready
from tests.engine.architecture import ArchitectureWorkspace


def _planned(stack: ArchitectureWorkspace, **env: str) -> dict[str, Any]:
    """URN to what the engine would make: inputs, outputs, dependencies, provider, options."""
    said = stack.preview("--json", env=env).ok().text
    steps = json.loads(said[said.index("{") :])["steps"]
    return {step["urn"]: _sorted(step["newState"]) for step in steps}


def _sorted(state: dict[str, Any]) -> dict[str, Any]:
    """Without what differs from run to run: when it was, and the order of what has none."""
    kept = {key: value for key, value in state.items() if key not in ("created", "modified", "sourcePosition")}
    kept["dependencies"] = sorted(kept.get("dependencies", []))
    kept["propertyDependencies"] = {k: sorted(v or []) for k, v in kept.get("propertyDependencies", {}).items()}
    return kept


@pytest.mark.parametrize("scenario", ["ecommerce", "financial", "media"])
def test_the_same_stack_is_planned(scenario: str, ready: Ready, tmp_path: Path) -> None:
    stack = ArchitectureWorkspace(ready, tmp_path)
    stack.create()
    tree = yaml.safe_load((TREE / f"Pulumi.{scenario}.yaml").read_text())["config"]
    stack.settings(**{key.removeprefix("ha-aws:"): value for key, value in tree.items()})
    quick, plain = _planned(stack), _planned(stack, **{pace.DEBUG: "1"})
    assert len(plain) > 800
    assert quick.keys() == plain.keys()
    for urn, state in plain.items():
        assert quick[urn] == state, urn
