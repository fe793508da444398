"""Services on ECS (Fargate) and EKS."""

from components.tiers.containers.application_bundle import ApplicationBundle
from components.tiers.containers.ecs_cluster import EcsCluster, EcsClusterArgs
from components.tiers.containers.ecs_service import FargateService, FargateServiceArgs
from components.tiers.containers.ecs_task import Workload
from components.tiers.containers.eks_cluster import EksCluster, EksClusterArgs, NodeGroups
from components.tiers.containers.eks_service import EksService, EksServiceArgs, ManifestDeployer, ManifestDeployerArgs

__all__ = [
    "ApplicationBundle",
    "EcsCluster",
    "EcsClusterArgs",
    "EksCluster",
    "EksClusterArgs",
    "EksService",
    "EksServiceArgs",
    "FargateService",
    "FargateServiceArgs",
    "ManifestDeployer",
    "ManifestDeployerArgs",
    "NodeGroups",
    "Workload",
]
