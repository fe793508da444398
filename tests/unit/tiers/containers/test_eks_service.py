"""Services on EKS: spread over zones, applied from inside the VPC, bound to the load balancer."""

import json
from typing import Any

import pulumi
import pytest

from components import iam
from components.packaging import SERVICE_IMAGE, service_command
from components.tiers.containers.ecs_task import Workload
from components.tiers.containers.eks_cluster import EksCluster, EksClusterArgs, NodeGroups
from components.tiers.containers.eks_service import EksService, EksServiceArgs, ManifestDeployer, ManifestDeployerArgs
from components.tiers.containers.kubernetes_manifests import service_objects
from components.tiers.load_balancing.internal import InternalLoadBalancer, InternalLoadBalancerArgs, ServiceRoute
from tests.support.graph import Graph, deploy
from tests.unit.tiers.containers.eks import CLUSTER, INVOCATION, KEY, SUBNETS

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
CODE = pulumi.AssetArchive({"handler.py": pulumi.StringAsset("")})


WORKLOAD = Workload(
    image=SERVICE_IMAGE,
    command=service_command("shop.cart"),
    architecture="X86_64",
    statements=[iam.allow("dynamodb:GetItem", "arn:aws:dynamodb:us-west-2:123456789012:table/orders", sid="Carts")],
)


def cart(workload: Workload = WORKLOAD, nodes: NodeGroups | None = None, **changed: Any) -> Graph:
    def program() -> None:
        made = EksCluster("shop", EksClusterArgs(subnet_ids=SUBNETS, kms_key_arn=KEY, nodes=nodes))
        deployer = ManifestDeployer(
            "deployer",
            ManifestDeployerArgs(cluster=made, code=CODE, vpc_id="vpc-1", subnet_ids=SUBNETS, kms_key_arn=KEY),
        )
        balancer = InternalLoadBalancer("inner", InternalLoadBalancerArgs(vpc_id="vpc-1", subnet_ids=SUBNETS))
        route = ServiceRoute(load_balancer=balancer, paths=("/cart", "/cart/*"), priority=20)
        given: dict[str, Any] = {"deployer": deployer, "workload": workload, "route": route, **changed}
        EksService("shop-cart", "cart", EksServiceArgs(**given))

    return deploy(program)


def objects_of(graph: Graph, name: str = "shop-cart-objects") -> dict[str, dict[str, Any]]:
    return {o["kind"]: o for o in json.loads(graph.one(INVOCATION, name).inputs["input"])["objects"]}


def test_service_is_applied_and_deleted_with_its_resource_from_inside_the_vpc() -> None:
    graph = cart()
    applied = graph.one(INVOCATION, "shop-cart-objects")
    assert applied.inputs["lifecycleScope"] == "CRUD"
    assert applied.inputs["qualifier"] == "live"
    assert [n.type for n in graph.referred(applied, "qualifier")] == ["aws:lambda/alias:Alias"], "made before the call"
    assert list(objects_of(graph)) == [
        "ServiceAccount",
        "Deployment",
        "PodDisruptionBudget",
        "HorizontalPodAutoscaler",
        "Service",
        "TargetGroupBinding",
    ]
    assert list(objects_of(graph, "deployer-namespace")) == ["Namespace"]
    waited = {n.name for n in graph.nodes if n.urn in applied.depends_on}
    assert {"deployer-namespace", "shop-cart-identity", "shop-deployer"} <= waited
    forwarding = graph.one("aws:lb/listenerRule:ListenerRule")
    assert applied.urn in forwarding.depends_on, "requests come once the pods run"
    function = graph.one("aws:lambda/function:Function").inputs
    assert function["vpcConfig"]["subnetIds"] == ["subnet-a", "subnet-b", "subnet-c"]
    rule = graph.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs
    assert (rule["fromPort"], rule["toPort"]) == (443, 443)


def test_pods_spread_over_zones_with_a_reserve_and_keep_the_capacity_in_disruptions() -> None:
    found = objects_of(cart(capacity=4))
    pod = found["Deployment"]["spec"]["template"]["spec"]
    zone, host = pod["topologySpreadConstraints"]
    assert (zone["topologyKey"], zone["whenUnsatisfiable"]) == ("topology.kubernetes.io/zone", "DoNotSchedule")
    assert (host["topologyKey"], host["whenUnsatisfiable"]) == ("kubernetes.io/hostname", "ScheduleAnyway")
    for spread in (zone, host):
        assert spread["matchLabelKeys"] == ["pod-template-hash"], "after a rollout too (KEP-3243)"
    assert "replicas" not in found["Deployment"]["spec"], "the autoscaler owns them"
    assert found["HorizontalPodAutoscaler"]["spec"]["minReplicas"] == 6
    assert found["PodDisruptionBudget"]["spec"]["minAvailable"] == 4
    assert found["Deployment"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_pods_are_unprivileged_and_probed() -> None:
    pod = objects_of(cart())["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["readinessProbe"]["httpGet"] == {"path": "/health", "port": "http"}
    assert container["resources"]["requests"] == {"cpu": "500m", "memory": "1024Mi"}
    assert container["command"][:2] == ["python", "-m"]


def test_the_load_balancer_is_bound_to_the_pods_and_the_role_to_their_account() -> None:
    graph = cart()
    group = graph.one("aws:lb/targetGroup:TargetGroup", "shop-cart-tg")
    assert group.inputs["tags"]["eks:eks-cluster-name"] == graph.one(CLUSTER).inputs["name"]
    assert objects_of(graph)["TargetGroupBinding"]["spec"]["serviceRef"] == {"name": "cart", "port": 8080}
    assert group.name in {n.name for n in graph.referred(graph.one(INVOCATION, "shop-cart-objects"), "input")}
    identity = graph.one("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    assert (identity.inputs["namespace"], identity.inputs["serviceAccount"]) == ("services", "cart")
    assert [n.name for n in graph.referred(identity, "roleArn")] == ["shop-cart-pod"]
    trust = json.loads(graph.one("aws:iam/role:Role", "shop-cart-pod").inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert "aws:SourceArn" in trust["Condition"]["ArnEquals"]


def test_alarms_are_on_metrics_that_container_insights_publishes_for_the_deployment() -> None:
    """Metrics and dimensions: CloudWatch guide, "Amazon EKS and Kubernetes Container Insights with enhanced
    observability metrics".
    """
    graph = cart(capacity=4)
    found = {n.name.removeprefix("shop-cart-"): n for n in graph.of(ALARM) if n.name.startswith("shop-cart-")}
    assert set(found) == {"5xx", "slow", "unhealthy", "cpu", "memory", "pods"}
    watched = {role: found[role].inputs for role in ("cpu", "memory", "pods")}
    deployment = objects_of(graph)["Deployment"]["metadata"]
    dimensions = {
        "ClusterName": graph.one(CLUSTER).inputs["name"],
        "Namespace": deployment["namespace"],
        "PodName": deployment["name"],
    }
    for role in ("cpu", "memory", "pods"):
        assert watched[role]["namespace"] == "ContainerInsights"
        assert watched[role]["dimensions"] == dimensions
    assert {role: given["metricName"] for role, given in watched.items()} == {
        "cpu": "pod_cpu_usage_total",
        "memory": "pod_memory_utilization_over_pod_limit",
        "pods": "status_replicas_available",
    }


def test_alarms_fire_on_a_used_reserve_on_cpu_above_the_request_and_on_memory_near_the_limit() -> None:
    graph = cart(capacity=4)
    pods, cpu, memory = (graph.one(ALARM, f"shop-cart-{role}").inputs for role in ("pods", "cpu", "memory"))
    floor = objects_of(graph)["HorizontalPodAutoscaler"]["spec"]["minReplicas"]
    assert (pods["threshold"], pods["comparisonOperator"]) == (floor, "LessThanThreshold")
    assert pods["treatMissingData"] == "breaching", "no metrics: the agent is gone, or all pods are"
    (container,) = objects_of(graph)["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert container["resources"]["requests"]["cpu"] == "500m"
    assert (cpu["threshold"], cpu["comparisonOperator"]) == (400, "GreaterThanThreshold"), "80 % of 500 millicores"
    assert "memory" in container["resources"]["limits"], "without it the metric is not published"
    assert (memory["threshold"], memory["comparisonOperator"]) == (85, "GreaterThanThreshold")
    assert cpu["treatMissingData"] == memory["treatMissingData"] == "notBreaching", "one alarm for missing metrics"


def test_alarms_are_created_once_there_is_something_to_watch() -> None:
    graph = cart()
    names = {n.urn: n.name for n in graph.nodes}
    for role in ("pods", "cpu", "memory"):
        after = {names[urn] for urn in graph.one(ALARM, f"shop-cart-{role}").depends_on}
        assert {"shop-cart-objects", "shop-amazon-cloudwatch-observability"} <= after
    for role in ("5xx", "slow", "unhealthy"):
        after = {names[urn] for urn in graph.one(ALARM, f"shop-cart-{role}").depends_on}
        assert "shop-cart-tg-rule" in after, "an unused target group has no metrics"


def test_a_service_without_route_has_no_alarms_on_requests() -> None:
    roles = {n.name for n in cart(route=None).of(ALARM) if n.name.startswith("shop-cart-")}
    assert roles == {"shop-cart-pods", "shop-cart-cpu", "shop-cart-memory"}


def test_pods_start_without_the_add_on_that_sends_their_logs() -> None:
    graph = cart()
    addon = graph.one("aws:eks/addon:Addon", "shop-amazon-cloudwatch-observability")
    assert all(addon.urn not in n.depends_on for n in graph.every(INVOCATION))


def test_a_service_without_route_has_no_binding() -> None:
    kinds = [
        o["kind"]
        for o in service_objects(
            "a", WORKLOAD, space="s", region="r", capacity=1, floor=2, ceiling=3, target_group_arn=None
        )
    ]
    assert "TargetGroupBinding" not in kinds
    assert cart(route=None).of("aws:lb/targetGroup:TargetGroup") == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"capacity": 0}, "capacity=0"),
        ({"max_pods": 2}, "max_pods=2: must be at least 3"),
        ({"nodes": NodeGroups()}, "need Auto Mode"),
        ({"workload": Workload(image="i")}, "ARM64"),
        ({"workload": Workload(image="i", architecture="X86_64", secrets={"A": "arn"})}, "not on EKS"),
        ({"workload": Workload(image="i", architecture="X86_64", traced=True)}, "workload.traced: not on EKS"),
    ],
)
def test_services_that_auto_mode_cannot_run_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cart(**changed)
