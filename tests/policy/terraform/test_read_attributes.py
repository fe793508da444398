"""Everything that a rule or the simulation reads of a resource has its name in Terraform.

The table of the types has every type and attribute of the provider's schema. `later.json` lists the properties that no
attribute has, and `read.json` what the pack read when the table was made, with the names of the schema. All three are
made anew by ``python -m tests.support.terraform_types``, for which Terraform and the provider are needed; after a new
rule they need not be.
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
from tests.support.terraform_types import LATER, READ, snake

AGAIN = "run `python -m tests.support.terraform_types SCHEMA`"
TYPES: dict[str, tuple[str, int]] = json.loads(TABLE.read_text(encoding="utf-8"))["types"]
LISTED: dict[str, dict[str, str]] = json.loads(READ.read_text(encoding="utf-8"))
NO_TYPES = {
    "build/report": "the folder that a report is written to",
    "terraform/root": "the stack that a plan is, in its URN",
}
"""Words in the pack that look like a kind of resource."""
WITHOUT: dict[str, list[str]] = json.loads(LATER.read_text(encoding="utf-8"))
"""What version 5.100 of the provider does not have: version 6 has it under the property's name in Terraform's spelling,
but for the name of a Multi-Region Access Point, which is in its `details`.
"""


def read_types() -> dict[str, set[str]]:
    """Types of Terraform that the pack reads, with the properties of each that it may read."""
    wanted, found = frozenset(kinds()), dict[str, set[str]]()
    for tf_type, (token, _) in TYPES.items():
        if kind_of(token) in wanted and (resource := installed().resource(token)):
            found[tf_type] = {n for n in {*resource.inputs, *resource.outputs} if n in names()} - {
                "id",
                "urn",
                "region",
            }
    return found


READS = read_types()


def test_every_kind_that_the_pack_reads_has_a_type_in_terraform() -> None:
    known = {kind_of(token) for token, _ in TYPES.values()}
    assert {k for k in some(kinds()) if k not in known} == NO_TYPES.keys(), AGAIN


@pytest.mark.parametrize("tf_type", sorted(t for t, read in READS.items() if read))
def test_every_property_that_the_pack_may_read_has_an_attribute(tf_type: str) -> None:
    token = token_of(tf_type)
    assert token
    for name in some(READS[tf_type]):
        attribute = snake(name) if name in WITHOUT.get(tf_type, ()) else terraform_name(token, name)
        assert translate(tf_type, {attribute: "value"}) == (token, {name: "value"})


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
