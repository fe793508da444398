"""An ECS cluster on Fargate, and the Service Connect namespace in which services find each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.tags import named

BASE_TASKS = 2
"""Tasks that run on FARGATE before any task runs on FARGATE_SPOT."""


@dataclass(frozen=True, kw_only=True)
class EcsClusterArgs:
    """Inputs of `EcsCluster`."""

    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class EcsCluster(pulumi.ComponentResource):
    """An ECS cluster on Fargate with enhanced Container Insights and a Service Connect namespace.

    Children: {name} (cluster), {name}-namespace, {name}-providers.
    """

    arn: pulumi.Output[str]
    cluster_name: pulumi.Output[str]
    namespace_arn: pulumi.Output[str]
    providers_of: aws.ecs.ClusterCapacityProviders

    def __init__(self, name: str, args: EcsClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:ServiceCluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        namespace = aws.servicediscovery.HttpNamespace(
            f"{name}-namespace",
            description="Names of services for Service Connect",
            tags=named(args.tags, f"{name}-namespace"),
            opts=child,
        )
        cluster = aws.ecs.Cluster(
            name,
            settings=[{"name": "containerInsights", "value": "enhanced"}],
            service_connect_defaults={"namespace": namespace.arn},
            tags=named(args.tags, name),
            opts=child,
        )
        self.providers_of = aws.ecs.ClusterCapacityProviders(
            f"{name}-providers",
            cluster_name=cluster.name,
            capacity_providers=["FARGATE", "FARGATE_SPOT"],
            default_capacity_provider_strategies=[{"capacity_provider": "FARGATE", "base": BASE_TASKS, "weight": 1}],
            opts=child,
        )
        self.arn, self.cluster_name, self.namespace_arn = cluster.arn, cluster.name, namespace.arn
        self.register_outputs({"arn": self.arn, "clusterName": self.cluster_name})
