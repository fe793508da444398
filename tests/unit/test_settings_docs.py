"""Pulumi.yaml, docs/settings.md and the program agree on every key, type, default, and on what a mistake reads."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.settings import SettingsError
from components.settings.model import parse_settings
from components.tiers.network_plan import plan_zones

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
PAGE = (ROOT / "docs/settings.md").read_text()
GOOD: dict[str, Any] = {
    "scenario": "ecommerce",
    "region": "us-west-2",
    "availabilityZones": ["us-west-2a", "us-west-2b", "us-west-2c"],
}
EMPTY: list[Any] = ["", [], {}]


def rows(section: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    text = PAGE.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def keys_of_the_program() -> set[str]:
    with pytest.raises(SettingsError) as caught:
        parse_settings({**GOOD, "no": 1})
    return set(caught.value.problems[0].split("the keys there are: ")[1].split(", "))


def test_schema_page_and_program_have_the_same_keys() -> None:
    page = {row[0].strip("`") for row in rows("Keys")}
    assert set(SCHEMA) == page == keys_of_the_program()


@pytest.mark.parametrize("row", rows("Keys"), ids=lambda row: row[0])
def test_the_page_states_type_and_default_of_the_schema(row: list[str]) -> None:
    schema = SCHEMA[row[0].strip("`")]
    assert row[1] == schema["type"]
    default = schema["default"]
    if default in EMPTY:
        assert row[2] in ("required", "none")
    else:
        assert row[2] == f"`{str(default).lower() if isinstance(default, bool) else default}`"


@pytest.mark.parametrize("key", sorted(SCHEMA))
def test_every_key_of_the_schema_has_a_description_and_a_default(key: str) -> None:
    assert SCHEMA[key]["description"].strip()
    assert "default" in SCHEMA[key], "the CLI would stop at the first missing key; the program names all"


def test_the_schemas_defaults_are_the_programs() -> None:
    given = {key: field["default"] for key, field in SCHEMA.items()} | GOOD
    assert parse_settings(given) == parse_settings(GOOD)


def test_keys_that_the_page_calls_required_are_the_ones_that_are() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({})
    assert {p.split(":")[0] for p in caught.value.problems} == {
        row[0].strip("`") for row in rows("Keys") if row[2] == "required"
    }


def stated_mistakes() -> list[tuple[str, str]]:
    return [
        (row[0].strip("`"), row[-1].strip("`")) for table in ("Keys", "ecommerce", "financial") for row in rows(table)
    ]


@pytest.mark.parametrize(("key", "sentence"), stated_mistakes(), ids=[k for k, _ in stated_mistakes()])
def test_each_mistake_reads_as_the_page_says(key: str, sentence: str) -> None:
    changes = _provoke(sentence)
    with pytest.raises(SettingsError) as caught:
        parse_settings({**GOOD, **changes})
    wanted = sentence.removesuffix("…")
    assert any(p.startswith(wanted) for p in caught.value.problems), caught.value.problems


def _provoke(sentence: str) -> dict[str, Any]:
    """The settings that earn a sentence: the value it shows, and what goes with it."""
    path, _, rest = sentence.partition(":")
    key, shown, value = path.partition("=")
    if sentence.startswith(("standbyVpcCidr", "standbyRegion")):
        zones = {"standbyAvailabilityZones": ["us-west-2a", "us-west-2b"]}
        other = {"standbyAvailabilityZones": ["us-east-1a", "us-east-1b"], "standbyRegion": "us-east-1"}
        return {**(other if key == "standbyVpcCidr" else zones), key: value}
    if key == "hostedZoneId":
        return {"domain": "shop.example.com"}
    if key == "tags":
        return {"tags": {value: "x"}}
    if not shown:
        *groups, name = key.split(".")
        return _nested(groups, {name: 1})
    parsed = ast.literal_eval(value) if value.startswith(("[", "{")) or value.isdigit() else value
    if key == "interfaceEndpoints":
        parsed = [value]
    *groups, name = key.split(".")
    inner: Any = {name: parsed} | ({"instances": 4} if name == "peakInstances" else {})
    assert rest
    return _nested(groups, inner)


def _nested(groups: list[str], inner: Any) -> dict[str, Any]:
    for group in reversed(groups):
        inner = {group: inner}
    return inner


def test_the_pages_example_of_the_address_plan_is_what_the_plan_says() -> None:
    plan = plan_zones("10.0.0.0/16", ["us-west-2b"])["us-west-2b"]
    for block in (plan.private, plan.public, plan.isolated):
        assert f"`{block}`" in PAGE


def test_the_profiles_web_defaults_are_what_the_page_says() -> None:
    by_key = {row[0].strip("`"): row[2] for row in rows("ecommerce")}
    for profile in ("dev", "production"):
        web = parse_settings({**GOOD, "profile": profile}).ecommerce.web
        assert f"{web.instances} ({profile})" in by_key["instances"]
        assert f"{', '.join(f'`{t}`' for t in web.instance_types)} ({profile})" in by_key["instanceTypes"]
        assert web.peak_instances == 4 * web.instances
