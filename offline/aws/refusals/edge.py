# ruff: noqa: E501 (what AWS says is as long as it is)
"""CloudFront, WAF, Route 53, Global Accelerator, Shield."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from offline.aws.refusals import Case, Problem, not_both, one_of, ranged, refuses

DISTRIBUTION, RECORD, CHECK = (
    "aws:cloudfront/distribution:Distribution",
    "aws:route53/record:Record",
    "aws:route53/healthCheck:HealthCheck",
)
WAF = (
    "aws:wafv2/webAcl:WebAcl",
    "aws:wafv2/ipSet:IpSet",
    "aws:wafv2/ruleGroup:RuleGroup",
    "aws:wafv2/regexPatternSet:RegexPatternSet",
)


def _region_of(arn: str | None) -> str | None:
    return arn.split(":")[3] if arn is not None and arn.count(":") >= 5 else None


@refuses(DISTRIBUTION)
def distribution_origins_exist(case: Case) -> Iterator[Problem]:
    """CloudFront CreateDistribution: NoSuchOrigin, DuplicateOriginName; an origin group has two members of the origins."""
    origins: list[Any] = [o.inputs.get("originId") for _, o in case.objects("origins")]
    groups: list[Any] = [g.inputs.get("originId") for _, g in case.objects("originGroups")]
    ids = [*origins, *groups]
    if not all(isinstance(i, str) for i in ids) or case.unknown("origins.originId"):
        return
    if len(set(ids)) < len(ids):
        yield "origins", "InvalidArgument: Two or more origins or origin groups have the same ID."
    for path, group in case.objects("originGroups"):
        members = [m.text("originId") for _, m in group.objects("members")]
        if len(members) != 2:
            yield f"{path}.members", f"InvalidArgument: an origin group has exactly 2 members, got {len(members)}"
        for member in members:
            if member is not None and member not in origins:
                yield (
                    f"{path}.members",
                    f"NoSuchOrigin: origin group member {member!r} is no origin of the distribution",
                )
    for path, behavior in (*case.objects("defaultCacheBehavior"), *case.objects("orderedCacheBehaviors")):
        target = behavior.text("targetOriginId")
        if target is not None and target not in ids:
            yield (
                f"{path}.targetOriginId",
                f"NoSuchOrigin: One or more of your origins or origin groups do not exist: {target}",
            )
        if target in groups:
            writes = {"POST", "PUT", "PATCH", "DELETE"} & {
                m for m in behavior.list("allowedMethods") if isinstance(m, str)
            }
            if writes:
                yield (
                    f"{path}.allowedMethods",
                    "InvalidArgument: The parameter AllowedMethods cannot include POST, PUT, PATCH, or DELETE for a cached behavior associated with an origin group.",
                )


@refuses(DISTRIBUTION)
def distribution_certificate_is_in_us_east_1(case: Case) -> Iterator[Problem]:
    """CloudFront ViewerCertificate: ACM certificates of us-east-1; aliases need a certificate; SNI and TLS versions."""
    for path, viewer in case.objects("viewerCertificate"):
        region = _region_of(viewer.text("acmCertificateArn"))
        if region not in (None, "us-east-1"):
            yield (
                f"{path}.acmCertificateArn",
                f"InvalidViewerCertificate: The specified SSL certificate must be in us-east-1, not {region}",
            )
        chosen = ("acmCertificateArn", "iamCertificateId", "cloudfrontDefaultCertificate")
        yield from ((f"{path}.{p}", r) for p, r in not_both(viewer, "acmCertificateArn", "iamCertificateId"))
        if not any(viewer.given(c) for c in chosen):
            yield path, f"InvalidViewerCertificate: one of {', '.join(chosen)} is needed"
        if viewer.get("cloudfrontDefaultCertificate") is True and case.list("aliases"):
            yield (
                f"{path}.cloudfrontDefaultCertificate",
                "InvalidViewerCertificate: To add an alternate domain name (CNAME) you must attach a trusted certificate",
            )
        if viewer.given("acmCertificateArn") and not viewer.given("sslSupportMethod"):
            yield (
                f"{path}.sslSupportMethod",
                "InvalidViewerCertificate: sslSupportMethod must be given with a certificate",
            )


@refuses(DISTRIBUTION)
def distribution_settings_are_legal(case: Case) -> Iterator[Problem]:
    """CloudFront DistributionConfig: price classes, caching by policy or by forwarded values, origin time-outs, web ACL by ARN."""
    yield from one_of(case, "priceClass", "PriceClass_100", "PriceClass_200", "PriceClass_All")
    yield from one_of(case, "httpVersion", "http1.1", "http2", "http3", "http2and3")
    for path, behavior in (*case.objects("defaultCacheBehavior"), *case.objects("orderedCacheBehaviors")):
        yield from ((f"{path}.{p}", r) for p, r in not_both(behavior, "cachePolicyId", "forwardedValues"))
        if not behavior.given("cachePolicyId") and not behavior.given("forwardedValues"):
            yield (
                f"{path}.cachePolicyId",
                "InvalidArgument: The parameter ForwardedValues or a cache policy is required.",
            )
        yield from (
            (f"{path}.{p}", r)
            for p, r in one_of(behavior, "viewerProtocolPolicy", "allow-all", "https-only", "redirect-to-https")
        )
        methods = {m for m in behavior.list("allowedMethods") if isinstance(m, str)}
        if not behavior.unknown("allowedMethods") and methods not in (
            {"GET", "HEAD"}, {"GET", "HEAD", "OPTIONS"}, {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}, set[str](),
        ):  # fmt: skip
            yield (
                f"{path}.allowedMethods",
                "InvalidArgument: The parameter AllowedMethods is GET and HEAD; these and OPTIONS; or all seven",
            )
    for path, origin in case.objects("origins"):
        found = [*ranged(origin, "connectionAttempts", 1, 3), *ranged(origin, "connectionTimeout", 1, 10, "seconds"),
                 *not_both(origin, "customOriginConfig", "s3OriginConfig", "vpcOriginConfig")]  # fmt: skip
        yield from ((f"{path}.{p}", r) for p, r in found)
        for inner, custom in origin.objects("customOriginConfig"):
            yield from ((f"{path}.{inner}.{p}", r) for p, r in ranged(custom, "originReadTimeout", 1, 120, "seconds"))
            yield from (
                (f"{path}.{inner}.{p}", r) for p, r in ranged(custom, "originKeepaliveTimeout", 1, 120, "seconds")
            )
    acl = case.text("webAclId")
    if acl is not None and acl.startswith("arn:") and ":global/webacl/" not in acl and ":wafv2:" in acl:
        yield "webAclId", "InvalidWebACLId: the web ACL must have the scope CLOUDFRONT"


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


_POLICIES = (
    "weightedRoutingPolicies", "latencyRoutingPolicies", "failoverRoutingPolicies", "geolocationRoutingPolicies", "geoproximityRoutingPolicy",
    "cidrRoutingPolicy",
)  # fmt: skip


@refuses(RECORD)
def record_has_one_answer_and_one_policy(case: Case) -> Iterator[Problem]:
    """Route 53 ChangeResourceRecordSets: InvalidChangeBatch; alias or values; routing needs a set identifier."""
    if case.list("aliases"):
        for name in ("ttl", "records"):
            if case.given(name):
                yield name, f"InvalidChangeBatch: {name} cannot be given for an alias"
    elif not case.unknown("aliases"):
        for name in ("ttl", "records"):
            if not case.given(name):
                yield name, f"InvalidInput: {name} must be given for a record that is no alias"
    given = [p for p in _POLICIES if case.given(p)]
    given += ["multivalueAnswerRoutingPolicy"] if case.get("multivalueAnswerRoutingPolicy") is True else []
    yield from not_both(case, *given)
    if given and not case.given("setIdentifier"):
        yield "setIdentifier", "InvalidInput: setIdentifier must be given with a routing policy"
    if case.given("setIdentifier") and not given and not any(case.unknown(p) for p in _POLICIES):
        yield "setIdentifier", "InvalidInput: setIdentifier is for records with a routing policy"
    types = (
        "A",
        "AAAA",
        "CAA",
        "CNAME",
        "DS",
        "HTTPS",
        "MX",
        "NAPTR",
        "NS",
        "PTR",
        "SOA",
        "SPF",
        "SRV",
        "SSHFP",
        "SVCB",
        "TLSA",
        "TXT",
    )
    yield from one_of(case, "type", *types)
    for path, failover in case.objects("failoverRoutingPolicies"):
        yield from ((f"{path}.{p}", r) for p, r in one_of(failover, "type", "PRIMARY", "SECONDARY"))
    for path, weight in case.objects("weightedRoutingPolicies"):
        yield from ((f"{path}.{p}", r) for p, r in ranged(weight, "weight", 0, 255))
    for i, value in enumerate(case.list("records")):
        for kind, check in (("A", ipaddress.IPv4Address), ("AAAA", ipaddress.IPv6Address)):
            if case.text("type") == kind and isinstance(value, str):
                try:
                    check(value)
                except ValueError:
                    yield (
                        f"records[{i}]",
                        f"InvalidChangeBatch: Value provided is not a valid address for record type {kind}: {value}",
                    )


@refuses(CHECK)
def health_check_is_legal(case: Case) -> Iterator[Problem]:
    """Route 53 CreateHealthCheck: intervals 10 or 30 s, thresholds 1-10, what each type needs."""
    kind = case.text("type")
    endpoints = ("HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP")
    yield from one_of(case, "type", *endpoints, "CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL")
    yield from one_of(case, "requestInterval", 10, 30)
    yield from ranged(case, "failureThreshold", 1, 10)
    yield from ranged(case, "port", 1, 65535)
    if kind in endpoints and not case.given("fqdn") and not case.given("ipAddress"):
        yield "fqdn", "InvalidInput: fqdn or ipAddress must be given"
    if kind == "TCP" and not case.given("port"):
        yield "port", "InvalidInput: port must be given for TCP"
    if kind in ("HTTP_STR_MATCH", "HTTPS_STR_MATCH") and not case.given("searchString"):
        yield "searchString", f"InvalidInput: searchString must be given for {kind}"
    if kind == "CALCULATED":
        children, threshold = case.list("childHealthchecks"), case.number("childHealthThreshold")
        if not children and not case.unknown("childHealthchecks"):
            yield "childHealthchecks", "InvalidInput: childHealthchecks must be given for CALCULATED"
        if len(children) > 256:
            yield "childHealthchecks", "InvalidInput: at most 256 child health checks"
        if threshold is not None and children and threshold > len(children):
            yield (
                "childHealthThreshold",
                f"childHealthThreshold={threshold} of {len(children)} children can never be healthy",
            )
    if kind == "CLOUDWATCH_METRIC":
        for name in ("cloudwatchAlarmName", "cloudwatchAlarmRegion"):
            if not case.given(name):
                yield name, f"InvalidInput: {name} must be given for CLOUDWATCH_METRIC"
    if kind == "RECOVERY_CONTROL" and not case.given("routingControlArn"):
        yield "routingControlArn", "InvalidInput: routingControlArn must be given for RECOVERY_CONTROL"
    if kind in ("CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"):
        for name in ("requestInterval", "failureThreshold", "fqdn", "ipAddress"):
            if case.given(name):
                yield name, f"InvalidInput: {name} cannot be given for {kind}"


@refuses("aws:globalaccelerator/accelerator:Accelerator")
def accelerator_is_legal(case: Case) -> Iterator[Problem]:
    """Global Accelerator CreateAccelerator: names to 64 letters, digits, hyphens, periods; logs to a bucket."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"(?![-.])[A-Za-z0-9.-]{1,64}(?<![-.])", name):
        yield (
            "name",
            f"InvalidArgumentException: accelerator name {name!r}: 1 to 64 letters, digits, periods and hyphens, none at the ends",
        )
    if case.get("attributes.flowLogsEnabled") is True and not case.given("attributes.flowLogsS3Bucket"):
        yield "attributes.flowLogsS3Bucket", "InvalidArgumentException: flow logs need flowLogsS3Bucket"


@refuses("aws:globalaccelerator/endpointGroup:EndpointGroup")
def endpoint_group_is_legal(case: Case) -> Iterator[Problem]:
    """Global Accelerator CreateEndpointGroup: intervals 10 or 30 s, thresholds 1-10, dial 0-100, weights 0-255."""
    yield from one_of(case, "healthCheckIntervalSeconds", 10, 30)
    yield from ranged(case, "thresholdCount", 1, 10)
    yield from ranged(case, "trafficDialPercentage", 0, 100, "%")
    yield from ranged(case, "healthCheckPort", 1, 65535)
    for path, endpoint in case.objects("endpointConfigurations"):
        yield from ((f"{path}.{p}", r) for p, r in ranged(endpoint, "weight", 0, 255))


@refuses("aws:globalaccelerator/listener:Listener")
def accelerator_listener_is_legal(case: Case) -> Iterator[Problem]:
    """Global Accelerator CreateListener: TCP or UDP, ports 1-65535 in order, at most 10 ranges."""
    yield from one_of(case, "protocol", "TCP", "UDP")
    yield from one_of(case, "clientAffinity", "NONE", "SOURCE_IP")
    for path, ports in case.objects("portRanges"):
        low, high = ports.number("fromPort"), ports.number("toPort")
        for name in ("fromPort", "toPort"):
            yield from ((f"{path}.{p}", r) for p, r in ranged(ports, name, 1, 65535))
        if low is not None and high is not None and low > high:
            yield path, f"InvalidPortRangeException: {low} is above {high}"
