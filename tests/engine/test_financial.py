"""The payment platform through the real engine: previewed, made, unchanged, destroyed; judged as delivered."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offline.engine.setup import Ready
from tests.engine.architecture import DEV, ArchitectureWorkspace
from tests.support.delivered import previewed

DOMAIN = {"domain": "pay.example.com", "hostedZoneId": "Z0123456789EXAMPLE"}
TWO_REGIONS: dict[str, Any] = {
    "standbyRegion": "us-east-1",
    "standbyAvailabilityZones": ["us-east-1a", "us-east-1b"],
    "financial": {"witnessRegion": "us-east-2"},
}
ONE_REGION: dict[str, Any] = {"standbyRegion": "", "standbyAvailabilityZones": [], "financial": {}}


@pytest.fixture
def bank(ready: Ready, tmp_path: Path) -> Iterator[ArchitectureWorkspace]:
    """An empty stack of the payment platform, dev sizes."""
    made = ArchitectureWorkspace(ready, tmp_path)
    made.create()
    made.settings(scenario="financial", **DEV)
    yield made
    made.stop()


@pytest.mark.exhaustive  # in `make test` test_takedown.py creates and destroys the shop, test_runbooks.py switches over
def test_dev_platform_is_made_in_two_regions_stays_as_it_is_loses_one_and_goes(bank: ArchitectureWorkspace) -> None:
    bank.settings(**DOMAIN, **TWO_REGIONS)
    bank.up().ok()
    assert {"usw2-transactions", "use1-transactions", "use1-ledger-db-cluster", "usw2-ledger-db-global"} <= set(
        bank.ids()
    )
    changed = bank.switched_over("usw2-ledger-db-cluster", "use1-ledger-db-cluster", "usw2-ledger-db-global")
    with bank.rewritten(changed):
        assert "unchanged" in bank.preview("--refresh", "--expect-no-changes").ok().text

    bank.settings(financial={**TWO_REGIONS["financial"], "api": {"routing": "latency"}})
    text = bank.preview().failed().text  # before the records are changed by hand, as the warning says
    assert "warning: financial.api.routing=latency: Route 53 accepts" in text
    assert "InvalidChangeBatch: [RRSet with DNS name pay.example.com, type A cannot be created" in text
    bank.settings(**ONE_REGION)
    bank.up().ok()  # the offline AWS takes no record beside one of another routing policy
    records = {name for name in bank.ids() if name.startswith("edge-names-us-") and name.endswith("-a")}
    assert records == {"edge-names-us-west-2-a"}
    bank.destroy().ok()
    assert bank.ids() == {}


def test_production_platform_of_the_tree_previews_without_a_finding_but_the_quotas_to_request() -> None:
    done = previewed("financial")
    said = done.text
    assert done.told["passed"], said
    assert not re.findall(r"\[mandatory\]|warning:", said), said
    assert set(re.findall(r"^ *\[([a-z-]+)\] ", said, re.M)) == {"quota-default"}, said
