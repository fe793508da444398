"""The static checks are tests, so that one command and one closing line tell all."""

import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[1]
CHECKS = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "types": ("pyright", "--level", "error"),
}


@pytest.mark.static
@pytest.mark.parametrize("name", CHECKS)
def test_static_check_finds_nothing(name: str) -> None:
    tool, *args = CHECKS[name]
    command = [str(Path(sys.executable).with_name(tool)), *args]
    done = subprocess.run(command, cwd=TREE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name}: run `make check`, or `make format` first\n{done.stdout}{done.stderr}"
