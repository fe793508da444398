"""Packages of AWS classes are imported when a tier needs them, not with the modules that name them in annotations."""

import subprocess
import sys

import pytest

from components.architectures import SCENARIOS
from offline.engine.places import TREE

FIRST = {"autoscaling", "lambda_"}
"""Small ones, of which modules hold enumerations."""


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_importing_an_architecture_loads_hardly_any_aws_class(scenario: str) -> None:
    module = SCENARIOS[scenario].partition(":")[0]
    code = (
        f"import sys, {module}\n"
        "print(*{n.split('.')[1] for n in sys.modules if n.startswith('pulumi_aws.') and n.count('.') > 1})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=TREE, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= FIRST, "a module of ours lacks `from __future__ import annotations`"
