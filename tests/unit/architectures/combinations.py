"""Combinations of an architecture's switches, and what holds in all of them.

`make test` takes the rows of a covering array in which every two switches meet in every way. `make exhaustive` adds
rows in which every three meet, and every combination of the architecture's own switches.
"""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from ha_policy.evaluate import Verdict
from ha_policy.rule import Level

from tests.support.covering import Row, Rule, allowed, covering, missing
from tests.support.findings import judged
from tests.support.graph import Graph

Chosen = frozenset[str]
"""The switches that are on."""

COMMON = ("production", "domain", "standby", "threeZones", "regionalNat", "ipv6", "endpoints")
"""Switches of every architecture."""
ONE_ANSWER = {"several-answers"}
"""What the policy pack says of a domain in one Region: that its name has no second Region to answer with."""
NO_NAME = {"survives-region-loss"}
"""What it says of two Regions without a domain: that nothing leads from one to the other."""
ENDPOINTS = ["kms", "sqs"]
SUBNET, NAT, PROVIDER = "aws:ec2/subnet:Subnet", "aws:ec2/natGateway:NatGateway", "pulumi:providers:aws"
EGRESS_ONLY, ENDPOINT = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", "aws:ec2/vpcEndpoint:VpcEndpoint"


def common(chosen: Chosen, zones: Sequence[str], standby: dict[str, Any], domain: dict[str, Any]) -> dict[str, Any]:
    """Settings of the switches that every architecture has. zones: three of the primary Region."""
    return {
        "profile": "production" if "production" in chosen else "dev",
        "availabilityZones": list(zones if "threeZones" in chosen else zones[:2]),
        "natMode": "regional" if "regionalNat" in chosen else "zonal",
        "ipv6": "ipv6" in chosen,
        "interfaceEndpoints": ENDPOINTS if "endpoints" in chosen else [],
        **(domain if "domain" in chosen else {}),
        **(standby if "standby" in chosen else {}),
    }


def _on(row: Row) -> Chosen:
    return frozenset(name for name, on in row.items() if on)


def combinations(
    switches: Sequence[str], own: Sequence[str], pairs: str, triples: str, rules: Sequence[Rule] = ()
) -> list[Any]:
    """Parameters of a test. switches: all; own: those of which `make exhaustive` takes every combination, over three
    zones. pairs: the rows of `make test`, a 1 or 0 for each switch; triples: rows of `make exhaustive` besides. rules:
    what the settings refuse. Raises AssertionError when two of the switches do not meet in a row of pairs, or three in
    any row, or a row cannot be asked for.
    """
    settings = dict.fromkeys(switches, (False, True))
    first, further = covering(settings, pairs), covering(settings, triples)
    assert [row for row in (*first, *further) if not allowed(row, rules)] == []
    assert missing(first, settings, rules, together=2) == []
    assert missing((*first, *further), settings, rules, together=3) == []
    few, more = [_on(row) for row in first], [_on(row) for row in further]
    others = {**dict.fromkeys(switches, False), "threeZones": True}
    full = [{**others, **dict(zip(own, values, strict=True))} for values in product((False, True), repeat=len(own))]
    every = [_on(row) for row in full if allowed(row, rules)]
    return [
        pytest.param(chosen, id="+".join(s for s in switches if s in chosen) or "nothing", marks=mark)
        for many, before, mark in (
            (few, [], pytest.mark.whole),
            (more, few, pytest.mark.exhaustive),
            (every, few + more, pytest.mark.exhaustive),
        )
        for chosen in many
        if chosen not in before
    ]


WITHIN = {"bucket", "functionName", "setIdentifier"}
NAMES = ("name", "identifier", "clusterIdentifier", "replicationGroupId")


def twice(graph: Graph) -> list[tuple[str, ...]]:
    """Physical names that two resources of a type and Region ask for, unless each is of its own bucket or function."""
    regions = {n.urn: str(n.inputs["region"]) for n in graph.of(PROVIDER)}
    asked: Counter[tuple[str, ...]] = Counter()
    for node in graph.nodes:
        # What comes from another resource is that one's name.
        own = [node.inputs.get(key) for key in NAMES if not node.property_dependencies.get(key)]
        where = str(node.inputs.get("region") or regions.get(node.provider.rpartition("::")[0], ""))
        if node.type.startswith("aws:") and not WITHIN & set(node.inputs):
            kind = str(node.inputs.get("type", ""))  # an A and an AAAA record have one name
            asked.update((node.type, where, name, kind) for name in own if isinstance(name, str))
    return [name for name, count in asked.items() if count > 1]


def sound(graph: Graph, chosen: Chosen, settings: dict[str, Any]) -> None:
    """What holds in every combination: the Regions and zones asked for, every reference and every text resolved."""
    cells = 2 if "standby" in chosen else 1
    zones = [*settings["availabilityZones"], *settings.get("standbyAvailabilityZones", ())]
    assert {s.inputs["availabilityZone"] for s in graph.of(SUBNET)} == set(zones)
    assert len(graph.of("ha:arch:Cell")) == len(graph.of(PROVIDER)) == cells, "a provider is a process: one per Region"
    assert not [p.name for p in graph.of(PROVIDER) if p.inputs.get("accessKey")]
    assert len(graph.of(NAT)) == (cells if "regionalNat" in chosen else len(zones))
    assert len(graph.of(EGRESS_ONLY)) == (cells if "ipv6" in chosen else 0)
    interfaces = Counter(n.inputs["serviceName"].rpartition(".")[2] for n in graph.of(ENDPOINT)
                         if n.inputs.get("vpcEndpointType") == "Interface")  # fmt: skip
    assert interfaces == (dict.fromkeys(ENDPOINTS, cells) if "endpoints" in chosen else {})
    stashes = ["protectData", "scenario"] if "production" in chosen else ["scenario"]
    assert [n.name for n in graph.of("pulumi:index:Stash")] == stashes

    known = {n.urn for n in graph.nodes}
    assert [(n.name, urn) for n in graph.nodes for urn in n.depends_on - known] == [], "a reference to nothing"
    assert twice(graph) == []
    said = {n.urn: json.dumps([n.name, n.inputs], default=str) for n in graph.nodes}
    said["outputs"] = json.dumps(graph.exports, default=str)
    assert [urn for urn, text in said.items() if "<pulumi.output" in text or "Calling __str__" in text] == []
    abroad = [urn for urn, text in said.items() if settings["abroad"] in text]
    assert bool(abroad) == ("standby" in chosen), abroad


def found(graph: Graph, chosen: Chosen) -> tuple[set[str], set[str]]:
    """Rules of the policy pack that are violated, on dev only the mandatory ones; and rules that cannot tell."""
    strictest = "production" if "kubernetes" in chosen else "regulated"
    report = judged(graph, strictest if "production" in chosen else "baseline")
    violated = report.of(Verdict.VIOLATION)
    open_ends = report.of(Verdict.CANNOT_TELL, Verdict.BROKEN, Verdict.EXPIRED)
    return (
        {r.rule.id for r in violated if "production" in chosen or r.level is Level.MANDATORY},
        {r.rule.id for r in open_ends},
    )
