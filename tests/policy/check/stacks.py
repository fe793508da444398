"""Documents for the gate: the public service of `states`, with the lines of a program."""

import json
from pathlib import Path
from typing import Any

from ha_policy.proof.cli import main

from tests.policy.proof.states import State, application, network

LINE = 11
"""Of the first resource of each stack; the others follow."""


def files(tmp_path: Path, *states: State) -> list[str]:
    """The states as files."""
    paths = [tmp_path / f"{s.project}.json" for s in states]
    for path, state in zip(paths, states, strict=True):
        path.write_text(json.dumps(state.document))
    return list(map(str, paths))


def service(tmp_path: Path, *zones: str, tasks: int = 4, rollback: bool = True) -> list[str]:
    """A service in a subnet in each zone, in two stacks, with source lines."""
    below = network(*zones)
    above = application([f"subnet-{i}-id" for i in range(len(zones))], tasks=tasks)
    above.resources[-1]["inputs"] |= {"deploymentCircuitBreaker": {"enable": True, "rollback": rollback}}
    for state in (below, above):
        for line, resource in enumerate(state.resources):
            resource["sourcePosition"] = f"project:///{state.project}/main.py#{LINE + line}"
    return files(tmp_path, below, above)


def checked(tmp_path: Path, given: list[str], *options: str) -> tuple[int, dict[str, Any]]:
    """Exit status and verdict."""
    out = tmp_path / "verdict.json"
    status = main(["check", *given, "--format", f"json={out}", *options])
    return status, json.loads(out.read_text())
