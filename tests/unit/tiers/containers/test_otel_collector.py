"""The OpenTelemetry collector beside a traced service."""

import json
from dataclasses import replace
from typing import Any

import pytest

from components.tiers.containers.ecs_cluster import EcsCluster, EcsClusterArgs
from components.tiers.containers.ecs_service import FargateService, FargateServiceArgs
from tests.support.graph import Graph, deploy
from tests.unit.tiers.containers.ecs import KEY, SUBNETS, WORKLOAD, cart, policy


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
