"""The shop through the real engine: made, unchanged, switched or not, destroyed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.engine.setup import Ready
from tests.engine.architecture import DEV, PACK, ArchitectureWorkspace
from tests.support.delivered import previewed

NEWEST = "64bit Amazon Linux 2023 v4.6.1 running Python 3.13"
"""Of the platform versions that the offline AWS knows."""
OTHER = "financial"
"""The scenario that is switched to."""
DOMAIN = {"domain": "shop.example.com", "hostedZoneId": "Z0123456789EXAMPLE"}


@pytest.fixture
def shop(ready: Ready, tmp_path: Path) -> Iterator[ArchitectureWorkspace]:
    """An empty stack of the shop, dev sizes, one Region."""
    made = ArchitectureWorkspace(ready, tmp_path)
    made.create()
    made.settings(scenario="ecommerce", **DEV)
    yield made
    made.stop()


@pytest.mark.exhaustive  # in `make test` test_takedown.py creates and destroys the shop
def test_dev_shop_is_made_stays_as_it_is_switches_without_its_name_and_goes(shop: ArchitectureWorkspace) -> None:
    shop.settings(**DOMAIN, ecommerce={"backOffice": {"enabled": True}})
    shop.up("--policy-pack", PACK).ok()
    ids = shop.ids()
    made = {"usw2-shop-db-primary", "usw2-carts-table", "edge-shop-distribution", "usw2-catalog", "edge-office-usw2"}
    assert made <= set(ids)
    assert "unchanged" in shop.preview("--expect-no-changes").ok().text

    shop.settings(scenario=OTHER)
    said = " ".join(shop.up().failed().text.split())
    assert f"scenario={OTHER}: this stack runs ecommerce as shop.example.com" in said
    assert "Remove domain and hostedZoneId, switch, and set them again afterwards" in said
    assert shop.ids() == ids, "nothing was created, changed or deleted"
    shop.settings(**dict.fromkeys(DOMAIN, ""))
    shop.up().ok()
    kinds = {r["type"] for r in shop.deployment()["resources"]}
    assert "ha:arch:Financial" in kinds
    assert "ha:arch:Ecommerce" not in kinds
    assert not [name for name in shop.ids() if "shop" in name], "nothing of the shop is left"

    shop.destroy().ok()
    assert shop.ids() == {}


@pytest.mark.exhaustive  # the look-up's answer and what uses it are tested without the engine
def test_the_back_offices_platform_is_looked_up_when_its_setting_is_latest(shop: ArchitectureWorkspace) -> None:
    shop.settings(ecommerce={"backOffice": {"enabled": True, "platform": "latest"}})
    text = shop.preview("--json").ok().text
    planned = json.JSONDecoder().raw_decode(text[text.index("{") :])[0]["steps"]
    [office] = [s["newState"]["inputs"] for s in planned if s["urn"].endswith("::usw2-office-env")]
    assert office["solutionStackName"] == NEWEST


def test_production_stack_of_the_tree_previews_without_a_finding_but_the_quotas_to_request() -> None:
    done = previewed("ecommerce")
    assert done.told["passed"], done.text
    assert "[mandatory]" not in done.text
    assert set(re.findall(r"^ *\[([a-z-]+)\] ", done.text, re.M)) == {"quota-default"}, done.text
    assert "create" in done.told["resources"]
