"""The stack's configuration as one frozen, validated tree."""

from components.settings.cells import CellSettings
from components.settings.core import SettingsError
from components.settings.model import SCENARIOS, Settings, load_settings

__all__ = ["SCENARIOS", "CellSettings", "Settings", "SettingsError", "load_settings"]
