"""Private connections of the VPCs: to a shared-services VPC and to on-premises sites; only if the settings ask for
them."""

from components.alarms import Alarming
from components.architectures.base import Architecture
from components.architectures.cell import Cell
from components.architectures.shared.edge import Edge
from components.names import region_code
from components.settings.connectivity import ConnectivitySettings, OnPremisesSettings, SharedVpc
from components.tiers.network.direct_connect import CustomerGateway, DirectConnectConnection, OnPremises, OnPremisesArgs
from components.tiers.network.peering import Peering, PeeringArgs, peering_route
from components.tiers.network.transit_gateway import (
    TransitGateway,
    TransitGatewayArgs,
    TransitGatewayVpc,
    gateway_route,
)

TRANSIT_ASN = {"primary": 64512, "standby": 64514}
"""ASN of each Region's transit gateway (private ASNs, RFC 6996)."""
GATEWAY_ASN = 64513
"""ASN of the Direct Connect gateway; different from the transit gateways'."""

SHARED = "shared"
"""Label of the VPC with shared services on a transit gateway."""


def _label(cidr: str) -> str:
    """A range's part of a resource name: ``10-60-0-0-16`` for 10.60.0.0/16."""
    return cidr.translate(str.maketrans("./", "--"))


def private_connectivity(
    architecture: Architecture, wanted: ConnectivitySettings, *, between: bool = False
) -> dict[str, TransitGateway]:
    """Each cell gets its own connections, so that losing one Region cuts off only that one.

    Peering to the shared VPC, or a transit gateway that attaches it (in the primary Region, where it is); a VPN to
    every router from both Regions; Direct Connect connections, which are paid orders, to the primary Region. between:
    also route each cell's range through the gateways, for the caller that connects these. Returns the gateways by role.
    Components: {code}-shared, {code}-transit, {code}-company; {code of a line's Region}-lines, if no cell is there.
    """
    made: dict[str, TransitGateway] = {}
    ranges = {role: where.vpc_cidr for role, where in zip(architecture.cells, architecture.settings.cells, strict=True)}
    for role, cell in architecture.cells.items():
        cidr = ranges[role]
        others = {f"{other}-region": ranges[other] for other in ranges if between and other != role}
        shared = wanted.shared
        if shared is not None and shared.mode == "peering":
            _peer(architecture, cell, cidr, shared)
        attached = shared if shared is not None and shared.mode == "transit" and role == "primary" else None
        if attached is not None or wanted.on_premises is not None or others:
            made[role] = _transit(architecture, role, cidr, attached, wanted.on_premises, others)
    return made


def _peer(architecture: Architecture, cell: Cell, cidr: str, shared: SharedVpc) -> None:
    there = shared.region or architecture.primary.region
    Peering(
        cell.name("shared"),
        PeeringArgs(
            vpc_id=cell.network.vpc_id,
            vpc_cidr=cidr,
            peer_vpc_id=shared.vpc_id,
            peer_cidr=shared.cidr,
            route_table_ids=cell.network.route_table_ids["private"],
            peer_account_id=shared.account_id or None,
            peer_region=None if there == cell.region else there,
            route_alias=gateway_route(cell.name("transit"), SHARED, cell),
            tags=cell.tier_tags("connectivity"),
        ),
        cell.child,
    )


def _line_alarms(architecture: Architecture, sites: OnPremisesSettings) -> dict[str, Alarming]:
    """By Region, where the alarms of lines are sent: to a cell's topic, or to one of their own where no cell is."""
    found = {cell.region: cell.alarms_of("connectivity") for cell in architecture.cells.values()}
    for region in sorted({line.region for line in sites.lines.values() if line.ready and line.region} - set(found)):
        found[region] = Edge(architecture, region, f"{region_code(region)}-lines").alarms_of("connectivity")
    return found


def _transit(
    architecture: Architecture,
    role: str,
    cidr: str,
    shared: SharedVpc | None,
    sites: OnPremisesSettings | None,
    others: dict[str, str],
) -> TransitGateway:
    cell = architecture.cells[role]
    asn, name = TRANSIT_ASN[role], cell.name("transit")
    company_cidrs = {_label(cidr): cidr for cidr in sites.cidrs} if sites else {}
    # Earlier releases named these routes by the position of their range in the settings.
    aliases = {label: gateway_route(name, f"site{place}") for place, label in enumerate(company_cidrs)}
    aliases[SHARED] = peering_route(cell.name("shared"), cell)
    transit = TransitGateway(
        name,
        TransitGatewayArgs(
            workload=TransitGatewayVpc(
                vpc_id=cell.network.vpc_id, cidr=cidr, subnet_ids=cell.network.private_subnet_ids
            ),
            route_table_ids=cell.network.route_table_ids["private"],
            shared={
                SHARED: TransitGatewayVpc(
                    vpc_id=shared.vpc_id,
                    cidr=shared.cidr,
                    subnet_ids=dict(shared.subnet_ids),
                    appliance_mode=shared.inspected,
                )
            }
            if shared
            else {},
            remote_cidrs=others | company_cidrs,
            route_aliases=aliases,
            asn=asn,
            alarms=cell.alarms_of("connectivity"),
            tags=cell.tier_tags("connectivity"),
        ),
        cell.child,
    )
    cell.monitor(transit)
    if sites is None:
        return transit
    company = OnPremises(
        cell.name("company"),
        OnPremisesArgs(
            transit_gateway_id=transit.transit_gateway_id,
            transit_asn=asn,
            workload_route_table_id=transit.workload_route_table_id,
            edge_route_table_id=transit.edge_route_table_id,
            announced=[cidr],
            routers={label: CustomerGateway(address=one.address, asn=one.asn) for label, one in sites.routers.items()},
            lines={
                label: DirectConnectConnection(
                    location=line.location,
                    region=line.region if line.region not in ("", cell.region) else None,
                    bandwidth=line.bandwidth,
                    vlan=line.vlan,
                    router_asn=line.router_asn,
                    ready=line.ready,
                )
                for label, line in sites.lines.items()
            }
            if role == "primary"
            else {},
            line_alarms=_line_alarms(architecture, sites) if role == "primary" else {},
            gateway_asn=GATEWAY_ASN,
            kms_key_arn=cell.kms_key_arn,
            retain_data=cell.retain_data,
            alarms=cell.alarms_of("connectivity"),
            tags=cell.tier_tags("connectivity"),
        ),
        cell.child,
    )
    cell.monitor(company)
    return transit
