"""Cases of the paths rules."""

from tests.policy.cases.kind import Case, Extra, U, v


def tiers(*subnets: object) -> tuple[Extra, ...]:
    """A service behind the load balancer x, and a database that it may call."""
    places = [f"@{s}" if isinstance(s, str) else s for s in subnets]
    return (
        ("lb/targetGroup", "tg", {"port": 80}),
        ("lb/listener", "l", {"loadBalancerArn": "@x.arn", "defaultActions": [{"targetGroupArn": "@tg.arn"}]}),
        ("ec2/securityGroup", "sg-app", {}),
        ("ec2/securityGroup", "sg-db", {}),
        ("ecs/service", "app", {
            "networkConfiguration": {"subnets": ["@a", "@b"], "securityGroups": ["@sg-app"]},
            "loadBalancers": [{"targetGroupArn": "@tg.arn"}]}),
        ("vpc/securityGroupIngressRule", "in", {"securityGroupId": "@sg-db", "referencedSecurityGroupId": "@sg-app"}),
        ("elasticache/subnetGroup", "group", {"subnetIds": places}),
        ("elasticache/replicationGroup", "cache", {
            "subnetGroupName": "@group.name", "securityGroupIds": ["@sg-db"], "numCacheClusters": 2}),
    )  # fmt: skip


def instances_behind(*subnets: str, called: tuple[str, ...] = ()) -> tuple[Extra, ...]:
    """Instances in the target group of the load balancer x, one in each of these subnets, and others that they call."""
    return (
        ("lb/targetGroup", "tg", {"port": 80}),
        ("lb/listener", "l", {"loadBalancerArn": "@x.arn", "defaultActions": [{"targetGroupArn": "@tg.arn"}]}),
        ("ec2/securityGroup", "sg-web", {}),
        ("ec2/securityGroup", "sg-app", {}),
        ("vpc/securityGroupIngressRule", "in", {"securityGroupId": "@sg-app", "referencedSecurityGroupId": "@sg-web"}),
        *(
            ("ec2/instance", f"web{i}", {"subnetId": f"@{s}", "vpcSecurityGroupIds": ["@sg-web"]})
            for i, s in enumerate(subnets)
        ),
        *(
            ("lb/targetGroupAttachment", f"at{i}", {"targetGroupArn": "@tg.arn", "targetId": f"@web{i}"})
            for i in range(len(subnets))
        ),
        *(
            ("ec2/instance", f"app{i}", {"subnetId": f"@{s}", "vpcSecurityGroupIds": ["@sg-app"]})
            for i, s in enumerate(called)
        ),
    )


CASES = {
    "spof-path": Case(
        "lb/loadBalancer",
        ok=v(*tiers("a", "b"), subnets=["@a", "@b"]),
        bad=v(*tiers("a", "a2"), subnets=["@a", "@b"]),
        unknown=v(*tiers("a", "b"), subnets=["@a", "@b"], internal=U),
        na=v(internal=True),
    ),
}  # fmt: skip
