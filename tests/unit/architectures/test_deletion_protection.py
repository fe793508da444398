"""Lifting the protection of a production stack: it changes what forbids deletion, and nothing else."""

import re
from functools import cache
from typing import Any

import pulumi
import pytest
from ha_policy.rule import Level

from components.architectures.deletion_protection import GUARD, HOW_TO_UNPROTECT, RETAINED_TYPES, refuse_deletion
from components.settings.model import parse_settings
from tests.support.findings import judged
from tests.support.graph import Graph, Node, deploy
from tests.support.remote import Callbacks
from tests.support.some import some
from tests.unit.architectures import ecommerce, financial, media

STASH = "pulumi:index:Stash"
FORBIDS = re.compile(r"(delet|terminat)\w*protect|disableApi|^protectionEnabled", re.IGNORECASE)
"""Names of the inputs by which AWS is told to refuse a deletion."""
SNAPSHOT = {"aws:rds/instance:Instance", "aws:rds/cluster:Cluster"}
"""What is asked for a final snapshot, or told to take none."""

STACKS: dict[str, Any] = {
    "ecommerce": (ecommerce, {**ecommerce.STANDBY, **ecommerce.DOMAIN, "ecommerce": {
        "connectivity": {"sharedVpc": ecommerce.ATTACHED, "onPremises": ecommerce.SITES}}}),
    "kubernetes": (ecommerce, {"ecommerce": {
        "services": {"platform": "kubernetes", "adminArns": [ecommerce.ADMIN]}}}),
    "financial": (financial, {**financial.STANDBY, **financial.DOMAIN, "financial": {"witnessRegion": "us-east-2"}}),
    "media": (media, {"ipv6": True, **media.STANDBY, **media.DOMAIN, "media": media.KEYS}),
}  # fmt: skip
"""The production stacks that other tests ask for, too, so that they are recorded once."""
EVERY = [pytest.param(name, marks=[] if name == "ecommerce" else [pytest.mark.whole]) for name in STACKS]


@cache
def stack(name: str, **more: Any) -> Graph:
    """A production stack with settings besides its own."""
    module, own = STACKS[name]
    return module.recorded(profile="production", **own, **more)


def forbidding(value: Any, path: str = "") -> list[str]:
    """Where in an input something forbids deletion."""
    if isinstance(value, dict):
        found = [f"{path}.{k}" for k, v in value.items() if FORBIDS.search(k) and v not in (False, "INACTIVE")]
        return found + [p for k, v in value.items() for p in forbidding(v, f"{path}.{k}")]
    return [p for item in value for p in forbidding(item, path)] if isinstance(value, list) else []


def without_switches(value: Any) -> Any:
    """An input without what forbids deletion; code by its kind, since every run packs it anew."""
    if isinstance(value, pulumi.Asset | pulumi.Archive):
        return type(value)
    if isinstance(value, dict):
        return {k: without_switches(v) for k, v in value.items() if not FORBIDS.search(k)}
    return [without_switches(item) for item in value] if isinstance(value, list) else value


def by_name(graph: Graph) -> dict[tuple[str, str], Node]:
    return {(n.type, n.name): n for n in graph.nodes if n.type != STASH}


@pytest.mark.parametrize("name", EVERY)
def test_removing_protection_changes_only_deletion_protection(name: str) -> None:
    held, lifted = stack(name), stack(name, protectData=False)
    before, after = by_name(held), by_name(lifted)
    assert set(before) == set(after), "nothing is made, nothing goes"
    for key, node in before.items():
        if not key[0].startswith("pulumi:") and not key[0].startswith("ha:"):
            assert without_switches(node.inputs) == without_switches(after[key].inputs), key
    assert [n.name for n in held.nodes if n.protect]
    assert [path for n in held.nodes for path in forbidding(n.inputs)], "else nothing is tested below"
    assert [n.name for n in lifted.nodes if n.protect] == []
    assert [(n.name, path) for n in lifted.nodes for path in forbidding(n.inputs)] == []


@pytest.mark.parametrize("name", EVERY)
def test_without_protection_data_survives_deletion(name: str) -> None:
    held, lifted = stack(name), stack(name, protectData=False)
    assert [n.name for n in held.nodes if n.retain_on_delete] == []
    assert {n.urn for n in lifted.nodes if n.retain_on_delete} == {
        n.urn for n in lifted.nodes if n.type in RETAINED_TYPES
    }
    protected = {n.urn for n in held.nodes if n.protect}
    for node in some(n for n in lifted.nodes if n.urn in protected and not n.retain_on_delete):
        goes = node.urn
        if node.type in SNAPSHOT and "replicateSourceDb" not in node.inputs:
            assert node.inputs["skipFinalSnapshot"] is False, goes
        keeps_none = node.inputs.get("replicateSourceDb") or node.type.startswith(
            ("aws:eks/", "aws:globalaccelerator/", "aws:rds/globalCluster:")
        )
        if node.type == "aws:directconnect/connection:Connection":
            assert node.inputs["skipDestroy"] is True, goes
        elif not keeps_none:
            assert node.inputs["finalSnapshotIdentifier"], goes


@pytest.mark.parametrize("name", ["ecommerce", pytest.param("media", marks=pytest.mark.exhaustive)])
def test_without_keep_data_everything_is_deleted(name: str) -> None:
    graph = stack(name, protectData=False, keepData=False)
    assert set(by_name(graph)) == set(by_name(stack(name))), "the topology stays production's"
    assert [n.name for n in graph.nodes if n.protect or n.retain_on_delete or forbidding(n.inputs)] == []
    for kind in ("aws:s3/bucket:Bucket", "aws:backup/vault:Vault"):
        assert {n.inputs["forceDestroy"] for n in graph.of(kind)} == {True}
    assert {n.inputs["skipFinalSnapshot"] for kind in SNAPSHOT for n in graph.of(kind)} == {True}
    assert {n.inputs["recoveryWindowInDays"] for n in graph.of("aws:secretsmanager/secret:Secret")} == {7}


def test_the_policy_pack_objects_to_production_without_protection() -> None:
    def mandatory(graph: Graph) -> set[str]:
        return {r.rule.id for r in judged(graph, "regulated").findings if r.level is Level.MANDATORY}

    assert mandatory(stack("ecommerce")) == set()
    assert mandatory(stack("ecommerce", protectData=False)) >= {
        "stateful-protected", "db-deletion-protection", "ddb-deletion-protection", "lb-deletion-protection",
    }  # fmt: skip


def test_dev_refuses_no_deletion_unless_its_data_is_protected() -> None:
    assert [n.name for n in ecommerce.small().of(STASH)] == ["scenario"]
    kept = ecommerce.recorded(profile="dev", protectData=True)
    assert [n.name for n in kept.of(STASH)] == [GUARD, "scenario"]
    assert {n.protect for n in kept.of("aws:dynamodb/table:Table")} == {True}
    assert {n.inputs["skipFinalSnapshot"] for n in kept.of("aws:rds/instance:Instance")} == {False}


def guarded(**changes: Any) -> Graph:
    """The guard of a stack with these settings, around no resources."""
    settings = parse_settings(ecommerce.settings(changes))
    return deploy(lambda: refuse_deletion(settings, pulumi.ComponentResource("test:t:T", "t"), []))


def test_deletion_is_refused_until_protection_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    hooks: list[pulumi.ResourceHook] = []
    monkeypatch.setattr(Callbacks, "register_resource_hook", lambda _self, hook: hooks.append(hook))
    held = guarded(profile="dev", protectData=True).one(STASH, GUARD)
    [refuse] = hooks
    assert refuse.name == HOW_TO_UNPROTECT
    assert refuse.opts is not None
    assert refuse.opts.on_dry_run, "a preview refuses as well"
    assert held.inputs["input"] is True
    assert not held.depends_on, "the engine walks every path to every dependency of what fails"
    change = pulumi.ResourceHookArgs(urn=held.urn, id="1", name=GUARD, type=STASH, old_inputs=held.inputs)
    with pytest.raises(pulumi.RunError, match="protects its data: nothing was deleted"):
        refuse(change)
    hooks.clear()
    guarded(profile="dev", protectData=False, keepData=True)
    assert hooks == []


@pytest.mark.parametrize(("settings", "words"), [
    ({"profile": "production", "protectData": False}, "leave a final snapshot"),
    ({"profile": "production", "protectData": False, "keepData": False}, "its data and backups with it"),
    ({"profile": "dev"}, None),
])  # fmt: skip
def test_production_without_protection_prints_a_warning(
    settings: dict[str, Any], words: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *_a, **_k: said.append(text))
    guarded(**settings)
    assert len(said) == (0 if words is None else 1)
    assert all(words in text for text in said if words is not None)
