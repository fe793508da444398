"""Services on ECS Fargate, created with `awsx`, of which enough tasks keep running when a zone is lost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx

from components import arns, versions
from components.alarms import Alarm, Metric, metric_alarm, widget
from components.tags import named
from components.tiers.arguments import EncryptedTierArgs
from components.tiers.containers.application_bundle import ApplicationBundle
from components.tiers.containers.ecs_cluster import EcsCluster
from components.tiers.containers.ecs_task import (
    CPU_LIMIT,
    DRAIN,
    MEMORY_LIMIT,
    PORT,
    TaskResources,
    Workload,
    task_definition,
)
from components.tiers.load_balancing.internal import (
    ServiceRoute,
    route_alarms,
    route_listener_rule,
    route_target_group,
)

PLATFORM_VERSION = versions.FARGATE.version
"""Fargate Linux platform version (ECS guide, "Fargate platform versions")."""
CPU_TARGET, MEMORY_TARGET = 50.0, 70.0
"""Percent that scaling aims at. The loss of one of two zones doubles the CPU load of the other tasks, to at most 100;
memory is assumed not to grow in proportion to the requests."""


@dataclass(frozen=True, kw_only=True)
class FargateServiceArgs(EncryptedTierArgs):
    """Inputs of `FargateService`.

    capacity: tasks that must still run after the loss of a zone, at least 1. max_tasks: upper limit of scaling, at
    least the minimum that follows from capacity and zones. spot_weight: 0-1000; above the minimum, tasks on Spot for
    each one on demand, 0 for none. subnet_ids: private subnets by zone, at least 2. route: paths on a load balancer;
    None for services that only other services call. execute_command: allow a shell in tasks (ECS Exec); keep it off in
    production. log_days: retention of logs, days. after: resources that must exist before the first task: the subnets'
    routes to the internet, without which no image can be pulled and the deployment fails; and the services that this
    one calls by name, since Service Connect gives a task only the names that exist when it starts.

    Raises ValueError if there are too few zones or tasks.
    """

    cluster: EcsCluster
    workload: Workload
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    capacity: int = 2
    max_tasks: int = 20
    spot_weight: int = 0
    route: ServiceRoute | None = None
    execute_command: bool = False
    log_days: int = 365
    after: Sequence[pulumi.Resource] = ()

    def __post_init__(self) -> None:
        if len(self.subnet_ids) < 2:
            raise ValueError(f"subnet_ids={sorted(self.subnet_ids)}: a single zone; give a subnet in at least 2")
        if self.capacity < 1:
            raise ValueError(f"capacity={self.capacity}: must be at least 1 task")
        if self.max_tasks < self.floor:
            raise ValueError(f"max_tasks={self.max_tasks}: must be at least {self.floor}, the floor over all zones")

    @property
    def floor(self) -> int:
        """Tasks that always run: ceil(capacity / (zones - 1)) per zone; `capacity` remain if any zone is lost."""
        zones = len(self.subnet_ids)
        return zones * math.ceil(self.capacity / (zones - 1))


class FargateService(pulumi.ComponentResource):
    """An ECS service on Fargate in all zones, with a Service Connect name, scaling between `floor` and `max_tasks`.

    We create the task definition ourselves, because awsx (3.11.0) drops the port name that Service Connect needs; awsx
    creates the service and waits until it is stable. Children: {name}-sg, {name}-logs, {name}-task…, {name}-execution…,
    {name}-tg and its rule if there is a route, {name} (`awsx.ecs.FargateService`), {name}-scaling…; alarms. resource:
    the service; complete when its deployment is stable.
    """

    resource: awsx.ecs.FargateService
    service_name: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    route_rule: pulumi.Resource | None
    """Listener rule of the route, if there is one."""
    task_role_arn: pulumi.Output[str]
    bundle: ApplicationBundle | None
    """The code that its tasks download when they start."""
    port: int
    floor: int
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    failed_requests: list[aws.cloudwatch.MetricAlarm]
    """Alarms on 5xx answers through the load balancer; a subset of alarms, empty without a route."""
    widgets: list[dict[str, Any]]

    def __init__(
        self, name: str, service: str, args: FargateServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """service: the name by which others call it, such as ``catalog``; unique in its cluster."""
        super().__init__("ha:tier:FargateService", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self.port, self.floor, self.alarms = PORT, args.floor, {}
        self.bundle = args.workload.bundle
        group = aws.ec2.SecurityGroup(
            f"{name}-sg",
            vpc_id=args.vpc_id,
            description=f"Tasks of {service}",
            tags=named(args.tags, f"{name}-sg"),
            opts=self._child,
        )
        definition = task_definition(
            name,
            args.workload,
            service=service,
            cluster_arn=args.cluster.arn,
            kms_key_arn=args.kms_key_arn,
            execute_command=args.execute_command,
            log_days=args.log_days,
            tags=args.tags,
            opts=self._child,
        )
        self._target: aws.lb.TargetGroup | None = None
        self.route_rule = None
        first: list[pulumi.Resource] = [*definition.permissions, args.cluster.providers_of, *args.after]
        if args.route:
            path, target = args.workload.health_path, f"{name}-tg"
            self._target = route_target_group(
                target, args.route, port=PORT, health_path=path, drain=DRAIN, tags=args.tags, opts=self._child
            )
            self.route_rule = route_listener_rule(target, args.route, self._target, tags=args.tags, opts=self._child)
            # ECS rejects a target group that no load balancer uses yet.
            first.append(self.route_rule)
            self.alarms |= route_alarms(
                name, args.route, self._target, targets="tasks", alarms=args.alarms, opts=self._child
            )
        self.resource = made = self._service(service, definition, group, first)
        self.service_name = made.service.apply(lambda s: s.name)
        running = made.service.apply(lambda s: s.task_definition)
        pulumi.Output.all(name, running, definition.definition.arn).apply(lambda found: check_rollout(*found))
        self.security_group_id, self.task_role_arn = group.id, definition.role.arn
        self._scaling()
        self._task_alarms()
        self.failed_requests = [self.alarms["5xx"]] if args.route else []
        self.register_outputs({"serviceName": self.service_name, "securityGroupId": self.security_group_id})

    def _service(
        self, service: str, definition: TaskResources, group: aws.ec2.SecurityGroup, first: list[pulumi.Resource]
    ) -> awsx.ecs.FargateService:
        args, failures = self._args, self.alarms.get("5xx")
        ecs = aws.ecs
        strategies = [ecs.ServiceCapacityProviderStrategyArgs(capacity_provider="FARGATE", base=self.floor, weight=1)]
        if args.spot_weight:
            strategies.append(
                ecs.ServiceCapacityProviderStrategyArgs(capacity_provider="FARGATE_SPOT", weight=args.spot_weight)
            )
        return awsx.ecs.FargateService(
            self._prefix,
            cluster=args.cluster.arn,
            task_definition=definition.definition.arn,
            desired_count=self.floor,
            capacity_provider_strategies=strategies,
            # Without this, the AWS provider replaces the service when the minimum in the capacity provider strategy
            # changes.
            force_new_deployment=True,
            triggers={"floor": str(self.floor), "spot": str(args.spot_weight)},
            platform_version=PLATFORM_VERSION,
            # A minimum below 100 would use up the reserve for a zone failure; ECS refuses zone rebalancing with a
            # maximum of 100.
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            availability_zone_rebalancing="ENABLED",
            # Said explicitly: only if ECS answers with it does the AWS provider report a rollback as an error
            # (pulumi-aws issue 4487, pulumi-awsx issue 1848).
            deployment_controller=ecs.ServiceDeploymentControllerArgs(type="ECS"),
            deployment_circuit_breaker=ecs.ServiceDeploymentCircuitBreakerArgs(enable=True, rollback=True),
            alarms=ecs.ServiceAlarmsArgs(alarm_names=[failures.name], enable=True, rollback=True) if failures else None,
            health_check_grace_period_seconds=60 if self._target else None,
            load_balancers=[
                ecs.ServiceLoadBalancerArgs(
                    container_name=service, container_port=PORT, target_group_arn=self._target.arn
                )
            ]
            if self._target
            else None,
            network_configuration=ecs.ServiceNetworkConfigurationArgs(
                subnets=list(args.subnet_ids.values()), security_groups=[group.id], assign_public_ip=False
            ),
            service_connect_configuration=ecs.ServiceServiceConnectConfigurationArgs(
                enabled=True,
                namespace=args.cluster.namespace_arn,
                services=[
                    ecs.ServiceServiceConnectConfigurationServiceArgs(
                        port_name="http",
                        discovery_name=service,
                        client_alias=[
                            ecs.ServiceServiceConnectConfigurationServiceClientAliasArgs(port=PORT, dns_name=service)
                        ],
                    )
                ],
                log_configuration=ecs.ServiceServiceConnectConfigurationLogConfigurationArgs(
                    log_driver="awslogs",
                    options={
                        "awslogs-group": definition.log_group.name,
                        "awslogs-region": arns.region_of(args.cluster.arn),
                        "awslogs-stream-prefix": "service-connect",
                    },
                ),
            ),
            enable_execute_command=args.execute_command,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            tags=named(args.tags, self._prefix),
            opts=pulumi.ResourceOptions(parent=self, depends_on=first, transforms=[leave_count_and_controller]),
        )

    def _scaling(self) -> None:
        name, args = self._prefix, self._args
        target = aws.appautoscaling.Target(
            f"{name}-scaling",
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=pulumi.Output.concat("service/", args.cluster.cluster_name, "/", self.service_name),
            min_capacity=self.floor,
            max_capacity=args.max_tasks,
            tags=named(args.tags, f"{name}-scaling"),
            opts=self._child,
        )
        for role, metric, percent in (
            ("cpu", "ECSServiceAverageCPUUtilization", CPU_TARGET),
            ("memory", "ECSServiceAverageMemoryUtilization", MEMORY_TARGET),
        ):
            aws.appautoscaling.Policy(
                f"{name}-scaling-{role}",
                policy_type="TargetTrackingScaling",
                service_namespace=target.service_namespace,
                scalable_dimension=target.scalable_dimension,
                resource_id=target.resource_id,
                target_tracking_scaling_policy_configuration={
                    "predefined_metric_specification": {"predefined_metric_type": metric},
                    "target_value": percent,
                    "scale_out_cooldown": 60,
                    "scale_in_cooldown": 300,
                },
                opts=self._child,
            )

    def _task_alarms(self) -> None:
        of_service = {"ClusterName": self._args.cluster.cluster_name, "ServiceName": self.service_name}

        def metric(what: str, namespace: str = "AWS/ECS", statistic: str = "Average") -> Metric:
            return Metric(namespace=namespace, name=what, dimensions=of_service, statistic=statistic)

        cpu, memory = metric("CPUUtilization"), metric("MemoryUtilization")
        running = metric("RunningTaskCount", "ECS/ContainerInsights", "Minimum")
        self._above("cpu", cpu, CPU_LIMIT, f"CPU above {CPU_LIMIT} %: scaling does not keep up")
        self._above("memory", memory, MEMORY_LIMIT, f"memory above {MEMORY_LIMIT} %")
        self.alarms["tasks"] = metric_alarm(
            f"{self._prefix}-tasks",
            Alarm(
                metric=running,
                threshold=self.floor,
                comparison="LessThanThreshold",
                missing="breaching",
                periods=5,
                description=f"{self._prefix}: fewer than {self.floor} tasks: the reserve for a zone is in use",
            ),
            self._args.alarms,
            self._child,
        )
        region = arns.region_of(self._args.cluster.arn)
        self.widgets = [
            widget(f"{self._prefix}: load", region, [cpu, memory]),
            widget(f"{self._prefix}: tasks", region, [running]),
        ]

    def _above(self, role: str, metric: Metric, limit: float, why: str) -> None:
        self.alarms[role] = metric_alarm(
            f"{self._prefix}-{role}",
            Alarm(
                metric=metric,
                threshold=limit,
                comparison="GreaterThanThreshold",
                missing="breaching",
                periods=5,
                description=f"{self._prefix}: {why}",
            ),
            self._args.alarms,
            self._child,
        )


def check_rollout(name: str, running: str | None, wanted: str | None) -> None:
    """Raises pulumi.RunError if ECS runs another task definition than the one deployed: it has rolled back."""
    if running and wanted and running != wanted:
        raise pulumi.RunError(
            f"{name}: ECS has rolled the deployment back and runs {running} instead of {wanted}; "
            "see the service's events and the stopped tasks, correct the image or settings, and update again"
        )


def leave_count_and_controller(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Transform: the ECS service inside awsx ignores changes of its desired count, which Application Auto Scaling sets,
    and of its deployment controller, which is set when it is created.

    Otherwise an update after a refresh would scale a busy service in to its minimum, and a service deployed by an
    earlier version of this program would be replaced. awsx gives its children only a parent as option, so that only
    transforms reach them.
    """
    if args.type_ != "aws:ecs/service:Service":
        return None
    ignore = pulumi.ResourceOptions(ignore_changes=["desiredCount", "deploymentController"])
    return pulumi.ResourceTransformResult(props=args.props, opts=pulumi.ResourceOptions.merge(args.opts, ignore))
