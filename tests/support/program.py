"""The whole program on mocks, with the settings that a test chooses."""

import gc
import json
import runpy
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from tests.support.graph import Graph, deploy
from tests.support.shared import TREE, shared


def _values(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {"alarmEmail": "ops@example.com", **changes}


def run(**changes: Any) -> Graph:
    """A new run of the program. Settings by the names that they have in a stack's configuration."""
    # As the engine sends it: every value as text, structures as JSON.
    config = {
        f"ha-aws:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in _values(changes).items()
    }

    secret = {key for key, value in config.items() if '"clientSecret"' in value}

    def program() -> None:
        runpy.run_path(str(TREE / "__main__.py"))

    try:
        return deploy(program, config=config, secret_keys=secret)
    finally:
        gc.enable()  # the program, which runs once in its process, disables it


def recorded(**changes: Any) -> Graph:
    """As `run`, but the program is run once for all tests that ask for these settings. Not to be changed.

    Generated secrets are the same in all recordings. Tests that replace something of the program, or watch it run, use
    `run`.
    """

    def recording() -> Graph:
        with patch("secrets.token_urlsafe", lambda size=32: "drawn-once-and-ignored-in-later-runs".ljust(size, "-")):
            return run(**changes)

    return shared(f"graph {json.dumps(_values(changes), sort_keys=True)}", recording)
