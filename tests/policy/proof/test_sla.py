"""SLA floors: the worked products come out to the last digit, each commitment counts once and has its source."""

import re

import pytest
from ha_policy.proof.estimate import maths
from ha_policy.proof.estimate.assumptions import grades, load, slas
from ha_policy.proof.estimate.numbers import numbers
from ha_policy.proof.model import Component, EntryPoint, Failover, Part, Path, Recovery, Series, Service
from ha_policy.proof.proof import Proof

from tests.policy.proof.stacks import Cell, Stack
from tests.policy.proof.test_simulation import shop, world
from tests.support.some import some

ONE = ("elb-multi-az", "ec2-multi-az", "rds-multi-az", "elasticache-multi-az", "dynamodb")
TWO = ("api-gateway", "waf", "lambda", "aurora-multi-az", "dynamodb")
TWO_MORE = (*TWO, "ec2-multi-az", "transit-gateway")
THREE = ("elb-multi-az", "ec2-multi-az", "ec2-multi-az:tasks", "rds-multi-az", "dynamodb")


def region(name: str, keys: tuple[str, ...]) -> Part:
    """A chain of services in one Region; ``key:what`` is the same commitment for another resource."""
    parts: list[Part] = []
    for key in keys:
        sla, _, what = key.partition(":")
        leaf = Component(f"{name} {key}", key, "service", region=name)
        place = f"{name} {what or sla}" if slas()[sla].scope == "resource" else name
        parts.append(Series(key, (leaf,), "", Service(sla, place)))
    return Series(name, tuple(parts))


def floor(*regions: Part, front: tuple[str, ...] = ()) -> float:
    options = regions[0] if len(regions) == 1 else Failover("regions", regions, Recovery("switch", ()))
    edge: list[Part] = [Series(key, (Component(key, key, "edge"),), "", Service(key, "global")) for key in front]
    found = numbers(EntryPoint("e", "e", "name", (Path("", Series("all", (*edge, options))),)), load()).sla_floor
    assert found is not None
    return found


def shown(availability: float, digits: int) -> tuple[str, int]:
    return f"{availability * 100:.{digits}f}", round(maths.minutes_per_year(availability))


@pytest.mark.parametrize(
    ("keys", "percent", "minutes"),
    [(ONE, "99.9100", 473), (TWO, "99.83", 893), (TWO_MORE, "99.81", 998), (THREE, "99.9100", 473)],
)
def test_paths_in_one_region(keys: tuple[str, ...], percent: str, minutes: int) -> None:
    digits = len(percent.partition(".")[2])
    assert shown(floor(region("us-west-2", keys)), digits) == (percent, minutes)


def both(keys: tuple[str, ...]) -> tuple[Part, Part]:
    return region("us-west-2", keys), region("us-east-1", keys)


def test_path_one_in_two_regions_behind_route_53() -> None:
    found = floor(*both(ONE), front=("route53",))
    assert f"{found * 100:.5f}" == "99.99992"
    assert f"{maths.minutes_per_year(found):.1f}" == "0.4"


@pytest.mark.parametrize(("keys", "percent"), [(TWO, "99.9997"), (TWO_MORE, "99.9996")])
def test_path_two_in_two_regions(keys: tuple[str, ...], percent: str) -> None:
    assert f"{floor(*both(keys), front=('route53',)) * 100:.4f}" == percent


@pytest.mark.parametrize(
    ("front", "keys", "percent", "minutes"),
    [
        ("cloudfront", ONE, "99.8999", 526),
        ("cloudfront", THREE, "99.8999", 526),
        ("global-accelerator", THREE, "99.9899", 53),
    ],
)
def test_the_sla_of_the_front_service_is_an_upper_limit(
    front: str, keys: tuple[str, ...], percent: str, minutes: int
) -> None:
    assert shown(floor(*both(keys), front=(front,)), 4) == (percent, minutes)


def test_cloudfront_before_one_region() -> None:
    assert shown(floor(region("us-west-2", ONE), front=("cloudfront",)), 2) == ("99.81", 998)


def test_topology_chooses_the_commitment() -> None:
    def keys(stack: Stack) -> set[str]:
        return {key for key, _ in Proof(stack.graph).numbers[0].services}

    assert keys(shop()) == {"elb-multi-az", "ec2-multi-az", "rds-multi-az", "elasticache-multi-az"}
    assert keys(shop(multi_az=False, failover=False, server_zones="a", zones="ab")) == {
        "elb-multi-az", "ec2-instance", "rds-single-az", "elasticache-cross-az",
    }  # fmt: skip


def test_a_global_table_is_one_commitment_and_not_squared() -> None:
    (figures,) = Proof(world(latency=True).graph).numbers
    assert [s for s in figures.services if s[0].startswith("dynamodb")] == [("dynamodb-global", "global")]
    assert figures.sla_floor is not None
    assert figures.sla_floor < 0.99999


def test_a_shared_commitment_counts_once() -> None:
    stack = Stack()
    cell = Cell(stack, "us-west-2", "usw2")
    cell.table("carts")
    one = Proof(stack.graph).numbers[0].sla_floor
    cell.table("sessions")
    assert Proof(stack.graph).numbers[0].sla_floor == one


def test_every_commitment_has_a_source_a_date_and_a_known_grade() -> None:
    for sla in some(slas().values()):
        assert 90 <= sla.percent <= 100
        assert sla.scope in ("resource", "region", "global")
        assert re.fullmatch(r"aws\.amazon\.com/[a-z0-9/-]+/sla", sla.source)
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", sla.date)
        assert set(sla.grade) <= set(grades())
        assert sla.covers


def test_every_kind_and_time_says_where_it_is_from() -> None:
    assumed = load()
    assert all(k.why for k in some(assumed.kinds.values()))
    assert all(t.source for t in some((*assumed.timings.values(), *assumed.recovery_points.values())))
