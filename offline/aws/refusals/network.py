# ruff: noqa: E501 (what AWS says is as long as it is)
"""VPCs, subnets, routes, gateways, endpoints, flow logs (EC2 API)."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from offline.aws.refusals import Case, Problem, not_both, one_of, refuses

Net = ipaddress.IPv4Network | ipaddress.IPv6Network
VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
EXTRA = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"


def network(text: Any) -> Net | None:
    """The block of addresses, None where the text is none (or has host bits set)."""
    try:
        return ipaddress.ip_network(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _blocks(case: Case, vpc: Any) -> list[Net]:
    """What is known of a VPC's IPv4 blocks."""
    found = case.seen.of(VPC, vpc)
    texts: list[Any] = [found.get("cidrBlock")] if found else []
    texts += [i.get("cidrBlock") for _, i in case.seen.all(EXTRA) if i.get("vpcId") == vpc]
    return [n for n in map(network, texts) if n is not None]


@refuses(VPC, EXTRA, SUBNET)
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
        blocks = _blocks(case, vpc)
    elif case.unknown("vpcId"):
        there = [
            i for kind in (VPC, EXTRA) for _, i in case.seen.all(kind) if i.get("region") == case.inputs.get("region")
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


@refuses(SUBNET)
def subnets_do_not_overlap(case: Case) -> Iterator[Problem]:
    """EC2 CreateSubnet: InvalidSubnet.Conflict. With unknown VPC ids only where this run makes one VPC in the Region."""
    block, vpc = network(case.text("cidrBlock")), case.text("vpcId")
    if block is None:
        return
    vpcs = [u for u, i in case.seen.all(VPC) if i.get("region") == case.inputs.get("region")]
    for urn, other in case.seen.all(SUBNET):
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
    yield from one_of(case, "availabilityMode", "zonal", "regional")
    yield from one_of(case, "connectivityType", "public", "private")
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


_TARGETS = (
    "carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "gatewayId", "localGatewayId", "natGatewayId", "networkInterfaceId",
    "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId", "odbNetworkArn",
)  # fmt: skip


@refuses("aws:ec2/route:Route")
def route_has_one_destination_and_one_target(case: Case) -> Iterator[Problem]:
    """EC2 CreateRoute: one destination, one target."""
    destinations = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
    for name, options in (("destination", destinations), ("target", _TARGETS)):
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
def endpoint_fits_its_type(case: Case) -> Iterator[Problem]:
    """EC2 CreateVpcEndpoint: route tables for gateways; subnets, groups and private DNS for interfaces."""
    kind = case.text("vpcEndpointType") or ("" if case.unknown("vpcEndpointType") else "Gateway")
    yield from one_of(
        case, "vpcEndpointType", "Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork"
    )
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
    yield from one_of(case, "trafficType", "ACCEPT", "REJECT", "ALL")
    kind = case.text("logDestinationType") or "cloud-watch-logs"
    if kind == "cloud-watch-logs" and not case.unknown("logDestinationType") and not case.given("iamRoleArn"):
        yield (
            "iamRoleArn",
            "InvalidParameter: DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
        )
    if kind in ("s3", "kinesis-data-firehose") and not case.given("logDestination"):
        yield "logDestination", f"InvalidParameter: logDestination is needed for {kind}"


def zones_of(case: Case, subnets: "list[Any]") -> tuple[set[str], bool]:
    """(zones, all known) of subnets that this run has seen."""
    found: set[str] = set()
    complete = True
    for subnet in subnets:
        seen: Mapping[str, Any] | None = case.seen.of(SUBNET, subnet)
        zone = seen.get("availabilityZone") if seen else None
        if isinstance(zone, str):
            found.add(zone)
        else:
            complete = False
    return found, complete
