# ruff: noqa: E501 (what AWS says is as long as it is)
"""Elastic Load Balancing v2: load balancers, target groups, listeners and their rules."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from offline.aws.refusals import Case, Problem, one_of, ranged, refuses
from offline.aws.refusals.s3 import encrypted_with_kms
from offline.aws.refusals.vpc import SUBNET, zones_of
from offline.aws.unique import unique

LISTENER = "aws:lb/listener:Listener"
LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,32}(?<!-)")
_LAYER_4 = ("TCP", "UDP", "TCP_UDP", "TLS", "QUIC", "TCP_QUIC")
CONDITIONS = ("hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "queryStrings", "sourceIp")
CONDITIONS_GIVEN_ONCE = ("hostHeader", "httpRequestMethod", "pathPattern", "sourceIp")
MAX_CONDITION_VALUES = 5
MAX_VALUE_LENGTH = 128
MAX_HEADER_NAME = 40
CONTENT_TYPES = ("text/plain", "text/css", "text/html", "application/javascript", "application/json")
LOAD_BALANCERS = ("aws:lb/loadBalancer:LoadBalancer", "aws:elb/loadBalancer:LoadBalancer")


@refuses(LOAD_BALANCER, TARGET_GROUP)
def names_are_legal(case: Case) -> Iterator[Problem]:
    """ELBv2 CreateLoadBalancer, CreateTargetGroup: at most 32 letters, digits, hyphens, none at the ends, not internal-…"""
    name = case.text("name")
    if name is not None and not _NAME.fullmatch(name):
        yield (
            "name",
            f"ValidationError: name {name!r}: at most 32 letters, digits and hyphens, with no hyphen at either end",
        )
    if name is not None and case.token == LOAD_BALANCER and name.startswith("internal-"):
        yield "name", "ValidationError: A load balancer name cannot begin with 'internal-'"
    prefix = case.text("namePrefix")
    if prefix is not None and len(prefix) > 6:
        yield "namePrefix", f"namePrefix {prefix!r}: at most 6 characters"


@refuses(LOAD_BALANCER)
def load_balancer_spans_two_zones(case: Case) -> Iterator[Problem]:
    """ELBv2 CreateLoadBalancer: ValidationError "At least two subnets in two different Availability Zones must be specified"."""
    if case.text("loadBalancerType") not in (None, "application") or case.unknown("loadBalancerType"):
        return
    if case.unknown("subnets") and not case.list("subnets"):
        return
    subnets: list[Any] = case.list("subnets") or [m.inputs.get("subnetId") for _, m in case.objects("subnetMappings")]
    reason = "ValidationError: At least two subnets in two different Availability Zones must be specified"
    zones, complete = zones_of(case, subnets)
    if len(subnets) < 2:
        yield "subnets", f"{reason}: got {len(subnets)}"
    elif complete and len(zones) < 2:
        yield "subnets", f"{reason}: all are in {', '.join(zones)}"
    elif complete and len(zones) < len(subnets):
        yield (
            "subnets",
            "InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        )


@refuses(LOAD_BALANCER)
def load_balancer_subnets_are_of_one_vpc(case: Case) -> Iterator[Problem]:
    """ELBv2 CreateLoadBalancer: InvalidSubnet; all subnets are of one VPC, and known only once each."""
    subnets = case.list("subnets")
    known = [s for s in subnets if isinstance(s, str)]
    if len(set(known)) < len(known):
        yield "subnets", "ValidationError: a subnet is given twice"
    vpcs = {
        seen.get("vpcId")
        for s in known
        if (seen := case.inventory.get(SUBNET, s)) and isinstance(seen.get("vpcId"), str)
    }
    if len(vpcs) > 1:
        yield "subnets", "InvalidConfigurationRequest: All subnets must belong to the same VPC"


@refuses(LOAD_BALANCER)
def load_balancer_settings_fit_its_type(case: Case) -> Iterator[Problem]:
    """ELBv2 LoadBalancerAttribute: which attributes each type has, and their ranges."""
    yield from ranged(case, "idleTimeout", 1, 4000, "seconds")
    yield from ranged(case, "clientKeepAlive", 60, 604800, "seconds")
    yield from one_of(case, "desyncMitigationMode", "monitor", "defensive", "strictest")
    if case.text("loadBalancerType") in (None, "application") and case.given("dnsRecordClientRoutingPolicy"):
        yield "dnsRecordClientRoutingPolicy", "InvalidConfigurationRequest: only Network Load Balancers have it"
    for path, logs in case.objects("accessLogs"):
        if logs.get("enabled") is True and not logs.given("bucket"):
            yield f"{path}.bucket", "InvalidConfigurationRequest: Access logs need an S3 bucket"


@refuses(TARGET_GROUP)
def target_group_fits_its_type(case: Case) -> Iterator[Problem]:
    """ELBv2 CreateTargetGroup, TargetGroupAttribute."""
    yield from ranged(case, "deregistrationDelay", 0, 3600, "seconds") if case.number("deregistrationDelay") else ()
    delay = case.text("deregistrationDelay")
    if delay is not None and not (delay.isdigit() and int(delay) <= 3600):
        yield "deregistrationDelay", f"deregistrationDelay={delay}: must be between 0 and 3600 seconds"
    slow = case.number("slowStart")
    if slow not in (None, 0) and not 30 <= (slow or 0) <= 900:
        yield "slowStart", f"slowStart={slow}: must be 0 or between 30 and 900 seconds"
    algorithm = case.text("loadBalancingAlgorithmType")
    yield from one_of(
        case, "loadBalancingAlgorithmType", "round_robin", "least_outstanding_requests", "weighted_random"
    )
    mitigation = case.text("loadBalancingAnomalyMitigation")
    if mitigation == "on" and algorithm != "weighted_random" and not case.unknown("loadBalancingAlgorithmType"):
        yield (
            "loadBalancingAnomalyMitigation",
            "ValidationError: anomaly mitigation needs the weighted_random algorithm",
        )
    if slow and algorithm in ("least_outstanding_requests", "weighted_random"):
        yield "slowStart", f"InvalidConfigurationRequest: slow start cannot be used with {algorithm}"
    if case.text("targetType") != "lambda" and not case.unknown("targetType"):
        for name in ("port", "protocol", "vpcId"):
            if not case.given(name):
                yield name, f"ValidationError: {name} must be given unless the target type is lambda"


@refuses(TARGET_GROUP)
def health_check_is_legal(case: Case) -> Iterator[Problem]:
    """ELBv2 CreateTargetGroup: interval 5-300 s, timeout 2-120 s and below the interval, thresholds 2-10."""
    for path, check in case.objects("healthCheck"):
        found: list[Problem] = [
            *one_of(check, "protocol", "HTTP", "HTTPS", "TCP"),
        ]
        interval, timeout = check.number("interval"), check.number("timeout")
        if interval is not None and timeout is not None and timeout >= interval:
            found.append(
                (
                    "timeout",
                    f"ValidationError: Health check timeout {timeout} must be smaller than the interval {interval}",
                )
            )
        if check.text("protocol") == "TCP":
            if case.text("protocol") in ("HTTP", "HTTPS"):
                found.append(
                    (
                        "protocol",
                        "ValidationError: Health check protocol 'TCP' not supported for target groups with HTTP protocols",
                    )
                )
            found += [(n, f"{n}: not supported for TCP health checks") for n in ("path", "matcher") if check.given(n)]
        location = check.text("path")
        if location is not None and not (location.startswith("/") and len(location) <= 1024):
            found.append(("path", f"ValidationError: Health check path '{location}' must begin with a '/' character"))
        yield from ((f"{path}.{p}", r) for p, r in found)


@refuses(LISTENER)
def listener_has_what_its_protocol_needs(case: Case) -> Iterator[Problem]:
    """ELBv2 CreateListener: a certificate for HTTPS and TLS, and only there; ports 1-65535; an action."""
    protocol = case.text("protocol")
    secure = protocol in ("HTTPS", "TLS")
    if secure and not case.given("certificateArn"):
        yield "certificateArn", f"ValidationError: A certificate must be specified for {protocol} listeners"
    if protocol is not None and not secure:
        for name in ("certificateArn", "sslPolicy"):
            if case.given(name):
                yield name, f"ValidationError: {name} cannot be specified for {protocol} listeners"


def _actions(case: Case, name: str) -> Iterator[Problem]:
    ends = {"redirect": ("redirect",), "fixed-response": ("fixedResponse",), "forward": ("targetGroupArn", "forward")}
    logins = {"authenticate-oidc": ("authenticateOidc",), "authenticate-cognito": ("authenticateCognito",)}
    needs = {**ends, **logins}
    kinds = [action.text("type") for _, action in case.objects(name)]
    if kinds and None not in kinds and sum(kind in ends for kind in kinds) != 1:
        yield name, "ValidationError: the actions need exactly one of forward, redirect and fixed-response"
    for path, action in case.objects(name):
        kind = action.text("type")
        allowed = (*needs, "jwt-validation")
        yield from ((f"{path}.{p}", r) for p, r in one_of(action, "type", *allowed))
        if kind in needs and not any(action.given(n) for n in needs[kind]):
            yield f"{path}.{needs[kind][0]}", f"ValidationError: a {kind} action needs {' or '.join(needs[kind])}"
        for inner, login in action.objects("authenticateOidc"):
            for key in ("authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint"):
                url = login.text(key)
                if url is not None and not url.startswith("https://"):
                    yield f"{path}.{inner}.{key}", f"ValidationError: {key} {url!r} must be an https URL"
        for inner, redirect in action.objects("redirect"):
            code = redirect.text("statusCode")
            if code is not None and code not in ("HTTP_301", "HTTP_302"):
                yield f"{path}.{inner}.statusCode", f"statusCode={code!r}: must be HTTP_301 or HTTP_302"
        for inner, fixed in action.objects("fixedResponse"):
            body = fixed.text("messageBody")
            if body is not None and len(body) > 1024:
                yield f"{path}.{inner}.messageBody", "ValidationError: message body: at most 1024 characters"


@refuses(LISTENER)
def default_actions_are_complete(case: Case) -> Iterator[Problem]:
    """ELBv2 Action: what each type of action needs."""
    yield from _actions(case, "defaultActions")


@refuses(LISTENER, LISTENER_RULE)
def people_log_in_with_https(case: Case) -> Iterator[Problem]:
    """ELB guide, "Authenticate users": authenticate actions are supported on HTTPS listeners only."""
    name = "defaultActions" if case.given("defaultActions") else "actions"
    listener = case.text("listenerArn")
    found = case.inventory.find(LISTENER, "arn", listener) if listener else None
    protocol = found.get("protocol") if found else case.text("protocol")
    for path, action in case.objects(name):
        kind = action.text("type")
        if kind in ("authenticate-oidc", "authenticate-cognito") and protocol in ("HTTP", "TCP", "TLS", "UDP"):
            yield f"{path}.type", f"InvalidLoadBalancerAction: {kind} is for HTTPS listeners; this one is {protocol}"


@refuses(LISTENER_RULE)
def rule_is_legal(case: Case) -> Iterator[Problem]:
    """ELBv2 CreateRule: a priority of 1-50000; one condition at least; actions as Action says."""
    yield from ranged(case, "priority", 1, 50000)
    yield from _actions(case, "actions")
    if not case.list("conditions") and not case.unknown("conditions"):
        yield "conditions", "ValidationError: A condition must be specified"
    listener, priority = case.text("listenerArn"), case.number("priority")
    for urn, other in case.inventory.of_type(LISTENER_RULE):
        if (
            listener
            and priority
            and urn != case.urn
            and (other.get("listenerArn"), other.get("priority")) == (listener, priority)
        ):
            yield (
                "priority",
                f"PriorityInUse: priority {priority} is that of {urn.rsplit('::', 1)[-1]} on the same listener",
            )


@refuses(LISTENER_RULE)
def rule_conditions_are_legal(case: Case) -> Iterator[Problem]:
    """ELBv2 RuleCondition and quotas: 5 condition values a rule, some kinds once, header names 40 and values 128 long."""
    given: Counter[str] = Counter()
    values = 0
    for path, condition in case.objects("conditions"):
        kinds = [kind for kind in CONDITIONS if condition.given(kind)]
        given.update(kinds)
        if len(kinds) > 1:
            yield path, f"{path}: only one of {', '.join(CONDITIONS)} can be set; {' and '.join(kinds)} are"
        for kind in kinds:
            wanted = condition.list(kind) if kind == "queryStrings" else condition.list(f"{kind}.values")
            values += len(wanted)
            longest = max((len(value) for value in wanted if isinstance(value, str)), default=0)
            if longest > MAX_VALUE_LENGTH:
                yield f"{path}.{kind}", f"ValidationError: condition values have at most {MAX_VALUE_LENGTH} characters"
        name = condition.text("httpHeader.httpHeaderName")
        if name is not None and (len(name) > MAX_HEADER_NAME or not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.A)):
            yield (
                f"{path}.httpHeader",
                f"ValidationError: header name {name!r}: 1 to {MAX_HEADER_NAME} letters and !#$%&'*+-.^_`|~",
            )
        if name is not None and name.lower() == "host":
            yield f"{path}.httpHeader", "ValidationError: use a host-header condition for the host header"
    if values > MAX_CONDITION_VALUES:
        yield (
            "conditions",
            f"ValidationError: A rule can only have '{MAX_CONDITION_VALUES}' condition values ({values} are given)",
        )
    for kind in CONDITIONS_GIVEN_ONCE:
        if given[kind] > 1:
            yield "conditions", f"ValidationError: A rule can only have one {kind} condition"


@refuses(LISTENER_RULE, LISTENER)
def fixed_responses_are_legal(case: Case) -> Iterator[Problem]:
    """ELBv2 FixedResponseActionConfig: content types; status codes 2XX, 4XX and 5XX."""
    for name in ("actions", "defaultActions"):
        for path, action in case.objects(name):
            for inner, fixed in action.objects("fixedResponse"):
                where = f"{path}.{inner}"
                yield from ((f"{where}.{p}", r) for p, r in one_of(fixed, "contentType", *CONTENT_TYPES))
                code = fixed.text("statusCode")
                if code is not None and not re.fullmatch(r"[245]\d\d", code):
                    yield f"{where}.statusCode", f"ValidationError: statusCode={code!r}: must be 2XX, 4XX or 5XX"


@refuses(*LOAD_BALANCERS)
def load_balancer_logs_go_to_a_bucket_without_kms(case: Case) -> Iterator[Problem]:
    """ELBv2 User Guide, "Access logs": the only server-side encryption is SSE-S3; InvalidConfigurationRequest "Access Denied for bucket"."""
    for name in ("accessLogs", "connectionLogs"):
        for path, logs in case.objects(name):
            bucket = logs.text("bucket")
            if bucket and logs.get("enabled") is not False and encrypted_with_kms(case, bucket):
                yield (
                    f"{path}.bucket",
                    f"InvalidConfigurationRequest: Access Denied for bucket: {bucket}: logs of load balancers can only be encrypted with SSE-S3",
                )


@refuses("aws:lb/loadBalancer:LoadBalancer")
def internal_load_balancer_has_no_public_addresses(case: Case) -> Iterator[Problem]:
    """ELBv2 CreateLoadBalancer: dualstack-without-public-ipv4 is for internet-facing Application Load Balancers."""
    if case.text("ipAddressType") != "dualstack-without-public-ipv4":
        return
    if case.get("internal") is True or case.text("loadBalancerType") not in (None, "application"):
        yield (
            "ipAddressType",
            "InvalidConfigurationRequest: dualstack-without-public-ipv4 is for internet-facing Application Load Balancers",
        )


unique("aws:lb/loadBalancer:LoadBalancer", "name", call="elbv2 CreateLoadBalancer", says="DuplicateLoadBalancerName: A load balancer with the same name '{name}' exists, but with different settings")  # fmt: skip
unique("aws:lb/targetGroup:TargetGroup", "name", call="elbv2 CreateTargetGroup", says="DuplicateTargetGroupName: A target group with the same name '{name}' exists, but with different settings")  # fmt: skip
unique("aws:lb/listener:Listener", "loadBalancerArn port", call="elbv2 CreateListener", says="DuplicateListener: A listener already exists on port {port} for this load balancer {loadBalancerArn}")  # fmt: skip
unique("aws:lb/listenerRule:ListenerRule", "listenerArn priority", call="elbv2 CreateRule", says="PriorityInUse: Priority '{priority}' is currently in use")  # fmt: skip
