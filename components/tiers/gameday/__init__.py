"""Game days: AWS FIS experiments."""

from components.tiers.gameday.experiments import Action, Experiment, Target
from components.tiers.gameday.fis import GameDay, GameDayArgs

__all__ = [
    "Action",
    "Experiment",
    "GameDay",
    "GameDayArgs",
    "Target",
]
