# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.eks`."""

from typing import Any

from tests.offline.refusals import Case, CaseWithOthers, Taken
from tests.offline.refusals.inputs import TWO

CLUSTER: dict[str, Any] = {
    "name": "c",
    "roleArn": "arn:aws:iam::123456789012:role/r",
    "vpcConfig": {"subnetIds": TWO, "endpointPrivateAccess": True, "endpointPublicAccess": False},
    "version": "1.35",
    "bootstrapSelfManagedAddons": False,
    "accessConfig": {"authenticationMode": "API"},
    "upgradePolicy": {"supportType": "STANDARD"},
    "computeConfig": {"enabled": True, "nodePools": ["general-purpose", "system"], "nodeRoleArn": "arn:n"},
    "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
    "storageConfig": {"blockStorage": {"enabled": True}},
}
CLOSED = {"subnetIds": TWO, "endpointPrivateAccess": False, "endpointPublicAccess": False}

OBSERVED: dict[str, Any] = {
    "clusterName": "c",
    "addonName": "amazon-cloudwatch-observability",
    "podIdentityAssociations": [{"roleArn": "arn:aws:iam::123456789012:role/r", "serviceAccount": "cloudwatch-agent"}],
}
RENAMED = '{"agent": {"serviceAccount": {"name": "amazon-cloudwatch"}}}'
NAMESPACE_FOR_ACCOUNT = [{"roleArn": "arn:aws:iam::123456789012:role/r", "serviceAccount": "amazon-cloudwatch"}]

CASES: list[Case] = [
    ("cluster_spans_two_zones", "aws:eks/cluster:Cluster", {"roleArn": "arn:aws:iam::123456789012:role/r", "vpcConfig": {"subnetIds": TWO}}, {"vpcConfig": {"subnetIds": ["subnet-a"]}}, "at least two different AZs"),
    ("auto_mode_flags_agree", "aws:eks/cluster:Cluster", {"roleArn": "arn:aws:iam::123456789012:role/r", "vpcConfig": {"subnetIds": TWO}}, {"computeConfig": {"enabled": True}}, "must be the same"),
    ("node_group_sizes_agree", "aws:eks/nodeGroup:NodeGroup", {"clusterName": "c", "nodeRoleArn": "arn:aws:iam::123456789012:role/r", "subnetIds": TWO, "scalingConfig": {"minSize": 1, "maxSize": 2, "desiredSize": 2}}, {"scalingConfig": {"minSize": 1, "maxSize": 2, "desiredSize": 3}}, "must be between minSize"),
    ("cluster_can_be_reached", "aws:eks/cluster:Cluster", CLUSTER, {"vpcConfig": CLOSED}, "Private and public endpoint access cannot be false"),
    ("cluster_can_be_reached", "aws:eks/cluster:Cluster", CLUSTER, {"version": "v1.35"}, "unsupported Kubernetes version"),
    ("auto_mode_has_a_node_role_and_access_entries", "aws:eks/cluster:Cluster", CLUSTER, {"computeConfig": {"enabled": True, "nodePools": ["system"]}}, "must be given together"),
    ("auto_mode_has_a_node_role_and_access_entries", "aws:eks/cluster:Cluster", CLUSTER, {"computeConfig": {"enabled": True, "nodePools": ["gpu"], "nodeRoleArn": "arn:n"}}, "node pool 'gpu'"),
    ("auto_mode_has_a_node_role_and_access_entries", "aws:eks/cluster:Cluster", CLUSTER, {"accessConfig": {"authenticationMode": "CONFIG_MAP"}}, "needs authenticationMode API"),
    ("role_is_for_a_service_account_of_the_add_on", "aws:eks/addon:Addon", OBSERVED, {"podIdentityAssociations": NAMESPACE_FOR_ACCOUNT}, "Service account amazon-cloudwatch in pod identity configuration is not supported for addon amazon-cloudwatch-observability"),
    ("role_is_for_a_service_account_of_the_add_on", "aws:eks/addon:Addon", {**OBSERVED, "podIdentityAssociations": NAMESPACE_FOR_ACCOUNT, "configurationValues": RENAMED}, {"configurationValues": "{}"}, "Service account amazon-cloudwatch"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("cluster_knows_access_entries", [("aws:eks/cluster:Cluster", "a", {"name": "a", "roleArn": "arn:aws:iam::123456789012:role/r", "vpcConfig": {"subnetIds": TWO}, "accessConfig": {"authenticationMode": "API"}}), ("aws:eks/cluster:Cluster", "b", {"name": "b", "roleArn": "arn:aws:iam::123456789012:role/r", "vpcConfig": {"subnetIds": TWO}, "accessConfig": {"authenticationMode": "CONFIG_MAP"}})], "aws:eks/accessEntry:AccessEntry", {"clusterName": "a", "principalArn": "arn:aws:iam::123456789012:role/r"}, {"clusterName": "b"}, "authentication mode must be set to one of"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:eks/cluster:Cluster", {"name": "c", "roleArn": "arn:r", "vpcConfig": {"subnetIds": TWO}}, {"name": "d"}),
    ("aws:eks/nodeGroup:NodeGroup", {"clusterName": "c", "nodeGroupName": "n", "nodeRoleArn": "arn:r", "subnetIds": TWO, "scalingConfig": {"minSize": 1, "maxSize": 2, "desiredSize": 1}}, {"nodeGroupName": "o"}),
    ("aws:eks/addon:Addon", {"clusterName": "c", "addonName": "vpc-cni"}, {"addonName": "coredns"}),
    ("aws:eks/accessEntry:AccessEntry", {"clusterName": "c", "principalArn": "arn:aws:iam::123456789012:role/r"}, {"clusterName": "d"}),
    ("aws:eks/podIdentityAssociation:PodIdentityAssociation", {"clusterName": "c", "namespace": "n", "serviceAccount": "s", "roleArn": "arn:r"}, {"serviceAccount": "t"}),
]  # fmt: skip
