"""Databases that the tests run."""

from typing import Any

from components.alarms import Alarming
from components.tiers.data.rds import (
    RdsDatabase,
    RdsDatabaseArgs,
)
from tests.support.graph import ACCOUNT, REGION, Graph, Node, deploy

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")


KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/main"


TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"


INSTANCE = "aws:rds/instance:Instance"


def arguments(**changes: Any) -> RdsDatabaseArgs:
    given: dict[str, Any] = {
        "engine": "mysql",
        "instance_class": "db.r7g.large",
        "vpc_id": "vpc-1",
        "subnet_ids": {zone: f"subnet-{zone[-1]}" for zone in ZONES},
        "kms_key_arn": KEY,
        "database_name": "orders",
        "retain_data": True,
        "alarms": Alarming(topic_arns=[TOPIC], tags={"Stack": "dev"}),
        "tags": {"Stack": "dev"},
    }
    return RdsDatabaseArgs(**(given | changes))


def database(**changes: Any) -> Graph:
    return deploy(lambda: RdsDatabase("orders", arguments(**changes)))


def primary(graph: Graph) -> Node:
    return graph.one(INSTANCE, "orders-primary")
