"""The architectures, by the name that the ``scenario`` setting gives them."""

from __future__ import annotations

import pkgutil
from typing import cast

from components.architectures.base import Architecture
from components.architectures.protection import hold
from components.settings import Settings, SettingsError

SCENARIOS = {
    "ecommerce": "components.architectures.ecommerce:Ecommerce",
    "financial": "components.architectures.financial:Financial",
    "media": "components.architectures.media:Media",
}
"""Class of each scenario. Named, not imported: each draws in modules of pulumi_aws that cost up to half a second."""


def build(settings: Settings) -> Architecture:
    """The architecture that the settings ask for, held while its data is protected.

    Raises SettingsError when this release does not have it.
    """
    where = SCENARIOS.get(settings.scenario)
    if where is None:
        there = ", ".join(sorted(SCENARIOS))
        raise SettingsError([f"scenario={settings.scenario}: this release cannot build it yet; it has: {there}"])
    made = cast("type[Architecture]", pkgutil.resolve_name(where))(settings)  # type: ignore[call-arg]
    hold(settings, made, made.resources)
    return made
