"""`pulumi preview --json --show-sames | python -m tests.support.terraform_twins` records the preview of a twin.

It goes to `tests/policy/terraform/plans/twins/preview.json`, without what tells of the machine.
"""

import json
import sys
from typing import Any

from tests.support.terraform_plans import PLANS

PREVIEW = PLANS / "twins" / "preview.json"
KEPT = (
    "urn", "custom", "type", "inputs", "parent", "provider", "dependencies", "propertyDependencies", "protect",
    "sourcePosition"
)  # fmt: skip
"""What a step keeps of a resource."""
OUTSIDE = "project:///.."
"""Beginning of a position that is not in the program."""


def main() -> None:
    """Write the preview."""
    given: dict[str, Any] = json.load(sys.stdin)
    steps = [{**step, "newState": _kept(step["newState"])} for step in given["steps"]]
    text = json.dumps({**given, "steps": steps, "duration": 0}, separators=(",", ":"), sort_keys=True)
    PREVIEW.write_text(text + "\n", encoding="utf-8")


def _kept(resource: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in resource.items() if k in KEPT and not (k == "sourcePosition" and v.startswith(OUTSIDE))}


if __name__ == "__main__":
    main()
