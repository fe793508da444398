"""What the Fargate components register: types, names, parents, inputs, origins, as awsx 3.11 was seen to."""

import hashlib
import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx
import pytest
from pulumi.runtime.proto import resource_pb2

from offline.aws.schema import installed
from offline.awsx import plan
from offline.awsx.construct import Monitor
from tests.support.graph import Graph, deploy

SERVICE, TASK = "awsx:ecs:FargateService", "awsx:ecs:FargateTaskDefinition"
EXECUTION = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def container(**changes: Any) -> dict[str, Any]:
    return {"name": "app", "image": "nginx", "cpu": 256, "memory": 512, "essential": True, **changes}


def service(task: dict[str, Any] | None = None, **changes: Any) -> Graph:
    """The graph of a service of one container that listens on 8080."""
    args: Any = task or {"container": container(port_mappings=[{"container_port": 8080}])}
    network: Any = {"subnets": ["subnet-a", "subnet-b"]}

    def program() -> None:
        awsx.ecs.FargateService("app", network_configuration=network, task_definition_args=args, **changes)

    return deploy(program)


def driven(steps: plan.Plan) -> list[plan.Register]:
    """What a plan registers, each child answered with an ARN and a name."""
    made: list[plan.Register] = []
    answer: Any = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration:
            return made
        if isinstance(step, plan.AskRegion):
            answer = plan.Value("us-west-2")
            continue
        made.append(step)
        urns = frozenset({f"urn:{step.type}"})
        known = {"arn": plan.Value(f"arn:{step.name}", urns=urns), "name": plan.Value(step.name, urns=urns)}
        answer = plan.Registered(f"urn:{step.type}", plan.Value(step.name, urns=urns), known)


def test_the_children_and_their_parents_are_those_of_awsx() -> None:
    graph = service(desired_count=2)
    found = {(n.type, n.name, n.parent.rsplit("::", 2)[-2].rsplit("$", 1)[-1] if n.parent else "") for n in graph.nodes}
    assert {f for f in found if f[1].startswith("app")} == {
        (SERVICE, "app", "pulumi:pulumi:Stack"),
        (TASK, "app", SERVICE),
        ("aws:cloudwatch/logGroup:LogGroup", "app", TASK),
        ("aws:iam/role:Role", "app-task", TASK),
        ("aws:iam/role:Role", "app-execution", TASK),
        ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "app-execution-9a42f520", TASK),
        ("aws:ecs/taskDefinition:TaskDefinition", "app", TASK),
        ("aws:ecs/service:Service", "app", SERVICE),
    }


def test_the_service_is_behind_the_target_groups_of_its_ports_on_the_groups_port() -> None:
    group = plan.Reference("urn:tg", "arn:tg", {"arn": "arn:tg", "port": 8080})
    task = {"container": {"name": "app", "image": "nginx", "portMappings": [{"targetGroup": group}]}}
    args = {"taskDefinitionArgs": task, "networkConfiguration": {"subnets": ["a", "b"]}, "desiredCount": 2}
    made = {step.type: step.inputs for step in driven(plan.service("app", "urn:app", args, "dev", {"desiredCount": 0}))}
    inputs = made["aws:ecs/service:Service"]
    balancer = {"containerName": "app", "containerPort": 8080, "targetGroupArn": "arn:tg"}
    assert inputs["loadBalancers"] == plan.Value([balancer], urns=frozenset({"urn:tg"}))
    assert (inputs["desiredCount"].value, inputs["launchType"].value) == (2, "FARGATE")
    assert inputs["waitForSteadyState"].value is True
    assert inputs["taskDefinition"].urns == {"urn:aws:ecs/taskDefinition:TaskDefinition"}
    (definition,) = json.loads(made["aws:ecs/taskDefinition:TaskDefinition"]["containerDefinitions"].value)
    assert definition["portMappings"] == [{"containerPort": 8080, "hostPort": 8080}]


def test_a_target_group_that_is_passed_in_is_the_services_load_balancer() -> None:
    def program() -> None:
        group = aws.lb.TargetGroup("web", port=8080, protocol="HTTP", vpc_id="vpc-1", target_type="ip")
        mapping = awsx.ecs.TaskDefinitionPortMappingArgs(target_group=group)
        task: Any = {"container": container(port_mappings=[mapping])}
        awsx.ecs.FargateService("app", network_configuration={"subnets": ["a", "b"]}, task_definition_args=task)

    graph = deploy(program)
    made = graph.one("aws:ecs/service:Service")
    (balancer,) = made.inputs["loadBalancers"]
    assert balancer["containerPort"] == 8080
    assert balancer["targetGroupArn"].endswith("targetgroup/web")
    assert [n.type for n in graph.referred(made, "loadBalancers")] == ["aws:lb/targetGroup:TargetGroup"]


def test_children_ask_for_the_installed_version_of_the_provider_as_those_of_awsx_do() -> None:
    asked: list[Any] = []

    class Remembers:
        def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (gRPC method name)
            asked.append(request)
            return resource_pb2.RegisterResourceResponse(urn="urn:pulumi:dev::shop::t::it", id="it")

    Monitor(Remembers(), "").child(plan.Register("aws:ecs/service:Service", "app", "", {}))
    Monitor(Remembers(), "").child(plan.Register(TASK, "app", "", {}))
    assert [request.version for request in asked] == [installed().version, ""]


def test_the_definition_holds_the_containers_as_json_and_a_size_that_fargate_has() -> None:
    inputs = service().one("aws:ecs/taskDefinition:TaskDefinition").inputs
    (made,) = json.loads(inputs["containerDefinitions"])
    assert made["portMappings"] == [{"containerPort": 8080, "hostPort": 8080}]
    options = {"awslogs-group": "app", "awslogs-region": "us-west-2", "awslogs-stream-prefix": "app"}
    assert made["logConfiguration"] == {"logDriver": "awslogs", "options": options}
    assert (inputs["cpu"], inputs["memory"], inputs["networkMode"]) == ("256", "512", "awsvpc")
    assert inputs["requiresCompatibilities"] == ["FARGATE"]
    digest = hashlib.sha1(("dev" + inputs["containerDefinitions"]).encode(), usedforsecurity=False).hexdigest()[:8]
    assert inputs["family"] == f"app-{digest}"


def test_a_secret_in_a_container_makes_the_definition_its_size_and_its_family_secret() -> None:
    variable = {"name": "K", "value": pulumi.Output.secret("hunter2")}
    inputs = (
        service({"container": container(environment=[variable])}).one("aws:ecs/taskDefinition:TaskDefinition").inputs
    )
    secret = {k for k, v in inputs.items() if isinstance(v, dict) and "value" in v}
    assert secret == {"containerDefinitions", "cpu", "memory", "family"}


def test_roles_and_log_groups_that_are_given_or_skipped_are_not_made() -> None:
    role = awsx.awsx.DefaultRoleWithPolicyArgs(role_arn="arn:aws:iam::123456789012:role/mine")
    task: dict[str, Any] = {
        "container": container(),
        "task_role": role,
        "execution_role": awsx.awsx.DefaultRoleWithPolicyArgs(skip=True),
        "log_group": awsx.awsx.DefaultLogGroupArgs(skip=True),
    }
    graph = service(task)
    assert not graph.of("aws:iam/role:Role") + graph.of("aws:cloudwatch/logGroup:LogGroup")
    inputs = graph.one("aws:ecs/taskDefinition:TaskDefinition").inputs
    assert inputs["taskRoleArn"] == "arn:aws:iam::123456789012:role/mine"
    assert "executionRoleArn" not in inputs
    assert "logConfiguration" not in json.loads(inputs["containerDefinitions"])[0]


def test_several_containers_are_sorted_and_sized_together() -> None:
    both = {"web": container(name="web", cpu=512, memory=1024), "agent": container(name="agent", cpu=256, memory=512)}
    inputs = service({"containers": both}).one("aws:ecs/taskDefinition:TaskDefinition").inputs
    assert [c["name"] for c in json.loads(inputs["containerDefinitions"])] == ["agent", "web"]
    assert (inputs["cpu"], inputs["memory"]) == ("1024", "2048")


def test_transforms_of_the_component_reach_its_children() -> None:
    def leave(given: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if given.type_ != "aws:ecs/service:Service":
            return None
        opts = pulumi.ResourceOptions.merge(given.opts, pulumi.ResourceOptions(ignore_changes=["desiredCount"]))
        return pulumi.ResourceTransformResult(given.props, opts)

    graph = service(opts=pulumi.ResourceOptions(transforms=[leave]))
    assert graph.one("aws:ecs/service:Service").ignore_changes == ("desiredCount",)


@pytest.mark.parametrize(
    ("task", "changes", "says"),
    [
        ({}, {}, "Exactly one of"),
        (
            {"container": {"image": "nginx", "name": "app", "memry": 5}},
            {},
            "has no property 'memry'; did you mean 'memory'",
        ),
        ({"container": {"name": "app"}}, {}, "needs 'image'"),
        ({"container": {"name": "app", "image": "n", "cpu": 32768}}, {}, "exceed the maximum allowed for Fargate"),
    ],
)
def test_what_awsx_refuses_is_said(task: Any, changes: dict[str, Any], says: str) -> None:
    def program() -> None:
        awsx.ecs.FargateService(
            "app", network_configuration={"subnets": ["a", "b"]}, task_definition_args=task, **changes
        )

    with pytest.raises(plan.PlanError, match=says):
        deploy(program)


def test_without_a_network_or_a_definition_there_is_no_service() -> None:
    with pytest.raises(plan.PlanError, match="networkConfiguration"):
        deploy(lambda: awsx.ecs.FargateService("app", task_definition="arn:t"))
    with pytest.raises(plan.PlanError, match="Either `taskDefinition` or"):
        deploy(lambda: awsx.ecs.FargateService("app", network_configuration={"subnets": ["a"]}))
