# ruff: noqa: E501 (what AWS says is as long as it is)
"""What functions and services need of others: queues, concurrency, ports of task definitions, capacity providers."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from offline.aws.refusals import Case, Problem, others, refuses
from offline.aws.refusals.containers import objects_of

FUNCTION, QUEUE = "aws:lambda/function:Function", "aws:sqs/queue:Queue"
TASK, SERVICE = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"
PROVIDERS, CLUSTER = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "aws:ecs/cluster:Cluster"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"


def _function(case: Case) -> Mapping[str, Any]:
    """What is known of the function that is named, by name or by ARN."""
    name = case.text("functionName")
    if name is None:
        return {}
    if name.startswith("arn:"):
        name = (name.split(":") + [""] * 7)[6]
    return case.seen.of(FUNCTION, name) or case.seen.having(FUNCTION, "name", name) or {}


@refuses(MAPPING)
def queue_hides_messages_long_enough(case: Case) -> Iterator[Problem]:
    """Lambda CreateEventSourceMapping: "Queue visibility timeout: n seconds is less than Function timeout: m seconds"."""
    queue = case.seen.having(QUEUE, "arn", case.text("eventSourceArn"))
    function = _function(case)
    if queue is None or not function:
        return
    hidden, timeout = queue.get("visibilityTimeoutSeconds", 30), function.get("timeout", 3)
    if isinstance(hidden, int) and isinstance(timeout, int) and hidden < timeout:
        yield (
            "eventSourceArn",
            f"InvalidParameterValueException: Queue visibility timeout: {hidden} seconds is less than Function timeout: {timeout} seconds",
        )


@refuses(MAPPING)
def source_does_not_take_more_than_is_reserved(case: Case) -> Iterator[Problem]:
    """Lambda Developer Guide, "Maximum concurrency for Amazon SQS": not above the function's reserved concurrency."""
    most, reserved = (
        case.number("scalingConfig.maximumConcurrency"),
        _function(case).get("reservedConcurrentExecutions"),
    )
    if most is not None and isinstance(reserved, int) and 0 <= reserved < most:
        yield (
            "scalingConfig.maximumConcurrency",
            f"InvalidParameterValueException: Maximum concurrency {most} is above the function's reserved concurrency of {reserved}",
        )


@refuses("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig")
def provisioned_fits_reserved_concurrency(case: Case) -> Iterator[Problem]:
    """Lambda PutProvisionedConcurrencyConfig: "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution"."""
    wanted, reserved = (
        case.number("provisionedConcurrentExecutions"),
        _function(case).get("reservedConcurrentExecutions"),
    )
    if wanted is not None and isinstance(reserved, int) and 0 <= reserved < wanted:
        yield (
            "provisionedConcurrentExecutions",
            f"InvalidParameterValueException: Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function ({wanted} > {reserved})",
        )


@refuses("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
def destination_is_no_fifo(case: Case) -> Iterator[Problem]:
    """Lambda PutFunctionEventInvokeConfig: FIFO queues and topics are no destinations; 0-2 retries, 60-21600 s."""
    for side in ("onFailure", "onSuccess"):
        arn = case.text(f"destinationConfig.{side}.destination")
        if arn is not None and arn.endswith(".fifo"):
            yield (
                f"destinationConfig.{side}.destination",
                f"InvalidParameterValueException: The destination ARN {arn} is invalid: FIFO queues and topics are not supported",
            )
    for name, low, high in (("maximumRetryAttempts", 0, 2), ("maximumEventAgeInSeconds", 60, 21600)):
        value = case.number(name)
        if value is not None and not low <= value <= high:
            yield name, f"{name}={value}: must be between {low} and {high}"


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


@refuses(TASK)
def containers_fit_their_task(case: Case) -> Iterator[Problem]:
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


@refuses(TASK)
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
    task = case.seen.having(TASK, "arn", case.text("taskDefinition"))
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
    there = [c for _, c in others(case, PROVIDERS) if c.text("clusterName") in mine]
    if not there or there[0].unknown("capacityProviders"):
        return
    for path, item in case.objects("capacityProviderStrategies"):
        name = item.text("capacityProvider")
        if name is not None and name not in there[0].list("capacityProviders"):
            yield (
                f"{path}.capacityProvider",
                f"InvalidParameterException: The specified capacity provider {name!r} was not found: the cluster has {', '.join(map(str, there[0].list('capacityProviders')))}",
            )


@refuses("aws:elasticbeanstalk/environment:Environment")
def environment_has_a_platform_and_what_updates_need(case: Case) -> Iterator[Problem]:
    """Elastic Beanstalk CreateEnvironment: names of solution stacks; managed updates need enhanced health and a service role."""
    stack = case.text("solutionStackName")
    if stack is not None and not re.fullmatch(r"(64|32)bit .+ v\d+\.\d+\.\d+ running .+", stack):
        yield "solutionStackName", f"InvalidParameterValue: No Solution Stack named '{stack}' found."
    if case.unknown("settings"):
        return
    settings = {(s.text("namespace"), s.text("name")): s.text("value") for _, s in case.objects("settings")}
    managed = settings.get(("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled")) == "true"
    needs = (
        ("aws:elasticbeanstalk:healthreporting:system", "SystemType", "enhanced"),
        ("aws:elasticbeanstalk:environment", "ServiceRole", None),
    )
    for namespace, name, value in needs:
        given = settings.get((namespace, name))
        if managed and (given is None or (value is not None and given != value)):
            yield (
                "settings",
                f"ConfigurationValidationException: Invalid option specification (Namespace: 'aws:elasticbeanstalk:managedactions', OptionName: 'ManagedActionsEnabled'): it needs {namespace} {name}{f'={value}' if value else ''}",
            )
