"""An EKS cluster in all zones, with Auto Mode or with a managed node group in each zone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from components import arns, iam, versions
from components.alarms import Metric, alarms_above, widget
from components.names import physical_name
from components.tags import named
from components.tiers.arguments import StatefulTierArgs

VERSION = versions.EKS.version
"""Kubernetes minor version of a new cluster. When its standard support ends, EKS upgrades the cluster."""
MAX_CLUSTER_NAME = 100
"""Longest cluster name, characters (EKS CreateCluster)."""
LOGS = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
AUTO_POLICIES = (
    "AmazonEKSClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
"""Policies of the cluster role for Auto Mode (EKS guide, "Cluster IAM role")."""
NODE_POLICIES = {
    "auto": ("AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"),
    "nodes": ("AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly"),
}
BEFORE_NODES, AFTER_NODES = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent"), ("coredns", "metrics-server")
"""Add-ons that nodes need to become ready, and add-ons that need nodes. Auto Mode includes all but metrics-server."""
OBSERVABILITY = "amazon-cloudwatch-observability"
"""Add-on with the CloudWatch agent, which sends Container Insights metrics, and Fluent Bit, which sends the logs. Both
run on every node: their DaemonSets tolerate every taint."""
AGENT_ACCOUNT = "cloudwatch-agent"
"""Service account of both (CloudWatch guide, "Quick start with the Amazon CloudWatch Observability EKS add-on")."""
AGENT_LOGS = ("application", "dataplane", "host", "performance")
"""Log groups /aws/containerinsights/{cluster}/… of the add-on: output of the pods; logs of kubelet, containerd and
kube-proxy; logs of the nodes' operating system; events from which CloudWatch makes the metrics."""
OBSERVABILITY_SETTINGS = {
    # The add-on's own default has `application_signals` beside `kubernetes`. "Any custom configuration that you provide
    # using additional configuration settings overrides the default configuration used by the agent" (CloudWatch guide,
    # "Install the CloudWatch agent with the Amazon CloudWatch Observability EKS add-on").
    "agent": {"config": {"logs": {"metrics_collected": {"kubernetes": {"enhanced_container_insights": True}}}}},
    "containerLogs": {"enabled": True},
    # True by default: Application Signals would instrument the pods, and charges for every request.
    "manager": {"applicationSignals": {"autoMonitor": {"monitorAllServices": False}}},
}
"""Settings of the add-on: container logs, and Container Insights with enhanced observability; nothing else."""


@dataclass(frozen=True, kw_only=True)
class NodeGroups:
    """A managed node group in each zone. per_zone: nodes, at least 1. max_per_zone: upper limit of scaling."""

    instance_types: tuple[str, ...] = ("m6g.large", "m7g.large")
    per_zone: int = 1
    max_per_zone: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.per_zone <= self.max_per_zone:
            raise ValueError(f"per_zone={self.per_zone}: must be 1-{self.max_per_zone}, max_per_zone")


@dataclass(frozen=True, kw_only=True)
class EksClusterArgs(StatefulTierArgs):
    """Inputs of `EksCluster`.

    subnet_ids: private subnet per zone, at least 2. nodes: managed node groups; None for Auto Mode. public_cidrs:
    ranges that may reach the public endpoint; empty disables it. admin_arns: IAM principals that administer the
    cluster. version: Kubernetes minor version of a new cluster; changes are ignored. retain_data: deletion protection.
    log_days: retention of logs, days.

    Raises ValueError if there are fewer than two zones or the endpoint is open to everybody.
    """

    subnet_ids: Mapping[str, pulumi.Input[str]]
    nodes: NodeGroups | None = None
    public_cidrs: tuple[str, ...] = ()
    admin_arns: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    version: str = VERSION
    retain_data: bool = True
    log_days: int = 365

    def __post_init__(self) -> None:
        if len(self.subnet_ids) < 2:
            raise ValueError(f"subnet_ids={sorted(self.subnet_ids)}: EKS needs subnets in at least 2 zones")
        if any(cidr.endswith("/0") for cidr in self.public_cidrs):
            raise ValueError(f"public_cidrs={self.public_cidrs}: open to all; give the networks that administer")

    @property
    def mode(self) -> Literal["auto", "nodes"]:
        """``auto`` or ``nodes``: who creates the nodes."""
        return "nodes" if self.nodes else "auto"


class EksCluster(pulumi.ComponentResource):
    """EKS with a private endpoint, encrypted secrets, all control plane logs, the pods' logs and metrics in CloudWatch,
    zonal shift, and access through access entries only.

    Children: {name} (cluster), {name}-logs, {name}-logs-{kind}, {name}-cluster-role, {name}-node-role,
    {name}-agent-role and their policies, {name}-{zone} (node groups), {name}-{add-on}, {name}-admin-…; alarms.
    """

    cluster_name: str
    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    certificate: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    """Security group of the control plane, nodes and pods; callers of pods need a rule to it."""
    mode: Literal["auto", "nodes"]
    ready: list[pulumi.Resource]
    observability: aws.eks.Addon
    """The add-on that sends the pods' logs and metrics; not part of `ready`, so that pods start without it."""
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    widgets: list[dict[str, Any]]

    def __init__(self, name: str, args: EksClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ha:tier:KubernetesCluster", name, None, opts)
        self._prefix, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        auto, self.mode = args.nodes is None, args.mode
        # EKS writes to a log group with the cluster's name, so the name must be known in advance.
        self.cluster_name = physical_name(pulumi.get_project(), pulumi.get_stack(), name, limit=MAX_CLUSTER_NAME)
        logs = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/aws/eks/{self.cluster_name}/cluster",
            retention_in_days=args.log_days,
            kms_key_id=args.kms_key_arn,
            tags=named(args.tags, f"{name}-logs"),
            opts=self._child,
        )
        role, policies = self._role("cluster", "eks.amazonaws.com", AUTO_POLICIES if auto else AUTO_POLICIES[:1])
        node_role, node_policies = self._role("node", "ec2.amazonaws.com", NODE_POLICIES[args.mode])
        cluster = aws.eks.Cluster(
            name,
            name=self.cluster_name,
            role_arn=role.arn,
            version=args.version,
            vpc_config={
                "subnet_ids": list(args.subnet_ids.values()),
                "endpoint_private_access": True,
                "endpoint_public_access": bool(args.public_cidrs),
                "public_access_cidrs": list(args.public_cidrs) if args.public_cidrs else None,
            },
            access_config={"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": False},
            encryption_config={"provider": {"key_arn": args.kms_key_arn}, "resources": ["secrets"]},
            enabled_cluster_log_types=LOGS,
            zonal_shift_config={"enabled": True},
            upgrade_policy={"support_type": "STANDARD"},
            deletion_protection=args.retain_data,
            bootstrap_self_managed_addons=False,
            # EKS refuses Auto Mode unless its three switches have the same value.
            compute_config={
                "enabled": True,
                "node_pools": ["general-purpose", "system"],
                "node_role_arn": node_role.arn,
            }
            if auto
            else {"enabled": False},
            kubernetes_network_config={"elastic_load_balancing": {"enabled": auto}},
            storage_config={"block_storage": {"enabled": auto}},
            tags=named(args.tags, name),
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.retain_data,
                # At the end of a version's support EKS upgrades the cluster, and refuses to go back: operators upgrade
                # it with `aws eks update-cluster-version` (docs/ecommerce.md).
                ignore_changes=["version"],
                delete_before_replace=True,
                depends_on=[logs, *policies, *(node_policies if auto else [])],
            ),
        )
        self.arn, self.endpoint = cluster.arn, cluster.endpoint
        self.certificate = cluster.certificate_authority.apply(lambda a: str(a.data))
        self.security_group_id = cluster.vpc_config.apply(lambda v: str(v.cluster_security_group_id))
        self._cluster = cluster
        self.ready = [cluster]
        if args.nodes:
            first = [self._addon(addon, [cluster]) for addon in BEFORE_NODES]
            nodes: Sequence[pulumi.Resource] = self._node_groups(args.nodes, node_role, [*node_policies, *first])
            self.ready += [*nodes, *(self._addon(addon, nodes) for addon in AFTER_NODES)]
        else:
            nodes = [cluster]
            self.ready.append(self._addon("metrics-server", nodes))
        self.observability = self._observability(nodes)
        for label, principal in args.admin_arns.items():
            self.grant(f"admin-{label}", principal, "AmazonEKSClusterAdminPolicy")
        self._alarms()
        self.register_outputs({"clusterName": self.cluster_name, "arn": self.arn, "endpoint": self.endpoint})

    def grant(self, role: str, principal: pulumi.Input[str], policy: str) -> aws.eks.AccessPolicyAssociation:
        """Give an IAM principal an EKS access policy for the whole cluster."""
        entry = aws.eks.AccessEntry(
            f"{self._prefix}-{role}",
            cluster_name=self._cluster.name,
            principal_arn=principal,
            type="STANDARD",
            tags=named(self._args.tags, f"{self._prefix}-{role}"),
            opts=self._child,
        )
        partition = arns.partition_of(self.arn)
        return aws.eks.AccessPolicyAssociation(
            f"{self._prefix}-{role}",
            cluster_name=self._cluster.name,
            principal_arn=entry.principal_arn,
            policy_arn=pulumi.Output.concat("arn:", partition, ":eks::aws:cluster-access-policy/", policy),
            access_scope={"type": "cluster"},
            opts=self._child,
        )

    def _role(
        self, kind: str, service: str, policies: Sequence[str]
    ) -> tuple[aws.iam.Role, list[aws.iam.RolePolicyAttachment]]:
        name = f"{self._prefix}-{kind}"
        ours = iam.on_behalf_of(arns.account_of(self._args.kms_key_arn))
        tagging: dict[str, Any] = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": ours,
        }
        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=iam.document(tagging) if kind == "cluster" else iam.trust(service),
            description=f"EKS {kind} of {self._prefix}",
            tags=named(self._args.tags, f"{name}-role"),
            opts=self._child,
        )
        return role, [
            aws.iam.RolePolicyAttachment(
                f"{name}-{policy}",
                role=role.name,
                policy_arn=arns.managed_policy(self._args.kms_key_arn, policy),
                opts=self._child,
            )
            for policy in policies
        ]

    def _addon(self, addon: str, after: Sequence[pulumi.Resource], **settings: Any) -> aws.eks.Addon:
        return aws.eks.Addon(
            f"{self._prefix}-{addon}",
            cluster_name=self._cluster.name,
            addon_name=addon,
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="PRESERVE",
            tags=named(self._args.tags, f"{self._prefix}-{addon}"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
            **settings,
        )

    def _observability(self, nodes: Sequence[pulumi.Resource]) -> aws.eks.Addon:
        name, args = self._prefix, self._args
        logs = {
            kind: aws.cloudwatch.LogGroup(
                f"{name}-logs-{kind}",
                name=f"/aws/containerinsights/{self.cluster_name}/{kind}",
                retention_in_days=args.log_days,
                kms_key_id=args.kms_key_arn,
                tags=named(args.tags, f"{name}-logs-{kind}"),
                opts=self._child,
            )
            for kind in AGENT_LOGS
        }
        role = aws.iam.Role(
            f"{name}-agent-role",
            assume_role_policy=pod_trust(self.arn),
            description=f"CloudWatch agent and Fluent Bit of {name}",
            tags=named(args.tags, f"{name}-agent-role"),
            opts=self._child,
        )
        # Less than the managed CloudWatchAgentServerPolicy. Without PutMetricData: the agent sends the metrics as log
        # events (embedded metric format). Without CreateLogGroup: the agent and Fluent Bit only call it if a log group
        # is missing, and would create one without encryption and retention that nobody deletes.
        policy = aws.iam.RolePolicy(
            f"{name}-agent",
            role=role.name,
            policy=iam.document(
                iam.allow(
                    ["logs:CreateLogStream", "logs:PutLogEvents"],
                    [pulumi.Output.concat(group.arn, ":*") for group in logs.values()],
                    sid="Logs",
                ),
                # The agent looks up tags and volumes of its node. Both have no resource-level permissions.
                iam.allow(["ec2:DescribeTags", "ec2:DescribeVolumes"], "*", sid="Nodes"),
            ),
            opts=self._child,
        )
        return self._addon(
            OBSERVABILITY,
            [*nodes, *logs.values(), policy],
            configuration_values=json.dumps(OBSERVABILITY_SETTINGS, sort_keys=True),
            pod_identity_associations=[{"role_arn": role.arn, "service_account": AGENT_ACCOUNT}],
        )

    def _node_groups(
        self, nodes: NodeGroups, role: aws.iam.Role, after: Sequence[pulumi.Resource]
    ) -> list[aws.eks.NodeGroup]:
        return [
            aws.eks.NodeGroup(
                f"{self._prefix}-{zone}",
                cluster_name=self._cluster.name,
                node_role_arn=role.arn,
                subnet_ids=[subnet],
                instance_types=list(nodes.instance_types),
                ami_type="AL2023_ARM_64_STANDARD",
                scaling_config={
                    "desired_size": nodes.per_zone,
                    "min_size": nodes.per_zone,
                    "max_size": nodes.max_per_zone,
                },
                update_config={"max_unavailable": 1},
                node_repair_config={"enabled": True},
                tags=named(self._args.tags, f"{self._prefix}-{zone}"),
                # A cluster autoscaler sets the size.
                opts=pulumi.ResourceOptions(
                    parent=self, depends_on=list(after), ignore_changes=["scalingConfig.desiredSize"]
                ),
            )
            for zone, subnet in self._args.subnet_ids.items()
        ]

    def _alarms(self) -> None:
        def metric(what: str, statistic: str) -> Metric:
            return Metric(
                namespace="AWS/EKS", name=what, dimensions={"ClusterName": self.cluster_name}, statistic=statistic
            )

        table = {
            "pending": (metric("scheduler_pending_pods_UNSCHEDULABLE", "Maximum"), 0, 10, "pods find no node"),
            "api-5xx": (metric("apiserver_request_total_5XX", "Sum"), 10, 5, "the API server fails requests"),
        }
        self.alarms = alarms_above(self._prefix, table, self._args.alarms, self._child)
        shown = [what for what, *_ in table.values()]
        self.widgets = [widget(f"{self._prefix}: control plane", arns.region_of(self.arn), shown)]


def pod_trust(cluster_arn: pulumi.Output[str]) -> pulumi.Output[str]:
    """Trust policy of a role that pods of the cluster assume with EKS Pod Identity."""
    return iam.document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {
                "StringEquals": {"aws:SourceAccount": arns.account_of(cluster_arn)},
                "ArnEquals": {"aws:SourceArn": cluster_arn},
            },
        }
    )
