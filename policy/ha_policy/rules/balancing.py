"""Load balancers and target groups."""

from collections.abc import Iterator

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.relations import balancers_of, members, target_groups_of
from ha_policy.graph.values import UNKNOWN, CannotTell
from ha_policy.graph.zones import Zones, zones_of
from ha_policy.rule import CORE, PRODUCTION, Check, Param, Severity, rule, skip

from .common import MIN_ZONES, spans


@rule(
    "lb-distinct-az",
    "A load balancer is enabled in at least two distinct zones",
    "lb/loadBalancer",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a load balancer of one zone takes everything behind it down with that zone",
    fix="give it one subnet in each of at least two zones",
    refs=("REL10-BP01", "Security Hub ELB.13", "Config ELBV2_MULTIPLE_AZ"),
    params=MIN_ZONES,
)
def lb_distinct_az(balancer: Node, check: Check) -> Iterator[str]:
    yield from spans(check.graph.zones(balancer), check, "its subnets are")


@rule(
    "clb-multi-az",
    "A classic load balancer is enabled in at least two distinct zones",
    "elb/loadBalancer",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a load balancer of one zone takes everything behind it down with that zone",
    fix="give it subnets in at least two zones, or better an Application Load Balancer",
    refs=("REL10-BP01", "Security Hub ELB.10", "Config CLB_MULTIPLE_AZ"),
    params=MIN_ZONES,
)
def clb_multi_az(balancer: Node, check: Check) -> Iterator[str]:
    yield from spans(check.graph.zones(balancer), check, "its subnets are")


@rule(
    "clb-cross-zone",
    "A classic load balancer balances over zones",
    "elb/loadBalancer",
    severity=Severity.MEDIUM,
    levels=CORE,
    reason="without it each zone's share of traffic goes to that zone's targets alone, however few are healthy",
    fix="set crossZoneLoadBalancing",
    refs=("Security Hub ELB.9", "Config ELB_CROSS_ZONE_LOAD_BALANCING_ENABLED"),
)
def clb_cross_zone(balancer: Node, check: Check) -> Iterator[str]:
    if not balancer.flag("crossZoneLoadBalancing", default=True):
        yield "crossZoneLoadBalancing is off"


@rule(
    "clb-connection-draining",
    "A classic load balancer lets connections finish",
    "elb/loadBalancer",
    severity=Severity.LOW,
    levels=PRODUCTION,
    reason="requests in flight are cut off whenever a target leaves",
    fix="set connectionDraining",
    refs=("Security Hub ELB.7",),
)
def clb_draining(balancer: Node, check: Check) -> Iterator[str]:
    if not balancer.flag("connectionDraining"):
        yield "connectionDraining is off"


@rule(
    "clb-health-check",
    "A classic load balancer checks the health of its instances",
    "elb/loadBalancer",
    severity=Severity.MEDIUM,
    levels=CORE,
    reason="without a chosen health check, instances that accept connections but do not serve keep getting traffic",
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
    "A load balancer is protected against deletion",
    "lb/loadBalancer",
    severity=Severity.MEDIUM,
    levels=PRODUCTION,
    reason="deleting the entry point by mistake is an outage of everything behind it, and gives it another address",
    fix="set enableDeletionProtection",
    refs=("REL13-BP01", "Security Hub ELB.6", "Config ELB_DELETION_PROTECTION_ENABLED"),
)
def lb_deletion_protection(balancer: Node, check: Check) -> Iterator[str]:
    if not balancer.flag("enableDeletionProtection"):
        yield "enableDeletionProtection is off"


@rule(
    "lb-health-check",
    "A target group defines the health check of its targets",
    "lb/targetGroup",
    severity=Severity.HIGH,
    levels=CORE,
    reason="without a chosen health check targets that do not serve keep getting traffic",
    fix="set healthCheck (a path that shows that the application can serve) and leave it enabled",
    refs=("REL11-BP01", "checkov CKV_AWS_261"),
)
def lb_health_check(group: Node, check: Check) -> Iterator[str]:
    if group.text("targetType", "instance") == "lambda":
        skip("its target is a function")
    if not group.given("healthCheck"):
        yield "it defines no healthCheck"
    elif not group.flag("healthCheck.enabled", default=True):
        yield "its healthCheck is disabled"
    elif _asks_http(group) and not group.given("healthCheck.path"):
        yield "its healthCheck has no path, so whatever answers on / counts as healthy"


def _asks_http(group: Node) -> bool:
    return group.text("healthCheck.protocol", group.text("protocol", "HTTP")) in ("HTTP", "HTTPS")


def _spread_over(graph: Graph, group: Node) -> tuple[tuple[Node, ...], Zones]:
    """What registers in a group, and the zones of all of it."""
    if group.text("targetType", "instance") in ("lambda", "alb"):
        skip("its target is not in zones of its own")
    registered, missing = members(graph, group)
    total = Zones(unresolved=missing)
    for member in registered:
        total |= member_zones(graph, member)
    if not registered:
        if missing:
            raise CannotTell("; ".join(missing))
        skip("nothing in this stack registers in it")
    return registered, total


def member_zones(graph: Graph, member: Node) -> Zones:
    """The zones of a member of a target group; an address that is attached says its zone itself."""
    if member.kind == "lb/targetGroupAttachment":
        zone = member.raw("availabilityZone")
        known = isinstance(zone, str) and zone not in ("", "all")
        return zones_of([zone], ()) if known else Zones(unresolved=(f"the zone of {member.label}",))
    return graph.zones(member)


@rule(
    "target-group-spans-az",
    "The members of a target group are in at least two zones, all enabled on its load balancer",
    "lb/targetGroup",
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a load balancer in many zones serves nothing when all its targets were in the zone that failed; "
    "targets in a zone that is not enabled never get traffic",
    fix="put the group's members into at least two of the load balancer's zones",
    refs=("REL10-BP01", "Trusted Advisor b92b83d667", "cloudsploit sameAzElb"),
    params=MIN_ZONES,
)
def target_group_spans_az(group: Node, check: Check) -> Iterator[str]:
    registered, zones = _spread_over(check.graph, group)
    if all(m.kind in ("lambda/function", "lambda/alias", "lb/loadBalancer") for m in registered):
        skip("its target is not in zones of its own")
    yield from spans(zones, check, "its members are")
    for balancer in balancers_of(check.graph, group):
        enabled = check.graph.zones(balancer)
        if outside := zones.names - enabled.names:
            enabled.exactly()
            yield f"it has members in {', '.join(sorted(outside))}, where {balancer.name} is not enabled"


def _balances_over_zones(balancer: Node, group: Node) -> bool:
    """Whether a target group's traffic crosses zones (default: Application Load Balancers do, the others do not)."""
    own = group.raw("loadBalancingCrossZoneEnabled")
    if own is UNKNOWN:
        raise group.unknown("loadBalancingCrossZoneEnabled")
    if own in ("true", True):
        return True
    if own in ("false", False):
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
    "No zone of a load balancer is without targets while traffic stays in its zone",
    "lb/targetGroup",
    severity=Severity.HIGH,
    levels=CORE,
    reason="with cross-zone balancing off, clients sent to a zone without targets get errors",
    fix="put targets into every enabled zone, or turn cross-zone balancing on",
    refs=("REL10-BP01", "Trusted Advisor iqdCTZKCUp"),
)
def az_without_targets(group: Node, check: Check) -> Iterator[str]:
    balancers = [b for b in balancers_of(check.graph, group) if not _balances_over_zones(b, group)]
    if not balancers:
        skip("its traffic crosses zones, or no load balancer of this stack forwards to it")
    for balancer in balancers:
        if empty := _empty_zones(check, balancer, group):
            yield f"{balancer.name} sends traffic into {', '.join(sorted(empty))}, where the group has no members"


@rule(
    "nlb-cross-zone",
    "A Network Load Balancer balances over zones, or has targets in each of its zones",
    "lb/loadBalancer",
    severity=Severity.MEDIUM,
    levels=PRODUCTION,
    reason="with cross-zone balancing off (the default) a zone with too few healthy targets serves badly or not at all",
    fix="set enableCrossZoneLoadBalancing, or put members of every target group into every enabled zone",
    refs=("REL10-BP01", "Config NLB_CROSS_ZONE_LOAD_BALANCING_ENABLED", "checkov CKV_AWS_152"),
)
def nlb_cross_zone(balancer: Node, check: Check) -> Iterator[str]:
    if balancer.text("loadBalancerType", "application") not in ("network", "gateway"):
        skip("it is an Application Load Balancer: balancing over zones is its default")
    if balancer.flag("enableCrossZoneLoadBalancing"):
        return
    groups = target_groups_of(check.graph, balancer).sure()
    if not groups:
        yield "enableCrossZoneLoadBalancing is off"
    for group in groups:
        if group.raw("loadBalancingCrossZoneEnabled") not in ("true", True):
            if group.text("targetType", "instance") in ("alb", "lambda"):
                continue
            if not members(check.graph, group)[0] or _empty_zones(check, balancer, group):
                yield f"enableCrossZoneLoadBalancing is off and {group.name} does not have members in every zone"


CAPACITY = {"minTargets": Param("fewest targets that are always there", 2, minimum=2, maximum=1000)}


@rule(
    "lb-min-targets",
    "At least two targets stand behind a load balancer at any time",
    "lb/targetGroup",
    severity=Severity.HIGH,
    levels=CORE,
    reason="one target is one machine: its failure, or its zone's, is an outage",
    fix="raise the floor of what registers in the group (minSize, desiredCount, attachments) to two",
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
            total += int(member.number("desiredCount"))
        elif member.kind in ("lambda/function", "lambda/alias", "lb/loadBalancer", "ecs/taskSet"):
            skip("what registers in it scales by itself")
        else:
            total += 1
        if total >= needed:
            return
    _, missing = members(check.graph, group)
    if missing:
        raise CannotTell("; ".join(missing))
    yield f"no more than {total} target is there at any time; {needed} are needed"


@rule(
    "zonal-shift-ready",
    "Traffic can be shifted away from an impaired zone",
    "lb/loadBalancer",
    "eks/cluster",
    severity=Severity.MEDIUM,
    levels=PRODUCTION,
    reason="without zonal shift an impaired but not failed zone keeps getting its share of traffic",
    fix="set enableZonalShift on the load balancer, zonalShiftConfig.enabled on the cluster",
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
    "A target that fails is noticed within about a minute",
    "lb/targetGroup",
    severity=Severity.MEDIUM,
    levels=CORE,
    reason="interval times threshold is how long clients get errors from a target that has failed",
    fix="lower healthCheck.interval or healthCheck.unhealthyThreshold",
    refs=("REL11-BP01", "Elastic Load Balancing guide: health checks"),
    params={"maxSeconds": Param("longest time to notice", 90, minimum=5, maximum=3600)},
)
def lb_health_check_fast(group: Node, check: Check) -> Iterator[str]:
    if group.text("targetType", "instance") == "lambda" or not group.given("healthCheck"):
        skip("it has no health check of its own")
    seconds = group.number("healthCheck.interval", default=30) * group.number(
        "healthCheck.unhealthyThreshold", default=3
    )
    if seconds > check.number("maxSeconds"):
        yield f"it takes {seconds:g} seconds to notice; at most {check.number('maxSeconds')} are allowed"
