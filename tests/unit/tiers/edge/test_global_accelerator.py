import re
from typing import Any

import pytest

from components.alarms import Alarming
from components.tiers.edge.global_accelerator import AcceleratorEndpoint, GlobalAccelerator, GlobalAcceleratorArgs
from tests.support.graph import Graph, deploy

GROUP = "aws:globalaccelerator/endpointGroup:EndpointGroup"
ENDPOINTS = {
    "us-west-2": AcceleratorEndpoint(load_balancer_arn="arn:west"),
    "us-east-1": AcceleratorEndpoint(load_balancer_arn="arn:east", traffic_dial=50, client_ip=False),
}


def accelerator(**changes: Any) -> Graph:
    given: dict[str, Any] = {
        "endpoints": ENDPOINTS,
        "log_bucket": "logs",
        "tags": {"Project": "ha-aws"},
        "retain_data": True,
        "alarms": Alarming(topic_arns=["arn:topic"]),
        **changes,
    }
    return deploy(lambda: GlobalAccelerator("edge", GlobalAcceleratorArgs(**given)))


def test_the_accelerator_logs_its_flows_and_keeps_its_addresses() -> None:
    graph = accelerator()
    made = graph.one("aws:globalaccelerator/accelerator:Accelerator", "edge-accelerator")
    assert made.inputs == {
        "enabled": True,
        "ipAddressType": "IPV4",
        "attributes": {
            "flowLogsEnabled": True,
            "flowLogsS3Bucket": "logs",
            "flowLogsS3Prefix": "accelerator/edge",
        },
        "tags": {"Project": "ha-aws", "Name": "edge"},
    }
    assert made.protect
    dev = accelerator(retain_data=False, dual_stack=True).one("aws:globalaccelerator/accelerator:Accelerator")
    assert not dev.protect
    assert dev.inputs["ipAddressType"] == "DUAL_STACK"


def test_every_region_has_an_endpoint_group_that_is_checked_every_ten_seconds() -> None:
    graph = accelerator()
    listener = graph.one("aws:globalaccelerator/listener:Listener")
    assert [n.name for n in graph.referred(listener, "acceleratorArn")] == ["edge-accelerator"]
    assert listener.inputs["portRanges"] == [{"fromPort": 80, "toPort": 80}, {"fromPort": 443, "toPort": 443}]
    assert (listener.inputs["protocol"], listener.inputs["clientAffinity"]) == ("TCP", "NONE")
    groups = {n.inputs["endpointGroupRegion"]: n for n in graph.of(GROUP)}
    assert set(groups) == {"us-west-2", "us-east-1"}
    west = groups["us-west-2"].inputs
    assert {k: v for k, v in west.items() if k not in ("listenerArn", "endpointGroupRegion")} == {
        "trafficDialPercentage": 100,
        "healthCheckIntervalSeconds": 10,
        "thresholdCount": 3,
        "healthCheckProtocol": "HTTPS",
        "healthCheckPort": 443,
        "healthCheckPath": "/health",
        "endpointConfigurations": [{"endpointId": "arn:west", "weight": 128, "clientIpPreservationEnabled": True}],
    }
    east = groups["us-east-1"].inputs
    assert east["trafficDialPercentage"] == 50
    assert east["endpointConfigurations"][0]["clientIpPreservationEnabled"] is False
    assert all([n.name for n in graph.referred(g, "listenerArn")] == ["edge-listener"] for g in groups.values())


def test_plain_http_is_checked_on_its_own_port() -> None:
    group = accelerator(ports=(80,), sticky=True).one(GROUP, "edge-us-west-2").inputs
    assert (group["healthCheckProtocol"], group["healthCheckPort"]) == ("HTTP", 80)


def test_a_region_without_healthy_endpoints_raises_an_alarm_in_the_control_planes_region() -> None:
    alarms = {n.name: n.inputs for n in accelerator(dual_stack=True).of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert set(alarms) == {"edge-us-west-2-down", "edge-us-east-1-down", "edge-dropped"}
    assert {a["region"] for a in alarms.values()} == {"us-west-2"}
    down = alarms["edge-us-east-1-down"]
    # Without requests the accelerator reports no metrics, which says nothing about its endpoints.
    assert (down["metricName"], down["threshold"], down["treatMissingData"]) == ("HealthyEndpointCount", 1, "ignore")
    assert sorted(down["dimensions"]) == ["Accelerator", "EndpointGroup", "Listener"]
    assert down["dimensions"]["EndpointGroup"] == "us-east-1", "CloudWatch knows an endpoint group by its Region"
    assert not any("/" in v or ":" in v for v in down["dimensions"].values()), "ids, not ARNs"
    assert len(set(down["dimensions"].values())) == 3
    assert alarms["edge-dropped"]["treatMissingData"] == "notBreaching"


def test_dropped_ipv6_flows_raise_an_alarm_only_with_ipv6_addresses() -> None:
    alarms = {n.name for n in accelerator().of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert alarms == {"edge-us-west-2-down", "edge-us-east-1-down"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"endpoints": {}}, "endpoints=[]: give at least one Region"),
        (
            {"endpoints": {"us-west-2": AcceleratorEndpoint(load_balancer_arn="a", traffic_dial=0)}},
            "traffic dial is above 0",
        ),
        ({"ports": ()}, "ports=[]: nobody could connect"),
    ],
)
def test_endpoints_without_a_target_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        accelerator(**changes)
