"""How many servers a zone needs so that the others carry the load without it."""

import pytest

from components.tiers.servers.sizing import Sizing, per_zone


@pytest.mark.parametrize(
    ("load", "zones", "each"),
    [(1, 2, 1), (1, 3, 1), (2, 3, 1), (3, 3, 2), (4, 3, 2), (4, 2, 4), (10, 3, 5), (10, 2, 10)],
)
def test_the_zones_that_are_left_carry_the_load(load: int, zones: int, each: int) -> None:
    assert per_zone(load, zones) == each
    assert each * (zones - 1) >= load
    assert each == 1 or (each - 1) * (zones - 1) < load, "and there is not one too many"


@pytest.mark.parametrize(("load", "zones", "message"), [(1, 1, "zones=1"), (0, 2, "load=0")])
def test_a_size_that_cannot_survive_is_refused(load: int, zones: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        per_zone(load, zones)


def test_a_peak_below_the_load_is_refused() -> None:
    with pytest.raises(ValueError, match="peak=3: must be at least load, 4"):
        Sizing(load=4, peak=3)
