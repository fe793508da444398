"""Cases of the route53 rules."""
# ruff: noqa: E501 (one row per thing)

from typing import Any

from tests.policy.cases.kind import Case, Extra, U, v

NEAR: Extra = ("lb/loadBalancer", "near", {"subnets": ["@a", "@b"]})
FAR: Extra = ("lb/loadBalancer", "far", {"region": "us-east-1"})


def record(name: str, role: str, target: str, health: Any = None, **more: Any) -> Extra:
    """A failover record of shop.example.com."""
    return ("route53/record", name, {**answer(role, target, health), **more})


def answer(role: Any, target: str, health: Any = None) -> dict[str, Any]:
    """The properties of a failover record."""
    return {
        "zoneId": "Z1", "name": "shop.example.com", "type": "A", "failoverRoutingPolicies": [{"type": role}],
        "aliases": [{"name": f"@{target}.dnsName", "zoneId": "Z2", "evaluateTargetHealth": True}],
        **({} if health is None else {"healthCheckId": health}),
    }  # fmt: skip


LATENCY: dict[str, Any] = {
    "zoneId": "Z1", "name": "api.example.com", "type": "A", "latencyRoutingPolicies": [{"region": "us-west-2"}],
}  # fmt: skip

CASES = {
    "failover-pair": Case(
        "route53/record",
        ok=v(NEAR, FAR, record("second", "SECONDARY", "far"), **answer("PRIMARY", "near")),
        bad=v(NEAR, FAR, **answer("PRIMARY", "near")),
        unknown=v(NEAR, FAR, record("second", "SECONDARY", "far"), **answer(U, "near")),
        na=v(zoneId="Z1", name="x.example.com", type="A", records=["192.0.2.1"]),
    ),
    "dns-ttl": Case(
        "route53/record",
        ok=v(weightedRoutingPolicies=[{"weight": 1}], ttl=60),
        bad=v(weightedRoutingPolicies=[{"weight": 1}], ttl=300),
        unknown=v(weightedRoutingPolicies=[{"weight": 1}], ttl=U),
        na=v(ttl=3600),
    ),
    "multi-record-health": Case(
        "route53/record",
        ok=v(("route53/healthCheck", "h", {}), latencyRoutingPolicies=[{"region": "us-west-2"}], healthCheckId="@h"),
        bad=v(latencyRoutingPolicies=[{"region": "us-west-2"}], aliases=[{"evaluateTargetHealth": False}]),
        unknown=v(latencyRoutingPolicies=[{"region": "us-west-2"}], aliases=[{"evaluateTargetHealth": U}]),
        na=v(ttl=60),
    ),
    "failover-targets-independent": Case(
        "route53/record",
        ok=v(NEAR, FAR, record("second", "SECONDARY", "far"), **answer("PRIMARY", "near")),
        bad=v(NEAR, record("second", "SECONDARY", "near"), **answer("PRIMARY", "near")),
        unknown=v(
            NEAR, ("lb/loadBalancer", "far", {"region": U}), record("second", "SECONDARY", "far"), **answer("PRIMARY", "near")
        ),
        na=v(NEAR, **answer("SECONDARY", "near")),
    ),
    "health-check-active": Case("route53/healthCheck", ok=v(type="HTTPS"), bad=v(disabled=True), unknown=v(disabled=U)),
    "health-check-fast": Case(
        "route53/healthCheck",
        ok=v(type="HTTPS", requestInterval=10, failureThreshold=3),
        bad=v(type="HTTPS", requestInterval=30, failureThreshold=10),
        unknown=v(type="HTTPS", requestInterval=30, failureThreshold=U),
        na=v(type="CALCULATED"),
    ),
    "several-answers": Case(
        "route53/record",
        ok=v(("route53/record", "y", {**LATENCY, "setIdentifier": "far"}), **LATENCY),
        bad=v(**LATENCY),
        unknown=v(latencyRoutingPolicies=[{"region": "us-west-2"}], zoneId="Z1", name=U, type="A"),
        na=v(ttl=60),
    ),
}  # fmt: skip
