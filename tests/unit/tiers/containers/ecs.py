"""Programs that the tests of services on Fargate run."""

import json
from typing import Any

import pulumi

from components import iam
from components.alarms import Alarming
from components.packaging import SERVICE_IMAGE, service_command
from components.tiers.containers.ecs_cluster import EcsCluster, EcsClusterArgs
from components.tiers.containers.ecs_service import FargateService, FargateServiceArgs
from components.tiers.containers.ecs_task import Workload
from components.tiers.load_balancing.internal import (
    InternalLoadBalancer,
    InternalLoadBalancerArgs,
    ServiceRoute,
)
from tests.support.graph import Graph, deploy

KEY = "arn:aws:kms:us-west-2:123456789012:key/k"


TABLE = "arn:aws:dynamodb:us-west-2:123456789012:table/carts"


ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")


SUBNETS: dict[str, pulumi.Input[str]] = {zone: f"subnet-{zone[-1]}" for zone in ZONES}


SERVICE, POLICY = "aws:ecs/service:Service", "aws:iam/rolePolicy:RolePolicy"


WORKLOAD = Workload(
    image=SERVICE_IMAGE,
    command=service_command("shop.cart"),
    environment={"TABLE_NAME": "carts"},
    statements=[iam.allow(["dynamodb:GetItem", "dynamodb:PutItem"], TABLE, sid="Carts")],
)


def cart(*, routed: bool = True, **changed: Any) -> Graph:
    def program() -> None:
        cluster = EcsCluster("shop", EcsClusterArgs(tags={"Project": "ha"}))
        balancer = InternalLoadBalancer(
            "inner",
            InternalLoadBalancerArgs(vpc_id="vpc-1", subnet_ids=SUBNETS, access_logs_bucket="logs"),
        )
        given: dict[str, Any] = {
            "cluster": cluster,
            "workload": WORKLOAD,
            "vpc_id": "vpc-1",
            "subnet_ids": SUBNETS,
            "kms_key_arn": KEY,
            "route": ServiceRoute(load_balancer=balancer, paths=("/cart", "/cart/*"), priority=20) if routed else None,
            "tags": {"Project": "ha"},
            "alarms": Alarming(topic_arns=["arn:aws:sns:us-west-2:123456789012:alarms"]),
            **changed,
        }
        FargateService("shop-cart", "cart", FargateServiceArgs(**given))

    return deploy(program)


def policy(graph: Graph, name: str) -> dict[str, Any]:
    return {s["Sid"]: s for s in json.loads(graph.one(POLICY, name).inputs["policy"])["Statement"]}
