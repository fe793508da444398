"""Graphs of any size, for measurements: cells of a load-balanced service with database, cache, queue and alarms.

`resources(n)` gives what a stack policy is given (plain stand-ins of the SDK's resources, all ids unknown);
`state(n)` gives an exported state. Both are deterministic and grow linearly.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from .kit import Stack

ZONES: Final = ("us-west-2a", "us-west-2b", "us-west-2c")
CELL: Final = 38  # resources that one cell has


def stack(count: int, *, deployed: bool = False) -> Stack:
    """A stack of exactly ``count`` resources besides the stack itself and its provider (at least 1)."""
    made = Stack(deployed=deployed)
    for number in range(-(-count // CELL)):
        _cell(made, f"c{number}")
    del made.resources[count + 2 :]
    return made


def request(count: int, *, deployed: bool = False) -> Any:
    """The engine's request for such a stack."""
    return stack(count, deployed=deployed).request()


def resources(count: int, *, deployed: bool = False) -> list[Any]:
    """The resources of such a stack as a stack policy is given them: the SDK's own proxies."""
    return list(stack(count, deployed=deployed).seen())


def state(count: int) -> dict[str, Any]:
    """Such a stack as `pulumi stack export` gives it."""
    return stack(count, deployed=True).state()


@dataclass
class _Made:
    """What a cell adds to a stack."""

    stack: Stack
    name: str
    alarms: int = 0
    topic: Any = field(default=None)

    def __call__(self, kind: str, role: str, **props: Any) -> Any:
        return self.stack.add(kind, f"{self.name}-{role}", tags={"Backup": "daily"}, **props)

    def alarm(self, **dimensions: Any) -> None:
        self.alarms += 1
        self("cloudwatch/metricAlarm", f"alarm-{self.alarms}", dimensions=dimensions, alarmActions=[self.topic["arn"]],
             treatMissingData="breaching")  # fmt: skip


def _cell(made: Stack, name: str) -> None:
    add = _Made(made, name)
    vpc = add("ec2/vpc", "vpc", cidrBlock="10.0.0.0/16")
    subnets: list[Any] = []
    for zone in ZONES:
        public = add("ec2/subnet", f"public-{zone}", vpcId=vpc, availabilityZone=zone)
        private = add("ec2/subnet", f"private-{zone}", vpcId=vpc, availabilityZone=zone)
        nat = add("ec2/natGateway", f"nat-{zone}", subnetId=public)
        table = add("ec2/routeTable", f"table-{zone}", vpcId=vpc)
        add("ec2/route", f"route-{zone}", routeTableId=table, destinationCidrBlock="0.0.0.0/0", natGatewayId=nat)
        add("ec2/routeTableAssociation", f"association-{zone}", routeTableId=table, subnetId=private)
        subnets.append(private)
    add.topic = add("sns/topic", "topic")
    add("sns/topicSubscription", "mail", topic=add.topic["arn"], protocol="email")
    key = add("kms/key", "key", deletionWindowInDays=30)
    outer, inner = add("ec2/securityGroup", "lb-sg", vpcId=vpc), add("ec2/securityGroup", "app-sg", vpcId=vpc)
    add("vpc/securityGroupIngressRule", "in", securityGroupId=inner, referencedSecurityGroupId=outer)
    balancer = add("lb/loadBalancer", "lb", subnets=subnets, securityGroups=[outer], enableZonalShift=True)
    group = add("lb/targetGroup", "tg", vpcId=vpc, protocol="HTTP", healthCheck={"path": "/health"})
    add("lb/listener", "listener", loadBalancerArn=balancer["arn"], defaultActions=[{"targetGroupArn": group["arn"]}])
    service = add(
        "ecs/service", "app", desiredCount=3, launchType="FARGATE", loadBalancers=[{"targetGroupArn": group["arn"]}],
        networkConfiguration={"subnets": subnets, "securityGroups": [inner]},
    )  # fmt: skip
    add.alarm(LoadBalancer=balancer["arnSuffix"])
    add.alarm(ServiceName=service["name"])
    places = add("rds/subnetGroup", "places", subnetIds=subnets)
    cluster = add("rds/cluster", "db", dbSubnetGroupName=places["name"], kmsKeyId=key["arn"], backupRetentionPeriod=14)
    for zone in ZONES[:2]:
        add("rds/clusterInstance", f"db-{zone}", clusterIdentifier=cluster["clusterIdentifier"], availabilityZone=zone)
    add("dynamodb/table", "table", billingMode="PAY_PER_REQUEST", pointInTimeRecovery={"enabled": True})
    dead = add("sqs/queue", "dead", messageRetentionSeconds=1_209_600)
    add("sqs/queue", "queue", redrivePolicy=dead["arn"])
