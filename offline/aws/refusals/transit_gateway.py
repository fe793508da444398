# ruff: noqa: E501 (what AWS says is as long as it is)
"""Transit Gateway."""

from collections.abc import Iterator

from offline.aws.refusals import Case, Problem, one_of, refuses
from offline.aws.refusals.vpc import zones_of
from offline.aws.unique import unique

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
    """EC2 CreateTransitGateway: a private autonomous system number."""
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


unique("aws:ec2transitgateway/route:Route", "transitGatewayRouteTableId destinationCidrBlock", call="ec2 CreateTransitGatewayRoute", says="RouteAlreadyExists: Route {destinationCidrBlock} already exists in Transit Gateway Route Table {transitGatewayRouteTableId}.")  # fmt: skip
unique("aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation", "transitGatewayAttachmentId", call="ec2 AssociateTransitGatewayRouteTable", says="Resource.AlreadyAssociated: Transit Gateway Attachment {transitGatewayAttachmentId} is already associated to a route table.")  # fmt: skip
unique("aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation", "transitGatewayRouteTableId transitGatewayAttachmentId", call="ec2 EnableTransitGatewayRouteTablePropagation", says="TransitGatewayRouteTablePropagation.Duplicate: Propagation for Transit Gateway Attachment {transitGatewayAttachmentId} already exists in Transit Gateway Route Table {transitGatewayRouteTableId}.")  # fmt: skip
unique("aws:ec2transitgateway/vpcAttachment:VpcAttachment", "transitGatewayId vpcId", call="ec2 CreateTransitGatewayVpcAttachment", says="DuplicateTransitGatewayAttachment: {transitGatewayId} has non-deleted Transit Gateway Attachments with same VPC ID {vpcId}.")  # fmt: skip
