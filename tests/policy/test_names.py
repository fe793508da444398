"""Every type and property that rules, graph and cases name exists in the installed provider: a typing mistake in a name
would make a rule silently pass, or never be asked.
"""

import re
from pathlib import Path
from typing import Any

import ha_policy
import pytest
from ha_policy.graph.edges import REFERENCES
from ha_policy.graph.placement import PLACES
from ha_policy.kit import Output, Resource, token_of
from ha_policy.rule import RULES

from offline.aws.schema import installed
from tests.policy.cases import CASES

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
    [(k, p[0]) for k, places in PLACES.items() for p in places]
    + [(k, path) for places in REFERENCES.values() for k, path, _ in places],
)
def test_path_is_a_property_of_its_type(kind: str, path: str) -> None:
    assert _exists(kind, path), f"{kind} has no {path}"


# What the graph looks up: kind and path side by side in the sources.
PAIR = re.compile(r'"([a-z][a-z0-9]+/[a-z][A-Za-z0-9]+)",\s*"([a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)*)"')


@pytest.mark.parametrize(
    ("kind", "path"), sorted({pair for p in SOURCES for pair in PAIR.findall(p.read_text()) if pair[0] not in OLDER})
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
