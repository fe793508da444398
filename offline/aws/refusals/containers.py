# ruff: noqa: E501 (what AWS says is as long as it is)
"""ECS, ECR and EKS."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from offline.aws.refusals import Case, Problem, one_of, ranged, refuses
from offline.aws.refusals.network import zones_of

TASK, SERVICE = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"
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


@refuses(TASK)
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


@refuses(TASK)
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


@refuses(SERVICE)
def service_strategy_is_one(case: Case) -> Iterator[Problem]:
    """ECS CreateService: a launch type or capacity providers, not both; bases on one provider only; weights not all 0."""
    if case.given("launchType") and case.list("capacityProviderStrategies"):
        yield (
            "launchType",
            "InvalidParameterException: Specifying both a launch type and capacity provider strategy is not supported.",
        )
    yield from one_of(case, "launchType", "EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES")
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
    yield from one_of(case, "availabilityZoneRebalancing", "ENABLED", "DISABLED")
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


@refuses("aws:ecr/repository:Repository")
def repository_name_is_legal(case: Case) -> Iterator[Problem]:
    """ECR CreateRepository: 2-256 lower-case letters, digits and - _ . /, beginning with a letter or digit."""
    name = case.text("name")
    if name is not None and not re.fullmatch(
        r"(?=.{2,256}$)[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*", name
    ):
        yield (
            "name",
            f"InvalidParameterException: repository name {name!r}: 2 to 256 lower-case letters, digits and - _ . /",
        )
    yield from one_of(
        case, "imageTagMutability", "MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"
    )


@refuses("aws:eks/cluster:Cluster")
def cluster_spans_two_zones(case: Case) -> Iterator[Problem]:
    """EKS CreateCluster: InvalidParameterException "Subnets specified must be in at least two different AZs"; names to 100."""
    name = case.text("name")
    if name is not None and not re.fullmatch(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}", name):
        yield (
            "name",
            f"InvalidParameterException: cluster name {name!r}: 1 to 100 letters, digits, hyphens, underscores",
        )
    subnets = case.list("vpcConfig.subnetIds")
    zones, complete = zones_of(case, subnets)
    if (case.given("vpcConfig") and not case.unknown("vpcConfig.subnetIds") and len(subnets) < 2) or (
        complete and subnets and len(zones) < 2
    ):
        yield (
            "vpcConfig.subnetIds",
            "InvalidParameterException: Subnets specified must be in at least two different AZs",
        )


@refuses("aws:eks/cluster:Cluster")
def auto_mode_flags_agree(case: Case) -> Iterator[Problem]:
    """EKS CreateCluster: Auto Mode is compute, load balancing and block storage together, without self-managed add-ons."""
    flags = (
        "computeConfig.enabled",
        "kubernetesNetworkConfig.elasticLoadBalancing.enabled",
        "storageConfig.blockStorage.enabled",
    )
    values = {case.get(f) is True for f in flags}
    if len(values) > 1 and not any(case.unknown(f) for f in flags):
        yield "computeConfig", f"InvalidParameterException: {', '.join(flags)} must be the same"
    if (
        values == {True}
        and case.get("bootstrapSelfManagedAddons") is not False
        and not case.unknown("bootstrapSelfManagedAddons")
    ):
        yield "bootstrapSelfManagedAddons", "InvalidParameterException: must be false when EKS Auto Mode is enabled"


@refuses("aws:eks/nodeGroup:NodeGroup")
def node_group_sizes_agree(case: Case) -> Iterator[Problem]:
    """EKS CreateNodegroup, NodegroupScalingConfig."""
    for path, scaling in case.objects("scalingConfig"):
        low, high, wanted = scaling.number("minSize"), scaling.number("maxSize"), scaling.number("desiredSize")
        if low is not None and high is not None and wanted is not None and not low <= wanted <= high:
            yield (
                path,
                f"InvalidParameterException: desiredSize {wanted} must be between minSize {low} and maxSize {high}",
            )
