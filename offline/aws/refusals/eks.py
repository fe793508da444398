# ruff: noqa: E501 (what AWS says is as long as it is)
"""EKS."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, others, refuses
from offline.aws.refusals.vpc import zones_of
from offline.aws.unique import unique

CLUSTER = "aws:eks/cluster:Cluster"
POOLS = ("general-purpose", "system")
ACCOUNTS = {
    "amazon-cloudwatch-observability": (
        "amazon-cloudwatch-observability-controller-manager", "cloudwatch-agent", "cloudwatch-agent-cluster-scraper",
        "dcgm-exporter-service-acct", "kube-state-metrics-service-acct", "neuron-monitor-service-acct",
        "node-exporter-service-acct",
    ),
    "aws-ebs-csi-driver": ("ebs-csi-controller-sa", "ebs-csi-node-sa"),
    "aws-efs-csi-driver": ("efs-csi-controller-sa", "efs-csi-node-sa"),
    "vpc-cni": ("aws-node",),
}  # fmt: skip
"""All service accounts of an add-on (the Helm charts that AWS publishes for them); some need no role."""


@refuses("aws:eks/cluster:Cluster")
def cluster_spans_two_zones(case: Case) -> Iterator[Problem]:
    """EKS CreateCluster: InvalidParameterException "Subnets specified must be in at least two different AZs"."""
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


@refuses(CLUSTER)
def cluster_can_be_reached(case: Case) -> Iterator[Problem]:
    """EKS VpcConfigRequest: one endpoint at least; access configuration; support types; versions."""
    public, private = case.get("vpcConfig.endpointPublicAccess"), case.get("vpcConfig.endpointPrivateAccess")
    if public is False and private is False:
        yield "vpcConfig", "InvalidParameterException: Private and public endpoint access cannot be false"
    version = case.text("version")
    if version is not None and not re.fullmatch(r"1\.\d{2}", version):
        yield "version", f"InvalidParameterException: unsupported Kubernetes version {version}"


@refuses(CLUSTER)
def auto_mode_has_a_node_role_and_access_entries(case: Case) -> Iterator[Problem]:
    """EKS ComputeConfigRequest: node pools and their role together; Auto Mode needs access entries (EKS guide, "Create cluster")."""
    pools = case.list("computeConfig.nodePools")
    for pool in pools:
        if isinstance(pool, str) and pool not in POOLS:
            yield "computeConfig.nodePools", f"InvalidParameterException: node pool {pool!r}: give {' or '.join(POOLS)}"
    if pools and not case.given("computeConfig.nodeRoleArn"):
        yield "computeConfig.nodeRoleArn", "InvalidParameterException: nodePools and nodeRoleArn must be given together"
    if case.get("computeConfig.enabled") is True and case.text("accessConfig.authenticationMode") == "CONFIG_MAP":
        yield (
            "accessConfig",
            "InvalidParameterException: EKS Auto Mode needs authenticationMode API or API_AND_CONFIG_MAP",
        )


@refuses("aws:eks/accessEntry:AccessEntry", "aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
def cluster_knows_access_entries(case: Case) -> Iterator[Problem]:
    """EKS CreateAccessEntry: InvalidRequestException on a cluster whose authentication mode is CONFIG_MAP."""
    name = case.text("clusterName")
    modes = [
        c.text("accessConfig.authenticationMode") for _, c in others(case, CLUSTER) if name and c.text("name") == name
    ]
    if "CONFIG_MAP" in modes:
        yield (
            "clusterName",
            "InvalidRequestException: The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
        )


@refuses("aws:eks/addon:Addon")
def role_is_for_a_service_account_of_the_add_on(case: Case) -> Iterator[Problem]:
    """EKS CreateAddon, AddonPodIdentityAssociations (terraform-aws-modules/terraform-aws-eks issue 3520); DescribeAddonConfiguration lists the accounts."""
    addon, settings = case.text("addonName"), case.text("configurationValues") or ""
    if case.unknown("configurationValues") or "name" in settings.lower():
        return  # the settings can rename accounts
    for path, association in case.objects("podIdentityAssociations"):
        account = association.text("serviceAccount")
        if addon in ACCOUNTS and account is not None and account not in ACCOUNTS[addon]:
            yield (
                path,
                f"InvalidParameterException: Service account {account} in pod identity configuration is not supported for addon {addon}",
            )


unique("aws:eks/cluster:Cluster", "name", call="eks CreateCluster", says="ResourceInUseException: Cluster already exists with name: {name}")  # fmt: skip
unique("aws:eks/nodeGroup:NodeGroup", "clusterName nodeGroupName", call="eks CreateNodegroup", says="ResourceInUseException: NodeGroup already exists with name {nodeGroupName} and cluster name {clusterName}")  # fmt: skip
unique("aws:eks/addon:Addon", "clusterName addonName", call="eks CreateAddon", says="ResourceInUseException: Addon already exists: {addonName} of {clusterName}")  # fmt: skip
unique("aws:eks/accessEntry:AccessEntry", "clusterName principalArn", call="eks CreateAccessEntry", says="ResourceInUseException: The specified access entry resource is already in use on this cluster: {principalArn}")  # fmt: skip
unique("aws:eks/podIdentityAssociation:PodIdentityAssociation", "clusterName namespace serviceAccount", call="eks CreatePodIdentityAssociation", says="ResourceInUseException: Association already exists: {namespace}/{serviceAccount} of {clusterName}")  # fmt: skip
