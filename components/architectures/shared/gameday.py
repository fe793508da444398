"""Game days of an architecture: FIS experiments for the failures that its availability report simulates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.architectures.base import Architecture
from components.architectures.cell import Cell
from components.architectures.shared.edge import Edge
from components.names import physical_name
from components.tiers.gameday.fis import GameDay, GameDayArgs, Part
from components.tiers.observability.dashboards import NAME_LIMIT, Dashboard

WINDOWS = tuple(f"{day}:09:00-{day}:17:00" for day in ("Tue", "Wed", "Thu"))
"""When AWS may practise shifting traffic out of a zone, UTC: working hours in Europe, when somebody is there."""


def prepare_game_days(
    architecture: Architecture,
    sites: Mapping[str, Dashboard],
    parts: frozenset[Part],
    *,
    edge: Edge | None = None,
    zonal_shifts: Mapping[str, Mapping[str, pulumi.Input[str]]] | None = None,
) -> dict[str, GameDay]:
    """Experiment templates per cell, by role; the composite alarm {code}-{scenario}-failed-requests stops them.

    The site's own alarm would stop every loss of a zone: it fires when the reserve for a zone is in use. Call it after
    all tiers have been passed to `monitor`. edge: its alarms count in us-east-1. sites: for the practice runs.
    parts: which resources the cells have besides their network and interface endpoints. zonal_shifts: role -> short
    name -> ARN, for zonal autoshift with practice runs; only those with zonal shift enabled. Exports {role}GameDays.
    Components: {code}-{scenario}-gameday.
    """
    made: dict[str, GameDay] = {}
    endpoints: frozenset[Part] = frozenset({"endpoints"} if architecture.settings.interface_endpoints else ())
    for role, cell in architecture.cells.items():
        others = [c.region for c in architecture.cells.values() if c is not cell]
        failed = [*cell.failed_requests, *(edge.failed_requests if edge is not None and edge.home is cell else [])]
        made[role] = GameDay(
            cell.name(f"{architecture.settings.scenario}-gameday"),
            GameDayArgs(
                zones=cell.zones,
                parts=parts | endpoints,
                target_tags={key: architecture.tags[key] for key in ("Project", "Scenario", "Stack")},
                stop_alarm_arn=_any_of(cell, f"{architecture.settings.scenario}-failed-requests", failed).arn,
                kms_key_arn=cell.kms_key_arn,
                other_region=others[0] if others else "",
                log_days=cell.log_days,
                zonal_shifts=(zonal_shifts or {}).get(role, {}),
                outcome_alarm_arns=[sites[role].site_alarm_arn],
                windows=WINDOWS,
                tags=cell.tier_tags("gameday"),
            ),
            cell.child,
        )
        architecture.outputs[f"{role}GameDays"] = made[role].template_ids
    return made


def _any_of(cell: Cell, role: str, alarms: Sequence[aws.cloudwatch.MetricAlarm]) -> aws.cloudwatch.CompositeAlarm:
    """A composite alarm that fires if any of ``alarms`` fires."""
    name = cell.name(role)
    return aws.cloudwatch.CompositeAlarm(
        name,
        alarm_name=physical_name(pulumi.get_stack(), name, limit=NAME_LIMIT),
        alarm_rule=pulumi.Output.all(*(alarm.name for alarm in alarms)).apply(
            lambda found: " OR ".join(f'ALARM("{n}")' for n in found)
        ),
        alarm_description="Requests of customers are answered with 5xx: FIS experiments stop",
        alarm_actions=[cell.topic_arn],
        ok_actions=[cell.topic_arn],
        tags=cell.tier_tags("gameday"),
        opts=cell.child,
    )
