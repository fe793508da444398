"""Stacks of the payment platform for its tests, each run once."""

import json
import runpy
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.graph import Graph, deploy

ROOT = Path(__file__).parents[3]
ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]
STANDBY = {"standbyRegion": "us-west-2", "standbyAvailabilityZones": ["us-west-2a", "us-west-2b", "us-west-2c"]}
DOMAIN = {"domain": "pay.example.com", "hostedZoneId": "Z0123456789"}


def run(**changes: Any) -> Graph:
    """The whole program; settings of the architecture go into ``financial``."""
    values: dict[str, Any] = {
        "scenario": "financial",
        "region": "us-east-1",
        "availabilityZones": ZONES,
        "alarmEmail": "ops@example.com",
        **changes,
    }
    config = {f"ha-aws:{k}": v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}
    return deploy(lambda: runpy.run_path(str(ROOT / "__main__.py")), config=config)


@cache
def full() -> Graph:
    """Production as in Pulumi.financial.yaml: two Regions, a witness, a domain."""
    return run(profile="production", **STANDBY, **DOMAIN, financial={"witnessRegion": "us-east-2"})


@cache
def small() -> Graph:
    """A dev stack in one Region, without a domain."""
    return run(profile="dev")
