"""What `awsx.ec2.Vpc` registers: the VPC, its gateways, and per zone the subnets with their routes.

Not supported: address ranges from IPAM, IPv6, ``vpcEndpointStrategy`` and ``subnetNameTagStrategy`` but Legacy.
"""

from collections.abc import Generator, Mapping
from typing import Any, Final

from offline.aws.wire import UNKNOWN, has_unknown
from offline.awsx.layout import Subnet, in_zone, normalized, specs_of, subnets
from offline.awsx.values import (
    AskZones,
    Plan,
    PlanError,
    Register,
    Registered,
    Value,
    applied,
    as_items,
    as_object,
    together,
)

VPC: Final = "awsx:ec2:Vpc"
EVERYWHERE: Final = "0.0.0.0/0"
_DEFAULT_ZONES: Final = 3
_NOT_HERE: Final = (
    "assignGeneratedIpv6CidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength", "ipv6CidrBlock", "ipv6IpamPoolId",
    "ipv6NetmaskLength", "ipv6CidrBlockNetworkBorderGroup",
)  # fmt: skip
_PASSED: Final = (
    "enableDnsHostnames",
    "enableDnsSupport",
    "enableNetworkAddressUsageMetrics",
    "instanceTenancy",
    "region",
)
_ENDPOINT: Final = (
    "autoAccept", "policy", "privateDnsEnabled", "routeTableIds", "securityGroupIds", "serviceName", "subnetIds",
    "tags", "vpcEndpointType", "dnsOptions", "ipAddressType",
)  # fmt: skip

TAKES: Final = frozenset(
    (
        *_PASSED, *_NOT_HERE, "availabilityZoneCidrMask", "availabilityZoneNames", "cidrBlock", "natGateways",
        "numberOfAvailabilityZones", "subnetNameTagStrategy", "subnetSpecs", "subnetStrategy", "tags",
        "vpcEndpointSpecs", "vpcEndpointStrategy",
    )
)  # fmt: skip


def vpc(name: str, urn: str, args: Mapping[str, Any]) -> Plan:
    """`awsx:ec2:Vpc` with this URN."""
    if missing := [k for k in _NOT_HERE if k in args]:
        raise PlanError(f"{missing[0]} of {VPC} is not stood in for offline")
    for key in ("vpcEndpointStrategy", "subnetNameTagStrategy"):
        if _text(args, key, "Legacy") != "Legacy":
            raise PlanError(f"{key} other than Legacy of {VPC} is not stood in for offline")
    zones = yield from _zones(args)
    gateways = as_object(args.get("natGateways"))
    strategy = _text(gateways, "strategy", "OnePerAz")
    addresses = as_items(gateways.get("elasticIpAllocationIds")) or []
    _check_addresses(strategy, len(addresses), len(zones))
    block = _text(args, "cidrBlock", "10.0.0.0/16")
    given = as_items(args.get("subnetSpecs"))
    specs = specs_of(None if given is None else [together(s).value for s in given], len(zones))
    mask = together(args.get("availabilityZoneCidrMask")).value
    how = _text(args, "subnetStrategy", "Legacy")
    layout = subnets(name, block, zones, specs, how, mask)
    _check_strategy(strategy, layout)

    tags = as_object(args.get("tags"))
    shared = {"Name": name, **tags}
    inputs = {**{k: args[k] for k in _PASSED if k in args}, "cidrBlock": block, "tags": shared}
    whole: Registered = yield _child("aws:ec2/vpc:Vpc", name, urn, inputs)
    internet: Registered = yield _child(
        "aws:ec2/internetGateway:InternetGateway", name, whole.urn, {"vpcId": whole.identifier, "tags": shared}, whole
    )
    made: dict[str, list[Any]] = {k: [] for k in ("subnets", "routeTables", "routeTableAssociations", "routes")}
    ids: dict[str, list[Value]] = {"public": [], "private": [], "isolated": []}
    elastic: list[Registered] = []
    nats: list[Registered] = []
    for spec in as_items(args.get("vpcEndpointSpecs")) or []:
        fields = as_object(spec)
        own = {k: fields[k] for k in _ENDPOINT if k in fields}
        service = str(together(fields.get("serviceName")).value)
        yield _child("aws:ec2/vpcEndpoint:VpcEndpoint", service, whole.urn, {**own, "vpcId": whole.identifier}, whole)
    for number, zone in enumerate(zones):
        for spec in in_zone(layout, zone):
            kind = spec.kind.lower()
            subnet: Registered = yield _subnet(spec, whole, shared)
            made["subnets"].append(subnet)
            ids[kind].append(subnet.identifier)
            named = {**shared, "Name": spec.name, "SubnetType": spec.kind}
            table: Registered = yield _child(
                "aws:ec2/routeTable:RouteTable",
                spec.name,
                subnet.urn,
                {"vpcId": whole.identifier, "tags": named},
                subnet,
            )
            made["routeTables"].append(table)
            link: Registered = yield _child(
                "aws:ec2/routeTableAssociation:RouteTableAssociation",
                spec.name,
                table.urn,
                {"routeTableId": table.identifier, "subnetId": subnet.identifier},
                table,
            )
            made["routeTableAssociations"].append(link)
            own = {**tags, "Name": f"{name}-{number + 1}"}
            if kind == "public" and _wants_gateway(strategy, len(nats), number):
                if addresses:
                    allocation: Any = addresses[number]
                else:
                    address: Registered = yield _child(
                        "aws:ec2/eip:Eip", f"{name}-{number + 1}", subnet.urn, {"tags": own}, subnet
                    )
                    elastic.append(address)
                    allocation = address.output("allocationId")
                nats.append(
                    (
                        yield _child(
                            "aws:ec2/natGateway:NatGateway",
                            f"{name}-{number + 1}",
                            subnet.urn,
                            {"subnetId": subnet.identifier, "allocationId": allocation, "tags": own},
                            subnet,
                        )
                    )
                )
            way: dict[str, Any] = {}
            if kind == "public":
                way = {"gatewayId": internet.identifier}
            elif kind == "private" and strategy.lower() != "none":
                way = {"natGatewayId": nats[0 if strategy.lower() == "single" else number].identifier}
            if way:
                inputs = {"routeTableId": table.identifier, "destinationCidrBlock": EVERYWHERE, **way}
                route: Registered = yield _child("aws:ec2/route:Route", spec.name, table.urn, inputs, table)
                made["routes"].append(route)
    # awsx hands all its outputs over as parts of one value: each depends on the VPC and on every subnet of it, and
    # none is known before all ids are.
    origin = frozenset({whole.urn, *(s.urn for s in made["subnets"])})
    known = not has_unknown([r.identifier.value for r in (whole, *made["subnets"])])
    outputs: dict[str, Any] = {
        "vpc": whole,
        "vpcId": whole.identifier,
        "internetGateway": internet,
        "natGateways": nats,
        "eips": elastic,
        "vpcEndpoints": [],
        "subnetLayout": normalized(specs, layout, len(zones), how),
        **made,
        **{f"{kind}SubnetIds": found for kind, found in ids.items()},
    }
    return {k: Value(v if known else UNKNOWN, urns=origin) for k, v in outputs.items()}


def _child(
    type_token: str, name: str, parent: str, inputs: Mapping[str, Any], after: Registered | None = None
) -> Register:
    values = {k: together(v) for k, v in inputs.items()}
    return Register(type_token, name, parent, values, depends_on=frozenset({after.urn}) if after else frozenset())


def _subnet(spec: Subnet, whole: Registered, shared: Mapping[str, Any]) -> Register:
    inputs = {
        "vpcId": whole.identifier,
        "availabilityZone": spec.zone,
        "mapPublicIpOnLaunch": spec.kind.lower() == "public",
        "assignIpv6AddressOnCreation": False,
        "ipv6CidrBlock": applied(lambda _: None, whole.output("ipv6CidrBlock")),  # not known at preview, then none
        "cidrBlock": spec.block,
        "tags": {**shared, **spec.tags, "Name": spec.name, "SubnetType": spec.kind},
    }
    return _child("aws:ec2/subnet:Subnet", spec.name, whole.urn, inputs, whole)


def _zones(args: Mapping[str, Any]) -> Generator[AskZones, Any, list[str]]:
    names = as_items(args.get("availabilityZoneNames"))
    count = together(args.get("numberOfAvailabilityZones")).value
    if names is not None:
        if count:
            raise PlanError("Only one of [availabilityZoneNames] and [numberOfAvailabilityZones] can be specified")
        return [str(together(n).value) for n in names]
    wanted = count if isinstance(count, int) else _DEFAULT_ZONES
    found: list[str] = yield AskZones()
    if len(found) < wanted:
        raise PlanError(
            f"The configured region for this provider does not have at least {wanted} Availability Zones. Either "
            f"specify an explicit list of zones in availabilityZoneNames or choose a region with at least {wanted} AZs."
        )
    return found[:wanted]


def _text(args: Mapping[str, Any], key: str, default: str) -> str:
    value = together(args.get(key)).value
    return value if isinstance(value, str) else default


def _wants_gateway(strategy: str, made: int, number: int) -> bool:
    return {"none": False, "single": made < 1, "oneperaz": made < number + 1}[strategy.lower()]


def _check_addresses(strategy: str, given: int, zones: int) -> None:
    match strategy.lower():
        case "none" if given:
            raise PlanError(f"Elastic IP allocation IDs cannot be specified when NAT Gateway strategy is '{strategy}'.")
        case "single" if given > 1:
            raise PlanError(f"Exactly one Elastic IP may be specified when NAT Gateway strategy is '{strategy}'.")
        case "oneperaz" if given and given != zones:
            raise PlanError(
                "The number of Elastic IPs, if specified, must match the number of availability zones for the VPC "
                f"({zones}) when NAT Gateway strategy is '{strategy}'"
            )
        case "none" | "single" | "oneperaz":
            return
        case _:
            raise PlanError(f"Unknown NatGatewayStrategy '{strategy}'")


def _check_strategy(strategy: str, layout: list[Subnet]) -> None:
    if strategy.lower() != "none" and not {s.kind.lower() for s in layout} >= {"public", "private"}:
        raise PlanError(
            "If NAT Gateway strategy is 'OnePerAz' or 'Single', both private and public subnets must be declared. The "
            "private subnet creates the need for a NAT Gateway, and the public subnet is required to host the NAT "
            "Gateway resource."
        )
