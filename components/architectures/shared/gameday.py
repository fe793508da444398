"""Game days of an architecture: FIS experiments for the failures that its availability report simulates."""

from collections.abc import Mapping

import pulumi

from components.architectures.base import Architecture
from components.tiers.gameday.fis import GameDay, GameDayArgs, Part
from components.tiers.observability.dashboards import Dashboard

WINDOWS = tuple(f"{day}:09:00-{day}:17:00" for day in ("Tue", "Wed", "Thu"))
"""When AWS may practise shifting traffic out of a zone, UTC: working hours in Europe, when somebody is there."""


def prepare_game_days(
    architecture: Architecture,
    sites: Mapping[str, Dashboard],
    parts: frozenset[Part],
    *,
    load_balancers: Mapping[str, Mapping[str, pulumi.Input[str]]] | None = None,
) -> dict[str, GameDay]:
    """Experiment templates per cell, by role. Call it after `monitor_site`, whose composite alarms stop every
    experiment.

    parts: which resources the cells have besides their network and interface endpoints. load_balancers: role -> short
    name -> ARN, for zonal autoshift with practice runs; only those with zonal shift enabled. Exports {role}GameDays.
    Components: {code}-{scenario}-gameday.
    """
    made: dict[str, GameDay] = {}
    endpoints: frozenset[Part] = frozenset({"endpoints"} if architecture.settings.interface_endpoints else ())
    for role, cell in architecture.cells.items():
        others = [c.region for c in architecture.cells.values() if c is not cell]
        alarm = sites[role].site_alarm_arn
        made[role] = GameDay(
            cell.name(f"{architecture.settings.scenario}-gameday"),
            GameDayArgs(
                zones=cell.zones,
                parts=parts | endpoints,
                target_tags={key: architecture.tags[key] for key in ("Project", "Scenario", "Stack")},
                stop_alarm_arn=alarm,
                kms_key_arn=cell.kms_key_arn,
                other_region=others[0] if others else "",
                log_days=cell.log_days,
                load_balancers=(load_balancers or {}).get(role, {}),
                outcome_alarm_arns=[alarm],
                windows=WINDOWS,
                tags=cell.tier_tags("gameday"),
            ),
            cell.child,
        )
        architecture.outputs[f"{role}GameDays"] = made[role].template_ids
    return made
