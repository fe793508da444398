# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.transit_gateway`."""

from tests.offline.refusals import Case, CaseWithOthers
from tests.offline.refusals.inputs import NETWORK

CASES: list[Case] = [
    ("transit_gateway_is_legal", "aws:ec2transitgateway/transitGateway:TransitGateway", {"vpnEcmpSupport": "enable"}, {"vpnEcmpSupport": "on"}, "must be one of enable"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("attachment_has_one_subnet_per_zone", NETWORK, "aws:ec2transitgateway/vpcAttachment:VpcAttachment", {"transitGatewayId": "t", "vpcId": "$v.id", "subnetIds": ["$a0.id", "$b2.id"]}, {"subnetIds": ["$a0.id", "$a1.id"]}, "DuplicateSubnetsInSameZone"),
]  # fmt: skip
