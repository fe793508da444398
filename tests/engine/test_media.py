"""The video platform through the real engine: previewed, made, unchanged, destroyed; and judged as it is delivered."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.engine.setup import Ready
from tests.engine.architecture import DEV, ArchitectureWorkspace
from tests.support.delivered import previewed

TWO_REGIONS = {
    "standbyRegion": "us-east-1",
    "standbyAvailabilityZones": ["us-east-1a", "us-east-1b"],
    "domain": "video.example.com",
    "hostedZoneId": "Z0123456789EXAMPLE",
}


@pytest.fixture
def studio(ready: Ready, tmp_path: Path) -> Iterator[ArchitectureWorkspace]:
    """An empty stack of the video platform, dev sizes."""
    made = ArchitectureWorkspace(ready, tmp_path)
    made.create()
    made.settings(scenario="media", **DEV)
    yield made
    made.stop()


@pytest.mark.exhaustive  # in `make test` test_takedown.py creates and destroys the shop
def test_dev_platform_is_made_stays_as_it_is_and_goes_in_one_region_and_in_two(studio: ArchitectureWorkspace) -> None:
    studio.up().ok()
    expected = {"usw2-streaming-base", "usw2-streaming-spot", "usw2-transcoding-jobs", "usw2-media-catalog-primary"}
    assert expected <= set(studio.ids())
    studio.settings(**TWO_REGIONS)
    studio.up().ok()
    expected = {"use1-streaming-base", "use1-transcoding-jobs", "edge-media-accelerator-listener", "edge-site-cdn-a"}
    assert expected <= set(studio.ids())
    assert "unchanged" in studio.preview("--expect-no-changes").ok().text
    studio.destroy().ok()
    assert studio.ids() == {}


def test_production_platform_of_the_tree_previews_without_a_finding_but_quotas_and_what_it_exempts() -> None:
    done = previewed("media")
    said = done.text
    assert done.told["passed"], said
    assert "[mandatory]" not in said
    assert "warning:" not in said
    advised = re.findall(r"^ *\[([a-z-]+)\] \S+ \S+: (.*)$", said, re.M)
    exempted = [rule for rule, what in advised if what.startswith("exempt by tag")]
    assert {rule for rule, what in advised if not what.startswith("exempt by tag")} == {"quota-default"}, said
    assert set(exempted) == {
        "backup-coverage",  # live segments
        "efs-backup",
        "standby-has-data",
    }
