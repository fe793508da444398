"""Cases of the containers rules."""
# ruff: noqa: E501 (one row per thing)

import json
from typing import Any

from tests.policy.cases.kind import Case, U, v

TWO: dict[str, Any] = {"networkConfiguration": {"subnets": ["@a", "@b"]}}


def image(region: str, host: str = "{account}.dkr.ecr.{region}.amazonaws.com") -> str:
    """The definition of a container whose image is in a private ECR registry of a Region."""
    registry = host.format(account="123456789012", region=region)
    return json.dumps([{"name": "app", "image": f"{registry}/app:1"}])


CASES = {
    "ecs-multi-az": Case(
        "ecs/service",
        ok=v(**TWO),
        bad=v(networkConfiguration={"subnets": ["@a", "@a2"]}),
        unknown=v(networkConfiguration={"subnets": U}),
    ),
    "ecs-min-tasks": Case(
        "ecs/service", ok=v(desiredCount=2), bad=v(), unknown=v(desiredCount=U), na=v(schedulingStrategy="DAEMON")
    ),
    "ecs-az-spread": Case(
        "ecs/service",
        ok=v(launchType="EC2", orderedPlacementStrategies=[{"type": "spread", "field": "attribute:ecs.availability-zone"}]),
        bad=v(launchType="EC2", orderedPlacementStrategies=[{"type": "binpack", "field": "memory"}]),
        unknown=v(launchType="EC2", orderedPlacementStrategies=U),
        na=v(launchType="FARGATE"),
    ),
    "ecs-az-rebalancing": Case(
        "ecs/service",
        ok=v(launchType="FARGATE"),
        bad=v(availabilityZoneRebalancing="DISABLED"),
        unknown=v(availabilityZoneRebalancing=U),
        na=v(schedulingStrategy="DAEMON"),
    ),
    "ecs-safe-deploy": Case(
        "ecs/service",
        ok=v(deploymentCircuitBreaker={"enable": True, "rollback": True}),
        bad=v(deploymentCircuitBreaker={"enable": True, "rollback": False}),
        unknown=v(deploymentCircuitBreaker={"enable": True, "rollback": U}),
        na=v(deploymentController={"type": "CODE_DEPLOY"}),
    ),
    "codedeploy-rollback": Case(
        "codedeploy/deploymentGroup",
        ok=v(autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}),
        bad=v(autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_STOP_ON_ALARM"]}),
        unknown=v(autoRollbackConfiguration={"enabled": U}),
    ),
    "ecs-min-healthy": Case(
        "ecs/service",
        ok=v(desiredCount=2),
        bad=v(desiredCount=2, deploymentMinimumHealthyPercent=0),
        unknown=v(desiredCount=2, deploymentMinimumHealthyPercent=U),
        na=v(schedulingStrategy="DAEMON"),
    ),
    "ecs-grace-period": Case(
        "ecs/service",
        ok=v(loadBalancers=[{"containerPort": 80}], healthCheckGracePeriodSeconds=60),
        bad=v(loadBalancers=[{"containerPort": 80}]),
        unknown=v(loadBalancers=[{"containerPort": 80}], healthCheckGracePeriodSeconds=U),
        na=v(**TWO),
    ),
    "ecs-image-own-region": Case(
        "ecs/taskDefinition",
        ok=v(containerDefinitions=image("us-west-2")),
        bad=v(containerDefinitions=image("us-east-1")),
        unknown=v(containerDefinitions=image("us-east-1"), region=U),
        na=v(containerDefinitions=U),
    ),
    "scaling-floor": Case(
        "appautoscaling/target",
        ok=v(scalableDimension="ecs:service:DesiredCount", minCapacity=2),
        bad=v(scalableDimension="ecs:service:DesiredCount", minCapacity=1),
        unknown=v(scalableDimension="ecs:service:DesiredCount", minCapacity=U),
        na=v(scalableDimension="dynamodb:table:ReadCapacityUnits", minCapacity=1),
    ),
    "scaling-policy-attached": Case(
        "appautoscaling/target",
        ok=v(("appautoscaling/policy", "p", {"resourceId": "@x.resourceId", "scalableDimension": "d"}), resourceId="service/c/s", scalableDimension="d"),
        bad=v(("appautoscaling/policy", "p", {"resourceId": "service/c/t"}), resourceId="service/c/s", scalableDimension="d"),
        unknown=v(("appautoscaling/policy", "p", {"resourceId": U}), resourceId="service/c/s", scalableDimension="d"),
    ),
    "ecs-not-spot-only": Case(
        "ecs/service",
        ok=v(capacityProviderStrategies=[{"capacityProvider": "FARGATE", "base": 2}, {"capacityProvider": "FARGATE_SPOT", "weight": 1}]),
        bad=v(capacityProviderStrategies=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}]),
        unknown=v(capacityProviderStrategies=[{"capacityProvider": U, "weight": 1}]),
        na=v(launchType="FARGATE"),
    ),
}  # fmt: skip
