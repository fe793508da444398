"""The container, size, roles and logs of a service, and its ECS task definition."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components import arns, iam
from components.tags import named
from components.tiers.containers import application_bundle as bundles
from components.tiers.containers import otel_collector as collector
from components.tiers.containers.application_bundle import ApplicationBundle

PORT = 8080
"""Port on which services listen."""
STOP_TIMEOUT = 60
"""Seconds between SIGTERM and SIGKILL, 0-120 on Fargate; longer than the load balancer's deregistration delay."""
DRAIN = 30
"""Seconds in which a deregistered target still finishes its requests (ELB deregistration delay)."""
CPU_LIMIT, MEMORY_LIMIT = 80, 85
"""Percent of a task's size, or of a pod's requested CPU and its memory limit, above which alarms fire."""


_PRIVATE_ECR = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)")
"""Account, Region and repository (ECR guide, "Private registries")."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """The container of a service and its permissions; the same on ECS and on EKS.

    image: URI with tag or digest. command: replaces the image's command; empty keeps it. bundle: code that is
    downloaded and unpacked before the container starts, and is its working directory; default none. environment:
    plain values. secrets: environment variable -> ARN of a Secrets Manager secret. statements: IAM permissions of
    the code. cpu: units of 1/1024 vCPU; memory: MiB; a combination that Fargate has. repository_arns: private ECR
    repositories besides the image's own. architecture: ARM64 or X86_64. health_path: answers 200 while the service
    can take requests. live_path: answers 200 while the process is alive, whatever it depends on; by default
    health_path. health_command: checks live_path inside the container; by default with the image's own python.
    traced: an X-Ray collector runs as a sidecar and uses at most 256 MiB of memory; on ECS only.

    Raises ValueError if health_path or live_path is no path.
    """

    image: str
    command: tuple[str, ...] = ()
    bundle: ApplicationBundle | None = None
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    statements: Sequence[iam.Statement] = ()
    repository_arns: Sequence[pulumi.Input[str]] = ()
    cpu: int = 512
    memory: int = 1024
    architecture: str = "ARM64"
    health_path: str = "/health"
    live_path: str | None = None
    health_command: tuple[str, ...] = ()
    traced: bool = False

    def __post_init__(self) -> None:
        if not self.health_path.startswith("/"):
            raise ValueError(f"health_path={self.health_path}: must start with /")
        if not self.alive.startswith("/"):
            raise ValueError(f"live_path={self.live_path}: must start with /")

    @property
    def alive(self) -> str:
        """The path that tells whether the process is alive."""
        return self.health_path if self.live_path is None else self.live_path


@dataclass(frozen=True)
class TaskResources:
    """A registered task definition and the resources that belong to it."""

    definition: aws.ecs.TaskDefinition
    role: aws.iam.Role
    log_group: aws.cloudwatch.LogGroup
    permissions: tuple[aws.iam.RolePolicy, ...]


def task_definition(
    name: str,
    workload: Workload,
    *,
    service: str,
    cluster_arn: pulumi.Input[str],
    kms_key_arn: pulumi.Input[str],
    execute_command: bool,
    log_days: int,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> TaskResources:
    """Task definition of one container on Fargate, with its own task role, execution role and log group.

    If the workload is traced, it also contains the collector; if it has a bundle, the two containers that unpack it.

    Resources: {name}-logs, {name}-task(-permissions), {name}-execution(-permissions), {name}-task. Raises ValueError if
    a service has the name of a container beside it.
    """
    beside = {
        *([collector.NAME] if workload.traced else []),
        *([bundles.FETCH, bundles.UNPACK] if workload.bundle else []),
    }
    if service in beside:
        raise ValueError(f"service={service}: the container beside it has this name; give another")
    logs = aws.cloudwatch.LogGroup(
        f"{name}-logs", retention_in_days=log_days, kms_key_id=kms_key_arn, tags=named(tags, f"{name}-logs"), opts=opts
    )
    # Only tasks of this account can assume the roles (ECS guide, "Confused deputy").
    account, region = arns.account_of(cluster_arn), arns.region_of(cluster_arn)
    ours = pulumi.Output.concat("arn:", arns.partition_of(cluster_arn), ":ecs:", region, ":", account, ":*")
    trusted = {"StringEquals": {"aws:SourceAccount": account}, "ArnLike": {"aws:SourceArn": ours}}

    def role(kind: str, what: str) -> aws.iam.Role:
        return aws.iam.Role(
            f"{name}-{kind}",
            assume_role_policy=iam.trust("ecs-tasks.amazonaws.com", conditions=trusted),
            description=f"{what} {service}",
            tags=named(tags, f"{name}-{kind}"),
            opts=opts,
        )

    task_role, execution_role = role("task", "What may do the code of"), role("execution", "Starts the tasks of")
    permissions = [
        aws.iam.RolePolicy(
            f"{name}-execution-permissions",
            role=execution_role.name,
            policy=iam.document(*_execution(workload, logs, kms_key_arn)),
            opts=opts,
        )
    ]
    code = [
        *workload.statements,
        *(workload.bundle.statements(region) if workload.bundle else []),
        *([collector.TRACES] if workload.traced else []),
        *([_EXECUTE] if execute_command else []),
    ]
    if code:
        permissions.append(
            aws.iam.RolePolicy(f"{name}-task-permissions", role=task_role.name, policy=iam.document(*code), opts=opts)
        )
    containers = [_container(workload, service, logs, region)]
    if workload.bundle:
        logging = containers[0]["logConfiguration"]
        containers += bundles.ecs_containers(workload.bundle, workload.image, region, logging)
    if workload.traced:
        containers.append(collector.container(logs, region))
    definition = aws.ecs.TaskDefinition(
        f"{name}-task",
        family=name,
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu=str(workload.cpu),
        memory=str(workload.memory),
        runtime_platform={"operating_system_family": "LINUX", "cpu_architecture": workload.architecture},
        task_role_arn=task_role.arn,
        execution_role_arn=execution_role.arn,
        container_definitions=pulumi.Output.json_dumps(containers),
        volumes=[aws.ecs.TaskDefinitionVolumeArgs(name=bundles.VOLUME)] if workload.bundle else None,
        tags=named(tags, f"{name}-task"),
        opts=opts,
    )
    return TaskResources(definition, task_role, logs, tuple(permissions))


# The Session Manager channel has no resource-level permissions (ECS guide, "ECS Exec").
_EXECUTE = iam.allow(
    [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ],
    "*",
    sid="ExecuteCommand",
)


def private_repository(image: str) -> list[str]:
    """ARN of the private ECR repository in an image's URI; none for images of other registries."""
    found = _PRIVATE_ECR.match(image)
    return [f"arn:aws:ecr:{found[2]}:{found[1]}:repository/{found[3]}"] if found else []


def regional_image(image: str, region: str) -> str:
    """The same image in the private ECR registry of ``region``; images of other registries as they are.

    A task that pulls from the registry of another Region does not start while that Region is lost. ECR replication
    keeps the repositories alike (ECR user guide, "Private image replication").
    """
    found = _PRIVATE_ECR.match(image)
    return image.replace(f".dkr.ecr.{found[2]}.", f".dkr.ecr.{region}.", 1) if found else image


def _execution(
    workload: Workload, logs: aws.cloudwatch.LogGroup, kms_key_arn: pulumi.Input[str]
) -> list[iam.Statement]:
    write = ["logs:CreateLogStream", "logs:PutLogEvents"]
    statements: list[iam.Statement] = [iam.allow(write, pulumi.Output.concat(logs.arn, ":*"), sid="Logs")]
    if workload.secrets:
        statements.append(iam.allow("secretsmanager:GetSecretValue", list(workload.secrets.values()), sid="Secrets"))
        statements.append(iam.allow("kms:Decrypt", kms_key_arn, sid="Key"))
    repositories = [*workload.repository_arns, *private_repository(workload.image)]
    if repositories:
        pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        statements.append(iam.allow(pull, repositories, sid="Image"))
        # GetAuthorizationToken has no resource-level permissions.
        statements.append(iam.allow("ecr:GetAuthorizationToken", "*", sid="Registry"))
    return statements


def _container(
    workload: Workload, service: str, logs: aws.cloudwatch.LogGroup, region: pulumi.Output[str]
) -> dict[str, Any]:
    check = f"import urllib.request as r; r.urlopen('http://127.0.0.1:{PORT}{workload.alive}', timeout=4)"
    environment: dict[str, pulumi.Input[str]] = {"SERVICE": service, "PORT": str(PORT), "AWS_REGION": region}
    environment |= {**(collector.environment(service) if workload.traced else {}), **workload.environment}
    return {
        "name": service,
        "image": workload.image,
        **({"command": list(workload.command)} if workload.command else {}),
        **(bundles.ECS_MOUNTED if workload.bundle else {}),
        "essential": True,
        "readonlyRootFilesystem": True,
        "user": "65534:65534",
        "linuxParameters": {"initProcessEnabled": True},
        "stopTimeout": STOP_TIMEOUT,
        "portMappings": [{"name": "http", "containerPort": PORT, "protocol": "tcp", "appProtocol": "http"}],
        "environment": [{"name": key, "value": environment[key]} for key in sorted(environment)],
        "secrets": [{"name": key, "valueFrom": workload.secrets[key]} for key in sorted(workload.secrets)],
        "healthCheck": {
            "command": ["CMD", *(workload.health_command or ("python", "-c", check))],
            "interval": 15,
            "timeout": 5,
            "retries": 3,
            "startPeriod": 30,
        },
        "logConfiguration": {
            "logDriver": "awslogs",
            # Non-blocking, so that a service does not stop when CloudWatch Logs is unavailable.
            "options": {
                "awslogs-group": logs.name,
                "awslogs-region": region,
                "awslogs-stream-prefix": service,
                "mode": "non-blocking",
                "max-buffer-size": "25m",
            },
        },
    }
