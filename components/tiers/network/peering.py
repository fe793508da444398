"""VPC peering with another VPC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.tags import named
from components.tiers.network.address_plan import check_no_overlap

RouteAlias = Callable[[str], pulumi.Alias]
"""By the label of its route table, the alias of a route that another route to the same destination takes over: EC2
replaces the target of a route, but accepts no second route with the same destination."""


@dataclass(frozen=True, kw_only=True)
class PeeringArgs:
    """Inputs of `Peering`.

    peer_vpc_id, peer_cidr: the VPC with the shared services. route_table_ids: label -> our route tables that get a
    route to it. route_alias: of the routes that those to the peer take over. peer_account_id, peer_region: if they are
    not ours. Another account accepts the peering itself and adds the routes back in its own program. Rules cannot refer
    to security groups of a VPC in another Region.

    Raises ValueError if the ranges overlap or no route table is given.
    """

    vpc_id: pulumi.Input[str]
    vpc_cidr: str
    peer_vpc_id: pulumi.Input[str]
    peer_cidr: str
    route_table_ids: Mapping[str, pulumi.Input[str]]
    tags: Mapping[str, str]
    peer_account_id: pulumi.Input[str] | None = None
    peer_region: str | None = None
    route_alias: RouteAlias | None = None

    def __post_init__(self) -> None:
        check_no_overlap({"vpc_cidr": self.vpc_cidr, "peer_cidr": self.peer_cidr})
        if not self.route_table_ids:
            raise ValueError("route_table_ids={}: no subnet would reach the peer; give at least one")


TYPE = "ha:tier:Peering"


def peering_route(name: str, parent: pulumi.Resource) -> RouteAlias:
    """The routes of the `Peering` called ``name``, for a connection that takes its place."""
    peering = pulumi.create_urn(name, TYPE, parent)
    return lambda label: pulumi.Alias(name=f"{name}-{label}", parent=peering)


class Peering(pulumi.ComponentResource):
    """VPC peering: no gateway, no hourly charge, and nothing that fails with a zone.

    Children: {name}-peering, {name}-accepter (same account, other Region), {name}-{label} routes.
    """

    peering_id: pulumi.Output[str]

    def __init__(self, name: str, args: PeeringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TYPE, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        near = args.peer_account_id is None and args.peer_region is None
        peering = aws.ec2.VpcPeeringConnection(
            f"{name}-peering",
            vpc_id=args.vpc_id,
            peer_vpc_id=args.peer_vpc_id,
            peer_owner_id=args.peer_account_id,
            peer_region=args.peer_region,
            auto_accept=near,  # EC2 can accept it only within one account and Region
            tags=named(args.tags, name),
            opts=child,
        )
        accepted: list[pulumi.Resource] = []
        if args.peer_account_id is None and args.peer_region is not None:
            accepted.append(
                aws.ec2.VpcPeeringConnectionAccepter(
                    f"{name}-accepter",
                    vpc_peering_connection_id=peering.id,
                    auto_accept=True,
                    region=args.peer_region,
                    tags=named(args.tags, name),
                    opts=child,
                )
            )
        for label, table in args.route_table_ids.items():
            aws.ec2.Route(
                f"{name}-{label}",
                route_table_id=table,
                destination_cidr_block=args.peer_cidr,
                vpc_peering_connection_id=peering.id,
                opts=pulumi.ResourceOptions(
                    parent=self, depends_on=accepted, aliases=[args.route_alias(label)] if args.route_alias else None
                ),
            )
        self.peering_id = peering.id
        self.register_outputs({"peeringId": self.peering_id})
