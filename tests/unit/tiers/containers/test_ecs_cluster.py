"""The ECS cluster: Container Insights, Service Connect, Fargate on demand first."""

from tests.unit.tiers.containers.ecs import cart


def test_cluster_has_enhanced_insights_service_connect_and_runs_on_demand_first() -> None:
    graph = cart()
    cluster = graph.one("aws:ecs/cluster:Cluster", "shop")
    assert cluster.inputs["settings"] == [{"name": "containerInsights", "value": "enhanced"}]
    assert [n.name for n in graph.referred(cluster, "serviceConnectDefaults")] == ["shop-namespace"]
    providers = graph.one("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders").inputs
    assert providers["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert providers["defaultCapacityProviderStrategies"] == [{"capacityProvider": "FARGATE", "base": 2, "weight": 1}]
