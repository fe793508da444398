"""What the engine is told: enforcement, presets, configuration, exemptions, broken rules."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ha_policy
import jsonschema
import pytest
from ha_policy import catalogue
from ha_policy.config import DEFAULT_PRESET, load, preset_of, schema
from ha_policy.evaluate import Verdict, evaluate
from ha_policy.graph.node import Node
from ha_policy.pack import policies
from ha_policy.rule import CORE, PRODUCTION, RULES, Check, Level, Rule, Severity, rule
from ha_policy.testing import UNKNOWN, Stack

from tests.policy.proof.states import network
from tests.support.some import some

MANDATORY, ADVISORY = 1, 0
POLICIES = policies()
ROOT = Path(ha_policy.__file__).parents[2]


def single_zone(**tags: Any) -> Stack:
    stack = Stack()
    a = stack.add("ec2/subnet", "a", availabilityZone="us-west-2a")
    stack.add("lb/loadBalancer", "web", subnets=[a], enableDeletionProtection=True, enableZonalShift=True,
              internal=True, tags=tags)  # fmt: skip
    return stack


def said(stack: Stack, config: dict[str, Any] | None = None, text: str = "") -> list[Any]:
    given = None if config is None else {"ha": config}
    return [d for d in stack.analyze(POLICIES, given) if text in d.message]


def test_a_finding_is_one_line_and_one_line_for_the_cure() -> None:
    (found,) = said(single_zone(), text="[lb-distinct-az]")
    assert found.enforcementLevel == MANDATORY
    assert found.urn.endswith("::web")
    assert found.message.splitlines()[1:] == [
        (
            "[lb-distinct-az] lb/loadBalancer web: its subnets are in us-west-2a; "
            "at least 2 distinct Availability Zones are needed"
        ),
        f"  fix: {RULES['lb-distinct-az'].fix} (resilience explain lb-distinct-az)",
    ]


def test_cannot_tell_names_the_missing_value_and_has_its_own_level() -> None:
    stack = Stack()
    stack.add("lb/loadBalancer", "web", subnets=UNKNOWN, enableDeletionProtection=True, enableZonalShift=True)
    for config, level in (
        ({}, ADVISORY),
        ({"cannotTell": "mandatory"}, MANDATORY),
        ({"preset": "regulated"}, MANDATORY),
    ):
        (found,) = said(stack, config, "[lb-distinct-az]")
        assert found.enforcementLevel == level
        assert "cannot tell" in found.message
        assert "subnets of lb/loadBalancer web" in found.message
    assert not said(stack, {"cannotTell": "disabled"}, "[lb-distinct-az]")


def test_levels_and_parameters_come_from_the_configuration() -> None:
    for chosen, level in (("advisory", ADVISORY), ({"enforcement": "advisory"}, ADVISORY), ("mandatory", MANDATORY)):
        (found,) = said(single_zone(), {"rules": {"lb-distinct-az": chosen}}, "[lb-distinct-az]")
        assert found.enforcementLevel == level
    assert not said(single_zone(), {"rules": {"lb-distinct-az": "disabled"}}, "[lb-distinct-az]")
    stack = Stack()
    both = [stack.add("ec2/subnet", z, availabilityZone=f"us-west-2{z}") for z in ("a", "b")]
    stack.add("lb/loadBalancer", "web", subnets=both)
    assert not said(stack, {}, "[lb-distinct-az]")
    assert said(stack, {"rules": {"lb-distinct-az": {"minZones": 3}}}, "at least 3 distinct")


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"preset": "strict"}, "preset='strict': must be one of baseline, production, regulated"),
        ({"Preset": "baseline"}, "Preset: no such setting"),
        ({"rules": {"lb-distict-az": "advisory"}}, "rules.lb-distict-az: no such rule"),
        ({"rules": {"lb-distinct-az": "loud"}}, "must be one of mandatory, advisory, disabled"),
        ({"rules": {"lb-distinct-az": {"minZones": 1}}}, "rules.lb-distinct-az.minZones=1"),
        ({"rules": {"lb-distinct-az": {"zones": 2}}}, "no such parameter; valid parameters: enforcement, minZones"),
        ({"rules": {"lambda-dlq": {"all": "yes"}}}, "must be true or false"),
        ({"rules": 7}, "must be an object"),
        ({"exemptions": {}}, "must be a list"),
        ({"exemptions": [{"rule": "lb-distinct-az", "resource": "x"}]}, "exemptions[0].reason: missing"),
        ({"exemptions": [{"rule": "no", "resource": "x", "reason": "y"}]}, "no such rule"),
        ({"exemptions": [{"rule": "nat-count", "resource": "x", "reason": "y", "until": "soon"}]}, "must be a date"),
    ],
)
def test_a_mistake_in_the_configuration_is_one_sentence_and_stops_the_preview(config: Any, problem: str) -> None:
    assert any(problem in p for p in load(config).problems), load(config).problems
    assert [d for d in said(Stack(), config, "configuration: ") if d.enforcementLevel == MANDATORY]


def test_settings_for_the_advice_are_reported_and_not_lost() -> None:
    (found,) = [d for d in Stack().analyze(POLICIES, {"ha-advice": {"preset": "regulated"}}) if "setting" in d.message]
    assert "ha-advice.preset: no such setting; put it under ha: ha.preset" in found.message


def test_the_schema_accepts_what_is_right_and_refuses_what_is_wrong() -> None:
    whole = {"type": "object", "properties": schema(), "additionalProperties": False}
    jsonschema.Draft7Validator.check_schema(whole)
    right = {
        "preset": "regulated", "rules": {"db-backup-retention": {"minDays": 35}, "nat-count": "advisory"},
        "exemptions": [{"rule": "nat-count", "resource": "*", "reason": "r", "until": "2027-01-01"}],
        "zones": {"subnet-1": "us-west-2a"},
    }  # fmt: skip
    jsonschema.validate(right, whole)
    assert not load(right).problems
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"rules": {"db-backup-retention": {"minDays": "35"}}}, whole)


def test_presets_get_stricter() -> None:
    order = [Level.DISABLED, Level.ADVISORY, Level.MANDATORY]
    for each in RULES.values():
        ranks = [order.index(each.levels[p]) for p in ("baseline", "production", "regulated")]
        assert ranks == sorted(ranks), each.id
    names = ("dev", "shop-dev", "prod", "")
    assert [preset_of(n) for n in names] == ["baseline", "baseline", "production", "production"]


@pytest.mark.parametrize("each", RULES.values(), ids=lambda r: r.id)
def test_level_and_severity_agree(each: Rule) -> None:
    """What is low stops nothing, what is medium stops regulated stacks only; the rest loses availability or data."""
    stops = [preset for preset, level in each.levels.items() if level is Level.MANDATORY]
    if each.severity is Severity.LOW:
        assert stops == []
    elif each.severity is Severity.MEDIUM:
        assert stops in ([], ["regulated"])
    else:
        assert "production" in stops or each.id == "data-retained"  # which sums up what other rules find


def test_a_stack_that_asks_for_nothing_gets_the_default_that_the_catalogue_names() -> None:
    assert load().preset == load(stack="shop").preset == DEFAULT_PRESET == "production"
    assert f"gets `{DEFAULT_PRESET}`" in catalogue.page()


def test_findings_of_one_rule_are_one_diagnostic_and_what_is_alike_one_line() -> None:
    stack = Stack()
    for index in range(8):
        stack.add("dynamodb/table", f"t{index}", billingMode="PAY_PER_REQUEST")
    stack.add("dynamodb/table", "known", billingMode="PAY_PER_REQUEST", pointInTimeRecovery={"enabled": UNKNOWN})
    found = said(stack, text="[ddb-pitr]")
    violation, unknown = sorted(found, key=lambda d: -d.enforcementLevel)
    assert violation.urn == ""
    assert unknown.urn.endswith("::known")
    assert violation.message.splitlines()[1:] == [
        "[ddb-pitr] dynamodb/table t0, t1, t2, t3, t4 and 3 more: pointInTimeRecovery is off",
        "  fix: set pointInTimeRecovery.enabled (resilience explain ddb-pitr)",
    ]
    assert "cannot tell: pointInTimeRecovery.enabled of dynamodb/table known" in unknown.message


def test_many_different_findings_of_a_rule_are_cut_short_and_counted() -> None:
    stack = Stack()
    for index in range(13):
        stack.add("kinesis/stream", f"s{index}", retentionPeriod=24 + index)
    (found,) = said(stack, {"rules": {"kinesis-retention": {"minHours": 48}}}, "[kinesis-retention]")
    lines = [line for line in found.message.splitlines() if line.startswith("[kinesis-retention]")]
    assert len(lines) == 11
    assert lines[-1] == "[kinesis-retention] and 3 more: s10, s11, s12"


def test_no_finding_says_another_severity_than_the_cli() -> None:
    for found in some(said(single_zone())):
        assert found.severity == 0  # unspecified: the CLI prints none
        assert not any(f"({s})" in found.message for s in Severity)


@pytest.mark.parametrize(
    ("tags", "config", "level"),
    [
        ([], {}, MANDATORY),
        (["baseline"], {}, ADVISORY),
        (["baseline", "production"], {}, MANDATORY),
        (["baseline"], {"preset": "production"}, MANDATORY),
        (["production"], {"preset": "baseline"}, ADVISORY),
    ],
)
def test_a_stack_asks_for_its_preset_by_tag_the_strictest_counts_and_the_configuration_goes_first(
    tags: list[str], config: dict[str, Any], level: int
) -> None:
    assert RULES["user-pool-protected"].levels == dict(
        zip(("baseline", "production", "regulated"), PRODUCTION, strict=True)
    )
    stack = Stack()
    stack.add("cognito/userPool", "users")
    for number, value in enumerate(tags):
        stack.add("ec2/vpc", f"vpc-{number}", tags={"ha:preset": value})
    (found,) = said(stack, config, "[user-pool-protected]")
    assert found.enforcementLevel == level


@pytest.mark.parametrize("value", ["strict", UNKNOWN])
def test_an_unknown_preset_tag_is_an_error(value: Any) -> None:
    stack = Stack()
    stack.add("ec2/vpc", "vpc", tags={"ha:preset": value})
    (found,) = said(stack, {}, "configuration: preset=")
    assert found.enforcementLevel == MANDATORY


# --- exemptions ------------------------------------------------------------------------------------------------------


def test_an_exemption_by_tag_is_listed_with_its_reason() -> None:
    stack = single_zone(**{"ha:exempt:lb-distinct-az": "one zone by design until=2999-12-31"})
    (found,) = said(stack, text="[lb-distinct-az]")
    assert found.enforcementLevel == ADVISORY
    assert "exempt until 2999-12-31" in found.message
    assert "one zone by design" in found.message


@pytest.mark.parametrize("value", ["old until=2020-01-01", "old; until=2020-01-01"])
def test_an_exemption_that_has_ended_is_a_violation(value: str) -> None:
    (found,) = said(single_zone(**{"ha:exempt:lb-distinct-az": value}), text="[lb-distinct-az]")
    assert found.enforcementLevel == MANDATORY
    assert "ended on 2020-01-01" in found.message


def test_the_last_day_of_an_exemption_still_counts() -> None:
    stack = single_zone(**{"ha:exempt:lb-distinct-az": "why until=2026-06-30"})
    for day, verdict in ((30, Verdict.EXEMPT), (31, Verdict.EXPIRED)):
        today = datetime.date(2026, 6, 30) + datetime.timedelta(days=day - 30)
        report = evaluate(stack.graph(), load(), today=today)
        assert [f.verdict for f in report.findings if f.rule.id == "lb-distinct-az"] == [verdict]


def test_an_exemption_by_configuration_matches_names_patterns_and_urns() -> None:
    urn = "urn:pulumi:prod::kit::aws:lb/loadBalancer:LoadBalancer::web"
    for resource in ("web", "w*", urn):
        entry = {"rule": "lb-distinct-az", "resource": resource, "reason": "by design"}
        (found,) = said(single_zone(), {"exemptions": [entry]}, "[lb-distinct-az]")
        assert found.enforcementLevel == ADVISORY
    entry = {"rule": "lb-distinct-az", "resource": "other", "reason": "by design"}
    assert said(single_zone(), {"exemptions": [entry]}, "[lb-distinct-az]")[0].enforcementLevel == MANDATORY


def test_an_exemption_that_covers_nothing_is_reported() -> None:
    assert said(single_zone(**{"ha:exempt:nat-count": "why"}), text="unused exemption")
    entry = {"rule": "lb-distinct-az", "resource": "other", "reason": "by design"}
    (found,) = said(Stack(), {"exemptions": [entry]}, "unused exemption")
    assert found.enforcementLevel == ADVISORY


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("ha:exempt:lb-distinct-az", "", "gives no reason"),
        ("ha:exempt:lb-distinct-az", "until=2999-01-01", "gives no reason"),
        ("ha:exempt:lb-distinct-az", "why until=next week", "not a date"),
        ("ha:exempt:lb-distinct-az", UNKNOWN, "not known"),
        ("ha:exempt:lb-distict-az", "why", "there is no rule lb-distict-az"),
    ],
)
def test_an_exemption_that_is_not_well_formed_is_not_honoured(key: str, value: Any, problem: str) -> None:
    stack = single_zone(**{key: value})
    assert said(stack, text="[lb-distinct-az]")[0].enforcementLevel == MANDATORY
    (found,) = [d for d in said(stack, text="invalid exemption") if problem in d.message]
    assert found.enforcementLevel == MANDATORY


def test_the_tags_of_an_auto_scaling_group_exempt_it_too() -> None:
    stack = Stack()
    tags = [{"key": "ha:exempt:asg-multi-az", "value": "batch", "propagateAtLaunch": False}]
    stack.add("autoscaling/group", "batch", availabilityZones=["us-west-2a"], tags=tags)
    (found,) = said(stack, text="[asg-multi-az]")
    assert "exempt" in found.message


# --- broken rules ----------------------------------------------------------------------------------------------------


@pytest.fixture
def _broken_rule() -> Iterator[None]:
    @rule("broken", "breaks", "lb/loadBalancer", severity=Severity.LOW, levels=CORE, reason="r", fix="f")
    def broken(node: Node, check: Check) -> Iterator[str]:
        yield str(1 / 0)

    yield
    del RULES["broken"]


@pytest.mark.usefixtures("_broken_rule")
def test_a_rule_that_crashes_is_reported_and_silences_nothing() -> None:
    (found,) = said(single_zone(), text="[broken]")
    assert found.enforcementLevel == MANDATORY
    assert "the rule failed" in found.message
    assert "ZeroDivisionError" in found.message
    assert said(single_zone(), text="[lb-distinct-az]")


def test_violations_found_before_an_unknown_value_are_kept() -> None:
    stack = Stack()
    stack.add("elasticache/replicationGroup", "cache", numCacheClusters=1, subnetGroupName=UNKNOWN)
    verdict, notes = stack.verdicts("cache-topology")["cache"]
    assert (verdict, notes) == (Verdict.VIOLATION, ("it has no replica",))


def test_a_disabled_gate_says_so_and_a_following_run_starts_anew() -> None:
    stack = single_zone()
    assert stack.analyze(POLICIES, {"ha": {"enforcementLevel": "disabled"}}) == []
    first, second = (len(stack.analyze(POLICIES)) for _ in range(2))
    assert first == second > 0


def test_few_policies_carry_all_rules() -> None:
    assert [p.name for p in policies()] == ["ha", "ha-advice"]


def test_every_rule_says_why_and_what_to_do() -> None:
    for each in RULES.values():
        assert each.reason and each.fix and each.title, each.id  # noqa: PT018
        assert not each.title.endswith("."), each.id
    assert PRODUCTION[1] is Level.MANDATORY


def test_the_catalogue_is_current() -> None:
    page = (ROOT / "docs" / "rules.md").read_text()
    assert page == catalogue.page(), "run: PYTHONPATH=policy python -m ha_policy.catalogue > docs/rules.md"


def test_the_pack_does_not_import_pulumi_aws_nor_anything_of_ours() -> None:
    import subprocess
    import sys

    code = "import sys; sys.path.insert(0, 'policy'); import ha_policy.pack; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not {m for m in loaded if m.split(".")[0] in ("pulumi_aws", "pulumi_awsx", "components", "offline")}


def test_example_configuration_of_the_catalogue_is_valid() -> None:
    text = catalogue.page().split("```json")[1].split("```")[0]
    assert not load(json.loads(text)["ha"]).problems


def test_the_state_of_another_stack_tells_the_zones_of_its_subnets(tmp_path: Path) -> None:
    stack = Stack(deployed=True)
    stack.add("ecs/service", "web", desiredCount=4, networkConfiguration={"subnets": ["subnet-0-id", "subnet-1-id"]})
    file = tmp_path / "network.json"
    file.write_text(json.dumps(network("us-west-2a", "us-west-2a").document))
    alone = said(stack, {}, "[ecs-multi-az]")
    with_it = said(stack, {"with": [str(file)]}, "[ecs-multi-az]")
    assert ["cannot tell" in d.message for d in (*alone, *with_it)] == [True, False]
    assert "ecs/service kit/web: " in with_it[0].message
    missing = said(stack, {"with": ["none.json"]}, "configuration: with: none.json: there is no such file")
    assert [d.enforcementLevel for d in missing] == [MANDATORY]
    file.write_text("{}")
    assert said(stack, {"with": [str(file)]}, "configuration: with: " + str(file) + ": it is an empty object")
