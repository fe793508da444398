"""A VPC over two or three Availability Zones, and its connections to other networks."""

from components.tiers.network.direct_connect import CustomerGateway, DirectConnectConnection, OnPremises, OnPremisesArgs
from components.tiers.network.peering import Peering, PeeringArgs
from components.tiers.network.security_groups import allow_traffic
from components.tiers.network.transit_gateway import TransitGateway, TransitGatewayArgs, TransitGatewayVpc
from components.tiers.network.vpc import Vpc, VpcArgs

__all__ = [
    "CustomerGateway",
    "DirectConnectConnection",
    "OnPremises",
    "OnPremisesArgs",
    "Peering",
    "PeeringArgs",
    "TransitGateway",
    "TransitGatewayArgs",
    "TransitGatewayVpc",
    "Vpc",
    "VpcArgs",
    "allow_traffic",
]
