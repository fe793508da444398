"""The guard: which updates it refuses before anything of AWS, in which words, and what it lets pass."""

from typing import Any

import pulumi
import pytest

from components.architectures.transition_guard import recorded_settings, refused_transition, transition_warning
from components.settings.model import parse_settings
from tests.support.remote import Callbacks
from tests.unit.architectures.ecommerce import DOMAIN, STANDBY, ZONES, run, small

PROTECTED = {"profile": "production", "protectData": True}
RUNS: dict[str, Any] = {
    "scenario": "ecommerce", "profile": "production", "protectData": True, "region": "us-west-2", "standbyRegion": "",
    "domain": "", "routing": "failover", "authorization": "", "cacheEngine": "valkey",
}  # fmt: skip
"""What the settings say unless a case changes it."""

SWITCH = "this stack runs media and protects its data, which switching would delete; nothing in AWS changed"
SHRINK = "profile=dev: this stack protects its data, and the profile deletes what only production has"
MOVE = "region=us-west-2: this stack protects its data, and its data in eu-west-1 would be deleted"
DROP = "standbyRegion=none: this stack protects its data, and its data in us-east-1 would be deleted"


def test_every_resource_waits_for_the_guard() -> None:
    graph = small()
    [provider] = graph.of("pulumi:providers:aws")
    assert [n.name for n in graph.referred(provider, "region")] == ["scenario"]
    guard = graph.one("pulumi:index:Stash", "scenario")
    assert guard.inputs["input"] == {
        **RUNS, "profile": "dev", "protectData": False, "routing": "latency",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({**DOMAIN, **STANDBY}, {"domain": "shop.example.com", "standbyRegion": "us-east-1", "routing": "latency"}),
        ({"ecommerce": {"backOffice": {"enabled": True}}}, {"routing": "failover"}),
        ({"scenario": "financial"}, {"routing": "failover", "authorization": "iam"}),
        ({"scenario": "financial", "financial": {"api": {"routing": "latency"}}}, {"routing": "latency"}),
        ({"scenario": "media"}, {"routing": "", "cacheEngine": "valkey"}),
        ({"scenario": "financial"}, {"cacheEngine": ""}),
        ({"ecommerce": {"cache": {"engine": "redis"}}}, {"cacheEngine": "redis"}),
        ({"profile": "production", "protectData": False}, {"profile": "production", "protectData": False}),
    ],
)
def test_the_recorded_settings_are_those_that_decide_about_a_transition(
    more: dict[str, Any], expected: dict[str, Any]
) -> None:
    given = {"scenario": "ecommerce", "region": "us-west-2", "availabilityZones": ZONES, **more}
    found = recorded_settings(parse_settings(given))
    assert found.keys() == RUNS.keys()
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ({"scenario": "media", **PROTECTED}, {}, SWITCH),
        ({"scenario": "media", **PROTECTED}, {"profile": "dev"}, SWITCH),
        ({"scenario": "media", **PROTECTED}, {"protectData": False}, SWITCH),
        ({"scenario": "media", "profile": "dev", "protectData": True}, {}, SWITCH),
        ({"scenario": "media", "profile": "production"}, {}, SWITCH),  # a record of before there was protectData
        ({"scenario": "media", "profile": "production", "protectData": False}, {}, None),
        ({"scenario": "media", "profile": "dev", "protectData": False}, {}, None),
        ({"scenario": "media", "profile": "dev"}, {}, None),
        ({"scenario": "ecommerce", **PROTECTED}, {"profile": "dev"}, SHRINK),
        ({"scenario": "ecommerce", "profile": "production"}, {"profile": "dev"}, SHRINK),
        ({"scenario": "ecommerce", **PROTECTED}, {"protectData": False}, None),
        ({"scenario": "ecommerce", "profile": "production", "protectData": False}, {"profile": "dev"}, None),
        ({"scenario": "ecommerce", "profile": "dev", "protectData": True}, {"profile": "production"}, None),
        ({**RUNS, "region": "eu-west-1"}, {}, MOVE),
        ({**RUNS, "region": "eu-west-1"}, {"protectData": False}, MOVE),
        ({**RUNS, "standbyRegion": "us-east-1"}, {}, DROP),
        ({**RUNS, "standbyRegion": "us-east-1"}, {"standbyRegion": "us-east-2"}, DROP.replace("none", "us-east-2")),
        ({**RUNS, "standbyRegion": "us-east-1", "protectData": False}, {}, None),
        (RUNS, {"standbyRegion": "us-east-1"}, None),
        (RUNS, RUNS, None),
        ({}, {}, None),
    ],
)
def test_protected_data_is_neither_switched_nor_shrunk_nor_moved(
    was: dict[str, Any], now: dict[str, Any], sentence: str | None
) -> None:
    said = refused_transition(was, {**RUNS, **now})
    assert said is None if sentence is None else said is not None and sentence in said


OPEN = {**RUNS, "profile": "dev", "protectData": False, "domain": "shop.example.com"}
"""A dev stack with a domain."""
PAIR = {**OPEN, "standbyRegion": "us-east-1"}
TWICE = (
    "scenario=media: this stack runs ecommerce as shop.example.com, and media is created before ecommerce is deleted"
)
MOVES = (
    "region=eu-west-1: shop.example.com leads to this stack in us-west-2, which is deleted after the new Region's "
    "resources are created"
)
SECOND = "standbyRegion=us-east-2: names of shop.example.com fail over to us-east-1 until it is deleted"


@pytest.mark.parametrize(
    ("was", "change", "sentence"),
    [
        (OPEN, {"scenario": "media"}, TWICE),
        (PAIR, {"scenario": "media", "standbyRegion": ""}, TWICE),
        ({**OPEN, "profile": "production"}, {"scenario": "media"}, TWICE),  # its protection is lifted
        (OPEN, {"scenario": "media", "domain": ""}, None),
        (OPEN, {"scenario": "media", "domain": "video.example.com"}, None),
        ({**OPEN, "domain": ""}, {"scenario": "media", "domain": "shop.example.com"}, None),
        ({k: v for k, v in OPEN.items() if k != "domain"}, {"scenario": "media", "domain": "shop.example.com"}, None),
        (OPEN, {"region": "eu-west-1"}, MOVES),
        ({**OPEN, "domain": ""}, {"region": "eu-west-1"}, None),
        ({k: v for k, v in OPEN.items() if k != "region"}, {"region": "eu-west-1"}, None),
        (PAIR, {"standbyRegion": "us-east-2"}, SECOND),
        ({**PAIR, "routing": "latency"}, {"standbyRegion": "us-east-2"}, None),
        ({**PAIR, "routing": "latency"}, {"standbyRegion": "us-east-2", "routing": "failover"}, None),
        ({**PAIR, "domain": ""}, {"standbyRegion": "us-east-2"}, None),
        ({k: v for k, v in PAIR.items() if k != "standbyRegion"}, {"standbyRegion": "us-east-2"}, None),
        (PAIR, {"standbyRegion": ""}, None),
        (OPEN, {"standbyRegion": "us-east-1"}, None),
        (OPEN, {"domain": ""}, None),
        (OPEN, {"domain": "video.example.com"}, None),
    ],
)
def test_a_transition_that_needs_a_name_before_it_is_free_is_refused(
    was: dict[str, Any], change: dict[str, Any], sentence: str | None
) -> None:
    said = refused_transition(was, {**was, **change})
    if sentence is None:
        assert said is None
    else:
        assert said is not None
        assert sentence in said
        assert "nothing in AWS changed. R" in said, "and what to do: run, or remove"


BANK = {**PAIR, "scenario": "financial"}


@pytest.mark.parametrize(
    ("was", "change", "said"),
    [
        (BANK, {"routing": "latency"}, True),
        ({**BANK, **PROTECTED}, {"routing": "latency"}, True),
        (BANK, {}, False),
        (PAIR, {"routing": "latency"}, False),  # the shop: its back office went
        (BANK, {"routing": "latency", "standbyRegion": ""}, False),
        ({**BANK, "standbyRegion": ""}, {"routing": "latency", "standbyRegion": "us-east-1"}, False),
        ({**BANK, "domain": ""}, {"routing": "latency", "domain": "pay.example.com"}, False),
        ({k: v for k, v in BANK.items() if k != "routing"}, {"routing": "latency"}, False),
    ],
)
def test_changed_routing_of_both_regions_warns_what_must_be_done_first(
    was: dict[str, Any], change: dict[str, Any], said: bool
) -> None:
    now = {**was, **change}
    assert refused_transition(was, now) is None
    advice = transition_warning(was, now)
    assert (advice is not None) == said
    if advice:
        assert advice.startswith("financial.api.routing=latency: Route 53 accepts the new routing of both Regions'")


@pytest.mark.parametrize(
    ("before", "after", "domain", "refused"),
    [
        ("iam", "mutual-tls", "pay.example.com", True),
        ("jwt", "mutual-tls", "pay.example.com", True),
        ("iam", "mutual-tls", "", False),  # nothing leads to the API but its execute-api endpoint, which goes with it
        ("mutual-tls", "mutual-tls", "pay.example.com", False),
        ("mutual-tls", "iam", "pay.example.com", False),
        ("iam", "jwt", "pay.example.com", False),
        (None, "mutual-tls", "pay.example.com", False),  # a record of before there was authorization
    ],
)
def test_payments_api_asks_for_client_certificates_before_it_stops_checking_requests(
    before: str | None, after: str, domain: str, refused: bool
) -> None:
    was = {**BANK, "domain": domain, "authorization": before}
    said = refused_transition(was, {**was, "domain": "pay.example.com", "authorization": after})
    assert (said is not None) == refused
    if said:
        assert said.startswith("financial.api.authorization=mutual-tls: ")
        assert "nothing in AWS changed. Remove domain" in said


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        ({"cacheEngine": "valkey"}, {"cacheEngine": "redis"}, True),
        ({"cacheEngine": "redis"}, {"cacheEngine": "valkey"}, False),
        ({"cacheEngine": "redis"}, {"cacheEngine": "redis"}, False),
        ({}, {"cacheEngine": "redis"}, False),  # a record of before there was cacheEngine
        ({"scenario": "media", "cacheEngine": "valkey"}, {"cacheEngine": "redis"}, False),  # another cache
        ({"cacheEngine": "valkey"}, {"scenario": "financial", "cacheEngine": ""}, False),
    ],
)
def test_a_valkey_cache_does_not_become_redis(before: dict[str, Any], after: dict[str, Any], refused: bool) -> None:
    unprotected = {k: v for k, v in RUNS.items() if k != "cacheEngine"} | {"profile": "dev", "protectData": False}
    said = refused_transition(unprotected | before, unprotected | after)
    assert (said is not None) == refused
    if said:
        assert said.startswith("ecommerce.cache.engine=redis: ElastiCache does not change Valkey to another engine")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> pulumi.ResourceHook:
    """The guard's hook, of a dev stack of the shop."""
    hooks: list[pulumi.ResourceHook] = []
    monkeypatch.setattr(Callbacks, "register_resource_hook", lambda _self, hook: hooks.append(hook))
    run()
    [made] = hooks
    return made


def change_from(was: dict[str, Any]) -> pulumi.ResourceHookArgs:
    return pulumi.ResourceHookArgs(
        urn="urn:pulumi:dev::ha-aws::pulumi:index:Stash::scenario", id="1", name="scenario", type="pulumi:index:Stash",
        new_inputs={}, old_inputs={"input": was}, old_outputs={"output": was},
    )  # fmt: skip


def test_the_guard_runs_in_previews_too_and_before_any_aws_resource(hook: pulumi.ResourceHook) -> None:
    assert hook.opts is not None
    assert hook.opts.on_dry_run
    with pytest.raises(pulumi.RunError, match="set protectData to false"):
        hook(change_from({"scenario": "media", **PROTECTED}))
    assert hook(change_from({"scenario": "media", "profile": "dev"})) is None


def test_the_guard_prints_its_warning_and_continues(hook: pulumi.ResourceHook, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    monkeypatch.setattr(
        "components.architectures.transition_guard.transition_warning", lambda _was, _now: "first by hand"
    )
    assert hook(change_from({"scenario": "ecommerce", "profile": "dev"})) is None
    assert said == ["first by hand"]
