"""Transit Gateway."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, one_of, refuses
from offline.aws.refusals.vpc import zones_of

TRANSIT_GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway"
_PRIVATE_ASN = ((64512, 65534), (4200000000, 4294967294))


def private_asn(case: Case, name: str) -> Iterator[Problem]:
    text = case.get(name)
    try:
        number = int(text) if isinstance(text, str | int) else None
    except ValueError:
        number = -1
    if number is not None and not any(low <= number <= high for low, high in _PRIVATE_ASN):
        yield name, f"DirectConnectClientException: {name}={text}: must be 64512-65534 or 4200000000-4294967294"


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
    yield from private_asn(case, "amazonSideAsn")


@refuses("aws:ec2transitgateway/vpcAttachment:VpcAttachment")
def attachment_has_one_subnet_per_zone(case: Case) -> Iterator[Problem]:
    """EC2 CreateTransitGatewayVpcAttachment: DuplicateSubnetsInSameZone."""
    subnets = case.list("subnetIds")
    zones, complete = zones_of(case, subnets)
    if complete and subnets and len(zones) < len(subnets):
        yield "subnetIds", "DuplicateSubnetsInSameZone: Duplicate subnets for same AZ"
    for name in ("applianceModeSupport", "dnsSupport", "ipv6Support"):
        yield from one_of(case, name, "enable", "disable")
