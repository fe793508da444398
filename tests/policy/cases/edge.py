"""Cases of the DNS, CloudFront, Global Accelerator and Region rules."""
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


def distribution(first: Any, second: Any, codes: Any = (500, 502, 503, 504), target: Any = "group") -> dict[str, Any]:
    """A distribution with an origin group."""
    return {
        "origins": [{"originId": "one", "domainName": first}, {"originId": "two", "domainName": second}],
        "originGroups": [{
            "originId": "group", "members": [{"originId": "one"}, {"originId": "two"}],
            "failoverCriteria": {"statusCodes": codes if codes is U else list(codes)},
        }],
        "defaultCacheBehavior": {"targetOriginId": target},
    }  # fmt: skip


def endpoints(name: str, region: Any, *targets: str) -> Extra:
    """An endpoint group of the listener x."""
    found = [{"endpointId": f"@{t}.arn"} for t in targets]
    return ("globalaccelerator/endpointGroup", name, {
        "listenerArn": "@x.arn", "endpointGroupRegion": region, "endpointConfigurations": found})  # fmt: skip


LATENCY: dict[str, Any] = {
    "zoneId": "Z1", "name": "api.example.com", "type": "A", "latencyRoutingPolicies": [{"region": "us-west-2"}],
}  # fmt: skip
TWO_REGIONS: tuple[Extra, ...] = (NEAR, FAR)
KEY: Extra = ("kms/key", "key", {"multiRegion": True})

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
    "cloudfront-origin-failover": Case(
        "cloudfront/distribution",
        ok=v(**distribution("a.example.com", "b.example.com")),
        bad=v(origins=[{"originId": "one"}]),
        unknown=v(originGroups=U),
    ),
    "cloudfront-failover-real": Case(
        "cloudfront/distribution",
        ok=v(**distribution("a.example.com", "b.example.com")),
        bad=v(**distribution("a.example.com", "b.example.com", codes=(500, 502))),
        unknown=v(**distribution("a.example.com", "b.example.com", codes=U)),
        na=v(origins=[{"originId": "one"}]),
    ),
    "cloudfront-uses-failover": Case(
        "cloudfront/distribution",
        ok=v(**distribution("a.example.com", "b.example.com")),
        bad=v(**distribution("a.example.com", "b.example.com", target="one")),
        unknown=v(**distribution("a.example.com", "b.example.com", target=U)),
        na=v(origins=[{"originId": "one"}]),
    ),
    "accelerator-multi-region": Case(
        "globalaccelerator/listener",
        ok=v(NEAR, FAR, endpoints("g1", "us-west-2", "near"), endpoints("g2", "us-east-1", "far")),
        bad=v(NEAR, endpoints("g1", "us-west-2", "near")),
        unknown=v(NEAR, endpoints("g1", U, "near")),
    ),
    "accelerator-dial": Case(
        "globalaccelerator/endpointGroup",
        ok=v(trafficDialPercentage=100),
        bad=v(trafficDialPercentage=0),
        unknown=v(trafficDialPercentage=U),
    ),
    "replica-other-region": Case(
        "dynamodb/table",
        ok=v(replicas=[{"regionName": "us-east-1"}]),
        bad=v(replicas=[{"regionName": "us-west-2"}]),
        unknown=v(replicas=[{"regionName": U}]),
        na=v(),
    ),
    "standby-has-data": Case(
        "dynamodb/table",
        ok=v(*TWO_REGIONS, replicas=[{"regionName": "us-east-1"}]),
        bad=v(*TWO_REGIONS),
        unknown=v(*TWO_REGIONS, ("dynamodb/tableReplica", "r", {"globalTableArn": U})),
        na=v(NEAR),
    ),
    "several-answers": Case(
        "route53/record",
        ok=v(("route53/record", "y", {**LATENCY, "setIdentifier": "far"}), **LATENCY),
        bad=v(**LATENCY),
        unknown=v(latencyRoutingPolicies=[{"region": "us-west-2"}], zoneId="Z1", name=U, type="A"),
        na=v(ttl=60),
    ),
    "medialive-standard": Case(
        "medialive/channel", ok=v(channelClass="STANDARD"), bad=v(channelClass="SINGLE_PIPELINE"), unknown=v(channelClass=U)
    ),
}  # fmt: skip
