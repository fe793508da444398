"""The internal load balancer: over all zones, and the routes that services attach."""

import re

import pulumi
import pytest

from components.tiers.load_balancing.internal import (
    InternalLoadBalancer,
    InternalLoadBalancerArgs,
    ServiceRoute,
    route_listener_rule,
    route_target_group,
)
from components.tiers.load_balancing.public import RequiredHeader
from tests.support.graph import deploy
from tests.unit.tiers.containers.ecs import SERVICE, SUBNETS, cart


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


def attach(name: str, route: ServiceRoute) -> None:
    opts = pulumi.ResourceOptions()
    group = route_target_group(name, route, port=8080, health_path="/health", drain=30, tags={}, opts=opts)
    route_listener_rule(name, route, group, tags={}, opts=opts)


def test_a_stripped_prefix_is_matched_and_taken_away_before_the_service_sees_it() -> None:
    def program() -> None:
        balancer = InternalLoadBalancer("inner", InternalLoadBalancerArgs(vpc_id="v", subnet_ids=SUBNETS))
        route = ServiceRoute(load_balancer=balancer, paths=("/ledger", "/ledger/*"), priority=1, strip="/live")
        attach("l" * 30, route)
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
        attach("cart", route)
        with pytest.raises(ValueError, match="1-4 patterns"):
            ServiceRoute(load_balancer=balancer, paths=("/a", "/b", "/c", "/d", "/e"), priority=1, header=header)

    conditions = deploy(program).one("aws:lb/listenerRule:ListenerRule").inputs["conditions"]
    assert conditions == [
        {"pathPattern": {"values": ["/cart", "/cart/*"]}},
        {"httpHeader": {"httpHeaderName": "X-Origin-Secret", "values": ["s3cret"]}},
    ]


def test_routes_and_names_that_elb_refuses_are_refused() -> None:
    def program() -> None:
        args = InternalLoadBalancerArgs(vpc_id="v", subnet_ids=SUBNETS)
        balancer = InternalLoadBalancer("inner", args)
        with pytest.raises(ValueError, match="each starting with /"):
            ServiceRoute(load_balancer=balancer, paths=("cart",), priority=1)
        with pytest.raises(ValueError, match="at most 24 characters"):
            InternalLoadBalancer("i" * 25, args)
        with pytest.raises(ValueError, match="at least 2 zones"):
            InternalLoadBalancerArgs(vpc_id="v", subnet_ids={"us-west-2a": "s"})

    deploy(program)
