# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.transit_gateway`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken
from tests.offline.refusals.inputs import NETWORK

CASES: list[Case] = [
    ("transit_gateway_is_legal", "aws:ec2transitgateway/transitGateway:TransitGateway", {"amazonSideAsn": 64512}, {"amazonSideAsn": 7224}, "amazonSideAsn"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("attachment_has_one_subnet_per_zone", NETWORK, "aws:ec2transitgateway/vpcAttachment:VpcAttachment", {"transitGatewayId": "t", "vpcId": "$v.id", "subnetIds": ["$a0.id", "$b2.id"]}, {"subnetIds": ["$a0.id", "$a1.id"]}, "DuplicateSubnetsInSameZone"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:ec2transitgateway/route:Route", {"transitGatewayRouteTableId": "tgw-rtb-1", "destinationCidrBlock": "10.0.0.0/8", "blackhole": True}, {"destinationCidrBlock": "10.1.0.0/16"}),
    ("aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation", {"transitGatewayRouteTableId": "tgw-rtb-1", "transitGatewayAttachmentId": "tgw-attach-1"}, {"transitGatewayAttachmentId": "tgw-attach-2"}),
    ("aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation", {"transitGatewayRouteTableId": "tgw-rtb-1", "transitGatewayAttachmentId": "tgw-attach-1"}, {"transitGatewayRouteTableId": "tgw-rtb-2"}),
    ("aws:ec2transitgateway/vpcAttachment:VpcAttachment", {"transitGatewayId": "tgw-1", "vpcId": "vpc-1", "subnetIds": ["subnet-1"]}, {"vpcId": "vpc-2"}),
]  # fmt: skip
