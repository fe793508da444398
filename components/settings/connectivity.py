"""Settings of private connectivity: a shared-services VPC, and on-premises sites over VPN and Direct Connect."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from components.settings.cells import CellSettings
from components.settings.section import Section

MODES = ("peering", "transit")
BANDWIDTHS = ("1Gbps", "10Gbps", "100Gbps", "400Gbps")
"""Bandwidths of dedicated connections (Direct Connect CreateConnection)."""
MIN_LINES = 2
"""Connections, if there are any: a single one ends in one building, on one fibre and one router."""
LARGEST_ASN = 2_147_483_647
"""Largest ASN of a customer gateway (EC2 CreateCustomerGateway, BgpAsn)."""
MAX_RANGES = 14
"""Most IPv4 ranges that the network ACLs can allow, including those of the VPCs: 19 rules fit (VPC guide, "Amazon VPC
quotas"), and 5 of them are for the Internet (components/tiers/network/acls.py)."""
AMAZON_ASNS = (64512, 64513, 64514)
"""ASNs of the transit gateways and the Direct Connect gateway (a test compares them with
components/architectures/shared/private_connectivity.py). BGP rejects a route that already contains its own ASN, so AWS
would accept no route from a router with one of these."""
_ADDRESS = r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)"


@dataclass(frozen=True, kw_only=True)
class SharedVpc:
    """An existing VPC with shared services.

    mode: VPC peering, or a transit gateway that this stack creates. account_id, region: of the VPC, if not this
    stack's; peering only. subnet_ids: zone -> subnet for the transit gateway attachment, at least two; transit only.
    inspected: firewalls there inspect the traffic, so both directions of a flow must use the same zone (appliance
    mode); transit only.
    """

    mode: Literal["peering", "transit"]
    vpc_id: str
    cidr: str
    account_id: str
    region: str
    subnet_ids: Mapping[str, str]
    inspected: bool = False


@dataclass(frozen=True, kw_only=True)
class RouterSettings:
    """An on-premises VPN device. address: its public IPv4 address. asn: its BGP ASN."""

    address: str
    asn: int


@dataclass(frozen=True, kw_only=True)
class LineSettings:
    """A Direct Connect connection, which AWS bills by the hour. region: the location's; empty for the stack's primary
    Region. ready: the cross-connect is in place.
    """

    location: str
    region: str
    bandwidth: str
    vlan: int
    router_asn: int
    ready: bool


@dataclass(frozen=True, kw_only=True)
class OnPremisesSettings:
    """On-premises sites. cidrs: their IPv4 ranges. lines: Direct Connect connections; none, or at least two at
    different locations.
    """

    cidrs: tuple[str, ...]
    routers: Mapping[str, RouterSettings]
    lines: Mapping[str, LineSettings]


@dataclass(frozen=True, kw_only=True)
class ConnectivitySettings:
    """Private connectivity. shared, on_premises: None if there is none."""

    shared: SharedVpc | None
    on_premises: OnPremisesSettings | None

    @property
    def remote_cidrs(self) -> tuple[str, ...]:
        """IPv4 ranges that are reached over private connections."""
        shared = (self.shared.cidr,) if self.shared else ()
        return (*shared, *(self.on_premises.cidrs if self.on_premises else ()))


def _region(section: Section) -> str:
    return section.text("region", "", r"[a-z]{2}-[a-z]+-\d", "must be an AWS Region such as us-west-2")


def read_connectivity(section: Section) -> ConnectivitySettings:
    """Read ``sharedVpc`` and ``onPremises``; by default there is neither."""
    vpc, company = section.section("sharedVpc"), section.section("onPremises")
    shared = _shared(vpc) if section.given("sharedVpc") else None
    sites = _on_premises(company) if section.given("onPremises") else None
    section.finish()
    return ConnectivitySettings(shared=shared, on_premises=sites)


def check_connectivity(section: Section, found: ConnectivitySettings, cells: Sequence[CellSettings]) -> None:
    """Report ranges that overlap each other or a VPC (routes could not distinguish them), or are too many."""
    ranges = [(f"the VPC of {cell.region}", cell.vpc_cidr) for cell in cells]
    ranges += [("another range of connectivity", cidr) for cidr in found.remote_cidrs]
    if len(ranges) > MAX_RANGES:
        rule = f"has too many ranges: {MAX_RANGES - len(cells)} fit into the network ACLs; merge adjacent ranges"
        section.complain("connectivity", rule, value=len(found.remote_cidrs))
    for place, (_, cidr) in enumerate(ranges):
        if place < len(cells):
            continue
        for other, before in ranges[:place]:
            if _network(cidr).overlaps(_network(before)):
                section.complain("connectivity", f"overlaps {before}, {other}", value=cidr)


def private_cidr(section: Section, key: str, cidr: str) -> str:
    """``cidr`` if it is a private IPv4 network; otherwise report the mistake and return a documentation range."""
    try:
        network = ipaddress.IPv4Network(cidr)
    except ValueError:
        section.complain(key, "must be an IPv4 network such as 10.20.0.0/16", value=cidr)
        return "192.0.2.0/24"
    if not network.is_private:
        section.complain(key, "must be a private IPv4 network", value=cidr)
    return cidr


def _network(cidr: str) -> ipaddress.IPv4Network:
    try:
        return ipaddress.IPv4Network(cidr)
    except ValueError:
        return ipaddress.IPv4Network("192.0.2.0/32")  # reported by private_cidr


def _shared(section: Section) -> SharedVpc:
    mode = section.choice("mode", MODES, "peering")
    vpc_id = section.text("vpcId", None, r"vpc-([0-9a-f]{8}|[0-9a-f]{17})", "must be the id of a VPC (vpc-…)")
    cidr = private_cidr(section, "cidr", section.text("cidr", None, rule="must be its IPv4 range such as 10.20.0.0/16"))
    account = section.text("accountId", "", r"\d{12}", "must be an account's 12 digits")
    region = _region(section)
    subnets = section.table("subnets")
    if mode == "transit" and len(subnets) < 2:
        section.complain("subnets", "must name a subnet of the shared VPC in at least two zones, zone: subnet-…")
    if mode == "transit" and (account or region):
        section.complain(
            "mode", "a transit gateway created here attaches only VPCs of this account and Region; use peering"
        )
    if mode == "peering" and subnets:
        section.complain("subnets", "only with mode transit; remove them")
    inspected = section.flag("inspected", default=False)
    if mode == "peering" and inspected:
        section.complain("inspected", "only with mode transit; remove it")
    section.finish()
    return SharedVpc(
        mode=cast(Literal["peering", "transit"], mode),
        vpc_id=vpc_id,
        cidr=cidr,
        account_id=account,
        region=region,
        subnet_ids=subnets,
        inspected=inspected,
    )


def _asn(section: Section, key: str) -> int:
    asn = section.number(key, 65000, 1, LARGEST_ASN)
    if asn in AMAZON_ASNS:
        section.complain(key, "is the ASN of a gateway on the AWS side; give the router another ASN", value=asn)
    return asn


def _on_premises(section: Section) -> OnPremisesSettings:
    cidrs = tuple(private_cidr(section, "cidrs", cidr) for cidr in section.words("cidrs"))
    if not cidrs:
        section.complain("cidrs", "missing; give the IPv4 ranges of the sites")
    routers: dict[str, RouterSettings] = {}
    for name, router in section.groups("routers").items():
        rule = "must be the router's public IPv4 address"
        address = router.text("address", None, _ADDRESS, rule)
        if re.fullmatch(_ADDRESS, address) and not ipaddress.IPv4Address(address).is_global:
            router.complain("address", rule)
        routers[name] = RouterSettings(address=address, asn=_asn(router, "asn"))
        router.finish()
    # A second customer gateway with the same address returns the first one (EC2 CreateCustomerGateway).
    if len({router.address for router in routers.values()}) < len(routers):
        section.complain("routers", "must each have a different address", value=sorted(routers))
    if not routers:
        section.complain(
            "routers", "missing; give at least one VPN device, which is also the backup for Direct Connect"
        )
    lines: dict[str, LineSettings] = {}
    for name, line in section.groups("lines").items():
        lines[name] = LineSettings(
            location=line.text("location", None, r"[A-Za-z0-9-]{2,20}", "must be a location's code such as EqDC2"),
            region=_region(line),
            bandwidth=line.choice("bandwidth", BANDWIDTHS, "1Gbps"),
            vlan=line.number("vlan", 101, 1, 4094),
            router_asn=_asn(line, "routerAsn"),
            ready=line.flag("ready", default=False),
        )
        line.finish()
    if lines and len({line.location for line in lines.values()}) < max(MIN_LINES, len(lines)):
        section.complain("lines", "must be none, or at least two at different locations", value=sorted(lines))
    section.finish()
    return OnPremisesSettings(cidrs=cidrs, routers=routers, lines=lines)
