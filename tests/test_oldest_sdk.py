"""The program and the policy pack run unchanged on the oldest releases of Pulumi's packages that they support."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import registrations

TREE = Path(__file__).resolve().parents[1]
STACK = "financial-dev-1"
IMPORTS = """
import importlib, pkgutil
import components, ha_policy
for package in (components, ha_policy):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
"""
VERDICTS = """
from ha_policy.testing import Stack
stack = Stack(region="us-west-2")
stack.add("rds/instance", "one", engine="postgres", instanceClass="db.r7g.large", multiAz=False)
stack.add("rds/instance", "two", engine="postgres", instanceClass="db.r7g.large", multiAz=True)
print(*(stack.verdict("rds-multi-az", name).name for name in ("one", "two")))
from ha_policy.pack import policies
found = stack.analyze(policies(), {"ha": {"preset": "baseline"}})
print(*sorted(f"{d.policyName}:{d.urn.rpartition('::')[2]}" for d in found if "[rds-multi-az]" in d.message))
"""

pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with what requirements/oldest.txt says."""
    there = tmp_path_factory.mktemp("oldest") / "venv"
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(there)], check=True)
    lock = str(TREE / "requirements" / "oldest.txt")
    subprocess.run(
        [uv, "pip", "sync", "-q", "--require-hashes", "--python", str(there / "bin" / "python"), lock], check=True
    )
    return there / "bin" / "python"


def run(python: Path, *args: str) -> str:
    env = {**os.environ, "PYTHONPATH": f"{TREE}:{TREE / 'policy'}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([str(python), *args], cwd=TREE, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_module_of_the_program_and_the_pack_can_be_imported(python: Path) -> None:
    run(python, "-c", IMPORTS)


def test_an_architecture_registers_the_same_as_with_the_newest_packages(python: Path, tmp_path: Path) -> None:
    file = tmp_path / "oldest.json"
    run(python, "-m", "tests.registrations", "record", str(file), STACK)
    newest = {name: renamed(found) for name, found in registrations.record([STACK]).items()}
    oldest = {name: renamed(found) for name, found in json.loads(file.read_text()).items()}
    assert len(oldest[STACK]) > 400, "the whole architecture"
    assert registrations.differences(oldest, newest) == {}


def renamed(found: dict[str, Any]) -> dict[str, Any]:
    """Without the packages' versions. Mocks of older packages write every stack's URNs as of one stack."""
    kept = {urn: {k: v for k, v in fields.items() if k != "version"} for urn, fields in found.items()}
    stack = STACK.partition("-")[0]
    return json.loads(json.dumps(kept).replace("urn:pulumi:stack::project::", f"urn:pulumi:{stack}::ha-aws::"))


def test_the_pack_gives_the_same_verdicts(python: Path) -> None:
    assert run(python, "-c", VERDICTS).splitlines() == ["VIOLATION PASS", "ha:one"]
