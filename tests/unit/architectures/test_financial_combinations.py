"""The payment platform in combinations of its switches: what is asked for is there, and nothing is found."""

from typing import Any

import pytest

from tests.support.covering import Rule
from tests.support.graph import Graph
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
from tests.unit.architectures.financial import DOMAIN, STANDBY, ZONES, recorded
from tests.unit.architectures.test_financial import PEM

ABROAD = "us-west-2"
OWN = ("production", "domain", "standby", "witness", "compliance", "provisioned", "company", "mutualTls")
SWITCHES = (*COMMON, *(s for s in OWN if s not in COMMON), "latency")
PAIRS = """
    0100010000101 0110001101010 1101101010011 0010100100101 0011010001001 1011111111100 1001010001001
    1100010010110
"""
"""Every two switches meet in them, and with the other rows every three."""
ROWS = """
    1000001011101 0000111000000 1011000110000 0101100001110 1110101101101 1111000010000 1110110111011
    1110111000110 0111011100111
"""
RULES = (
    Rule(("witness", "standby"), lambda row: row["standby"] or not row["witness"]),
    Rule(("mutualTls", "domain"), lambda row: row["domain"] or not row["mutualTls"]),
    Rule(("compliance", "production"), lambda row: row["production"] or not row["compliance"]),
)
"""A dev stack must be possible to destroy. A witness is the third Region of two. Clients prove themselves with
certificates to a name of the domain.
"""
ONE_REGION = {"backup-copy-elsewhere"}
"""What the policy pack says of production in one Region: that there is no other."""
SITES = {
    "cidrs": ["192.168.0.0/16"],
    "routers": {"hq": {"address": "52.94.76.1"}, "branch": {"address": "52.94.76.2"}},
    "lines": {},
}
CLUSTER, DOMAIN_NAME = "aws:rds/cluster:Cluster", "aws:apigateway/domainName:DomainName"
TABLE, RECORD = "aws:dynamodb/table:Table", "aws:route53/record:Record"
SYSTEMS = {
    "standby": ("aws:rds/globalCluster:GlobalCluster", "aws:s3/bucketReplicationConfig:BucketReplicationConfig"),
    "domain": (RECORD, DOMAIN_NAME, "ha:tier:Certificate"),
    "company": ("aws:ec2/vpnConnection:VpnConnection", "aws:ec2/customerGateway:CustomerGateway"),
}
"""What only a switch brings, by the switch."""


def settings(chosen: Chosen) -> dict[str, Any]:
    tls = {"authorization": "mutual-tls", "clientAuthorities": PEM} if "mutualTls" in chosen else {}
    return {
        **common(chosen, ZONES, STANDBY, DOMAIN),
        "financial": {
            "api": {"routing": "latency" if "latency" in chosen else "failover", **tls},
            "audit": {"mode": "COMPLIANCE" if "compliance" in chosen else "GOVERNANCE"},
            "ledger": {"instanceClass": "db.r7g.large"} if "provisioned" in chosen else {},
            "connectivity": {"onPremises": SITES} if "company" in chosen else {},
            **({"witnessRegion": "us-east-2"} if "witness" in chosen else {}),
        },
    }


def shape(graph: Graph, chosen: Chosen) -> None:
    """Systems are there where their switch is on, and what is always there is as the switches say."""
    kinds, cells = {n.type for n in graph.nodes}, 2 if "standby" in chosen else 1
    for switch, systems in SYSTEMS.items():
        for system in some(systems):
            assert (system in kinds) == (switch in chosen), f"{system} belongs to {switch}"
    assert len(graph.of("aws:ecs/service:Service")) == 2 * cells
    assert len(graph.of(CLUSTER)) == cells
    for cluster in graph.every(CLUSTER):
        assert ("serverlessv2ScalingConfiguration" in cluster.inputs) == ("provisioned" not in chosen)
    strong = [t.name for t in graph.of(TABLE) if "globalTableWitness" in t.inputs]
    assert bool(strong) == ("witness" in chosen), strong
    locks = graph.of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    modes = {n.inputs["rule"]["defaultRetention"]["mode"] for n in locks if "-audit-" in n.name}
    assert modes == {"COMPLIANCE" if "compliance" in chosen else "GOVERNANCE"}
    certified = [n.name for n in graph.of(DOMAIN_NAME) if "mutualTlsAuthentication" in n.inputs]
    assert len(certified) == (cells if "mutualTls" in chosen else 0)
    by_latency = [n.name for n in graph.of(RECORD) if "latencyRoutingPolicies" in n.inputs]
    assert bool(by_latency) == ({"latency", "domain"} <= chosen), by_latency


@pytest.mark.parametrize("chosen", combinations(SWITCHES, OWN, PAIRS, ROWS, RULES))
def test_every_combination_has_what_was_asked_for_and_nothing_is_found(chosen: Chosen) -> None:
    graph = recorded(**settings(chosen))  # the offline AWS refuses under the mocks what AWS would
    sound(graph, chosen, {**settings(chosen), "abroad": ABROAD})
    shape(graph, chosen)
    violated, open_ends = found(graph, chosen)
    assert open_ends == set()
    if "standby" in chosen:
        assert violated == (set() if "domain" in chosen else NO_NAME)
    elif "production" in chosen:
        assert violated == ONE_REGION | (ONE_ANSWER if "domain" in chosen else set())
    else:
        assert violated == set()
