"""The services auth and recommendations, each with only the permissions that its code needs."""

import pulumi

from components import iam
from components.architectures.cell import Cell
from components.architectures.media.data import DATABASE, HISTORY, PROFILES, CatalogAccess, Data
from components.architectures.shared.services import Dependency, ServiceSpec, run_services
from components.packaging import SERVICE_IMAGE, service_command
from components.settings.media import MediaServicesSettings
from components.tiers.containers.ecs_task import Workload
from components.tiers.data.elasticache import Cache
from components.tiers.load_balancing.internal import ServiceRoute
from components.tiers.load_balancing.public import RequiredHeader
from components.tiers.servers.streaming import StreamingServers

PATHS = ("auth", "recommendations")
"""Services by the first segment of their paths, in the order of their listener rules' priority."""

Part = tuple[dict[str, pulumi.Input[str]], list[iam.Statement], list[Dependency]]
"""What using a tier needs: environment variables, permissions, security group rules."""


def media_services(
    cell: Cell, data: Data, tier: StreamingServers, header: RequiredHeader, *, role: str, wanted: MediaServicesSettings
) -> None:
    """auth and recommendations behind the load balancer of ``tier``, for requests with ``header``.

    auth stores profiles; recommendations stores the watch history, reads the catalog and the cache, and calls auth by
    its Service Connect name. Components: {code}-media-services (cluster), {code}-auth, {code}-recommendations.
    """

    def routed(service: str) -> ServiceRoute:
        paths = (f"/{service}", f"/{service}/*")
        return ServiceRoute(
            load_balancer=tier.listener, paths=paths, priority=10 * (1 + PATHS.index(service)), header=header
        )

    def spec(service: str, table: str, extra: dict[str, pulumi.Input[str]], *parts: Part) -> ServiceSpec:
        own = wanted.image
        items = iam.allow(
            [f"dynamodb:{action}" for action in ("GetItem", "PutItem", "DeleteItem")],
            data.table_arn(table, cell),
            sid="Items",
        )
        key = iam.allow("kms:Decrypt", cell.kms_key_arn, sid="Key")
        environment: dict[str, pulumi.Input[str]] = {"TABLE_NAME": data.tables[table].table_name, **extra}
        for part in parts:
            environment |= part[0]
        return ServiceSpec(
            workload=Workload(
                image=own or SERVICE_IMAGE,
                command=() if own else service_command(),
                environment=environment,
                statements=[items, key, *(s for part in parts for s in part[1])],
                traced=True,
            ),
            route=routed(service),
            calls=("auth",) if service != "auth" else (),
            uses=[called for part in parts for called in part[2]],
            capacity=wanted.tasks,
            ceiling=wanted.most,
        )

    found = data.catalogs.get(role)
    run_services(
        cell,
        {
            "auth": spec("auth", PROFILES, {}),
            "recommendations": spec(
                "recommendations",
                HISTORY,
                {"AUTH_URL": "http://auth:8080"},
                _cached(data.caches[role]),
                *([_stored(found)] if found else []),
            ),
        },
        cluster_name="media-services",
        spot_weight=wanted.spot_weight,
    )


def _cached(cache: Cache) -> Part:
    environment: dict[str, pulumi.Input[str]] = {
        "CACHE_HOST": cache.endpoint,
        "CACHE_READER_HOST": cache.reader_endpoint,
        "CACHE_PORT": str(cache.port),
        "CACHE_USER": cache.username,
    }
    log_in = iam.allow("elasticache:Connect", cache.connect_arns, sid="Cache")
    return environment, [log_in], [Dependency(role="cache", security_group_id=cache.security_group_id, port=cache.port)]


def _stored(catalog: CatalogAccess) -> Part:
    environment: dict[str, pulumi.Input[str]] = {
        "DATABASE_HOST": catalog.endpoint,
        "DATABASE_PORT": str(catalog.port),
        "DATABASE_NAME": DATABASE,
    }
    allowed: list[iam.Statement] = []
    if catalog.connect_arn is not None:
        allowed.append(iam.allow("rds-db:connect", catalog.connect_arn, sid="Catalog"))
    if catalog.secret_arn is not None:
        environment["DATABASE_SECRET_ARN"] = catalog.secret_arn
        allowed.append(iam.allow("secretsmanager:GetSecretValue", catalog.secret_arn, sid="CatalogPassword"))
    called = Dependency(role="catalog", security_group_id=catalog.security_group_id, port=catalog.port)
    return environment, allowed, [called]
