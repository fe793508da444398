"""Services behind a load balancer, on Fargate or EKS, with the security group rules for what they call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from components import iam
from components.architectures.cell import Cell
from components.availability import request_path
from components.packaging import SERVICE_IMAGE, function_archive, service_bundle, service_command
from components.tags import few_tags, named
from components.tiers.containers.application_bundle import ApplicationBundle
from components.tiers.containers.ecs_cluster import EcsCluster, EcsClusterArgs
from components.tiers.containers.ecs_service import FargateService, FargateServiceArgs
from components.tiers.containers.ecs_task import Workload, regional_image
from components.tiers.containers.eks_cluster import EksCluster, EksClusterArgs
from components.tiers.containers.eks_service import EksService, EksServiceArgs, ManifestDeployer, ManifestDeployerArgs
from components.tiers.data.s3 import DataBucket, DataBucketArgs
from components.tiers.load_balancing.internal import ServiceRoute
from components.tiers.network.security_groups import allow_traffic

Platform = Literal["fargate", "kubernetes"]
RunningService = FargateService | EksService


@dataclass(frozen=True, kw_only=True)
class Dependency:
    """A resource in the VPC that a service calls: its security group and TCP ports. role: part of the rules' names."""

    role: str
    security_group_id: pulumi.Input[str]
    port: int


@dataclass(frozen=True, kw_only=True)
class ServiceSpec:
    """One service. workload: its container and permissions. route: paths on a load balancer; default none.

    calls: names of services in the same set that it calls by name. uses: databases, caches and similar that it calls.
    after: what must have happened before it is rolled out, such as a schema being applied.
    capacity: tasks that must still run after the loss of a zone. ceiling: maximum tasks, at least the minimum over all
    zones.
    """

    workload: Workload
    route: ServiceRoute | None = None
    calls: tuple[str, ...] = ()
    uses: Sequence[Dependency] = ()
    after: Sequence[pulumi.Resource] = ()
    capacity: int = 2
    ceiling: int = 20
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


LIVE_PATH = "/health/live"
"""Where the samples answer as long as their process is alive."""
BUNDLE_KEY = "services.zip"
"""Always the same: S3 keeps the earlier versions."""


class Applications:
    """What runs in the containers of a cell: the sample applications, or an image of your own.

    Components: {code}-services-code (the bucket for the samples' code), {code}-services-bundle (the code). They are
    there with an image of your own, too: ECS must be able to roll back to the samples.
    """

    def __init__(self, cell: Cell, own_image: str) -> None:
        """own_image: the image of the settings, with its own command; empty: the samples.

        An image in a private ECR repository comes from the cell's Region, so that tasks start while another is lost.
        """
        self._image = regional_image(own_image, cell.region) if own_image else SERVICE_IMAGE
        self._own_image = bool(own_image)
        bundle = _uploaded_bundle(cell)
        self._bundle = None if own_image else bundle
        # A rollout that ECS rolls back to the samples starts their tasks with the role as it is now.
        self._rollback = bundle.statements(cell.region) if own_image else []

    def workload(
        self,
        module: str,
        environment: Mapping[str, pulumi.Input[str]],
        statements: Sequence[iam.Statement],
        *,
        cpu: int = 512,
        memory: int = 1024,
        traced: bool = False,
    ) -> Workload:
        """The container of a service. module: the sample application, such as ``shop.catalog``. statements: IAM
        permissions of its code.
        """
        return Workload(
            image=self._image,
            command=() if self._own_image else service_command(module),
            bundle=self._bundle,
            live_path=None if self._own_image else LIVE_PATH,
            environment=environment,
            statements=[*statements, *self._rollback],
            cpu=cpu,
            memory=memory,
            traced=traced,
        )


def _uploaded_bundle(cell: Cell) -> ApplicationBundle:
    """The samples' code in a bucket of the cell's Region, from which tasks start while another Region is lost.

    The bucket keeps earlier versions for 90 days, in which ECS can roll back to a task definition that names one.
    """
    tags = cell.tier_tags("services")
    bucket = DataBucket(
        cell.name("services-code"),
        DataBucketArgs(
            kms_key_arn=cell.kms_key_arn,
            log_bucket=cell.log_bucket.bucket_name,
            retain_data=cell.retain_data,
            alarms=cell.alarms_of("services"),
            tags=tags,
        ),
        cell.child,
    )
    cell.monitor(bucket)
    uploaded = aws.s3.BucketObjectv2(
        cell.name("services-bundle"),
        bucket=bucket.bucket_name,
        key=BUNDLE_KEY,
        source=service_bundle(),
        server_side_encryption="aws:kms",
        kms_key_id=cell.kms_key_arn,
        bucket_key_enabled=True,
        tags=few_tags(named(tags, cell.name("services-bundle"))),
        # Without versioning the object would get no version.
        opts=pulumi.ResourceOptions.merge(cell.child, pulumi.ResourceOptions(depends_on=[bucket])),
    )
    return ApplicationBundle(
        bucket=uploaded.bucket,
        key=BUNDLE_KEY,
        version=uploaded.version_id,
        object_arn=pulumi.Output.concat(bucket.bucket_arn, "/", BUNDLE_KEY),
        kms_key_arn=cell.kms_key_arn,
        store=bucket.resource,
    )


def code_paths(role: str, services: Mapping[str, RunningService]) -> list[dict[str, Any]]:
    """What the availability report cannot read from the graph: only starting tasks need the bucket with their code."""
    stores = {n: (s, s.bundle.store) for n, s in services.items() if isinstance(s, FargateService) and s.bundle}
    return [
        request_path(f"{role}-{name}-code", [service.resource.service, store], soft=[store])
        for name, (service, store) in stores.items()
        if store is not None
    ]


def run_services(
    cell: Cell,
    specs: Mapping[str, ServiceSpec],
    *,
    platform: Platform = "fargate",
    cluster_name: str = "services",
    spot_weight: int = 0,
    admin_arns: Sequence[str] = (),
) -> dict[str, RunningService]:
    """The services by name, in all zones of the cell; only their callers can reach them.

    Every service can call AWS APIs. cluster_name: role of the cluster, which is created here; for EKS it is part of a
    fixed name, so it must contain the scenario. admin_arns: IAM principals that administer the EKS cluster. Components:
    {code}-{cluster_name}, {code}-{service}.

    Raises ValueError if services on Fargate call each other in a cycle.
    """
    if platform == "kubernetes":
        return _on_kubernetes(cell, specs, cluster_name, admin_arns)
    cluster = EcsCluster(cell.name(cluster_name), EcsClusterArgs(tags=cell.tier_tags("services")), cell.child)
    made: dict[str, RunningService] = {}
    resources: dict[str, pulumi.Resource] = {}
    for name in dependencies_first(specs):
        spec = specs[name]
        service = FargateService(
            cell.name(name),
            name,
            FargateServiceArgs(
                cluster=cluster,
                workload=spec.workload,
                vpc_id=cell.network.vpc_id,
                subnet_ids=cell.network.private_subnet_ids,
                kms_key_arn=cell.kms_key_arn,
                capacity=spec.capacity,
                max_tasks=spec.ceiling,
                spot_weight=spot_weight,
                route=spec.route,
                execute_command=False,
                log_days=cell.log_days,
                alarms=cell.alarms_of(name),
                tags=cell.tier_tags(name),
                after=[*cell.network.private_routing, *spec.after, *(resources[called] for called in spec.calls)],
            ),
            cell.child,
        )
        cell.allow_aws_apis(name, service.security_group_id)
        cell.monitor(service)
        made[name], resources[name] = service, service.resource
    for name, spec in specs.items():
        _allow_callers(cell, name, spec, made[name])
        for called in spec.calls:
            _allow_call(
                cell,
                f"{name}-{called}",
                made[name].security_group_id,
                made[called].security_group_id,
                made[called].port,
            )
    return made


def dependencies_first(specs: Mapping[str, ServiceSpec]) -> list[str]:
    """The names, each after those it calls: Service Connect gives a task only the names that exist when it starts."""
    try:
        return list(TopologicalSorter({name: spec.calls for name, spec in specs.items()}).static_order())
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise ValueError(f"calls={circle}: one of them could never find the other by name; break the circle") from None


def _on_kubernetes(
    cell: Cell, specs: Mapping[str, ServiceSpec], cluster_name: str, admin_arns: Sequence[str]
) -> dict[str, RunningService]:
    """On EKS Auto Mode. Pods share the cluster's security group, so they all may call what one of them may call."""
    subnets, tags = cell.network.private_subnet_ids, cell.tier_tags("services")
    cluster = EksCluster(
        cell.name(cluster_name),
        EksClusterArgs(
            subnet_ids=subnets,
            kms_key_arn=cell.kms_key_arn,
            admin_arns={_label(arn): arn for arn in admin_arns},
            retain_data=cell.retain_data,
            log_days=cell.log_days,
            alarms=cell.alarms_of("services"),
            tags=tags,
        ),
        cell.child,
    )
    cell.monitor(cluster)
    cell.allow_aws_apis("services", cluster.security_group_id)
    deployer = ManifestDeployer(
        cell.name("deployer"),
        ManifestDeployerArgs(
            cluster=cluster,
            code=function_archive("manifests"),
            vpc_id=cell.network.vpc_id,
            subnet_ids=subnets,
            kms_key_arn=cell.kms_key_arn,
            log_days=cell.log_days,
            alarms=cell.alarms_of("services"),
            tags=tags,
        ),
        cell.child,
    )
    assert deployer.function.security_group_id is not None, "a function in a VPC has one"
    cell.allow_aws_apis("deployer", deployer.function.security_group_id)
    made: dict[str, RunningService] = {}
    opened: set[str] = set()
    for name, spec in specs.items():
        service = EksService(
            cell.name(name),
            name,
            EksServiceArgs(
                deployer=deployer,
                # The node pools of Auto Mode are X86_64; pods have no collector sidecar.
                workload=replace(spec.workload, architecture="X86_64", traced=False),
                capacity=spec.capacity,
                max_pods=spec.ceiling,
                route=spec.route,
                alarms=cell.alarms_of(name),
                tags=cell.tier_tags(name),
                after=spec.after,
            ),
            cell.child,
        )
        cell.monitor(service)
        made[name] = service
        admitted = {*([] if spec.route is None else ["front"]), *(called.role for called in spec.uses)}
        shared = replace(spec, uses=[called for called in spec.uses if called.role not in opened])
        if "front" in opened:
            shared = replace(shared, route=None)
        _allow_callers(cell, "services", shared, service)
        opened |= admitted
    return made


def _label(arn: str) -> str:
    """A principal's part of a resource name: account, kind and name, such as ``123456789012-role-admin``."""
    return "-".join(arn.split(":", 5)[4:]).replace("/", "-")


def _allow_callers(cell: Cell, name: str, spec: ServiceSpec, service: RunningService) -> None:
    """Rules from the load balancer to the service, and from the service to what it uses."""
    group = service.security_group_id
    if spec.route is not None:
        _allow_call(cell, f"front-{name}", spec.route.load_balancer.security_group_id, group, service.port)
    for called in spec.uses:
        _allow_call(cell, f"{name}-{called.role}", group, called.security_group_id, called.port)


def _allow_call(cell: Cell, role: str, caller: pulumi.Input[str], called: pulumi.Input[str], port: int) -> None:
    allow_traffic(
        cell.name(role), caller=caller, called=called, ports=[port], tags=cell.tier_tags("services"), opts=cell.child
    )
