"""Stacks on `awsx.ec2.Vpc` through the real engine: at the first preview, when no id is known, and once they exist."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.engine.setup import Ready
from tests.engine.conftest import ready as _ready
from tests.engine.workspace import Result, Workspace
from tests.policy.test_engine import PACK, found, settings

pytestmark = pytest.mark.engine
ready = _ready
PROGRAM = Path(__file__).parent / "programs" / "components.py"


@pytest.fixture
def components(ready: Ready, tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(ready, tmp_path, PROGRAM)
    made.create()
    made.config("aws:region", "us-west-2")
    yield made
    made.stop()


def asked(stack: Workspace, **config: str) -> Result:
    """The first preview, with these settings of the program."""
    for key, value in config.items():
        stack.config(key, value)
    return stack.preview(*PACK, *settings(stack.folder))


@pytest.mark.parametrize(
    "kinds", [pytest.param("Public,Private", marks=pytest.mark.exhaustive), "Isolated,Public,Private"]
)
def test_a_stack_that_is_right_has_no_finding_before_and_after_it_exists(components: Workspace, kinds: str) -> None:
    text = asked(components, kinds=kinds).ok().text
    assert found(text) | found(text, "advisory") == set(), text
    text = components.up(*PACK, *settings(components.folder)).ok().text
    assert found(text) | found(text, "advisory") == set(), text
    text = components.preview(*PACK, *settings(components.folder)).ok().text
    assert found(text) | found(text, "advisory") == set(), text


def test_a_component_in_one_zone_stops_the_first_preview(components: Workspace) -> None:
    text = asked(components, zones="1").failed().text
    assert found(text) >= {
        ("vpc-subnets-multi-az", "net"), ("lb-distinct-az", "balancer"), ("ecs-multi-az", "app"),
        ("lambda-vpc-multi-az", "function"), ("subnet-group-distinct-az", "places"), ("target-group-spans-az", "group"),
        ("spof-path", "balancer"), ("survives-az-loss", "balancer"),
    }, text  # fmt: skip


def test_the_one_nat_gateway_of_a_component_stops_the_first_preview(components: Workspace) -> None:
    text = asked(components, nat="Single").failed().text
    assert found(text) == {
        ("nat-own-az", "net-private-2"), ("nat-own-az", "net-private-3"), ("nat-count", "net"),
        ("survives-az-loss", "balancer"),
    }, text  # fmt: skip


def test_subnets_picked_from_a_component_are_not_believed_before_they_are_known(components: Workspace) -> None:
    """One public and one private subnet of the same zone look like two of two zones until their ids are known."""
    text = asked(components, mixed="true", database="false").ok().text
    wide = {("ecs-multi-az", "app"), ("lambda-vpc-multi-az", "function"), ("survives-az-loss", "balancer")}
    assert found(text, "advisory") >= wide, text
    assert text.count("cannot tell") >= len(wide)
    text = components.up(*PACK, *settings(components.folder)).failed().text
    assert found(text) >= wide, text


def test_a_part_of_a_components_list_is_seen_by_the_update_that_creates_it(components: Workspace) -> None:
    """The limit that the catalogue names: `ids[:1]` is one unknown text, as the whole list is."""
    assert found(asked(components, cut="true", database="false").ok().text) == set()
    text = components.up(*PACK, *settings(components.folder)).failed().text
    assert found(text) >= {("ecs-multi-az", "app"), ("lambda-vpc-multi-az", "function")}, text
