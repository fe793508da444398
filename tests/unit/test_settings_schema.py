"""The JSON schema of `Pulumi.<stack>.yaml` for editors: it is of today's settings, and right about files."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from jsonschema.exceptions import best_match

from tests.support import settings_schema
from tests.unit.test_settings_docs import GROUPS, example_of_connectivity, settings_of

ROOT = Path(__file__).parents[2]
STACKS = sorted(ROOT.glob("Pulumi.*.yaml"))
SCHEMA: dict[str, Any] = json.loads(settings_schema.FILE.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
LINE = "# yaml-language-server: $schema=components/settings/stack.schema.json"


def shop(**changes: Any) -> dict[str, Any]:
    """The file of the shop with other settings; those that are None are left out."""
    made = yaml.safe_load((ROOT / "Pulumi.ecommerce.yaml").read_text(encoding="utf-8"))
    settings = {**made["config"], **{f"ha-aws:{key}": value for key, value in changes.items()}}
    return {**made, "config": {key: value for key, value in settings.items() if value is not None}}


def complaint(file: dict[str, Any]) -> str:
    """What an editor would show; empty if nothing."""
    error = best_match(VALIDATOR.iter_errors(file))
    return "" if error is None else f"{'.'.join(map(str, error.absolute_path))}: {error.message}"


def test_the_schema_is_that_of_todays_settings() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert settings_schema.schema() == SCHEMA, "write it anew: make generate"


@pytest.mark.parametrize("group", GROUPS)
def test_it_has_every_setting_of_the_program(group: str) -> None:
    def names(path: str, made: dict[str, Any]) -> set[str]:
        inner = made.get("properties")
        return {path} if inner is None else {n for key, value in inner.items() for n in names(f"{path}.{key}", value)}

    top = SCHEMA["properties"]["config"]["properties"][f"ha-aws:{group}"]
    chosen = {f"{group}.connectivity.onPremises.{key}" for key in ("lines", "routers")}  # names of the user's own
    assert {n for n in names(group, top) if n not in chosen} == settings_of(group) - chosen


@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.name)
def test_our_stacks_are_valid_and_name_the_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert complaint(yaml.safe_load(text)) == ""
    assert text.splitlines()[0] == LINE


def test_the_documented_connectivity_a_secret_a_providers_setting_and_numbers_as_text_are_valid() -> None:
    assert complaint(shop(ecommerce=yaml.safe_load(example_of_connectivity())["ha-aws:ecommerce"])) == ""
    assert complaint(shop(alarmEmail={"secure": "v1:abc"}, ecommerce={"web": {"instances": "6"}})) == ""
    made = shop()
    made["config"]["aws:region"] = "us-west-2"
    assert complaint({**made, "encryptionsalt": "v1:abc", "secretsprovider": "awskms://alias/a"}) == ""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"scenario": "ecomerce"}, "config.ha-aws:scenario: 'ecomerce' is not one of ['ecommerce', 'financial'"),
        ({"scenario": None}, "config: 'ha-aws:scenario' is a required property"),
        ({"natmode": "zonal"}, "config: 'ha-aws:natmode' does not match"),
        ({"region": "us-wset-2"}, "config.ha-aws:region: 'us-wset-2' is not one of"),
        ({"availabilityZones": ["us-west-2a"]}, "config.ha-aws:availabilityZones: ['us-west-2a'] is too short"),
        ({"alarmEmail": "ops"}, "config.ha-aws:alarmEmail: 'ops' does not match"),
        ({"ecommerce": {"wbe": {}}}, "config.ha-aws:ecommerce: Additional properties are not allowed ('wbe'"),
        ({"ecommerce": {"web": {"instances": 0}}}, "instances: 0 is less than the minimum of 1"),
        ({"ecommerce": {"services": {"platform": "ecs"}}}, "'ecs' is not one of ['fargate', 'kubernetes']"),
        ({"interfaceEndpoints": ["sqss"]}, "config.ha-aws:interfaceEndpoints.0: 'sqss' is not one of"),
    ],
)
def test_a_wrong_file_is_invalid_at_the_place_of_the_mistake(changes: dict[str, Any], expected: str) -> None:
    assert expected in complaint(copy.deepcopy(shop(**changes)))
