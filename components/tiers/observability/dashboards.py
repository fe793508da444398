"""A CloudWatch dashboard, and the composite alarm of the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.alarms import Alarming
from components.names import physical_name
from components.tiers.arguments import TierArgs

NAME_LIMIT = 255
"""Longest name of a dashboard or alarm, characters (CloudWatch PutDashboard, PutCompositeAlarm)."""

GROUP_SIZE = 75
"""Alarms per composite alarm: CloudWatch allows 100, and a rule of 10,240 characters, so names of up to 120 characters
fit."""

STATUS_LIMIT = 100
"""Alarms per alarm status widget (CloudWatch dashboard body structure)."""

WIDGET_LIMIT = 500
"""Widgets per dashboard (CloudWatch quota). The body is one text that is not known at preview, so only the tier can
count them then."""


@dataclass(frozen=True, kw_only=True)
class DashboardArgs(TierArgs):
    """Inputs of `Dashboard`. title: heading of the dashboard.

    tiers: tier -> its alarms, all in the provider's Region, since a composite alarm can use no others. widgets: tier ->
    its widgets, of any Region. critical: tiers without which the site is down; default all. others: further composite
    alarms that the site's alarm depends on, such as those of `Slo`. alarms: where the site's alarm is sent.

    Raises ValueError if there is no alarm, there are too many widgets, or a critical tier does not exist.
    """

    title: str
    tiers: Mapping[str, Sequence[aws.cloudwatch.MetricAlarm]]
    widgets: Mapping[str, Sequence[Mapping[str, Any]]]
    critical: Sequence[str] | None = None
    others: Sequence[aws.cloudwatch.CompositeAlarm] = ()

    def __post_init__(self) -> None:
        unknown = sorted(set(self.critical or ()) - set(self.tiers))
        if unknown:
            raise ValueError(f"critical={unknown}: no such tier; there are {sorted(self.tiers)}")
        if not any(self.tiers[t] for t in self.watched()) and not self.others:
            raise ValueError("tiers: no alarm to watch; give at least one")
        shown = sum(len(w) for w in self.widgets.values()) + len(self.widgets) + 2
        if shown > WIDGET_LIMIT:
            raise ValueError(f"widgets: {shown} are more than the {WIDGET_LIMIT} of a dashboard")

    def watched(self) -> Sequence[str]:
        """The tiers whose alarms are part of the site's alarm."""
        return list(self.tiers) if self.critical is None else self.critical


class Dashboard(pulumi.ComponentResource):
    """A dashboard for all tiers, and a composite alarm that fires when the site is impaired.

    Children: {name}-site (composite alarm), {name}-part-{i} if the alarms need groups, {name}-dashboard.
    """

    site_alarm_arn: pulumi.Output[str]
    dashboard_name: pulumi.Output[str]

    def __init__(self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Monitoring", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        names = [alarm.name for tier in args.watched() for alarm in args.tiers[tier]]
        names += [other.alarm_name for other in args.others]
        if len(names) > GROUP_SIZE:
            groups = [names[i : i + GROUP_SIZE] for i in range(0, len(names), GROUP_SIZE)]
            silent = Alarming()
            names = [self._any_of(f"part-{i}", group, silent).alarm_name for i, group in enumerate(groups)]
        site = self._any_of("site", names, args.alarms)
        self.site_alarm_arn = site.arn
        dashboard = aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=physical_name(pulumi.get_stack(), name, limit=NAME_LIMIT),
            dashboard_body=pulumi.Output.json_dumps({"widgets": self._page(site)}),
            opts=self._child,
        )
        self.dashboard_name = dashboard.dashboard_name
        self.register_outputs({"siteAlarmArn": self.site_alarm_arn, "dashboardName": self.dashboard_name})

    def _any_of(self, what: str, names: Sequence[pulumi.Output[str]], to: Alarming) -> aws.cloudwatch.CompositeAlarm:
        """A composite alarm that fires if any of ``names`` fires."""
        rule = pulumi.Output.all(*names).apply(lambda found: " OR ".join(f'ALARM("{n}")' for n in found))
        return aws.cloudwatch.CompositeAlarm(
            f"{self._prefix}-{what}",
            alarm_name=physical_name(pulumi.get_stack(), self._prefix, what, limit=NAME_LIMIT),
            alarm_rule=rule,
            alarm_description=f"{self._args.title}: something the site needs is in alarm",
            alarm_actions=list(to.topic_arns),
            ok_actions=list(to.topic_arns),
            tags=dict(self._args.tags),
            opts=self._child,
        )

    def _page(self, site: aws.cloudwatch.CompositeAlarm) -> list[Mapping[str, Any]]:
        """Heading, the state of every alarm, then each tier with its own heading."""
        every = [site.arn, *(alarm.arn for alarms in self._args.tiers.values() for alarm in alarms)]
        page: list[Mapping[str, Any]] = [_heading(f"# {self._args.title}")]
        for start in range(0, len(every), STATUS_LIMIT):
            states = {"title": "Alarms", "alarms": every[start : start + STATUS_LIMIT]}
            page.append({"type": "alarm", "width": 24, "height": 6, "properties": states})
        for tier, widgets in self._args.widgets.items():
            if widgets:
                page += [_heading(f"## {tier}"), *widgets]
        return page


def _heading(markdown: str) -> dict[str, Any]:
    return {"type": "text", "width": 24, "height": 1, "properties": {"markdown": markdown}}
