"""Network ACLs, a second line of defence behind the security groups. They are stateless, so responses need rules of
their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.tags import named

EPHEMERAL = (1024, 65535)
"""Ports on which NAT gateways, load balancers and functions receive responses (VPC guide, "Ephemeral ports")."""

_ANY = (0, 0)
_ICMP_UNREACHABLE = 3
"""ICMP type. Its code 4 carries path MTU discovery, without which large packets are lost."""
_STEP = 10
"""Distance between rule numbers, so that rules can be inserted."""

MAX_RULES = 19
"""Rules per direction, for IPv4 and for IPv6 each. The quota is 20, and AWS's own last rule counts (VPC guide, "Amazon
VPC quotas"; can be raised to 40, so the offline AWS does not refuse more)."""

_PORTS = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class NetworkAclArgs:
    """Inputs of `network_acls`.

    own: trusted IPv4 ranges: the VPC's and its peers'. own_ipv6: the VPC's IPv6 block, if it has one. client_ports: TCP
    ports open to the internet; also in private subnets, because Network Load Balancers and Global Accelerator preserve
    the client's address.

    Raises ValueError if these need more rules than a network ACL can have.
    """

    vpc_id: pulumi.Input[str]
    own: Sequence[str]
    own_ipv6: pulumi.Input[str] | None
    client_ports: Sequence[int]
    tags: Mapping[str, str]

    def __post_init__(self) -> None:
        longest = len(self.own) + len(_outside(self)) // len(_worlds(self))
        if longest > MAX_RULES:
            raise ValueError(
                f"own: {len(self.own)} ranges and {len(self.client_ports)} client_ports make {longest} rules; "
                f"a network ACL takes {MAX_RULES}; join ranges"
            )


def network_acls(
    name: str,
    args: NetworkAclArgs,
    subnets: Mapping[str, Sequence[pulumi.Input[str]]],
    opts: pulumi.ResourceOptions,
) -> dict[str, aws.ec2.NetworkAcl]:
    """Create one network ACL per kind of subnet, ``{name}-{kind}-acl``. ``isolated`` subnets can talk only inside the
    VPC.
    """

    def acl(kind: str) -> aws.ec2.NetworkAcl:
        inside = kind == "isolated"
        ingress = _inside(args) if inside else [*_inside(args), *_outside(args)]
        egress = _inside(args) if inside else _everywhere(args)
        return aws.ec2.NetworkAcl(
            f"{name}-{kind}-acl",
            vpc_id=args.vpc_id,
            subnet_ids=list(subnets[kind]),
            ingress=[aws.ec2.NetworkAclIngressArgs(**rule) for rule in _numbered(ingress)],
            egress=[aws.ec2.NetworkAclEgressArgs(**rule) for rule in _numbered(egress)],
            tags=named(args.tags, f"{name}-{kind}"),
            opts=opts,
        )

    return {kind: acl(kind) for kind in subnets}


def _numbered(rules: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"rule_no": (i + 1) * _STEP, "action": "allow", **rule} for i, rule in enumerate(rules)]


def _rule(block: dict[str, Any], protocol: str, ports: _PORTS, icmp: int | None = None) -> dict[str, Any]:
    kind = {} if icmp is None else {"icmp_type": icmp, "icmp_code": -1}
    return {**block, "protocol": protocol, "from_port": ports[0], "to_port": ports[1], **kind}


def _inside(args: NetworkAclArgs) -> list[dict[str, Any]]:
    rules = [_rule({"cidr_block": block}, "-1", _ANY) for block in args.own]
    if args.own_ipv6 is not None:
        rules.append(_rule({"ipv6_cidr_block": args.own_ipv6}, "-1", _ANY))
    return rules


def _worlds(args: NetworkAclArgs) -> list[tuple[dict[str, Any], str, int]]:
    """For IPv4 (and IPv6): the range of all addresses, the ICMP protocol number, and the ICMP type to allow."""
    worlds: list[tuple[dict[str, Any], str, int]] = [({"cidr_block": "0.0.0.0/0"}, "1", _ICMP_UNREACHABLE)]
    if args.own_ipv6 is not None:
        worlds.append(({"ipv6_cidr_block": "::/0"}, "58", -1))  # packet too big, neighbour discovery and error messages
    return worlds


def _outside(args: NetworkAclArgs) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    for world, icmp_protocol, icmp_type in _worlds(args):
        rules += [_rule(world, "6", (port, port)) for port in args.client_ports]
        rules += [_rule(world, protocol, EPHEMERAL) for protocol in ("6", "17")]
        rules.append(_rule(world, icmp_protocol, _ANY, icmp_type))
    return rules


def _everywhere(args: NetworkAclArgs) -> list[dict[str, Any]]:
    return [_rule(world, "-1", _ANY) for world, _protocol, _type in _worlds(args)]
