# ruff: noqa: E501 (what AWS says is as long as it is)
"""WAF."""

import re
from collections.abc import Iterator
from typing import Any

from offline.aws.refusals import Case, Problem, one_of, refuses

WAF = (
    "aws:wafv2/webAcl:WebAcl",
    "aws:wafv2/ipSet:IpSet",
    "aws:wafv2/ruleGroup:RuleGroup",
    "aws:wafv2/regexPatternSet:RegexPatternSet",
)


@refuses(*WAF)
def web_acl_scope_is_in_its_region(case: Case) -> Iterator[Problem]:
    """WAFv2: scope CLOUDFRONT only in us-east-1; names of letters, digits, hyphens, underscores to 128."""
    yield from one_of(case, "scope", "CLOUDFRONT", "REGIONAL")
    if case.text("scope") == "CLOUDFRONT" and case.region != "us-east-1":
        yield (
            "scope",
            f"WAFInvalidParameterException: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT (only in us-east-1, this is {case.region})",
        )
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[\w-]{1,128}", name):
        yield "name", f"WAFInvalidParameterException: name {name!r}: 1 to 128 letters, digits, hyphens and underscores"


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
def web_acl_goes_on_what_waf_protects(case: Case) -> Iterator[Problem]:
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
