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
from offline.awsx.values import AskLookup, AskZones
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


DEFAULT: dict[str, dict[str, Any]] = {
    "getVpc": {"id": "vpc-default"},
    "getSubnets": {"ids": ["subnet-1", "subnet-2"]},
    "getSubnet": {"vpcId": "vpc-of-the-subnet", "mapPublicIpOnLaunch": True},
}
"""What the account of `driven` has: a default VPC with public subnets."""


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
        if isinstance(step, AskZones):
            answer = list(ZONES)
            continue
        if isinstance(step, AskLookup):
            answer = {**DEFAULT[step.token.split(":")[-1]], **step.args}
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
def test_arguments_that_awsx_rejects_are_rejected_with_its_message(
    task: Any, changes: dict[str, Any], says: str
) -> None:
    def program() -> None:
        awsx.ecs.FargateService(
            "app", network_configuration={"subnets": ["a", "b"]}, task_definition_args=task, **changes
        )

    with pytest.raises(plan.PlanError, match=says):
        deploy(program)


ECS: dict[str, Any] = {"networkConfiguration": None, "desiredCount": None}
"""Inputs of an ECS service."""


def test_a_service_without_a_network_is_in_the_public_subnets_of_the_default_vpc() -> None:
    group, made = driven(
        plan.service("app", "urn:app", {"taskDefinition": "arn:t", "assignPublicIp": True}, "dev", ECS)
    )
    assert (group.type, group.inputs["vpcId"].value) == ("aws:ec2/securityGroup:SecurityGroup", "vpc-default")
    assert made.inputs["networkConfiguration"].value == {
        "subnets": ["subnet-1", "subnet-2"],
        "assignPublicIp": True,
        "securityGroups": ["app-sg"],
    }


def test_without_a_network_or_a_definition_there_is_no_service() -> None:
    with pytest.raises(plan.PlanError, match="The default VPC does not have any private subnets"):
        driven(plan.service("app", "urn:app", {"taskDefinition": "arn:t"}, "dev", ECS))
    with pytest.raises(plan.PlanError, match="Either `taskDefinition` or"):
        deploy(lambda: awsx.ecs.FargateService("app", network_configuration={"subnets": ["a"]}))


# --------------------------------------------------------------------------------------------------------- the Vpc
VPC = "awsx:ec2:Vpc"
ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")


def network(zones: tuple[str, ...] = ZONES, **args: Any) -> Graph:
    return deploy(lambda: awsx.ec2.Vpc("net", availability_zone_names=list(zones), **args))


def specs(*given: tuple[str, int]) -> list[awsx.ec2.SubnetSpecArgs]:
    return [awsx.ec2.SubnetSpecArgs(type=awsx.ec2.SubnetType(kind), cidr_mask=mask) for kind, mask in given]


def ranges(graph: Graph) -> dict[str, list[Any]]:
    """Blocks per type of subnet, in the order of the zones."""
    found: dict[str, list[Any]] = {}
    for subnet in sorted(graph.of("aws:ec2/subnet:Subnet"), key=lambda n: n.inputs["availabilityZone"]):
        found.setdefault(subnet.inputs["tags"]["SubnetType"], []).append(subnet.inputs["cidrBlock"])
    return found


def test_a_vpc_without_arguments_has_the_old_layout_and_a_nat_gateway_per_zone() -> None:
    graph = network()
    assert len(graph.nodes) == 34  # as awsx 3.11 was seen to, the stack included
    assert ranges(graph) == {
        "Private": ["10.0.0.0/19", "10.0.64.0/19", "10.0.128.0/19"],
        "Public": ["10.0.32.0/20", "10.0.96.0/20", "10.0.160.0/20"],
    }
    assert [n.name for n in graph.of("aws:ec2/natGateway:NatGateway")] == ["net-1", "net-2", "net-3"]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (
            {"subnet_strategy": "Auto", "subnet_specs": specs(("Public", 24), ("Private", 20), ("Isolated", 24))},
            {
                "Public": ["10.0.0.0/24", "10.0.64.0/24", "10.0.128.0/24"],
                "Private": ["10.0.16.0/20", "10.0.80.0/20", "10.0.144.0/20"],
                "Isolated": ["10.0.32.0/24", "10.0.96.0/24", "10.0.160.0/24"],
            },
        ),
        (
            {"cidr_block": "10.1.0.0/16", "subnet_specs": specs(("Public", 22), ("Private", 20))},
            {
                "Public": ["10.1.16.0/22", "10.1.80.0/22", "10.1.144.0/22"],
                "Private": ["10.1.0.0/20", "10.1.64.0/20", "10.1.128.0/20"],
            },
        ),
        (
            {"zones": ZONES[:2], "subnet_strategy": "Auto"},
            {"Private": ["10.0.0.0/18", "10.0.128.0/18"], "Public": ["10.0.64.0/19", "10.0.192.0/19"]},
        ),
    ],
)
def test_the_ranges_are_those_that_awsx_was_seen_to_give(args: dict[str, Any], expected: dict[str, Any]) -> None:
    assert ranges(network(**args)) == expected


def test_the_parents_and_routes_of_a_vpcs_children_are_those_of_awsx() -> None:
    graph = network(subnet_strategy="Auto", subnet_specs=specs(("Public", 24), ("Private", 24), ("Isolated", 24)))
    chain = {
        n.type.rsplit(":", 1)[-1]: n.parent.rsplit("::", 2)[-2].rsplit("$", 1)[-1] for n in graph.nodes if n.parent
    }
    assert chain | {"Stack": "", "Vpc": ""} == {
        "Stack": "", "Vpc": "", "InternetGateway": "aws:ec2/vpc:Vpc", "Subnet": "aws:ec2/vpc:Vpc",
        "RouteTable": "aws:ec2/subnet:Subnet", "RouteTableAssociation": "aws:ec2/routeTable:RouteTable",
        "Route": "aws:ec2/routeTable:RouteTable", "Eip": "aws:ec2/subnet:Subnet",
        "NatGateway": "aws:ec2/subnet:Subnet",
    }  # fmt: skip
    routes = {n.name: n.inputs for n in graph.of("aws:ec2/route:Route")}
    assert {n: r.get("natGatewayId") for n, r in routes.items() if "private" in n} == {
        f"net-private-{n}": f"net-{n}-id" for n in (1, 2, 3)
    }
    assert {r.get("gatewayId") for n, r in routes.items() if "public" in n} == {"net-id"}
    assert not [n for n in routes if "isolated" in n]
    assert graph.one("aws:ec2/vpc:Vpc").inputs == {"cidrBlock": "10.0.0.0/16", "tags": {"Name": "net"}}


@pytest.mark.parametrize(("strategy", "gateways", "routes"), [("Single", 1, {"net-1-id"}), ("None", 0, set[str]())])
def test_the_nat_strategy_decides_how_many_there_are(strategy: str, gateways: int, routes: set[str]) -> None:
    graph = network(nat_gateways=awsx.ec2.NatGatewayConfigurationArgs(strategy=awsx.ec2.NatGatewayStrategy(strategy)))
    assert len(graph.of("aws:ec2/natGateway:NatGateway")) == gateways == len(graph.of("aws:ec2/eip:Eip"))
    ways = {n.inputs["natGatewayId"] for n in graph.of("aws:ec2/route:Route") if "natGatewayId" in n.inputs}
    assert ways == routes


def test_whatever_uses_an_output_of_a_vpc_depends_on_all_its_subnets() -> None:
    def program() -> None:
        vpc = awsx.ec2.Vpc("net", availability_zone_names=list(ZONES))
        aws.ec2.SecurityGroup("guard", vpc_id=vpc.vpc_id)
        pulumi.export("ids", vpc.private_subnet_ids)

    graph = deploy(program)
    kinds = [n.type for n in graph.referred(graph.one("aws:ec2/securityGroup:SecurityGroup"), "vpcId")]
    assert sorted(kinds) == ["aws:ec2/subnet:Subnet"] * 6 + ["aws:ec2/vpc:Vpc", VPC]


PUBLIC, PRIVATE = {"type": "Public"}, {"type": "Private"}


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"numberOfAvailabilityZones": 2}, "Only one of"),
        ({"subnetSpecs": [PRIVATE]}, "both private and public subnets"),
        ({"subnetStrategy": "Auto", "subnetSpecs": [{**PRIVATE, "cidrMask": 17}, PUBLIC]}, "Subnets are too large"),
        ({"subnetStrategy": "Exact", "subnetSpecs": [{**PRIVATE, "cidrMask": 20}, PUBLIC]}, "There are gaps"),
        ({"subnetSpecs": [PRIVATE, {**PUBLIC, "cidrMask": 16}]}, "overlap with at least one"),
        ({"natGateways": {"strategy": "None", "elasticIpAllocationIds": ["eipalloc-1"]}}, "cannot be specified"),
        ({"natGateways": {"elasticIpAllocationIds": ["eipalloc-1"]}}, "must match"),
        ({"subnetStrategy": "Auto", "subnetSpecs": [{**PRIVATE, "cidrBlocks": ["10.0.0.0/24"]}]}, "number of CIDR"),
        ({"subnetStrategy": "Auto", "subnetSpecs": [{**PRIVATE, "size": 100}]}, "sizes are invalid"),
        ({"vpcEndpointStrategy": "Auto"}, "not stood in for offline"),
        ({"ipv4IpamPoolId": "pool"}, "not stood in for offline"),
    ],
)
def test_vpc_arguments_that_awsx_rejects_are_rejected_with_its_message(args: dict[str, Any], says: str) -> None:
    steps = plan.plan(VPC, "net", "urn:net", {"availabilityZoneNames": list(ZONES), **args}, "dev", {})
    assert steps is not None
    with pytest.raises(plan.PlanError, match=says):
        driven(steps)


def test_ranges_that_are_given_are_taken_as_they_are() -> None:
    blocks = {"Public": ["10.0.0.0/24", "10.0.1.0/24"], "Private": ["10.0.4.0/22", "10.0.8.0/22"]}
    given = [
        awsx.ec2.SubnetSpecArgs(type=awsx.ec2.SubnetType(kind), cidr_blocks=found) for kind, found in blocks.items()
    ]
    assert ranges(network(ZONES[:2], subnet_strategy="Auto", subnet_specs=given)) == blocks


# ------------------------------------------------------------------------------------------------- load balancers
ALB, NLB = "awsx:lb:ApplicationLoadBalancer", "awsx:lb:NetworkLoadBalancer"


def balancer(token: str, **args: Any) -> dict[str, plan.Register]:
    """What a load balancer registers, by the type's last word and the name."""
    steps = plan.plan(token, "web", "urn:web", args, "dev", {})
    assert steps
    return {f"{step.type.rsplit(':', 1)[-1]} {step.name}": step for step in driven(steps)}


def test_a_load_balancer_without_arguments_is_open_and_in_the_default_vpc() -> None:
    made = balancer(ALB)
    assert list(made) == ["SecurityGroup web", "LoadBalancer web", "TargetGroup web", "Listener web-0"]
    assert {step.parent for step in made.values()} == {"urn:web"}
    inputs = {name: {k: v.value for k, v in step.inputs.items()} for name, step in made.items()}
    assert inputs["LoadBalancer web"] == {
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["web"],
        "loadBalancerType": "application",
    }
    assert inputs["TargetGroup web"] == {"vpcId": "vpc-default", "targetType": "ip", "port": 80, "protocol": "HTTP"}
    assert inputs["Listener web-0"] == {
        "defaultActions": [{"type": "forward", "targetGroupArn": "arn:web"}],
        "port": 80,
        "protocol": "HTTP",
        "loadBalancerArn": "arn:web",
    }
    assert inputs["SecurityGroup web"]["vpcId"] == "vpc-default"


def test_a_network_load_balancer_has_no_security_group_and_listens_with_tcp() -> None:
    made = balancer(NLB, subnetIds=["subnet-a", "subnet-b"], defaultTargetGroupPort=5432)
    assert list(made) == ["LoadBalancer web", "TargetGroup web", "Listener web-0"]
    group, listener = made["TargetGroup web"].inputs, made["Listener web-0"].inputs
    assert (group["vpcId"].value, group["port"].value, group["protocol"].value) == ("vpc-of-the-subnet", 5432, "TCP")
    assert (listener["port"].value, listener["protocol"].value) == (80, "TCP")
    assert made["LoadBalancer web"].inputs["subnets"].value == ["subnet-a", "subnet-b"]


@pytest.mark.parametrize(
    ("listener", "expected"),
    [({"port": 443}, (443, "HTTPS")), ({"protocol": "HTTPS"}, (443, "HTTPS")), ({"port": 8080}, (8080, "HTTP"))],
)
def test_a_listeners_port_and_protocol_follow_from_each_other(listener: Any, expected: Any) -> None:
    made = balancer(ALB, subnetIds=["subnet-a"], listener=listener)["Listener web-0"].inputs
    assert (made["port"].value, made["protocol"].value) == expected


def test_every_listener_forwards_to_the_target_group_unless_it_says_otherwise() -> None:
    redirect = {"port": 80, "defaultActions": [{"type": "redirect"}]}
    made = balancer(ALB, subnetIds=["subnet-a"], listeners=[redirect, {"port": 443, "certificateArn": "arn:c"}])
    assert made["Listener web-0"].inputs["defaultActions"].value == [{"type": "redirect"}]
    assert made["Listener web-1"].inputs["defaultActions"].value == [{"type": "forward", "targetGroupArn": "arn:web"}]
    assert made["Listener web-1"].inputs["certificateArn"].value == "arn:c"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"listener": {}, "listeners": []}, "Only one of .listener. and .listeners."),
        ({"subnets": [], "subnetIds": []}, "Only one of .subnets., .subnetIds."),
        ({"defaultTargetGroup": {}, "defaultTargetGroupPort": 1}, "Only one of `defaultTargetGroup` or"),
    ],
)
def test_load_balancer_arguments_that_awsx_rejects_are_rejected_with_its_message(args: Any, says: str) -> None:
    with pytest.raises(plan.PlanError, match=says):
        balancer(ALB, **args)


# ------------------------------------------------------------------------------------------------------------- ecr
def test_a_repository_removes_untagged_images_unless_told_otherwise() -> None:
    policies = {
        name: [step.inputs["policy"].value for step in driven(steps) if step.type.endswith("LifecyclePolicy")]
        for name, steps in {
            "default": plan.repository("App", "urn:app", {"forceDelete": True}),
            "own": plan.repository("App", "urn:app", {"lifecyclePolicy": {"rules": OWN_RULES}}),
            "none": plan.repository("App", "urn:app", {"lifecyclePolicy": {"skip": True}}),
        }.items()
    }
    assert [json.loads(p)["rules"][0]["selection"]["tagStatus"] for p in policies["default"]] == ["untagged"]
    assert [[r["selection"]["tagStatus"] for r in json.loads(p)["rules"]] for p in policies["own"]] == [
        ["tagged", "any"]
    ]
    assert policies["none"] == []


OWN_RULES = [
    {"tagStatus": "any", "maximumNumberOfImages": 5},
    {"tagStatus": "tagged", "tagPrefixList": ["v"], "maximumAgeLimit": 30},
]


def test_the_address_of_an_image_is_in_the_repository_and_has_a_digest() -> None:
    with pytest.raises(StopIteration) as done:
        next(plan.image("app", {"repositoryUrl": "1.dkr.ecr.us-west-2.amazonaws.com/app"}))
    where, digest = done.value.value["imageUri"].value.split("@sha256:")
    assert (where, len(digest)) == ("1.dkr.ecr.us-west-2.amazonaws.com/app", 64)
