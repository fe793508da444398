"""Cases of the stack-wide rules: what a load balancer in front of one group loses with a zone or a Region."""
# ruff: noqa: E501 (one row per thing)

from typing import Any

from tests.policy.cases.kind import Case, Extra, U, Variation, v

TARGETS: Extra = ("lb/targetGroup", "targets", {"vpcId": "@vpc"})
LISTENER: Extra = (
    "lb/listener",
    "listener",
    {"loadBalancerArn": "@x.arn", "defaultActions": [{"targetGroupArn": "@targets.arn"}]},
)
RECORD = {"zoneId": "Z1", "name": "shop.example.com", "type": "A"}


def group(*subnets: Any) -> Extra:
    """Four servers in some subnets."""
    return (
        "autoscaling/group",
        "servers",
        {"minSize": 4, "vpcZoneIdentifiers": list(subnets), "targetGroupArns": ["@targets.arn"]},
    )


def behind(*subnets: Any) -> Variation:
    """A public load balancer over two zones, its servers in some subnets."""
    return v(TARGETS, LISTENER, group(*subnets), subnets=["@a", "@b"])


def named(second: str) -> tuple[Extra, ...]:
    """A failover pair: x answers first, then a load balancer in a Region, each with servers of its Region."""
    return (
        ("ec2/subnet", "east-a", {"vpcId": "@vpc", "region": "us-east-1", "availabilityZone": "us-east-1a"}),
        ("ec2/subnet", "east-b", {"vpcId": "@vpc", "region": "us-east-1", "availabilityZone": "us-east-1b"}),
        ("lb/targetGroup", "targets", {"vpcId": "@vpc"}),
        ("lb/targetGroup", "far-targets", {"vpcId": "@vpc"}),
        ("lb/loadBalancer", "near", {"subnets": ["@a", "@b"]}),
        ("lb/loadBalancer", "far", {"region": second, "subnets": ["@east-a", "@east-b"] if second == "us-east-1" else ["@a", "@b"]}),
        ("lb/listener", "near-in", {"loadBalancerArn": "@near.arn", "defaultActions": [{"targetGroupArn": "@targets.arn"}]}),
        ("lb/listener", "far-in", {"loadBalancerArn": "@far.arn", "defaultActions": [{"targetGroupArn": "@far-targets.arn"}]}),
        group("@a", "@b"),
        ("autoscaling/group", "far-servers", {
            "region": second, "minSize": 4, "targetGroupArns": ["@far-targets.arn"],
            "vpcZoneIdentifiers": ["@east-a", "@east-b"] if second == "us-east-1" else ["@a", "@b"],
        }),
        ("route53/record", "second", {**RECORD, **answer("SECONDARY", "far")}),
    )  # fmt: skip


def answer(role: str, target: str) -> dict[str, Any]:
    """A failover answer."""
    alias = {"name": f"@{target}.dnsName", "zoneId": "Z2", "evaluateTargetHealth": True}
    return {"setIdentifier": role, "failoverRoutingPolicies": [{"type": role}], "aliases": [alias]}


def declared(*path: Any) -> Extra:
    """A component that declares a path."""
    return ("ha:arch:Shop", "shop", {"requestPaths": [{"entry": "shop", "path": list(path)}]})


URN = "urn:pulumi:prod::kit::aws:{}::{}"
X, SERVERS = URN.format("lb/loadBalancer:LoadBalancer", "x"), URN.format("autoscaling/group:Group", "servers")
CDN: Extra = ("cloudfront/distribution", "cdn", {
    "enabled": True, "origins": [{"originId": "x", "domainName": "@x.dnsName", "customOriginConfig": {"httpPort": 80}}],
    "defaultCacheBehavior": {"targetOriginId": "x", "allowedMethods": ["GET"]},
})  # fmt: skip
"""A distribution in front of x, which then is no entry point itself."""
FIRST: dict[str, Any] = {**RECORD, **answer("PRIMARY", "near")}

CASES: dict[str, Case] = {
    "survives-az-loss": Case(
        "lb/loadBalancer",
        ok=behind("@a", "@b"),
        bad=behind("@a", "@a2"),
        unknown=behind(U, U),
        na=v(CDN, subnets=["@a", "@b"]),
    ),
    "survives-region-loss": Case(
        "route53/record",
        ok=v(*named("us-east-1"), **FIRST),
        bad=v(*named("us-west-2"), **FIRST),
        unknown=Variation(
            {**FIRST, "aliases": [{"name": U, "zoneId": "Z2", "evaluateTargetHealth": True}]}, named("us-east-1")
        ),
        na=v(("lb/loadBalancer", "near", {"subnets": ["@a", "@b"]}), **FIRST),
    ),
    "declared-paths-hold": Case(
        "lb/loadBalancer",
        ok=v(TARGETS, LISTENER, group("@a", "@b"), declared(X, SERVERS), subnets=["@a", "@b"]),
        bad=v(group("@a", "@b"), TARGETS, declared(X, SERVERS), subnets=["@a", "@b"]),
        unknown=v(declared(X, U), subnets=["@a", "@b"]),
        na=v(subnets=["@a", "@b"]),
    ),
    "targets-met": Case(
        "lb/loadBalancer",
        ok=behind("@a", "@b"),
        bad=behind("@a", "@a2"),
        unknown=behind(U, U),
        na=v(CDN, subnets=["@a", "@b"]),
        targets={"x": {"zone": {"capacity": 50}}},
    ),
}
