"""The services tier: what ECS is told, what every role may do, and the reserve for the loss of a zone."""

import json
from typing import Any

import pulumi
import pytest

from components.tiers.containers.ecs_cluster import EcsCluster, EcsClusterArgs
from components.tiers.containers.ecs_service import FargateServiceArgs, check_rollout
from tests.support.graph import deploy
from tests.support.some import some
from tests.unit.tiers.containers.ecs import KEY, POLICY, SERVICE, SUBNETS, WORKLOAD, ZONES, cart


def test_service_spans_every_zone_with_a_reserve_and_rolls_back_by_itself() -> None:
    graph = cart(capacity=4)
    service = graph.one(SERVICE)
    given = service.inputs
    assert given["networkConfiguration"] == {
        "subnets": ["subnet-a", "subnet-b", "subnet-c"],
        "securityGroups": ["shop-cart-sg-id"],
        "assignPublicIp": False,
    }
    assert given["desiredCount"] == 6, "two in each of three zones: four remain when one is gone"
    assert (given["deploymentMinimumHealthyPercent"], given["deploymentMaximumPercent"]) == (100, 200)
    assert given["availabilityZoneRebalancing"] == "ENABLED"
    assert given["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert given["alarms"] == {"alarmNames": ["shop-cart-5xx"], "enable": True, "rollback": True}
    assert given["deploymentController"] == {"type": "ECS"}, "else the provider reports a rollback as success"
    assert given["capacityProviderStrategies"] == [{"capacityProvider": "FARGATE", "base": 6, "weight": 1}]
    assert "launchType" not in given, "AWS refuses it beside a capacity provider strategy"
    assert given["forceNewDeployment"] is True, "else a changed strategy replaces the service"
    assert given["triggers"] == {"floor": "6", "spot": "0"}
    assert given["enableExecuteCommand"] is False
    assert given["propagateTags"] == "SERVICE"
    assert given["platformVersion"] == "1.4.0"
    assert given["waitForSteadyState"] is True


def test_an_update_that_ecs_has_rolled_back_fails() -> None:
    check_rollout("shop-cart", "task:2", "task:2")
    check_rollout("shop-cart", None, "task:2")  # not known yet, in a preview
    with pytest.raises(pulumi.RunError, match=r"shop-cart: ECS has rolled the deployment back and runs task:1 instead"):
        check_rollout("shop-cart", "task:1", "task:2")


def test_scaling_owns_the_count_and_never_goes_below_the_floor() -> None:
    graph = cart(capacity=4, max_tasks=30)
    assert graph.one(SERVICE).ignore_changes == ("desiredCount", "deploymentController")
    target = graph.one("aws:appautoscaling/target:Target")
    assert (target.inputs["minCapacity"], target.inputs["maxCapacity"]) == (6, 30)
    assert target.inputs["resourceId"] == "service/shop/shop-cart"
    assert SERVICE in {n.type for n in graph.referred(target, "resourceId")}
    kinds = {
        n.inputs["targetTrackingScalingPolicyConfiguration"]["predefinedMetricSpecification"]["predefinedMetricType"]
        for n in graph.of("aws:appautoscaling/policy:Policy")
    }
    assert kinds == {"ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"}


@pytest.mark.parametrize(("zones", "capacity", "floor"), [(2, 1, 2), (2, 3, 6), (3, 1, 3), (3, 2, 3), (3, 5, 9)])
def test_floor_leaves_the_capacity_when_a_zone_is_gone(zones: int, capacity: int, floor: int) -> None:
    made: list[int] = []

    def program() -> None:
        cluster = EcsCluster("c", EcsClusterArgs())
        args = FargateServiceArgs(
            cluster=cluster,
            workload=WORKLOAD,
            vpc_id="v",
            subnet_ids={z: SUBNETS[z] for z in ZONES[:zones]},
            kms_key_arn=KEY,
            capacity=capacity,
        )
        made.append(args.floor)

    deploy(program)
    assert made == [floor]
    assert floor - floor // zones >= capacity


def test_spot_only_adds_to_the_floor() -> None:
    strategies = cart(spot_weight=3).one(SERVICE).inputs["capacityProviderStrategies"]
    assert strategies == [
        {"capacityProvider": "FARGATE", "base": 3, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 3},
    ]


def test_service_connect_names_the_port_that_the_task_definition_has() -> None:
    graph = cart()
    connect = graph.one(SERVICE).inputs["serviceConnectConfiguration"]
    assert connect["enabled"] is True
    assert connect["services"] == [
        {"portName": "http", "discoveryName": "cart", "clientAlias": [{"port": 8080, "dnsName": "cart"}]}
    ]
    (container,) = json.loads(graph.one("aws:ecs/taskDefinition:TaskDefinition").inputs["containerDefinitions"])
    assert container["portMappings"] == [
        {"name": "http", "containerPort": 8080, "protocol": "tcp", "appProtocol": "http"}
    ]
    assert container["name"] == graph.one(SERVICE).inputs["loadBalancers"][0]["containerName"] == "cart"


def test_service_waits_for_its_permissions_its_rule_and_the_clusters_providers() -> None:
    graph = cart()
    component = graph.one("awsx:ecs:FargateService")
    waited = {n.name for n in graph.nodes if n.urn in component.depends_on}
    assert {
        "shop-cart-task-permissions",
        "shop-cart-execution-permissions",
        "shop-cart-tg-rule",
        "shop-providers",
    } <= waited


def test_alarms_of_a_routed_and_of_an_unrouted_service() -> None:
    graph = cart()
    kind = "aws:cloudwatch/metricAlarm:MetricAlarm"
    routed = {n.name.removeprefix("shop-cart-") for n in graph.of(kind)} - {"inner-elb-5xx"}
    assert routed == {"5xx", "slow", "unhealthy", "cpu", "memory", "tasks"}
    unhealthy = graph.one(kind, "shop-cart-unhealthy").inputs
    assert (unhealthy["metricName"], unhealthy["statistic"]) == ("UnHealthyHostCount", "Minimum"), "of all nodes"
    tasks = graph.one(kind, "shop-cart-tasks").inputs
    assert (tasks["threshold"], tasks["comparisonOperator"], tasks["treatMissingData"]) == (
        3,
        "LessThanThreshold",
        "breaching",
    )
    assert tasks["dimensions"] == {"ClusterName": "shop", "ServiceName": "shop-cart"}
    alone = cart(routed=False)
    assert {n.name for n in alone.of(kind)} == {"inner-elb-5xx", "shop-cart-cpu", "shop-cart-memory", "shop-cart-tasks"}
    service = alone.one(SERVICE).inputs
    assert not {"loadBalancers", "healthCheckGracePeriodSeconds", "alarms"} & set(service), "AWS refuses grace alone"


def test_every_taggable_resource_of_the_service_is_tagged() -> None:
    untaggable = {
        POLICY,
        "aws:appautoscaling/policy:Policy",
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    }
    of_alarms = "aws:cloudwatch/metricAlarm:MetricAlarm"  # theirs come with where they go
    for node in some(cart().nodes):
        if node.type.startswith("aws:") and node.name.startswith("shop") and node.type not in {*untaggable, of_alarms}:
            assert node.inputs["tags"]["Project"] == "ha", node.name


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"subnet_ids": {"us-west-2a": "s"}}, "a single zone"),
        ({"capacity": 0}, "capacity=0"),
        ({"max_tasks": 2}, "max_tasks=2: must be at least 3"),
    ],
)
def test_services_without_a_reserve_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cart(**changed)
