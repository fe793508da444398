"""Targets of entry points: met, missed with what breaks them, or not decided."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ha_policy.config import load
from ha_policy.pack import policies
from ha_policy.proof.cli import main
from ha_policy.targets import schema
from ha_policy.testing import Stack

from tests.policy.check.stacks import checked, service

GOOD = ("us-west-2a", "us-west-2b")


def results(tmp_path: Path, given: list[str], targets: Any) -> dict[str, dict[str, Any]]:
    file = tmp_path / "targets.json"
    file.write_text(json.dumps(targets))
    _, made = checked(tmp_path, given, "--targets", str(file))
    return {t["target"]: t for t in made["targets"]}


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"zone": {"capacity": 50}}, "met"),
        ({"zone": {"capacity": 51}}, "missed"),
        ({"zone": {"recovery": "1h"}}, "met"),
        ({"region": {"recovery": "1d"}}, "missed"),
        ({"region": {"data": 0}}, "missed"),
        ({"component": {"capacity": 100}}, "missed"),
        ({"availability": 90}, "met"),
        ({"availability": 99.99999}, "missed"),
    ],
)
def test_a_target_is_met_or_missed(tmp_path: Path, wanted: Any, status: str) -> None:
    (found,) = results(tmp_path, service(tmp_path, *GOOD), {"*/front": wanted}).values()
    assert found["status"] == status, found


def test_what_is_missed_says_what_is_lost_and_what_would_meet_it(tmp_path: Path) -> None:
    wanted = {"zone": {"capacity": 66}, "availability": 99.99999}
    found = results(tmp_path, service(tmp_path, *GOOD), {"app/front": wanted})
    assert "50 % when Availability Zone us-west-2" in found["zone capacity"]["found"]
    assert "app/front" in found["zone capacity"]["why"]
    assert found["availability"]["why"]


def test_what_is_not_known_is_not_decided(tmp_path: Path) -> None:
    given = service(tmp_path, *GOOD)[1:]
    found = results(tmp_path, given, {"front": {"zone": {"capacity": 50}, "availability": 99}})
    assert {t["status"] for t in found.values()} == {"cannot tell"}
    assert all(t["why"] for t in found.values())


def test_the_pack_stops_a_preview_that_misses_a_target() -> None:
    stack = Stack()
    ids = [stack.add("ec2/subnet", z, availabilityZone=f"us-west-2{z}") for z in "ab"]
    web = stack.add("lb/loadBalancer", "web", subnets=ids)
    answer = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain"}}
    stack.add("lb/listener", "web", loadBalancerArn=web, port=80, defaultActions=[answer])

    def said(targets: Any) -> str:
        found = stack.analyze(policies(), {"ha": {"targets": targets}})
        return "\n".join(d.message for d in found if "targets" in d.message)

    assert said({"web": {"zone": {"capacity": 50}}}) == ""
    assert "[targets-met] lb/loadBalancer web: web: region capacity 80 % is missed" in said(
        {"w*": {"region": {"capacity": 80}}}
    )
    assert "configuration: targets.api: no entry point has this name; entry points: web" in said(
        {"api": {"zone": {"capacity": 80}}}
    )


@pytest.mark.parametrize(
    ("targets", "problem"),
    [
        ([], "targets=[]: must be an object"),
        ({"a": 3}, "targets.a=3: must be an object"),
        ({"a": {"planet": {}}}, "targets.a.planet: no such target; valid: zone, region, component, availability"),
        ({"a": {"zone": {"speed": 3}}}, "targets.a.zone.speed: no such target; valid: capacity, recovery, data"),
        ({"a": {"zone": {"capacity": 0}}}, "targets.a.zone.capacity=0: must be a percentage"),
        ({"a": {"zone": {"capacity": True}}}, "targets.a.zone.capacity=True: must be a percentage"),
        ({"a": {"zone": {"recovery": "2 min"}}}, "targets.a.zone.recovery='2 min': must be a time"),
        ({"a": {"availability": 101}}, "targets.a.availability=101: must be a percentage"),
    ],
)
def test_a_mistake_is_a_sentence_and_the_schema_refuses_it_too(targets: Any, problem: str) -> None:
    assert problem in "; ".join(load({"targets": targets}).problems)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(targets, schema())


def test_a_target_for_no_entry_point_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "targets.json"
    file.write_text('{"shop.*": {"availability": 99}}')
    assert main(["check", *service(tmp_path, *GOOD), "--targets", str(file)]) == 2
    assert "targets.shop.*: no entry point has this name; entry points: app/front" in capsys.readouterr().err
