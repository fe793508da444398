"""Every type and property that rules, graph and cases name exists in the installed provider: a typing mistake in a name
would make a rule silently pass, or never be asked.
"""

import re
from pathlib import Path
from typing import Any

import ha_policy
import pytest
from ha_policy.evaluate import judge
from ha_policy.graph.edges import REFERENCES
from ha_policy.graph.node import Node
from ha_policy.graph.placement import PLACEMENTS
from ha_policy.rule import RULES
from ha_policy.testing import Output, Resource, token_of

from offline.aws.schema import installed
from tests.policy.cases import CASES
from tests.policy.cases.kind import Variation, build

SCHEMA = installed()
SOURCES = [p for folder in ("rules", "graph") for p in (Path(ha_policy.__file__).parent / folder).glob("*.py")]
KIND = re.compile(r'"([a-z][a-z0-9]+/[a-z][A-Za-z0-9]+)"')
TOKENS = {"vpc/securityGroupIngressRule": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"}
# Older names that `kind_of` turns into today's, and kinds that other providers' versions have.
OLDER = {"elasticsearch/domain", "s3/bucketObjectv2", "s3/bucketObject", "ec2/securityGroupIngressRule",
         "ec2/securityGroupEgressRule", "ec2/transitGatewayPeeringAttachmentAccepter"}  # fmt: skip


def _kinds() -> set[str]:
    return {k for p in SOURCES for k in KIND.findall(p.read_text())} | {k for r in RULES.values() for k in r.kinds}


@pytest.mark.parametrize("kind", sorted(_kinds() - OLDER - {"*"}))
def test_kind_is_a_type_of_the_provider(kind: str) -> None:
    token = TOKENS.get(kind, token_of(kind))
    assert SCHEMA.resource(token) is not None, f"{token}; there is {SCHEMA.similar(token)}"


def _exists(kind: str, path: str) -> bool:
    token = TOKENS.get(kind, token_of(kind))
    resource = SCHEMA.resource(token)
    assert resource is not None, kind
    return _step(token, {**resource.outputs, **resource.inputs}, path.split("."))


def _step(token: str, fields: Any, steps: list[str]) -> bool:
    field = fields.get(steps[0])
    if field is None:
        return False
    if len(steps) == 1:
        return True
    names = re.findall(r"@(\w+)", field.kind)
    nested = [f for n in names for f in (SCHEMA.taken(token, n), SCHEMA.given(token, n)) if f]
    if not names:
        return field.kind in ("s", "*") or field.kind.startswith("{")  # a JSON document or a map
    return any(_step(token, f, steps[1:]) for f in nested)


@pytest.mark.parametrize(
    ("kind", "path"),
    [(k, p[0]) for k, places in PLACEMENTS.items() for p in places]
    + [(k, path) for places in REFERENCES.values() for k, path, _ in places],
)
def test_path_is_a_property_of_its_type(kind: str, path: str) -> None:
    assert _exists(kind, path), f"{kind} has no {path}"


# Names that properties had before version 6 of the provider.
BEFORE = {("autoscaling/attachment", "albTargetGroupArn")}
# What the graph looks up: kind and path side by side in the sources.
PAIR = re.compile(r'"([a-z][a-z0-9]+/[a-z][A-Za-z0-9]+)",\s*"([a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)*)"')


@pytest.mark.parametrize(
    ("kind", "path"),
    sorted({pair for p in SOURCES for pair in PAIR.findall(p.read_text()) if pair[0] not in OLDER} - BEFORE),
)
def test_path_beside_a_kind_is_a_property_of_it(kind: str, path: str) -> None:
    assert _exists(kind, path), f"{kind} has no {path}"


def _wrong(kind: str, props: dict[str, Any]) -> list[str]:
    return [p for p in _paths(props) if not _exists(kind, p)]


def _paths(value: Any, before: str = "") -> list[str]:
    if isinstance(value, list):
        return [p for v in value for p in _paths(v, before)]
    if isinstance(value, dict) and not isinstance(value, Resource | Output):
        return [p for k, v in value.items() for p in _paths(v, f"{before}.{k}" if before else k)] or [before] * bool(
            before
        )
    return [before]


@pytest.mark.parametrize("rule", sorted(CASES))
def test_cases_use_properties_that_exist(rule: str) -> None:
    case = CASES[rule]
    for variation in (case.ok, case.bad, case.unknown, case.na):
        if variation is None:
            continue
        for kind, props in ((variation.kind or case.kind, variation.props), *((k, p) for k, _, p in variation.around)):
            if "/" in kind:  # a component's outputs are its own
                assert _wrong(kind, props) == [], f"{kind} of {rule}"


# Read of kinds that may not have it, on purpose: the same question of resources that differ.
OPTIONAL = {
    ("docdb/cluster", "dbClusterInstanceClass"), ("neptune/cluster", "dbClusterInstanceClass"),
    ("docdb/cluster", "engineMode"), ("neptune/cluster", "engineMode"),
}  # fmt: skip
# Names that properties had before version 6 of the provider.
EARLIER = ("availabilityZones", "numberCacheClusters", "clusterMode.numNodeGroups", "clusterMode.replicasPerNodeGroup")
OPTIONAL.update(("elasticache/replicationGroup", path) for path in EARLIER)


# The simulation behind the survival rules asks every resource on a path the same questions.
OWN_READS = sorted(r for r in CASES if RULES[r].family != "survival")


@pytest.mark.parametrize("rule", OWN_READS)
def test_a_rule_reads_only_properties_that_each_of_its_kinds_has(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[tuple[str, str]] = set()
    raw, leaves = Node.raw, Node.leaves

    def noted(node: Node, path: str) -> Any:
        if "/" in node.kind and " " not in node.name:  # a block of a resource has the block's own names
            read.add((node.kind, path))
        return raw(node, path)

    def noted_leaves(node: Node, path: str) -> Any:
        if "/" in node.kind and " " not in node.name:
            read.add((node.kind, path))
        return leaves(node, path)

    case = CASES[rule]
    variations = (case.ok, case.bad)
    stacks = [build(case, w, deployed=False).graph() for w in variations]
    for kind in RULES[rule].kinds if RULES[rule].kinds != ("*",) else (case.kind,):
        for w in variations:
            props = {k: p for k, p in w.props.items() if _exists(kind, k)}
            stacks.append(build(case, Variation(props, w.around, w.options, kind), deployed=False).graph())
    monkeypatch.setattr(Node, "raw", noted)
    monkeypatch.setattr(Node, "leaves", noted_leaves)
    params = {k: p.value("production") for k, p in RULES[rule].params.items()}
    for graph in stacks:
        for node in graph.of(*RULES[rule].kinds):
            judge(RULES[rule], node, graph, params)
    wrong = sorted(f"{k}.{p}" for k, p in read - OPTIONAL if k in known_kinds() and not _exists(k, p))
    assert wrong == []


def known_kinds() -> set[str]:
    return {k for k in _kinds() - OLDER - {"*"} if SCHEMA.resource(TOKENS.get(k, token_of(k)))}
