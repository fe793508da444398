"""Operations: backups of all data stores, CloudTrail, dashboards and the site's alarms."""

from collections.abc import Collection, Mapping, Sequence

import pulumi

from components.architectures.base import Architecture
from components.architectures.shared.edge import Edge
from components.tiers.governance.backup import Backup, BackupArgs, ProtectedResource, VaultCopy
from components.tiers.governance.cloudtrail import Trail, TrailArgs
from components.tiers.governance.kms import KeyUse
from components.tiers.observability.dashboards import Dashboard, DashboardArgs

OPERATIONS_KEY_USES = frozenset({KeyUse.TRAILS})
"""Services that a cell's key must allow besides `components.architectures.cell.KEY_USES`."""

BACKUP_DAYS = {False: 7, True: 35}
"""Retention of daily backups, days, by whether it is a production stack."""
LEAST_DAYS = {False: 1, True: 7}
"""Days before which nobody can delete a backup from the locked vault."""

NOT_CRITICAL = frozenset({"backup", "replica", "trail"})
"""Labels, or their last words, of tiers whose alarms an operator should see but that do not impair the site."""


def back_up(architecture: Architecture, resources: Mapping[str, ProtectedResource], *, role: str = "primary") -> Backup:
    """Daily backups of ``resources`` of the cell ``role``; the primary's are copied to the standby Region.

    Component: {code}-{scenario}-backup.
    """
    cell, scenario = architecture.cells[role], architecture.settings.scenario
    other = architecture.standby if role == "primary" else None
    long = cell.production
    made = Backup(
        cell.name(f"{scenario}-backup"),
        BackupArgs(
            resources=resources,
            kms_key_arn=cell.kms_key_arn,
            days=BACKUP_DAYS[long],
            least_days=LEAST_DAYS[long],
            copy=VaultCopy(region=other.region, kms_key_arn=other.kms_key_arn, days=BACKUP_DAYS[long])
            if other
            else None,
            retain_data=cell.retain_data,
            alarms=cell.alarms_of("backup"),
            tags=cell.tier_tags("backup"),
        ),
        cell.child,
    )
    cell.monitor(made)
    return made


def audit_trail(
    architecture: Architecture,
    *,
    buckets: Sequence[pulumi.Input[str]] = (),
    tables: Sequence[pulumi.Input[str]] = (),
    lock_days: int | None = None,
    insights: bool = False,
) -> Trail:
    """One multi-Region trail with the primary cell as home Region, whose key has `OPERATIONS_KEY_USES`.

    buckets, tables: ARNs whose data events are recorded too. lock_days: days for which log files cannot be deleted.
    Component: {code}-{scenario}-trail.
    """
    cell = architecture.primary
    made = Trail(
        cell.name(f"{architecture.settings.scenario}-trail"),
        TrailArgs(
            kms_key_arn=cell.kms_key_arn,
            audited_buckets=buckets,
            audited_tables=tables,
            lock_days=lock_days,
            log_days=cell.log_days,
            insights=insights,
            log_bucket=cell.log_bucket.bucket_name,
            retain_data=cell.retain_data,
            alarms=cell.alarms_of("trail"),
            tags=cell.tier_tags("trail"),
        ),
        cell.child,
    )
    cell.monitor(made)
    return made


def monitor_site(
    architecture: Architecture,
    title: str,
    *,
    edge: Edge | None = None,
    aside: Collection[str] = (),
) -> dict[str, Dashboard]:
    """A dashboard and the site's composite alarm per cell, by role; call it after all tiers have been passed to
    `monitor`.

    edge: its widgets are on the primary's dashboard; its alarms are in the composite alarm of the cell in us-east-1, or
    in one of their own there. aside: labels of further tiers whose alarms do not count for the site, besides
    `NOT_CRITICAL`. Components: {code}-{scenario}-site, edge-{scenario}-site.
    """
    made: dict[str, Dashboard] = {}
    for role, cell in architecture.cells.items():
        watched, widgets = dict(cell.tier_alarms), dict(cell.widgets)
        if edge is not None and edge.home is cell:
            watched |= edge.tier_alarms
        if edge is not None and role == "primary":
            widgets |= edge.widgets
        made[role] = Dashboard(
            cell.name(f"{architecture.settings.scenario}-site"),
            DashboardArgs(
                title=f"{title}, {cell.region}",
                tiers=watched,
                widgets=widgets,
                critical=[label for label in watched if not _is_not_critical(label, aside)],
                alarms=cell.alarms_of("site"),
                tags=cell.tier_tags("site"),
            ),
            cell.child,
        )
    if edge is not None and edge.home is None and any(edge.tier_alarms.values()):
        edge.alarm(title)
    _export(architecture, made)
    return made


def _is_not_critical(label: str, more: Collection[str]) -> bool:
    return label.rpartition("-")[2] in NOT_CRITICAL or label in more


def _export(architecture: Architecture, made: Mapping[str, Dashboard]) -> None:
    for role, site in made.items():
        architecture.outputs[f"{role}Dashboard"] = site.dashboard_name
        architecture.outputs[f"{role}SiteAlarmArn"] = site.site_alarm_arn
