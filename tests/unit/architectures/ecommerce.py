"""Stacks of the shop for its tests, each run once."""

from functools import cache
from typing import Any

from tests.support import program
from tests.support.graph import Graph

ZONES = ["us-west-2a", "us-west-2b", "us-west-2c"]
STANDBY = {"standbyRegion": "us-east-1", "standbyAvailabilityZones": ["us-east-1a", "us-east-1b", "us-east-1c"]}
DOMAIN = {"domain": "shop.example.com", "hostedZoneId": "Z0123456789"}
SHARED = {"vpcId": "vpc-0123456789abcdef0", "cidr": "10.50.0.0/16"}
ATTACHED = {
    **SHARED,
    "mode": "transit",
    "subnets": {"us-west-2a": "subnet-0123456789abcdef0", "us-west-2b": "subnet-0123456789abcdef1"},
}
SITES = {
    "cidrs": ["10.60.0.0/16"],
    "routers": {"hq": {"address": "8.8.8.8", "asn": 65010}},
    "lines": {"a": {"location": "EqDC2", "ready": True}, "b": {"location": "EqSV5"}},
}
ADMIN = "arn:aws:iam::123456789012:role/platform/admin"


def settings(changes: dict[str, Any]) -> dict[str, Any]:
    """Of a stack, with what every stack must say."""
    return {"scenario": "ecommerce", "region": "us-west-2", "availabilityZones": ZONES, **changes}


def run(**changes: Any) -> Graph:
    """A new run of the whole program; settings of the architecture go into ``ecommerce``."""
    return program.run(**settings(changes))


def recorded(**changes: Any) -> Graph:
    """The same, recorded once for all tests."""
    return program.recorded(**settings(changes))


@cache
def full() -> Graph:
    """Production as in Pulumi.ecommerce.yaml: two Regions, a domain, the back office, and private ways."""
    ways = {"sharedVpc": ATTACHED, "onPremises": SITES}
    return recorded(profile="production", **STANDBY, **DOMAIN, ecommerce={"connectivity": ways})


@cache
def small() -> Graph:
    """A dev stack in one Region, without a domain."""
    return recorded(profile="dev")


@cache
def on_kubernetes() -> Graph:
    """Production in one Region, its services on EKS, with an administrator."""
    services = {"platform": "kubernetes", "adminArns": [ADMIN]}
    return recorded(profile="production", ecommerce={"services": services})
