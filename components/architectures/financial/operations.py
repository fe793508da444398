"""Operations: service level objectives, canaries, AWS Config, backups, CloudTrail, dashboards."""

from components.alarms import Metric
from components.architectures.base import Architecture
from components.architectures.cell import Cell
from components.architectures.financial.api import PaymentsApi
from components.architectures.financial.data import Data
from components.architectures.shared.edge import Edge
from components.architectures.shared.gameday import prepare_game_days
from components.architectures.shared.operations import audit_trail, back_up, monitor_site
from components.tiers.governance.config import ConfigRecorder, ConfigRecorderArgs
from components.tiers.observability.canary import Canary, CanaryArgs, CanaryRequest
from components.tiers.observability.slo import ErrorRatio, Slo, SloArgs, SlowRatio
from components.tiers.serverless.api_gateway import STAGE

TITLE = "Payments"
AVAILABLE, FAST = 99.95, 99.0
"""Objectives over 30 days, percent: requests that are answered, and requests faster than `SLOW_SECONDS`."""
SLOW_SECONDS = 1.0
TRAIL_LOCK_DAYS = 365


def operate(architecture: Architecture, data: Data, fronts: dict[str, PaymentsApi], edge: Edge | None) -> None:
    """Everything that monitors the tiers; call it after all of them have been created.

    Components: {code}-answers, {code}-speed (objectives), {code}-canary, {code}-config, and those of
    `components.architectures.shared.operations`.
    """
    for role, cell in architecture.cells.items():
        _objectives(cell, fronts[role])
        _canary(cell, fronts[role])
        _configuration(architecture, role, cell)
    back_up(architecture, data.protected())
    kept = [data.audit.bucket_arn, *([data.audit.replica_arn] if data.audit.replica_arn is not None else [])]
    tables = [data.transactions, data.outbox]
    audit_trail(
        architecture,
        buckets=kept,
        tables=[arn for table in tables for arn in (table.table_arn, *table.replica_arns.values())],
        lock_days=TRAIL_LOCK_DAYS if architecture.settings.production else None,
        insights=architecture.settings.production,
    )
    sites = monitor_site(architecture, TITLE, edge=edge)
    balancers = {role: {"services": front.balancer_arn} for role, front in fronts.items()}
    prepare_game_days(architecture, sites, frozenset({"tasks", "databases"}), edge=edge, zonal_shifts=balancers)


def _objectives(cell: Cell, front: PaymentsApi) -> None:
    def metric(name: str) -> Metric:
        of = {"ApiName": front.api.api_name, "Stage": STAGE}
        return Metric(namespace="AWS/ApiGateway", name=name, dimensions=of)

    to = cell.alarms_of("objectives")
    answered = ErrorRatio(bad=metric("5XXError"), all=metric("Count"))
    Slo(cell.name("answers"), SloArgs(objective=AVAILABLE, of=answered, alarms=to), cell.child)
    fast = SlowRatio(latency=metric("Latency"), seconds=SLOW_SECONDS, in_ms=True)
    Slo(cell.name("speed"), SloArgs(objective=FAST, of=fast, alarms=to), cell.child)


def _canary(cell: Cell, front: PaymentsApi) -> None:
    """A client from outside: the API answers, and so does the load balancer behind its VPC link, which API Gateway
    deactivates after 60 days without requests (API Gateway guide, "VPC links V2").
    """
    canary = Canary(
        cell.name("canary"),
        CanaryArgs(
            questions=[
                CanaryRequest(url=front.health_url, contains='"ok"'),
                CanaryRequest(url=front.link_health_url, contains='"ok"'),
            ],
            log_bucket=cell.log_bucket.bucket_name,
            kms_key_arn=cell.kms_key_arn,
            retain_data=cell.retain_data,
            alarms=cell.alarms_of("canary"),
            tags=cell.tier_tags("canary"),
        ),
        cell.child,
    )
    cell.monitor(canary)


def _configuration(architecture: Architecture, role: str, cell: Cell) -> None:
    wanted = architecture.settings.financial.configuration
    if wanted == "skip":
        return
    ConfigRecorder(
        cell.name("config"),
        ConfigRecorderArgs(
            recorder=wanted,
            kms_key_arn=cell.kms_key_arn,
            global_resources=role == "primary",
            log_bucket=cell.log_bucket.bucket_name,
            retain_data=cell.retain_data,
            alarms=cell.alarms_of("config"),
            tags=cell.tier_tags("config"),
        ),
        cell.child,
    )
