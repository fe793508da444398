"""Claims have the shape that the policy pack reads, and nonsense is refused."""

from typing import Any

import pulumi
import pytest
from ha_policy.targets import targets_of

from components.availability import (
    NO_STANDBY,
    Claim,
    Declarations,
    DeclarationsArgs,
    Loss,
    claims,
    request_path,
    zone_loss,
)
from components.settings import SettingsError
from components.settings.model import parse_settings
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


def test_the_targets_of_the_settings_are_declared_as_the_policy_pack_reads_them() -> None:
    limits = {"zone": {"capacity": 66, "recovery": "2m"}, "availability": 99.95}
    given = {
        "scenario": "ecommerce",
        "region": "us-west-2",
        "availabilityZones": ["us-west-2a", "us-west-2b"],
        "targets": {"shop.example.com": limits},
    }
    targets = parse_settings(given).targets
    assert targets == {"shop.example.com": limits}
    graph = deploy(lambda: Declarations("declared", DeclarationsArgs(targets=targets)) and None)
    (declared,) = graph.of("ha:arch:Declarations")
    assert declared.inputs == {"availabilityTargets": targets}
    problems: list[str] = []
    assert [t.name for t in targets_of(targets, problems)] == ["zone capacity", "zone recovery", "availability"]
    assert problems == []


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        ({"zone": {"recovery": "soon"}}, "targets.web.zone.recovery=soon: must be a time such as 90s, 15m, 4h or 1d"),
        ({"zone": {"capacity": 0}}, "targets.web.zone.capacity=0: must be a whole number of percent from 1 to 100"),
        ({"availability": 101}, "targets.web.availability=101: must be a percentage, more than 0 and at most 100"),
        ({"moon": {}}, "targets.web.moon: no such setting"),
    ],
)
def test_a_wrong_target_is_a_sentence(limits: dict[str, Any], problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"targets": {"web": limits}})
    assert any(p.startswith(problem) for p in caught.value.problems), caught.value.problems
