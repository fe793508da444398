# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.ecs`."""

import json
from typing import Any

from tests.offline.refusals import Case, CaseWithOthers, Taken
from tests.offline.refusals.inputs import TWO

TASK = {"family": "f", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512", "networkMode": "awsvpc"}
FARGATE_SERVICE = {"launchType": "FARGATE", "networkConfiguration": {"subnets": TWO}}


def containers(**changes: Any) -> str:
    """Container definitions with one container."""
    return json.dumps([{"name": "app", "image": "nginx", **changes}])


def two_containers(**more: Any) -> str:
    return json.dumps([{"name": name, "image": "nginx", **more} for name in ("app", "agent")])


def waiting(condition: str, first: dict[str, Any] | None = None, *, circular: bool = False) -> str:
    """``app`` waits for ``first``, and with ``circular`` the other way round, too."""
    app = {"name": "app", "image": "nginx", "dependsOn": [{"containerName": "first", "condition": condition}]}
    back = {"dependsOn": [{"containerName": "app", "condition": "START"}]} if circular else {}
    return json.dumps([app, {"name": "first", "image": "nginx", **(first or {}), **back}])


CHECKED: dict[str, Any] = {"healthCheck": {"command": ["CMD", "true"]}}
MOUNTING = containers(mountPoints=[{"sourceVolume": "code", "containerPath": "/code"}])


def many_containers(count: int) -> str:
    return json.dumps([{"name": f"app{number}", "image": "nginx"} for number in range(count)])


CONTAINERS = json.dumps([{"name": "app", "image": "n", "portMappings": [{"name": "http", "containerPort": 80}]}])
CONNECTED_SERVICE = {"launchType": "FARGATE", "networkConfiguration": {"subnets": ["a"]}}
SERVICE_CONNECT = {"enabled": True, "namespace": "n", "services": [{"portName": "http"}]}
TASK_WITH_PORT = {"family": "f", "containerDefinitions": CONTAINERS}

CASES: list[Case] = [
    ("fargate_size_exists", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": containers()}, {"memory": "4096"}, "No Fargate configuration exists"),
    ("containers_are_legal", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": containers()}, {"containerDefinitions": containers(essential=False)}, "at least one essential"),
    ("containers_are_legal", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": containers()}, {"containerDefinitions": containers(portMappings=[{"containerPort": 80, "hostPort": 81}])}, "must match"),
    ("containers_fit_the_task", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": containers(memory=512)}, {"containerDefinitions": containers(memory=513)}, "is greater than for the task"),
    ("containers_fit_the_task", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": containers(cpu=256)}, {"containerDefinitions": two_containers(cpu=129)}, "Total cpu of the containers is greater than for the task (258 > 256)"),
    ("containers_fit_the_task", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": two_containers(memory=400, memoryReservation=256)}, {"containerDefinitions": two_containers(memory=400, memoryReservation=257)}, "Total memory"),
    ("containers_fit_the_task", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": containers(command=["x" * 65000])}, {"containerDefinitions": containers(command=["x" * 65536])}, "larger than 64 KB"),
    ("containers_fit_the_task", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": many_containers(10)}, {"containerDefinitions": many_containers(11)}, "at most 10"),
    ("containers_wait_for_what_can_happen", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": waiting("SUCCESS", {"essential": False})}, {"containerDefinitions": waiting("SUCCESS")}, "waits for SUCCESS of first: this condition can't be set on an essential container"),
    ("containers_wait_for_what_can_happen", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": waiting("COMPLETE", {"essential": False})}, {"containerDefinitions": waiting("COMPLETE", {"essential": True})}, "waits for COMPLETE of first"),
    ("containers_wait_for_what_can_happen", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": waiting("HEALTHY", CHECKED)}, {"containerDefinitions": waiting("HEALTHY")}, "has no health check"),
    ("containers_wait_for_what_can_happen", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": waiting("START")}, {"containerDefinitions": waiting("STARTED")}, "START, COMPLETE, SUCCESS or HEALTHY"),
    ("containers_wait_for_what_can_happen", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": waiting("START")}, {"containerDefinitions": waiting("START", circular=True)}, "wait for each other in a circle"),
    ("mounted_volumes_are_in_the_task", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": MOUNTING, "volumes": [{"name": "code"}]}, {"volumes": [{"name": "data"}]}, "Unknown volume 'code' of app"),
    ("mounted_volumes_are_in_the_task", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": MOUNTING, "volumes": [{"name": "code"}]}, {"volumes": [{"name": "code", "hostPath": "/srv"}]}, "do not support sourcePath"),
    ("restarts_are_within_limits", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": containers(restartPolicy={"enabled": True, "restartAttemptPeriod": 60})}, {"containerDefinitions": containers(restartPolicy={"enabled": True, "restartAttemptPeriod": 59})}, "between 60 and 1800"),
    ("restarts_are_within_limits", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": containers(restartPolicy={"enabled": True})}, {"containerDefinitions": containers(restartPolicy={})}, "should not be null"),
    ("restarts_are_within_limits", "aws:ecs/taskDefinition:TaskDefinition", {**TASK, "containerDefinitions": containers(restartPolicy={"enabled": True, "ignoredExitCodes": [0] * 50})}, {"containerDefinitions": containers(restartPolicy={"enabled": True, "ignoredExitCodes": [0] * 51})}, "at most 50"),
    ("service_strategy_is_one", "aws:ecs/service:Service", FARGATE_SERVICE, {"capacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}]}, "both a launch type and capacity provider"),
    ("deployment_can_proceed", "aws:ecs/service:Service", {**FARGATE_SERVICE, "deploymentMinimumHealthyPercent": 100, "deploymentMaximumPercent": 200}, {"deploymentMaximumPercent": 100}, "block deployments"),
    ("fargate_service_has_a_network", "aws:ecs/service:Service", FARGATE_SERVICE, {"networkConfiguration": None}, "Network Configuration must be provided"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("service_connect_ports_are_named", [("aws:ecs/taskDefinition:TaskDefinition", "t", TASK_WITH_PORT)], "aws:ecs/service:Service", {**CONNECTED_SERVICE, "taskDefinition": "$t.arn", "serviceConnectConfiguration": SERVICE_CONNECT}, {"serviceConnectConfiguration": {**SERVICE_CONNECT, "services": [{"portName": "grpc"}]}}, "portName(s) grpc not found"),
    ("strategy_names_providers_of_the_cluster", [("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "p", {"clusterName": "c", "capacityProviders": ["FARGATE"]})], "aws:ecs/service:Service", {"cluster": "arn:aws:ecs:us-west-2:1:cluster/c", "networkConfiguration": {"subnets": ["a"]}, "capacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}]}, {"capacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]}, "was not found"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:ecs/service:Service", {**FARGATE_SERVICE, "name": "s", "cluster": "c"}, {"cluster": "d"}),
    ("aws:ecs/cluster:Cluster", {"name": "c"}, {"name": "d"}),
    ("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", {"clusterName": "c", "capacityProviders": ["FARGATE"]}, {"clusterName": "d"}),
]  # fmt: skip
