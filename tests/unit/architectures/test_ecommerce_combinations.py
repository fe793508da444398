"""The shop in combinations of its switches: what is asked for is there, nothing else, and nothing is found."""

from typing import Any

import pytest

from tests.support.some import some
from tests.unit.architectures.combinations import (
    COMMON,
    NO_NAME,
    ONE_ANSWER,
    Chosen,
    combinations,
    common,
    found,
    sound,
)
from tests.unit.architectures.ecommerce import DOMAIN, SITES, ZONES, recorded

ABROAD = "us-east-2"
"""Not us-east-1, which a stack in one Region speaks of too: CloudFront's certificate, web ACL and metrics are there."""
STANDBY = {"standbyRegion": ABROAD, "standbyAvailabilityZones": [f"{ABROAD}{zone}" for zone in "abc"]}
OWN = ("production", "domain", "standby", "onPremises", "backOffice", "kubernetes")
SWITCHES = (*COMMON, *(s for s in OWN if s not in COMMON))
PAIRS = """
    0010101001 1011100110 0100000111 1000011010 1101110001 0111011100
"""
"""Every two switches meet in them, and with the other rows every three."""
ROWS = """
    0110110010 1010010101 0001000000 1100101100 0001111111 1111001011
"""
CONNECTION = "aws:directconnect/connection:Connection"
OFFICE = "aws:elasticbeanstalk/environment:Environment"
SYSTEMS = {
    "standby": ("ha:tier:RelationalStandby", "ha:tier:FileReplication"),
    "domain": ("aws:route53/record:Record", "aws:route53/healthCheck:HealthCheck", "ha:tier:Certificate"),
    "onPremises": (CONNECTION, "aws:ec2/vpnConnection:VpnConnection", "aws:directconnect/gateway:Gateway"),
    "backOffice": (OFFICE, "ha:tier:Beanstalk"),
    "kubernetes": ("aws:eks/cluster:Cluster", "aws:eks/accessEntry:AccessEntry"),
}
"""What only a switch brings, by the switch."""
ONE_REGION = {"backup-copy-elsewhere", "cloudfront-origin-failover"}
"""What the policy pack says of production in one Region: that there is no other."""
PODS = {"survives-az-loss"}
"""What it cannot tell of Kubernetes: pods join target groups by manifests, which a stack's graph does not show."""


def settings(chosen: Chosen) -> dict[str, Any]:
    ways = {"onPremises": SITES} if "onPremises" in chosen else {}
    return {
        **common(chosen, ZONES, STANDBY, DOMAIN),
        "ecommerce": {
            "connectivity": ways,
            "backOffice": {"enabled": "backOffice" in chosen},
            "services": {"platform": "kubernetes" if "kubernetes" in chosen else "fargate"},
        },
    }


@pytest.mark.parametrize("chosen", combinations(SWITCHES, OWN, PAIRS, ROWS))
def test_every_combination_has_what_was_asked_for_and_nothing_is_found(chosen: Chosen) -> None:
    # The offline AWS refuses under the mocks what AWS would; two resources of one name fail too.
    graph = recorded(**settings(chosen))
    sound(graph, chosen, {**settings(chosen), "abroad": ABROAD})
    kinds = {n.type for n in graph.nodes}
    cells = 2 if "standby" in chosen else 1
    for switch, systems in SYSTEMS.items():
        for system in some(systems):
            assert (system in kinds) == (switch in chosen), f"{system} belongs to {switch}"
    assert ("aws:ecs/service:Service" in kinds) != ("kubernetes" in chosen), "one platform or the other"
    assert len(graph.of(OFFICE)) == (cells if "backOffice" in chosen else 0)

    violated, open_ends = found(graph, chosen)
    assert open_ends - NO_NAME == (PODS if "kubernetes" in chosen else set())
    if "production" in chosen and "standby" not in chosen:
        assert violated == ONE_REGION | (ONE_ANSWER if "domain" in chosen else set())
    else:
        assert violated == (NO_NAME if "standby" in chosen and "domain" not in chosen else set())
