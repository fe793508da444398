"""Stacks of the video platform for its tests, each run once."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.support import program
from tests.support.graph import Graph

ROOT = Path(__file__).parents[3]
ZONES = ["us-west-2a", "us-west-2b", "us-west-2c"]
STANDBY = {"standbyRegion": "us-east-1", "standbyAvailabilityZones": ["us-east-1a", "us-east-1b", "us-east-1c"]}
DOMAIN = {"domain": "video.example.com", "hostedZoneId": "Z0123456789"}
KEYS: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.media.yaml").read_text())["config"]["ha-aws:media"]


def settings(changes: dict[str, Any]) -> dict[str, Any]:
    """Of a stack, with what every stack must say."""
    return {"scenario": "media", "region": "us-west-2", "availabilityZones": ZONES, **changes}


def run(**changes: Any) -> Graph:
    """A new run of the whole program; settings of the architecture go into ``media``."""
    return program.run(**settings(changes))


def recorded(**changes: Any) -> Graph:
    """The same, recorded once for all tests."""
    return program.recorded(**settings(changes))


@cache
def full() -> Graph:
    """Production as in Pulumi.media.yaml: two Regions, a domain, signed videos, IPv6."""
    return recorded(profile="production", ipv6=True, **STANDBY, **DOMAIN, media=KEYS)


@cache
def small() -> Graph:
    """A dev stack in one Region, without a domain."""
    return recorded(profile="dev")
