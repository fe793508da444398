"""What registers behind a load balancer is found, whichever way it registers."""

from collections.abc import Callable
from typing import Any

import pytest
from ha_policy.testing import Resource, Stack, Verdict

from tests.policy.proof.losses import ZONES, after_losing, network

Register = Callable[[Stack, Resource, list[Resource]], Any]
PREVIEW_AND_DEPLOYED = pytest.mark.parametrize("deployed", [False, True], ids=["preview", "deployed"])


def servers(stack: Stack, subnets: list[Resource], **more: Any) -> Resource:
    return stack.add("autoscaling/group", "servers", minSize=2, maxSize=4, vpcZoneIdentifiers=subnets, **more)


def instances(stack: Stack, subnets: list[Resource]) -> list[Resource]:
    return [stack.add("ec2/instance", f"server-{n}", subnetId=s) for n, s in enumerate(subnets)]


def by_traffic_sources(stack: Stack, group: Resource, subnets: list[Resource]) -> None:
    servers(stack, subnets, trafficSources=[{"identifier": group["arn"], "type": "elbv2"}])


def by_an_attachment_of_a_traffic_source(stack: Stack, group: Resource, subnets: list[Resource]) -> None:
    source = {"identifier": group["arn"], "type": "elbv2"}
    name = servers(stack, subnets)["name"]
    stack.add("autoscaling/trafficSourceAttachment", "link", autoscalingGroupName=name, trafficSource=source)


def by_an_attachment_of_older_providers(stack: Stack, group: Resource, subnets: list[Resource]) -> None:
    name = servers(stack, subnets)["name"]
    stack.add("autoscaling/attachment", "link", autoscalingGroupName=name, albTargetGroupArn=group["arn"])


TARGETS: list[Register] = [
    by_traffic_sources, by_an_attachment_of_a_traffic_source, by_an_attachment_of_older_providers,
]  # fmt: skip


@PREVIEW_AND_DEPLOYED
@pytest.mark.parametrize("register", TARGETS)
@pytest.mark.parametrize(("zones", "verdict"), [(2, "degrades"), (1, "down")])
def test_a_group_registers_in_a_target_group(register: Register, deployed: bool, zones: int, verdict: str) -> None:
    stack = Stack(deployed=deployed)
    vpc, subnets = network(stack)
    balancer = stack.add("lb/loadBalancer", "web", subnets=subnets)
    group = stack.add("lb/targetGroup", "web", port=80, protocol="HTTP", vpcId=vpc)
    forward = [{"type": "forward", "targetGroupArn": group["arn"]}]
    stack.add("lb/listener", "web", loadBalancerArn=balancer["arn"], port=80, defaultActions=forward)
    register(stack, group, subnets[:zones])
    assert stack.verdict("target-group-attached", "web") is Verdict.PASS
    assert stack.verdict("lb-min-targets", "web") is Verdict.PASS
    assert stack.verdict("target-group-spans-az", "web") is (Verdict.PASS if zones == 2 else Verdict.VIOLATION)
    assert after_losing(stack, "web", ZONES[0]) == verdict


def by_load_balancers_of_the_group(stack: Stack, balancer: Resource, subnets: list[Resource]) -> None:
    servers(stack, subnets, loadBalancers=[balancer["name"]])


def by_an_attachment_of_the_group(stack: Stack, balancer: Resource, subnets: list[Resource]) -> None:
    stack.add("autoscaling/attachment", "link", autoscalingGroupName=servers(stack, subnets)["name"], elb=balancer)


def by_attachments_of_instances(stack: Stack, balancer: Resource, subnets: list[Resource]) -> None:
    for n, server in enumerate(instances(stack, subnets)):
        stack.add("elb/attachment", f"link-{n}", elb=balancer, instance=server)


def by_name_in_a_service(stack: Stack, balancer: Resource, subnets: list[Resource]) -> None:
    registered = [{"elbName": balancer["name"], "containerName": "app", "containerPort": 80}]
    places = {"subnets": subnets}
    stack.add("ecs/service", "app", desiredCount=2, networkConfiguration=places, loadBalancers=registered)


CLASSIC: list[Register] = [
    by_load_balancers_of_the_group, by_an_attachment_of_the_group, by_attachments_of_instances, by_name_in_a_service,
]  # fmt: skip


@PREVIEW_AND_DEPLOYED
@pytest.mark.parametrize("register", CLASSIC)
@pytest.mark.parametrize(("zones", "verdict"), [(2, "degrades"), (1, "down")])
def test_it_registers_with_a_classic_load_balancer(
    register: Register, deployed: bool, zones: int, verdict: str
) -> None:
    stack = Stack(deployed=deployed)
    _, subnets = network(stack)
    balancer = stack.add("elb/loadBalancer", "old", subnets=subnets, listeners=[])
    register(stack, balancer, subnets[:zones])
    assert after_losing(stack, "old", ZONES[0]) == verdict


@PREVIEW_AND_DEPLOYED
def test_instances_of_a_classic_load_balancer_share_its_load(deployed: bool) -> None:
    stack = Stack(deployed=deployed)
    _, subnets = network(stack)
    stack.add("elb/loadBalancer", "old", subnets=subnets, listeners=[], instances=instances(stack, subnets))
    assert after_losing(stack, "old", ZONES[0]) == "degrades"
