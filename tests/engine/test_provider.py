# ruff: noqa: E501 (tables: one case per line)
"""The offline AWS behind the real engine: what it refuses, replaces, reads again and loses, as the engine then tells it."""

import json
from pathlib import Path
from typing import Any

import pytest

from offline.aws.schema import installed
from offline.engine.setup import Ready
from tests.engine.workspace import Workspace
from tests.support.some import some

VPC, SUBNET, GROUP = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/securityGroup:SecurityGroup"
QUEUE, ASG, TEMPLATE = "aws:sqs/queue:Queue", "aws:autoscaling/group:Group", "aws:ec2/launchTemplate:LaunchTemplate"
Resources = dict[str, tuple[str, dict[str, Any]]]
NET: Resources = {"net": (VPC, {"cidrBlock": "10.0.0.0/16"})}
QUEUES: Resources = {name: (QUEUE, {}) for name in ("first", "second", "third", "fourth")}


class Raw(Workspace):
    """A workspace whose program registers what it is told to."""

    def holds(self, resources: Resources) -> None:
        """The program's resources from now on."""
        text = json.dumps({"version": installed().version, "resources": resources})
        (self.folder / "resources.json").write_text(text)


@pytest.fixture
def raw(ready: Ready, tmp_path: Path) -> Raw:
    """An empty stack in us-west-2."""
    made = Raw(ready, tmp_path, Path(__file__).parent / "programs" / "raw.py")
    made.create()
    made.config("aws:region", "us-west-2")
    return made


@pytest.mark.parametrize(
    ("resources", "says"),
    [
        ({"it": ("aws:ec2/vpc:Vcp", {})}, ["'aws:ec2/vpc:Vcp' is not a resource type", "did you mean 'aws:ec2/vpc:Vpc'"]),
        ({"it": (VPC, {"cidr": "10.0.0.0/16"})}, ["has no property 'cidr'", "cidr"]),
        ({"it": (GROUP, {"ingress": [{"protocol": "tcp", "fromPort": 1, "toPort": 1, "cidrBlock": ["10.0.0.0/8"]}]})}, ["ingress[0].cidrBlock", "did you mean 'cidrBlocks'"]),
        ({"it": ("aws:iam/role:Role", {})}, ["assumeRolePolicy", "a required property is missing"]),
        ({"it": (VPC, {"cidrBlock": {"of": "10"}})}, ["cidrBlock", "expected a string, got an object"]),
        ({**NET, "it": (SUBNET, {"vpcId": "$net", "cidrBlock": "10.1.0.0/24"})}, ["InvalidSubnet.Range", "not inside its VPC (10.0.0.0/16)"]),
        ({"it": (QUEUE, {"visibilityTimeoutSeconds": 50000})}, ["visibilityTimeoutSeconds=50000", "between 0 and 43200 seconds"]),
    ],
    ids=["type", "property", "nested", "missing", "kind", "between", "range"],
)  # fmt: skip
def test_a_refused_argument_is_reported_at_preview_with_its_resource(
    raw: Raw, resources: Resources, says: list[str]
) -> None:
    raw.holds(resources)
    text = raw.preview().failed().text
    assert [s for s in ("it", *says) if s not in text] == [], text


def order(text: str) -> list[str]:
    """What an update did to the resource `it` while replacing it, in order."""
    done: list[str] = []
    for line in text.splitlines():
        for word in ("created replacement", "deleted original"):
            if word in line and " it " in line:
                done.append(word)
    return done


@pytest.mark.parametrize(
    ("name", "expected"),
    [({}, ["created replacement", "deleted original"]), ({"name": "web"}, ["deleted original", "created replacement"])],
    ids=["automatic", "fixed"],
)
def test_a_replacement_comes_first_unless_both_would_have_one_name(
    raw: Raw, name: dict[str, str], expected: list[str]
) -> None:
    raw.holds({**NET, "it": (GROUP, {**name, "vpcId": "$net", "description": "old"})})
    raw.up().ok()
    before = raw.ids()
    raw.holds({**NET, "it": (GROUP, {**name, "vpcId": "$net", "description": "new"})})
    assert order(raw.up().ok().text) == expected
    after = raw.ids()
    assert (after["net"], after["it"] != before["it"]) == (before["net"], True)
    raw.preview("--expect-no-changes").ok()


def test_nothing_has_drifted_and_computed_zones_are_those_of_the_subnets(raw: Raw) -> None:
    zones = ("us-west-2c", "us-west-2d")
    subnets: Resources = {
        f"s{i}": (SUBNET, {"vpcId": "$net", "cidrBlock": f"10.0.{i}.0/24", "availabilityZone": z})
        for i, z in enumerate(zones)
    }
    group = {
        "minSize": 2,
        "maxSize": 4,
        "vpcZoneIdentifiers": ["$s0", "$s1"],
        "launchTemplate": {"id": "$t", "version": "1"},
    }
    raw.holds({**NET, **subnets, "t": (TEMPLATE, {}), "it": (ASG, group)})
    raw.up().ok()

    def outputs() -> dict[str, dict[str, Any]]:
        return {r["urn"].split("::")[-1]: r.get("outputs", {}) for r in raw.deployment()["resources"]}

    made = outputs()
    assert made["it"]["availabilityZones"] == list(zones)
    assert all(made[name]["id"] == identifier for name, identifier in some(raw.ids().items()))
    raw.pulumi("refresh", "--yes", "--skip-preview", "--non-interactive", "--expect-no-changes").ok()
    assert outputs() == made
    raw.preview("--expect-no-changes").ok()


@pytest.mark.parametrize(
    ("fault", "says"),
    [("fail:Queue:3", "injected fault"), ("throttle:*:2", "ThrottlingException: Rate exceeded")],
)
def test_after_a_failed_creation_the_next_update_goes_on_from_there(raw: Raw, fault: str, says: str) -> None:
    raw.holds(QUEUES)
    assert says in raw.up(env={"HA_AWS_FAULTS": fault}).failed().text
    before = raw.ids()
    assert len(before) < len(QUEUES)
    raw.up().ok()
    after = raw.ids()
    assert set(after) == set(QUEUES)
    assert before.items() <= after.items()


def test_a_lost_resource_is_noticed_by_a_refresh_and_created_again(raw: Raw) -> None:
    raw.holds({**NET, "it": (QUEUE, {})})
    raw.up().ok()
    raw.pulumi("refresh", "--yes", "--skip-preview", "--non-interactive", env={"HA_AWS_FAULTS": "lose:Queue"}).ok()
    assert set(raw.ids()) == {"net"}
    raw.up().ok()
    assert set(raw.ids()) == {"net", "it"}
