"""Direct Connect, VPN, Transit Gateway."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, not_both, one_of, ranged, refuses
from offline.aws.refusals.network import zones_of

_SPEEDS = (
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
_PRIVATE_ASN = ((64512, 65534), (4200000000, 4294967294))


def _asn(case: Case, name: str) -> Iterator[Problem]:
    text = case.get(name)
    try:
        number = int(text) if isinstance(text, str | int) else None
    except ValueError:
        number = -1
    if number is not None and not any(low <= number <= high for low, high in _PRIVATE_ASN):
        yield name, f"DirectConnectClientException: {name}={text}: must be 64512-65534 or 4200000000-4294967294"


@refuses("aws:directconnect/connection:Connection")
def connection_is_legal(case: Case) -> Iterator[Problem]:
    """Direct Connect CreateConnection: port speeds; MACsec from 10 Gbps."""
    yield from one_of(case, "bandwidth", *_SPEEDS)
    if case.get("requestMacsec") is True and case.text("bandwidth") not in (None, "10Gbps", "100Gbps", "400Gbps"):
        yield "requestMacsec", f"DirectConnectClientException: MACsec is not available at {case.text('bandwidth')}"


@refuses("aws:directconnect/gateway:Gateway")
def gateway_number_is_private(case: Case) -> Iterator[Problem]:
    """Direct Connect CreateDirectConnectGateway: a private autonomous system number."""
    yield from _asn(case, "amazonSideAsn")


@refuses(
    "aws:directconnect/transitVirtualInterface:TransitVirtualInterface",
    "aws:directconnect/privateVirtualInterface:PrivateVirtualInterface",
)
def virtual_interface_is_legal(case: Case) -> Iterator[Problem]:
    """Direct Connect CreateTransitVirtualInterface: VLAN 1-4094, MTU 1500, 8500 or 9001."""
    yield from ranged(case, "vlan", 1, 4094)
    yield from one_of(case, "addressFamily", "ipv4", "ipv6")
    yield from one_of(case, "mtu", *((1500, 8500) if "transit" in case.token else (1500, 8500, 9001)))


@refuses("aws:ec2/vpnConnection:VpnConnection")
def vpn_connection_has_one_gateway(case: Case) -> Iterator[Problem]:
    """EC2 CreateVpnConnection: a virtual private gateway or a transit gateway."""
    yield from not_both(case, "vpnGatewayId", "transitGatewayId", "vpnConcentratorId")
    yield from one_of(case, "type", "ipsec.1")
    if case.get("enableAcceleration") is True and case.given("vpnGatewayId"):
        yield "enableAcceleration", "InvalidParameterCombination: acceleration needs a transit gateway"


@refuses("aws:ec2transitgateway/transitGateway:TransitGateway")
def transit_gateway_is_legal(case: Case) -> Iterator[Problem]:
    """EC2 CreateTransitGateway: options are enable or disable; a private autonomous system number."""
    for name in (
        "autoAcceptSharedAttachments",
        "defaultRouteTableAssociation",
        "defaultRouteTablePropagation",
        "dnsSupport",
        "vpnEcmpSupport",
    ):
        yield from one_of(case, name, "enable", "disable")
    yield from _asn(case, "amazonSideAsn")


@refuses("aws:ec2transitgateway/vpcAttachment:VpcAttachment")
def attachment_has_one_subnet_per_zone(case: Case) -> Iterator[Problem]:
    """EC2 CreateTransitGatewayVpcAttachment: DuplicateSubnetsInSameZone."""
    subnets = case.list("subnetIds")
    zones, complete = zones_of(case, subnets)
    if complete and subnets and len(zones) < len(subnets):
        yield "subnetIds", "DuplicateSubnetsInSameZone: Duplicate subnets for same AZ"
    for name in ("applianceModeSupport", "dnsSupport", "ipv6Support"):
        yield from one_of(case, name, "enable", "disable")
