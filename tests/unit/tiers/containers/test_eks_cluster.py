"""The EKS cluster: private, encrypted, logged, with Auto Mode or node groups."""

import json
from typing import Any

import pytest

from components.tiers.containers.eks_cluster import EksCluster, EksClusterArgs, NodeGroups
from tests.support.graph import Graph, deploy
from tests.support.some import some
from tests.unit.tiers.containers.eks import CLUSTER, KEY, SUBNETS

ADDON, LOG_GROUP = "aws:eks/addon:Addon", "aws:cloudwatch/logGroup:LogGroup"
AGENT_LOGS = ("application", "dataplane", "host", "performance")
"""Log groups that the add-on writes to (CloudWatch guide, "Set up Fluent Bit as a DaemonSet to send logs to CloudWatch
Logs"; performance: "Container Insights performance log reference")."""


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


def test_auto_mode_has_the_roles_it_needs_and_only_the_add_ons_that_it_does_not_include() -> None:
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
    addons = [n.inputs["addonName"] for n in graph.of(ADDON)]
    assert addons == ["amazon-cloudwatch-observability", "metrics-server"]
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
    network, identity = graph.one(ADDON, "shop-vpc-cni"), graph.one(ADDON, "shop-eks-pod-identity-agent")
    assert all({network.urn, identity.urn} <= n.depends_on for n in groups)
    for addon in ("shop-coredns", "shop-amazon-cloudwatch-observability"):
        assert all(n.urn in graph.one(ADDON, addon).depends_on for n in groups), addon


def test_control_plane_logs_go_where_eks_writes_them_with_retention_and_key() -> None:
    graph = cluster()
    logs = graph.one(LOG_GROUP, "shop-logs")
    name = graph.one(CLUSTER).inputs["name"]
    assert logs.inputs["name"] == f"/aws/eks/{name}/cluster"
    assert logs.inputs["kmsKeyId"] == KEY
    assert logs.urn in graph.one(CLUSTER).depends_on, "else EKS makes one without retention"


def test_the_pods_logs_and_metrics_go_to_encrypted_log_groups_that_exist_before_the_add_on() -> None:
    graph = cluster(log_days=30)
    addon, name = graph.one(ADDON, "shop-amazon-cloudwatch-observability"), graph.one(CLUSTER).inputs["name"]
    for kind in some(AGENT_LOGS):
        group = graph.one(LOG_GROUP, f"shop-logs-{kind}")
        assert group.inputs["name"] == f"/aws/containerinsights/{name}/{kind}"
        assert (group.inputs["kmsKeyId"], group.inputs["retentionInDays"]) == (KEY, 30)
        assert group.urn in addon.depends_on
    assert [n.type for n in graph.referred(addon, "clusterName")] == [CLUSTER], "deleted before the cluster"


def test_the_add_on_sends_container_logs_and_metrics_and_does_not_instrument_pods() -> None:
    addon = cluster().one(ADDON, "shop-amazon-cloudwatch-observability")
    settings = json.loads(addon.inputs["configurationValues"])
    assert settings["containerLogs"] == {"enabled": True}
    collected = settings["agent"]["config"]["logs"]["metrics_collected"]
    assert collected == {"kubernetes": {"enhanced_container_insights": True}}, "no application_signals"
    assert settings["manager"]["applicationSignals"]["autoMonitor"]["monitorAllServices"] is False
    assert "addonVersion" not in addon.inputs, "EKS chooses the one for the cluster's version"


def test_the_agents_may_write_to_their_log_groups_and_nothing_else() -> None:
    graph = cluster()
    addon = graph.one(ADDON, "shop-amazon-cloudwatch-observability")
    (identity,) = addon.inputs["podIdentityAssociations"]
    assert identity["serviceAccount"] == "cloudwatch-agent"
    assert [n.name for n in graph.referred(addon, "podIdentityAssociations")] == ["shop-agent-role"]
    policy = graph.one("aws:iam/rolePolicy:RolePolicy", "shop-agent")
    assert policy.urn in addon.depends_on
    logs, nodes = json.loads(policy.inputs["policy"])["Statement"]
    assert logs["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert {n.name for n in graph.referred(policy, "policy")} == {f"shop-logs-{kind}" for kind in AGENT_LOGS}
    assert len(logs["Resource"]) == len(AGENT_LOGS)
    assert {resource.rpartition(":")[2] for resource in logs["Resource"]} == {"*"}, "log streams of these groups"
    assert nodes["Action"] == ["ec2:DescribeTags", "ec2:DescribeVolumes"]
    (trust,) = json.loads(graph.one("aws:iam/role:Role", "shop-agent-role").inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert set(trust["Condition"]) == {"StringEquals", "ArnEquals"}, "of this account and cluster only"


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
