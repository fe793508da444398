"""The EKS cluster: private, encrypted, logged, with Auto Mode or node groups."""

import json
from typing import Any

import pytest

from components.tiers.containers.eks_cluster import EksCluster, EksClusterArgs, NodeGroups
from tests.support.graph import Graph, deploy
from tests.unit.tiers.containers.eks import CLUSTER, KEY, SUBNETS


def cluster(**changed: Any) -> Graph:
    def program() -> None:
        given: dict[str, Any] = {"subnet_ids": SUBNETS, "kms_key_arn": KEY, "tags": {"Project": "ha"}, **changed}
        EksCluster("shop", EksClusterArgs(**given))

    return deploy(program)


def test_cluster_is_private_encrypted_logged_shiftable_and_protected() -> None:
    node = cluster().one(CLUSTER)
    given = node.inputs
    assert given["vpcConfig"] == {
        "subnetIds": ["subnet-a", "subnet-b", "subnet-c"],
        "endpointPrivateAccess": True,
        "endpointPublicAccess": False,
    }
    assert given["encryptionConfig"] == {"provider": {"keyArn": KEY}, "resources": ["secrets"]}
    assert given["enabledClusterLogTypes"] == ["api", "audit", "authenticator", "controllerManager", "scheduler"]
    assert given["zonalShiftConfig"] == {"enabled": True}
    assert given["upgradePolicy"] == {"supportType": "STANDARD"}
    assert given["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }
    assert given["deletionProtection"] is True
    assert node.protect is True
    assert cluster(retain_data=False).one(CLUSTER).protect is False


def test_an_upgrade_by_eks_or_an_operator_is_not_undone() -> None:
    assert cluster().one(CLUSTER).ignore_changes == ("version",)


def test_the_three_settings_of_auto_mode_agree() -> None:
    for graph, on in ((cluster(), True), (cluster(nodes=NodeGroups()), False)):
        given = graph.one(CLUSTER).inputs
        assert given["computeConfig"]["enabled"] is on
        assert given["kubernetesNetworkConfig"] == {"elasticLoadBalancing": {"enabled": on}}
        assert given["storageConfig"] == {"blockStorage": {"enabled": on}}
        assert given["bootstrapSelfManagedAddons"] is False


def test_auto_mode_has_the_roles_it_needs_and_no_add_on_of_its_own() -> None:
    graph = cluster()
    policies = {
        n.inputs["policyArn"].rsplit("/", 1)[1] for n in graph.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    }
    assert policies == {
        "AmazonEKSClusterPolicy",
        "AmazonEKSComputePolicy",
        "AmazonEKSBlockStoragePolicy",
        "AmazonEKSLoadBalancingPolicy",
        "AmazonEKSNetworkingPolicy",
        "AmazonEKSWorkerNodeMinimalPolicy",
        "AmazonEC2ContainerRegistryPullOnly",
    }
    trust = json.loads(graph.one("aws:iam/role:Role", "shop-cluster-role").inputs["assumeRolePolicy"])
    assert trust["Statement"][0]["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert [n.inputs["addonName"] for n in graph.of("aws:eks/addon:Addon")] == ["metrics-server"]
    assert graph.of("aws:eks/nodeGroup:NodeGroup") == []


def test_node_groups_are_one_in_each_zone_with_the_network_before_them_and_dns_after() -> None:
    graph = cluster(nodes=NodeGroups(per_zone=2))
    groups = graph.of("aws:eks/nodeGroup:NodeGroup")
    assert {n.name: n.inputs["subnetIds"] for n in groups} == {
        "shop-us-west-2a": ["subnet-a"],
        "shop-us-west-2b": ["subnet-b"],
        "shop-us-west-2c": ["subnet-c"],
    }
    assert all(n.inputs["scalingConfig"] == {"desiredSize": 2, "minSize": 2, "maxSize": 4} for n in groups)
    assert all(n.ignore_changes == ("scalingConfig.desiredSize",) for n in groups)
    network, dns = graph.one("aws:eks/addon:Addon", "shop-vpc-cni"), graph.one("aws:eks/addon:Addon", "shop-coredns")
    assert all(network.urn in n.depends_on for n in groups)
    assert all(n.urn in dns.depends_on for n in groups)


def test_control_plane_logs_go_where_eks_writes_them_with_retention_and_key() -> None:
    graph = cluster()
    logs = graph.one("aws:cloudwatch/logGroup:LogGroup")
    name = graph.one(CLUSTER).inputs["name"]
    assert logs.inputs["name"] == f"/aws/eks/{name}/cluster"
    assert logs.inputs["kmsKeyId"] == KEY
    assert logs.urn in graph.one(CLUSTER).depends_on, "else EKS makes one without retention"


def test_administrators_come_by_access_entries() -> None:
    graph = cluster(admin_arns={"platform": "arn:aws:iam::123456789012:role/platform"})
    entry = graph.one("aws:eks/accessEntry:AccessEntry", "shop-admin-platform").inputs
    assert entry["principalArn"] == "arn:aws:iam::123456789012:role/platform"
    policy = graph.one("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "shop-admin-platform").inputs
    assert policy["policyArn"] == "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"subnet_ids": {"us-west-2a": "s"}}, "at least 2 zones"),
        ({"public_cidrs": ("0.0.0.0/0",)}, "open to all"),
    ],
)
def test_clusters_that_are_open_or_in_one_zone_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cluster(**changed)
