"""Makes the recorded plans of `tests/policy/terraform/plans`: `python -m tests.support.terraform_plans [NAME...]`.

It needs Terraform and its AWS provider, which the tests do not: each configuration is planned in a folder of its own,
with no account (`skip_requesting_account_id`), and its plan is written beside it.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

PLANS: Final = Path(__file__).parents[1] / "policy" / "terraform" / "plans"
FLEETING: Final = ("timestamp", "relevant_attributes")
"""What changes from run to run, or is not read."""


def plan(configuration: Path, *options: str) -> dict[str, Any]:
    """The plan of a configuration as JSON. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "work")
        shutil.copytree(configuration, work, ignore=shutil.ignore_patterns("*.json", ".terraform*"))
        _terraform(work, "init", "-input=false")
        _terraform(work, "plan", "-input=false", "-out=tfplan", *options)
        made: dict[str, Any] = json.loads(_terraform(work, "show", "-json", "tfplan"))
    return {key: value for key, value in made.items() if key not in FLEETING}


def _terraform(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["terraform", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{folder}: terraform {arguments[0]}: {done.stderr}")
    return done.stdout


def main(names: list[str]) -> None:
    """Write the plans of these configurations, or of all."""
    for folder in sorted(PLANS.iterdir()):
        if folder.is_dir() and (not names or folder.name in names):
            text = json.dumps(plan(folder), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
            folder.joinpath("plan.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
