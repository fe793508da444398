"""The commands of a documentation page, run against services that listen here."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest


def run(page: Path, address: str, services: Mapping[str, str]) -> list[str]:
    """Run the page's first shell block that uses ``$<address>``, with each service's own URL in the place of it;
    returns the lines of its output. services: first segment of the paths -> URL. Fails when a command does, or when
    curl gets an error status. Skips without curl.
    """
    if shutil.which("curl") is None:
        pytest.skip("no curl on PATH")
    blocks = [block for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.S) if f'"${address}/' in block]
    assert blocks, f"{page.name}: no commands with ${address}"
    script = re.sub(rf"\${address}/([a-z]+)", lambda found: f"{services[found[1]]}/{found[1]}", blocks[0])
    script = script.replace("curl -s ", "curl -sS --fail --noproxy '*' -w '\\n' ")
    done = subprocess.run(["sh", "-eu"], input=script, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line]
