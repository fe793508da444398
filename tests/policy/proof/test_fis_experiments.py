"""Simulation and game days keep in step: each simulated failure names its experiment, or says why there is none."""

from ha_policy.proof.estimate.assumptions import load
from ha_policy.proof.proof import Proof
from ha_policy.proof.simulation.fis_experiments import KINDS, REGION, ZONE, Experiment, experiment

from components.tiers.gameday.fis import PARTS, GameDayArgs
from tests.policy.proof.test_simulation import world
from tests.support.some import some

ZONES = ("us-west-2a", "us-west-2b")
TEMPLATES = GameDayArgs(
    zones=ZONES, parts=PARTS, target_tags={"Stack": "dev"}, stop_alarm_arn="alarm", kms_key_arn="key", tags={},
    other_region="us-east-1",
).experiments()  # fmt: skip


def names() -> set[str]:
    """The templates' names without their zones."""
    return {next((n.removesuffix(f"-{z}") for z in ZONES if n.endswith(f"-{z}")), n) for n in TEMPLATES}


def actions(template: str) -> set[str]:
    found = [e for n, e in TEMPLATES.items() if n == template or n == f"{template}-{ZONES[0]}"]
    return {a.id for e in found for a in e.actions.values()} - {"aws:fis:wait"}


def every() -> list[Experiment]:
    return [ZONE, REGION, *KINDS.values()]


def test_every_kind_of_component_names_its_experiment_or_the_reason_for_none() -> None:
    assert set(KINDS) == set(load().kinds) - {"zone", "region"}
    for tried in some(every()):
        assert bool(tried.template) == bool(tried.actions)
        assert tried.template or tried.note


def test_every_named_experiment_exists_with_these_actions() -> None:
    for tried in some(every()):
        if tried.template:
            assert actions(tried.template) == set(tried.actions), tried.template


def test_every_template_is_named_by_a_failure() -> None:
    assert {e.template for e in every() if e.template} == names()


def test_every_failure_of_a_stack_finds_its_experiment() -> None:
    proof = Proof(world().graph)
    kinds = {leaf.key: leaf.kind for leaf in proof.components}
    for failure in some(proof.single_failures):
        tried = experiment(failure, kinds.get(next(iter(failure.components), ""), "service"))
        assert tried.template or tried.note, failure.name
