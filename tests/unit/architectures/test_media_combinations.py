"""The video platform in every combination of its switches: what is asked for is there, and nothing else."""

import json
from itertools import product
from typing import Any, cast

import pytest

from tests.support.graph import Graph
from tests.unit.architectures.media import DOMAIN, KEYS, run

SWITCHES = ("production", "domain", "standby", "cluster", "signed", "ipv6")
STANDBY = {"standbyRegion": "us-east-2", "standbyAvailabilityZones": ["us-east-2a", "us-east-2b", "us-east-2c"]}
"""Not us-east-1, which a stack in one Region speaks of too: CloudFront's certificate, web ACL and metrics are there."""
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


def settings(chosen: frozenset[str]) -> dict[str, Any]:
    return {
        "profile": "production" if "production" in chosen else "dev",
        "ipv6": "ipv6" in chosen,
        **(DOMAIN if "domain" in chosen else {}),
        **(STANDBY if "standby" in chosen else {}),
        "media": {
            "catalog": {"topology": "cluster" if "cluster" in chosen else "instance"},
            **(KEYS if "signed" in chosen else {"publicVideos": True}),
        },
    }


def plain(value: Any) -> Any:
    """Without the envelope of secrets."""
    return cast(dict[str, Any], value)["value"] if isinstance(value, dict) else value


EVERY = [
    chosen
    for choice in product((False, True), repeat=len(SWITCHES))
    if not {"cluster", "standby"} <= (chosen := frozenset(s for s, on in zip(SWITCHES, choice, strict=True) if on))
]
"""But for a cluster in two Regions, which RDS cannot copy and the settings refuse."""


def shape(graph: Graph, chosen: frozenset[str]) -> None:
    """Systems are there where their switch is on; Regions are as many as asked for."""
    kinds, cells = {n.type for n in graph.nodes}, 2 if "standby" in chosen else 1
    for switch, systems in SYSTEMS.items():
        for system in systems:
            assert (system in kinds) == (switch in chosen), f"{system} belongs to {switch}"
    assert len(graph.of("ha:arch:Cell")) == len(graph.of("pulumi:providers:aws")) == cells
    assert len(graph.of("aws:mediaconvert/queue:Queue")) == len(graph.of(BALANCER)) == cells
    assert bool(graph.of(INSTANCE)) == ("cluster" not in chosen)
    assert len(graph.of("ha:tier:FargateService")) == len(graph.of(TASK)) == 2 * cells
    said = {n.name for n in graph.nodes if "us-east-2" in json.dumps([n.inputs, n.name], default=str)}
    assert bool(said) == ("standby" in chosen), said


def promises(graph: Graph, chosen: frozenset[str]) -> None:
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
    for balancer in graph.of(BALANCER):
        assert balancer.inputs["ipAddressType"] == ("dualstack" if "ipv6" in chosen else "ipv4")
        assert balancer.inputs["enableDeletionProtection"] is ("production" in chosen)
    for table in graph.of(TABLE):
        assert table.inputs["deletionProtectionEnabled"] is ("production" in chosen)
        assert bool(table.inputs.get("replicas")) == ("standby" in chosen)
    for definition in graph.of(TASK):
        assert '"name": "traces"' in definition.inputs["containerDefinitions"], "traced, whatever else"


def nothing_hangs(graph: Graph) -> None:
    """Every reference has its resource, every text its values."""
    known = {n.urn for n in graph.nodes}
    assert [(n.name, urn) for n in graph.nodes for urn in n.depends_on - known] == []
    assert len({(n.type, n.name) for n in graph.nodes}) == len(graph.nodes)
    texts = {n.name: json.dumps(n.inputs, default=str) for n in graph.nodes}
    assert [name for name, text in texts.items() if "<pulumi.output" in text or "Calling __str__" in text] == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("chosen", EVERY, ids=lambda chosen: "+".join(s for s in SWITCHES if s in chosen) or "dev")
def test_every_combination_has_what_was_asked_for_and_nothing_else(chosen: frozenset[str]) -> None:
    graph = run(**settings(chosen))  # the offline AWS refuses under the mocks what AWS would
    shape(graph, chosen)
    promises(graph, chosen)
    nothing_hangs(graph)


def test_the_combinations_are_all_but_those_that_cannot_be() -> None:
    assert len(EVERY) == len(set(EVERY)) == 2**6 - 2**4
