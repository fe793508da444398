# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.elbv2`."""

from typing import Any

from tests.offline.refusals import Case, CaseWithOthers, Taken
from tests.offline.refusals.inputs import KMS_ENCRYPTION, TWO

LB = {"name": "web", "subnets": TWO}
TG = {"name": "web", "port": 80, "protocol": "HTTP", "vpcId": "vpc-1", "targetType": "ip"}
RULE = {
    "listenerArn": "arn:l",
    "priority": 1,
    "actions": [{"type": "forward", "targetGroupArn": "arn:t"}],
    "conditions": [{"pathPattern": {"values": ["/*"]}}],
}
LISTENER = {
    "loadBalancerArn": "arn:lb",
    "port": 443,
    "protocol": "HTTPS",
    "certificateArn": "arn:c",
    "defaultActions": [{"type": "forward", "targetGroupArn": "arn:t"}],
}


OIDC = {
    **{key: f"https://id.example.com/{key}" for key in ("authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint")},
    "issuer": "https://id.example.com",
    "clientId": "office",
    "clientSecret": "hidden",
}


def logged_in(**changes: str) -> list[dict[str, Any]]:
    """Actions that ask for a log-in, then forward."""
    return [
        {"type": "authenticate-oidc", "order": 1, "authenticateOidc": {**OIDC, **changes}},
        {"type": "forward", "order": 2, "targetGroupArn": "arn:t"},
    ]


LOGGED_IN = logged_in()


def paths(*values: str) -> dict[str, Any]:
    return {"pathPattern": {"values": list(values)}}


def header(name: str, *values: str) -> dict[str, Any]:
    return {"httpHeader": {"httpHeaderName": name, "values": list(values)}}


def fixed(status: str, kind: str = "text/plain") -> dict[str, Any]:
    return {"type": "fixed-response", "fixedResponse": {"statusCode": status, "contentType": kind}}


CASES: list[Case] = [
    ("rule_is_legal", "aws:lb/listenerRule:ListenerRule", {**RULE, "actions": LOGGED_IN}, {"actions": LOGGED_IN[:1]}, "exactly one of forward, redirect and fixed-response"),
    ("rule_is_legal", "aws:lb/listenerRule:ListenerRule", {**RULE, "actions": LOGGED_IN}, {"actions": [{"type": "authenticate-oidc"}, LOGGED_IN[1]]}, "a authenticate-oidc action needs authenticateOidc"),
    ("rule_is_legal", "aws:lb/listenerRule:ListenerRule", {**RULE, "actions": LOGGED_IN}, {"actions": logged_in(tokenEndpoint="http://id.example.com/token")}, "must be an https URL"),
    ("people_log_in_with_https", "aws:lb/listener:Listener", {**LISTENER, "defaultActions": LOGGED_IN}, {"protocol": "HTTP", "certificateArn": None}, "authenticate-oidc is for HTTPS listeners; this one is HTTP"),
    ("names_are_legal", "aws:lb/loadBalancer:LoadBalancer", LB, {"name": "web_1"}, "letters, digits and hyphens"),
    ("names_are_legal", "aws:lb/targetGroup:TargetGroup", TG, {"name": "x" * 33}, "at most 32"),
    ("load_balancer_spans_two_zones", "aws:lb/loadBalancer:LoadBalancer", LB, {"subnets": ["subnet-a"]}, "two different Availability Zones"),
    ("load_balancer_subnets_are_of_one_vpc", "aws:lb/loadBalancer:LoadBalancer", LB, {"subnets": ["subnet-a", "subnet-a"]}, "given twice"),
    ("load_balancer_settings_fit_its_type", "aws:lb/loadBalancer:LoadBalancer", LB, {"idleTimeout": 5000}, "between 1 and 4000"),
    ("target_group_fits_its_type", "aws:lb/targetGroup:TargetGroup", TG, {"slowStart": 10}, "0 or between 30 and 900"),
    ("target_group_fits_its_type", "aws:lb/targetGroup:TargetGroup", TG, {"loadBalancingAnomalyMitigation": "on"}, "weighted_random"),
    ("health_check_is_legal", "aws:lb/targetGroup:TargetGroup", {**TG, "healthCheck": {"interval": 10, "timeout": 5}}, {"healthCheck": {"interval": 5, "timeout": 5}}, "smaller than the interval"),
    ("health_check_is_legal", "aws:lb/targetGroup:TargetGroup", {**TG, "healthCheck": {"path": "/health"}}, {"healthCheck": {"path": "health"}}, "must begin with a '/'"),
    ("listener_has_what_its_protocol_needs", "aws:lb/listener:Listener", LISTENER, {"certificateArn": None}, "certificate must be specified"),
    ("default_actions_are_complete", "aws:lb/listener:Listener", LISTENER, {"defaultActions": [{"type": "redirect"}]}, "a redirect action needs"),
    ("rule_is_legal", "aws:lb/listenerRule:ListenerRule", RULE, {"priority": 0}, "between 1 and 50000"),
    ("internal_load_balancer_has_no_public_addresses", "aws:lb/loadBalancer:LoadBalancer", {**LB, "ipAddressType": "dualstack-without-public-ipv4"}, {"internal": True}, "internet-facing"),
    ("rule_conditions_are_legal", "aws:lb/listenerRule:ListenerRule", {**RULE, "conditions": [paths("/a", "/a/*", "/live/a", "/live/a/*"), header("X-Origin", "s")]}, {"conditions": [paths("/a", "/b", "/c", "/d", "/e"), header("X-Origin", "s")]}, "can only have '5' condition values (6 are given)"),
    ("rule_conditions_are_legal", "aws:lb/listenerRule:ListenerRule", {**RULE, "conditions": [paths("/a"), header("X-A", "s"), header("X-B", "s")]}, {"conditions": [paths("/a"), paths("/b")]}, "only have one pathPattern condition"),
    ("rule_conditions_are_legal", "aws:lb/listenerRule:ListenerRule", {**RULE, "conditions": [header("X-Origin", "s" * 128)]}, {"conditions": [header("X-Origin", "s" * 129)]}, "at most 128 characters"),
    ("rule_conditions_are_legal", "aws:lb/listenerRule:ListenerRule", {**RULE, "conditions": [header("X-Origin", "s")]}, {"conditions": [header("X Origin", "s")]}, "header name 'X Origin'"),
    ("rule_conditions_are_legal", "aws:lb/listenerRule:ListenerRule", {**RULE, "conditions": [{"hostHeader": {"values": ["a.example.com"]}}]}, {"conditions": [header("Host", "a.example.com")]}, "use a host-header condition"),
    ("rule_conditions_are_legal", "aws:lb/listenerRule:ListenerRule", {**RULE, "conditions": [paths("/a"), header("X-A", "s")]}, {"conditions": [{**paths("/a"), **header("X-A", "s")}]}, "only one of"),
    ("fixed_responses_are_legal", "aws:lb/listenerRule:ListenerRule", {**RULE, "actions": [fixed("503", "text/html")]}, {"actions": [fixed("302", "text/html")]}, "must be 2XX, 4XX or 5XX"),
    ("fixed_responses_are_legal", "aws:lb/listener:Listener", {**LISTENER, "defaultActions": [fixed("403")]}, {"defaultActions": [fixed("403", "text/xml")]}, "must be one of text/plain"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("load_balancer_logs_go_to_a_bucket_without_kms", [("aws:s3/bucket:Bucket", "a", {}), ("aws:s3/bucket:Bucket", "b", {}), ("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "e", {**KMS_ENCRYPTION, "bucket": "$b.id"})], "aws:lb/loadBalancer:LoadBalancer", {**LB, "accessLogs": {"enabled": True, "bucket": "$a.id"}}, {"accessLogs": {"enabled": True, "bucket": "$b.id"}}, "only be encrypted with SSE-S3"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:lb/loadBalancer:LoadBalancer", LB, {"name": "app"}),
    ("aws:lb/targetGroup:TargetGroup", TG, {"name": "app"}),
    ("aws:lb/listener:Listener", LISTENER, {"port": 8443}),
    ("aws:lb/listenerRule:ListenerRule", RULE, {"priority": 2}),
]  # fmt: skip
