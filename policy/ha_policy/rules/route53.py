"""Route 53: failover records, health checks, TTLs."""

from collections.abc import Iterator
from typing import Any, Final

from ha_policy.graph.model import Graph
from ha_policy.graph.node import Node
from ha_policy.graph.relations import memoized
from ha_policy.graph.values import UNKNOWN, CannotTell
from ha_policy.rule import CORE, HYGIENE, PRODUCTION, Check, Param, Severity, rule, skip

from .regions import serves_from_one

RECORD: Final = "route53/record"
HEALTH: Final = "route53/healthCheck"
FAILOVER: Final = "failoverRoutingPolicies"
SPREADING: Final = (
    "weightedRoutingPolicies", "latencyRoutingPolicies", "geolocationRoutingPolicies", "geoproximityRoutingPolicy",
    "cidrRoutingPolicy", "multivalueAnswerRoutingPolicy",
)  # fmt: skip
ENDS: Final = (
    "lb/loadBalancer", "elb/loadBalancer", "cloudfront/distribution", "apigateway/domainName",
    "apigatewayv2/domainName", "globalaccelerator/accelerator", "s3/bucket", "ec2/vpcEndpoint", "ec2/eip",
    "ec2/instance", "rds/instance", "rds/cluster", "elasticbeanstalk/environment", "lambda/functionUrl", RECORD,
)  # fmt: skip


def _routes_by(record: Node, policy: str) -> bool:
    """Whether a record has a routing policy. Of one that is a boolean, a state says false where there is none."""
    return record.given(policy) and not record.is_off(policy)


def _key(record: Node) -> tuple[Any, ...]:
    """Records with the same key are alternatives: zone, name, type. An unknown name is identified by its
    dependencies.
    """

    def part(path: str) -> Any:
        value = record.raw(path)
        if value is UNKNOWN:
            edges = record.property_dependencies.get(path)
            if not edges:
                raise record.unknown(path)
            return tuple(sorted(edges))
        return value

    return part("zoneId"), part("name"), part("type")


def siblings(graph: Graph, record: Node) -> tuple[Node, ...]:
    """All records with the same zone, name and type, this one included. Raises CannotTell if there may be more."""
    index, unplaced = memoized(graph, ("records", ""), lambda: _records(graph))
    found = tuple(index.get(_key(record), (record,)))
    if len(found) < 2 and unplaced:
        raise CannotTell("; ".join(unplaced))
    return found


def _records(graph: Graph) -> tuple[dict[tuple[Any, ...], list[Node]], tuple[str, ...]]:
    index: dict[tuple[Any, ...], list[Node]] = {}
    unplaced: list[str] = []
    for record in graph.of(RECORD):
        try:
            index.setdefault(_key(record), []).append(record)
        except CannotTell as unknown:
            unplaced.append(unknown.what)
    return index, tuple(unplaced)


def _role(record: Node) -> str:
    policies = record.blocks(FAILOVER)
    return policies[0].text("type") if policies else ""


def _watched(record: Node) -> bool:
    """Whether Route 53 stops answering with the record when its target is unhealthy."""
    if record.given("healthCheckId"):
        return True
    return any(a.flag("evaluateTargetHealth") for a in record.blocks("aliases"))


@rule(
    "failover-pair",
    "Route 53 failover records come as a PRIMARY and a SECONDARY, each with its own health check",
    RECORD,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="without a secondary or a health check, the primary never fails over",
    fix="give the name one PRIMARY and one SECONDARY, with different health checks or evaluateTargetHealth",
    refs=("REL11-BP02", "REL13-BP02", "Trusted Advisor b73EEdD790"),
)
def failover_pair(record: Node, check: Check) -> Iterator[str]:
    if not record.given(FAILOVER):
        skip("it is not a failover record")
    pair = siblings(check.graph, record)
    roles = [_role(r) for r in pair]
    # A PRIMARY alone in a stack with one Region promises no failover: it has its policy so that a second Region can be
    # added.
    alone = roles == ["PRIMARY"] and serves_from_one(check.graph)
    if not alone and (roles.count("PRIMARY") != 1 or roles.count("SECONDARY") < 1):
        found = f"{roles.count('PRIMARY')} PRIMARY and {roles.count('SECONDARY')} SECONDARY"
        yield f"{record.text('name', 'the name')} has {found}" if record.raw("name") is not UNKNOWN else found
    if not _watched(record):
        yield f"it is {_role(record)} and has neither healthCheckId nor evaluateTargetHealth"
    mine = {n.urn for n in check.graph.refs(record, "healthCheckId", HEALTH).nodes}
    for other in pair:
        if other is not record and mine & {n.urn for n in check.graph.refs(other, "healthCheckId", HEALTH).nodes}:
            yield f"{other.name} has the same health check, so both become unhealthy together"


@rule(
    "dns-ttl",
    "A DNS record that fails over has a TTL of at most 60 seconds",
    RECORD,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="after a failover, resolvers keep the old answer for the whole TTL",
    fix="set ttl to 60 or less, or use an alias",
    refs=("Trusted Advisor C056F80cR3", "Route 53 guide: best practices"),
    params={"maxSeconds": Param("longest TTL, seconds", 60, minimum=1, maximum=86400)},
)
def dns_ttl(record: Node, check: Check) -> Iterator[str]:
    if not record.given(FAILOVER) and not any(_routes_by(record, p) for p in SPREADING):
        skip("it has no routing policy")
    if record.given("aliases"):
        skip("it is an alias: its target's TTL applies")
    if record.number("ttl") > check.number("maxSeconds"):
        yield f"ttl is {record.number('ttl'):g} seconds; at most {check.number('maxSeconds')} are allowed"


@rule(
    "multi-record-health",
    "Every record of a weighted, latency, geolocation or multivalue set has a health check",
    RECORD,
    severity=Severity.HIGH,
    levels=CORE,
    reason="a record without a health check keeps its share of the clients after its endpoint has failed",
    fix="set healthCheckId, or evaluateTargetHealth of the alias",
    refs=("REL11-BP02", "Route 53 guide: how health checks work in complex configurations"),
)
def multi_record(record: Node, check: Check) -> Iterator[str]:
    if not any(_routes_by(record, p) for p in SPREADING):
        skip("it is not one of several answers")
    if not _watched(record):
        yield "it has neither healthCheckId nor evaluateTargetHealth"


@rule(
    "failover-targets-independent",
    "The primary and the secondary failover record lead to different Regions",
    RECORD,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a secondary that leads to the same resource or the same Region is lost with the primary",
    fix="point the secondary at another Region (or at least at another resource)",
    refs=("REL10-BP01", "REL13-BP02"),
    params={"otherRegion": Param("require another Region, not only another resource", default=True)},
)
def independent_targets(record: Node, check: Check) -> Iterator[str]:
    if not record.given(FAILOVER) or _role(record) != "PRIMARY":
        skip("it is not the primary of a pair")
    own = _target(check.graph, record)
    for other in siblings(check.graph, record):
        if other is record or _role(other) != "SECONDARY":
            continue
        theirs = _target(check.graph, other)
        if own[0] == theirs[0]:
            yield f"{other.name} leads to the same target ({own[0]})"
        elif check.flag("otherRegion") and own[1] == theirs[1] and own[1] != "global":
            yield f"{other.name} leads to the same Region ({own[1]})"


def _target(graph: Graph, record: Node) -> tuple[str, str]:
    """The target of a record: its name and Region."""
    path = "aliases.name" if record.given("aliases") else "records"
    refs = graph.refs(record, path, *ENDS)
    for node in refs.nodes:
        return node.name, graph.region(node)
    texts = [v for v in record.leaves(path) if isinstance(v, str)]
    if not texts:
        refs.resolved()
        raise record.unknown(path)
    return texts[0], "global"


@rule(
    "health-check-active",
    "A Route 53 health check can fail",
    HEALTH,
    severity=Severity.HIGH,
    levels=CORE,
    reason="Route 53 counts a disabled health check as healthy, and so a calculated one whose threshold is 0: clients "
    "are still sent to an endpoint that has failed",
    fix="leave disabled off, set childHealthThreshold to at least 1, and use invertHealthcheck only on purpose",
    refs=("Route 53 API: UpdateHealthCheck, Disabled", "Route 53 API: HealthCheckConfig, HealthThreshold"),
)
def health_active(health: Node, check: Check) -> Iterator[str]:
    if health.flag("disabled"):
        yield "it is disabled, which counts as healthy"
    if health.text("type") == "CALCULATED" and health.number("childHealthThreshold", default=1) < 1:
        yield "childHealthThreshold is 0, which counts as healthy whatever the other health checks say"


@rule(
    "health-check-fast",
    "A Route 53 health check detects a failure within about a minute",
    HEALTH,
    severity=Severity.MEDIUM,
    levels=HYGIENE,
    reason="clients get errors for interval times threshold before the failover even starts",
    fix="set requestInterval and failureThreshold so that their product is at most 90 seconds",
    refs=("REL11-BP01", "Route 53 guide: how Route 53 determines whether an endpoint is healthy"),
    params={"maxSeconds": Param("longest time to detect a failure, seconds", 90, minimum=10, maximum=3600)},
)
def health_fast(health: Node, check: Check) -> Iterator[str]:
    if health.text("type") in ("CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"):
        skip("it does not probe an endpoint itself")
    seconds = health.number("requestInterval", default=30) * health.number("failureThreshold", default=3)
    if seconds > check.number("maxSeconds"):
        yield f"a failure is detected after {seconds:g} seconds; at most {check.number('maxSeconds')} are allowed"


@rule(
    "several-answers",
    "A name with a routing policy has more than one record",
    RECORD,
    severity=Severity.HIGH,
    levels=PRODUCTION,
    reason="with one record, there is nowhere else to send clients when it is unhealthy",
    fix="add a record for another Region with the same name, type and routing policy",
    refs=("REL11-BP02", "Route 53 guide: choosing a routing policy"),
)
def several_answers(record: Node, check: Check) -> Iterator[str]:
    if not any(_routes_by(record, p) for p in (FAILOVER, *SPREADING)):
        skip("it is not one of several answers")
    if len(siblings(check.graph, record)) < 2:
        yield "it is the only record of its name"
