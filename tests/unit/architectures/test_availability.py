"""What a stack states of its own availability; that it holds is for the pack's rule declared-paths-hold to say."""

from types import SimpleNamespace
from typing import Any

import pytest

from components.architectures.shared.availability import StatedAvailability, state_availability
from components.availability import Loss

STATED = StatedAvailability(alone=99.5, together=99.8, region=Loss(verdict="degrades", capacity=0.5))


def stated(*, zones: tuple[int, ...], domain: str | None) -> dict[str, Any]:
    cells = {str(n): SimpleNamespace(zones=("z",) * count) for n, count in enumerate(zones)}
    named = SimpleNamespace(name=domain) if domain else None
    architecture: Any = SimpleNamespace(
        settings=SimpleNamespace(domain=named), cells=cells, standby=cells.get("1"), outputs={}
    )
    state_availability(architecture, "inner", STATED)
    return architecture.outputs


@pytest.mark.parametrize(("count", "capacity"), [(2, 0.5), (3, 0.66)])
def test_one_region_states_the_capacity_lost_with_a_zone_and_an_outage_without_the_region(
    count: int, capacity: float
) -> None:
    assert stated(zones=(count,), domain=None) == {
        "availability": {
            "inner": {
                "zoneLoss": {"verdict": "degrades", "capacity": capacity},
                "regionLoss": {"verdict": "down", "capacity": 0},
                "slaFloor": 99.5,
            }
        }
    }


def test_two_regions_state_the_availability_of_their_common_name_with_the_smaller_cells_zones() -> None:
    (said,) = stated(zones=(3, 2), domain="shop.example.com").values()
    assert said["shop.example.com"] == {
        "zoneLoss": {"verdict": "degrades", "capacity": 0.5},
        "regionLoss": {"verdict": "degrades", "capacity": 0.5},
        "slaFloor": 99.8,
    }


def test_two_regions_without_a_common_name_state_no_availability() -> None:
    assert stated(zones=(3, 3), domain=None) == {}
