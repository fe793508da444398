"""Targets of entry points: met, missed with what breaks them, or not decided."""

import json
import re
from pathlib import Path
from typing import Any

import botocore.session
import jsonschema
import pytest
from botocore.validate import ParamValidator
from ha_policy.config import load
from ha_policy.pack import policies
from ha_policy.proof.arguments import TIERS
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
    smallest = "the smallest change that would meet it: no dependence on Region us-west-2 alone"
    assert found["availability"]["why"] == smallest
    many = results(tmp_path, service(tmp_path, *GOOD), {"app/front": {"availability": 100}})
    most = "no single change would meet it; most downtime comes from Region us-west-2, "
    assert many["availability"]["why"].startswith(most)


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


# --- targets that a component of the stack states --------------------------------------------------------------------


def stating(targets: Any, *, known: bool = True) -> Stack:
    """A load balancer in two zones, and a component that states targets."""
    stack = Stack()
    ids = [stack.add("ec2/subnet", z, availabilityZone=f"us-west-2{z}") for z in "ab"]
    web = stack.add("lb/loadBalancer", "web", subnets=ids)
    answer = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain"}}
    stack.add("lb/listener", "web", loadBalancerArn=web, port=80, defaultActions=[answer])
    stack.add("acme:index:Shop", "shop", availabilityTargets=targets if known else web)
    return stack


def said(stack: Stack, config: Any = None) -> str:
    return "\n".join(d.message for d in stack.analyze(policies(), {"ha": config or {}}) if "argets" in d.message)


def test_the_targets_of_a_component_count_unless_the_configuration_has_its_own() -> None:
    assert said(stating({"web": {"zone": {"capacity": 50}}})) == ""
    missed = stating({"web": {"region": {"capacity": 80}}})
    assert "[targets-met] lb/loadBalancer web: web: region capacity 80 % is missed" in said(missed)
    assert said(missed, {"targets": {}}) == ""


@pytest.mark.parametrize(
    ("targets", "problem"),
    [
        ({"api": {"availability": 99}}, "targets.api: no entry point has this name; entry points: web"),
        ({"web": {"planet": {}}}, "availabilityTargets of shop.web.planet: no such target"),
        ("high", "availabilityTargets of shop='high': must be an object"),
    ],
)
def test_wrong_targets_of_a_component_stop_the_preview(targets: Any, problem: str) -> None:
    assert problem in said(stating(targets))


def test_targets_that_are_not_known_before_deployment_stop_the_preview() -> None:
    assert "availabilityTargets of shop is not known before deployment" in said(stating({}, known=False))


def test_the_targets_of_each_of_several_stacks_count_for_its_own_entry_points(tmp_path: Path) -> None:
    given = service(tmp_path, *GOOD)
    app = Path(given[1])
    state: Any = json.loads(app.read_text())
    stated = {"front": {"zone": {"capacity": 66}}}
    urn = state["deployment"]["resources"][-1]["urn"].rpartition("::")[0].rpartition("::")[0]
    state["deployment"]["resources"].append(
        {"urn": f"{urn}::acme:index:Shop::shop", "type": "acme:index:Shop", "custom": False,
         "inputs": {"availabilityTargets": stated}}
    )  # fmt: skip
    app.write_text(json.dumps(state))
    _, made = checked(tmp_path, given)
    assert [(t["entry_point"], t["status"]) for t in made["targets"]] == [("app/front", "missed")]
    options = ("--base", given[0], "--base", given[1])
    assert checked(tmp_path, given, *options)[0] == 1, "targets are not what a change is compared with"


def test_what_goes_down_is_missed_with_what_would_keep_it(tmp_path: Path) -> None:
    found = results(tmp_path, service(tmp_path, "us-west-2a"), {"*": {"zone": {"capacity": 50}}})
    assert found["zone capacity"]["why"].endswith("; give the load balancer a subnet in at least two zones")


# --- as a policy of AWS Resilience Hub -------------------------------------------------------------------------------

LIMITS = {"recovery": "90s", "data": 0.5}


def hub(tmp_path: Path, capsys: pytest.CaptureFixture[str], targets: Any, *options: str) -> tuple[int, str]:
    file = tmp_path / "targets.json"
    file.write_text(json.dumps(targets))
    capsys.readouterr()
    status = main(["hub-policy", "--targets", str(file), *options])
    said = capsys.readouterr()
    return status, said.out or said.err


def test_the_strictest_targets_are_the_input_that_resilience_hub_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    targets = {"a": {"zone": LIMITS, "region": {"recovery": "4h", "data": "1h"}}, "b": {"zone": {"recovery": "2m"}}}
    status, text = hub(tmp_path, capsys, targets, *service(tmp_path, *GOOD), "--tier", "MissionCritical")
    made = json.loads(text)
    zone = {"rtoInSecs": 90, "rpoInSecs": 0}
    policy = {"AZ": zone, "Hardware": zone, "Software": zone, "Region": {"rtoInSecs": 14400, "rpoInSecs": 3600}}
    assert status == 0
    assert made == {"policyName": "network-prod-app-prod", "tier": "MissionCritical", "policy": policy}
    model: Any = botocore.session.get_session().get_service_model("resiliencehub")
    shape = model.operation_model("CreateResiliencyPolicy").input_shape
    assert not ParamValidator().validate(made, shape).has_errors()
    assert set(TIERS) == set(shape.members["tier"].enum)
    assert set(made["policy"]) == set(shape.members["policy"].key.enum)
    assert re.fullmatch(shape.members["policyName"].metadata["pattern"], made["policyName"])


@pytest.mark.parametrize(
    ("targets", "options", "complaint"),
    [
        ({}, (), "targets: set zone.recovery and zone.data of an entry point"),
        ({"*": {"zone": {"recovery": "2m"}}}, (), "targets: set zone.data of an entry point"),
        ({"*": {"zone": LIMITS, "region": {"data": "1m"}}}, (), "targets: set region.recovery of an entry point"),
        ({"*": {"zone": LIMITS}}, ("--name=-x",), "--name '-x': give 2 to 60 letters"),
        ({"*": {"moon": {}}}, (), "targets.*.moon: no such target"),
    ],
)
def test_targets_that_are_no_resiliency_policy_are_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], targets: Any, options: tuple[str, ...], complaint: str
) -> None:
    status, text = hub(tmp_path, capsys, targets, *options)
    assert (status, text.count("\n"), complaint in text) == (2, 1, True), text
