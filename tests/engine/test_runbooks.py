"""After a runbook, no update undoes what operators, or AWS, have changed outside of Pulumi.

The state is written as a refresh would leave it after the runbook's commands. Promotion of a replica: test_failover.py.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offline.engine.places import TREE
from offline.engine.setup import Ready
from tests.engine.workspace import Workspace

REGIONS = ("us-east-1", "us-west-2")
PRIMARY = REGIONS[0]
UPGRADED: dict[str, dict[str, Any]] = {
    "pods": {"version": "1.36"},
    "office-env": {"solutionStackName": "64bit Amazon Linux 2023 v4.99.0 running Python 3.13"},
    "ledger-secret-value": {"secretString": '{"username": "dbadmin", "password": "another"}'},
}
"""What EKS, Elastic Beanstalk and `aws eks update-cluster-version` raise (docs/ecommerce.md, "Other runbooks"), and a
new password (docs/runbooks/databases.md).
"""
MOVED: dict[str, dict[str, Any]] = {
    f"names-{PRIMARY}": {"childHealthThreshold": 2},  # docs/ecommerce.md, "Promoting the database", step 1
    f"live-{PRIMARY}": {"trafficDialPercentage": 0},  # docs/media.md, "Send viewers to one Region"
    **{  # docs/financial.md, "Changing the routing"
        f"names-{region}-a": {"failoverRoutingPolicies": None, "latencyRoutingPolicies": [{"region": region}]}
        for region in REGIONS
    },
}
"""What runbooks change that the program decides, too: they end with a setting that says the same."""
SETTINGS = {"promoted": "true", "dial": "0", "routing": "latency"}


@pytest.fixture
def stack(ready: Ready, tmp_path: Path) -> Iterator[Workspace]:
    """A stack of what the runbooks are about."""
    made = Workspace(ready, tmp_path, Path(__file__).parent / "programs" / "runbooks.py")
    (made.folder / "components").symlink_to(TREE / "components")
    made.create()
    yield made
    made.stop()


def test_an_update_after_a_runbook_and_a_refresh_undoes_nothing(stack: Workspace) -> None:
    stack.up("--config", "dial=100").ok()
    settings = [word for key, value in SETTINGS.items() for word in ("--config", f"{key}={value}")]
    # docs/financial.md, "Runbooks": a switchover.
    switched = stack.switched_over("ledger-cluster", "standby-ledger-cluster", "ledger-global")
    with stack.rewritten({**UPGRADED, **MOVED, **switched}):
        said = stack.preview("--refresh", "--json").ok().text
        steps = json.JSONDecoder().raw_decode(said[said.index("{") :])[0]["steps"]
        undone = {s["urn"].split("::")[-1] for s in steps if s["op"] not in ("same", "refresh")}
        assert undone == set(MOVED), "without the setting; what AWS upgrades is kept in any case"
        assert "unchanged" in stack.preview("--refresh", "--expect-no-changes", *settings).ok().text
