"""Stacks of any size for the policy pack: units of a load-balanced, database-backed service, as people write them."""

from typing import Any

from ha_policy.testing import Resource, Stack

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


def _service(stack: Stack, name: str, vpc: Resource, subnets: dict[str, list[Resource]], topic: Resource) -> None:
    tags = {"Name": name, "project": "synthetic", "backup": "daily"}
    edge = stack.add("ec2/securityGroup", f"{name}-edge", vpcId=vpc, tags=tags)
    inner = stack.add("ec2/securityGroup", f"{name}-app", vpcId=vpc, tags=tags)
    rule: dict[str, Any] = {"ipProtocol": "tcp", "fromPort": 8080, "toPort": 8080}
    stack.add("vpc/securityGroupIngressRule", f"{name}-in", rule, securityGroupId=inner, referencedSecurityGroupId=edge)
    stack.add("vpc/securityGroupEgressRule", f"{name}-out", rule, securityGroupId=edge, referencedSecurityGroupId=inner)
    balancer = stack.add(
        "lb/loadBalancer", name, subnets=subnets["public"], securityGroups=[edge],
        enableDeletionProtection=True, enableZonalShift=True, tags=tags,
    )  # fmt: skip
    check = {"path": "/health", "interval": 10, "healthyThreshold": 2, "unhealthyThreshold": 2}
    target = stack.add("lb/targetGroup", name, vpcId=vpc, port=8080, protocol="HTTP", healthCheck=check, tags=tags)
    forward = [{"type": "forward", "targetGroupArn": target["arn"]}]
    stack.add("lb/listener", name, loadBalancerArn=balancer["arn"], port=443, protocol="HTTPS", defaultActions=forward)
    template = stack.add("ec2/launchTemplate", name, imageId="resolve:ssm:/i", vpcSecurityGroupIds=[inner], tags=tags)
    refresh = {"strategy": "Rolling", "preferences": {"autoRollback": True, "minHealthyPercentage": 100}}
    servers = stack.add(
        "autoscaling/group", name, minSize=3, maxSize=6, vpcZoneIdentifiers=subnets["private"], healthCheckType="ELB",
        targetGroupArns=[target["arn"]], launchTemplate={"id": template, "version": "$Latest"}, instanceRefresh=refresh,
    )  # fmt: skip
    group = stack.add("rds/subnetGroup", name, subnetIds=subnets["private"], tags=tags)
    database = stack.add(
        "rds/instance", name, dbSubnetGroupName=group["name"], engine="postgres", multiAz=True, storageEncrypted=True,
        allocatedStorage=100, maxAllocatedStorage=500, backupRetentionPeriod=7, copyTagsToSnapshot=True,
        deletionProtection=True, finalSnapshotIdentifier=f"{name}-final", instanceClass="db.m7g.large",
        vpcSecurityGroupIds=[inner], tags=tags, protect=True,
    )  # fmt: skip
    dead = stack.add("sqs/queue", f"{name}-dead", messageRetentionSeconds=1209600, tags=tags)
    queue = stack.add("sqs/queue", name, redrivePolicy=dead["arn"], messageRetentionSeconds=345600, tags=tags)
    table = stack.add(
        "dynamodb/table", name, attributes=[{"name": "id", "type": "S"}], hashKey="id", billingMode="PAY_PER_REQUEST",
        pointInTimeRecovery={"enabled": True}, deletionProtectionEnabled=True, tags=tags, protect=True,
    )  # fmt: skip
    bucket = stack.add("s3/bucket", name, tags=tags, protect=True)
    stack.add("s3/bucketVersioning", name, bucket=bucket, versioningConfiguration={"status": "Enabled"})
    watched = {
        "LoadBalancer": balancer["arnSuffix"], "AutoScalingGroupName": servers["name"], "TableName": table["name"],
        "DBInstanceIdentifier": database["identifier"], "QueueName": queue["name"],
    }  # fmt: skip
    for dimension, value in watched.items():
        stack.add(
            "cloudwatch/metricAlarm", f"{name}-{dimension}", comparisonOperator="GreaterThanThreshold", threshold=1,
            dimensions={dimension: value}, alarmActions=[topic["arn"]], treatMissingData="notBreaching",
        )  # fmt: skip


def synthetic(size: int) -> Stack:
    """At least `size` resources, fewer than a network and a service more."""
    stack = Stack(region="us-west-2")
    number = 0
    topic = stack.add("sns/topic", "alarms")
    vpc, subnets = _network(stack, "net0")
    while len(stack.resources) < size:
        number += 1
        if number % SERVICES_PER_VPC == 0:
            vpc, subnets = _network(stack, f"net{number}")
        _service(stack, f"svc{number}", vpc, subnets, topic)
    del stack.resources[size:]
    return stack
