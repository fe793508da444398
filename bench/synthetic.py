"""Stacks of any size for the policy pack: units of a load-balanced, database-backed service, as people write them."""

from typing import Any

from ha_policy.kit import Resource, Stack

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
SERVICES_PER_VPC = 20  # a new network is made for each 20 services


def _network(stack: Stack, name: str) -> tuple[Resource, dict[str, list[Resource]]]:
    vpc = stack.add("ec2/vpc", name, cidrBlock="10.0.0.0/16")
    gateway = stack.add("ec2/internetGateway", f"{name}-igw", vpcId=vpc)
    public = stack.add("ec2/routeTable", f"{name}-public", vpcId=vpc)
    stack.add("ec2/route", f"{name}-out", routeTableId=public, destinationCidrBlock="0.0.0.0/0", gatewayId=gateway)
    subnets: dict[str, list[Resource]] = {"public": [], "private": []}
    for number, zone in enumerate(ZONES):
        for offset, role in ((0, "public"), (100, "private")):
            cidr = f"10.0.{number + offset}.0/24"
            one = stack.add("ec2/subnet", f"{name}-{role}-{zone}", vpcId=vpc, availabilityZone=zone, cidrBlock=cidr)
            subnets[role].append(one)
        stack.add(
            "ec2/routeTableAssociation", f"{name}-pub-{zone}", subnetId=subnets["public"][-1], routeTableId=public
        )
        address = stack.add("ec2/eip", f"{name}-eip-{zone}", domain="vpc")
        nat = stack.add("ec2/natGateway", f"{name}-{zone}", subnetId=subnets["public"][-1], allocationId=address)
        table = stack.add("ec2/routeTable", f"{name}-private-{zone}", vpcId=vpc)
        stack.add("ec2/route", f"{name}-{zone}", routeTableId=table, destinationCidrBlock="0.0.0.0/0", natGatewayId=nat)
        stack.add(
            "ec2/routeTableAssociation", f"{name}-pri-{zone}", subnetId=subnets["private"][-1], routeTableId=table
        )
    return vpc, subnets


def _service(stack: Stack, name: str, vpc: Resource, subnets: dict[str, list[Resource]]) -> None:
    tags = {"Name": name, "project": "synthetic"}
    edge = stack.add("ec2/securityGroup", f"{name}-edge", vpcId=vpc, tags=tags)
    inner = stack.add("ec2/securityGroup", f"{name}-app", vpcId=vpc, tags=tags)
    rule: dict[str, Any] = {"ipProtocol": "tcp", "fromPort": 8080, "toPort": 8080}
    stack.add("vpc/securityGroupIngressRule", f"{name}-in", rule, securityGroupId=inner, referencedSecurityGroupId=edge)
    stack.add("vpc/securityGroupEgressRule", f"{name}-out", rule, securityGroupId=edge, referencedSecurityGroupId=inner)
    balancer = stack.add("lb/loadBalancer", name, subnets=subnets["public"], securityGroups=[edge], tags=tags)
    check = {"path": "/health", "interval": 10, "healthyThreshold": 2, "unhealthyThreshold": 2}
    target = stack.add("lb/targetGroup", name, vpcId=vpc, port=8080, protocol="HTTP", healthCheck=check, tags=tags)
    forward = [{"type": "forward", "targetGroupArn": target["arn"]}]
    stack.add("lb/listener", name, loadBalancerArn=balancer["arn"], port=443, protocol="HTTPS", defaultActions=forward)
    template = stack.add(
        "ec2/launchTemplate", name, imageId="resolve:ssm:/image", vpcSecurityGroupIds=[inner], tags=tags
    )
    stack.add(
        "autoscaling/group", name, minSize=3, maxSize=6, vpcZoneIdentifiers=subnets["private"], healthCheckType="ELB",
        targetGroupArns=[target["arn"]], launchTemplate={"id": template, "version": "$Latest"},
    )  # fmt: skip
    database = stack.add("rds/subnetGroup", name, subnetIds=subnets["private"], tags=tags)
    stack.add(
        "rds/instance", name, dbSubnetGroupName=database["name"], engine="postgres", multiAz=True,
        storageEncrypted=True,
        backupRetentionPeriod=7, instanceClass="db.m7g.large", vpcSecurityGroupIds=[inner], tags=tags,
    )  # fmt: skip
    queue = stack.add("sqs/queue", f"{name}-dead", tags=tags)
    stack.add("sqs/queue", name, redrivePolicy=queue["arn"], tags=tags)
    table_keys = [{"name": "id", "type": "S"}]
    stack.add("dynamodb/table", name, attributes=table_keys, hashKey="id", billingMode="PAY_PER_REQUEST", tags=tags)
    stack.add("s3/bucket", name, tags=tags)
    for metric in ("5xx", "cpu", "age"):
        stack.add("cloudwatch/metricAlarm", f"{name}-{metric}", comparisonOperator="GreaterThanThreshold", threshold=1)


def synthetic(size: int) -> Stack:
    """At least `size` resources, fewer than a network and a service more."""
    stack = Stack(region="us-west-2")
    number = 0
    vpc, subnets = _network(stack, "net0")
    while len(stack.resources) < size:
        number += 1
        if number % SERVICES_PER_VPC == 0:
            vpc, subnets = _network(stack, f"net{number}")
        _service(stack, f"svc{number}", vpc, subnets)
    del stack.resources[size:]
    return stack
