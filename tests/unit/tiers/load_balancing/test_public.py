"""The public load balancer: who may reach it, listeners, rules, health checks."""

import pulumi
import pulumi_aws as aws
import pytest
from pulumi.runtime import rpc

from components.tiers.load_balancing.public import RequiredHeader
from components.tiers.servers.storefront import Storefront
from tests.support.graph import deploy
from tests.unit.tiers.servers.storefront import CERTIFICATE, IN, LISTENER, RULE, ZONES, args, web

LB, TARGETS = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"


def test_the_load_balancer_is_in_every_zone_logs_and_can_shift_away_from_one() -> None:
    balancer = web().one(LB)
    assert balancer.inputs["subnets"] == [f"subnet-public-{zone}" for zone in ZONES]
    assert balancer.inputs["accessLogs"] == {"bucket": "logs", "prefix": "usw2-web", "enabled": True}
    assert balancer.inputs["enableZonalShift"] is True
    assert balancer.inputs["dropInvalidHeaderFields"] is True
    assert (balancer.inputs["internal"], balancer.inputs["ipAddressType"]) == (False, "ipv4")
    assert "name" not in balancer.inputs, "a replacement must be able to exist beside the old one"


@pytest.mark.parametrize("retain", [True, False])
def test_deletion_protection_follows_the_profile(retain: bool) -> None:
    assert web(retain_data=retain).one(LB).inputs["enableDeletionProtection"] is retain


def test_auto_named_load_balancer_and_target_group_stay_within_awss_limit() -> None:
    graph = web()
    assert all(len(n.name) + 8 <= 32 for kind in (LB, TARGETS) for n in graph.of(kind))
    with pytest.raises(ValueError, match=r"name=x{21}: at most 20 characters"):
        deploy(lambda: Storefront("x" * 21, args()))


def test_targets_are_taken_out_by_their_own_health_answer() -> None:
    graph = web()
    targets = graph.one(TARGETS)
    check = targets.inputs["healthCheck"]
    assert (check["path"], check["matcher"], check["protocol"]) == ("/health", "200", "HTTP")
    assert check["timeout"] < check["interval"], "AWS wants the time-out shorter than the interval"
    assert targets.inputs["loadBalancingAlgorithmType"] == "weighted_random", "anomaly mitigation needs it"
    assert "slowStart" not in targets.inputs, "AWS refuses slow start with this algorithm"
    assert targets.inputs["targetGroupHealth"]["dnsFailover"]["minimumHealthyTargetsCount"] == "1"


def test_without_a_certificate_http_alone_is_served() -> None:
    graph = web()
    listener = graph.one(LISTENER)
    assert (listener.inputs["port"], listener.inputs["protocol"]) == (80, "HTTP")
    assert listener.inputs["defaultActions"][0]["type"] == "forward"
    assert [r.inputs["fromPort"] for r in graph.of(IN) if "cidrIpv4" in r.inputs] == [80]


def test_with_a_certificate_http_is_redirected_to_modern_tls() -> None:
    graph = web(certificate_arn=CERTIFICATE)
    http, https = graph.one(LISTENER, "usw2-web-http"), graph.one(LISTENER, "usw2-web-https")
    redirect = http.inputs["defaultActions"][0]["redirect"]
    assert (redirect["protocol"], redirect["port"], redirect["statusCode"]) == ("HTTPS", "443", "HTTP_301")
    assert https.inputs["certificateArn"] == CERTIFICATE
    assert https.inputs["sslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2-Res")
    assert https.inputs["defaultActions"][0]["type"] == "forward"
    assert "max-age" in https.inputs["routingHttpResponseStrictTransportSecurityHeaderValue"]
    assert "routingHttpResponseStrictTransportSecurityHeaderValue" not in http.inputs
    assert sorted(r.inputs["fromPort"] for r in graph.of(IN) if "cidrIpv4" in r.inputs) == [80, 443]


def test_prefix_lists_take_the_place_of_the_internet() -> None:
    graph = web(prefix_list_ids=["pl-82a045eb"], ipv6=True)
    clients = [r.inputs for r in graph.of(IN) if "referencedSecurityGroupId" not in r.inputs]
    assert [r["prefixListId"] for r in clients] == ["pl-82a045eb"]
    assert not any("cidrIpv4" in r or "cidrIpv6" in r for r in clients)


def test_a_prefix_list_is_let_in_at_one_port_by_a_rule_that_is_named_after_it() -> None:
    lists = ["pl-82a045eb", "pl-0123456789abcdef0"]
    rules = [r for r in web(prefix_list_ids=lists, certificate_arn=CERTIFICATE).of(IN) if "prefixListId" in r.inputs]
    assert {(r.name, r.inputs["prefixListId"], r.inputs["fromPort"]) for r in rules} == {
        (f"usw2-web-alb-443-{one}", one, 443) for one in lists
    }


def test_an_internal_one_admits_nobody_by_itself_and_speaks_ipv4() -> None:
    graph = web(internal=True, ipv6=True)
    balancer = graph.one(LB)
    assert (balancer.inputs["internal"], balancer.inputs["ipAddressType"]) == (True, "ipv4")
    assert all("referencedSecurityGroupId" in r.inputs for r in graph.every(IN))


@pytest.mark.parametrize("certificate", [None, CERTIFICATE])
def test_requests_without_the_required_header_are_refused(certificate: str | None) -> None:
    header = RequiredHeader(name="X-Origin-Verify", value=pulumi.Output.secret("s3cret"))
    graph = web(required_header=header, certificate_arn=certificate)
    serving = graph.one(LISTENER, "usw2-web-https" if certificate else "usw2-web-http")
    assert serving.inputs["defaultActions"][0]["fixedResponse"]["statusCode"] == "403"
    rule = graph.one(RULE, "usw2-web-known-sender")
    assert [x.name for x in graph.referred(rule, "listenerArn")] == [serving.name]
    conditions = rule.inputs["conditions"]
    assert rpc._special_sig_key in conditions, "the value is a secret on the wire and in state"
    assert conditions["value"][0]["httpHeader"] == {"httpHeaderName": "X-Origin-Verify", "values": ["s3cret"]}
    assert [x.name for x in graph.referred(rule, "actions")] == ["usw2-web-tg"]


def test_health_is_answered_to_everybody_and_visitors_past_the_cdn_are_asked_to_come_back() -> None:
    header = RequiredHeader(name="X-Origin-Verify", value="s3cret", sorry_host="shop.example.com")
    graph = web(required_header=header, certificate_arn=CERTIFICATE)
    health, sorry = graph.one(RULE, "usw2-web-health").inputs, graph.one(RULE, "usw2-web-sorry").inputs
    assert health["conditions"] == [{"pathPattern": {"values": ["/health"]}}]
    assert health["actions"][0]["type"] == "forward"
    assert sorry["conditions"] == [{"hostHeader": {"values": ["shop.example.com"]}}]
    assert sorry["actions"][0]["fixedResponse"]["statusCode"] == "503"
    priorities = [r.inputs["priority"] for r in graph.of(RULE)]
    assert sorted(priorities) == [49998, 49999, 50000], "after every service's path"
    assert int(health["priority"]) < int(sorry["priority"]), "a health check by the site's name is answered"


def test_ipv6_clients_are_served_when_the_network_speaks_it() -> None:
    graph = web(ipv6=True)
    assert graph.one(LB).inputs["ipAddressType"] == "dualstack"
    assert [r.inputs["cidrIpv6"] for r in graph.of(IN) if "cidrIpv6" in r.inputs] == ["::/0"]


def test_the_load_balancer_waits_for_the_way_to_the_internet() -> None:
    def program() -> None:
        gateway = aws.ec2.InternetGateway("igw", vpc_id="vpc-1")
        Storefront("usw2-web", args(after=[gateway]))

    graph = deploy(program)
    assert graph.one("aws:ec2/internetGateway:InternetGateway").urn in graph.one(LB).depends_on
