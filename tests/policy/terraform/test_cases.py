"""The cases of the rules as states of Terraform are judged as in Pulumi: each type and attribute that a rule reads, and
what is a resource of its own (attachments, associations, rules of security groups, parts of buckets).
"""

from collections.abc import Mapping
from typing import Any

import pytest
from ha_policy.evaluate import judge
from ha_policy.graph import Graph
from ha_policy.inputs import read
from ha_policy.rule import RULES
from ha_policy.targets import targets_of
from ha_policy.terraform.types import terraform_name, terraform_type, translate
from ha_policy.testing import Stack, Verdict

from tests.policy.cases import CASES
from tests.policy.cases.further import FURTHER, case_of
from tests.policy.cases.kind import build

AWS = "registry.terraform.io/hashicorp/aws"
OTHERWISE = {
    "data-retained": "reads a resource option, which a state of Terraform does not have",
    "declared-paths-hold": "reads what components of Pulumi declare",
    "no-ignored-ha-props": "reads a resource option",
    "replace-before-delete": "reads a resource option",
    "stateful-protected": "reads a resource option",
    "targets-met": "the owner's targets name entry points, which have other names in Terraform",
}
"""Rules that cannot be judged by the same case, and why."""
OF_THEIR_OWN = (
    "appautoscaling/target", "autoscaling/attachment", "ec2/mainRouteTableAssociation", "ec2/route",
    "ec2/routeTableAssociation", "ec2/vpcEndpointSubnetAssociation", "elasticache/cluster", "elb/attachment",
    "lb/targetGroupAttachment", "s3/bucketLifecycleConfiguration", "s3/bucketReplicationConfig",
    "s3/bucketVersioning", "sqs/redrivePolicy", "vpc/securityGroupIngressRule",
)  # fmt: skip
"""Resources that only say something of another one, or stand for it."""


def in_terraform(stack: Stack) -> dict[str, Any]:
    """A deployed stack as `terraform show -json` shows a state."""
    resources: list[dict[str, Any]] = []
    for entry in stack.state()["deployment"]["resources"]:
        tf_type, name = terraform_type(entry["type"]), entry["urn"].rpartition("::")[2]
        if tf_type is not None:
            values = {**_attributes(tf_type, entry["type"], entry["outputs"], ""), "id": entry["id"]}
            resources.append(
                {
                    "address": f"{tf_type}.{name}",
                    "mode": "managed",
                    "type": tf_type,
                    "name": name,
                    "provider_name": AWS,
                    "values": values,
                }
            )
    return {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": resources}}}


def _attributes(tf_type: str, token: str, props: Mapping[str, Any], above: str) -> dict[str, Any]:
    """Properties as attributes: objects that are blocks in Terraform are lists of one."""
    return {
        terraform_name(token, f"{above}{name}").rpartition(".")[2]: _value(tf_type, token, value, f"{above}{name}")
        for name, value in props.items()
    }


def _value(tf_type: str, token: str, value: Any, path: str) -> Any:
    if isinstance(value, list):
        return [_value(tf_type, token, v, path) if isinstance(v, Mapping) else v for v in value]
    if not isinstance(value, Mapping) or not _is_block(tf_type, token, path):
        return value
    return _attributes(tf_type, token, value, f"{path}.")


def _is_block(tf_type: str, token: str, path: str) -> bool:
    """Whether the names in an object are attributes, and not the user's (tags, dimensions of an alarm)."""
    nested: Any = [{"some_name": "value"}]
    for step in reversed(terraform_name(token, path).split(".")):
        nested = [{step: nested}]
    return "someName" in str(translate(tf_type, nested[0]))


def verdict(rule: str, stack: Stack) -> Verdict:
    """What a rule says of the resource x."""
    chosen, graph = RULES[rule], Graph(read(in_terraform(stack)).nodes)
    params = {name: param.value("production") for name, param in chosen.params.items()}
    ((found, _),) = (
        judge(chosen, node, graph, params, targets_of(stack.targets, []))
        for node in graph.of(*chosen.kinds)
        if node.name.endswith(".x")
    )
    return found


def _right(name: str) -> Verdict:
    right = FURTHER[name][3]
    return right[1] if isinstance(right, tuple) else right


ASKED = [(rule, name) for rule in CASES if rule not in OTHERWISE for name in ("ok", "bad")]
AROUND = [
    name
    for name, (rule, _, variation, _) in FURTHER.items()
    if rule not in OTHERWISE and any(kind in OF_THEIR_OWN for kind, _, _ in variation.around)
    if _right(name) != Verdict.CANNOT_TELL  # a state has nothing unknown
]
"""Further cases with what is a resource of its own."""


@pytest.mark.parametrize(("rule", "name"), ASKED)
def test_a_state_of_terraform_gets_the_verdict_of_the_same_stack_in_pulumi(rule: str, name: str) -> None:
    stack = build(CASES[rule], getattr(CASES[rule], name), deployed=True)
    assert verdict(rule, stack) == {"ok": Verdict.PASS, "bad": Verdict.VIOLATION}[name]


@pytest.mark.parametrize("name", AROUND)
def test_what_is_a_resource_of_its_own_counts(name: str) -> None:
    rule, case = case_of(name)
    assert verdict(rule, build(case, case.ok, deployed=True)) == _right(name)


def test_what_is_said_here_is_of_cases_that_exist() -> None:
    cases = [getattr(CASES[rule], name) for rule, name in ASKED] + [FURTHER[name][2] for name in AROUND]
    kinds = {kind for case in cases for kind, _, _ in case.around} | {CASES[rule].kind for rule, _ in ASKED}
    assert (OTHERWISE.keys() - CASES.keys(), set(OF_THEIR_OWN) - kinds) == (set(), set())
