# ruff: noqa: E501 (what AWS says is as long as it is)
"""WAF."""

import re
from collections.abc import Iterator
from typing import Any

from offline.aws.refusals import Case, Problem, refuses
from offline.aws.unique import unique

WAF_TYPES = (
    "aws:wafv2/webAcl:WebAcl",
    "aws:wafv2/ipSet:IpSet",
    "aws:wafv2/ruleGroup:RuleGroup",
    "aws:wafv2/regexPatternSet:RegexPatternSet",
)


@refuses(*WAF_TYPES)
def cloudfront_scope_is_in_us_east_1(case: Case) -> Iterator[Problem]:
    """WAFv2: scope CLOUDFRONT only in us-east-1."""
    if case.text("scope") == "CLOUDFRONT" and case.region != "us-east-1":
        yield (
            "scope",
            f"WAFInvalidParameterException: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT (only in us-east-1, this is {case.region})",
        )


@refuses("aws:wafv2/webAcl:WebAcl", "aws:wafv2/ruleGroup:RuleGroup")
def metric_names_are_plain(case: Case) -> Iterator[Problem]:
    """WAFv2 VisibilityConfig, as the provider checks it (the API's model allows more): up to 128 letters, digits, hyphens and underscores."""
    for path, part in (("", case), *((f"{path}.", rule) for path, rule in case.objects("rules"))):
        name = part.text("visibilityConfig.metricName")
        if name is not None and not re.fullmatch(r"[0-9A-Za-z_-]{1,128}", name):
            yield (
                f"{path}visibilityConfig.metricName",
                f"invalid value for metric_name ({name}): must contain only alphanumeric hyphen and underscore characters, at most 128",
            )


@refuses("aws:wafv2/webAcl:WebAcl", "aws:wafv2/ruleGroup:RuleGroup")
def web_acl_rules_are_distinct(case: Case) -> Iterator[Problem]:
    """WAFv2 Rule: names and priorities are unique; an action for rules, an override for groups of rules."""
    for key in ("name", "priority"):
        seen: dict[Any, str] = {}
        for path, rule in case.objects("rules"):
            value = rule.get(key)
            if value is not None and value in seen:
                yield f"{path}.{key}", f"WAFInvalidParameterException: {key} {value!r} is also that of {seen[value]}"
            seen[value] = path
    for path, rule in case.objects("rules"):
        statement = rule.inputs.get("statement")
        grouped = isinstance(statement, dict) and any(
            k in statement for k in ("managedRuleGroupStatement", "ruleGroupReferenceStatement")
        )
        if isinstance(statement, dict):
            if grouped and not rule.given("overrideAction"):
                yield (
                    f"{path}.overrideAction",
                    "WAFInvalidParameterException: A reference in your rule statement is not valid: rule groups need overrideAction",
                )
            if not grouped and not rule.given("action"):
                yield (
                    f"{path}.action",
                    "WAFInvalidParameterException: You have used none or multiple values for a field that requires exactly one value: action",
                )
        rate = rule.number("statement.rateBasedStatement.limit")
        if rate is not None and not 10 <= rate <= 2000000000:
            yield f"{path}.statement.rateBasedStatement.limit", f"limit={rate}: must be between 10 and 2000000000"


@refuses("aws:wafv2/webAclAssociation:WebAclAssociation")
def web_acl_association_is_supported(case: Case) -> Iterator[Problem]:
    """WAFv2 AssociateWebACL: not for CloudFront (web ACL id of the distribution), not for HTTP APIs."""
    arn = case.text("resourceArn")
    if arn is not None and ":cloudfront:" in arn:
        yield (
            "resourceArn",
            "WAFInvalidParameterException: a distribution takes its web ACL by webAclId, not by an association",
        )
    if arn is not None and ":apigateway:" in arn and "/apis/" in arn:
        yield "resourceArn", "WAFInvalidParameterException: HTTP APIs cannot have a web ACL"
    if arn is not None and ":loadbalancer/net/" in arn:
        yield "resourceArn", "WAFInvalidParameterException: Network Load Balancers cannot have a web ACL"


@refuses("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")
def web_acl_logs_are_named_for_waf(case: Case) -> Iterator[Problem]:
    """WAFv2 PutLoggingConfiguration: names of log groups, streams and buckets begin with aws-waf-logs-; exactly one."""
    places = case.list("logDestinationConfigs")
    if len(places) > 1:
        yield "logDestinationConfigs", f"WAFInvalidParameterException: one logging destination, got {len(places)}"
    for i, arn in enumerate(places):
        if not isinstance(arn, str) or arn.count(":") < 5:
            continue
        service, rest = arn.split(":")[2], arn.split(":", 5)[5]
        name = {
            "logs": rest.removeprefix("log-group:"),
            "s3": rest,
            "firehose": rest.removeprefix("deliverystream/"),
        }.get(service)
        if name is not None and not name.startswith("aws-waf-logs-"):
            yield (
                f"logDestinationConfigs[{i}]",
                f"WAFInvalidParameterException: The ARN isn't valid, field: LOG_DESTINATION, parameter: {arn}: its name must begin with aws-waf-logs-",
            )


unique("aws:wafv2/webAcl:WebAcl", "scope name", call="wafv2 CreateWebACL", says="WAFDuplicateItemException: AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an existing one: {name}")  # fmt: skip
unique("aws:wafv2/ipSet:IpSet", "scope name", call="wafv2 CreateIPSet", says="WAFDuplicateItemException: AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an existing one: {name}")  # fmt: skip
unique("aws:wafv2/ruleGroup:RuleGroup", "scope name", call="wafv2 CreateRuleGroup", says="WAFDuplicateItemException: AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an existing one: {name}")  # fmt: skip
unique("aws:wafv2/regexPatternSet:RegexPatternSet", "scope name", call="wafv2 CreateRegexPatternSet", says="WAFDuplicateItemException: AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an existing one: {name}")  # fmt: skip
unique("aws:wafv2/webAclAssociation:WebAclAssociation", "resourceArn", call="wafv2 AssociateWebACL", says="AssociateWebACL: one web ACL of {resourceArn}:", overwrites=True)  # fmt: skip
unique("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "resourceArn", call="wafv2 PutLoggingConfiguration", says="PutLoggingConfiguration: one setting of {resourceArn}:", overwrites=True)  # fmt: skip
