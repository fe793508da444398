"""The targets of entry points as a resiliency policy of AWS Resilience Hub.

Resilience Hub's policy is one for the whole application: recovery time and recovery point, in seconds, for the loss of
a zone (``AZ``), of a Region (``Region``), and of one part by a fault of hardware (``Hardware``) or software
(``Software``). Of several targets the strictest counts. It has no capacity and no availability.
https://docs.aws.amazon.com/resilience-hub/latest/APIReference/API_CreateResiliencyPolicy.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any, Final

from ha_policy.targets import Target

DISRUPTIONS: Final = {
    "AZ": ("zone",),
    "Hardware": ("component", "zone"),
    "Software": ("component", "zone"),
    "Region": ("region",),
}
"""Kinds of loss whose targets it takes: the first that has any."""
OPTIONAL: Final = "Region"
LIMITS: Final = {"rtoInSecs": "recovery", "rpoInSecs": "data"}
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,59}")


class IncompleteError(ValueError):
    """The targets lack what a resiliency policy needs. The text says what."""


def hub_policy(name: str, tier: str, targets: Iterable[Target]) -> dict[str, Any]:
    """The input of ``aws resiliencehub create-resiliency-policy --cli-input-json``. Raises IncompleteError."""
    strictest: dict[tuple[str, str], float] = {}
    for t in targets:
        key = (t.loss, t.measure)
        strictest[key] = min(t.limit, strictest.get(key, math.inf))
    policy: dict[str, dict[str, int]] = {}
    for disruption, losses in DISRUPTIONS.items():
        found: dict[str, int] = {}
        for field, measure in LIMITS.items():
            limit = next((strictest[loss, measure] for loss in losses if (loss, measure) in strictest), None)
            if limit is not None:
                found[field] = math.floor(limit)
        if disruption == OPTIONAL and not found:
            continue
        if missing := [LIMITS[field] for field in LIMITS if field not in found]:
            what = " and ".join(f"{losses[0]}.{m}" for m in missing)
            raise IncompleteError(
                f"targets: set {what} of an entry point: a resiliency policy needs it for {disruption}"
            )
        policy[disruption] = found
    return {"policyName": name, "tier": tier, "policy": policy}


def policy_name(stacks: Iterable[str]) -> str:
    """A name that Resilience Hub accepts, from those of the stacks."""
    text = re.sub(r"[^A-Za-z0-9_-]+", "-", "-".join(stacks)).strip("-_")[:60]
    return text if NAME.fullmatch(text) else "targets"
