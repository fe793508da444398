"""What the components of `awsx` register, in their order: types, names, parents, inputs.

A plan is a generator: it yields a resource to register or a question, and is sent the answer. The plugin runs it with
the engine, the unit tests with their mocks, so both see the same children. It follows awsx 3.11 (FargateService,
FargateTaskDefinition and what they share; the others in `vpc`, `load_balancer` and `ecr`); the services and the VPC
were compared with recordings of that version.
"""

import json
from collections.abc import Callable, Generator, Mapping
from typing import Any, cast

from offline.aws.wire import UNKNOWN
from offline.awsx.ecr import IMAGE, REPOSITORY, image, repository
from offline.awsx.load_balancer import BALANCERS, OPEN, default_vpc, load_balancer
from offline.awsx.values import (
    AskRegion,
    Plan,
    PlanError,
    Reference,
    Register,
    Registered,
    Value,
    applied,
    as_items,
    as_object,
    is_true,
    sha1hash,
    together,
)
from offline.awsx.vpc import VPC, vpc

SERVICE = "awsx:ecs:FargateService"
TASK = "awsx:ecs:FargateTaskDefinition"
EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Effect": "Allow", "Sid": ""}
    ],
}


# ------------------------------------------------------------------------------------------------------- the service
def service(name: str, urn: str, args: Mapping[str, Any], stack: str, takes: Mapping[str, Any]) -> Plan:
    """`awsx:ecs:FargateService` with this URN. takes: the inputs of an ECS service."""
    if "taskDefinition" in args and "taskDefinitionArgs" in args:
        raise PlanError("Only one of `taskDefinition` or `taskDefinitionArgs` can be provided.")
    if "networkConfiguration" in args and "assignPublicIp" in args:
        raise PlanError("Only one of `networkConfiguration` or `assignPublicIp` can be provided.")
    own_strategy = "capacityProviderStrategies" in args
    if own_strategy and is_true(args.get("useClusterDefaultCapacityProviderStrategy")):
        raise PlanError(
            "Only one of `capacityProviderStrategies` or `useClusterDefaultCapacityProviderStrategy` can be provided."
        )
    outputs: dict[str, Any] = {}
    balancers: Any = None
    definition: Any = args.get("taskDefinition")
    if "taskDefinitionArgs" in args:
        component = yield Register(TASK, name, urn, {}, "awsx:x:ecs:FargateTaskDefinition")
        made = yield from task_definition(name, component.urn, as_object(args["taskDefinitionArgs"]), stack)
        outputs["taskDefinition"], balancers = made["taskDefinition"], made["loadBalancers"]
        definition = made["taskDefinition"].output("arn")
    if definition is None:
        raise PlanError("Either `taskDefinition` or `taskDefinitionArgs` must be provided.")
    inputs: dict[str, Any] = {"desiredCount": 1, **{k: v for k, v in args.items() if k in takes}}
    inputs["taskDefinition"] = definition
    if "networkConfiguration" not in args:
        inputs["networkConfiguration"] = yield from _default_network(name, urn, args.get("assignPublicIp", False))
    inputs["waitForSteadyState"] = applied(lambda go_on: not go_on, args.get("continueBeforeSteadyState", False))
    if not own_strategy and not is_true(args.get("useClusterDefaultCapacityProviderStrategy")):
        inputs["launchType"] = "FARGATE"
    if "loadBalancers" not in inputs and balancers is not None:
        inputs["loadBalancers"] = balancers
    outputs["service"] = yield Register(
        "aws:ecs/service:Service", name, urn, {k: together(v) for k, v in inputs.items()}
    )
    return outputs


def _default_network(name: str, urn: str, public: Any) -> Generator[Any, Any, dict[str, Any]]:
    """The network of a service without one: subnets of the default VPC and a security group that is open."""
    vpc = yield from default_vpc()
    rules = {"vpcId": Value(vpc.identifier), **{k: Value(v) for k, v in OPEN.items()}}
    group: Registered = yield Register("aws:ec2/securityGroup:SecurityGroup", f"{name}-sg", urn, rules)

    def subnets(assigned: bool) -> list[Any]:
        if not assigned and not vpc.private:
            raise PlanError(
                "The default VPC does not have any private subnets. Set `assignPublicIp` to `true`, provide "
                "`networkConfiguration`, or add private subnets to the default VPC."
            )
        return vpc.public if assigned else vpc.private

    return {"subnets": applied(subnets, public), "assignPublicIp": public, "securityGroups": [group.identifier]}


# ----------------------------------------------------------------------------------------------- the task definition
def task_definition(name: str, urn: str, args: Mapping[str, Any], stack: str) -> Plan:
    """`awsx:ecs:FargateTaskDefinition` with this URN."""
    containers = _containers(args)
    outputs: dict[str, Any] = {}
    group = yield from _log_group(name, urn, as_object(args.get("logGroup")), outputs)
    task_role = yield from _role(f"{name}-task", urn, as_object(args.get("taskRole")), [], outputs, "taskRole")
    execution = yield from _role(
        f"{name}-execution", urn, as_object(args.get("executionRole")), [EXECUTION_POLICY], outputs, "executionRole"
    )
    definitions: list[Value] = []
    for key, container in containers.items():
        region = yield AskRegion()
        definitions.append(_definition(key, container, group, region))
    outputs["loadBalancers"] = _load_balancers(containers)
    text = applied(lambda defs: json.dumps(defs, separators=(",", ":")), definitions)
    # awsx works the sizes out from the containers as they are after JSON: secret as soon as one of them is
    sizes = applied(_size, definitions)
    inputs: dict[str, Any] = {k: args[k] for k in _PASSED if k in args}
    inputs.setdefault("cpu", applied(lambda s: s[0], sizes))
    inputs.setdefault("memory", applied(lambda s: s[1], sizes))
    inputs.setdefault("family", applied(lambda t: f"{name}-{sha1hash(stack + t)}", text))
    inputs |= {"containerDefinitions": text, "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"]}
    roles = {"taskRoleArn": task_role, "executionRoleArn": execution}
    inputs |= {k: v for k, v in roles.items() if v is not None}
    outputs["taskDefinition"] = yield Register(
        "aws:ecs/taskDefinition:TaskDefinition", name, urn, {k: together(v) for k, v in inputs.items()}
    )
    return outputs


_PASSED = (
    "cpu", "memory", "family", "enableFaultInjection", "ephemeralStorage", "ipcMode", "pidMode", "placementConstraints",
    "proxyConfiguration", "region", "runtimePlatform", "skipDestroy", "tags", "trackLatest", "volumes",
)  # fmt: skip


def _containers(args: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    if ("container" in args) == ("containers" in args):
        raise PlanError("Exactly one of [container] or [containers] must be provided")
    if "containers" in args:
        return {k: as_object(v) for k, v in sorted(as_object(args["containers"]).items())}
    container = as_object(args["container"])
    given = together(container.get("name", "container")).value
    return {given if isinstance(given, str) else "container": container}


def _log_group(name: str, urn: str, args: Mapping[str, Any], outputs: dict[str, Any]) -> Generator[Any, Any, Any]:
    """(name, Region) of the log group; None if there is none."""
    if "existing" in args and "args" in args:
        raise PlanError("Can't define log group args if specifying an existing log group name")
    if is_true(args.get("skip")):
        return None
    if "existing" in args:
        existing = as_object(args["existing"])
        region = existing.get("region") or (yield AskRegion())
        return existing.get("name"), region
    inputs = {k: together(v) for k, v in as_object(args.get("args")).items()}
    group: Registered = yield Register("aws:cloudwatch/logGroup:LogGroup", name, urn, inputs)
    outputs["logGroup"] = group
    region = yield AskRegion()
    return group.output("name"), region


def _role(
    name: str, urn: str, args: Mapping[str, Any], policies: list[str], outputs: dict[str, Any], key: str
) -> Generator[Any, Any, Any]:
    """ARN of the role; None if there is none."""
    if "roleArn" in args and "args" in args:
        raise PlanError("Can't define role args if specified an existing role ARN")
    if is_true(args.get("skip")):
        return None
    if "roleArn" in args:
        return args["roleArn"]
    given = as_object(args.get("args"))
    arns = together(given.pop("policyArns", policies)).value
    inputs = {"assumeRolePolicy": json.dumps(_TRUST, separators=(",", ":")), **given}
    role: Registered = yield Register("aws:iam/role:Role", name, urn, {k: together(v) for k, v in inputs.items()})
    outputs[key] = role
    for arn in cast(list[Any], arns) if isinstance(arns, list) else []:  # made once the list is known, as in awsx
        attached = {"role": role.output("name"), "policyArn": Value(arn)}
        yield Register(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment", f"{name}-{sha1hash(str(arn))}", urn, attached
        )
    return role.output("arn")


def _target(mapping: Mapping[str, Any], output: str) -> Any:
    """An output of the target group that a port mapping names, None without one."""
    group = mapping.get("targetGroup")
    secret, urns = False, frozenset[str]()
    while isinstance(group, Value):
        secret, urns, group = secret or group.secret, urns | group.urns, group.value
    if group is None:
        return None
    if isinstance(group, Reference):
        return Value(group.outputs.get(output, UNKNOWN), secret, urns | {group.urn})
    return Value(UNKNOWN, secret, urns)


def _definition(name: str, container: Mapping[str, Any], group: Any, region: Value) -> Value:
    made = {k: v for k, v in sorted(container.items()) if v is not None}
    mappings = as_items(made.get("portMappings"))
    if mappings is not None:
        made["portMappings"] = [_mapping(as_object(m)) for m in mappings]
    made["name"] = name
    if "logConfiguration" not in made and group is not None:
        options = {"awslogs-group": group[0], "awslogs-region": group[1], "awslogs-stream-prefix": name}
        made["logConfiguration"] = {"logDriver": "awslogs", "options": options}
    whole = together(made)
    return Value(whole.value, whole.secret or region.secret, whole.urns)


def _mapping(given: Mapping[str, Any]) -> dict[str, Any]:
    port = _target(given, "port")
    container, host = given.get("containerPort"), given.get("hostPort")
    kept = {
        "containerPort": next((p for p in (container, port, host) if p is not None), None),
        "hostPort": next((p for p in (host, port, container) if p is not None), None),
        "protocol": given.get("protocol"),
    }
    return {k: v for k, v in kept.items() if v is not None}


def _load_balancers(containers: Mapping[str, Mapping[str, Any]]) -> Any:
    found: list[Any] = []
    for name, container in containers.items():
        for item in as_items(container.get("portMappings")) or []:
            mapping = as_object(item)
            arn, port = _target(mapping, "arn"), _target(mapping, "port")
            if arn is not None and port is not None:
                found.append({"containerName": name, "containerPort": port, "targetGroupArn": arn})
    return found


# ------------------------------------------------------------------------------------------------------------- sizes
def _configurations() -> list[tuple[float, float]]:
    """(GB, vCPU) that Fargate has, smallest memory first (as awsx tries them; its own list of sizes)."""
    steps = ((0.25, (0.5, 1, 2)), (0.5, range(1, 5)), (1, range(2, 9)), (2, range(4, 17)), (4, range(8, 31)))
    large = ((8, range(16, 61)), (16, range(32, 121)))
    return sorted((float(gb), float(vcpu)) for vcpu, sizes in (*steps, *large) for gb in sizes)


def _size(definitions: list[Mapping[str, Any]]) -> tuple[str, str]:
    """(CPU units, MB) of the smallest Fargate size that holds the containers."""
    vcpu = sum(d.get("cpu") or 0 for d in definitions) / 1024
    memory = sum(d.get("memoryReservation") or d.get("memory") or 0 for d in definitions) / 1024
    for gigabytes, units in _configurations():
        if units >= vcpu and gigabytes >= memory:
            return str(int(units * 1024)), str(int(gigabytes * 1024))
    raise PlanError(
        f"Requested resources exceed the maximum allowed for Fargate. Requested: {vcpu:g} vCPU and {memory:g}GB. "
        "Max: 16 vCPU and 120GB."
    )


COMPONENTS = (SERVICE, TASK, VPC, *BALANCERS, REPOSITORY, IMAGE)
"""The components that have a plan."""


def plan(
    type_token: str, name: str, urn: str, args: Mapping[str, Any], stack: str, takes: Mapping[str, Any]
) -> Plan | None:
    """The plan of a component; None for one without a stand-in. takes: the inputs of an ECS service."""
    plans: dict[str, Callable[[], Plan]] = {
        SERVICE: lambda: service(name, urn, args, stack, takes),
        TASK: lambda: task_definition(name, urn, args, stack),
        VPC: lambda: vpc(name, urn, args),
        REPOSITORY: lambda: repository(name, urn, args),
        IMAGE: lambda: image(name, args),
        **{token: lambda kind=kind: load_balancer(kind, name, urn, args) for token, kind in BALANCERS.items()},
    }
    return plans[type_token]() if type_token in plans else None
