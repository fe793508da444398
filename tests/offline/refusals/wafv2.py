# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.wafv2`."""

from tests.offline.refusals import Case, Taken

CASES: list[Case] = [
    ("cloudfront_scope_is_in_us_east_1", "aws:wafv2/ipSet:IpSet", {"scope": "REGIONAL", "ipAddressVersion": "IPV4"}, {"scope": "CLOUDFRONT"}, "only in us-east-1"),
    ("metric_names_are_plain", "aws:wafv2/webAcl:WebAcl", {"scope": "REGIONAL", "defaultAction": {"allow": {}}, "visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": True}}, {"visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "team.web", "sampledRequestsEnabled": True}}, "must contain only alphanumeric hyphen and underscore"),
    ("metric_names_are_plain", "aws:wafv2/webAcl:WebAcl", {"scope": "REGIONAL", "defaultAction": {"allow": {}}, "visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": True}}, {"visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "m" * 129, "sampledRequestsEnabled": True}}, "at most 128"),
    ("web_acl_rules_are_distinct", "aws:wafv2/webAcl:WebAcl", {"scope": "REGIONAL", "defaultAction": {"allow": {}}, "visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": True}}, {"rules": [{"name": n, "priority": 1, "action": {"block": {}}, "statement": {"geoMatchStatement": {"countryCodes": ["US"]}}, "visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": True}} for n in "ab"]}, "priority 1 is also"),
    ("web_acl_association_is_supported", "aws:wafv2/webAclAssociation:WebAclAssociation", {"webAclArn": "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/w/1", "resourceArn": "arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/app/x/1"}, {"resourceArn": "arn:aws:cloudfront::1:distribution/E1"}, "by webAclId"),
    ("web_acl_logs_are_named_for_waf", "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", {"resourceArn": "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/w/1", "logDestinationConfigs": ["arn:aws:logs:us-west-2:1:log-group:aws-waf-logs-shop"]}, {"logDestinationConfigs": ["arn:aws:logs:us-west-2:1:log-group:shop"]}, "must begin with aws-waf-logs-"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:wafv2/webAcl:WebAcl", {"name": "a", "scope": "REGIONAL", "defaultAction": {"allow": {}}, "visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": True}}, {"name": "b"}),
    ("aws:wafv2/ipSet:IpSet", {"name": "a", "scope": "REGIONAL", "ipAddressVersion": "IPV4"}, {"name": "b"}),
    ("aws:wafv2/ruleGroup:RuleGroup", {"name": "a", "scope": "REGIONAL", "capacity": 1, "visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": True}}, {"name": "b"}),
    ("aws:wafv2/regexPatternSet:RegexPatternSet", {"name": "a", "scope": "REGIONAL"}, {"name": "b"}),
    ("aws:wafv2/webAclAssociation:WebAclAssociation", {"webAclArn": "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/w/1", "resourceArn": "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/a/1"}, {"resourceArn": "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/b/2"}),
    ("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", {"resourceArn": "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/w/1", "logDestinationConfigs": ["arn:aws:logs:us-west-2:1:log-group:aws-waf-logs-shop"]}, {"resourceArn": "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/v/1"}),
]  # fmt: skip
