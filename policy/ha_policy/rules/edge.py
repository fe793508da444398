"""CloudFront and Global Accelerator."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from ha_policy.graph.node import Node
from ha_policy.graph.values import UNKNOWN
from ha_policy.rule import CORE, HYGIENE, PRODUCTION, Check, Severity, rule, skip

DISTRIBUTION: Final = "cloudfront/distribution"
ORIGINS: Final = (
    "s3/bucket", "lb/loadBalancer", "route53/record", "apigatewayv2/api", "apigateway/restApi", "lambda/functionUrl",
    "cloudfront/vpcOrigin", "mediapackagev2/channelGroup",
)  # fmt: skip
# Status codes of a failing origin (CloudFront guide: origin failover).
FAILURES: Final = frozenset({500, 502, 503, 504})


@rule(
    "cloudfront-origin-failover",
    "A CloudFront distribution has an origin group",
    DISTRIBUTION,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without a second origin, the distribution returns errors, except for cached objects, when its origin fails",
    fix="add an origin group with two origins and use it as targetOriginId",
    refs=("REL10-BP01", "Security Hub CloudFront.4", "checkov CKV_AWS_310"),
)
def origin_failover(distribution: Node, check: Check) -> Iterator[str]:
    if not distribution.given("originGroups"):
        yield "it has no origin group"


@rule(
    "cloudfront-failover-real",
    "A CloudFront origin group has two different origins and fails over on 500, 502, 503 and 504",
    DISTRIBUTION,
    severity=Severity.HIGH,
    levels=CORE,
    reason="two origins with the same domain fail together; status codes not listed are returned to clients",
    fix="give the members different domains, and set failoverCriteria to 500, 502, 503 and 504",
    refs=("REL11-BP02", "CloudFront guide: optimizing high availability with origin failover"),
)
def failover_real(distribution: Node, check: Check) -> Iterator[str]:
    groups = distribution.blocks("originGroups")
    if not groups:
        skip("it has no origin group")
    origins, hidden = _origins(distribution, check)
    for group in groups:
        name = group.text("originId", "without name")
        members = [m.text("originId") for m in group.blocks("members")]
        if len(set(members)) < 2:
            yield f"origin group {name} has fewer than two members"
        if not hidden and (unknown := [m for m in members if m not in origins]):
            yield f"origin group {name} names {', '.join(unknown)}, which is not an origin of the distribution"
        domains = [origins[m].raw("domainName") for m in members if m in origins]
        known = [d for d in domains if d is not UNKNOWN]
        if len(set(known)) < len(known):
            yield f"the members of origin group {name} have the same domain"
        elif (unclear := len(domains) - len(known)) > 1:  # each of them is of a resource that the origins depend on
            sources = set(distribution.property_dependencies.get("origins", ()))
            if not distribution.is_terraform and len(sources) < unclear:
                raise distribution.unknown("origins", "come from fewer resources than there are origins in the group")
        codes = {int(c) for c in group.items("failoverCriteria.statusCodes")}
        if missing := FAILURES - codes:
            yield f"origin group {name} does not fail over on {', '.join(str(c) for c in sorted(missing))}"


def _origins(distribution: Node, check: Check) -> tuple[dict[str, Node], bool]:
    """The origins by id, and whether some are unknown: an origin with a secret header is secret, and so unknown, as a
    whole.

    Those are distinguished by their dependencies. Raises CannotTell if that gives fewer than two targets.
    """
    given = distribution.raw("origins")
    items: tuple[Any, ...] = cast(tuple[Any, ...], given) if isinstance(given, tuple) else (given,)
    known = [distribution.block("origins", cast(Mapping[str, Any], i)) for i in items if isinstance(i, Mapping)]
    hidden = any(i is UNKNOWN for i in items)
    if hidden and len(check.graph.refs(distribution, "origins", *ORIGINS).nodes) < 2:
        raise distribution.unknown("origins")
    return {o.text("originId"): o for o in known}, hidden


@rule(
    "cloudfront-uses-failover",
    "Every CloudFront origin group is used by a cache behavior",
    DISTRIBUTION,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="an origin group that no cache behavior targets never serves a request",
    fix="use the group's originId as targetOriginId of the behaviors that allow only GET, HEAD and OPTIONS",
    refs=("REL11-BP02", "CloudFront guide: origin failover works for GET, HEAD and OPTIONS"),
)
def uses_failover(distribution: Node, check: Check) -> Iterator[str]:
    groups = {g.text("originId") for g in distribution.blocks("originGroups")}
    if not groups:
        skip("it has no origin group")
    behaviours = [*distribution.blocks("defaultCacheBehavior"), *distribution.blocks("orderedCacheBehaviors")]
    used = {b.text("targetOriginId") for b in behaviours}
    if unused := groups - used:
        yield f"no behaviour uses origin group {', '.join(sorted(unused))}"


@rule(
    "cloudfront-enabled",
    "A CloudFront distribution to which a name leads is enabled",
    DISTRIBUTION,
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="a disabled distribution answers no request, so the name that leads to it is down",
    fix="set enabled to true; before you retire a distribution, let its names lead elsewhere",
    refs=("CloudFront guide: distribution settings, distribution state",),
)
def enabled(distribution: Node, check: Check) -> Iterator[str]:
    if distribution.flag("enabled", default=True):
        return
    records = check.graph.referrers(distribution, "route53/record", "aliases.name", DISTRIBUTION).nodes
    if not distribution.given("aliases") and not records:
        skip("it is disabled and has no name of its own")
    yield "it is disabled"


@rule(
    "accelerator-multi-region",
    "A Global Accelerator listener has two Regions or two endpoints",
    "globalaccelerator/listener",
    severity=Severity.HIGH,
    levels=CORE,
    reason="with one endpoint, there is nowhere to send clients when it fails",
    fix="add an endpoint group in another Region",
    refs=("REL10-BP01", "Global Accelerator guide: endpoint groups"),
)
def accelerator(listener: Node, check: Check) -> Iterator[str]:
    refs = check.graph.referrers(listener, "globalaccelerator/endpointGroup", "listenerArn", listener.kind)
    if not refs.nodes:
        refs.resolved()
        yield "it has no endpoint group"
        return
    regions = {_group_region(g, check) for g in refs.nodes}
    endpoints = sum(len(g.items("endpointConfigurations")) for g in refs.nodes)
    if len(regions) < 2 and endpoints < 2:
        yield f"it has {endpoints} endpoint in {', '.join(sorted(regions))}"


def _group_region(group: Node, check: Check) -> str:
    region = group.raw("endpointGroupRegion")
    if region is UNKNOWN:
        raise group.unknown("endpointGroupRegion")
    if region:
        return str(region)
    if isinstance(group.provider_region, str):
        return group.provider_region
    raise group.unknown("the Region of its endpoints")


@rule(
    "accelerator-dial",
    "A Global Accelerator endpoint group takes traffic",
    "globalaccelerator/endpointGroup",
    "globalaccelerator/accelerator",
    severity=Severity.HIGH,
    levels=CORE,
    reason="an endpoint group with a traffic dial of 0 never takes over",
    fix="raise trafficDialPercentage and the endpoints' weights, and leave enabled on; health checks do the failover",
    refs=("Global Accelerator guide: traffic dials",),
)
def accelerator_dial(group: Node, check: Check) -> Iterator[str]:
    if group.kind == "globalaccelerator/accelerator":
        if not group.flag("enabled", default=True):
            yield "it is disabled"
        return
    if group.number("trafficDialPercentage", default=100) <= 0:
        yield "trafficDialPercentage is 0"
    endpoints = group.blocks("endpointConfigurations")
    if endpoints and all(e.number("weight", default=128) <= 0 for e in endpoints):
        yield "all its endpoints have weight 0"


@rule(
    "medialive-standard",
    "A MediaLive channel has two pipelines",
    "medialive/channel",
    severity=Severity.HIGH,
    levels=CORE,
    reason="a channel with a single pipeline stops with its zone",
    fix="set channelClass to STANDARD, with two destinations",
    refs=("REL10-BP01", "MediaLive guide: channel class"),
)
def medialive(channel: Node, check: Check) -> Iterator[str]:
    kind = channel.text("channelClass", "STANDARD")
    if kind != "STANDARD":
        yield f"channelClass is {kind}"
