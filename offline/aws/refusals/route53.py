# ruff: noqa: E501 (what AWS says is as long as it is)
"""Route 53."""

import ipaddress
from collections.abc import Iterator
from typing import Any, cast

from offline.aws import regions
from offline.aws.refusals import Case, Problem, not_both, one_of, others, ranged, refuses
from offline.aws.refusals.cloudwatch import COMPOSITE_ALARM, METRIC_ALARM
from offline.aws.unique import unique

HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck"
RECORD = "aws:route53/record:Record"
ROUTING_POLICIES = (
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
    given = [p for p in ROUTING_POLICIES if case.given(p)]
    given += ["multivalueAnswerRoutingPolicy"] if case.get("multivalueAnswerRoutingPolicy") is True else []
    yield from not_both(case, *given)
    if given and not case.given("setIdentifier"):
        yield "setIdentifier", "InvalidInput: setIdentifier must be given with a routing policy"
    if case.given("setIdentifier") and not given and not any(case.unknown(p) for p in ROUTING_POLICIES):
        yield "setIdentifier", "InvalidInput: setIdentifier is for records with a routing policy"
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


@refuses(HEALTH_CHECK, "aws:route53/zone:Zone")
def tags_fit_one_request(case: Case) -> Iterator[Problem]:
    """Route 53 ChangeTagsForResource: "You can add a maximum of 10 tags to a health check or a hosted zone"; AddTags has at most 10 members."""
    tags = case.inputs.get("tags")
    if isinstance(tags, dict) and len(cast(dict[str, Any], tags)) > 10:
        yield "tags", f"InvalidInput: at most 10 tags can be added, got {len(cast(dict[str, Any], tags))}"


@refuses(HEALTH_CHECK)
def health_check_is_legal(case: Case) -> Iterator[Problem]:
    """Route 53 CreateHealthCheck: intervals 10 or 30 s, thresholds 1-10, what each type needs."""
    kind = case.text("type")
    endpoints = ("HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP")
    yield from one_of(case, "requestInterval", 10, 30)
    if kind in endpoints and not case.given("fqdn") and not case.given("ipAddress"):
        yield "fqdn", "InvalidInput: fqdn or ipAddress must be given"
    if kind == "TCP" and not case.given("port"):
        yield "port", "InvalidInput: port must be given for TCP"
    if kind in ("HTTP_STR_MATCH", "HTTPS_STR_MATCH") and not case.given("searchString"):
        yield "searchString", f"InvalidInput: searchString must be given for {kind}"
    if kind == "CALCULATED":
        children = case.list("childHealthchecks")
        if not children and not case.unknown("childHealthchecks"):
            yield "childHealthchecks", "InvalidInput: childHealthchecks must be given for CALCULATED"
        if len(children) > 256:
            yield "childHealthchecks", "InvalidInput: at most 256 child health checks"
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


@refuses(HEALTH_CHECK)
def calculated_check_monitors_no_calculated_check(case: Case) -> Iterator[Problem]:
    """Route 53 developer guide, "Values that you specify when you create or update health checks": a calculated health check cannot monitor the status of other calculated health checks."""
    if case.text("type") != "CALCULATED":
        return
    for i, child in enumerate(case.list("childHealthchecks")):
        if (case.inventory.get(HEALTH_CHECK, child) or {}).get("type") == "CALCULATED":
            yield (
                f"childHealthchecks[{i}]",
                f"InvalidInput: A calculated health check cannot monitor another calculated health check ({child})",
            )


@refuses(RECORD, existing=True)
def records_of_a_name_have_one_policy(case: Case) -> Iterator[Problem]:
    """Route 53 ChangeResourceRecordSets: InvalidChangeBatch "RRSet … cannot be created because a … RRSet with the same name and type exists"."""
    mine = _routing_policy(case)
    for name, other in others(case, RECORD):
        theirs = _routing_policy(other)
        same = None not in _record_key(case)[:3] and _record_key(other)[:3] == _record_key(case)[:3]
        if same and None not in (mine, theirs) and mine != theirs:
            yield (
                "setIdentifier",
                f"InvalidChangeBatch: [RRSet with DNS name {case.text('name')}, type {case.text('type')} cannot be created because {name} has the same name and type and another routing policy ({theirs})]",
            )


@refuses(RECORD, existing=True)
def failover_records_have_different_roles(case: Case) -> Iterator[Problem]:
    """Route 53 ResourceRecordSet, Failover: one record is PRIMARY and the other SECONDARY (boto3 issue 1347: refused)."""
    mine = _failover_role(case)
    for name, other in others(case, RECORD):
        same = None not in _record_key(case)[:3] and _record_key(other)[:3] == _record_key(case)[:3]
        if same and mine is not None and _failover_role(other) == mine:
            yield (
                "failoverRoutingPolicies",
                f"InvalidChangeBatch: [RRSet with DNS name {case.text('name')}, type {case.text('type')} cannot be created because {name} has the same name and type and is {mine} already]",
            )


def _failover_role(case: Case) -> str | None:
    return next((policy.text("type") for _, policy in case.objects("failoverRoutingPolicies")), None)


def _routing_policy(case: Case) -> str | None:
    """The record's routing policy, None while that is not certain."""
    if case.unknown("setIdentifier") or any(case.unknown(p) for p in ROUTING_POLICIES):
        return None
    return next(
        (p for p in ROUTING_POLICIES if case.given(p)), "multivalue" if case.given("setIdentifier") else "simple"
    )


def _record_key(case: Case) -> tuple[str | None, ...]:
    name = case.text("name")
    plain = None if name is None else name.lower().rstrip(".")
    if case.unknown("setIdentifier"):
        return (None, plain, case.text("type"), None)
    return (case.text("zoneId"), plain, case.text("type"), case.text("setIdentifier"))


@refuses("aws:route53/record:Record")
def cloudfront_alias_does_not_evaluate_health(case: Case) -> Iterator[Problem]:
    """Route 53 AliasTarget: EvaluateTargetHealth cannot be true for a CloudFront distribution."""
    for path, alias in case.objects("aliases"):
        if alias.text("zoneId") == regions.CLOUDFRONT_ZONE and alias.get("evaluateTargetHealth") is True:
            yield (
                f"{path}.evaluateTargetHealth",
                "InvalidChangeBatch: EvaluateTargetHealth cannot be set to true for an alias to a CloudFront distribution",
            )


@refuses("aws:route53/healthCheck:HealthCheck")
def health_check_alarm_is_supported(case: Case) -> Iterator[Problem]:
    """Route 53 Developer Guide, "Monitoring a CloudWatch alarm": standard statistics of one metric; no percentile, metric maths, composite or M of N."""
    name = case.text("cloudwatchAlarmName")
    if name is None or case.text("cloudwatchAlarmRegion") != case.region:
        return
    alarm = case.inventory.find(METRIC_ALARM, "name", name)
    why = ""
    if case.inventory.find(COMPOSITE_ALARM, "alarmName", name):
        why = "composite alarms"
    elif alarm and alarm.get("metricQueries"):
        why = "alarms on metric maths"
    elif alarm and alarm.get("extendedStatistic"):
        why = "alarms on percentiles"
    elif alarm and alarm.get("datapointsToAlarm") not in (None, 0, alarm.get("evaluationPeriods")):
        why = "alarms on M out of N datapoints"
    if why:
        yield "cloudwatchAlarmName", f"InvalidInput: Route 53 health checks do not support {why} ({name})"


def _record_keys(case: Case) -> Iterator[tuple[str | None, ...]]:
    key = _record_key(case)
    taken_over = case.get("allowOverwrite") is True or case.unknown("allowOverwrite")
    zone, name, kind, identifier = key
    if None not in key[:3] and not case.unknown("setIdentifier") and not taken_over:
        yield zone, kind, identifier, name


unique("aws:route53/record:Record", "zoneId type setIdentifier= name", call="route53 ChangeResourceRecordSets", says="InvalidChangeBatch: [Tried to create resource record set [name='{name}', type='{type}'] but it already exists]", regional=False, keys=_record_keys)  # fmt: skip
