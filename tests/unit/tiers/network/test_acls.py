"""Network ACLs: stateless rules that let through what routes and security groups allow."""

from typing import Any

import pytest

from tests.support.graph import Graph
from tests.unit.tiers.network.vpc import ZONES, network


def rules(graph: Graph, kind: str, way: str) -> list[dict[str, Any]]:
    return graph.one("aws:ec2/networkAcl:NetworkAcl", f"net-{kind}-acl").inputs[way]


def test_every_subnet_is_under_exactly_one_acl_of_its_kind() -> None:
    graph = network()
    for kind in ("public", "private", "isolated"):
        acl = graph.one("aws:ec2/networkAcl:NetworkAcl", f"net-{kind}-acl")
        assert {s.name for s in graph.referred(acl, "subnetIds")} == {f"net-{kind}-{z}" for z in ZONES}


@pytest.mark.parametrize("kind", ["public", "private"])
@pytest.mark.parametrize("ipv6", [False, True])
def test_acls_let_answers_back_in_for_whatever_may_go_out(kind: str, ipv6: bool) -> None:
    graph = network(ipv6=ipv6)
    worlds = [("cidrBlock", "0.0.0.0/0"), *([("ipv6CidrBlock", "::/0")] if ipv6 else [])]
    for key, world in worlds:
        [out] = [r for r in rules(graph, kind, "egress") if r.get(key) == world]
        assert (out["protocol"], out["action"]) == ("-1", "allow")
        back = {r["protocol"]: (r["fromPort"], r["toPort"]) for r in rules(graph, kind, "ingress")
                if r.get(key) == world and r["fromPort"] == 1024}  # fmt: skip
        assert back == {"6": (1024, 65535), "17": (1024, 65535)}, "TCP and UDP answers arrive on ephemeral ports"
        icmp = [r for r in rules(graph, kind, "ingress") if r.get(key) == world and r["protocol"] in ("1", "58")]
        assert len(icmp) == 1, "path-MTU discovery"


def test_clients_reach_the_listeners_and_targets_that_see_their_own_address() -> None:
    graph = network(client_ports=[443, 554])
    for kind in ("public", "private"):
        single = [r for r in rules(graph, kind, "ingress") if r["fromPort"] == r["toPort"] and r["protocol"] == "6"]
        open_ports = {r["fromPort"] for r in single if r.get("cidrBlock") == "0.0.0.0/0"}
        assert open_ports == {443, 554}


@pytest.mark.parametrize("ipv6", [False, True])
def test_isolated_subnets_speak_inside_the_vpc_and_to_peers_only(ipv6: bool) -> None:
    graph = network(trusted_cidrs=["10.1.0.0/16"], ipv6=ipv6)
    inside = {"10.0.0.0/16", "10.1.0.0/16"}
    for way in ("ingress", "egress"):
        found = rules(graph, "isolated", way)
        assert {r["cidrBlock"] for r in found if "cidrBlock" in r} == inside
        assert {r["ipv6CidrBlock"] for r in found if "ipv6CidrBlock" in r} == (
            {"2600:1f14:abc:de00::/56"} if ipv6 else set()
        )


@pytest.mark.parametrize("kind", ["public", "private", "isolated"])
def test_acl_rules_are_numbered_apart(kind: str) -> None:
    graph = network(ipv6=True, trusted_cidrs=["10.1.0.0/16"])
    for way in ("ingress", "egress"):
        numbers = [r["ruleNo"] for r in rules(graph, kind, way)]
        assert len(set(numbers)) == len(numbers)


def test_as_many_ranges_are_let_through_as_an_acl_has_room_for() -> None:
    most = [f"10.{n}.0.0/16" for n in range(1, 14)]
    graph = network(ipv6=True, trusted_cidrs=most)
    for family in ("cidrBlock", "ipv6CidrBlock"):
        longest = max(sum(family in r for r in rules(graph, k, w)) for k in ("public", "private", "isolated")
                      for w in ("ingress", "egress"))  # fmt: skip
        assert longest == (19 if family == "cidrBlock" else 6), "19 of each family, AWS's own makes 20 (VPC quotas)"
    with pytest.raises(ValueError, match="15 ranges and 2 client_ports make 20 rules; a network ACL takes 19"):
        network(trusted_cidrs=[*most, "10.14.0.0/16"])
