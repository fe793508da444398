"""Cases of the load_balancing rules."""

from tests.policy.cases.kind import Case, Extra, U, v

BALANCER: Extra = ("lb/loadBalancer", "lb", {"subnets": ["@a", "@b"]})
NETWORK: Extra = ("lb/loadBalancer", "lb", {"loadBalancerType": "network", "subnets": ["@a", "@b"]})
LISTENER: Extra = (
    "lb/listener",
    "listener",
    {"loadBalancerArn": "@lb.arn", "defaultActions": [{"type": "forward", "targetGroupArn": "@x.arn"}]},
)


def group(*subnets: str, **more: object) -> Extra:
    """An Auto Scaling group that registers in x."""
    places = [f"@{s}" for s in subnets]
    return (
        "autoscaling/group",
        "asg",
        {"vpcZoneIdentifiers": places, "targetGroupArns": ["@x.arn"], "minSize": 2, **more},
    )


FORWARD = {"loadBalancerArn": "@x.arn", "defaultActions": [{"type": "forward", "targetGroupArn": "@tg.arn"}]}
BEHIND: tuple[Extra, ...] = (("lb/targetGroup", "tg", {"port": 80}), ("lb/listener", "l", FORWARD))


def member(*subnets: object) -> Extra:
    """A service that registers in tg."""
    places = [f"@{s}" if isinstance(s, str) else s for s in subnets]
    return ("ecs/service", "svc", {
        "networkConfiguration": {"subnets": places}, "loadBalancers": [{"targetGroupArn": "@tg.arn"}]})  # fmt: skip


CASES = {
    "lb-distinct-az": Case(
        "lb/loadBalancer",
        ok=v(subnets=["@a", "@b"]),
        bad=v(subnetMappings=[{"subnetId": "@a"}, {"subnetId": "@a2"}]),
        unknown=v(subnets=U),
    ),
    "clb-multi-az": Case(
        "elb/loadBalancer",
        ok=v(availabilityZones=["us-west-2a", "us-west-2b"]),
        bad=v(subnets=["@a"]),
        unknown=v(subnets=U),
    ),
    "clb-cross-zone": Case(
        "elb/loadBalancer",
        ok=v(subnets=["@a"]),
        bad=v(crossZoneLoadBalancing=False),
        unknown=v(crossZoneLoadBalancing=U),
    ),
    "clb-connection-draining": Case(
        "elb/loadBalancer", ok=v(connectionDraining=True), bad=v(), unknown=v(connectionDraining=U)
    ),
    "clb-health-check": Case(
        "elb/loadBalancer",
        ok=v(healthCheck={"target": "HTTP:80/health"}),
        bad=v(),
        unknown=v(healthCheck={"target": U}),
    ),
    "lb-deletion-protection": Case(
        "lb/loadBalancer", ok=v(enableDeletionProtection=True), bad=v(), unknown=v(enableDeletionProtection=U)
    ),
    "lb-health-check": Case(
        "lb/targetGroup",
        ok=v(protocol="HTTP", healthCheck={"path": "/health", "matcher": "200-399"}),
        bad=v(protocol="HTTP", healthCheck={"path": "/health", "matcher": "200-499"}),
        unknown=v(protocol="HTTP", healthCheck={"enabled": U}),
        na=v(targetType="lambda"),
    ),
    "lb-health-check-path": Case(
        "lb/targetGroup",
        ok=v(protocol="HTTP", healthCheck={"path": "/health"}),
        bad=v(protocol="HTTP", port=80),
        unknown=v(protocol="HTTP", healthCheck={"path": U}),
        na=v(protocol="TCP", port=80),
    ),
    "target-group-spans-az": Case(
        "lb/targetGroup",
        ok=v(BALANCER, LISTENER, group("a", "b"), port=80),
        bad=v(BALANCER, LISTENER, group("a", "a2"), port=80),
        unknown=v(BALANCER, LISTENER, group("a", vpcZoneIdentifiers=["@a", U])),
        na=v(BALANCER, LISTENER, port=80),
    ),
    "target-group-attached": Case(
        "lb/targetGroup",
        ok=v(BALANCER, LISTENER, group("a", "b"), port=80),
        bad=v(BALANCER, group("a", "b"), port=80),
        unknown=v(BALANCER, ("lb/listener", "listener", {"loadBalancerArn": "@lb.arn", "defaultActions": U})),
        na=v(group("a", "b"), port=80),
    ),
    "lb-az-without-targets": Case(
        "lb/targetGroup",
        ok=v(NETWORK, LISTENER, group("a", "b"), port=80),
        bad=v(NETWORK, LISTENER, group("a", "a2"), port=80),
        unknown=v(NETWORK, LISTENER, group("a", "b"), loadBalancingCrossZoneEnabled=U),
        na=v(BALANCER, LISTENER, group("a", "b"), port=80),
    ),
    "nlb-cross-zone": Case(
        "lb/loadBalancer",
        ok=v(*BEHIND, member("a", "b"), loadBalancerType="network", subnets=["@a", "@b"]),
        bad=v(*BEHIND, member("a", "a2"), loadBalancerType="network", subnets=["@a", "@b"]),
        unknown=v(*BEHIND, member("a", U), loadBalancerType="network", subnets=["@a", "@b"]),
        na=v(loadBalancerType="application"),
    ),
    "lb-min-targets": Case(
        "lb/targetGroup",
        ok=v(BALANCER, LISTENER, group("a", "b"), port=80),
        bad=v(BALANCER, LISTENER, group("a", "b", minSize=1), port=80),
        unknown=v(BALANCER, LISTENER, group("a", "b", minSize=U), port=80),
        na=v(targetType="lambda"),
    ),
    "zonal-shift-ready": Case(
        "lb/loadBalancer",
        ok=v(enableZonalShift=True),
        bad=v(),
        unknown=v(enableZonalShift=U),
        na=v(loadBalancerType="gateway"),
    ),
    "lb-health-check-fast": Case(
        "lb/targetGroup",
        ok=v(healthCheck={"path": "/health", "interval": 10}),
        bad=v(healthCheck={"path": "/health", "interval": 60, "unhealthyThreshold": 5}),
        unknown=v(healthCheck={"path": "/health", "interval": U}),
        na=v(targetType="lambda"),
    ),
}
