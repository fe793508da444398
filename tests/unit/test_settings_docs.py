"""Pulumi.yaml, docs/settings.md and the program agree on every key, type, default, and on what a mistake reads."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.settings import SettingsError
from components.settings.model import parse_settings
from components.settings.section import REDACTED, Section
from components.tiers.network.address_plan import plan_zones
from tests.support import settings_schema

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
GOOD: dict[str, Any] = {
    "scenario": "ecommerce",
    "region": "us-west-2",
    "availabilityZones": ["us-west-2a", "us-west-2b", "us-west-2c"],
}
EMPTY: list[Any] = ["", [], {}]
BY_PROFILE = "by `profile`"
"""What the page calls a default that the program takes from the profile; the meaning says which."""


def rows(section: str) -> list[list[str]]:
    """The cells of the tables under a heading, without their heads."""
    return settings_schema.rows(settings_schema.part(section))


def keys_of_the_program() -> set[str]:
    with pytest.raises(SettingsError) as caught:
        parse_settings({**GOOD, "no": 1})
    return set(caught.value.problems[0].split("valid keys: ")[1].split(", "))


def test_schema_page_and_program_have_the_same_keys() -> None:
    page = {row[0].strip("`") for row in rows("Keys")}
    assert set(SCHEMA) == page == keys_of_the_program()


@pytest.mark.parametrize("row", rows("Keys"), ids=lambda row: row[0])
def test_the_page_states_type_and_default_of_the_schema(row: list[str]) -> None:
    schema = SCHEMA[row[0].strip("`")]
    assert row[1] == schema["type"]
    default = schema["default"]
    if row[2] == BY_PROFILE:
        assert default in EMPTY
    elif default in EMPTY:
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


def test_what_protects_and_keeps_data_follows_the_profile_as_the_page_says() -> None:
    for profile, expected in (("production", True), ("dev", False)):
        found = parse_settings({**GOOD, "profile": profile})
        assert (found.protect_data, found.keep_data) == (expected, expected)
    assert {row[0] for row in rows("Keys") if row[2] == BY_PROFILE} == {"`protectData`", "`keepData`"}
    for key in ("protectData", "keepData"):
        [row] = [row for row in rows("Keys") if row[0] == f"`{key}`"]
        assert "`true` in production, `false` in dev" in row[3]
        assert "true in production, false in dev" in SCHEMA[key]["description"]


def test_keys_that_the_page_calls_required_are_the_ones_that_are() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({})
    assert {p.split(":")[0] for p in caught.value.problems} == {
        row[0].strip("`") for row in rows("Keys") if row[2] == "required"
    }


GROUPS = ("ecommerce", "financial", "media")
CONNECTIVITY = ("sharedVpc", "onPremises")


def keys_of(path: str, given: dict[str, Any]) -> list[str] | None:
    """The keys that the program knows in a group, by what it says of one that it does not; None of a value's key."""
    with pytest.raises(SettingsError) as caught:
        parse_settings(_merged({**GOOD, **given}, _nested(path.split("."), {"zz": 1})))
    for sentence in caught.value.problems:
        if sentence.startswith(f"{path}.zz: no such setting"):
            return sentence.split("valid keys: ")[1].split(", ")
    return None


def settings_of(path: str) -> set[str]:
    """Every setting below ``path`` by its full name."""
    given = {"financial": {"api": {"authorization": "jwt"}}} if path == "financial.api.token" else {}
    inner = keys_of(path, given)
    return {path} if inner is None else {name for key in inner for name in settings_of(f"{path}.{key}")}


def documented(group: str) -> list[str]:
    """Full names of what the tables below the heading of a group describe, as often as they do."""
    text = settings_schema.part(group)
    found: list[str] = []
    heads = list(settings_schema.GROUP.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        table = text[head.end() : following.start() if following else None]
        for row in (line for line in table.splitlines() if line.startswith("| `")):
            names = re.findall(r"`([\w.]+)`", row.split("|")[1])
            first = names[0].rpartition(".")[0]
            found += [f"{head[1]}.{first}{name}" if name[0] == "." else f"{head[1]}.{name}" for name in names]
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_the_page_describes_each_setting_of_a_scenario_once_and_no_other(group: str) -> None:
    private = f"{group}.connectivity"
    there = {private if name.startswith(f"{private}.") else name for name in settings_of(group)}
    page = documented(group) + ([private] if group == "ecommerce" else [])  # that one has an example instead
    assert sorted(page) == sorted(there)


def limits(group: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[int]]:
    """Full name of every number below a group -> its lowest and highest values, whatever the profile."""
    found: dict[str, set[int]] = {}
    read = Section.number

    def number(self: Section, key: str, default: int, low: int, high: int, unit: str = "") -> int:
        found.setdefault(f"{self._path}{key}", set()).update((low, high))
        return read(self, key, default, low, high, unit)

    monkeypatch.setattr(Section, "number", number)
    for profile in ("dev", "production"):
        parse_settings({**GOOD, "profile": profile, "media": {"publicVideos": True}})
    return {name: ends for name, ends in found.items() if name.startswith(f"{group}.")}


@pytest.mark.parametrize("group", GROUPS)
def test_the_page_says_the_range_of_every_number(group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = limits(group, monkeypatch)
    assert numbers
    described: dict[str, str] = {}
    text = settings_schema.part(group)
    heads = list(settings_schema.GROUP.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        for row in text[head.end() : following.start() if following else None].splitlines():
            if row.startswith("| `"):
                names = re.findall(r"`([\w.]+)`", row.split("|")[1])
                first = names[0].rpartition(".")[0]
                described |= {f"{head[1]}.{first}{n}" if n[0] == "." else f"{head[1]}.{n}": row for n in names}
    unsaid = {
        name: ends
        for name, ends in numbers.items()
        if not all(re.search(rf"\b{end}\b", described[name]) for end in ends)
    }
    assert unsaid == {}


def example_of_connectivity() -> str:
    return (
        settings_schema.SETTINGS.split("Group `ecommerce.connectivity`", 1)[1]
        .split("```yaml\n", 1)[1]
        .split("```", 1)[0]
    )


def test_the_example_of_private_connections_is_accepted_and_has_every_key() -> None:
    text = example_of_connectivity()
    example = yaml.safe_load(text)["ha-aws:ecommerce"]
    for group in GROUPS:
        found = getattr(parse_settings({**GOOD, group: example}), group).connectivity
        assert found.shared.vpc_id == "vpc-0123456789abcdef0"
        assert len(found.on_premises.lines) == 2
    for part in CONNECTIVITY:
        missing = [
            k for k in keys_of(f"ecommerce.connectivity.{part}", {}) or ["?"] if not re.search(rf"\b{k}\b", text)
        ]
        assert not missing, part


def _merged(given: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    both = {k: _merged(given[k], v) for k, v in more.items() if isinstance(v, dict) and isinstance(given.get(k), dict)}
    return {**given, **more, **both}


def stated_mistakes() -> list[tuple[str, str]]:
    tables = ("Keys", *GROUPS)
    stated = [(row[0].strip("`"), row[-1].strip("`")) for table in tables for row in rows(table)]
    return [(key, sentence) for key, sentence in stated if sentence]


BESIDE: dict[str, dict[str, Any]] = {
    "media.publicVideos=true": {"media": {"signingKeys": {"new": "x"}}},
    "media.streaming.peakServers=3": {"media": {"streaming": {"servers": 4}}},
    "media.catalog.maxStorageGib=20": {"media": {"catalog": {"storageGib": 200}}},
    "media.catalog.readReplicas=1": {"media": {"catalog": {"topology": "cluster"}}},
    "media.catalog.topology=cluster": {
        "standbyRegion": "us-east-1",
        "standbyAvailabilityZones": ["us-east-1a", "us-east-1b"],
    },
    "media.trafficDials.primary=0": {"media": {"trafficDials": {"standby": 0}}},
    "ecommerce.backOffice.allowedCidrs=8.8.8.0/24": {"ecommerce": {"backOffice": {"allowedCidrs": ["8.8.8.0/24"]}}},
    "ecommerce.services.adminArns=admin": {
        "ecommerce": {"services": {"platform": "kubernetes", "adminArns": ["admin"]}}
    },
    "media.playerOrigins=http://x": {"media": {"playerOrigins": ["http://x"]}},
    "media.signingKeys=new": {"media": {"signingKeys": {"new": "x"}}},
}
"""What a sentence needs besides the value that it shows, or instead of it: the item of a list, the label of a table."""


@pytest.mark.parametrize(("key", "sentence"), stated_mistakes(), ids=[k for k, _ in stated_mistakes()])
def test_each_mistake_reads_as_the_page_says(key: str, sentence: str) -> None:
    shown = sentence.partition(": ")[0]
    changes = _merged(_provoke(sentence), BESIDE.get(shown, {}))
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
    if value == REDACTED:
        return _nested(key.split(".")[:-1], {key.rpartition(".")[2]: "hunter2"})
    if value == "true":
        return _nested(key.split(".")[:-1], {key.rpartition(".")[2]: True})
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
        assert f"`{block}`" in settings_schema.SETTINGS


def test_the_profiles_web_defaults_are_what_the_page_says() -> None:
    by_key = {row[0].strip("`"): row[2] for row in rows("ecommerce")}
    for profile in ("dev", "production"):
        web = parse_settings({**GOOD, "profile": profile}).ecommerce.web
        assert f"{web.instances} ({profile})" in by_key["instances"]
        assert f"{', '.join(f'`{t}`' for t in web.instance_types)} ({profile})" in by_key["instanceTypes"]
        assert web.peak_instances == 4 * web.instances
