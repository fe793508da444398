"""Services on EKS: the same workloads as on Fargate, with EKS Pod Identity, applied from inside the VPC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components import arns, iam
from components.alarms import Alarm, Metric, alarms_above, metric_alarm, widget
from components.tags import named
from components.tiers.arguments import EncryptedTierArgs, TierArgs
from components.tiers.containers.ecs_task import CPU_LIMIT, DRAIN, MEMORY_LIMIT, PORT, Workload
from components.tiers.containers.eks_cluster import EksCluster, pod_trust
from components.tiers.containers.kubernetes_manifests import millicores, namespace, service_objects
from components.tiers.load_balancing.internal import (
    ServiceRoute,
    route_alarms,
    route_listener_rule,
    route_target_group,
)
from components.tiers.network.security_groups import allow_traffic
from components.tiers.serverless.lambda_ import Function, FunctionArgs, VpcConfig

NAMESPACE = "services"
WAIT = 600
"""Seconds that a rollout may take; Auto Mode may have to start nodes first. Must be less than the function's 900."""


@dataclass(frozen=True, kw_only=True)
class ManifestDeployerArgs(EncryptedTierArgs):
    """Inputs of `ManifestDeployer`. code: bundle of ``components/functions/manifests``. subnet_ids: private subnet per
    zone.
    """

    cluster: EksCluster
    code: pulumi.Archive
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    log_days: int = 365


class ManifestDeployer(pulumi.ComponentResource):
    """A Lambda function in the VPC that applies Kubernetes objects, so that the API server needs no public endpoint and
    deploying needs no Kubernetes tools. It also creates the services' namespace.

    Children: {name} (`Function`), its access to the cluster, {name}-namespace.
    """

    args: ManifestDeployerArgs
    namespace: aws.lambda_.Invocation

    def __init__(self, name: str, args: ManifestDeployerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:Deployer", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.args = args
        self.function = Function(
            f"{name}-apply",
            FunctionArgs(
                code=args.code,
                handler="handler.handler",
                kms_key_arn=args.kms_key_arn,
                timeout=900,
                vpc=VpcConfig(id=args.vpc_id, subnet_ids=args.subnet_ids),
                log_days=args.log_days,
                tags=args.tags,
                alarms=args.alarms,
            ),
            child,
        )
        assert self.function.security_group_id is not None, "a function in a VPC has one"
        rules = allow_traffic(
            f"{name}-api",
            caller=self.function.security_group_id,
            called=args.cluster.security_group_id,
            ports=[443],
            tags=named(args.tags, f"{name}-api"),
            opts=child,
        )
        # It creates namespaces and target group bindings, which no narrower EKS access policy allows.
        access = args.cluster.grant("deployer", self.function.role_arn, "AmazonEKSClusterAdminPolicy")
        self._ready: list[pulumi.Resource] = [*rules, access, *args.cluster.ready]
        self.namespace = self.apply(f"{name}-namespace", [namespace(NAMESPACE)], 0, self, [])
        self.register_outputs({})

    def apply(
        self,
        name: str,
        objects: list[dict[str, object]],
        wait: int,
        parent: pulumi.Resource,
        after: list[pulumi.Resource],
    ) -> aws.lambda_.Invocation:
        """Apply ``objects`` now and on every change, and delete them with the resource. wait: seconds to wait for
        Deployments.
        """
        cluster = self.args.cluster
        return aws.lambda_.Invocation(
            name,
            function_name=self.function.function_name,
            qualifier=self.function.alias_name,
            lifecycle_scope="CRUD",
            input=pulumi.Output.json_dumps(
                {
                    "cluster": cluster.cluster_name,
                    "endpoint": cluster.endpoint,
                    "certificate": cluster.certificate,
                    "objects": objects,
                    "wait": wait,
                },
                sort_keys=True,
            ),
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[*self._ready, *after]),
        )


@dataclass(frozen=True, kw_only=True)
class EksServiceArgs(TierArgs):
    """Inputs of `EksService`: those of `FargateService`, with the deployer in place of the cluster. after: what must
    have happened before the pods are rolled out.

    Raises ValueError if a value is outside its limits, or if the workload cannot run in the node pools of Auto Mode.
    """

    deployer: ManifestDeployer
    workload: Workload
    capacity: int = 2
    max_pods: int = 20
    route: ServiceRoute | None = None
    after: Sequence[pulumi.Resource] = ()

    def __post_init__(self) -> None:
        if self.capacity < 1:
            raise ValueError(f"capacity={self.capacity}: must be at least 1 pod")
        if self.max_pods < self.floor:
            raise ValueError(f"max_pods={self.max_pods}: must be at least {self.floor}, the floor over all zones")
        if self.deployer.args.cluster.mode != "auto":
            raise ValueError("deployer: its cluster has node groups; load balancer bindings need Auto Mode")
        if self.workload.architecture != "X86_64":
            raise ValueError("workload.architecture=ARM64: the node pools of Auto Mode are X86_64; give that")
        if self.workload.traced:
            raise ValueError("workload.traced: not on EKS, whose pods have no collector beside them; leave it out")
        if self.workload.secrets:
            raise ValueError("workload.secrets: not on EKS; give the code the secret's ARN and permission to read it")

    @property
    def floor(self) -> int:
        """Pods that always run: ceil(capacity / (zones - 1)) in each zone, so that the other zones suffice."""
        zones = len(self.deployer.args.subnet_ids)
        return zones * -(-self.capacity // (zones - 1))


class EksService(pulumi.ComponentResource):
    """A service on EKS in all zones, called by its name in its namespace, behind the same load balancer.

    Children: {name}-pod (role), {name}-identity, {name}-tg and its rule if there is a route, {name}-objects; alarms.
    """

    security_group_id: pulumi.Output[str]
    """Security group of the cluster, which pods of Auto Mode share."""
    route_rule: pulumi.Resource | None
    """Listener rule of the route, if there is one."""
    task_role_arn: pulumi.Output[str]
    cluster_arn: pulumi.Output[str]
    port: int
    floor: int
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    failed_requests: list[aws.cloudwatch.MetricAlarm]
    """Alarms on 5xx answers through the load balancer; a subset of alarms, empty without a route."""
    widgets: list[dict[str, Any]]

    def __init__(
        self, name: str, service: str, args: EksServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """service: the name by which others call it, such as ``catalog``; unique in its cluster."""
        super().__init__("ha:tier:KubernetesService", name, None, opts)
        child, cluster = pulumi.ResourceOptions(parent=self), args.deployer.args.cluster
        self.port, self.floor, self.security_group_id = PORT, args.floor, cluster.security_group_id
        self.cluster_arn = cluster.arn
        role = aws.iam.Role(
            f"{name}-pod",
            assume_role_policy=pod_trust(cluster.arn),
            description=f"What may do the code of {service}",
            tags=named(args.tags, f"{name}-pod"),
            opts=child,
        )
        self.task_role_arn = role.arn
        first: list[pulumi.Resource] = [args.deployer.namespace, *args.after]
        bundle = args.workload.bundle
        fetching = bundle.statements(arns.region_of(cluster.arn)) if bundle else []
        if code := [*args.workload.statements, *fetching]:
            first.append(
                aws.iam.RolePolicy(
                    f"{name}-permissions",
                    role=role.name,
                    policy=iam.document(*code),
                    opts=child,
                )
            )
        first.append(
            aws.eks.PodIdentityAssociation(
                f"{name}-identity",
                cluster_name=cluster.cluster_name,
                namespace=NAMESPACE,
                service_account=service,
                role_arn=role.arn,
                tags=named(args.tags, f"{name}-identity"),
                opts=pulumi.ResourceOptions(parent=self, depends_on=cluster.ready),
            )
        )
        self.route_rule = None
        # Auto Mode may change only resources tagged with the cluster's name (AmazonEKSLoadBalancingPolicy).
        tags = {**args.tags, "eks:eks-cluster-name": cluster.cluster_name}
        group: aws.lb.TargetGroup | None = None
        if args.route:
            path = args.workload.health_path
            group = route_target_group(
                f"{name}-tg", args.route, port=PORT, health_path=path, drain=DRAIN, tags=tags, opts=child
            )
        objects = service_objects(
            service,
            args.workload,
            space=NAMESPACE,
            region=arns.region_of(cluster.arn),
            capacity=args.capacity,
            floor=args.floor,
            ceiling=args.max_pods,
            target_group_arn=group.arn if group else None,
        )
        pods = args.deployer.apply(f"{name}-objects", objects, WAIT, self, first)
        if args.route and group:
            # Requests come once the pods run: until then the services' earlier platform answers, if there was one.
            after = pulumi.ResourceOptions(parent=self, depends_on=[pods])
            self.route_rule = route_listener_rule(f"{name}-tg", args.route, group, tags=tags, opts=after)
        self.alarms = self._pod_alarms(name, service, args, [pods, cluster.observability])
        self.failed_requests = []
        if args.route and group and self.route_rule:
            routed = pulumi.ResourceOptions(parent=self, depends_on=[self.route_rule])
            self.alarms |= route_alarms(name, args.route, group, targets="pods", alarms=args.alarms, opts=routed)
            self.failed_requests = [self.alarms["5xx"]]
        self.register_outputs({"taskRoleArn": self.task_role_arn})

    def _pod_alarms(
        self, name: str, service: str, args: EksServiceArgs, after: list[pulumi.Resource]
    ) -> dict[str, aws.cloudwatch.MetricAlarm]:
        """Alarms on metrics of Container Insights with enhanced observability. after: without it, they have no data.

        Names and dimensions: CloudWatch guide, "Amazon EKS and Kubernetes Container Insights with enhanced
        observability metrics"; github.com/aws/amazon-cloudwatch-agent, ``exporter/awsemf/kubernetes.go``. ``PodName``
        is the name of the Deployment. CPU is compared with the request, as by the autoscaler: the agent publishes
        ``pod_cpu_utilization_over_pod_limit`` only for pods with a CPU limit, and ``pod_cpu_utilization`` is a
        percentage of the node's CPU.
        """
        cluster = args.deployer.args.cluster
        of_service = {"ClusterName": cluster.cluster_name, "Namespace": NAMESPACE, "PodName": service}

        def metric(what: str, statistic: str = "Average") -> Metric:
            return Metric(namespace="ContainerInsights", name=what, dimensions=of_service, statistic=statistic)

        cpu, memory = metric("pod_cpu_usage_total"), metric("pod_memory_utilization_over_pod_limit")
        available = metric("status_replicas_available", "Minimum")
        restarts = metric("pod_number_of_container_restarts", "Sum")
        busy = millicores(args.workload) * CPU_LIMIT / 100
        opts = pulumi.ResourceOptions(parent=self, depends_on=after)
        # If the cluster sends no metrics, only the alarm on the number of pods fires.
        limits = {
            "cpu": (cpu, busy, 5, f"CPU above {CPU_LIMIT} % of the request: scaling does not keep up"),
            "memory": (memory, MEMORY_LIMIT, 5, f"memory above {MEMORY_LIMIT} % of the limit"),
        }
        pods = Alarm(
            metric=available,
            threshold=self.floor,
            comparison="LessThanThreshold",
            missing="breaching",
            periods=5,
            description=f"{name}: fewer than {self.floor} pods: the reserve for a zone is in use; or the cluster "
            "sends no metrics",
        )
        region = arns.region_of(cluster.arn)
        self.widgets = [
            widget(f"{name}: CPU, 1/1000 vCPU", region, [cpu]),
            widget(f"{name}: memory, percent of the limit", region, [memory]),
            widget(f"{name}: pods and restarts", region, [available, restarts]),
        ]
        return {
            **alarms_above(name, limits, args.alarms, opts),
            "pods": metric_alarm(f"{name}-pods", pods, args.alarms, opts),
        }
