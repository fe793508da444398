"""The video platform in combinations of its switches: what is asked for is there, and nothing else."""

from typing import Any, cast

import pytest

from tests.support.covering import Rule
from tests.support.graph import Graph
from tests.support.some import some
from tests.unit.architectures.combinations import COMMON, NO_NAME, Chosen, combinations, common, found, sound
from tests.unit.architectures.media import DOMAIN, KEYS, ZONES, recorded

ABROAD = "us-east-2"
"""Not us-east-1, which a stack in one Region speaks of too: CloudFront's certificate, web ACL and metrics are there."""
STANDBY = {"standbyRegion": ABROAD, "standbyAvailabilityZones": [f"{ABROAD}{zone}" for zone in "abc"]}
OWN = ("production", "domain", "standby", "cluster", "signed", "ipv6")
SWITCHES = (*COMMON, *(s for s in OWN if s not in COMMON))
PAIRS = """
    110110010 010101111 111101000 100011101 001001100 010000000 001110101 100101011
"""
"""Every two switches meet in them, and with the other rows every three."""
ROWS = """
    000100110 100101100 011011001 000111010 101000001 111010100 110110111
"""
RULES = (
    Rule(("cluster", "standby"), lambda row: not (row["cluster"] and row["standby"])),
    Rule(("cluster", "threeZones"), lambda row: row["threeZones"] or not row["cluster"]),
)
"""RDS copies a Multi-AZ DB cluster to no other Region, and puts its instances into three zones."""
ONE_REGION = {"backup-copy-elsewhere", "cloudfront-origin-failover"}
"""What the policy pack says of production in one Region: that there is no other."""
TASK, DISTRIBUTION = "aws:ecs/taskDefinition:TaskDefinition", "aws:cloudfront/distribution:Distribution"
BALANCER, TABLE = "aws:lb/loadBalancer:LoadBalancer", "aws:dynamodb/table:Table"
CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"
SYSTEMS = {
    "standby": (
        "aws:globalaccelerator/accelerator:Accelerator",
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        "ha:tier:RelationalStandby",
    ),
    "domain": ("aws:route53/record:Record", "ha:tier:Certificate"),
    "cluster": (CLUSTER,),
    "signed": ("aws:cloudfront/keyGroup:KeyGroup", "aws:cloudfront/publicKey:PublicKey"),
    "ipv6": ("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",),
}
"""What only a switch brings, by the switch."""


def settings(chosen: Chosen) -> dict[str, Any]:
    return {
        **common(chosen, ZONES, STANDBY, DOMAIN),
        "media": {
            "catalog": {"topology": "cluster" if "cluster" in chosen else "instance"},
            **(KEYS if "signed" in chosen else {"publicVideos": True}),
        },
    }


def plain(value: Any) -> Any:
    """Without the envelope of secrets."""
    return cast(dict[str, Any], value)["value"] if isinstance(value, dict) else value


def shape(graph: Graph, chosen: Chosen) -> None:
    """Systems are there where their switch is on; Regions are as many as asked for."""
    kinds, cells = {n.type for n in graph.nodes}, 2 if "standby" in chosen else 1
    for switch, systems in SYSTEMS.items():
        for system in some(systems):
            assert (system in kinds) == (switch in chosen), f"{system} belongs to {switch}"
    assert len(graph.of("aws:mediaconvert/queue:Queue")) == len(graph.of(BALANCER)) == cells
    assert bool(graph.of(INSTANCE)) == ("cluster" not in chosen)
    assert len(graph.of("ha:tier:FargateService")) == len(graph.of(TASK)) == 2 * cells


def promises(graph: Graph, chosen: Chosen) -> None:
    """What a switch changes in what is always there."""
    distribution = graph.one(DISTRIBUTION).inputs
    behaviors = {b["pathPattern"]: b for b in distribution["orderedCacheBehaviors"]}
    for pattern in ("/vod/*", "/live/*", "*.m3u8"):
        assert bool(behaviors[pattern].get("trustedKeyGroups")) == ("signed" in chosen), pattern
    assert bool(distribution.get("originGroups")) == ("standby" in chosen)
    assert bool(distribution.get("aliases")) == ("domain" in chosen)
    protocols = {
        o["customOriginConfig"]["originProtocolPolicy"]
        for o in plain(distribution["origins"])
        if o.get("customOriginConfig")
    }
    assert protocols == {"https-only" if "domain" in chosen else "http-only"}
    for balancer in graph.every(BALANCER):
        assert balancer.inputs["ipAddressType"] == ("dualstack" if "ipv6" in chosen else "ipv4")
        assert balancer.inputs["enableDeletionProtection"] is ("production" in chosen)
    for table in graph.every(TABLE):
        assert table.inputs["deletionProtectionEnabled"] is ("production" in chosen)
        assert bool(table.inputs.get("replicas")) == ("standby" in chosen)
    for definition in graph.every(TASK):
        assert '"name": "traces"' in definition.inputs["containerDefinitions"], "traced, whatever else"


@pytest.mark.parametrize("chosen", combinations(SWITCHES, OWN, PAIRS, ROWS, RULES))
def test_every_combination_has_what_was_asked_for_and_nothing_is_found(chosen: Chosen) -> None:
    graph = recorded(**settings(chosen))  # the offline AWS refuses under the mocks what AWS would
    sound(graph, chosen, {**settings(chosen), "abroad": ABROAD})
    shape(graph, chosen)
    promises(graph, chosen)
    violated, open_ends = found(graph, chosen)
    assert open_ends == set()
    if "standby" in chosen:
        assert violated == (set() if "domain" in chosen else NO_NAME)
    else:
        assert violated == (ONE_REGION if "production" in chosen else set())
