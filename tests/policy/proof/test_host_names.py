"""A host name means the same resource however it is written: in lower case, with a final dot, inside a URL."""

from typing import Any

import pytest
from ha_policy.graph import from_state
from ha_policy.proof.proof import Proof
from ha_policy.testing import Resource, Stack

from tests.policy.proof.losses import ZONES, after_losing, network

BALANCER = "Web-123.us-west-2.elb.amazonaws.com"
API, URL = "abc.execute-api.us-west-2.amazonaws.com", "xyz.lambda-url.us-west-2.on.aws"


def served(stack: Stack, zones: int, **balancer: Any) -> Resource:
    """A load balancer in front of servers in some zones, with the outputs that a state has."""
    vpc, subnets = network(stack)
    front = stack.add("lb/loadBalancer", "web", balancer, subnets=subnets, dnsName=BALANCER)
    group = stack.add("lb/targetGroup", "web", port=80, protocol="HTTP", vpcId=vpc)
    forward = [{"type": "forward", "targetGroupArn": group["arn"]}]
    stack.add("lb/listener", "web", loadBalancerArn=front["arn"], port=80, defaultActions=forward)
    places = subnets[:zones]
    stack.add("autoscaling/group", "s", minSize=2, vpcZoneIdentifiers=places, targetGroupArns=[group["arn"]])
    return front


@pytest.mark.parametrize("name", [BALANCER, BALANCER.lower(), f"dualstack.{BALANCER.lower()}", f"{BALANCER.lower()}."])
def test_an_alias_leads_to_the_load_balancer(name: str) -> None:
    stack = Stack(deployed=True)
    served(stack, 2)
    alias = [{"name": name, "zoneId": "Z1", "evaluateTargetHealth": True}]
    stack.add("route53/record", "www", zoneId="Z2", name="www.example.com", type="A", aliases=alias)
    assert after_losing(stack, "www.example.com", ZONES[0]) == "degrades"


def test_a_proxy_integration_names_a_url() -> None:
    stack = Stack(deployed=True)
    served(stack, 1)
    api = stack.add("apigateway/restApi", "api")
    stack.add("apigateway/integration", "all", restApi=api, type="HTTP_PROXY", uri=f"http://{BALANCER}/v1/{{proxy}}")
    assert after_losing(stack, "api", ZONES[0]) == "down"


@pytest.mark.parametrize("host", [API, URL])
def test_an_origin_is_the_host_of_an_api_or_of_a_function_url(host: str) -> None:
    stack = Stack(deployed=True)
    function = stack.add("lambda/function", "code")
    stack.add("lambda/functionUrl", "url", functionName=function["name"], functionUrl=f"https://{URL}/")
    api = stack.add("apigatewayv2/api", "api", protocolType="HTTP", apiEndpoint=f"https://{API}")
    stack.add("apigatewayv2/integration", "all", apiId=api, integrationUri=function["arn"])
    origin = {"originId": "o", "domainName": host, "customOriginConfig": {"httpPort": 80}}
    target = {"targetOriginId": "o", "allowedMethods": ["GET"]}
    stack.add("cloudfront/distribution", "cdn", enabled=True, origins=[origin], defaultCacheBehavior=target)
    assert after_losing(stack, "cdn", "nothing") == "serves"
    assert after_losing(stack, "cdn", "region us-west-2") == "down"


def test_a_domain_name_of_an_http_api_has_its_target_inside() -> None:
    stack = Stack(deployed=True)
    function = stack.add("lambda/function", "code")
    api = stack.add("apigatewayv2/api", "api", protocolType="HTTP")
    stack.add("apigatewayv2/integration", "all", apiId=api, integrationUri=function["arn"])
    inside = {"endpointType": "REGIONAL", "targetDomainName": f"d-{API}"}
    name = stack.add("apigatewayv2/domainName", "name", domainName="api.example.com", domainNameConfiguration=inside)
    stack.add("apigatewayv2/apiMapping", "all", apiId=api, domainName=name)
    alias = [{"name": f"d-{API}", "zoneId": "Z1", "evaluateTargetHealth": False}]
    stack.add("route53/record", "api", zoneId="Z2", name="api.example.com", type="A", aliases=alias)
    assert after_losing(stack, "api.example.com", "nothing") == "serves"


def test_queues_of_one_host_stay_apart() -> None:
    stack = Stack(deployed=True)
    for name in "ab":
        stack.add("sqs/queue", name, url=f"https://sqs.us-west-2.amazonaws.com/123456789012/{name}")
    assert stack.graph().named("https://sqs.us-west-2.amazonaws.com/123456789012/c") == []


@pytest.mark.parametrize("internal", [True, "true"])
def test_an_internal_load_balancer_that_nothing_here_calls_is_an_entry_point(internal: bool | str) -> None:
    stack = Stack(deployed=True)
    served(stack, 1, internal=internal)
    assert after_losing(stack, "web", ZONES[0]) == "down"


def test_an_internal_load_balancer_of_which_no_listener_is_known_is_not_asked_for_one() -> None:
    stack = Stack(deployed=True)
    stack.add("lb/loadBalancer", "shared", internal=True, subnets=["subnet-1", "subnet-2"])
    assert list(Proof(from_state(stack.state())).entry_points) == []
