"""Stacks of the video platform for its tests, each run once."""

import json
import runpy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.support.graph import Graph, deploy

ROOT = Path(__file__).parents[3]
ZONES = ["us-west-2a", "us-west-2b", "us-west-2c"]
STANDBY = {"standbyRegion": "us-east-1", "standbyAvailabilityZones": ["us-east-1a", "us-east-1b", "us-east-1c"]}
DOMAIN = {"domain": "video.example.com", "hostedZoneId": "Z0123456789"}
KEYS: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.media.yaml").read_text())["config"]["ha-aws:media"]


def run(**changes: Any) -> Graph:
    """The whole program; settings of the architecture go into ``media``."""
    values: dict[str, Any] = {
        "scenario": "media",
        "region": "us-west-2",
        "availabilityZones": ZONES,
        "alarmEmail": "ops@example.com",
        **changes,
    }
    config = {f"ha-aws:{k}": v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}
    return deploy(lambda: runpy.run_path(str(ROOT / "__main__.py")), config=config)


@cache
def full() -> Graph:
    """Production as in Pulumi.media.yaml: two Regions, a domain, signed videos, IPv6."""
    return run(profile="production", ipv6=True, **STANDBY, **DOMAIN, media=KEYS)


@cache
def small() -> Graph:
    """A dev stack in one Region, without a domain."""
    return run(profile="dev")
