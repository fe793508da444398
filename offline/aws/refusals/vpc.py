# ruff: noqa: E501 (what AWS says is as long as it is)
"""VPCs, subnets, routes, gateways, endpoints, security groups, network ACLs, peering, VPN (EC2 API)."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from offline.aws.refusals import Case, Problem, not_both, one_of, ranged, refuses
from offline.aws.templates import ACCOUNT
from offline.aws.unique import unique

SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
SUBNET = "aws:ec2/subnet:Subnet"
VPC = "aws:ec2/vpc:Vpc"
CIDR_BLOCK_ASSOCIATION = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
_ROUTE_TARGETS = (
    "carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "gatewayId", "localGatewayId", "natGatewayId", "networkInterfaceId",
    "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId", "odbNetworkArn",
)  # fmt: skip
SECURITY_GROUP_RULES = (
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)
MAX_ACL_RULES = 19
"""Rules that a network ACL can have in each direction, of IPv4 and of IPv6 each, besides the last one, which AWS makes (VPC User Guide, "Amazon VPC quotas": 20 with that; raised on request to 40)."""


def network(text: Any) -> IpNetwork | None:
    """The block of addresses, None where the text is none (or has host bits set)."""
    try:
        return ipaddress.ip_network(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _vpc_blocks(case: Case, vpc: Any) -> list[IpNetwork]:
    """What is known of a VPC's IPv4 blocks."""
    found = case.inventory.get(VPC, vpc)
    texts: list[Any] = [found.get("cidrBlock")] if found else []
    texts += [i.get("cidrBlock") for _, i in case.inventory.of_type(CIDR_BLOCK_ASSOCIATION) if i.get("vpcId") == vpc]
    return [n for n in map(network, texts) if n is not None]


@refuses(VPC, CIDR_BLOCK_ASSOCIATION, SUBNET)
def blocks_are_legal(case: Case) -> Iterator[Problem]:
    """EC2 CreateVpc/CreateSubnet: a block between /16 and /28; InvalidParameterValue, InvalidVpc.Range, InvalidSubnet.Range."""
    text = case.text("cidrBlock")
    if text is None:
        return
    block = network(text)
    if block is None or block.version != 4:
        yield "cidrBlock", f"Value ({text}) for parameter cidrBlock is invalid. This is not a valid CIDR block."
    elif not 16 <= block.prefixlen <= 28:
        yield "cidrBlock", f"InvalidVpc.Range: The CIDR '{text}' is invalid: must be between a /16 and a /28 netmask."


@refuses(SUBNET)
def subnet_is_inside_its_vpc(case: Case) -> Iterator[Problem]:
    """EC2 CreateSubnet: InvalidSubnet.Range "The CIDR is invalid" for a block outside the VPC's.

    While the VPC's id is unknown (a first preview) the subnet is held against every VPC of the Region that this run makes: it
    is refused when it is in none of them.
    """
    block, vpc = network(case.text("cidrBlock")), case.text("vpcId")
    if block is None or block.version != 4:
        return
    if vpc is not None:
        blocks = _vpc_blocks(case, vpc)
    elif case.unknown("vpcId"):
        there = [
            i
            for kind in (VPC, CIDR_BLOCK_ASSOCIATION)
            for _, i in case.inventory.of_type(kind)
            if i.get("region") == case.inputs.get("region")
        ]
        texts = [i.get("cidrBlock") for i in there]
        blocks = [n for n in map(network, texts) if n is not None]
        if len(blocks) < len(texts):
            return
    else:
        return
    if blocks and not any(block.version == b.version and block.subnet_of(b) for b in blocks):  # type: ignore[arg-type]
        inside = ", ".join(map(str, blocks))
        yield "cidrBlock", f"InvalidSubnet.Range: The CIDR '{block}' is invalid: it is not inside its VPC ({inside})."


@refuses(SUBNET, existing=True)
def subnets_do_not_overlap(case: Case) -> Iterator[Problem]:
    """EC2 CreateSubnet: InvalidSubnet.Conflict. With unknown VPC ids only where this run makes one VPC in the Region."""
    block, vpc = network(case.text("cidrBlock")), case.text("vpcId")
    if block is None:
        return
    vpcs = [u for u, i in case.inventory.of_type(VPC) if i.get("region") == case.inputs.get("region")]
    for urn, other in case.inventory.of_type(SUBNET):
        same = other.get("vpcId") == vpc if vpc is not None else case.unknown("vpcId") and len(vpcs) == 1
        if urn == case.urn or not same or other.get("region") != case.inputs.get("region"):
            continue
        theirs = network(other.get("cidrBlock"))
        if theirs is not None and theirs.version == block.version and block.overlaps(theirs):
            name = urn.rsplit("::", 1)[-1]
            yield (
                "cidrBlock",
                f"InvalidSubnet.Conflict: The CIDR '{block}' conflicts with another subnet ({name}: {theirs}).",
            )


@refuses(SUBNET)
def subnet_has_addresses(case: Case) -> Iterator[Problem]:
    """EC2 CreateSubnet: MissingParameter, unless the subnet is IPv6 only or takes its block from a pool."""
    if not any(case.given(p) for p in ("cidrBlock", "ipv4IpamPoolId", "ipv6Native")):
        yield "cidrBlock", "MissingParameter: Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."
    yield from not_both(case, "availabilityZone", "availabilityZoneId")


@refuses(VPC)
def vpc_has_one_source_of_addresses(case: Case) -> Iterator[Problem]:
    """EC2 CreateVpc: MissingParameter; a block or a pool."""
    if not any(case.given(p) for p in ("cidrBlock", "ipv4IpamPoolId")):
        yield "cidrBlock", "MissingParameter: Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."
    if case.get("enableDnsHostnames") is True and case.get("enableDnsSupport") is False:
        yield "enableDnsHostnames", "InvalidParameterCombination: enableDnsHostnames needs enableDnsSupport"


@refuses("aws:ec2/natGateway:NatGateway")
def nat_gateway_is_zonal_or_regional(case: Case) -> Iterator[Problem]:
    """EC2 CreateNatGateway: zonal needs SubnetId, public zonal an AllocationId; regional needs VpcId and takes neither."""
    if case.text("availabilityMode") == "regional":
        if not case.given("vpcId"):
            yield "vpcId", "MissingParameter: a regional NAT gateway needs vpcId"
        for name in ("subnetId", "allocationId", "privateIp", "secondaryAllocationIds"):
            if case.given(name):
                yield name, f"InvalidParameterCombination: {name} cannot be given for a regional NAT gateway"
        if case.text("connectivityType") == "private":
            yield "connectivityType", "InvalidParameterCombination: a regional NAT gateway is public"
        return
    if case.unknown("availabilityMode"):
        return
    if not case.given("subnetId"):
        yield "subnetId", "MissingParameter: The request must contain the parameter SubnetId"
    private = case.text("connectivityType") == "private"
    if not private and not case.unknown("connectivityType") and not case.given("allocationId"):
        yield "allocationId", "MissingParameter: a public NAT gateway needs allocationId"
    if private and case.given("allocationId"):
        yield "allocationId", "InvalidParameterCombination: a private NAT gateway takes no allocationId"


@refuses("aws:ec2/route:Route")
def route_has_one_destination_and_one_target(case: Case) -> Iterator[Problem]:
    """EC2 CreateRoute: one destination, one target."""
    destinations = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
    for name, options in (("destination", destinations), ("target", _ROUTE_TARGETS)):
        given = [o for o in options if case.given(o)]
        if len(given) != 1:
            yield (
                given[1] if given else options[0],
                f"a route needs exactly one {name}, got {len(given)}: one of {', '.join(options)}",
            )
    for name in destinations[:2]:
        text = case.text(name)
        if text is not None and network(text) is None:
            yield name, f"Value ({text}) for parameter {name} is invalid. This is not a valid CIDR block."


@refuses("aws:ec2/routeTableAssociation:RouteTableAssociation")
def association_is_with_a_subnet_or_a_gateway(case: Case) -> Iterator[Problem]:
    """EC2 AssociateRouteTable: a subnet or a gateway."""
    if case.given("subnetId") == case.given("gatewayId"):
        yield "subnetId", "InvalidParameterCombination: exactly one of subnetId and gatewayId"


@refuses("aws:ec2/vpcEndpoint:VpcEndpoint")
def vpc_endpoint_fits_its_type(case: Case) -> Iterator[Problem]:
    """EC2 CreateVpcEndpoint: route tables for gateways; subnets, groups and private DNS for interfaces."""
    kind = case.text("vpcEndpointType") or ("" if case.unknown("vpcEndpointType") else "Gateway")
    if kind == "Gateway":
        for name in ("subnetIds", "securityGroupIds"):
            if case.list(name):
                yield name, f"InvalidParameter: {name} cannot be given for gateway endpoints"
        if case.get("privateDnsEnabled") is True:
            yield "privateDnsEnabled", "InvalidParameter: Private DNS can't be enabled for gateway endpoints"
        service = case.text("serviceName")
        if service is not None and service.rsplit(".", 1)[-1] not in ("s3", "dynamodb", "s3express"):
            yield "serviceName", f"InvalidServiceName: The Vpc Endpoint Service '{service}' does not exist as a gateway"
    if kind == "Interface" and case.list("routeTableIds"):
        yield "routeTableIds", "InvalidParameter: Route table IDs are only supported for Gateway type VPC Endpoint."
    service = case.text("serviceName")
    if service and service.startswith("com.amazonaws.") and not case.given("serviceRegion"):
        parts = service.split(".")
        if len(parts) > 3 and parts[2].count("-") >= 2 and parts[2] != case.region:
            yield (
                "serviceName",
                f"InvalidServiceName: The Vpc Endpoint Service '{service}' does not exist in {case.region}",
            )


@refuses("aws:ec2/flowLog:FlowLog")
def flow_log_has_one_source_and_a_role(case: Case) -> Iterator[Problem]:
    """EC2 CreateFlowLogs: one resource; a role for CloudWatch Logs; intervals of 60 or 600 seconds."""
    sources = ("eniId", "subnetId", "vpcId", "transitGatewayId", "transitGatewayAttachmentId", "regionalNatGatewayId")
    given = [s for s in sources if case.given(s)]
    if len(given) != 1:
        yield given[1] if given else "vpcId", f"a flow log needs exactly one of {', '.join(sources)}"
    yield from one_of(case, "maxAggregationInterval", 60, 600)
    kind = case.text("logDestinationType") or "cloud-watch-logs"
    if kind == "cloud-watch-logs" and not case.unknown("logDestinationType") and not case.given("iamRoleArn"):
        yield (
            "iamRoleArn",
            "InvalidParameter: DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
        )
    if kind in ("s3", "kinesis-data-firehose") and not case.given("logDestination"):
        yield "logDestination", f"InvalidParameter: logDestination is needed for {kind}"


def zones_of(case: Case, subnets: "list[Any]") -> tuple[set[str], bool]:
    """(zones, all known) of subnets of this run."""
    found: set[str] = set()
    complete = True
    for subnet in subnets:
        seen: Mapping[str, Any] | None = case.inventory.get(SUBNET, subnet)
        zone = seen.get("availabilityZone") if seen else None
        if isinstance(zone, str):
            found.add(zone)
        else:
            complete = False
    return found, complete


def _ports(case: Case, protocol: str, low: str, high: str) -> Iterator[Problem]:
    kind, first, last = case.text(protocol), case.number(low), case.number(high)
    if kind in ("-1", "all"):
        if (first not in (None, 0, -1)) or (last not in (None, 0, -1)):
            yield low, f"{low} and {high} must both be 0 to use protocol -1"
        return
    icmp = kind in ("icmp", "icmpv6", "1", "58")
    for name, value in ((low, first), (high, last)):
        if value is not None and not (-1 if icmp else 0) <= value <= (255 if icmp else 65535):
            yield (
                name,
                f"InvalidParameterValue: {name}={value}: must be between {-1 if icmp else 0} and {255 if icmp else 65535}",
            )
    if not icmp and first is not None and last is not None and first > last:
        yield low, f"InvalidParameterValue: Invalid TCP/UDP port range ({first} is larger than {last})"


def _group_rule(case: Case, prefix: str) -> Iterator[Problem]:
    for path, text in (
        (f"{prefix}{n}[{i}]", t) for n in ("cidrBlocks", "ipv6CidrBlocks") for i, t in enumerate(case.list(n))
    ):
        if isinstance(text, str) and network(text) is None:
            yield path, f"InvalidParameterValue: CIDR block {text} is malformed"
    for name, reason in _ports(case, "protocol", "fromPort", "toPort"):
        yield prefix + name, reason


@refuses(SECURITY_GROUP, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
def inline_rules_have_legal_ports(case: Case) -> Iterator[Problem]:
    """EC2 AuthorizeSecurityGroupIngress/Egress, IpPermission."""
    for side in ("ingress", "egress"):
        for path, rule in case.objects(side):
            yield from _group_rule(rule, f"{path}.")


@refuses("aws:ec2/securityGroupRule:SecurityGroupRule")
def rules_have_legal_ports_and_a_source(case: Case) -> Iterator[Problem]:
    """EC2 AuthorizeSecurityGroupIngress/Egress, IpPermission."""
    yield from _group_rule(case, "")
    yield from one_of(case, "type", "ingress", "egress")
    sources = ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "sourceSecurityGroupId", "self")
    if not any(case.given(s) for s in sources):
        yield "cidrBlocks", f"one of {', '.join(sources)} must be given"


@refuses(*SECURITY_GROUP_RULES)
def rule_has_one_other_side(case: Case) -> Iterator[Problem]:
    """EC2 AuthorizeSecurityGroupIngress/Egress: one source or destination per rule, ports within range."""
    for name, reason in _ports(case, "ipProtocol", "fromPort", "toPort"):
        yield name, reason
    if case.text("ipProtocol") == "-1" and (case.given("fromPort") or case.given("toPort")):
        yield "fromPort", "InvalidParameterCombination: You may not specify all protocols and specific ports."
    if case.text("ipProtocol") in ("tcp", "udp", "6", "17"):
        for name in ("fromPort", "toPort"):
            if not case.given(name):
                yield name, f"MissingParameter: {name} is needed for protocol {case.text('ipProtocol')}"
    sides = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
    given = [s for s in sides if case.given(s)]
    if len(given) != 1:
        yield given[1] if given else sides[0], f"a rule needs exactly one of {', '.join(sides)}, got {len(given)}"
    for name, version in (("cidrIpv4", 4), ("cidrIpv6", 6)):
        text = case.text(name)
        block = network(text)
        if text is not None and (block is None or block.version != version):
            yield name, f"InvalidParameterValue: CIDR block {text} is malformed"


@refuses(SECURITY_GROUP)
def group_name_and_description_are_legal(case: Case) -> Iterator[Problem]:
    """EC2 CreateSecurityGroup: names to 255 characters, not sg-…; both only a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*."""
    for name in ("name", "description"):
        text = case.text(name)
        if text is None:
            continue
        if len(text) > 255:
            yield name, f"InvalidParameterValue: {name} must have at most 255 characters, has {len(text)}"
        bad = sorted({c for c in text if not (c.isascii() and (c.isalnum() or c in " ._-:/()#,@[]+=&;{}!$*"))})
        if bad:
            yield (
                name,
                f"InvalidParameterValue: Value ({text}) for parameter {name} is invalid: {' '.join(bad)} not allowed",
            )
    if (case.text("name") or "").startswith("sg-"):
        yield "name", "InvalidParameterValue: Group names may not be in the format sg-*."


def _acl_rule(case: Case, number: str, action: str, prefix: str) -> Iterator[Problem]:
    yield from ((prefix + p, r) for p, r in ranged(case, number, 1, 32766))
    yield from ((prefix + p, r) for p, r in one_of(case, action, "allow", "deny"))
    if case.text("protocol") not in ("icmp", "1", "icmpv6", "58"):
        yield from ((prefix + p, r) for p, r in _ports(case, "protocol", "fromPort", "toPort"))


@refuses("aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")
def acl_entries_are_legal(case: Case) -> Iterator[Problem]:
    """EC2 CreateNetworkAclEntry: rule numbers 1 to 32766, each once per direction."""
    for side in ("ingress", "egress"):
        numbers: dict[Any, str] = {}
        for path, rule in case.objects(side):
            yield from _acl_rule(rule, "ruleNo", "action", f"{path}.")
            number = rule.number("ruleNo")
            if number is not None and number in numbers:
                yield f"{path}.ruleNo", f"NetworkAclEntryAlreadyExists: rule {number} is also {numbers[number]}"
            numbers[number] = path


@refuses("aws:ec2/networkAclRule:NetworkAclRule")
def acl_rule_is_legal(case: Case) -> Iterator[Problem]:
    """EC2 CreateNetworkAclEntry: rule numbers 1 to 32766; one block of addresses."""
    yield from _acl_rule(case, "ruleNumber", "ruleAction", "")
    if not case.given("cidrBlock") and not case.given("ipv6CidrBlock"):
        yield "cidrBlock", "MissingParameter: one of cidrBlock and ipv6CidrBlock"


@refuses("aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")
def acl_has_few_rules(case: Case) -> Iterator[Problem]:
    """EC2 CreateNetworkAclEntry: NetworkAclEntryLimitExceeded."""
    for side in ("ingress", "egress"):
        rules = [rule for _, rule in case.objects(side)]
        for family, block in (("IPv4", "cidrBlock"), ("IPv6", "ipv6CidrBlock")):
            count = sum(rule.given(block) for rule in rules)
            if count > MAX_ACL_RULES:
                yield (
                    side,
                    f"NetworkAclEntryLimitExceeded: {count} rules of {family}: at most {MAX_ACL_RULES} besides AWS's own",
                )


@refuses("aws:ec2/customerGateway:CustomerGateway")
def customer_gateway_has_a_number(case: Case) -> Iterator[Problem]:
    """EC2 CreateCustomerGateway: BgpAsn 1 to 2147483647, BgpAsnExtended 2147483648 to 4294967295, one of them."""
    yield from not_both(case, "bgpAsn", "bgpAsnExtended")
    for name, low, high in (("bgpAsn", 1, 2**31 - 1), ("bgpAsnExtended", 2**31, 2**32 - 1)):
        asn = case.text(name)
        if asn and not (asn.isdigit() and low <= int(asn) <= high):
            yield name, f"InvalidParameterValue: {name}={asn}: must be between {low} and {high}"


@refuses("aws:ec2/vpnConnection:VpnConnection")
def vpn_connection_has_one_gateway(case: Case) -> Iterator[Problem]:
    """EC2 CreateVpnConnection: a virtual private gateway or a transit gateway."""
    yield from not_both(case, "vpnGatewayId", "transitGatewayId", "vpnConcentratorId")
    yield from one_of(case, "type", "ipsec.1")
    if case.get("enableAcceleration") is True and case.given("vpnGatewayId"):
        yield "enableAcceleration", "InvalidParameterCombination: acceleration needs a transit gateway"


@refuses("aws:ec2/vpcPeeringConnection:VpcPeeringConnection")
def auto_accept_is_within_one_region_and_account(case: Case) -> Iterator[Problem]:
    """EC2 AcceptVpcPeeringConnection: by the owner of the other VPC, in its Region; `autoAccept` only within both."""
    if case.get("autoAccept") is not True:
        return
    region, owner = case.text("peerRegion"), case.text("peerOwnerId")
    if region is not None:
        yield (
            "autoAccept",
            "OperationNotPermitted: autoAccept and peerRegion: the other Region accepts (VpcPeeringConnectionAccepter)",
        )
    if owner is not None and owner != ACCOUNT:
        yield (
            "autoAccept",
            f"OperationNotPermitted: Incorrect state: {owner} must accept the peering (VpcPeeringConnectionAccepter)",
        )


def _route_key(case: Case) -> Iterator[tuple[str, str]]:
    table = case.text("routeTableId")
    for name in ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"):
        destination = case.text(name)
        if table is not None and destination is not None:
            yield table, destination


def _group_rule_key(case: Case) -> Iterator[tuple[Any, ...]]:
    """EC2 IpPermission: protocol, ports and the other side; ports say nothing where the protocol is all."""
    group, protocol = case.text("securityGroupId"), case.text("ipProtocol")
    protocol = {"6": "tcp", "17": "udp", "all": "-1"}.get(protocol or "", protocol)
    sides = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
    ports = () if protocol == "-1" else (case.number("fromPort"), case.number("toPort"))
    other = next(((side, case.text(side)) for side in sides if case.text(side) is not None), None)
    if None not in (group, protocol, other) and None not in ports:
        yield group, case.token, protocol, *ports, other


def _acl_rule_key(case: Case) -> Iterator[tuple[str, bool, int | float]]:
    acl, number = case.text("networkAclId"), case.number("ruleNumber")
    if acl is not None and number is not None and not case.unknown("egress"):
        yield acl, case.get("egress") is True, number


def _private_dns_key(case: Case) -> Iterator[tuple[str, str]]:
    vpc, service = case.text("vpcId"), case.text("serviceName")
    if vpc is not None and service is not None and case.get("privateDnsEnabled") is True:
        yield vpc, service


def _gateway_endpoint_keys(case: Case) -> Iterator[tuple[str, str]]:
    service = case.text("serviceName")
    if (
        service is not None
        and case.text("vpcEndpointType") in (None, "Gateway")
        and not case.unknown("vpcEndpointType")
    ):
        yield from ((service, table) for table in case.list("routeTableIds") if isinstance(table, str))


unique("aws:ec2/route:Route", "routeTableId destinationCidrBlock=", call="ec2 CreateRoute", says="RouteAlreadyExists: The route identified by {destinationCidrBlock} already exists.", keys=_route_key)  # fmt: skip
unique("aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId", call="ec2 AssociateRouteTable", says="Resource.AlreadyAssociated: the subnet {subnetId} is already associated with a route table")  # fmt: skip
unique("aws:ec2/securityGroup:SecurityGroup", "vpcId name", call="ec2 CreateSecurityGroup", says="InvalidGroup.Duplicate: The security group '{name}' already exists for VPC '{vpcId}'")  # fmt: skip
unique({"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "securityGroupId", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "securityGroupId"}, call="ec2 AuthorizeSecurityGroupIngress", says="InvalidPermission.Duplicate: the specified rule of {securityGroupId} already exists", keys=_group_rule_key)  # fmt: skip
unique("aws:ec2/networkAclRule:NetworkAclRule", "networkAclId egress= ruleNumber", call="ec2 CreateNetworkAclEntry", says="NetworkAclEntryAlreadyExists: The network acl entry identified by {ruleNumber} already exists.", keys=_acl_rule_key)  # fmt: skip
unique("aws:ec2/vpcEndpoint:VpcEndpoint", "vpcId serviceName", call="ec2 CreateVpcEndpoint", says="InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for {serviceName} in the VPC {vpcId}", keys=_private_dns_key)  # fmt: skip
unique("aws:ec2/vpcEndpoint:VpcEndpoint", "serviceName routeTableIds", call="ec2 CreateVpcEndpoint", says="RouteAlreadyExists: route table {routeTableIds} already has a route to {serviceName}", keys=_gateway_endpoint_keys)  # fmt: skip
unique("aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation", "vpcId cidrBlock", call="ec2 AssociateVpcCidrBlock", says="InvalidVpc.Range: The CIDR '{cidrBlock}' conflicts with another CIDR of {vpcId}")  # fmt: skip
unique("aws:ec2/internetGateway:InternetGateway", "vpcId", call="ec2 AttachInternetGateway", says="InvalidParameterValue: Network {vpcId} already has an internet gateway attached")  # fmt: skip
