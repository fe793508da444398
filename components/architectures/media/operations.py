"""Operations: X-Ray, canaries, backups, CloudTrail, dashboards."""

from collections.abc import Mapping

import pulumi

from components.architectures.base import Architecture
from components.architectures.cell import Cell
from components.architectures.media.data import Data
from components.architectures.media.services import PATHS
from components.architectures.media.site import HEALTH, Site
from components.architectures.media.streaming import SPOT
from components.architectures.shared.edge import Edge
from components.architectures.shared.gameday import prepare_game_days
from components.architectures.shared.operations import audit_trail, back_up, monitor_site
from components.tiers.observability.canary import Canary, CanaryArgs, CanaryRequest
from components.tiers.observability.xray import HEALTH_CHECKS, SamplingRule, Tracing, TracingArgs
from components.tiers.serverless.lambda_ import service_of
from components.tiers.servers.streaming import StreamingServers

TITLE = "Streaming"


def operate(
    architecture: Architecture,
    data: Data,
    site: Site,
    edge: Edge,
    accelerators: Edge | None,
    live: Mapping[str, StreamingServers],
) -> None:
    """Everything that monitors the tiers; call it after all of them have been created.

    Components: {code}-media-tracing, {code}-canary, and those of `components.architectures.shared.operations`.
    """
    for cell in architecture.cells.values():
        _trace(cell)
        _canary(cell, site)
    back_up(architecture, data.protected())
    audit_trail(architecture, buckets=[data.uploads.bucket_arn], insights=architecture.settings.production)
    if accelerators is not None and accelerators.home is not None:
        accelerators.home.tier_alarms |= accelerators.tier_alarms
        accelerators.home.widgets |= accelerators.widgets
    elif accelerators is not None:
        accelerators.alarm(TITLE)
        architecture.primary.widgets |= accelerators.widgets
    sites = monitor_site(architecture, TITLE, edge=edge, aside=(SPOT,))
    prepare_game_days(
        architecture,
        sites,
        frozenset({"servers", "tasks", "databases", "caches"}),
        edge=edge,
        zonal_shifts={role: {"live": tier.load_balancer_arn} for role, tier in live.items()},
    )


def _trace(cell: Cell) -> None:
    """Sampling of requests to the services. Lambda samples functions itself, the first request of every second and one
    in twenty of the rest, and no sampling rule changes that (Lambda guide, "Visualize Lambda function invocations").
    """
    pipeline = service_of(cell.name("transcoding"))
    services = " OR ".join(f'service("{name}")' for name in PATHS)
    made = Tracing(
        cell.name("media-tracing"),
        TracingArgs(
            region=cell.region,
            rules={"health": HEALTH_CHECKS, **{name: SamplingRule(service=name) for name in PATHS}},
            groups={
                # Powertools writes the function's service name to this annotation.
                "pipeline": f'annotation.Service BEGINSWITH "{pipeline}-"',
                "services": services,
            },
            alarms=cell.alarms_of("tracing"),
            tags=cell.tier_tags("tracing"),
        ),
        cell.child,
    )
    cell.monitor(made)


def _canary(cell: Cell, site: Site) -> None:
    """A viewer in the cell's Region requests the whole path: CloudFront, accelerator, load balancer, server."""
    made = Canary(
        cell.name("canary"),
        CanaryArgs(
            questions=[CanaryRequest(url=pulumi.Output.concat(site.url, HEALTH), contains="ok")],
            log_bucket=cell.log_bucket.bucket_name,
            kms_key_arn=cell.kms_key_arn,
            retain_data=cell.retain_data,
            alarms=cell.alarms_of("canary"),
            tags=cell.tier_tags("canary"),
        ),
        cell.child,
    )
    cell.monitor(made)
