"""The services auth and recommendations, each with only the permissions that its code needs."""

import pulumi

from components import iam
from components.architectures.cell import Cell
from components.architectures.media.data import DATABASE, HISTORY, PROFILES, Data
from components.architectures.shared.data_stores import ClientConfiguration, cache_client, database_client
from components.architectures.shared.services import Applications, ServiceSpec, run_services
from components.settings.services import ServiceSettings
from components.tiers.load_balancing.internal import ServiceRoute
from components.tiers.load_balancing.public import RequiredHeader
from components.tiers.servers.streaming import StreamingServers

PATHS = ("auth", "recommendations")
"""Services by the first segment of their paths, in the order of their listener rules' priority."""


def media_services(
    cell: Cell, data: Data, tier: StreamingServers, header: RequiredHeader, *, role: str, wanted: ServiceSettings
) -> list[pulumi.Resource]:
    """auth and recommendations behind the load balancer of ``tier``, for requests with ``header``.

    auth stores profiles; recommendations stores the watch history, reads the catalog and the cache, and calls auth by
    its Service Connect name. Returns their listener rules. Components: {code}-media-services (cluster), {code}-auth,
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
                environment, [items, key, *(s for store in stores for s in store.statements)], traced=True
            ),
            route=routed(service),
            calls=("auth",) if service != "auth" else (),
            uses=[called for store in stores for called in store.dependencies],
            capacity=wanted.tasks,
            ceiling=wanted.most,
        )

    made = run_services(
        cell,
        {
            "auth": spec("auth", PROFILES, {}),
            "recommendations": spec(
                "recommendations",
                HISTORY,
                {"AUTH_URL": "http://auth:8080"},
                cache_client(data.caches[role]),
                database_client("catalog", DATABASE, data.catalogs.get(role)),
            ),
        },
        cluster_name="media-services",
        spot_weight=wanted.spot_weight,
    )
    return [service.route_rule for service in made.values() if service.route_rule is not None]
