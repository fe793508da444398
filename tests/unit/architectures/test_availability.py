"""What a stack states of its own availability; that it holds is for the pack's rule declared-paths-hold to say."""

from types import SimpleNamespace
from typing import Any

import pytest

from components.architectures.shared.availability import StatedAvailability, availability_claims
from components.availability import Loss

STATED = StatedAvailability(alone=99.5, together=99.8, load=[1, 2])


def stated(*, zones: tuple[int, ...], domain: str | None) -> dict[str, Any]:
    cells = {str(n): SimpleNamespace(zones=("z",) * count) for n, count in enumerate(zones)}
    named = SimpleNamespace(name=domain) if domain else None
    architecture: Any = SimpleNamespace(settings=SimpleNamespace(domain=named), cells=cells, standby=cells.get("1"))
    return availability_claims(architecture, "inner", STATED)


@pytest.mark.parametrize(("count", "capacity"), [(2, 0.5), (3, 0.66)])
def test_one_region_states_the_capacity_lost_with_a_zone_and_an_outage_without_the_region(
    count: int, capacity: float
) -> None:
    assert stated(zones=(count,), domain=None) == {
        "inner": {
            "zoneLoss": {"verdict": "degrades", "capacity": capacity},
            "regionLoss": {"verdict": "down", "capacity": 0},
            "slaFloor": 99.5,
        }
    }


def test_two_regions_state_the_availability_of_their_common_name_with_the_smaller_cells_zones() -> None:
    said = stated(zones=(3, 2), domain="shop.example.com")
    assert said["shop.example.com"] == {
        "zoneLoss": {"verdict": "degrades", "capacity": 0.5},
        "regionLoss": {"verdict": "degrades", "capacity": 0.4},
        "slaFloor": 99.8,
    }


def test_two_regions_without_a_common_name_state_no_availability() -> None:
    assert stated(zones=(3, 3), domain=None) == {}


@pytest.mark.parametrize(
    ("load", "standby_load", "zones", "active_active", "left"),
    [
        ([2], [2], (3, 3), True, Loss(verdict="degrades", capacity=0.5)),
        ([2], [2], (2, 3), True, Loss(verdict="degrades", capacity=0.42)),  # 4 and 3 tasks
        ([1], [1], (3, 2), True, Loss(verdict="degrades", capacity=0.4)),
        ([1, 2], [1, 2], (2, 3), True, Loss(verdict="degrades", capacity=0.4)),  # the weaker tier
        ([2], [1], (3, 3), False, Loss(verdict="serves", capacity=1)),
        ([2], [1], (2, 3), False, Loss(verdict="degrades", capacity=0.75)),
        ([6], [1], (3, 3), False, Loss(verdict="degrades", capacity=0.33)),
        ([1], [6], (3, 3), False, Loss(verdict="serves", capacity=1)),
    ],
)
def test_the_loss_of_a_region_leaves_the_running_servers_and_tasks_of_the_other(
    load: list[int], standby_load: list[int], zones: tuple[int, int], active_active: bool, left: Loss
) -> None:
    stated = StatedAvailability(
        alone=99.5, together=99.8, load=load, standby_load=standby_load, active_active=active_active
    )
    assert stated.region_loss(*zones) == left
