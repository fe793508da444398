"""Load balancers and target groups."""

from collections.abc import Iterator

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.relations import (
    balancers_of,
    blue_green,
    members,
    target_groups_of,
    tasks_of,
    unattached,
    weighted_out,
)
from ha_policy.graph.values import UNKNOWN, CannotTell
from ha_policy.graph.zones import Zones
from ha_policy.rule import CORE, HINT, HYGIENE, REGULATED, Check, Param, Severity, rule, skip

from .common import MIN_ZONES, spans


@rule(
    "lb-distinct-az",
    "A load balancer has subnets in at least two distinct zones",
    "lb/loadBalancer",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a load balancer in one zone fails with that zone, and everything behind it is unreachable",
    fix="give it a subnet in each of at least two zones",
    refs=("REL10-BP01", "Security Hub ELB.13", "Config ELBV2_MULTIPLE_AZ"),
    params=MIN_ZONES,
)
def lb_distinct_az(balancer: Node, check: Check) -> Iterator[str]:
    yield from spans(check.graph.zones(balancer), check, "its subnets are")


@rule(
    "clb-multi-az",
    "A Classic Load Balancer has subnets in at least two distinct zones",
    "elb/loadBalancer",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a load balancer in one zone fails with that zone, and everything behind it is unreachable",
    fix="give it subnets in at least two zones, or replace it by an Application Load Balancer",
    refs=("REL10-BP01", "Security Hub ELB.10", "Config CLB_MULTIPLE_AZ"),
    params=MIN_ZONES,
)
def clb_multi_az(balancer: Node, check: Check) -> Iterator[str]:
    yield from spans(check.graph.zones(balancer), check, "its subnets are")


@rule(
    "clb-cross-zone",
    "A Classic Load Balancer has cross-zone load balancing on",
    "elb/loadBalancer",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without it, each zone's share of the traffic goes to that zone's instances only, however few are healthy",
    fix="set crossZoneLoadBalancing",
    refs=("Security Hub ELB.9", "Config ELB_CROSS_ZONE_LOAD_BALANCING_ENABLED"),
)
def clb_cross_zone(balancer: Node, check: Check) -> Iterator[str]:
    if not balancer.flag("crossZoneLoadBalancing", default=True):
        yield "crossZoneLoadBalancing is off"


@rule(
    "clb-connection-draining",
    "A Classic Load Balancer has connection draining on",
    "elb/loadBalancer",
    severity=Severity.LOW,
    levels=HINT,
    reason="without it, requests in flight are cut off whenever an instance is deregistered",
    fix="set connectionDraining",
    refs=("Security Hub ELB.7",),
)
def clb_draining(balancer: Node, check: Check) -> Iterator[str]:
    if not balancer.flag("connectionDraining"):
        yield "connectionDraining is off"


@rule(
    "clb-health-check",
    "A Classic Load Balancer has an explicit health check",
    "elb/loadBalancer",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="with the default check, instances that accept connections but return errors keep getting traffic",
    fix="set healthCheck with a target that the application answers",
    refs=("REL11-BP01", "compliance-policies aws-elb-loadbalancer-enable-health-check"),
)
def clb_health_check(balancer: Node, check: Check) -> Iterator[str]:
    if not balancer.given("healthCheck"):
        yield "it defines no healthCheck"
    elif not balancer.text("healthCheck.target"):
        yield "its healthCheck has no target"


@rule(
    "lb-deletion-protection",
    "A load balancer has deletion protection on",
    "lb/loadBalancer",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="deleting it by mistake takes down everything behind it, and its replacement gets another DNS name",
    fix="set enableDeletionProtection",
    refs=("REL13-BP01", "Security Hub ELB.6", "Config ELB_DELETION_PROTECTION_ENABLED"),
)
def lb_deletion_protection(balancer: Node, check: Check) -> Iterator[str]:
    if not balancer.flag("enableDeletionProtection"):
        yield "enableDeletionProtection is off"


@rule(
    "lb-health-check",
    "A target group's health check is on, and no error counts as healthy",
    "lb/targetGroup",
    severity=Severity.HIGH,
    levels=CORE,
    reason="targets that cannot serve keep getting their share of the requests",
    fix="leave healthCheck.enabled on, and set healthCheck.matcher to the codes of a success (200, or 200-399)",
    refs=("REL11-BP01", "Elastic Load Balancing guide: health checks for target groups"),
)
def lb_health_check(group: Node, check: Check) -> Iterator[str]:
    if group.text("targetType", "instance") == "lambda":
        skip("its target is a Lambda function")
    if not group.flag("healthCheck.enabled", default=True):
        yield "its healthCheck is disabled"
    elif _asks_http(group) and (errors := errors_in(group.text("healthCheck.matcher"), grpc=_is_grpc(group))):
        yield f"its healthCheck takes {errors} for healthy (matcher {group.text('healthCheck.matcher')})"


def errors_in(matcher: str, *, grpc: bool = False) -> str:
    """The first error that a matcher (``200``, ``200,302``, ``200-499``) takes for healthy; empty if there is none.

    A single 401 or 403 shows that the application answers, so it is no error. gRPC: 0 is OK, 12 the default
    (UNIMPLEMENTED); anything else beside them is an error.
    """
    for part in (p.strip() for p in matcher.split(",") if p.strip()):
        low, _, high = part.partition("-")
        if not low.isdigit() or not (high or low).isdigit():
            continue
        codes = range(int(low), int(high or low) + 1)
        bad = [c for c in codes if (c not in (0, 12) if grpc else c >= 400 and (len(codes) > 1 or c not in (401, 403)))]
        if bad:
            return f"{'gRPC code' if grpc else 'status'} {bad[-1]}"
    return ""


def _is_grpc(group: Node) -> bool:
    return group.text("protocolVersion") == "GRPC"


def _asks_http(group: Node) -> bool:
    return group.text("healthCheck.protocol", group.text("protocol", "HTTP")) in ("HTTP", "HTTPS")


@rule(
    "lb-health-check-path",
    "A target group's health check asks a path of its own",
    "lb/targetGroup",
    severity=Severity.MEDIUM,
    levels=REGULATED,
    reason="the default path / shows that the web server answers, not that the application can serve",
    fix="set healthCheck.path to one that shows that the application can serve",
    refs=("REL11-BP01", "checkov CKV_AWS_261"),
)
def lb_health_check_path(group: Node, check: Check) -> Iterator[str]:
    if group.text("targetType", "instance") == "lambda":
        skip("its target is a Lambda function")
    if not _asks_http(group) or _is_grpc(group):
        skip("its health check has no path")
    # The provider fills in / where nothing is set, so / means the same before and after deployment.
    if group.text("healthCheck.path", "/") == "/":
        yield "its healthCheck asks /, the default"


def _spread_over(graph: Graph, group: Node) -> tuple[tuple[Node, ...], Zones]:
    """What registers in a target group, and its zones together."""
    if group.text("targetType", "instance") in ("lambda", "alb"):
        skip("its target is a Lambda function or a load balancer")
    registered, missing = members(graph, group)
    total = Zones(unresolved=missing)
    for member in registered:
        total |= graph.zones(member)
    if not registered:
        if missing:
            raise CannotTell("; ".join(missing))
        skip("nothing in this stack registers with it")
    return registered, total


@rule(
    "target-group-spans-az",
    "A target group's targets are in at least two zones, all enabled on its load balancer",
    "lb/targetGroup",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="if all targets are in one zone and it fails, the load balancer has nothing to send requests to; targets in "
    "a zone that is not enabled on the load balancer get no traffic",
    fix="put targets in at least two of the load balancer's zones",
    refs=("REL10-BP01", "Trusted Advisor b92b83d667", "cloudsploit sameAzElb"),
    params=MIN_ZONES,
)
def target_group_spans_az(group: Node, check: Check) -> Iterator[str]:
    registered, zones = _spread_over(check.graph, group)
    if all(m.kind in ("lambda/function", "lambda/alias", "lb/loadBalancer") for m in registered):
        skip("its target is a Lambda function or a load balancer")
    yield from spans(zones, check, "its targets are")
    for balancer in balancers_of(check.graph, group):
        enabled = check.graph.zones(balancer)
        if outside := zones.names - enabled.names:
            enabled.exactly()
            yield f"it has targets in {', '.join(sorted(outside))}, where {balancer.name} is not enabled"


def _balances_over_zones(balancer: Node, group: Node) -> bool:
    """Whether cross-zone load balancing applies to a target group (default: on for Application Load Balancers, off for
    others).
    """
    own = group.raw("loadBalancingCrossZoneEnabled")
    if own is UNKNOWN:
        raise group.unknown("loadBalancingCrossZoneEnabled")
    if group.is_on("loadBalancingCrossZoneEnabled"):
        return True
    if group.is_off("loadBalancingCrossZoneEnabled"):
        return False
    if balancer.text("loadBalancerType", "application") == "application":
        return True
    return balancer.flag("enableCrossZoneLoadBalancing")


def _empty_zones(check: Check, balancer: Node, group: Node) -> frozenset[str]:
    _, zones = _spread_over(check.graph, group)
    enabled = check.graph.zones(balancer).exactly()
    empty = enabled - zones.names
    if empty:
        zones.exactly()
    return empty


@rule(
    "lb-az-without-targets",
    "With cross-zone load balancing off, every enabled zone has targets",
    "lb/targetGroup",
    severity=Severity.HIGH,
    levels=CORE,
    reason="without cross-zone load balancing, clients sent to a zone without targets get errors",
    fix="put targets in every enabled zone, or turn cross-zone load balancing on",
    refs=("REL10-BP01", "Trusted Advisor iqdCTZKCUp"),
)
def az_without_targets(group: Node, check: Check) -> Iterator[str]:
    balancers = [b for b in balancers_of(check.graph, group) if not _balances_over_zones(b, group)]
    if not balancers:
        skip("its traffic crosses zones, or no load balancer of this stack forwards to it")
    for balancer in balancers:
        if empty := _empty_zones(check, balancer, group):
            yield f"{balancer.name} sends traffic to {', '.join(sorted(empty))}, where the target group has no targets"


@rule(
    "nlb-cross-zone",
    "A Network Load Balancer has cross-zone load balancing on, or targets in each of its zones",
    "lb/loadBalancer",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="cross-zone load balancing is off by default; a zone with too few healthy targets then serves badly or not "
    "at all",
    fix="set enableCrossZoneLoadBalancing, or put targets of every target group in every enabled zone",
    refs=("REL10-BP01", "Config NLB_CROSS_ZONE_LOAD_BALANCING_ENABLED", "checkov CKV_AWS_152"),
)
def nlb_cross_zone(balancer: Node, check: Check) -> Iterator[str]:
    if balancer.text("loadBalancerType", "application") not in ("network", "gateway"):
        skip("it is an Application Load Balancer, where cross-zone load balancing is on by default")
    if balancer.flag("enableCrossZoneLoadBalancing"):
        return
    groups = target_groups_of(check.graph, balancer).resolved()
    if not groups:
        yield "enableCrossZoneLoadBalancing is off"
    for group in groups:
        if not group.is_on("loadBalancingCrossZoneEnabled"):
            if group.text("targetType", "instance") in ("alb", "lambda"):
                continue
            if not members(check.graph, group)[0] or _empty_zones(check, balancer, group):
                yield f"enableCrossZoneLoadBalancing is off and {group.name} does not have targets in every zone"


@rule(
    "target-group-attached",
    "A load balancer forwards to each target group, and something registers in it",
    "lb/targetGroup",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="targets that no listener forwards to serve nobody, and a listener that forwards to an empty target group "
    "answers 503",
    fix="name the target group in a listener or rule, and in targetGroupArns or loadBalancers of what serves",
    refs=("REL10-BP01", "Elastic Load Balancing guide: target groups"),
)
def target_group_attached(group: Node, check: Check) -> Iterator[str]:
    graph = check.graph
    registered, missing = members(graph, group)
    if not registered and (blue_green(graph, group) or weighted_out(graph, group)):
        skip("it is the idle side of a blue/green deployment")
    balancers = balancers_of(graph, group)
    if not balancers:
        if not graph.of("lb/loadBalancer"):
            skip("this stack has no load balancer")
        yield f"no listener forwards to it{', so that what registers in it gets no requests' if registered else ''}"
        return
    if registered or group.text("targetType", "instance") in ("lambda", "alb"):
        return
    if graph.of("eks/cluster"):
        skip("pods register in it: a manifest says which")
    idle, unresolved = unattached(graph)
    if idle and not missing and not unresolved:
        names = ", ".join(sorted(n.name for n in idle)[:3])
        yield f"nothing registers in it, while {names} registers with no load balancer"
        return
    why = "; ".join((*missing, *unresolved)) or f"what registers in {group.label} is not part of this stack"
    raise CannotTell(why)


CAPACITY = {"minTargets": Param("minimum number of targets", 2, minimum=2, maximum=1000)}


@rule(
    "lb-min-targets",
    "A target group always has at least two targets",
    "lb/targetGroup",
    severity=Severity.HIGH,
    levels=CORE,
    reason="a single target is a single point of failure",
    fix="raise the minimum of what registers in the group (minSize, desiredCount, attachments) to two",
    refs=("REL10-BP01", "cloudsploit elbv2MinimumTargetInstances"),
    params=CAPACITY,
)
def lb_min_targets(group: Node, check: Check) -> Iterator[str]:
    registered, _ = _spread_over(check.graph, group)
    needed, total = check.number("minTargets"), 0
    for member in registered:
        if member.kind == "autoscaling/group":
            total += int(member.number("minSize"))
        elif member.kind == "ecs/service":
            if member.text("schedulingStrategy", "REPLICA") == "DAEMON":
                skip("a daemon service has one task per instance")
            total += tasks_of(check.graph, member)
        elif member.kind in ("lambda/function", "lambda/alias", "lb/loadBalancer", "ecs/taskSet"):
            skip("its targets scale by themselves")
        else:
            total += 1
        if total >= needed:
            return
    _, missing = members(check.graph, group)
    if missing:
        raise CannotTell("; ".join(missing))
    yield f"it may have only {total} target{'' if total == 1 else 's'}; at least {needed} are needed"


@rule(
    "zonal-shift-ready",
    "Zonal shift is enabled, so that traffic can be moved away from an impaired zone",
    "lb/loadBalancer",
    "eks/cluster",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="without zonal shift, a zone that is impaired but not down keeps getting its share of the traffic",
    fix="set enableZonalShift on the load balancer, zonalShiftConfig.enabled on the EKS cluster",
    refs=("REL11-BP05", "Amazon Application Recovery Controller: zonal shift"),
)
def zonal_shift(node: Node, check: Check) -> Iterator[str]:
    if node.kind == "eks/cluster":
        if not node.flag("zonalShiftConfig.enabled"):
            yield "zonalShiftConfig is not enabled"
    elif node.text("loadBalancerType", "application") == "gateway":
        skip("gateway load balancers have no zonal shift")
    elif not node.flag("enableZonalShift"):
        yield "enableZonalShift is off"


@rule(
    "lb-health-check-fast",
    "A failed target is detected within about a minute",
    "lb/targetGroup",
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="clients get errors from a failed target for as long as interval times threshold",
    fix="lower healthCheck.interval or healthCheck.unhealthyThreshold",
    refs=("REL11-BP01", "Elastic Load Balancing guide: health checks"),
    params={"maxSeconds": Param("longest time to detect a failure, seconds", 90, minimum=5, maximum=3600)},
)
def lb_health_check_fast(group: Node, check: Check) -> Iterator[str]:
    if group.text("targetType", "instance") == "lambda" or not group.given("healthCheck"):
        skip("it has no health check of its own")
    seconds = group.number("healthCheck.interval", default=30) * group.number(
        "healthCheck.unhealthyThreshold", default=3
    )
    if seconds > check.number("maxSeconds"):
        yield f"a failure is detected after {seconds:g} seconds; at most {check.number('maxSeconds')} are allowed"
