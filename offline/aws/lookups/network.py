# ruff: noqa: E501 (tables: one filter after the other)
"""Look-ups of VPC resources: the stack's VPCs, the default VPC of every Region, and other VPCs on request.

A VPC outside the stack exists as soon as it is looked up by tags or id: with one subnet of each kind that is looked up
(by tags) in each of the first three Availability Zones. The last digit of such a subnet's id gives its zone, so the
zone is the same in every run and every look-up."""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final, cast

from offline.aws import regions
from offline.aws.inventory import SUBNET
from offline.aws.lookups.asked import ANY_VALUE, Asked, NoAnswer, Values, account_arn, answers, matches, seed_of

VPC: Final = "aws:ec2/vpc:Vpc"
GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
TABLE: Final = "aws:ec2/routeTable:RouteTable"
DEFAULT_RANGE: Final = "172.31.0.0/16"
"""The range of every default VPC; each of its subnets is a /20 (VPC User Guide, "Default VPCs")."""
_OTHER_RANGE: Final = "10.0.0.0/16"
_KINDS: Final = 3
"""Number of zones in which a VPC outside the stack has subnets."""
Outputs = dict[str, Any]


def _has(outputs: Mapping[str, Any], filters: Mapping[str, list[str]], names: Mapping[str, str]) -> bool:
    """Whether outputs pass all known filters. names: filter name -> output."""
    tags = cast(Mapping[str, Any], outputs.get("tagsAll") or outputs.get("tags") or {})
    for name, values in filters.items():
        if name.startswith("tag:"):
            if not matches(tags.get(name.removeprefix("tag:")), values):
                return False
        elif name == "tag-key":
            if not any(matches(key, values) for key in tags):
                return False
        elif name in names and not matches(outputs.get(names[name], ""), values):
            return False
    return True


def _same(outputs: Mapping[str, Any], asked: Asked, *names: str) -> bool:
    """Whether the given arguments equal the outputs."""
    return all(asked.args[n] == outputs.get(n) for n in names if n in asked.args)


# ------------------------------------------------------------------------------------------------------------- VPCs
_VPC_FILTERS: Final = {"vpc-id": "id", "cidr": "cidrBlock", "cidr-block": "cidrBlock", "cidr-block-association.cidr-block": "cidrBlock",
                       "dhcp-options-id": "dhcpOptionsId", "owner-id": "ownerId", "isDefault": "default", "is-default": "default", "state": "state"}  # fmt: skip


def default_vpc(asked: Asked) -> Outputs:
    """The VPC that every account has in every Region."""
    inputs = {"cidrBlock": DEFAULT_RANGE, "enableDnsSupport": True, "enableDnsHostnames": True}
    made = asked.compute(VPC, inputs, "default")
    return asked.remember(VPC, {**made, "default": True, "state": "available", "tags": {}})


def _foreign_vpc(asked: Asked, identifier: str | None, cidr: str, tags: Mapping[str, str], seed: str) -> Outputs:
    inputs = {"cidrBlock": cidr, "enableDnsSupport": True, "enableDnsHostnames": True}
    made = asked.compute(VPC, inputs, seed, identifier)
    return asked.remember(VPC, {**made, "default": False, "state": "available", "tags": dict(tags)})


def vpc(asked: Asked, identifier: str) -> Outputs:
    """The VPC with an id: the stack's, one from an earlier answer, the default VPC, else one outside the stack."""
    default = default_vpc(asked)
    if found := asked.known(VPC, identifier):
        return found
    return default if default["id"] == identifier else _foreign_vpc(asked, identifier, _OTHER_RANGE, {}, identifier)


def _own_vpcs(asked: Asked) -> list[Outputs]:
    return [{"default": False, "state": "available", **o} for o in asked.of_the_stack(VPC)]


def _vpcs(asked: Asked) -> list[Outputs]:
    """All matching VPCs; one outside the stack if neither the stack's nor the default VPC matches."""
    filters = asked.filters()
    named = asked.text("id") or next((v for v in filters.get("vpc-id", []) if ANY_VALUE not in v), None)
    if named:
        return [vpc(asked, named)]
    everything = [default_vpc(asked), *_own_vpcs(asked)]
    found = [
        v
        for v in everything
        if _has(v, filters, _VPC_FILTERS) and _same(v, asked, "cidrBlock", "default", "dhcpOptionsId", "state")
    ]
    if found or not (asked.tags() or asked.text("cidrBlock") or set(filters) - {"isDefault", "is-default"}):
        return found
    cidr = asked.text("cidrBlock") or next(
        (v for n in ("cidr", "cidr-block") for v in filters.get(n, []) if ANY_VALUE not in v), _OTHER_RANGE
    )
    return [_foreign_vpc(asked, None, cidr, asked.tags(), seed_of(asked.criteria()))]


@answers("aws:ec2/getVpc:getVpc")
def _vpc(asked: Asked) -> Values:
    found = _vpcs(asked)
    if asked.criteria() == {}:
        found = found[:1]  # with a stack's own VPC beside the default one AWS would ask for more criteria
    if len(found) != 1:
        raise NoAnswer(
            "multiple EC2 VPCs matched; use additional constraints to reduce matches to a single EC2 VPC"
            if found
            else "no matching EC2 VPC found"
        )
    one = found[0]
    associated = {
        "associationId": asked.fill("vpc-cidr-assoc-0{hex:16}", str(one["id"])),
        "cidrBlock": one.get("cidrBlock"),
        "state": "associated",
    }
    return {
        "cidrBlockAssociations": [associated],
        "ipv6AssociationId": "",
        "ipv6CidrBlock": "",
        **one,
        "instanceTenancy": one.get("instanceTenancy") or "default",
        "filters": asked.args.get("filters"),
    }


@answers("aws:ec2/getVpcs:getVpcs")
def _vpc_ids(asked: Asked) -> Values:
    return {"ids": [v["id"] for v in _vpcs(asked)]}


# ---------------------------------------------------------------------------------------------------------- subnets
_SUBNET_FILTERS: Final = {"subnet-id": "id", "vpc-id": "vpcId", "availability-zone": "availabilityZone", "availabilityZone": "availabilityZone",
                          "availability-zone-id": "availabilityZoneId", "availabilityZoneId": "availabilityZoneId", "cidr-block": "cidrBlock",
                          "cidr": "cidrBlock", "cidrBlock": "cidrBlock", "default-for-az": "defaultForAz", "defaultForAz": "defaultForAz",
                          "map-public-ip-on-launch": "mapPublicIpOnLaunch", "state": "state", "owner-id": "ownerId"}  # fmt: skip
_PLACES: Final = ("availability-zone", "availabilityZone", "availability-zone-id", "availabilityZoneId", "subnet-id")


def _subnet(
    asked: Asked, of: Outputs, index: int, seed: str, tags: Mapping[str, str], identifier: str | None = None
) -> Outputs:
    """A subnet of a VPC outside the stack, in the zone with this index."""
    zone, default = regions.zones(asked.region)[index], of.get("default") is True
    whole = ipaddress.ip_network(str(of.get("cidrBlock") or _OTHER_RANGE), strict=False)
    step = min(max(whole.prefixlen + (4 if default else 8), 20 if default else 24), 28)
    blocks = [b for b, _ in zip(whole.subnets(new_prefix=max(step, whole.prefixlen)), range(16), strict=False)]
    first = 0 if default else int(seed_of(seed)[:1], 16)
    block = blocks[(first + index) % len(blocks)]
    made = identifier or asked.fill(f"subnet-0{{hex:15}}{index:x}", str(of["id"]), seed, str(index))
    inputs = {"vpcId": of["id"], "cidrBlock": str(block), "availabilityZone": zone, "mapPublicIpOnLaunch": default}
    outputs = asked.compute(SUBNET, inputs, seed, made)
    more = {
        "availabilityZoneId": regions.zone_id(zone),
        "defaultForAz": default,
        "state": "available",
        "tags": dict(tags),
        "availableIpAddressCount": block.num_addresses - 5,
    }
    return asked.remember(SUBNET, {**outputs, **more})


def _subnets_of(asked: Asked, of: Outputs, filters: Mapping[str, list[str]]) -> list[Outputs]:
    """The subnets of a VPC outside the stack: all of the default VPC's, else one in each of three zones."""
    default = of.get("default") is True
    kinds = {n: v for n, v in filters.items() if n not in _PLACES and n != "vpc-id"} if not default else {}
    count = len(regions.zones(asked.region)) if default else _KINDS
    return [
        _subnet(asked, of, i, seed_of("default" if default else kinds), {} if default else asked.tags())
        for i in range(count)
    ]


def subnet(asked: Asked, identifier: str) -> Outputs:
    """The subnet with an id: the stack's, one from an earlier answer, else one of the default VPC or of another VPC."""
    if found := asked.known(SUBNET, identifier):
        return found
    default = default_vpc(asked)
    for one in _subnets_of(asked, default, {}):
        if one["id"] == identifier:
            return one
    digit = identifier[-1:]
    zones = len(regions.zones(asked.region))
    index = (int(digit, 16) if digit in "0123456789abcdef" and digit else 0) % zones
    of = _foreign_vpc(asked, asked.fill("vpc-0{hex:16}", "somebody's"), _OTHER_RANGE, {}, "somebody's")
    return _subnet(asked, of, index, identifier, {}, identifier)


def _criteria(asked: Asked) -> dict[str, list[str]]:
    """The filters, including the arguments that act as filters."""
    filters = asked.filters()
    for argument, name in (
        ("vpcId", "vpc-id"),
        ("availabilityZone", "availability-zone"),
        ("availabilityZoneId", "availability-zone-id"),
        ("cidrBlock", "cidr-block"),
        ("state", "state"),
    ):
        if value := asked.text(argument):
            filters[name] = [value]
    if isinstance(default := asked.args.get("defaultForAz"), bool):
        filters["default-for-az"] = [str(default).lower()]
    return filters


def _subnets(asked: Asked) -> list[Outputs]:
    filters = _criteria(asked)
    if named := asked.text("id"):
        return [subnet(asked, named)]
    if ids := [i for i in filters.get("subnet-id", []) if ANY_VALUE not in i]:
        return [s for s in (subnet(asked, i) for i in ids) if _has(s, filters, _SUBNET_FILTERS)]
    own = [{"defaultForAz": False, "state": "available", **o} for o in asked.of_the_stack(SUBNET)]
    wanted = [v for v in filters.get("vpc-id", []) if ANY_VALUE not in v]
    if mine := [s for s in own if _has(s, filters, _SUBNET_FILTERS)]:
        return mine
    if any(asked.inventory.get(VPC, v) for v in wanted):
        return []  # a VPC of the stack's has the subnets that the stack made, and no others
    networks = [vpc(asked, v) for v in wanted]
    if not networks:
        tagged = bool(asked.tags() or filters.get("cidr-block"))
        networks = [_foreign_vpc(asked, None, _OTHER_RANGE, {}, seed_of(filters)) if tagged else default_vpc(asked)]
    understood = {n: v for n, v in filters.items() if n in (*_PLACES, "default-for-az", "defaultForAz")}
    return [s for of in networks for s in _subnets_of(asked, of, filters) if _has(s, understood, _SUBNET_FILTERS)]


@answers("aws:ec2/getSubnets:getSubnets")
def _subnet_ids(asked: Asked) -> Values:
    return {"ids": [s["id"] for s in _subnets(asked)]}


@answers("aws:ec2/getSubnet:getSubnet")
def _one_subnet(asked: Asked) -> Values:
    found = _subnets(asked)
    if not found:
        raise NoAnswer("no matching EC2 Subnet found")
    one = found[0]
    return {
        "ipv6CidrBlock": "",
        "ipv6CidrBlockAssociationId": "",
        "availableIpAddressCount": 251,
        "outpostArn": "",
        "customerOwnedIpv4Pool": "",
        **one,
    }


# --------------------------------------------------------------------------------------- security groups and routes
def _default_group(asked: Asked, of: Outputs) -> Outputs:
    identifier = str(of.get("defaultSecurityGroupId"))
    inputs = {"name": "default", "description": "default VPC security group", "vpcId": of["id"]}
    return asked.remember(GROUP, asked.compute(GROUP, inputs, identifier, identifier))


def _groups(asked: Asked) -> list[Outputs]:
    filters = asked.filters()
    for argument, name in (("vpcId", "vpc-id"), ("name", "group-name"), ("id", "group-id")):
        if value := asked.text(argument):
            filters[name] = [value]
    names = {"vpc-id": "vpcId", "group-name": "name", "group-id": "id", "description": "description"}
    own = [o for o in asked.of_the_stack(GROUP) if _has(o, filters, names)]
    if own:
        return own
    networks = [vpc(asked, v) for v in filters.get("vpc-id", [])] or [default_vpc(asked)]
    only_default = set(filters) <= {"vpc-id"} or filters.get("group-name") == ["default"]
    if only_default:
        return [_default_group(asked, of) for of in networks]
    identifier = next(iter(filters.get("group-id", [])), None)
    if identifier and (known := asked.known(GROUP, identifier)):
        return [known]
    if identifier and (
        default := next((g for of in networks for g in [_default_group(asked, of)] if g["id"] == identifier), None)
    ):
        return [default]
    name = next(iter(filters.get("group-name", [])), "security-group").replace(ANY_VALUE, "web")
    inputs = {"name": name, "description": "Managed by somebody else", "vpcId": networks[0]["id"], "tags": asked.tags()}
    return [asked.remember(GROUP, asked.compute(GROUP, inputs, seed_of(filters), identifier))]


@answers("aws:ec2/getSecurityGroup:getSecurityGroup")
def _group(asked: Asked) -> Values:
    return _groups(asked)[0]


@answers("aws:ec2/getSecurityGroups:getSecurityGroups")
def _group_ids(asked: Asked) -> Values:
    found = _groups(asked)
    return {
        "ids": [g["id"] for g in found],
        "arns": [g.get("arn") for g in found],
        "vpcIds": [g.get("vpcId") for g in found],
    }


def _main_table(asked: Asked, of: Outputs) -> Outputs:
    gateway = asked.fill("igw-0{hex:16}", str(of["id"]))
    routes = [
        {"cidrBlock": of.get("cidrBlock"), "gatewayId": "local"},
        *([{"cidrBlock": "0.0.0.0/0", "gatewayId": gateway}] if of.get("default") else []),
    ]
    made = asked.compute(TABLE, {"vpcId": of["id"]}, str(of["id"]), str(of.get("mainRouteTableId")))
    return {**made, "routes": routes}


def _tables(asked: Asked) -> list[Outputs]:
    filters = asked.filters()
    identifier = asked.text("routeTableId") or next(iter(filters.get("route-table-id", [])), None)
    if found := asked.known(TABLE, identifier):
        return [found]
    place = asked.text("subnetId") or next(iter(filters.get("association.subnet-id", [])), None)
    if place:
        for _, inputs in asked.inventory.of_type("aws:ec2/routeTableAssociation:RouteTableAssociation"):
            if inputs.get("subnetId") == place and (of := asked.known(TABLE, str(inputs.get("routeTableId")))):
                return [of]
    network = (
        asked.text("vpcId")
        or next(iter(filters.get("vpc-id", [])), None)
        or (str(subnet(asked, place).get("vpcId")) if place else None)
    )
    own = [
        o
        for o in asked.of_the_stack(TABLE)
        if network in (None, o.get("vpcId")) and _has(o, filters, {"vpc-id": "vpcId"})
    ]
    if own and not place:
        return own
    of = vpc(asked, network) if network else default_vpc(asked)
    main = _main_table(asked, of)
    return [{**main, "id": identifier} if identifier else main]


@answers("aws:ec2/getRouteTable:getRouteTable")
def _table(asked: Asked) -> Values:
    one = _tables(asked)[0]
    association = {
        "gatewayId": "",
        "main": True,
        "routeTableAssociationId": asked.fill("rtbassoc-0{hex:16}", str(one["id"])),
        "routeTableId": one["id"],
        "subnetId": "",
    }
    return {"associations": [association], "gatewayId": "", "subnetId": "", **one, "routeTableId": one["id"]}


@answers("aws:ec2/getRouteTables:getRouteTables")
def _table_ids(asked: Asked) -> Values:
    return {"ids": [t["id"] for t in _tables(asked)]}


def _network_of(asked: Asked) -> Outputs:
    """The VPC that a look-up names."""
    filters = asked.filters()
    names = ("vpc-id", "attachment.vpc-id")
    identifier = asked.text("vpcId") or next((v for n in names for v in filters.get(n, [])), None)
    return vpc(asked, identifier) if identifier else default_vpc(asked)


@answers("aws:ec2/getInternetGateway:getInternetGateway")
def _internet_gateway(asked: Asked) -> Values:
    of = _network_of(asked)
    token = "aws:ec2/internetGateway:InternetGateway"  # noqa: S105
    named = asked.text("internetGatewayId") or next(iter(asked.filters().get("internet-gateway-id", [])), None)
    own = next(
        (o for o in asked.of_the_stack(token) if named == o["id"] or (named is None and o.get("vpcId") == of["id"])),
        None,
    )
    identifier = str(own["id"]) if own else named or asked.fill("igw-0{hex:16}", str(of["id"]))
    attached = {"state": "available", "vpcId": own.get("vpcId") if own else of["id"]}
    return {"id": identifier, "internetGatewayId": identifier, "attachments": [attached], "ownerId": asked.fill("{a}"),
            "arn": account_arn(asked, f"ec2:{{r}}:{{a}}:internet-gateway/{identifier}"), "tags": asked.tags()}  # fmt: skip


@answers("aws:ec2/getNetworkAcls:getNetworkAcls")
def _acls(asked: Asked) -> Values:
    return {"ids": [_network_of(asked).get("defaultNetworkAclId")]}


@answers("aws:ec2/getVpcDhcpOptions:getVpcDhcpOptions")
def _dhcp(asked: Asked) -> Values:
    identifier = asked.text("dhcpOptionsId") or str(default_vpc(asked).get("dhcpOptionsId"))
    name = "ec2.internal" if asked.region == "us-east-1" else f"{asked.region}.compute.internal"
    return {"id": identifier, "dhcpOptionsId": identifier, "domainName": name, "domainNameServers": ["AmazonProvidedDNS"],
            "ntpServers": [], "netbiosNameServers": [], "netbiosNodeType": "", "ipv6AddressPreferredLeaseTime": "",
            "arn": account_arn(asked, f"ec2:{{r}}:{{a}}:dhcp-options/{identifier}"), "tags": {}}  # fmt: skip


_LISTS: Final = {
    "getEips": "aws:ec2/eip:Eip", "getInstances": "aws:ec2/instance:Instance", "getNatGateways": "aws:ec2/natGateway:NatGateway",
    "getNetworkInterfaces": "aws:ec2/networkInterface:NetworkInterface",
    "getVpcPeeringConnections": "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
}  # fmt: skip
"""Look-ups that list all resources of a type; the simulated account has only the stack's."""


@answers(*(f"aws:{'ebs' if n == 'getEbsVolumes' else 'ec2'}/{n}:{n}" for n in _LISTS if "Transit" not in n))
def _listed(asked: Asked) -> Values:
    token = _LISTS[asked.token.rsplit(":", 1)[-1]]
    filters = asked.filters()
    names = {
        "vpc-id": "vpcId",
        "subnet-id": "subnetId",
        "instance-type": "instanceType",
        "instance-state-name": "instanceState",
    }
    if network := asked.text("vpcId"):
        filters["vpc-id"] = [network]
    found = [o for o in asked.of_the_stack(token) if _has(o, filters, names)]
    return {
        "ids": [o["id"] for o in found], "allocationIds": [o["id"] for o in found], "publicIps": [o.get("publicIp", "") for o in found],
        "privateIps": [o.get("privateIp", "") for o in found], "ipv6Addresses": [],
    }  # fmt: skip
