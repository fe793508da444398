"""The services tier: what ECS is told, what every role may do, and the reserve for the loss of a zone."""

import json
import re
from dataclasses import replace
from typing import Any

import pulumi
import pytest

from components import iam
from components.alarms import Alarming
from components.packaging import SERVICE_IMAGE, service_command
from components.tiers.containers.ecs_cluster import EcsCluster, EcsClusterArgs
from components.tiers.containers.ecs_service import FargateService, FargateServiceArgs
from components.tiers.containers.ecs_task import Workload
from components.tiers.load_balancing.internal import (
    InternalLoadBalancer,
    InternalLoadBalancerArgs,
    ServiceRoute,
    attach_route,
)
from components.tiers.load_balancing.public import RequiredHeader
from tests.support.graph import Graph, deploy

KEY = "arn:aws:kms:us-west-2:123456789012:key/k"
TABLE = "arn:aws:dynamodb:us-west-2:123456789012:table/carts"
ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
SUBNETS: dict[str, pulumi.Input[str]] = {zone: f"subnet-{zone[-1]}" for zone in ZONES}
SERVICE, POLICY = "aws:ecs/service:Service", "aws:iam/rolePolicy:RolePolicy"
WORKLOAD = Workload(
    image=SERVICE_IMAGE,
    command=service_command(),
    environment={"TABLE_NAME": "carts"},
    statements=[iam.allow(["dynamodb:GetItem", "dynamodb:PutItem"], TABLE, sid="Carts")],
)


def cart(*, routed: bool = True, **changed: Any) -> Graph:
    def program() -> None:
        cluster = EcsCluster("shop", EcsClusterArgs(tags={"Project": "ha"}))
        balancer = InternalLoadBalancer(
            "inner",
            InternalLoadBalancerArgs(vpc_id="vpc-1", subnet_ids=SUBNETS, access_logs_bucket="logs"),
        )
        given: dict[str, Any] = {
            "cluster": cluster,
            "workload": WORKLOAD,
            "vpc_id": "vpc-1",
            "subnet_ids": SUBNETS,
            "kms_key_arn": KEY,
            "route": ServiceRoute(load_balancer=balancer, paths=("/cart", "/cart/*"), priority=20) if routed else None,
            "tags": {"Project": "ha"},
            "alarms": Alarming(topic_arns=["arn:aws:sns:us-west-2:123456789012:alarms"]),
            **changed,
        }
        FargateService("shop-cart", "cart", FargateServiceArgs(**given))

    return deploy(program)


def policy(graph: Graph, name: str) -> dict[str, Any]:
    return {s["Sid"]: s for s in json.loads(graph.one(POLICY, name).inputs["policy"])["Statement"]}


def test_cluster_has_enhanced_insights_service_connect_and_runs_on_demand_first() -> None:
    graph = cart()
    cluster = graph.one("aws:ecs/cluster:Cluster", "shop")
    assert cluster.inputs["settings"] == [{"name": "containerInsights", "value": "enhanced"}]
    assert [n.name for n in graph.referred(cluster, "serviceConnectDefaults")] == ["shop-namespace"]
    providers = graph.one("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders").inputs
    assert providers["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert providers["defaultCapacityProviderStrategies"] == [{"capacityProvider": "FARGATE", "base": 2, "weight": 1}]


def test_service_spans_every_zone_with_a_reserve_and_rolls_back_by_itself() -> None:
    graph = cart(capacity=4)
    service = graph.one(SERVICE)
    given = service.inputs
    assert given["networkConfiguration"] == {
        "subnets": ["subnet-a", "subnet-b", "subnet-c"],
        "securityGroups": ["shop-cart-sg-id"],
        "assignPublicIp": False,
    }
    assert given["desiredCount"] == 6, "two in each of three zones: four remain when one is gone"
    assert (given["deploymentMinimumHealthyPercent"], given["deploymentMaximumPercent"]) == (100, 200)
    assert given["availabilityZoneRebalancing"] == "ENABLED"
    assert given["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert given["alarms"] == {"alarmNames": ["shop-cart-5xx"], "enable": True, "rollback": True}
    assert given["capacityProviderStrategies"] == [{"capacityProvider": "FARGATE", "base": 6, "weight": 1}]
    assert "launchType" not in given, "AWS refuses it beside a capacity provider strategy"
    assert given["forceNewDeployment"] is True, "else a changed strategy replaces the service"
    assert given["triggers"] == {"floor": "6", "spot": "0"}
    assert given["enableExecuteCommand"] is False
    assert given["propagateTags"] == "SERVICE"
    assert given["platformVersion"] == "1.4.0"
    assert given["waitForSteadyState"] is True


def test_scaling_owns_the_count_and_never_goes_below_the_floor() -> None:
    graph = cart(capacity=4, max_tasks=30)
    assert graph.one(SERVICE).ignore_changes == ("desiredCount",)
    target = graph.one("aws:appautoscaling/target:Target")
    assert (target.inputs["minCapacity"], target.inputs["maxCapacity"]) == (6, 30)
    assert target.inputs["resourceId"] == "service/shop/shop-cart"
    assert SERVICE in {n.type for n in graph.referred(target, "resourceId")}
    kinds = {
        n.inputs["targetTrackingScalingPolicyConfiguration"]["predefinedMetricSpecification"]["predefinedMetricType"]
        for n in graph.of("aws:appautoscaling/policy:Policy")
    }
    assert kinds == {"ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"}


@pytest.mark.parametrize(("zones", "capacity", "floor"), [(2, 1, 2), (2, 3, 6), (3, 1, 3), (3, 2, 3), (3, 5, 9)])
def test_floor_leaves_the_capacity_when_a_zone_is_gone(zones: int, capacity: int, floor: int) -> None:
    made: list[int] = []

    def program() -> None:
        cluster = EcsCluster("c", EcsClusterArgs())
        args = FargateServiceArgs(
            cluster=cluster,
            workload=WORKLOAD,
            vpc_id="v",
            subnet_ids={z: SUBNETS[z] for z in ZONES[:zones]},
            kms_key_arn=KEY,
            capacity=capacity,
        )
        made.append(args.floor)

    deploy(program)
    assert made == [floor]
    assert floor - floor // zones >= capacity


def test_spot_only_adds_to_the_floor() -> None:
    strategies = cart(spot_weight=3).one(SERVICE).inputs["capacityProviderStrategies"]
    assert strategies == [
        {"capacityProvider": "FARGATE", "base": 3, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 3},
    ]


def test_service_connect_names_the_port_that_the_task_definition_has() -> None:
    graph = cart()
    connect = graph.one(SERVICE).inputs["serviceConnectConfiguration"]
    assert connect["enabled"] is True
    assert connect["services"] == [
        {"portName": "http", "discoveryName": "cart", "clientAlias": [{"port": 8080, "dnsName": "cart"}]}
    ]
    (container,) = json.loads(graph.one("aws:ecs/taskDefinition:TaskDefinition").inputs["containerDefinitions"])
    assert container["portMappings"] == [
        {"name": "http", "containerPort": 8080, "protocol": "tcp", "appProtocol": "http"}
    ]
    assert container["name"] == graph.one(SERVICE).inputs["loadBalancers"][0]["containerName"] == "cart"


def test_container_is_read_only_unprivileged_checked_and_logs_without_blocking() -> None:
    graph = cart()
    definition = graph.one("aws:ecs/taskDefinition:TaskDefinition").inputs
    assert (definition["cpu"], definition["memory"], definition["networkMode"]) == ("512", "1024", "awsvpc")
    assert definition["requiresCompatibilities"] == ["FARGATE"]
    assert definition["runtimePlatform"] == {"operatingSystemFamily": "LINUX", "cpuArchitecture": "ARM64"}
    (container,) = json.loads(definition["containerDefinitions"])
    assert container["readonlyRootFilesystem"] is True
    assert container["user"] == "65534:65534"
    assert container["healthCheck"]["command"][:2] == ["CMD", "python"]
    assert container["stopTimeout"] == 60
    assert container["logConfiguration"]["options"]["mode"] == "non-blocking"
    assert container["environment"] == [
        {"name": "AWS_REGION", "value": "us-west-2"},
        {"name": "PORT", "value": "8080"},
        {"name": "SERVICE", "value": "cart"},
        {"name": "TABLE_NAME", "value": "carts"},
    ]
    assert len(definition["containerDefinitions"]) < 65_536, "ECS RegisterTaskDefinition: 64 KiB"
    logs = graph.one("aws:cloudwatch/logGroup:LogGroup").inputs
    assert (logs["retentionInDays"], logs["kmsKeyId"]) == (365, KEY)


def test_roles_are_the_services_own_and_hold_only_what_is_given() -> None:
    graph = cart()
    assert sorted(policy(graph, "shop-cart-task-permissions")) == ["Carts"]
    assert sorted(policy(graph, "shop-cart-execution-permissions")) == ["Logs"]
    trust = json.loads(graph.one("aws:iam/role:Role", "shop-cart-task").inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:ecs:us-west-2:123456789012:*"},
    }
    private = Workload(
        image="i",
        repository_arns=["arn:aws:ecr:us-west-2:123456789012:repository/shop"],
        secrets={"TOKEN": "arn:aws:secretsmanager:us-west-2:123456789012:secret:token"},
    )
    found = policy(cart(workload=private), "shop-cart-execution-permissions")
    assert sorted(found) == ["Image", "Key", "Logs", "Registry", "Secrets"]
    assert found["Image"]["Resource"] == ["arn:aws:ecr:us-west-2:123456789012:repository/shop"]
    shell = policy(cart(execute_command=True), "shop-cart-task-permissions")
    assert sorted(shell) == ["Carts", "ExecuteCommand"]


def test_service_waits_for_its_permissions_its_rule_and_the_clusters_providers() -> None:
    graph = cart()
    component = graph.one("awsx:ecs:FargateService")
    waited = {n.name for n in graph.nodes if n.urn in component.depends_on}
    assert {
        "shop-cart-task-permissions",
        "shop-cart-execution-permissions",
        "shop-cart-tg-rule",
        "shop-providers",
    } <= waited


def test_load_balancer_is_internal_over_all_zones_with_zonal_shift_logs_and_protection() -> None:
    graph = cart()
    balancer = graph.one("aws:lb/loadBalancer:LoadBalancer", "inner").inputs
    assert balancer["internal"] is True
    assert balancer["subnets"] == ["subnet-a", "subnet-b", "subnet-c"]
    assert balancer["enableZonalShift"] is True
    assert balancer["enableDeletionProtection"] is True
    assert balancer["dropInvalidHeaderFields"] is True
    assert balancer["accessLogs"] == {"enabled": True, "bucket": "logs", "prefix": "inner"}
    listener = graph.one("aws:lb/listener:Listener").inputs
    assert (listener["port"], listener["protocol"]) == (80, "HTTP")
    assert listener["defaultActions"][0]["fixedResponse"]["statusCode"] == "404"


def test_https_when_there_is_a_certificate() -> None:
    def program() -> None:
        InternalLoadBalancer(
            "inner",
            InternalLoadBalancerArgs(
                vpc_id="v",
                subnet_ids=SUBNETS,
                certificate_arn="arn:aws:acm:us-west-2:123456789012:certificate/1",
                retain_data=False,
            ),
        )

    graph = deploy(program)
    listener = graph.one("aws:lb/listener:Listener").inputs
    assert (listener["port"], listener["protocol"], listener["certificateArn"]) == (
        443,
        "HTTPS",
        "arn:aws:acm:us-west-2:123456789012:certificate/1",
    )
    assert listener["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    balancer = graph.one("aws:lb/loadBalancer:LoadBalancer").inputs
    assert balancer["enableDeletionProtection"] is False
    assert "accessLogs" not in balancer


def test_route_is_a_target_group_of_addresses_behind_a_rule() -> None:
    graph = cart()
    group = graph.one("aws:lb/targetGroup:TargetGroup", "shop-cart-tg")
    assert (group.inputs["targetType"], group.inputs["port"], group.inputs["protocol"]) == ("ip", 8080, "HTTP")
    assert group.inputs["deregistrationDelay"] == 30
    assert group.inputs["healthCheck"]["path"] == "/health"
    rule = graph.one("aws:lb/listenerRule:ListenerRule", "shop-cart-tg-rule")
    assert rule.inputs["conditions"] == [{"pathPattern": {"values": ["/cart", "/cart/*"]}}]
    assert [n.name for n in graph.referred(rule, "actions")] == ["shop-cart-tg"]
    assert [n.name for n in graph.referred(graph.one(SERVICE), "loadBalancers")] == ["shop-cart-tg"]


def test_a_stripped_prefix_is_matched_and_taken_away_before_the_service_sees_it() -> None:
    def program() -> None:
        balancer = InternalLoadBalancer("inner", InternalLoadBalancerArgs(vpc_id="v", subnet_ids=SUBNETS))
        route = ServiceRoute(load_balancer=balancer, paths=("/ledger", "/ledger/*"), priority=1, strip="/live")
        attach_route(
            "l" * 30, route, port=8080, health_path="/health", drain=30, tags={}, opts=pulumi.ResourceOptions()
        )
        with pytest.raises(ValueError, match="give 1-2 patterns"):
            ServiceRoute(load_balancer=balancer, paths=("/a", "/b", "/c"), priority=1, strip="/live")
        with pytest.raises(ValueError, match="strip=live"):
            ServiceRoute(load_balancer=balancer, paths=("/a",), priority=1, strip="live")

    graph = deploy(program)
    assert len(graph.one("aws:lb/targetGroup:TargetGroup").name) == 24, "ELB takes 32 with the suffix"
    rule = graph.one("aws:lb/listenerRule:ListenerRule").inputs
    assert rule["conditions"][0]["pathPattern"]["values"] == ["/ledger", "/ledger/*", "/live/ledger", "/live/ledger/*"]
    rewrite = rule["transforms"][0]["urlRewriteConfig"]["rewrite"]
    assert re.sub(rewrite["regex"], r"/\1", "/live/ledger/7") == "/ledger/7"
    assert re.sub(rewrite["regex"], r"/\1", "/ledger/7") == "/ledger/7"
    assert rewrite["replace"] == "/$1"


def test_a_route_may_want_a_header_which_counts_as_a_pattern() -> None:
    header = RequiredHeader(name="X-Origin-Secret", value="s3cret")

    def program() -> None:
        balancer = InternalLoadBalancer("inner", InternalLoadBalancerArgs(vpc_id="vpc-1", subnet_ids=SUBNETS))
        route = ServiceRoute(load_balancer=balancer, paths=("/cart", "/cart/*"), priority=1, header=header)
        attach_route("cart", route, port=8080, health_path="/health", drain=30, tags={}, opts=pulumi.ResourceOptions())
        with pytest.raises(ValueError, match="1-4 patterns"):
            ServiceRoute(load_balancer=balancer, paths=("/a", "/b", "/c", "/d", "/e"), priority=1, header=header)

    conditions = deploy(program).one("aws:lb/listenerRule:ListenerRule").inputs["conditions"]
    assert conditions == [
        {"pathPattern": {"values": ["/cart", "/cart/*"]}},
        {"httpHeader": {"httpHeaderName": "X-Origin-Secret", "values": ["s3cret"]}},
    ]


def test_alarms_of_a_routed_and_of_an_unrouted_service() -> None:
    graph = cart()
    kind = "aws:cloudwatch/metricAlarm:MetricAlarm"
    routed = {n.name.removeprefix("shop-cart-") for n in graph.of(kind)} - {"inner-elb-5xx"}
    assert routed == {"5xx", "slow", "unhealthy", "cpu", "memory", "tasks"}
    tasks = graph.one(kind, "shop-cart-tasks").inputs
    assert (tasks["threshold"], tasks["comparisonOperator"], tasks["treatMissingData"]) == (
        3,
        "LessThanThreshold",
        "breaching",
    )
    assert tasks["dimensions"] == {"ClusterName": "shop", "ServiceName": "shop-cart"}
    alone = cart(routed=False)
    assert {n.name for n in alone.of(kind)} == {"inner-elb-5xx", "shop-cart-cpu", "shop-cart-memory", "shop-cart-tasks"}
    service = alone.one(SERVICE).inputs
    assert not {"loadBalancers", "healthCheckGracePeriodSeconds", "alarms"} & set(service), "AWS refuses grace alone"


def test_every_taggable_resource_of_the_service_is_tagged() -> None:
    untaggable = {
        POLICY,
        "aws:appautoscaling/policy:Policy",
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    }
    of_alarms = "aws:cloudwatch/metricAlarm:MetricAlarm"  # theirs come with where they go
    for node in cart().nodes:
        if node.type.startswith("aws:") and node.name.startswith("shop") and node.type not in {*untaggable, of_alarms}:
            assert node.inputs["tags"]["Project"] == "ha", node.name


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"cpu": 300}, "cpu=300: Fargate has 256, 512"),
        ({"memory": 512}, "memory=512: with cpu=512"),
        ({"cpu": 8192, "memory": 17408}, "memory=17408"),
        ({"architecture": "arm"}, "architecture=arm"),
        ({"health_path": "health"}, "health_path=health"),
    ],
)
def test_sizes_that_fargate_lacks_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Workload(image="i", **changed)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"subnet_ids": {"us-west-2a": "s"}}, "a single zone"),
        ({"capacity": 0}, "capacity=0"),
        ({"max_tasks": 2}, "max_tasks=2: must be at least 3"),
        ({"spot_weight": -1}, "spot_weight=-1"),
    ],
)
def test_services_without_a_reserve_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cart(**changed)


def test_routes_and_names_that_elb_refuses_are_refused() -> None:
    def program() -> None:
        args = InternalLoadBalancerArgs(vpc_id="v", subnet_ids=SUBNETS)
        balancer = InternalLoadBalancer("inner", args)
        with pytest.raises(ValueError, match="each starting with /"):
            ServiceRoute(load_balancer=balancer, paths=("cart",), priority=1)
        with pytest.raises(ValueError, match="priority=0"):
            ServiceRoute(load_balancer=balancer, paths=("/",), priority=0)
        with pytest.raises(ValueError, match="at most 24 characters"):
            InternalLoadBalancer("i" * 25, args)
        with pytest.raises(ValueError, match="at least 2 zones"):
            InternalLoadBalancerArgs(vpc_id="v", subnet_ids={"us-west-2a": "s"})

    deploy(program)


def test_an_own_image_in_a_private_registry_can_be_pulled_and_a_public_one_needs_no_permission() -> None:
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/bank/ledger@sha256:" + "0" * 64
    statements = policy(cart(workload=Workload(image=image)), "shop-cart-execution-permissions")
    assert statements["Image"]["Resource"] == ["arn:aws:ecr:eu-west-1:123456789012:repository/bank/ledger"]
    assert statements["Registry"]["Action"] == "ecr:GetAuthorizationToken"
    assert set(policy(cart(), "shop-cart-execution-permissions")) == {"Logs"}


def containers(graph: Graph) -> dict[str, dict[str, Any]]:
    return {
        c["name"]: c
        for c in json.loads(graph.one("aws:ecs/taskDefinition:TaskDefinition").inputs["containerDefinitions"])
    }


def test_a_traced_service_has_a_collector_beside_it_that_it_can_do_without() -> None:
    graph = cart(workload=replace(WORKLOAD, traced=True))
    both = containers(graph)
    assert list(both) == ["cart", "traces"], "the service comes first, its name is the load balancer's target"
    service, collector = both["cart"], both["traces"]
    assert collector["image"] == "public.ecr.aws/aws-observability/aws-otel-collector:v0.50.0"
    assert (service["essential"], collector["essential"]) == (True, False)
    assert not any("dependsOn" in container for container in both.values()), "it must not hold the service back"
    assert collector["restartPolicy"] == {"enabled": True, "restartAttemptPeriod": 60}
    assert "restartPolicy" not in service, "a task whose service ends is replaced, elsewhere"
    assert collector["readonlyRootFilesystem"] is True
    assert collector["memory"] == 256
    assert "portMappings" not in collector, "nobody outside the task talks to it"
    assert not any("cpu" in container for container in both.values()), "else the proxy of Service Connect gets none"
    options = collector["logConfiguration"]["options"]
    logs = service["logConfiguration"]["options"]
    assert options["awslogs-group"] == logs["awslogs-group"]
    assert options["awslogs-stream-prefix"] == "traces" != logs["awslogs-stream-prefix"]
    assert options["mode"] == "non-blocking"
    text = graph.one("aws:ecs/taskDefinition:TaskDefinition").inputs["containerDefinitions"]
    assert len(text.encode()) < 65_536 * 3 // 4, "ECS takes 64 KiB in all"


def test_the_collector_listens_on_the_loopback_where_the_service_sends() -> None:
    both = containers(cart(workload=replace(WORKLOAD, traced=True)))
    told = {e["name"]: e["value"] for e in both["cart"]["environment"]}
    given = {e["name"]: e["value"] for e in both["traces"]["environment"]}
    assert given["AWS_REGION"] == "us-west-2"
    configuration = json.loads(given["AOT_CONFIG_CONTENT"])
    xray, otlp = configuration["receivers"]["awsxray"], configuration["receivers"]["otlp"]["protocols"]
    assert told["AWS_XRAY_DAEMON_ADDRESS"] == xray["endpoint"] == xray["proxy_server"]["endpoint"] == "127.0.0.1:2000"
    assert told["OTEL_EXPORTER_OTLP_ENDPOINT"] == f"http://{otlp['http']['endpoint']}"
    assert all(way["endpoint"].startswith("127.0.0.1:") for way in otlp.values())
    assert told["OTEL_SERVICE_NAME"] == told["SERVICE"] == "cart"
    service = configuration["service"]
    for kind in ("receivers", "processors", "exporters"):
        used = {name for pipeline in service["pipelines"].values() for name in pipeline[kind]}
        assert used == set(configuration[kind]), f"{kind} that are configured and not used, or the other way round"
    assert next(iter(service["pipelines"]["traces"]["processors"])) == "memory_limiter", "it must come first"
    limits = configuration["processors"]["memory_limiter"]
    assert limits["limit_mib"] < both["traces"]["memory"]


def test_a_services_own_environment_wins_over_the_tracings() -> None:
    mine = replace(WORKLOAD, traced=True, environment={"OTEL_SERVICE_NAME": "basket"})
    assert {"name": "OTEL_SERVICE_NAME", "value": "basket"} in containers(cart(workload=mine))["cart"]["environment"]


def test_a_traced_service_may_send_traces_and_read_the_sampling_rules() -> None:
    traced = policy(cart(workload=replace(WORKLOAD, traced=True)), "shop-cart-task-permissions")
    assert sorted(traced) == ["Carts", "Traces"]
    assert set(traced["Traces"]["Action"]) == {
        *("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        *("xray:GetSamplingRules", "xray:GetSamplingTargets"),
    }
    untraced = cart()
    assert "Traces" not in policy(untraced, "shop-cart-task-permissions")
    assert list(containers(untraced)) == ["cart"]
    assert "AWS_XRAY_DAEMON_ADDRESS" not in {e["name"] for e in containers(untraced)["cart"]["environment"]}


def test_a_traced_service_cannot_have_the_collectors_name() -> None:
    def program() -> None:
        cluster = EcsCluster("shop", EcsClusterArgs())
        args = FargateServiceArgs(
            cluster=cluster,
            workload=replace(WORKLOAD, traced=True),
            vpc_id="v",
            subnet_ids=SUBNETS,
            kms_key_arn=KEY,
        )
        with pytest.raises(ValueError, match="service=traces: the container beside it has this name"):
            FargateService("shop-traces", "traces", args)

    deploy(program)
