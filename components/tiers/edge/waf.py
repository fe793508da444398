"""AWS WAF web ACL: managed rules, a rate limit per client, logs without secrets, alarms on attacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.alarms import MINUTE, Alarm, Metric, metric_alarm, widget
from components.arns import region_of
from components.names import physical_name
from components.tags import named
from components.tiers.arguments import EncryptedTierArgs

EDGE_REGION = "us-east-1"
"""Region of web ACLs for CloudFront, with their logs, metrics and alarms."""

LOG_GROUP_PREFIX = "aws-waf-logs-"
"""Required prefix of a log group's name (WAF PutLoggingConfiguration)."""

LOG_GROUP_LIMIT = 512
"""Longest name of a log group, characters (CloudWatch Logs CreateLogGroup)."""

METRIC_LIMIT = 128
"""Longest name of a metric, in letters, digits, hyphens and underscores (WAF VisibilityConfig)."""

RATE_WINDOW = 300
"""Seconds over which the requests of a client are counted (WAF EvaluationWindowSec: 60, 120, 300 or 600)."""

TOO_MANY_REQUESTS = 429
"""HTTP status for requests that the rate rule blocks."""

SECRET_HEADERS = ("authorization", "cookie", "x-api-key", "x-origin-secret")
"""Headers that are redacted in the logs."""


class ManagedRuleGroup(StrEnum):
    """AWS managed rule groups, in the order of evaluation (1,125 of 5,000 capacity units in total)."""

    REPUTATION = "AWSManagedRulesAmazonIpReputationList"
    KNOWN_BAD_INPUTS = "AWSManagedRulesKnownBadInputsRuleSet"
    CORE = "AWSManagedRulesCommonRuleSet"
    SQL_INJECTION = "AWSManagedRulesSQLiRuleSet"


@dataclass(frozen=True, kw_only=True)
class WebAclArgs(EncryptedTierArgs):
    """Inputs of `WebAcl`.

    scope: CLOUDFRONT (created in us-east-1; the distribution gets its ARN) or REGIONAL. kms_key_arn: a key in the web
    ACL's Region, for its logs (``KeyUse.LOGS``). protects: label -> ARN of the load balancers and REST API stages that
    a REGIONAL web ACL protects. requests_per_client: in 5 minutes, 10-2,000,000,000. behind_proxy: identify clients by
    the first address in X-Forwarded-For, for a load balancer behind CloudFront; a client that reaches the load balancer
    directly can forge it. count_only: rules of the groups that only count, such as ``{ManagedRuleGroup.CORE:
    ["SizeRestrictions_BODY"]}`` for uploads. log_all: also log allowed requests. log_days: retention of logs, days (a
    value that CloudWatch Logs has). blocked_alarm: blocked requests in 5 minutes above which the alarm fires.

    Raises ValueError if these contradict each other.
    """

    scope: Literal["CLOUDFRONT", "REGIONAL"]
    protects: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    requests_per_client: int = 2000
    behind_proxy: bool = False
    count_only: Mapping[ManagedRuleGroup, Sequence[str]] = field(default_factory=dict[ManagedRuleGroup, Sequence[str]])
    log_all: bool = False
    log_days: int = 365
    blocked_alarm: int = 1000

    def __post_init__(self) -> None:
        if self.scope == "CLOUDFRONT" and self.protects:
            raise ValueError(f"protects={list(self.protects)}: a distribution takes its web ACL by ARN; give none")
        if self.scope == "CLOUDFRONT" and self.behind_proxy:
            raise ValueError("behind_proxy=True: CloudFront sees its clients itself; for REGIONAL only")
        if self.blocked_alarm < 1:
            raise ValueError(f"blocked_alarm={self.blocked_alarm}: must be at least 1")


class WebAcl(pulumi.ComponentResource):
    """A WAF v2 web ACL. Children: {name}-acl, -log, -logging, -for-{label}, -blocked, -limited."""

    web_acl_arn: pulumi.Output[str]

    def __init__(self, name: str, args: WebAclArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Firewall", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        region = EDGE_REGION if args.scope == "CLOUDFRONT" else None

        def metric_of(what: str) -> str:
            # Metrics are the account's and have no ARN among their dimensions, so their names contain the stack's.
            return physical_name(pulumi.get_stack(), name, what, limit=METRIC_LIMIT)

        rate, acl_metric = metric_of("rate"), metric_of("acl")
        acl = aws.wafv2.WebAcl(
            f"{name}-acl",
            scope=args.scope,
            default_action=aws.wafv2.WebAclDefaultActionArgs(allow=aws.wafv2.WebAclDefaultActionAllowArgs()),
            rules=[
                _rate_rule(rate, args),
                *(
                    _managed(metric_of(group.value), group, 10 * (i + 1), args)
                    for i, group in enumerate(ManagedRuleGroup)
                ),
            ],
            visibility_config=_visible(acl_metric),
            region=region,
            tags=named(args.tags, name),
            opts=child,
        )
        log = aws.cloudwatch.LogGroup(
            f"{name}-log",
            name=LOG_GROUP_PREFIX
            + physical_name(pulumi.get_stack(), name, limit=LOG_GROUP_LIMIT - len(LOG_GROUP_PREFIX)),
            kms_key_id=args.kms_key_arn,
            retention_in_days=args.log_days,
            region=region,
            tags=dict(args.tags),
            opts=child,
        )
        aws.wafv2.WebAclLoggingConfiguration(
            f"{name}-logging",
            resource_arn=acl.arn,
            log_destination_configs=[log.arn],
            redacted_fields=[
                aws.wafv2.WebAclLoggingConfigurationRedactedFieldArgs(
                    single_header=aws.wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs(name=header)
                )
                for header in SECRET_HEADERS
            ],
            logging_filter=None if args.log_all else _only_hits(),
            region=region,
            opts=child,
        )
        for label, arn in args.protects.items():
            aws.wafv2.WebAclAssociation(f"{name}-for-{label}", resource_arn=arn, web_acl_arn=acl.arn, opts=child)

        where: dict[str, pulumi.Input[str]] = {} if region else {"Region": region_of(acl.arn)}
        blocked, limited = (
            Metric(
                namespace="AWS/WAFV2",
                name="BlockedRequests",
                dimensions={"WebACL": acl_metric, "Rule": rule, **where},
                statistic="Sum",
                period=5 * MINUTE,
            )
            for rule in ("ALL", rate)
        )
        self.alarms = {
            what: metric_alarm(
                f"{name}-{what}",
                Alarm(
                    metric=metric,
                    threshold=args.blocked_alarm,
                    comparison="GreaterThanThreshold",
                    missing="notBreaching",  # WAF does not report zeros
                    description=f"{name}: {text}",
                    periods=1,
                ),
                args.alarms,
                child,
                region=region,
            )
            for what, metric, text in (
                ("blocked", blocked, "many requests are blocked, an attack or a rule that hits customers"),
                ("limited", limited, "clients go over the request limit"),
            )
        }
        self.web_acl_arn = acl.arn
        self.widgets = [widget(f"{name} blocked requests", region or region_of(acl.arn), [blocked, limited])]
        self.register_outputs({"webAclArn": self.web_acl_arn})


def _visible(metric: str) -> aws.wafv2.WebAclVisibilityConfigArgs:
    return aws.wafv2.WebAclVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name=metric, sampled_requests_enabled=True
    )


def _rule_visible(metric: str) -> aws.wafv2.WebAclRuleVisibilityConfigArgs:
    return aws.wafv2.WebAclRuleVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name=metric, sampled_requests_enabled=True
    )


def _rate_rule(metric: str, args: WebAclArgs) -> aws.wafv2.WebAclRuleArgs:
    """The first rule, so that a flood of requests does not use the capacity of the others."""
    forwarded = aws.wafv2.WebAclRuleStatementRateBasedStatementForwardedIpConfigArgs(
        header_name="X-Forwarded-For", fallback_behavior="NO_MATCH"
    )
    return aws.wafv2.WebAclRuleArgs(
        name="rate",
        priority=0,
        action=aws.wafv2.WebAclRuleActionArgs(
            block=aws.wafv2.WebAclRuleActionBlockArgs(
                custom_response=aws.wafv2.WebAclRuleActionBlockCustomResponseArgs(response_code=TOO_MANY_REQUESTS)
            )
        ),
        statement=aws.wafv2.WebAclRuleStatementArgs(
            rate_based_statement=aws.wafv2.WebAclRuleStatementRateBasedStatementArgs(
                limit=args.requests_per_client,
                evaluation_window_sec=RATE_WINDOW,
                aggregate_key_type="FORWARDED_IP" if args.behind_proxy else "IP",
                forwarded_ip_config=forwarded if args.behind_proxy else None,
            )
        ),
        visibility_config=_rule_visible(metric),
    )


def _managed(metric: str, group: ManagedRuleGroup, priority: int, args: WebAclArgs) -> aws.wafv2.WebAclRuleArgs:
    override = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArgs
    count = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseArgs(
        count=aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseCountArgs()
    )
    return aws.wafv2.WebAclRuleArgs(
        name=group.value,
        priority=priority,
        override_action=aws.wafv2.WebAclRuleOverrideActionArgs(none=aws.wafv2.WebAclRuleOverrideActionNoneArgs()),
        statement=aws.wafv2.WebAclRuleStatementArgs(
            managed_rule_group_statement=aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs(
                vendor_name="AWS",
                name=group.value,
                rule_action_overrides=[
                    override(name=rule, action_to_use=count) for rule in args.count_only.get(group, ())
                ],
            )
        ),
        visibility_config=_rule_visible(metric),
    )


def _only_hits() -> aws.wafv2.WebAclLoggingConfigurationLoggingFilterArgs:
    """Log requests that a rule blocked or counted; drop the rest."""
    return aws.wafv2.WebAclLoggingConfigurationLoggingFilterArgs(
        default_behavior="DROP",
        filters=[
            aws.wafv2.WebAclLoggingConfigurationLoggingFilterFilterArgs(
                behavior="KEEP",
                requirement="MEETS_ANY",
                conditions=[
                    aws.wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionArgs(
                        action_condition=aws.wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionActionConditionArgs(
                            action=action
                        )
                    )
                    for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
                ],
            )
        ],
    )
