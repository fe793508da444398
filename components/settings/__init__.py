"""The stack's configuration as one frozen, validated tree."""

from components.settings.cells import CellSettings
from components.settings.model import SCENARIOS, Settings, load_settings
from components.settings.section import SettingsError

__all__ = ["SCENARIOS", "CellSettings", "Settings", "SettingsError", "load_settings"]
