"""The address plan: fits, never overlaps, never moves."""

import ipaddress
from itertools import combinations

import pytest

from components.tiers.network.address_plan import SLOTS, ipv6_subnet, plan_zones
from tests.support.some import some

KINDS = ("public", "private", "isolated")


def blocks(cidr: str, letters: str) -> dict[tuple[str, str], ipaddress.IPv4Network]:
    plan = plan_zones(cidr, [f"us-west-2{letter}" for letter in letters])
    return {(zone, kind): ipaddress.IPv4Network(getattr(plan[zone], kind)) for zone in plan for kind in KINDS}


@pytest.mark.parametrize("prefix", range(16, 21))
def test_all_subnets_of_all_zones_fit_and_never_overlap(prefix: int) -> None:
    cidr = f"10.32.0.0/{prefix}"
    found = list(blocks(cidr, SLOTS).values())
    assert len(found) == len(SLOTS) * len(KINDS)
    assert all(block.subnet_of(ipaddress.IPv4Network(cidr)) for block in found)
    assert not any(one.overlaps(two) for one, two in combinations(found, 2))
    assert all(16 <= block.prefixlen <= 28 for block in found), "EC2 takes /16 to /28"


def test_a_zone_keeps_its_subnets_when_a_third_is_added_or_the_order_changes() -> None:
    two, three, other = (blocks("10.0.0.0/16", letters) for letters in ("ab", "abc", "cba"))
    assert all(three[key] == block for key, block in some(two.items()))
    assert three == other


def test_sizes_are_those_the_documentation_states() -> None:
    found = blocks("10.0.0.0/16", "b")
    assert {kind: str(found["us-west-2b", kind]) for kind in KINDS} == {
        "private": "10.0.32.0/20",
        "public": "10.0.48.0/21",
        "isolated": "10.0.56.0/22",
    }


def test_ipv6_subnets_are_distinct_64s_of_the_vpcs_block() -> None:
    vpc = "2600:1f14:abc:de00::/56"
    found = {ipv6_subnet(vpc, f"us-west-2{letter}", kind) for letter in SLOTS for kind in KINDS}
    assert len(found) == len(SLOTS) * len(KINDS)
    assert all(ipaddress.IPv6Network(block).subnet_of(ipaddress.IPv6Network(vpc)) for block in found)
    assert ipv6_subnet(vpc, "us-west-2b", "private") == "2600:1f14:abc:de05::/64"


@pytest.mark.parametrize(
    ("cidr", "zones", "message"),
    [
        ("10.0.0.0/8", ["us-west-2a"], "vpc_cidr=10.0.0.0/8: must be a /16 to a /20"),
        ("10.0.0.0/21", ["us-west-2a"], "vpc_cidr=10.0.0.0/21: must be a /16 to a /20"),
        ("10.0.0.0/16", ["us-west-2z"], "zone=us-west-2z: its letter has no place"),
        ("10.0.0.0/16", [""], "zone=: its letter has no place"),
    ],
)
def test_what_does_not_fit_is_refused(cidr: str, zones: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plan_zones(cidr, zones)
