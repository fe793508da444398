import re
from typing import Any

import pytest

from components.alarms import Alarming
from components.tiers.edge.waf import ManagedRuleGroup, WebAcl, WebAclArgs
from tests.support.graph import ACCOUNT, Graph, deploy
from tests.support.some import some

KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"
REGIONAL_KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1"
ACL = "aws:wafv2/webAcl:WebAcl"
LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def firewall(*, stack: str = "dev", **changes: Any) -> Graph:
    given: dict[str, Any] = {
        "scope": "CLOUDFRONT",
        "kms_key_arn": REGIONAL_KEY if changes.get("scope") == "REGIONAL" else KEY,
        "tags": {"Project": "ha-aws"},
        "alarms": Alarming(topic_arns=["arn:topic"]),
        **changes,
    }
    return deploy(lambda: WebAcl("waf", WebAclArgs(**given)), stack=stack)


def test_all_of_a_distributions_firewall_is_in_the_edge_region() -> None:
    graph = firewall()
    assert {n.inputs.get("region") for n in graph.nodes if n.type.startswith("aws:")} == {"us-east-1"}
    assert graph.one(ACL).inputs["scope"] == "CLOUDFRONT"
    assert graph.one(ACL).inputs["defaultAction"] == {"allow": {}}
    assert graph.of("aws:wafv2/webAclAssociation:WebAclAssociation") == []


def test_the_rate_rule_comes_first_and_the_managed_groups_keep_their_own_actions() -> None:
    rules = firewall().one(ACL).inputs["rules"]
    assert [(r["priority"], r["name"]) for r in rules] == [
        (0, "rate"),
        (10, "AWSManagedRulesAmazonIpReputationList"),
        (20, "AWSManagedRulesKnownBadInputsRuleSet"),
        (30, "AWSManagedRulesCommonRuleSet"),
        (40, "AWSManagedRulesSQLiRuleSet"),
    ]
    rate, *managed = rules
    assert rate["statement"] == {
        "rateBasedStatement": {"limit": 2000, "evaluationWindowSec": 300, "aggregateKeyType": "IP"}
    }
    assert rate["action"] == {"block": {"customResponse": {"responseCode": 429}}}
    assert "overrideAction" not in rate, "a rule of our own has an action, a group an override"
    for rule in some(managed):
        assert rule["overrideAction"] == {"none": {}}
        assert "action" not in rule
        assert rule["statement"]["managedRuleGroupStatement"]["vendorName"] == "AWS"
    assert all(r["visibilityConfig"]["cloudwatchMetricsEnabled"] for r in rules)


def test_rules_that_hit_uploads_can_be_made_to_count() -> None:
    rules = firewall(count_only={ManagedRuleGroup.CORE: ["SizeRestrictions_BODY"]}).one(ACL).inputs["rules"]
    overrides = {
        r["name"]: r["statement"]["managedRuleGroupStatement"]["ruleActionOverrides"] for r in rules if r["priority"]
    }
    assert overrides.pop("AWSManagedRulesCommonRuleSet") == [
        {"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}
    ]
    assert list(overrides.values()) == [[], [], []]


def test_logs_carry_no_secrets_and_go_to_a_group_that_waf_takes() -> None:
    graph = firewall()
    group = graph.one("aws:cloudwatch/logGroup:LogGroup")
    assert group.inputs["name"] == "aws-waf-logs-dev-waf"
    assert group.inputs["kmsKeyId"] == KEY
    assert group.inputs["retentionInDays"] == 365
    logging = graph.one(LOGGING)
    assert [n.name for n in graph.referred(logging, "logDestinationConfigs")] == ["waf-log"]
    assert [n.name for n in graph.referred(logging, "resourceArn")] == ["waf-acl"]
    assert [f["singleHeader"]["name"] for f in logging.inputs["redactedFields"]] == [
        "authorization",
        "cookie",
        "x-api-key",
        "x-origin-secret",
    ]
    kept = logging.inputs["loggingFilter"]
    assert kept["defaultBehavior"] == "DROP"
    assert [c["actionCondition"]["action"] for c in kept["filters"][0]["conditions"]] == [
        "BLOCK",
        "COUNT",
        "EXCLUDED_AS_COUNT",
    ]
    assert "loggingFilter" not in firewall(log_all=True).one(LOGGING).inputs


def test_a_regional_firewall_stands_before_what_it_protects() -> None:
    graph = firewall(scope="REGIONAL", protects={"web": "arn:alb", "api": "arn:stage"}, behind_proxy=True)
    made = graph.of("aws:wafv2/webAclAssociation:WebAclAssociation")
    assert {n.name: n.inputs["resourceArn"] for n in made} == {"waf-for-web": "arn:alb", "waf-for-api": "arn:stage"}
    assert all([m.name for m in graph.referred(n, "webAclArn")] == ["waf-acl"] for n in made)
    assert not any("region" in n.inputs for n in graph.nodes)
    rate = graph.one(ACL).inputs["rules"][0]["statement"]["rateBasedStatement"]
    assert rate["aggregateKeyType"] == "FORWARDED_IP"
    assert rate["forwardedIpConfig"] == {"headerName": "X-Forwarded-For", "fallbackBehavior": "NO_MATCH"}


def test_spikes_of_blocked_requests_raise_alarms_on_the_dimensions_waf_sends() -> None:
    edge = {n.name: n.inputs for n in firewall().of(ALARM)}
    assert edge["waf-blocked"]["dimensions"] == {"WebACL": "dev-waf-acl", "Rule": "ALL"}
    assert edge["waf-limited"]["dimensions"] == {"WebACL": "dev-waf-acl", "Rule": "dev-waf-rate"}
    assert {a["threshold"] for a in edge.values()} == {1000}
    regional = firewall(scope="REGIONAL").one(ALARM, "waf-blocked").inputs
    assert regional["dimensions"] == {"WebACL": "dev-waf-acl", "Rule": "ALL", "Region": "us-west-2"}
    assert "region" not in regional
    acl = firewall().one(ACL).inputs
    assert acl["visibilityConfig"]["metricName"] == "dev-waf-acl"
    assert acl["rules"][0]["visibilityConfig"]["metricName"] == "dev-waf-rate"


@pytest.mark.parametrize("stack", ["team.web", "x" * 100])
def test_metrics_of_every_stack_have_names_that_waf_takes_and_are_apart(stack: str) -> None:
    acl = firewall(stack=stack).one(ACL).inputs
    metrics = [part["visibilityConfig"]["metricName"] for part in (acl, *acl["rules"])]
    assert [m for m in some(metrics) if not re.fullmatch(r"[0-9A-Za-z_-]{1,128}", m)] == []
    assert len(set(metrics)) == len(metrics)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"protects": {"web": "arn:alb"}}, "a distribution takes its web ACL by ARN"),
        ({"behind_proxy": True}, "behind_proxy=True"),
        ({"blocked_alarm": 0}, "blocked_alarm=0: must be at least 1"),
    ],
)
def test_contradictions_are_refused(changes: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"scope": "CLOUDFRONT", "kms_key_arn": KEY, "tags": {}, **changes}
    with pytest.raises(ValueError, match=re.escape(message)):
        WebAclArgs(**given)
