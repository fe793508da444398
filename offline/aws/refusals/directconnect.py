# ruff: noqa: E501 (what AWS says is as long as it is)
"""Direct Connect."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, one_of, ranged, refuses
from offline.aws.refusals.transit_gateway import TRANSIT_GATEWAY, private_asn
from offline.aws.unique import unique

GATEWAY = "aws:directconnect/gateway:Gateway"
_BANDWIDTHS = (
    "1Gbps",
    "2Gbps",
    "5Gbps",
    "10Gbps",
    "25Gbps",
    "50Gbps",
    "100Gbps",
    "400Gbps",
    "50Mbps",
    "100Mbps",
    "200Mbps",
    "300Mbps",
    "400Mbps",
    "500Mbps",
)
MAX_ALLOWED_PREFIXES = 200
"""From AWS to on-premises on a transit virtual interface, IPv4 and IPv6 together (Direct Connect User Guide, "Direct
Connect quotas"; cannot be increased)."""
DEFAULT_TRANSIT_GATEWAY_ASN = 64512
"""The number that a transit gateway has unless one is given (EC2 CreateTransitGateway, AmazonSideAsn)."""


@refuses("aws:directconnect/connection:Connection")
def connection_is_legal(case: Case) -> Iterator[Problem]:
    """Direct Connect CreateConnection: port speeds; MACsec from 10 Gbps."""
    yield from one_of(case, "bandwidth", *_BANDWIDTHS)
    if case.get("requestMacsec") is True and case.text("bandwidth") not in (None, "10Gbps", "100Gbps", "400Gbps"):
        yield "requestMacsec", f"DirectConnectClientException: MACsec is not available at {case.text('bandwidth')}"


@refuses("aws:directconnect/gateway:Gateway")
def gateway_asn_is_private(case: Case) -> Iterator[Problem]:
    """Direct Connect CreateDirectConnectGateway: a private autonomous system number."""
    yield from private_asn(case, "amazonSideAsn")


@refuses(
    "aws:directconnect/transitVirtualInterface:TransitVirtualInterface",
    "aws:directconnect/privateVirtualInterface:PrivateVirtualInterface",
)
def virtual_interface_is_legal(case: Case) -> Iterator[Problem]:
    """Direct Connect CreateTransitVirtualInterface: VLAN 1-4094, MTU 1500, 8500 or 9001."""
    yield from ranged(case, "vlan", 1, 4094)
    yield from one_of(case, "mtu", *((1500, 8500) if "transit" in case.token else (1500, 8500, 9001)))


@refuses("aws:directconnect/gatewayAssociation:GatewayAssociation")
def gateway_asns_differ(case: Case) -> Iterator[Problem]:
    """Direct Connect User Guide, "Transit gateway associations": the two autonomous system numbers differ."""
    mine, theirs = (
        case.inventory.get(GATEWAY, case.text("dxGatewayId")),
        case.inventory.get(TRANSIT_GATEWAY, case.text("associatedGatewayId")),
    )
    if (
        mine
        and theirs
        and str(mine.get("amazonSideAsn")) == str(theirs.get("amazonSideAsn") or DEFAULT_TRANSIT_GATEWAY_ASN)
    ):
        yield (
            "associatedGatewayId",
            f"DirectConnectClientException: the Direct Connect gateway and the transit gateway have the same ASN {mine.get('amazonSideAsn')}",
        )


@refuses("aws:directconnect/gatewayAssociation:GatewayAssociation")
def few_prefixes_are_allowed(case: Case) -> Iterator[Problem]:
    """Direct Connect User Guide, "Direct Connect quotas": prefixes from AWS to on-premises of a transit gateway."""
    prefixes = case.list("allowedPrefixes")
    gateway = case.text("associatedGatewayId") or ""
    if gateway.startswith("tgw-") and len(prefixes) > MAX_ALLOWED_PREFIXES:
        yield (
            "allowedPrefixes",
            f"DirectConnectClientException: {len(prefixes)} prefixes are more than the {MAX_ALLOWED_PREFIXES} of an association with a transit gateway",
        )


unique("aws:directconnect/gatewayAssociation:GatewayAssociation", "dxGatewayId associatedGatewayId", call="directconnect CreateDirectConnectGatewayAssociation", says="DirectConnectClientException: {associatedGatewayId} is associated with {dxGatewayId} already", regional=False)  # fmt: skip
unique({"aws:directconnect/transitVirtualInterface:TransitVirtualInterface": "connectionId vlan", "aws:directconnect/privateVirtualInterface:PrivateVirtualInterface": "connectionId vlan"}, call="directconnect CreateTransitVirtualInterface", says="DirectConnectClientException: VLAN {vlan} is in use on connection {connectionId}")  # fmt: skip
