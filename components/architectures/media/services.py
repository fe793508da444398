"""The services auth and recommendations, each with only the permissions that its code needs."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components import iam
from components.architectures.cell import Cell
from components.architectures.media.data import HISTORY, PROFILES, Data
from components.architectures.shared.data_stores import ClientConfiguration, cache_client, database_client
from components.architectures.shared.services import Applications, RunningService, ServiceSpec, run_services
from components.availability import Step, request_path
from components.settings.services import ServiceSettings
from components.tiers.containers.ecs_service import FargateService
from components.tiers.load_balancing.internal import ServiceRoute
from components.tiers.load_balancing.public import RequiredHeader
from components.tiers.servers.streaming import StreamingServers

PATHS = ("auth", "recommendations")
"""Services by the first segment of their paths, in the order of their listener rules' priority."""


def media_services(
    cell: Cell, data: Data, tier: StreamingServers, header: RequiredHeader, *, role: str, wanted: ServiceSettings
) -> dict[str, RunningService]:
    """auth and recommendations behind the load balancer of ``tier``, for requests with ``header``.

    auth stores profiles; recommendations stores the watch history, reads the catalog and the cache, and calls auth by
    its Service Connect name. Components: {code}-media-services (cluster), {code}-auth,
    {code}-recommendations.
    """
    applications = Applications(cell, wanted.image)

    def routed(service: str) -> ServiceRoute:
        paths = (f"/{service}", f"/{service}/*")
        return ServiceRoute(
            load_balancer=tier.listener, paths=paths, priority=10 * (1 + PATHS.index(service)), header=header
        )

    def spec(
        service: str, table: str, extra: dict[str, pulumi.Input[str]], *stores: ClientConfiguration
    ) -> ServiceSpec:
        items = iam.allow(
            [f"dynamodb:{action}" for action in ("GetItem", "PutItem", "DeleteItem")],
            data.table_arn(table, cell),
            sid="Items",
        )
        key = iam.allow("kms:Decrypt", cell.kms_key_arn, sid="Key")
        environment: dict[str, pulumi.Input[str]] = {"TABLE_NAME": data.tables[table].table_name, **extra}
        for store in stores:
            environment |= store.environment
        return ServiceSpec(
            workload=applications.workload(
                f"media.{service}",
                environment,
                [items, key, *(s for store in stores for s in store.statements)],
                traced=True,
            ),
            route=routed(service),
            calls=("auth",) if service != "auth" else (),
            after=[data.schema] if service != "auth" else (),
            uses=[called for store in stores for called in store.dependencies],
            capacity=wanted.tasks,
            ceiling=wanted.most,
        )

    return run_services(
        cell,
        {
            "auth": spec("auth", PROFILES, {}),
            "recommendations": spec(
                "recommendations",
                HISTORY,
                {"AUTH_URL": "http://auth:8080"},
                cache_client(data.caches[role]),
                database_client("catalog", data.catalogs.get(role)),
            ),
        },
        cluster_name="media-services",
        spot_weight=wanted.spot_weight,
    )


def soft_paths(data: Data, role: str, services: Mapping[str, RunningService]) -> list[dict[str, Any]]:
    """What the availability report cannot read from the graph: recommendations serves without its cache and without the
    read replica that it asks while the database fails over, and shows everybody the same titles without auth
    (components/applications/README.md).
    """
    auth, caller = services["auth"], services["recommendations"]
    assert isinstance(auth, FargateService)
    assert isinstance(caller, FargateService)
    without: dict[str, Step] = {"cache": data.caches[role].nodes, "auth": auth.resource.service}
    if role in data.catalogs and (reader := data.catalogs[role].reader) is not None:
        without["reader"] = reader.instance
    return [
        request_path(f"{role}-recommendations-{name}", [caller.resource.service, soft], soft=[soft])
        for name, soft in without.items()
    ]
