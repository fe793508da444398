"""The architectures, by the value of the ``scenario`` setting."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING, cast

from components.architectures.deletion_protection import refuse_deletion
from components.architectures.regions import open_regions
from components.settings.model import Settings
from components.settings.section import SettingsError

if TYPE_CHECKING:
    from components.architectures.base import Architecture

SCENARIOS = {
    "ecommerce": "components.architectures.ecommerce:Ecommerce",
    "financial": "components.architectures.financial:Financial",
    "media": "components.architectures.media:Media",
}
"""Class of each scenario, by name: a stack imports only the architecture that it uses."""


def build(settings: Settings) -> Architecture:
    """Create the architecture of the settings, with protection against deletion while its data is protected.

    Raises SettingsError if this release does not have it.
    """
    where = SCENARIOS.get(settings.scenario)
    if where is None:
        there = ", ".join(sorted(SCENARIOS))
        raise SettingsError([f"scenario={settings.scenario}: this release cannot build it yet; it has: {there}"])
    providers = open_regions(settings)
    made = cast("type[Architecture]", pkgutil.resolve_name(where))(settings, providers)  # type: ignore[call-arg]
    refuse_deletion(settings, made, made.resources)
    return made
