"""Tiers of this project in a program of somebody else's, previewed with the policy pack."""

from pathlib import Path

from offline.engine.places import TREE
from offline.engine.setup import Ready
from tests.engine.workspace import Workspace

PROGRAM = TREE / "examples" / "one-tier" / "__main__.py"


def test_the_network_and_one_service_in_another_program_pass_the_production_preset(
    ready: Ready, tmp_path: Path
) -> None:
    made = Workspace(ready, tmp_path, PROGRAM)
    try:
        made.create()
        made.config("aws:region", "us-west-2")
        made.config("alarmEmail", "ops@example.com")
        pack = ("--policy-pack", str(TREE / "policy"))
        text = made.preview(*pack, env={"PYTHONPATH": str(TREE)}).ok().text
    finally:
        made.stop()
    assert "[mandatory]" not in text
    for kind in ("ha:tier:Network", "ha:tier:InternalLoadBalancer", "ha:tier:FargateService"):
        assert f"{kind} catalog create" in " ".join(text.split()), text
