# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.vpc`."""

from typing import Any

from tests.offline.refusals import Case, CaseWithOthers, Taken
from tests.offline.refusals.inputs import NETWORK, TWO

PORT_RULE = {
    "type": "ingress",
    "protocol": "tcp",
    "fromPort": 1,
    "toPort": 2,
    "cidrBlocks": ["10.0.0.0/8"],
    "securityGroupId": "sg-1",
}


def acl_rules(count: int, family: str = "cidrBlock") -> list[dict[str, Any]]:
    """Rules of a network ACL."""
    first, world = (1, "10.0.0.0/8") if family == "cidrBlock" else (101, "::/0")
    rule = {"action": "allow", "protocol": "-1", "fromPort": 0, "toPort": 0, family: world}
    return [{**rule, "ruleNo": first + number} for number in range(count)]


CASES: list[Case] = [
    ("customer_gateway_has_a_number", "aws:ec2/customerGateway:CustomerGateway", {"type": "ipsec.1", "ipAddress": "8.8.8.8", "bgpAsn": "65000"}, {"bgpAsn": "2147483648"}, "between 1 and 2147483647"),
    ("blocks_are_legal", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.0.0.0/8"}, "between a /16 and a /28"),
    ("blocks_are_legal", "aws:ec2/subnet:Subnet", {"vpcId": "v", "cidrBlock": "10.0.0.0/24"}, {"cidrBlock": "10.0.0.1/24"}, "not a valid CIDR block"),
    ("subnet_has_addresses", "aws:ec2/subnet:Subnet", {"vpcId": "v", "cidrBlock": "10.0.0.0/24"}, {"cidrBlock": None}, "MissingParameter"),
    ("vpc_has_one_source_of_addresses", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": None}, "MissingParameter"),
    ("nat_gateway_is_zonal_or_regional", "aws:ec2/natGateway:NatGateway", {"subnetId": "s", "allocationId": "e"}, {"availabilityMode": "regional", "vpcId": "v"}, "cannot be given for a regional"),
    ("nat_gateway_is_zonal_or_regional", "aws:ec2/natGateway:NatGateway", {"availabilityMode": "regional", "vpcId": "v"}, {"vpcId": None}, "needs vpcId"),
    ("route_has_one_destination_and_one_target", "aws:ec2/route:Route", {"routeTableId": "r", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "i"}, {"natGatewayId": "n"}, "exactly one target"),
    ("association_is_with_a_subnet_or_a_gateway", "aws:ec2/routeTableAssociation:RouteTableAssociation", {"routeTableId": "r", "subnetId": "s"}, {"subnetId": None}, "exactly one of"),
    ("inline_rules_have_legal_ports", "aws:ec2/securityGroup:SecurityGroup", {"ingress": [{"protocol": "tcp", "fromPort": 80, "toPort": 90}]}, {"ingress": [{"protocol": "tcp", "fromPort": 90, "toPort": 80}]}, "Invalid TCP/UDP port range (90 is larger than 80)"),
    ("rules_have_legal_ports_and_a_source", "aws:ec2/securityGroupRule:SecurityGroupRule", PORT_RULE, {"toPort": 70000}, "between 0 and 65535"),
    ("rule_has_one_other_side", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {"securityGroupId": "sg", "ipProtocol": "tcp", "fromPort": 1, "toPort": 1, "cidrIpv4": "10.0.0.0/8"}, {"referencedSecurityGroupId": "sg-2"}, "exactly one of"),
    ("rule_has_one_other_side", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {"securityGroupId": "sg", "ipProtocol": "-1", "cidrIpv4": "10.0.0.0/8"}, {"fromPort": 80, "toPort": 80}, "must both be 0"),
    ("group_name_and_description_are_legal", "aws:ec2/securityGroup:SecurityGroup", {"name": "web"}, {"name": "sg-web"}, "sg-*"),
    ("acl_entries_are_legal", "aws:ec2/networkAcl:NetworkAcl", {"vpcId": "v", "ingress": [{"ruleNo": 1, "action": "allow", "protocol": "tcp", "fromPort": 1, "toPort": 2}]}, {"ingress": [{"ruleNo": 40000, "action": "allow", "protocol": "tcp", "fromPort": 1, "toPort": 2}]}, "between 1 and 32766"),
    ("acl_rule_is_legal", "aws:ec2/networkAclRule:NetworkAclRule", {"networkAclId": "a", "ruleNumber": 1, "ruleAction": "allow", "protocol": "-1", "cidrBlock": "10.0.0.0/8"}, {"ruleAction": "permit"}, "must be one of allow, deny"),
    ("vpc_endpoint_fits_its_type", "aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcId": "v", "serviceName": "com.amazonaws.us-west-2.s3"}, {"subnetIds": TWO}, "cannot be given for gateway"),
    ("vpc_endpoint_fits_its_type", "aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcId": "v", "serviceName": "com.amazonaws.us-west-2.ecr.api", "vpcEndpointType": "Interface"}, {"serviceName": "com.amazonaws.us-east-1.ecr.api"}, "does not exist in us-west-2"),
    ("flow_log_has_one_source_and_a_role", "aws:ec2/flowLog:FlowLog", {"vpcId": "v", "trafficType": "ALL", "iamRoleArn": "arn:aws:iam::123456789012:role/r", "logDestination": "arn:l"}, {"iamRoleArn": None}, "DeliverLogsPermissionArn"),
    ("vpn_connection_has_one_gateway", "aws:ec2/vpnConnection:VpnConnection", {"customerGatewayId": "c", "type": "ipsec.1", "transitGatewayId": "t"}, {"vpnGatewayId": "v"}, "only one of them"),
    ("auto_accept_is_within_one_region_and_account", "aws:ec2/vpcPeeringConnection:VpcPeeringConnection", {"vpcId": "a", "peerVpcId": "b", "autoAccept": True}, {"peerRegion": "us-east-1"}, "the other Region accepts"),
    ("auto_accept_is_within_one_region_and_account", "aws:ec2/vpcPeeringConnection:VpcPeeringConnection", {"vpcId": "a", "peerVpcId": "b", "autoAccept": True}, {"peerOwnerId": "210987654321"}, "must accept the peering"),
    ("acl_has_few_rules", "aws:ec2/networkAcl:NetworkAcl", {"vpcId": "v", "ingress": [*acl_rules(19), *acl_rules(19, "ipv6CidrBlock")]}, {"ingress": acl_rules(20)}, "NetworkAclEntryLimitExceeded: 20 rules of IPv4"),
    ("acl_has_few_rules", "aws:ec2/networkAcl:NetworkAcl", {"vpcId": "v", "egress": acl_rules(19)}, {"egress": [*acl_rules(19), *acl_rules(20, "ipv6CidrBlock")]}, "NetworkAclEntryLimitExceeded: 20 rules of IPv6"),
]  # fmt: skip

WITH_OTHERS: list[CaseWithOthers] = [
    ("subnet_is_inside_its_vpc", NETWORK, "aws:ec2/subnet:Subnet", {"vpcId": "$v.id", "cidrBlock": "10.0.9.0/24"}, {"cidrBlock": "10.1.0.0/24"}, "not inside its VPC (10.0.0.0/16)"),
    ("subnets_do_not_overlap", NETWORK, "aws:ec2/subnet:Subnet", {"vpcId": "$v.id", "cidrBlock": "10.0.9.0/24"}, {"cidrBlock": "10.0.0.128/25"}, "conflicts with another subnet"),
]  # fmt: skip

TAKEN: list[Taken] = [
    ("aws:ec2/route:Route", {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}, {"destinationCidrBlock": "10.9.0.0/16"}),
    ("aws:ec2/route:Route", {"routeTableId": "rtb-1", "destinationIpv6CidrBlock": "::/0", "gatewayId": "igw-1"}, {"routeTableId": "rtb-2"}),
    ("aws:ec2/routeTableAssociation:RouteTableAssociation", {"routeTableId": "rtb-1", "subnetId": "subnet-1"}, {"subnetId": "subnet-2"}),
    ("aws:ec2/securityGroup:SecurityGroup", {"vpcId": "vpc-1", "name": "web"}, {"vpcId": "vpc-2"}),
    ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {"securityGroupId": "sg-1", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "10.0.0.0/8"}, {"toPort": 444}),
    ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {"securityGroupId": "sg-1", "ipProtocol": "-1", "referencedSecurityGroupId": "sg-2"}, {"referencedSecurityGroupId": "sg-3"}),
    ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", {"securityGroupId": "sg-1", "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}, {"securityGroupId": "sg-2"}),
    ("aws:ec2/networkAclRule:NetworkAclRule", {"networkAclId": "acl-1", "ruleNumber": 100, "ruleAction": "allow", "protocol": "-1", "cidrBlock": "10.0.0.0/8"}, {"egress": True}),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcId": "vpc-1", "serviceName": "com.amazonaws.us-west-2.ecr.api", "vpcEndpointType": "Interface", "privateDnsEnabled": True}, {"privateDnsEnabled": False}),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcId": "vpc-1", "serviceName": "com.amazonaws.us-west-2.s3", "routeTableIds": ["rtb-1", "rtb-2"]}, {"routeTableIds": ["rtb-3"]}),
    ("aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation", {"vpcId": "vpc-1", "cidrBlock": "10.9.0.0/16"}, {"cidrBlock": "10.8.0.0/16"}),
    ("aws:ec2/internetGateway:InternetGateway", {"vpcId": "vpc-1"}, {"vpcId": "vpc-2"}),
]  # fmt: skip
