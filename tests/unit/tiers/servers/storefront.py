"""Programs that the tests of the storefront's parts run."""

from typing import Any

from components.alarms import Alarming
from components.tiers.servers.sizing import Sizing
from components.tiers.servers.storefront import Storefront, StorefrontArgs
from tests.support.graph import Graph, deploy

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")


KEY = "arn:aws:kms:us-west-2:123456789012:key/one"


TOPIC = "arn:aws:sns:us-west-2:123456789012:alarms"


CERTIFICATE = "arn:aws:acm:us-west-2:123456789012:certificate/one"


LISTENER, RULE = "aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"


IN, OUT = (f"aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule" for way in ("Ingress", "Egress"))


def args(zones: tuple[str, ...] = ZONES, **changes: Any) -> StorefrontArgs:
    given: dict[str, Any] = {
        "vpc_id": "vpc-1",
        "public_subnet_ids": {zone: f"subnet-public-{zone}" for zone in zones},
        "server_subnet_ids": {zone: f"subnet-private-{zone}" for zone in zones},
        "kms_key_arn": KEY,
        "log_bucket": "logs",
        "sizing": Sizing(load=4, peak=16),
        "instance_types": ("m7g.large", "m6g.large"),
        "region": "us-west-2",
        "tags": {"Tier": "web"},
        "retain_data": True,
        "alarms": Alarming(topic_arns=(TOPIC,)),
        **changes,
    }
    return StorefrontArgs(**given)


def web(zones: tuple[str, ...] = ZONES, **changes: Any) -> Graph:
    return deploy(lambda: Storefront("usw2-web", args(zones, **changes)))
