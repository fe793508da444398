# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.directconnect`."""

from tests.offline.refusals import Case, CaseWithOthers, Taken

CASES: list[Case] = [
    ("few_prefixes_are_allowed", "aws:directconnect/gatewayAssociation:GatewayAssociation", {"dxGatewayId": "g", "associatedGatewayId": "tgw-12345678", "allowedPrefixes": ["10.0.0.0/16"]}, {"allowedPrefixes": [f"10.{i}.0.0/16" for i in range(201)]}, "more than the 200"),
    ("connection_is_legal", "aws:directconnect/connection:Connection", {"bandwidth": "10Gbps", "location": "EqDC2"}, {"bandwidth": "3Gbps"}, "must be one of"),
    ("gateway_asn_is_private", "aws:directconnect/gateway:Gateway", {"amazonSideAsn": "64512"}, {"amazonSideAsn": "1"}, "64512-65534"),
    ("virtual_interface_is_legal", "aws:directconnect/transitVirtualInterface:TransitVirtualInterface", {"addressFamily": "ipv4", "bgpAsn": 65000, "connectionId": "c", "dxGatewayId": "d", "vlan": 100}, {"vlan": 5000}, "between 1 and 4094"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("gateway_asns_differ", [("aws:directconnect/gateway:Gateway", "d", {"amazonSideAsn": "64512"}), ("aws:ec2transitgateway/transitGateway:TransitGateway", "a", {"amazonSideAsn": 64513}), ("aws:ec2transitgateway/transitGateway:TransitGateway", "b", {})], "aws:directconnect/gatewayAssociation:GatewayAssociation", {"dxGatewayId": "$d.id", "associatedGatewayId": "$a.id"}, {"associatedGatewayId": "$b.id"}, "the same ASN 64512"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:directconnect/gatewayAssociation:GatewayAssociation", {"dxGatewayId": "d", "associatedGatewayId": "tgw-1"}, {"associatedGatewayId": "tgw-2"}),
    ("aws:directconnect/transitVirtualInterface:TransitVirtualInterface", {"addressFamily": "ipv4", "bgpAsn": 65000, "connectionId": "dxcon-1", "dxGatewayId": "d", "vlan": 100}, {"vlan": 101}),
]  # fmt: skip
