"""Stacks of one zone that look like more, and stacks that are right in unusual ways: before and after deployment."""

from collections.abc import Callable
from typing import Any

import pytest
from ha_policy.config import load
from ha_policy.evaluate import Verdict, evaluate
from ha_policy.rule import Level
from ha_policy.testing import Resource, Stack

A, B = "us-west-2a", "us-west-2b"
Build = Callable[[Stack], Any]
DISGUISES: dict[str, tuple[str, str, Build]] = {}
UNUSUAL: list[Build] = []
# What small stacks have none of; what is about data and people, not about zones.
ELSEWHERE = ("alarms-per-tier", "backup-coverage", "standby-has-data", "asg-instance-types", "s3-replication")
ZONE = "attribute:ecs.availability-zone"


def looks_right_but(rule: str, subject: str) -> Callable[[Build], Build]:
    """The mandatory rule that must notice, and at which resource."""

    def keep(build: Build) -> Build:
        DISGUISES[build.__name__] = (rule, subject, build)
        return build

    return keep


def unusual(build: Build) -> Build:
    UNUSUAL.append(build)
    return build


def network(stack: Stack, *zones: str) -> tuple[Resource, list[Resource]]:
    vpc = stack.add("ec2/vpc", "vpc", cidrBlock="10.0.0.0/16")
    subnets = [
        stack.add("ec2/subnet", f"subnet-{n}", vpcId=vpc, availabilityZone=z) for n, z in enumerate(zones or (A, B))
    ]
    return vpc, subnets


def balanced(stack: Stack, vpc: Resource, subnets: list[Resource], **group: Any) -> Resource:
    """A load balancer; its target group."""
    safe = {"enableDeletionProtection": True, "enableZonalShift": True}
    balancer = stack.add("lb/loadBalancer", "web", safe, subnets=subnets)
    check = {"path": "/health", "interval": 10}
    target = stack.add("lb/targetGroup", "web", group, port=80, protocol="HTTP", vpcId=vpc, healthCheck=check)
    forward = [{"type": "forward", "targetGroupArn": target["arn"]}]
    stack.add("lb/listener", "web", loadBalancerArn=balancer["arn"], port=80, defaultActions=forward)
    return target


REFRESH = {"strategy": "Rolling", "preferences": {"autoRollback": True}}


def servers(stack: Stack, target: Resource, subnets: list[Resource], **template: Any) -> Resource:
    launch = stack.add("ec2/launchTemplate", "servers", template, instanceType="m7g.large")
    return stack.add(
        "autoscaling/group", "servers", minSize=2, maxSize=4, vpcZoneIdentifiers=subnets, healthCheckType="ELB",
        targetGroupArns=[target["arn"]], launchTemplate={"id": launch, "version": "$Latest"}, instanceRefresh=REFRESH,
        availabilityZoneImpairmentPolicy={"zonalShiftEnabled": True},
    )  # fmt: skip


def service(stack: Stack, target: Resource, task: dict[str, Any] | None = None, **changes: Any) -> Resource:
    cluster = stack.add("ecs/cluster", "cluster")
    made = stack.add("ecs/taskDefinition", "task", task or {}, family="task", containerDefinitions="[]")
    fixed: dict[str, Any] = {
        "cluster": cluster["arn"], "taskDefinition": made["arn"], "desiredCount": 2,
        "deploymentCircuitBreaker": {"enable": True, "rollback": True}, "healthCheckGracePeriodSeconds": 60,
        "loadBalancers": [{"containerName": "app", "containerPort": 80, "targetGroupArn": target["arn"]}],
        "orderedPlacementStrategies": [{"type": "spread", "field": ZONE}],
    }  # fmt: skip
    return stack.add("ecs/service", "app", {**fixed, **changes})


def on_instances(stack: Stack, task: dict[str, Any] | None = None, **changes: Any) -> None:
    """A service whose tasks have addresses of their own, on instances of any zone."""
    vpc, subnets = network(stack)
    target = balanced(stack, vpc, subnets, targetType="ip")
    service(stack, target, task, launchType="EC2", networkConfiguration={"subnets": subnets}, **changes)


@looks_right_but("asg-multi-az", "servers")
def a_launch_template_that_names_a_zone(stack: Stack) -> None:
    vpc, subnets = network(stack)
    servers(stack, balanced(stack, vpc, subnets), subnets, placement={"availabilityZone": A})


@looks_right_but("asg-multi-az", "servers")
def a_launch_template_of_a_mixed_group_that_names_a_zone(stack: Stack) -> None:
    _, subnets = network(stack)
    launch = stack.add("ec2/launchTemplate", "launch", placement={"availabilityZone": A})
    used = {"launchTemplateId": launch, "version": "$Latest"}
    mixed = {"launchTemplate": {"launchTemplateSpecification": used}}
    stack.add("autoscaling/group", "servers", minSize=2, vpcZoneIdentifiers=subnets, mixedInstancesPolicy=mixed)


@looks_right_but("asg-min-size", "servers")
def a_schedule_that_empties_the_group_at_night(stack: Stack) -> None:
    vpc, subnets = network(stack)
    group = servers(stack, balanced(stack, vpc, subnets), subnets)
    stack.add("autoscaling/schedule", "night", autoscalingGroupName=group["name"], minSize=0, desiredCapacity=0)


@looks_right_but("ecs-multi-az", "app")
def a_constraint_that_keeps_the_tasks_in_a_zone(stack: Stack) -> None:
    on_instances(stack, placementConstraints=[{"type": "memberOf", "expression": f"{ZONE} == {A}"}])


@looks_right_but("ecs-multi-az", "app")
def a_constraint_of_the_task_definition(stack: Stack) -> None:
    expression = f"({ZONE} in [{A}]) and attribute:ecs.os-type == linux"
    on_instances(stack, {"placementConstraints": [{"type": "memberOf", "expression": expression}]})


@looks_right_but("scaling-floor", "night")
def a_scheduled_action_that_scales_the_service_to_nothing(stack: Stack) -> None:
    name = {"resourceId": "service/cluster/app", "scalableDimension": "ecs:service:DesiredCount"}
    stack.add("appautoscaling/target", "scaled", name, minCapacity=2, maxCapacity=4)
    stack.add("appautoscaling/scheduledAction", "night", name, scalableTargetAction={"minCapacity": 0})


@looks_right_but("s3-not-one-zone", "cold")
def objects_that_move_into_one_zone(stack: Stack) -> None:
    bucket = stack.add("s3/bucket", "data")
    rules = [{"id": "cold", "status": "Enabled", "transitions": [{"days": 30, "storageClass": "ONEZONE_IA"}]}]
    stack.add(
        "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "cold", bucket=bucket, rules=rules
    )


@looks_right_but("s3-not-one-zone", "copy")
def copies_that_are_kept_in_one_zone(stack: Stack) -> None:
    rules = [{"status": "Enabled", "destination": {"bucket": "arn:aws:s3:::far", "storageClass": "ONEZONE_IA"}}]
    stack.add("s3/bucketReplicationConfig", "copy", bucket="near", rules=rules)


@looks_right_but("s3-not-one-zone", "fast")
def a_directory_bucket(stack: Stack) -> None:
    stack.add("s3/directoryBucket", "fast", bucket="fast--usw2-az1--x-s3", location={"name": "usw2-az1"})


@looks_right_but("accelerator-dial", "edge")
def an_accelerator_that_is_disabled(stack: Stack) -> None:
    stack.add("globalaccelerator/accelerator", "edge", enabled=False)


@looks_right_but("accelerator-dial", "far")
def an_endpoint_group_of_weight_zero(stack: Stack) -> None:
    stack.add("globalaccelerator/endpointGroup", "far", endpointConfigurations=[{"endpointId": "arn", "weight": 0}])


@looks_right_but("lb-distinct-az", "old")
def older_tokens_of_a_load_balancer(stack: Stack) -> None:
    _, subnets = network(stack)
    stack.add("aws:alb/loadBalancer:LoadBalancer", "old", subnets=subnets[:1])


@looks_right_but("lb-distinct-az", "fixed")
def one_address_of_a_network_load_balancer(stack: Stack) -> None:
    _, subnets = network(stack)
    mapping = {"subnetId": subnets[0], "allocationId": stack.add("ec2/eip", "ip")["allocationId"]}
    stack.add("lb/loadBalancer", "fixed", loadBalancerType="network", subnetMappings=[mapping])


@looks_right_but("eks-multi-az", "nodes")
def nodes_of_one_zone_for_a_cluster_of_another_stack(stack: Stack) -> None:
    _, subnets = network(stack)
    scaling = {"minSize": 2, "maxSize": 4, "desiredSize": 2}
    stack.add("eks/nodeGroup", "nodes", clusterName="shared", subnetIds=subnets[:1], scalingConfig=scaling)


@looks_right_but("subnets-multi-az", "out")
def an_app_runner_service_whose_way_into_the_vpc_is_in_one_zone(stack: Stack) -> None:
    _, subnets = network(stack, A, A)
    stack.add("apprunner/vpcConnector", "out", subnets=subnets)


@looks_right_but("nat-own-az", "subnet-1")
def a_default_route_in_two_halves(stack: Stack) -> None:
    vpc, subnets = network(stack)
    nat = stack.add("ec2/natGateway", "nat", subnetId=subnets[0], allocationId="eipalloc-1")
    halves = [{"cidrBlock": block, "natGatewayId": nat} for block in ("0.0.0.0/1", "128.0.0.0/1")]
    table = stack.add("ec2/routeTable", "table", vpcId=vpc, routes=halves)
    for subnet in subnets:
        stack.add("ec2/routeTableAssociation", subnet.name, routeTableId=table, subnetId=subnet)


@looks_right_but("subnets-multi-az", "fleet")
def a_fleet_of_one_zone(stack: Stack) -> None:
    _, subnets = network(stack)
    overrides = [{"instanceType": "m7g.large", "subnetId": subnets[0]}]
    stack.add("ec2/fleet", "fleet", launchTemplateConfigs=[{"overrides": overrides}])


@pytest.mark.parametrize("name", DISGUISES)
@pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])
def test_a_stack_that_only_looks_multi_az_is_stopped(name: str, deployed: bool) -> None:
    rule, subject, build = DISGUISES[name]
    stack = Stack(deployed=deployed)
    build(stack)
    found = [f for f in evaluate(stack.graph(), load()).findings if f.verdict is Verdict.VIOLATION]
    assert (rule, subject) in {(f.rule.id, f.node.name) for f in found if f.level is Level.MANDATORY}


@unusual
def a_group_on_the_launch_template_of_another_zone_rule(stack: Stack) -> None:
    """A placement that names no zone, a schedule that leaves the floor as it is."""
    vpc, subnets = network(stack)
    group = servers(stack, balanced(stack, vpc, subnets), subnets, placement={"tenancy": "default"})
    stack.add("autoscaling/schedule", "day", autoscalingGroupName=group["name"], minSize=-1, desiredCapacity=4)


@unusual
def a_node_group_per_zone_for_a_cluster_of_another_stack(stack: Stack) -> None:
    _, subnets = network(stack)
    for subnet in subnets:
        stack.add("eks/nodeGroup", subnet.name, clusterName="shared", subnetIds=[subnet], scalingConfig={"minSize": 2})


@unusual
def a_mixed_group(stack: Stack) -> None:
    vpc, subnets = network(stack)
    target = balanced(stack, vpc, subnets)
    used = {"launchTemplateId": stack.add("ec2/launchTemplate", "launch"), "version": "$Latest"}
    types = [{"instanceType": "m7g.large"}, {"instanceType": "m6g.large"}]
    stack.add(
        "autoscaling/group", "servers", minSize=2, maxSize=4, vpcZoneIdentifiers=subnets, healthCheckType="ELB",
        targetGroupArns=[target["arn"]], instanceRefresh=REFRESH, capacityRebalance=True,
        availabilityZoneImpairmentPolicy={"zonalShiftEnabled": True},
        mixedInstancesPolicy={
            "launchTemplate": {"launchTemplateSpecification": used, "overrides": types},
            "instancesDistribution": {"onDemandBaseCapacity": 2, "onDemandPercentageAboveBaseCapacity": 50},
        },
    )  # fmt: skip


@unusual
def a_service_on_the_instances_of_capacity_providers(stack: Stack) -> None:
    vpc, subnets = network(stack)
    target = balanced(stack, vpc, subnets)
    launch = stack.add("ec2/launchTemplate", "launch", instanceType="t4g.micro")
    group = stack.add("autoscaling/group", "nodes", minSize=2, maxSize=4, vpcZoneIdentifiers=subnets,
        launchTemplate={"id": launch, "version": "$Latest"}, instanceRefresh=REFRESH,
        availabilityZoneImpairmentPolicy={"zonalShiftEnabled": True})  # fmt: skip
    provider = stack.add(
        "ecs/capacityProvider", "nodes", autoScalingGroupProvider={"autoScalingGroupArn": group["arn"]}
    )
    service(stack, target, capacityProviderStrategies=[{"capacityProvider": provider["name"], "weight": 1}])


@unusual
def a_constraint_that_allows_two_zones(stack: Stack) -> None:
    allowed = [{"type": "distinctInstance"}, {"type": "memberOf", "expression": f"{ZONE} in [{A}, {B}]"}]
    on_instances(stack, placementConstraints=allowed)


@unusual
def aurora_members_without_zones(stack: Stack) -> None:
    _, subnets = network(stack)
    group = stack.add("rds/subnetGroup", "places", subnetIds=subnets)
    cluster = stack.add(
        "rds/cluster", "data", engine="aurora-postgresql", dbSubnetGroupName=group["name"], deletionProtection=True,
        backupRetentionPeriod=14, copyTagsToSnapshot=True, finalSnapshotIdentifier="last",
        deleteAutomatedBackups=False, protect=True,
    )  # fmt: skip
    for n in range(2):
        stack.add("rds/clusterInstance", f"member-{n}", clusterIdentifier=cluster, engine="aurora-postgresql",
            instanceClass="db.r7g.large", promotionTier=0)  # fmt: skip


@unusual
def a_database_of_rds_custom(stack: Stack) -> None:
    """Its storage does not scale by itself."""
    _, subnets = network(stack)
    group = stack.add("rds/subnetGroup", "places", subnetIds=subnets)
    stack.add(
        "rds/instance", "legacy", engine="custom-sqlserver-ee", dbSubnetGroupName=group["name"], multiAz=True,
        allocatedStorage=100, backupRetentionPeriod=14, deletionProtection=True, copyTagsToSnapshot=True,
        finalSnapshotIdentifier="last", deleteAutomatedBackups=False, protect=True,
    )  # fmt: skip


@unusual
def buckets_of_older_types(stack: Stack) -> None:
    """Versions and replication by the types of the fourth version of the provider."""
    far = stack.region_provider("us-east-1")
    buckets = {n: stack.add("aws:s3/bucketV2:BucketV2", n, provider=p, protect=True)
               for n, p in (("near", None), ("far", far))}  # fmt: skip
    for name, bucket in buckets.items():
        stack.add("aws:s3/bucketVersioningV2:BucketVersioningV2", f"{name}-versions", bucket=bucket,
            versioningConfiguration={"status": "Enabled"}, provider=far if name == "far" else None)  # fmt: skip
    stack.add("s3/bucketReplicationConfig", "copy", bucket=buckets["near"], rules=[
        {"status": "Enabled", "filter": {}, "deleteMarkerReplication": {"status": "Enabled"},
         "destination": {"bucket": buckets["far"]["arn"]}}])  # fmt: skip


@pytest.mark.parametrize("build", UNUSUAL, ids=lambda b: b.__name__)
@pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])
def test_an_unusual_but_correct_stack_has_no_finding(build: Build, deployed: bool) -> None:
    stack = Stack(deployed=deployed)
    build(stack)
    settings = load({"rules": dict.fromkeys(ELSEWHERE, "disabled")})
    found = evaluate(stack.graph(), settings).findings
    assert [(f.rule.id, f.node.name, f.verdict, f.notes) for f in found if f.level is Level.MANDATORY] == []
    assert [(f.rule.id, f.node.name, f.notes) for f in found if f.verdict is Verdict.CANNOT_TELL] == []


def test_a_constraint_that_is_not_understood_cannot_be_told() -> None:
    stack = Stack()
    expression = f"{ZONE} == {A} or attribute:rack == 7"
    on_instances(stack, placementConstraints=[{"type": "memberOf", "expression": expression}])
    assert stack.verdict("ecs-multi-az", "app") is Verdict.CANNOT_TELL
