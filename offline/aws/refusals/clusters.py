# ruff: noqa: E501 (what AWS says is as long as it is)
"""EKS clusters: who gets in and by which way, and what Auto Mode needs besides its three switches."""

import re
from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, one_of, others, refuses

CLUSTER = "aws:eks/cluster:Cluster"
POOLS = ("general-purpose", "system")


@refuses(CLUSTER)
def cluster_can_be_reached(case: Case) -> Iterator[Problem]:
    """EKS VpcConfigRequest: one endpoint at least; access configuration; support types; versions."""
    public, private = case.get("vpcConfig.endpointPublicAccess"), case.get("vpcConfig.endpointPrivateAccess")
    if public is False and private is False:
        yield "vpcConfig", "InvalidParameterException: Private and public endpoint access cannot be false"
    yield from one_of(case, "accessConfig.authenticationMode", "API", "API_AND_CONFIG_MAP", "CONFIG_MAP")
    yield from one_of(case, "upgradePolicy.supportType", "STANDARD", "EXTENDED")
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
