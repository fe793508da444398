"""The shop in every combination of its switches: what is asked for is there, nothing else, and nothing is found."""

import json
from collections import Counter
from itertools import product
from typing import Any

import pytest
from ha_policy.evaluate import Verdict
from ha_policy.rule import Level

from tests.support.findings import judged
from tests.support.graph import Graph
from tests.unit.architectures.ecommerce import DOMAIN, SITES, run

STANDBY = {"standbyRegion": "us-east-2", "standbyAvailabilityZones": ["us-east-2a", "us-east-2b", "us-east-2c"]}
"""Not us-east-1, which a stack in one Region speaks of too: CloudFront's certificate, web ACL and metrics are there."""
SWITCHES = ("production", "domain", "standby", "onPremises", "backOffice", "kubernetes")
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
ONE_ANSWER = {"several-answers"}
"""And of its domain there: that its name has no second Region to answer with."""
NO_NAME = {"survives-region-loss"}
"""And of two Regions without a domain: nothing that leads from one to the other."""
PODS = {"survives-az-loss"}
"""What it cannot tell of Kubernetes: pods join target groups by manifests, which a stack's graph does not show."""


def settings(chosen: frozenset[str]) -> dict[str, Any]:
    ways = {"onPremises": SITES} if "onPremises" in chosen else {}
    return {
        "profile": "production" if "production" in chosen else "dev",
        **(DOMAIN if "domain" in chosen else {}),
        **(STANDBY if "standby" in chosen else {}),
        "ecommerce": {
            "connectivity": ways,
            "backOffice": {"enabled": "backOffice" in chosen},
            "services": {"platform": "kubernetes" if "kubernetes" in chosen else "fargate"},
        },
    }


WITHIN = {"bucket", "functionName", "setIdentifier"}


def twice(graph: Graph) -> list[tuple[str, str, str]]:
    """Physical names that two resources of a type and Region ask for, unless each is of its own bucket or function."""
    regions = {n.urn: str(n.inputs["region"]) for n in graph.of("pulumi:providers:aws")}
    asked: Counter[tuple[str, str, str]] = Counter()
    for node in graph.nodes:
        known = [node.inputs.get(key) for key in ("name", "identifier", "clusterIdentifier", "replicationGroupId")]
        where = str(node.inputs.get("region") or regions.get(node.provider.rpartition("::")[0], ""))
        if node.type.startswith("aws:") and not WITHIN & set(node.inputs):
            asked.update((node.type, where, name) for name in known if isinstance(name, str))
    return [name for name, count in asked.items() if count > 1]


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "chosen",
    [frozenset(s for s, on in zip(SWITCHES, choice, strict=True) if on) for choice in product((False, True), repeat=6)],
    ids=lambda chosen: "+".join(s for s in SWITCHES if s in chosen) or "dev",
)
def test_every_combination_has_what_was_asked_for_and_nothing_is_found(chosen: frozenset[str]) -> None:
    graph = run(**settings(chosen))  # the offline AWS refuses under the mocks what AWS would; two of a name fail too
    kinds = {n.type for n in graph.nodes}
    cells = 2 if "standby" in chosen else 1
    for switch, systems in SYSTEMS.items():
        for system in systems:
            assert (system in kinds) == (switch in chosen), f"{system} belongs to {switch}"
    assert ("aws:ecs/service:Service" in kinds) != ("kubernetes" in chosen), "one platform or the other"
    assert len(graph.of(OFFICE)) == (cells if "backOffice" in chosen else 0)
    assert len(graph.of("ha:arch:Cell")) == len(graph.of("pulumi:providers:aws")) == cells
    assert [n.name for n in graph.of("pulumi:index:Stash")] == (
        ["protectData", "scenario"] if "production" in chosen else ["scenario"]
    )

    known = {n.urn for n in graph.nodes}
    assert [(n.name, urn) for n in graph.nodes for urn in n.depends_on - known] == [], "a reference to nothing"
    assert twice(graph) == []
    said = {n.urn: json.dumps([n.inputs, sorted(map(str, graph.exports))], default=str) for n in graph.nodes}
    abroad = [urn for urn, text in said.items() if "us-east-2" in text]
    assert bool(abroad) == ("standby" in chosen), abroad
    assert [urn for urn, text in said.items() if "<pulumi.output" in text or "Calling __str__" in text] == []

    report = judged(graph, "production" if "production" in chosen else "baseline")
    cannot = {r.rule.id for r in report.of(Verdict.CANNOT_TELL, Verdict.BROKEN, Verdict.EXPIRED)}
    assert cannot - NO_NAME == (PODS if "kubernetes" in chosen else set())
    found = {r.rule.id for r in report.of(Verdict.VIOLATION) if "production" in chosen or r.level is Level.MANDATORY}
    if "production" in chosen and "standby" not in chosen:
        assert found == ONE_REGION | (ONE_ANSWER if "domain" in chosen else set())
    else:
        assert found == (NO_NAME if "standby" in chosen and "domain" not in chosen else set())
