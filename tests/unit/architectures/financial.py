"""Stacks of the payment platform for its tests, each run once."""

from functools import cache
from typing import Any

from tests.support import program
from tests.support.graph import Graph

ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]
STANDBY = {"standbyRegion": "us-west-2", "standbyAvailabilityZones": ["us-west-2a", "us-west-2b", "us-west-2c"]}
DOMAIN = {"domain": "pay.example.com", "hostedZoneId": "Z0123456789"}


LOGGING = {"api": {"logging": "own"}}
"""What production wants to be said."""


def settings(changes: dict[str, Any]) -> dict[str, Any]:
    """Of a stack, with what every stack must say."""
    own: dict[str, Any] = changes.get("financial", {})
    if changes.get("profile") == "production":
        own = {**own, "api": {**LOGGING["api"], **own.get("api", {})}}
    return {
        "scenario": "financial", "region": "us-east-1", "availabilityZones": ZONES, **changes,
        **({"financial": own} if own else {}),
    }  # fmt: skip


def run(**changes: Any) -> Graph:
    """A new run of the whole program; settings of the architecture go into ``financial``."""
    return program.run(**settings(changes))


def recorded(**changes: Any) -> Graph:
    """The same, recorded once for all tests."""
    return program.recorded(**settings(changes))


@cache
def full() -> Graph:
    """Production as in Pulumi.financial.yaml: two Regions, a witness, a domain."""
    return recorded(profile="production", **STANDBY, **DOMAIN, financial={"witnessRegion": "us-east-2"})


@cache
def small() -> Graph:
    """A dev stack in one Region, without a domain."""
    return recorded(profile="dev")
