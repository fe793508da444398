"""Settings of the financial-services architecture: the ``financial`` group of the configuration."""

from dataclasses import dataclass

from components.settings.core import Section


@dataclass(frozen=True, kw_only=True)
class FinancialSettings:
    """The financial architecture has no settings of its own so far."""


def read_financial(section: Section, profile: str) -> FinancialSettings:
    """The group's keys, with the profile's sizes as defaults."""
    section.finish()
    return FinancialSettings()
