"""The shop's services catalog, cart and checkout, each with only the permissions that its code needs."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components import iam
from components.architectures.cell import Cell
from components.architectures.ecommerce.data import TABLES, Data
from components.architectures.ecommerce.orders import Orders
from components.architectures.shared.data_stores import cache_client, database_client
from components.architectures.shared.services import Applications, RunningService, ServiceSpec, run_services
from components.availability import Step, request_path
from components.settings.ecommerce import ServicesSettings
from components.tiers.containers.ecs_service import FargateService
from components.tiers.containers.ecs_task import Workload
from components.tiers.load_balancing.internal import ServiceRoute
from components.tiers.load_balancing.public import RequiredHeader
from components.tiers.servers.storefront import Storefront

PATHS = ("catalog", "cart", "checkout")
"""Services by the first segment of their paths, in the order of their listener rules' priority."""
FIRST_PRIORITY = {"kubernetes": 5, "fargate": 10}
"""Priority of the first service's listener rule; the others follow in steps of 10. While a running stack changes its
platform it has the rules of both. EKS wins (the lower number), since its rules are created after its pods run; those of
Fargate are created before the tasks, as ECS needs them, and count once the rules of EKS are deleted at the end."""
CART_SECONDS = 30 * 86_400
"""Seconds after its last change for which a cart is kept."""


class _Shop:
    """What the specifications of a cell's services have in common."""

    def __init__(self, cell: Cell, data: Data, wanted: ServicesSettings) -> None:
        self.cell, self.data = cell, data
        self.applications = Applications(cell, wanted.image)

    def allow_table(self, table: str, *actions: str) -> iam.Statement:
        """Permission for ``actions`` on the items of a table in the cell's Region."""
        named = [f"dynamodb:{action}" for action in actions]
        return iam.allow(named, self.data.table_arn(table, self.cell), sid=table.capitalize())

    def workload(
        self,
        service: str,
        environment: dict[str, pulumi.Input[str]],
        statements: list[iam.Statement],
        *key_actions: str,
    ) -> Workload:
        """The container, with permission to use the cell's key."""
        key = iam.allow([f"kms:{action}" for action in key_actions], self.cell.kms_key_arn, sid="Key")
        return self.applications.workload(f"shop.{service}", environment, [*statements, key])


def shop_services(
    cell: Cell,
    data: Data,
    orders: Orders,
    web: Storefront,
    header: RequiredHeader,
    *,
    role: str,
    wanted: ServicesSettings,
) -> dict[str, RunningService]:
    """catalog, cart and checkout behind the load balancer of ``web``, for requests with ``header``.

    The catalog reads products, the cart stores carts and sessions, the checkout calls both and publishes orders.
    Components: {code}-shop-services (cluster), {code}-catalog, {code}-cart, {code}-checkout.
    """
    shop = _Shop(cell, data, wanted)
    tables = {name: table.table_name for name, table in data.tables.items()}
    cache = cache_client(data.caches[role])
    database = database_client("database", data.databases.get(role))

    def routed(service: str) -> ServiceRoute:
        paths = (f"/{service}", f"/{service}/*")
        priority = FIRST_PRIORITY[wanted.platform] + 10 * PATHS.index(service)
        return ServiceRoute(load_balancer=web.listener, paths=paths, priority=priority, header=header)

    catalog = ServiceSpec(
        workload=shop.workload(
            "catalog",
            {"TABLE_NAME": tables["products"], **cache.environment, **database.environment},
            [shop.allow_table("products", "GetItem"), *cache.statements, *database.statements],
            "Decrypt",
        ),
        route=routed("catalog"),
        uses=[*cache.dependencies, *database.dependencies],
        after=[data.schema],
        capacity=wanted.tasks,
        ceiling=wanted.most,
    )
    kept = {"KEEP_SECONDS": str(CART_SECONDS), "EXPIRY_NAME": str(TABLES["carts"][1])}
    cart = ServiceSpec(
        workload=shop.workload(
            "cart",
            {"TABLE_NAME": tables["carts"], "SESSIONS_TABLE_NAME": tables["sessions"], **kept},
            [
                shop.allow_table("carts", "GetItem", "PutItem", "DeleteItem"),
                shop.allow_table("sessions", "GetItem", "PutItem", "DeleteItem"),
            ],
            "Decrypt",
        ),
        route=routed("cart"),
        capacity=wanted.tasks,
        ceiling=wanted.most,
    )
    checkout = ServiceSpec(
        workload=shop.workload(
            "checkout",
            {"TOPIC_ARN": orders.topic_arn, "CATALOG_URL": "http://catalog:8080", "CART_URL": "http://cart:8080"},
            [iam.allow("sns:Publish", orders.topic_arn, sid="PlaceOrders")],
            "Decrypt",
            "GenerateDataKey",
        ),
        route=routed("checkout"),
        calls=("catalog", "cart"),
        capacity=wanted.tasks,
        ceiling=wanted.most,
    )
    return run_services(
        cell,
        {"catalog": catalog, "cart": cart, "checkout": checkout},
        platform=wanted.platform,
        cluster_name="shop-services",
        spot_weight=wanted.spot_weight,
        admin_arns=wanted.admin_arns,
    )


def soft_paths(data: Data, role: str, services: Mapping[str, RunningService]) -> list[dict[str, Any]]:
    """What the availability report cannot read from the graph: the catalog serves without its cache, without the read
    replica that it asks while the database fails over, and without the table that says how many pieces there are
    (components/applications/README.md). Not of pods, which the report does not see.
    """
    catalog = services["catalog"]
    if not isinstance(catalog, FargateService):
        return []
    without: dict[str, Step] = {"cache": data.caches[role].nodes, "stock": data.tables["products"].table}
    if role in data.databases and (reader := data.databases[role].reader) is not None:
        without["reader"] = reader.instance
    return [
        request_path(f"{role}-catalog-{name}", [catalog.resource.service, r], soft=[r]) for name, r in without.items()
    ]
