"""Before each test the SDK is as it comes; what the test makes of it is taken back."""

import sys
from collections.abc import Generator
from contextlib import ExitStack
from unittest.mock import patch

import pytest

from components import pace
from components.pace import waiting


@pytest.fixture(autouse=True)
def quickened_only_here() -> Generator[None]:
    with ExitStack() as all_of_them:
        all_of_them.enter_context(patch.object(waiting, "quickened", []))
        all_of_them.enter_context(patch.object(sys, "meta_path", [*sys.meta_path]))
        for it in pace.REPLACED:
            all_of_them.enter_context(patch.object(it.where, it.name, it.theirs))
        yield
