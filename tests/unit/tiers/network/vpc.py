"""Programs that the tests of a VPC's parts run."""

from typing import Any

from components.alarms import Alarming
from components.tiers.network.vpc import Vpc, VpcArgs
from tests.support.graph import Graph, Node, deploy

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")


TWO = ZONES[:2]


KEY = "arn:aws:kms:us-west-2:123456789012:key/one"


TOPIC = "arn:aws:sns:us-west-2:123456789012:alarms"


def network(zones: tuple[str, ...] = ZONES, **changes: Any) -> Graph:
    args: dict[str, Any] = {
        "region": "us-west-2",
        "vpc_cidr": "10.0.0.0/16",
        "zones": zones,
        "kms_key_arn": KEY,
        "tags": {"Tier": "network"},
        "alarms": Alarming(topic_arns=(TOPIC,)),
        **changes,
    }
    return deploy(lambda: Vpc("net", VpcArgs(**args)))


def routes(graph: Graph, table: str) -> list[Node]:
    return [
        r for r in graph.of("aws:ec2/route:Route") if [t.name for t in graph.referred(r, "routeTableId")] == [table]
    ]
