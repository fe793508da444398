"""The address plan of a VPC: which range each zone's subnets have.

A VPC is divided into eight equal slots, one for each zone letter a-h. So a zone's subnets never change, neither when a
zone is added nor when the zones are listed in another order. Half of a slot is the private subnet (servers, containers,
functions), a quarter the public one (load balancers, NAT gateways), an eighth the isolated one (databases), and an
eighth is free. With 10.0.0.0/16, zone b has: private 10.0.32.0/20, public 10.0.48.0/21, isolated 10.0.56.0/22.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

SLOTS = "abcdefgh"
"""Zone letters with a slot in the plan; no Region has more than six zones (us-east-1)."""

_SLOT_BITS = 3
WIDEST, NARROWEST = 16, 20
"""Prefix lengths of the VPC. EC2 CreateVpc allows /16 to /28; in a /20 the isolated subnets are /26, with 59 addresses.
"""

_IPV6_PER_SLOT = 4
_IPV6_KINDS = {"public": 0, "private": 1, "isolated": 2}
_IPV6_SUBNET_PREFIX = 64
"""EC2 CreateSubnet accepts IPv6 /64 blocks. A VPC's Amazon-provided block is a /56, so it has 256 of them."""


@dataclass(frozen=True, kw_only=True)
class ZonePlan:
    """IPv4 ranges of one zone's subnets."""

    public: str
    private: str
    isolated: str


def plan_zones(vpc_cidr: str, zones: Sequence[str]) -> dict[str, ZonePlan]:
    """The subnets of each zone in ``zones`` (names such as us-west-2a) in ``vpc_cidr``.

    Raises ValueError if the range is invalid, too wide or too narrow, or if a zone's letter has no slot.
    """
    network = ipaddress.IPv4Network(vpc_cidr)
    if not WIDEST <= network.prefixlen <= NARROWEST:
        raise ValueError(f"vpc_cidr={vpc_cidr}: must be a /{WIDEST} to a /{NARROWEST}")
    slots = list(network.subnets(prefixlen_diff=_SLOT_BITS))
    plan: dict[str, ZonePlan] = {}
    for zone in zones:
        private, rest = slots[_slot(zone)].subnets(prefixlen_diff=1)
        public, rest = rest.subnets(prefixlen_diff=1)
        isolated, _free = rest.subnets(prefixlen_diff=1)
        plan[zone] = ZonePlan(public=str(public), private=str(private), isolated=str(isolated))
    return plan


def ipv6_subnet(vpc_block: str, zone: str, kind: str) -> str:
    """The /64 block of a zone's ``public``, ``private`` or ``isolated`` subnet in the VPC's /56.

    Raises ValueError if the zone's letter has no slot.
    """
    subnets = ipaddress.IPv6Network(vpc_block)
    number = _slot(zone) * _IPV6_PER_SLOT + _IPV6_KINDS[kind]
    size = 2 ** (128 - _IPV6_SUBNET_PREFIX)
    return str(ipaddress.IPv6Network((int(subnets.network_address) + number * size, _IPV6_SUBNET_PREFIX)))


def _slot(zone: str) -> int:
    slot = SLOTS.find(zone[-1:]) if zone else -1
    if slot < 0:
        raise ValueError(f"zone={zone}: its letter has no place in the address plan; give zones {SLOTS[0]}-{SLOTS[-1]}")
    return slot


def check_no_overlap(cidrs: Mapping[str, str]) -> None:
    """Raises ValueError if two ranges (label -> CIDR) overlap, since no route could distinguish them."""
    ranges = [(who, IPv4Network(cidr)) for who, cidr in cidrs.items()]
    for place, (who, one) in enumerate(ranges):
        for other, two in ranges[place + 1 :]:
            if one.overlaps(two):
                raise ValueError(f"{who}={one}: overlaps {other}={two}; renumber one of them")
