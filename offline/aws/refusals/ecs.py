# ruff: noqa: E501 (what AWS says is as long as it is)
"""ECS task definitions and services."""

import json
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, cast

from offline.aws.refusals import Case, Problem, others, ranged, refuses
from offline.aws.unique import unique

CAPACITY_PROVIDERS = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
SERVICE = "aws:ecs/service:Service"
TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
FARGATE_SIZES: Mapping[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16385, 1024)),
    4096: tuple(range(8192, 30721, 1024)),
    8192: tuple(range(16384, 61441, 4096)),
    16384: tuple(range(32768, 122881, 8192)),
}
"""MiB of memory by CPU units (ECS Developer Guide, "Task CPU and memory for Fargate")."""


def _units(text: str, per: int, word: str) -> int | None:
    """CPU units or MiB of ``512``, ``.5 vCPU``, ``1 GB``."""
    match = re.fullmatch(rf"\s*([\d.]+)\s*({word})?\s*", text, re.I)
    if not match:
        return None
    return int(float(match[1]) * per) if match[2] else int(float(match[1]))


@refuses(TASK_DEFINITION)
def fargate_size_exists(case: Case) -> Iterator[Problem]:
    """ECS RegisterTaskDefinition: ClientException "No Fargate configuration exists for given values"."""
    if "FARGATE" not in case.list("requiresCompatibilities"):
        return
    for name in ("cpu", "memory"):
        if not case.given(name):
            yield name, f"ClientException: Fargate requires task definition to have {name} at the task level."
    cpu_text, memory_text = case.text("cpu"), case.text("memory")
    if cpu_text is None or memory_text is None:
        return
    cpu, memory = _units(cpu_text, 1024, "vcpu"), _units(memory_text, 1024, "gb")
    if cpu is None or memory is None or memory not in FARGATE_SIZES.get(cpu, ()):
        sizes = (
            ", ".join(map(str, FARGATE_SIZES.get(cpu or 0, ())))
            or f"no size has this cpu: {', '.join(map(str, FARGATE_SIZES))}"
        )
        yield (
            "memory",
            f"ClientException: No Fargate configuration exists for given values: {cpu_text} CPU, {memory_text} memory (MiB for this CPU: {sizes})",
        )
    if case.text("networkMode") not in (None, "awsvpc"):
        yield "networkMode", "ClientException: Fargate only supports network mode 'awsvpc'."


@refuses(TASK_DEFINITION)
def containers_are_legal(case: Case) -> Iterator[Problem]:
    """ECS RegisterTaskDefinition, ContainerDefinition: a JSON list, unique names, one essential, ports equal under awsvpc."""
    family = case.text("family")
    if family is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", family):
        yield "family", f"ClientException: family {family!r}: 1 to 255 letters, digits, hyphens and underscores"
    text = case.text("containerDefinitions")
    if text is None:
        return
    try:
        parsed: Any = json.loads(text)
    except ValueError:
        yield "containerDefinitions", "ECS Task Definition container_definitions is invalid: not JSON"
        return
    if not isinstance(parsed, list) or not parsed:
        yield "containerDefinitions", "ClientException: Container list cannot be empty; it is a JSON list of objects."
        return
    where = "containerDefinitions"
    containers = [cast(dict[str, Any], c) for c in cast(list[Any], parsed) if isinstance(c, dict)]
    names = [str(c.get("name", "")) for c in containers]
    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", name):
            yield where, f"ClientException: container name {name!r}: 1 to 255 letters, digits, hyphens and underscores"
    if len(set(names)) < len(names):
        yield where, f"ClientException: container names must be unique: {', '.join(names)}"
    if not any(c.get("essential", True) for c in containers):
        yield where, "ClientException: TaskDefinition must have at least one essential container."
    for name, container in zip(names, containers, strict=True):
        yield from _container(case, where, name, container, names)


def objects_of(container: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects in a list of a container's definition; none where it is no list."""
    found = container.get(name)
    return (
        [cast(dict[str, Any], x) for x in cast(list[Any], found) if isinstance(x, dict)]
        if isinstance(found, list)
        else []
    )


def _container(case: Case, where: str, name: str, container: Mapping[str, Any], names: list[str]) -> Iterator[Problem]:
    if not container.get("image"):
        yield where, f"ClientException: Container.image should not be null or empty ({name})."
    for mapping in objects_of(container, "portMappings"):
        host, inner = mapping.get("hostPort"), mapping.get("containerPort")
        if case.text("networkMode") == "awsvpc" and host not in (None, 0, inner):
            yield (
                where,
                f"ClientException: When networkMode=awsvpc, the host ports and container ports in port mappings must match ({name}: {host}, {inner}).",
            )
    check = container.get("healthCheck")
    if isinstance(check, Mapping):
        health = cast(Mapping[str, Any], check)
        for key, low, high in (("interval", 5, 300), ("timeout", 2, 120), ("retries", 1, 10), ("startPeriod", 0, 300)):
            value = health.get(key)
            if isinstance(value, int) and not low <= value <= high:
                yield where, f"ClientException: healthCheck.{key}={value} of {name}: must be between {low} and {high}"
    limit = container.get("stopTimeout")
    if isinstance(limit, int) and limit > 120 and "FARGATE" in case.list("requiresCompatibilities"):
        yield where, f"ClientException: stopTimeout={limit} of {name}: at most 120 seconds on Fargate"
    for dependency in objects_of(container, "dependsOn"):
        if dependency.get("containerName") not in names:
            yield (
                where,
                f"ClientException: {name} depends on {dependency.get('containerName')!r}, which is not in the task",
            )
    memory, reserved = container.get("memory"), container.get("memoryReservation")
    if isinstance(memory, int) and isinstance(reserved, int) and reserved >= memory:
        yield (
            where,
            f"ClientException: memory of {name} must be greater than its memoryReservation ({memory} <= {reserved})",
        )


@refuses(TASK_DEFINITION)
def containers_wait_for_what_can_happen(case: Case) -> Iterator[Problem]:
    """ECS ContainerDependency: COMPLETE and SUCCESS not of an essential container, HEALTHY with a health check; no cycle."""
    where, containers = "containerDefinitions", _containers(case)
    named = {str(c.get("name", "")): c for c in containers}
    waits: dict[str, set[str]] = {}
    for name, container in named.items():
        waits[name] = set()
        for dependency in objects_of(container, "dependsOn"):
            awaited, condition = str(dependency.get("containerName")), dependency.get("condition")
            other = named.get(awaited)
            if other is None:
                continue
            waits[name].add(awaited)
            if condition not in ("START", "COMPLETE", "SUCCESS", "HEALTHY"):
                yield where, f"ClientException: condition {condition!r} of {name}: START, COMPLETE, SUCCESS or HEALTHY"
            elif condition in ("COMPLETE", "SUCCESS") and other.get("essential", True) is not False:
                yield (
                    where,
                    f"ClientException: {name} waits for {condition} of {awaited}: this condition can't be set on an essential container",
                )
            elif condition == "HEALTHY" and not other.get("healthCheck"):
                yield where, f"ClientException: {name} waits for {awaited} to be HEALTHY, which has no health check"
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        yield where, f"ClientException: the containers wait for each other in a circle: {' -> '.join(circle)}"


@refuses(TASK_DEFINITION)
def mounted_volumes_are_in_the_task(case: Case) -> Iterator[Problem]:
    """ECS RegisterTaskDefinition: "Unknown volume" in a mount point; on Fargate no volume of the host."""
    where = "containerDefinitions"
    volumes = {volume.text("name"): (path, volume) for path, volume in case.objects("volumes")}
    for container in _containers(case):
        for mount in objects_of(container, "mountPoints"):
            source = mount.get("sourceVolume")
            if (
                isinstance(source, str)
                and source not in volumes
                and None not in volumes
                and not case.unknown("volumes")
            ):
                yield where, f"ClientException: Unknown volume '{source}' of {container.get('name')}."
    if "FARGATE" in case.list("requiresCompatibilities"):
        for path, volume in volumes.values():
            if volume.text("hostPath"):
                yield (
                    f"{path}.hostPath",
                    "ClientException: Fargate compatible task definitions do not support sourcePath",
                )


@refuses(SERVICE)
def service_strategy_is_one(case: Case) -> Iterator[Problem]:
    """ECS CreateService: a launch type or capacity providers, not both; bases on one provider only; weights not all 0."""
    if case.given("launchType") and case.list("capacityProviderStrategies"):
        yield (
            "launchType",
            "InvalidParameterException: Specifying both a launch type and capacity provider strategy is not supported.",
        )
    bases = [p for p, s in case.objects("capacityProviderStrategies") if (s.number("base") or 0) > 0]
    if len(bases) > 1:
        yield bases[1], "InvalidParameterException: only one capacity provider in a strategy can have a base"


@refuses(SERVICE)
def deployment_can_proceed(case: Case) -> Iterator[Problem]:
    """ECS CreateService, DeploymentConfiguration: percentages that let nothing start or stop; rebalancing above 100 %."""
    low, high = case.number("deploymentMinimumHealthyPercent"), case.number("deploymentMaximumPercent")
    if low is not None and high is not None:
        if high < low:
            yield (
                "deploymentMaximumPercent",
                f"InvalidParameterException: maximumPercent {high} must be at least minimumHealthyPercent {low}",
            )
        elif low >= 100 and high <= 100:
            yield (
                "deploymentMaximumPercent",
                "InvalidParameterException: Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
            )
    if case.text("availabilityZoneRebalancing") == "ENABLED" and high is not None and high <= 100:
        yield (
            "availabilityZoneRebalancing",
            "InvalidParameterException: Availability Zone rebalancing needs a maximumPercent above 100",
        )
    yield from ranged(case, "healthCheckGracePeriodSeconds", 0, 2147483647, "seconds")
    balanced = case.list("loadBalancers") or case.unknown("loadBalancers") or case.given("serviceConnectConfiguration")
    if case.number("healthCheckGracePeriodSeconds") and not balanced and not case.given("vpcLatticeConfigurations"):
        yield (
            "healthCheckGracePeriodSeconds",
            "InvalidParameterException: Health check grace period is only valid for services configured to use load balancers",
        )
    controller = case.text("deploymentController.type")
    if case.get("deploymentCircuitBreaker.enable") is True and controller not in (None, "ECS"):
        yield (
            "deploymentCircuitBreaker",
            f"InvalidParameterException: the circuit breaker is for the ECS deployment controller, not {controller}",
        )
    if case.get("forceNewDeployment") is not True and case.given("triggers"):
        yield "triggers", "triggers need forceNewDeployment"


@refuses(SERVICE)
def fargate_service_has_a_network(case: Case) -> Iterator[Problem]:
    """ECS CreateService: awsvpc tasks need a networkConfiguration; DAEMON is not for Fargate."""
    providers = [s.text("capacityProvider") for _, s in case.objects("capacityProviderStrategies")]
    if case.text("launchType") == "FARGATE" or any(p in ("FARGATE", "FARGATE_SPOT") for p in providers):
        if not case.given("networkConfiguration"):
            yield (
                "networkConfiguration",
                "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            )
        if case.text("schedulingStrategy") == "DAEMON":
            yield (
                "schedulingStrategy",
                "InvalidParameterException: The DAEMON scheduling strategy is not supported for Fargate",
            )
        if case.list("placementConstraints") or case.list("orderedPlacementStrategies"):
            yield (
                "placementConstraints",
                "InvalidParameterException: Placement constraints and strategies are not supported on Fargate",
            )
    subnets = case.list("networkConfiguration.subnets")
    if len(subnets) > 16 or len(case.list("networkConfiguration.securityGroups")) > 5:
        yield "networkConfiguration", "InvalidParameterException: at most 16 subnets and 5 security groups"


def _containers(case: Case) -> list[dict[str, Any]]:
    """The containers of a task definition, as far as it can be read; `containers_are_legal` tells what cannot."""
    try:
        parsed: Any = json.loads(case.text("containerDefinitions") or "[]")
    except ValueError:
        return []
    return (
        [cast(dict[str, Any], c) for c in cast(list[Any], parsed) if isinstance(c, dict)]
        if isinstance(parsed, list)
        else []
    )


@refuses(TASK_DEFINITION)
def containers_fit_the_task(case: Case) -> Iterator[Problem]:
    """ECS RegisterTaskDefinition: 'memory' and 'cpu' of containers within the task's, alone and together; service quotas: 10 containers, 64 KB."""
    where, containers = "containerDefinitions", _containers(case)
    if len(containers) > 10:
        yield where, "ClientException: Too many containers: at most 10 in a task definition."
    if len((case.text(where) or "").encode()) > 65536:
        yield where, "ClientException: the task definition is larger than 64 KB."
    for setting, reserved in (("memory", "memoryReservation"), ("cpu", "cpu")):
        text = case.text(setting)
        if text is None or not text.isdigit():
            continue
        total = 0
        for container in containers:
            own, kept = container.get(setting), container.get(reserved, container.get(setting))
            if isinstance(own, int) and own > int(text):
                yield (
                    where,
                    f"ClientException: The '{setting}' setting for container '{container.get('name')}' is greater than for the task.",
                )
            total += kept if isinstance(kept, int) else 0
        if total > int(text):
            yield (
                where,
                f"ClientException: Total {setting} of the containers is greater than for the task ({total} > {text}).",
            )


@refuses(TASK_DEFINITION)
def restarts_are_within_limits(case: Case) -> Iterator[Problem]:
    """ECS ContainerRestartPolicy: restartAttemptPeriod 60-1800 seconds, at most 50 ignoredExitCodes."""
    for container in _containers(case):
        policy = container.get("restartPolicy")
        if not isinstance(policy, Mapping):
            continue
        given, name = cast(Mapping[str, Any], policy), container.get("name")
        period, codes = given.get("restartAttemptPeriod"), given.get("ignoredExitCodes")
        if not isinstance(given.get("enabled"), bool):
            yield "containerDefinitions", f"ClientException: restartPolicy.enabled of {name} should not be null."
        if isinstance(period, int) and not 60 <= period <= 1800:
            yield (
                "containerDefinitions",
                f"ClientException: restartPolicy.restartAttemptPeriod={period} of {name}: must be between 60 and 1800",
            )
        if isinstance(codes, list) and len(cast(list[Any], codes)) > 50:
            yield "containerDefinitions", f"ClientException: restartPolicy.ignoredExitCodes of {name}: at most 50"


@refuses(SERVICE)
def service_connect_ports_are_named(case: Case) -> Iterator[Problem]:
    """ECS CreateService: "portName(s) not found in the task definition" of serviceConnectConfiguration.services."""
    wanted = [s.text("portName") for _, s in case.objects("serviceConnectConfiguration.services")]
    task = case.inventory.find(TASK_DEFINITION, "arn", case.text("taskDefinition"))
    text = task.get("containerDefinitions") if task else None
    if not wanted or not isinstance(text, str):
        return
    try:
        containers: Any = json.loads(text)
    except ValueError:
        return
    listed = cast(list[Any], containers) if isinstance(containers, list) else []
    mappings = [m for c in listed if isinstance(c, dict) for m in objects_of(cast(dict[str, Any], c), "portMappings")]
    names: set[Any] = {m.get("name") for m in mappings}
    for name in wanted:
        if name is not None and name not in names:
            known = ", ".join(sorted(map(str, names - {None}))) or "none"
            yield (
                "serviceConnectConfiguration",
                f"InvalidParameterException: portName(s) {name} not found in the task definition (it names: {known})",
            )


@refuses(SERVICE)
def strategy_names_providers_of_the_cluster(case: Case) -> Iterator[Problem]:
    """ECS CreateService: "The specified capacity provider 'x' was not found" on a cluster whose providers this run has set."""
    cluster = case.text("cluster")
    if cluster is None:
        return
    mine = {cluster.rsplit("/", 1)[-1]}
    there = [c for _, c in others(case, CAPACITY_PROVIDERS) if c.text("clusterName") in mine]
    if not there or there[0].unknown("capacityProviders"):
        return
    for path, item in case.objects("capacityProviderStrategies"):
        name = item.text("capacityProvider")
        if name is not None and name not in there[0].list("capacityProviders"):
            yield (
                f"{path}.capacityProvider",
                f"InvalidParameterException: The specified capacity provider {name!r} was not found: the cluster has {', '.join(map(str, there[0].list('capacityProviders')))}",
            )


unique("aws:ecs/service:Service", "cluster= name", call="ecs CreateService", says="InvalidParameterException: Creation of service was not idempotent.")  # fmt: skip
unique("aws:ecs/cluster:Cluster", "name", call="ecs CreateCluster", says="CreateCluster: one cluster {name}:", overwrites=True)  # fmt: skip
unique("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "clusterName", call="ecs PutClusterCapacityProviders", says="PutClusterCapacityProviders: one setting of cluster {clusterName}:", overwrites=True)  # fmt: skip
