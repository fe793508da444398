"""Every mistake in the configuration is one sentence that names key, value and rule; all of them in one run."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from components.settings.model import INTERFACE_SERVICES, load_settings, parse_settings
from components.settings.section import REDACTED, SettingsError

ZONES = ["us-west-2a", "us-west-2b", "us-west-2c"]
GOOD: dict[str, Any] = {"scenario": "ecommerce", "region": "us-west-2", "availabilityZones": ZONES}
STANDBY: dict[str, Any] = {"standbyRegion": "us-east-1", "standbyAvailabilityZones": ["us-east-1a", "us-east-1f"]}
WEB = "ecommerce.web"
LIST = "pl-82a045eb"
AMI = "ami-0123456789abcdef0"


def problems(changes: Mapping[str, Any], secret_keys: tuple[str, ...] = ()) -> list[str]:
    """The sentences about a good configuration with ``changes``."""
    with pytest.raises(SettingsError) as caught:
        parse_settings({**GOOD, **changes}, secret_keys=secret_keys)
    return list(caught.value.problems)


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"scenario": ""}, "scenario: missing; must be ecommerce, financial or media; set it with: pulumi"),
    ({"scenario": "ecomerce"}, "scenario=ecomerce: must be ecommerce, financial or media (did you mean ecommerce?)"),
    ({"profile": "prod"}, "profile=prod: must be dev or production (did you mean"),
    ({"protectData": "no"}, "protectData=no: must be true or false"),
    ({"protectData": True, "keepData": False}, "keepData=false: needs protectData false: protected data is never"),
    ({"profile": "production", "keepData": False}, "keepData=false: needs protectData false"),
    (
        {
            "profile": "production",
            "protectData": "false",
            "keepData": "false",
            "financial": {"audit": {"mode": "COMPLIANCE"}},
        },
        "keepData=false: cannot be false with financial.audit.mode COMPLIANCE: nobody can delete",
    ),
    ({"region": ""}, "region: missing; must be an AWS Region such as us-west-2"),
    ({"region": "us-wset-2"}, "region=us-wset-2: must be an AWS Region such as us-west-2 (did you mean us-west-2?)"),
    ({"region": "us-west-2a"}, "region=us-west-2a: is an Availability Zone; must be an AWS Region such as us-west-2"),
    ({"region": "us-gov-west-1"}, "region=us-gov-west-1: is not in the commercial partition"),
    ({"region": "cn-north-1"}, "region=cn-north-1: is not in the commercial partition"),
    ({"availabilityZones": []}, "availabilityZones: missing; give 2 or 3 Availability Zones of region; set each with"),
    ({"availabilityZones": ["us-west-2a"]}, 'availabilityZones=["us-west-2a"]: has 1 zone; give 2 or 3'),
    (
        {"availabilityZones": ["us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"]},
        "has 4 zones; give 2 or 3 Availability Zones of region",
    ),
    ({"availabilityZones": ["us-west-2a", "us-west-2a"]}, "names a zone twice; the zones must be distinct"),
    (
        {"availabilityZones": ["us-west-2a", "us-east-1b"]},
        "availabilityZones=us-east-1b: is not in region us-west-2; give 2 or 3 Availability Zones of region",
    ),
    (
        {"availabilityZones": ["us-west-2a", "us-west-2-lax-1a"]},
        "availabilityZones=us-west-2-lax-1a: is a Local or Wavelength Zone",
    ),
    (
        {"availabilityZones": ["us-west-2a", "us-west-2-wl1-sea-wlz-1"]},
        "availabilityZones=us-west-2-wl1-sea-wlz-1: is a Local or Wavelength Zone",
    ),
    ({"availabilityZones": ["us-west-2a", "usw2-az2"]}, "availabilityZones=usw2-az2: is not an Availability Zone"),
    ({"availabilityZones": ["us-west-2a", "us-west-2k"]}, "availabilityZones=us-west-2k: the address plan has no"),
    ({"availabilityZones": "us-west-2a,us-west-2b"}, "must be a list of strings; set each with: pulumi config"),
    ({"vpcCidr": "10.0.0.0"}, "vpcCidr=10.0.0.0: must be written as a network"),
    ({"vpcCidr": "ten"}, "vpcCidr=ten: must be an IPv4 range such as 10.0.0.0/16"),
    ({"vpcCidr": "10.0.0.1/16"}, "vpcCidr=10.0.0.1/16: must be written as a network; did you mean 10.0.0.0/16?"),
    ({"vpcCidr": "10.0.0.0/8"}, "vpcCidr=10.0.0.0/8: must be a /16 to a /20"),
    ({"vpcCidr": "10.0.0.0/24"}, "vpcCidr=10.0.0.0/24: must be a /16 to a /20"),
    ({"vpcCidr": "8.8.0.0/16"}, "vpcCidr=8.8.0.0/16: must lie in a private range: 10.0.0.0/8"),
    ({"vpcCidr": "fd00::/56"}, "vpcCidr=fd00::/56: must be an IPv4 range"),
    ({"standbyRegion": "us-west-2", "standbyAvailabilityZones": ZONES}, "standbyRegion=us-west-2: must differ"),
    ({**STANDBY, "standbyRegion": "mars-1"}, "standbyRegion=mars-1: must be an AWS Region"),
    ({"standbyRegion": "us-east-1"}, "standbyAvailabilityZones: missing; give 2 or 3 Availability Zones"),
    ({"standbyAvailabilityZones": ["us-east-1a"]}, "standbyAvailabilityZones=[\"us-east-1a\"]: needs standbyRegion"),
    (
        {**STANDBY, "standbyVpcCidr": "10.0.128.0/18"},
        "standbyVpcCidr=10.0.128.0/18: must not overlap vpcCidr 10.0.0.0/16",
    ),
    ({"domain": "shop", "hostedZoneId": "Z1"}, "domain=shop: must be a lower-case domain name such as shop"),
    ({"domain": "Shop.Example.com", "hostedZoneId": "Z1"}, "domain=Shop.Example.com: must be a lower-case domain name"),
    ({"domain": "a_b.example.com", "hostedZoneId": "Z1"}, "domain=a_b.example.com: must be"),
    ({"domain": "shop.example.com"}, "hostedZoneId: missing; domain needs the id of its public hosted zone"),
    ({"hostedZoneId": "Z0123456789"}, "hostedZoneId=Z0123456789: needs domain; set domain, or remove hostedZoneId"),
    ({"domain": "a.example.com", "hostedZoneId": "zone"}, "hostedZoneId=zone: must be a Route 53 hosted zone's id"),
    ({"alarmEmail": "ops"}, "alarmEmail=ops: must be an e-mail address such as ops@example.com"),
    ({"alarmEmail": "ops@example"}, "alarmEmail=ops@example: must be an e-mail address"),
    ({"natMode": "none"}, "natMode=none: must be zonal or regional"),
    ({"ipv6": "maybe"}, "ipv6=maybe: must be true or false"),
    ({"ipv6": 1}, "ipv6=1: must be true or false"),
    ({"interfaceEndpoints": ["sqss"]}, "interfaceEndpoints=sqss: must be from this list: autoscaling, ec2"),
    ({"interfaceEndpoints": {"a": 1}}, "interfaceEndpoints={\"a\": 1}: must be a list of strings"),
    ({"tags": ["a"]}, "tags=[\"a\"]: must be a group of settings"),
    ({"tags": {"team": {"a": 1}}}, "must map names to strings; team does not"),
    ({"tags": {"Tier": "x"}}, "tags=Tier: Project, Scenario, Stack, ManagedBy, Tier, Name, ha:preset are reserved"),
    ({"tags": {"aws:x": "x"}}, "tags=aws:x: keys that start with aws: are reserved by AWS"),
    ({"tags": {"a*b": "x"}}, "tags=a*b: keys are 1-128 letters"),
    ({"tags": {"a": "x" * 257}}, "values are 0-256 letters"),
    ({"tags": {f"k{i}": "v" for i in range(45)}}, "tags=45: must be at most 40; AWS allows 50, and"),
    ({"ecommerce": {"wbe": {}}}, "ecommerce.wbe: no such setting; valid keys: backOffice, cache, connectivity"),
    ({"ecommerce": "web"}, "ecommerce=web: must be a group of settings; set each with: pulumi config set --path"),
    ({"ecommerce": {"web": {"instances": 0}}}, f"{WEB}.instances=0: must be a whole number of instances from 1 to 100"),
    ({"ecommerce": {"web": {"instances": "many"}}}, f"{WEB}.instances=many: must be a whole number"),
    ({"ecommerce": {"web": {"instances": True}}}, f"{WEB}.instances=true: must be a whole number"),
    ({"ecommerce": {"web": {"instances": 4, "peakInstances": 3}}}, f"{WEB}.peakInstances=3: must be at least"),
    ({"ecommerce": {"web": {"instanceTypes": ["m5.large", "m7g.large"]}}}, f"{WEB}.instanceTypes=m5.large: must be"),
    ({"ecommerce": {"web": {"instanceTypes": ["m7g.large"]}}}, f"{WEB}.instanceTypes=[\"m7g.large\"]: must name"),
    ({"ecommerce": {"web": {"imageId": "latest"}}}, f"{WEB}.imageId=latest: must be the id of an arm64 image"),
    (
        {"ecommerce": {"web": {"imageId": AMI}}, **STANDBY},
        f"{WEB}.standbyImageId: missing: an image belongs to one Region",
    ),
    (
        {"ecommerce": {"web": {"standbyImageId": AMI}}, **STANDBY},
        f"{WEB}.imageId: missing: an image belongs to one Region",
    ),
    ({"ecommerce": {"web": {"prefixListIds": ["cloudfront"]}}}, f"{WEB}.prefixListIds=cloudfront: must be ids of"),
    ({"ecommerce": {"web": {"prefixListIds": [LIST, LIST]}}}, ": names a list twice"),
    ({"ecommerce": {"web": {"prefixListIds": [LIST]}}, **STANDBY}, f"{WEB}.standbyPrefixListIds: missing: AWS's"),
    (
        {"ecommerce": {"web": {"standbyPrefixListIds": [LIST]}}},
        f'{WEB}.standbyPrefixListIds=["{LIST}"]: needs standbyRegion',
    ),
    (
        {"ecommerce": {"web": {"prefixListIds": [LIST]}}, "domain": "a.example.com", "hostedZoneId": "Z0123456789"},
        f'{WEB}.prefixListIds=["{LIST}"]: must name two lists with a domain',
    ),
    (
        {"media": {"streaming": {"imageId": AMI, "standbyImageId": AMI}}, **STANDBY},
        f"media.streaming.standbyImageId={AMI}: must differ from imageId",
    ),
    (
        {"ecommerce": {"web": {"imageId": AMI, "standbyImageId": AMI}}},
        f"{WEB}.standbyImageId={AMI}: needs standbyRegion",
    ),
    (
        {"availabilityZones": ZONES[:2], "ecommerce": {"database": {"readReplicas": 3}}},
        "ecommerce.database.readReplicas=3: must be at most 2, the number of availabilityZones",
    ),
    ({"ecommerce": {"web": {"instance": 2}}}, f"{WEB}.instance: no such setting (did you mean instances?)"),
    ({"financial": {"x": 1}}, "financial.x: no such setting"),
    ({"financial": {"ledger": {"maxCapacity": 1, "minCapacity": 2}}}, "ledger.minCapacity=2: must be at most max"),
    (
        {**STANDBY, "financial": {"ledger": {"instanceClass": "db.t4g.large"}}},
        "financial.ledger.instanceClass=db.t4g.large: with standbyRegion must be a memory-optimized class",
    ),
    ({**STANDBY, "financial": {"ledger": {"readers": 15}}}, "financial.ledger.readers=15: must be at most 14 with"),
    ({"media": {"x": 1}}, "media.x: no such setting"),
    ({"natmode": "zonal"}, "natmode: no such setting (did you mean natMode?); valid keys: alarmEmail,"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), MISTAKES, ids=[json.dumps(c)[:60] for c, _ in MISTAKES])
def test_each_mistake_is_one_sentence_naming_key_value_and_rule(changes: dict[str, Any], sentence: str) -> None:
    found = problems(changes)
    assert len(found) == 1, found
    assert sentence in found[0]
    assert "\n" not in found[0]


def test_all_mistakes_are_reported_in_one_run() -> None:
    found = problems({"profile": "prod", "vpcCidr": "x", "alarmEmail": "x", "extra": 1, "ecommerce": {"x": 1}})
    assert [p.split("=")[0].split(":")[0] for p in found] == [
        "profile",
        "vpcCidr",
        "alarmEmail",
        "ecommerce.x",
        "extra",
    ]


def test_nothing_set_at_all_names_the_three_required_keys() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({})
    assert [p.split(":")[0] for p in caught.value.problems] == ["scenario", "region", "availabilityZones"]
    assert str(caught.value).startswith("The stack's configuration has 3 mistakes:\n  scenario: missing")


def test_the_schemas_empty_defaults_mean_not_set() -> None:
    empty = {"standbyRegion": "", "standbyAvailabilityZones": "[]", "domain": "", "hostedZoneId": "", "alarmEmail": "",
             "interfaceEndpoints": "[]", "tags": "{}", "ecommerce": "{}", "financial": "{}", "media": "{}"}  # fmt: skip
    assert parse_settings({**GOOD, **empty}) == parse_settings(GOOD)


def test_values_arrive_as_the_engine_sends_them() -> None:
    settings = parse_settings(
        {
            **GOOD,
            "availabilityZones": json.dumps(ZONES),
            "ipv6": "true",
            "interfaceEndpoints": '["sts","ecr.api","sts"]',
            "tags": '{"team":"shop","cost":7,"blue":true}',
            "ecommerce": '{"web":{"instances":6}}',
        }
    )
    assert settings.primary.zones == tuple(ZONES)
    assert settings.ipv6 is True
    assert settings.interface_endpoints == ("ecr.api", "sts")
    assert settings.tags == {"team": "shop", "cost": "7", "blue": "true"}
    assert (settings.ecommerce.web.instances, settings.ecommerce.web.peak_instances) == (6, 24)


def test_false_and_zero_are_values_not_absence() -> None:
    assert parse_settings({**GOOD, "ipv6": "false"}).ipv6 is False
    assert problems({"ecommerce": {"web": {"instances": 0}}})[0].startswith("ecommerce.web.instances=0")


def test_production_sizes_are_data_and_differ() -> None:
    dev, production = (parse_settings({**GOOD, "profile": p}) for p in ("dev", "production"))
    assert (dev.production, production.production) == (False, True)
    assert dev.ecommerce.web.instances < production.ecommerce.web.instances


def test_one_region_allows_settings_that_a_global_database_does_not() -> None:
    ledger = parse_settings(
        {**GOOD, "financial": {"ledger": {"instanceClass": "db.t4g.large", "readers": 15}}}
    ).financial
    assert (ledger.ledger.instance_class, ledger.ledger.readers) == ("db.t4g.large", 15)
    for given, expected in (({"maxCapacity": 1}, (1, 1)), ({"minCapacity": 100}, (100, 100)), ({}, (2, 4))):
        found = parse_settings({**GOOD, "financial": {"ledger": given}}).financial.ledger
        assert (found.least, found.most) == expected


def test_a_standby_cell_comes_with_its_region_and_its_own_range() -> None:
    settings = parse_settings({**GOOD, **STANDBY})
    assert settings.standby is not None
    assert (settings.standby.region, settings.standby.vpc_cidr) == ("us-east-1", "10.1.0.0/16")
    assert settings.cells == (settings.primary, settings.standby)
    assert parse_settings(GOOD).cells == (parse_settings(GOOD).primary,)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        parse_settings(GOOD).scenario = "media"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "secret"),
    [
        ({"alarmEmail": "hunter2hunter2"}, "hunter2hunter2"),
        ({"region": "hunter2-west"}, "hunter2-west"),
        ({"ecommerce": json.dumps({"web": {"instances": "hunter2hunter2"}})}, "hunter2hunter2"),
        ({"tags": json.dumps({"aws:hunter2": "x"})}, "aws:hunter2"),
        ({"standbyRegion": "us-east-1", "standbyAvailabilityZones": '["hunter2", "b"]'}, "hunter2"),
    ],
)
def test_a_secrets_value_never_appears_in_a_sentence(changes: dict[str, Any], secret: str) -> None:
    text = " ".join(problems(changes, secret_keys=tuple(changes)))
    assert secret not in text
    assert REDACTED in text


def test_a_secret_shows_in_no_sentence_about_another_key() -> None:
    text = " ".join(problems({"vpcCidr": "10.9.0.0/16", **STANDBY, "standbyVpcCidr": "10.9.0.0/17"}, ("vpcCidr",)))
    assert "10.9.0.0/16" not in text
    assert "must not overlap" in text


def test_load_settings_reads_only_the_projects_own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    config = {"ha-aws:scenario": "media", "ha-aws:region": "us-west-2", "ha-aws:availabilityZones": json.dumps(ZONES),
              "aws:region": "eu-west-1", "other:x": "1"}  # fmt: skip
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(config))
    assert load_settings(pulumi.Config("ha-aws")).scenario == "media"


def test_load_settings_knows_what_is_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"ha-aws:region": "hunter2"}))
    monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", json.dumps(["ha-aws:region"]))
    with pytest.raises(SettingsError) as caught:
        load_settings(pulumi.Config("ha-aws"))
    assert f"region={REDACTED}" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_interface_services_are_sorted_so_that_the_sentence_is_readable() -> None:
    assert list(INTERFACE_SERVICES) == sorted(INTERFACE_SERVICES)


def test_each_region_has_the_image_of_its_own() -> None:
    images = {"imageId": AMI, "standbyImageId": "ami-0123456789abcdef1"}
    given = {"ecommerce": {"web": images}, "media": {"streaming": images}}
    found = parse_settings({**GOOD, **STANDBY, **given})
    for servers in (found.ecommerce.web.images, found.media.streaming.images):
        assert (servers.of("primary"), servers.of("standby")) == (AMI, "ami-0123456789abcdef1")
