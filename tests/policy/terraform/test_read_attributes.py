"""Everything that a rule or the simulation reads of a resource has its name in Terraform.

`read.json` lists what the pack may read, with the names of the provider's schema. It and the table of the types are
made anew by ``python -m tests.support.terraform_types``, for which Terraform and the provider are needed.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from ha_policy.graph.kinds import kind_of
from ha_policy.terraform.types import TABLE, terraform_name, terraform_type, token_of, translate

from offline.aws.schema import installed
from tests.support.some import some
from tests.support.terraform_reads import kinds, names
from tests.support.terraform_types import READ, snake

AGAIN = "run `python -m tests.support.terraform_types SCHEMA`"
TYPES: dict[str, tuple[str, int]] = json.loads(TABLE.read_text(encoding="utf-8"))["types"]
LISTED: dict[str, dict[str, str]] = json.loads(READ.read_text(encoding="utf-8"))
NO_TYPES = {
    "build/report": "the folder that a report is written to",
    "terraform/root": "the stack that a plan is, in its URN",
}
"""Words in the pack that look like a kind of resource."""
LATER: dict[str, tuple[str, ...]] = {
    "aws_cloudwatch_log_resource_policy": ("resourceArn",),
    "aws_dx_connection": ("state",),
    "aws_dx_gateway": ("tags",),
    "aws_ecs_capacity_provider": ("cluster",),
    "aws_ecs_service": ("arn",),
    "aws_eks_cluster": ("deletionProtection",),
    "aws_elasticache_replication_group": ("nodeGroupConfigurations",),
    "aws_instance": ("forceDestroy", "primaryNetworkInterface"),
    "aws_kinesis_stream_consumer": ("tags",),
    "aws_nat_gateway": ("availabilityMode", "routeTableId", "vpcId"),
    "aws_networkfirewall_firewall": ("availabilityZoneMappings", "transitGatewayId"),
    "aws_s3_directory_bucket": ("tags",),
    "aws_s3control_multi_region_access_point": ("name",),
    "aws_secretsmanager_secret": ("type",),
    "aws_spot_instance_request": ("forceDestroy",),
    "aws_workspaces_directory": ("tenancy",),
}
"""What version 5.100 of the provider does not have: version 6 has it under the property's name in Terraform's spelling,
but for the name of a Multi-Region Access Point, which is in its `details`.
"""


def test_every_kind_that_the_pack_reads_has_a_type_in_terraform() -> None:
    known = {kind_of(token) for token, _ in TYPES.values()}
    assert {k for k in some(kinds()) if k not in known} == NO_TYPES.keys(), AGAIN
    assert {kind_of(TYPES[t][0]) for t in LISTED} == known.intersection(kinds()), AGAIN


@pytest.mark.parametrize("tf_type", sorted(LISTED))
def test_every_property_that_the_pack_may_read_has_an_attribute(tf_type: str) -> None:
    resource = installed().resource(TYPES[tf_type][0])
    assert resource
    listed = {path.split(".")[0] for path in LISTED[tf_type].values()}
    read = {n for n in {*resource.inputs, *resource.outputs} if n in names()} - {"id", "urn", "region"}
    assert read - listed == set(LATER.get(tf_type, ())), AGAIN


@pytest.mark.parametrize("tf_type", sorted(LISTED))
def test_every_attribute_that_the_pack_may_read_gets_the_propertys_name(tf_type: str) -> None:
    token = token_of(tf_type)
    assert token
    for attribute, path in some(LISTED[tf_type].items()):
        translated = translate(tf_type, _nested(attribute.split(".")))
        assert translated
        assert _paths(translated[1]) == {path}
        if terraform_type(token) == tf_type:
            assert terraform_name(token, path) == attribute


@pytest.mark.parametrize(("tf_type", "name"), [(t, n) for t, every in LATER.items() for n in every])
def test_what_only_version_6_of_the_provider_has_keeps_its_name(tf_type: str, name: str) -> None:
    token = token_of(tf_type)
    assert token
    assert translate(tf_type, {snake(name): "value"}) == (token, {name: "value"})
    assert terraform_name(token, name).replace("_", "") in (name.lower(), name.lower().removesuffix("s"))


def _nested(steps: list[str]) -> dict[str, Any]:
    """A value at a path, each step on the way a list of one block."""
    first, *rest = steps
    return {first: [_nested(rest)] if rest else "value"}


def _paths(value: Any, above: str = "") -> set[str]:
    """The paths of all values, through lists of one object and objects."""
    if isinstance(value, list):
        return {p for element in value for p in _paths(element, above)}
    if isinstance(value, Mapping):
        return {p for name, each in value.items() for p in _paths(each, f"{above}.{name}" if above else name)}
    return {above}
