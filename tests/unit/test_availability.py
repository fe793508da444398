"""Claims have the shape that the policy pack reads, and nonsense is refused."""

import pulumi
import pytest

from components.availability import NO_STANDBY, Claim, Loss, claims, request_path, zone_loss
from tests.support.graph import deploy


def test_a_claim_is_plain_data() -> None:
    made = claims({"shop.example.com": Claim(zone=zone_loss(3), region=NO_STANDBY, sla_floor=99.98)})
    assert made == {
        "shop.example.com": {
            "zoneLoss": {"verdict": "degrades", "capacity": 0.66},
            "regionLoss": {"verdict": "down", "capacity": 0},
            "slaFloor": 99.98,
        }
    }


def test_two_zones_keep_a_half() -> None:
    assert zone_loss(2).capacity == 0.5


@pytest.mark.parametrize(("verdict", "capacity"), [("down", 0.5), ("serves", 0), ("degrades", 1.1)])
def test_invalid_claims_are_refused(verdict: str, capacity: float) -> None:
    with pytest.raises(ValueError, match="capacity="):
        Loss(verdict=verdict, capacity=capacity)  # type: ignore[arg-type]  # that is the point
    with pytest.raises(ValueError, match="zones=1"):
        zone_loss(1)


def test_a_request_path_is_made_of_urns() -> None:
    def program() -> None:
        parts = [pulumi.ComponentResource("ha:tier:Part", name) for name in ("web", "cache")]
        pulumi.export("path", pulumi.Output.from_input(request_path("shop", parts, parts[1:])))

    graph = deploy(program)
    assert [n.name for n in graph.of("ha:tier:Part")] == ["cache", "web"]
