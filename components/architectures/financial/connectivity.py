"""The private network: a transit gateway in each Region, connected to the other Region's and to on-premises sites."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.architectures.base import Architecture
from components.architectures.shared.private_connectivity import private_connectivity
from components.settings.connectivity import ConnectivitySettings
from components.tiers.network.transit_gateway import TransitGateway, associate


def private_network(architecture: Architecture, wanted: ConnectivitySettings) -> None:
    """Transit gateways with an attachment in every zone; those of two Regions are peered, so that their VPCs reach each
    other. Traffic from on-premises may arrive over either Region's connections; responses leave through the VPN of the
    Region that sends them, since BGP routes do not cross the peering.

    A stack with one Region and no other connection has none. Components: {code}-transit, {code}-company, {code}-shared
    of `components.architectures.shared.private_connectivity`; {code}-between, its routes, and the accepter.
    """
    gateways = private_connectivity(architecture, wanted, between=architecture.standby is not None)
    if architecture.standby is not None:
        _peer(architecture, gateways)
    for role, gateway in gateways.items():
        architecture.outputs[f"{role}TransitGatewayId"] = gateway.transit_gateway_id


def _peer(architecture: Architecture, gateways: dict[str, TransitGateway]) -> None:
    """The peering of the two gateways. It does not support BGP, so its routes are static."""
    near, far = architecture.primary, architecture.standby
    assert far is not None
    asked = aws.ec2transitgateway.PeeringAttachment(
        near.name("between"),
        transit_gateway_id=gateways["primary"].transit_gateway_id,
        peer_transit_gateway_id=gateways["standby"].transit_gateway_id,
        peer_region=far.region,
        tags=near.tier_tags("connectivity"),
        opts=near.child,
    )
    accepted = aws.ec2transitgateway.PeeringAttachmentAccepter(
        far.name("between"),
        transit_gateway_attachment_id=asked.id,
        tags=far.tier_tags("connectivity"),
        opts=far.child,
    )
    ranges = {role: where.vpc_cidr for role, where in zip(architecture.cells, architecture.settings.cells, strict=True)}
    for role, other in (("primary", "standby"), ("standby", "primary")):
        cell, gateway = architecture.cells[role], gateways[role]
        # A gateway accepts routes over a peering only after the peering has been accepted.
        after = pulumi.ResourceOptions(parent=cell, depends_on=[accepted])
        associate(cell.name("between"), asked.id, gateway.edge_route_table_id, after)
        for table, table_id in (
            ("workload", gateway.workload_route_table_id),
            ("edge", gateway.edge_route_table_id),
        ):
            aws.ec2transitgateway.Route(
                cell.name(f"between-{table}"),
                destination_cidr_block=ranges[other],
                transit_gateway_attachment_id=asked.id,
                transit_gateway_route_table_id=table_id,
                opts=after,
            )
