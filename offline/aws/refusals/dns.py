# ruff: noqa: E501 (what AWS says is as long as it is)
"""Route 53 and Global Accelerator."""

import ipaddress
import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, not_both, one_of, ranged, refuses

RECORD, CHECK = "aws:route53/record:Record", "aws:route53/healthCheck:HealthCheck"
POLICIES = (
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
    given = [p for p in POLICIES if case.given(p)]
    given += ["multivalueAnswerRoutingPolicy"] if case.get("multivalueAnswerRoutingPolicy") is True else []
    yield from not_both(case, *given)
    if given and not case.given("setIdentifier"):
        yield "setIdentifier", "InvalidInput: setIdentifier must be given with a routing policy"
    if case.given("setIdentifier") and not given and not any(case.unknown(p) for p in POLICIES):
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


@refuses(RECORD)
def primary_is_checked(case: Case) -> Iterator[Problem]:
    """Route 53 ChangeResourceRecordSets, as reported in kubernetes-sigs/external-dns issue 2362."""
    primary = any(policy.text("type") == "PRIMARY" for _, policy in case.objects("failoverRoutingPolicies"))
    if primary and case.list("records") and not case.given("healthCheckId"):
        yield (
            "healthCheckId",
            "InvalidChangeBatch: A non-alias primary ResourceRecordSet must have an associated health check",
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
