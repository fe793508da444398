"""Fixtures of the engine tests: one set-up engine for all, a workspace of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.engine.setup import Ready, setup
from tests.engine.workspace import Workspace

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder runs the engine, or what sets it up."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def ready() -> Ready:
    """The set-up tree, as every user gets it."""
    return setup()


@pytest.fixture
def workspace(ready: Ready, tmp_path: Path) -> Iterator[Workspace]:
    """An empty stack `test` of the program tests/engine/programs/network.py; its processes end with the test."""
    made = Workspace(ready, tmp_path, HERE / "programs" / "network.py")
    made.create()
    yield made
    made.stop()
