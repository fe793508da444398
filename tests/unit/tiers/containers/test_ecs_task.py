"""The task definition: container, roles, sizes."""

import json

import pytest

from components.tiers.containers.ecs_task import Workload, regional_image
from tests.unit.tiers.containers.ecs import KEY, cart, policy


def test_container_is_read_only_unprivileged_checked_and_logs_without_blocking() -> None:
    graph = cart()
    definition = graph.one("aws:ecs/taskDefinition:TaskDefinition").inputs
    assert (definition["cpu"], definition["memory"], definition["networkMode"]) == ("512", "1024", "awsvpc")
    assert definition["requiresCompatibilities"] == ["FARGATE"]
    assert definition["runtimePlatform"] == {"operatingSystemFamily": "LINUX", "cpuArchitecture": "ARM64"}
    (container,) = json.loads(definition["containerDefinitions"])
    assert container["readonlyRootFilesystem"] is True
    assert container["user"] == "65534:65534"
    assert container["healthCheck"]["command"][:2] == ["CMD", "python"]
    assert container["stopTimeout"] == 60
    assert container["logConfiguration"]["options"]["mode"] == "non-blocking"
    assert container["environment"] == [
        {"name": "AWS_REGION", "value": "us-west-2"},
        {"name": "PORT", "value": "8080"},
        {"name": "SERVICE", "value": "cart"},
        {"name": "TABLE_NAME", "value": "carts"},
    ]
    assert len(definition["containerDefinitions"]) < 65_536, "ECS RegisterTaskDefinition: 64 KiB"
    logs = graph.one("aws:cloudwatch/logGroup:LogGroup").inputs
    assert (logs["retentionInDays"], logs["kmsKeyId"]) == (365, KEY)


def test_roles_are_the_services_own_and_hold_only_what_is_given() -> None:
    graph = cart()
    assert sorted(policy(graph, "shop-cart-task-permissions")) == ["Carts"]
    assert sorted(policy(graph, "shop-cart-execution-permissions")) == ["Logs"]
    trust = json.loads(graph.one("aws:iam/role:Role", "shop-cart-task").inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:ecs:us-west-2:123456789012:*"},
    }
    private = Workload(
        image="i",
        repository_arns=["arn:aws:ecr:us-west-2:123456789012:repository/shop"],
        secrets={"TOKEN": "arn:aws:secretsmanager:us-west-2:123456789012:secret:token"},
    )
    found = policy(cart(workload=private), "shop-cart-execution-permissions")
    assert sorted(found) == ["Image", "Key", "Logs", "Registry", "Secrets"]
    assert found["Image"]["Resource"] == ["arn:aws:ecr:us-west-2:123456789012:repository/shop"]
    shell = policy(cart(execute_command=True), "shop-cart-task-permissions")
    assert sorted(shell) == ["Carts", "ExecuteCommand"]


def test_a_health_path_that_is_no_path_is_refused() -> None:
    with pytest.raises(ValueError, match="health_path=health: must start with /"):
        Workload(image="i", health_path="health")


def test_an_own_image_in_a_private_registry_can_be_pulled_and_a_public_one_needs_no_permission() -> None:
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/bank/ledger@sha256:" + "0" * 64
    statements = policy(cart(workload=Workload(image=image)), "shop-cart-execution-permissions")
    assert statements["Image"]["Resource"] == ["arn:aws:ecr:eu-west-1:123456789012:repository/bank/ledger"]
    assert statements["Registry"]["Action"] == "ecr:GetAuthorizationToken"
    assert set(policy(cart(), "shop-cart-execution-permissions")) == {"Logs"}


def test_a_private_image_comes_from_the_registry_of_the_region_that_runs_it() -> None:
    image = "123456789012.dkr.ecr.us-west-2.amazonaws.com/shop/cart:1.4"
    assert regional_image(image, "us-east-1") == "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/cart:1.4"
    for public in ("public.ecr.aws/docker/library/python:3.13", "ghcr.io/acme/cart@sha256:" + "0" * 64):
        assert regional_image(public, "us-east-1") == public
