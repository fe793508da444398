"""Targets of the stack's entry points: the ``targets`` group of the configuration."""

from typing import Any

from components.settings.section import Section

LOSSES = ("zone", "region", "component")
TIMES = ("recovery", "data")
_DURATION = r"\d+(\.\d+)?[smhd]"
_RULE = "must be a time such as 90s, 15m, 4h or 1d"


def read_targets(root: Section) -> dict[str, Any]:
    """What each entry point must keep when something is lost, in the form that the policy pack reads.

    By name or pattern, for the loss of a zone, a Region or a component: capacity, percent that is left at least;
    recovery, the longest recovery time; data, the longest time whose writes are lost. availability: the lowest
    structural estimate, percent.
    """
    found: dict[str, Any] = {}
    for name, wanted in root.groups("targets").items():
        made: dict[str, Any] = {loss: _limits(wanted.section(loss)) for loss in LOSSES}
        made["availability"] = wanted.percent("availability")
        wanted.finish()
        found[name] = {key: value for key, value in made.items() if value}
    return found


def _limits(section: Section) -> dict[str, Any]:
    limits: dict[str, Any] = {"capacity": section.number("capacity", 0, 1, 100, "percent")}
    limits |= {time: section.text(time, "", _DURATION, _RULE) for time in TIMES}
    section.finish()
    return {key: value for key, value in limits.items() if value}
