"""Settings of a cell: the Region, its Availability Zones and the address range of its VPC."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

import pulumi_aws as aws

from components.settings.section import Section, suggestion

COMMERCIAL_REGIONS = tuple(
    sorted(r.value for r in aws.Region if re.fullmatch(r"(af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d", r.value))
)
"""Regions of the ``aws`` partition, as the installed pulumi_aws (7.51.1, 2026-11) lists them. GovCloud, China, the
European Sovereign Cloud and the isolated partitions lack services that the architectures need (CloudFront, Global
Accelerator)."""

MIN_ZONES, MAX_ZONES = 2, 3
LAST_ZONE_LETTER = "h"
"""The address plan has subnets for the zones a to h of a Region (components/tiers/network/address_plan.py)."""

WIDEST_VPC, NARROWEST_VPC = 16, 20
"""Prefix lengths of the VPC's range. /16 is AWS's widest (EC2 CreateVpc); in a /20 the plan's smallest subnet is a /26.
"""

_PRIVATE = tuple(ipaddress.IPv4Network(c) for c in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
_Network = ipaddress.IPv4Network


@dataclass(frozen=True, kw_only=True)
class CellSettings:
    """Settings of one Region. zones: names of 2 or 3 of its Availability Zones. vpc_cidr: IPv4 range, /16 to /20."""

    region: str
    zones: tuple[str, ...]
    vpc_cidr: str


def read_region(root: Section, key: str, *, required: bool) -> str:
    """A Region of the commercial partition; empty if it is optional and not set."""
    rule = "must be an AWS Region such as us-west-2"
    region = root.text(key, None if required else "", rule=rule)
    if region and region not in COMMERCIAL_REGIONS:
        other = next((r.value for r in aws.Region if r.value == region), None)
        if other:
            root.complain(
                key, "is not in the commercial partition; the architectures use services that only this partition has"
            )
        elif re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d[a-z]", region):
            root.complain(key, f"is an Availability Zone; {rule}")
        else:
            root.complain(key, f"{rule}{suggestion(region, COMMERCIAL_REGIONS)}")
    return region


def read_zones(root: Section, key: str, region: str, region_key: str) -> tuple[str, ...]:
    """Two or three distinct Availability Zones of ``region``; Local and Wavelength Zones are rejected."""
    zones = root.words(key)
    how = f"give {MIN_ZONES} or {MAX_ZONES} Availability Zones of {region_key}"
    if not zones:
        if not root.given(key):
            root.complain(key, f"missing; {how}; set each with: pulumi config set --path '{key}[0]' {region or '…'}a")
        return zones
    for zone in zones:
        standard = re.fullmatch(r"([a-z]{2}(?:-[a-z]+)+-\d)([a-z])", zone)
        if re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d-[a-z0-9-]+", zone):
            root.complain(
                key, "is a Local or Wavelength Zone, and load balancers cannot span those; " + how, value=zone
            )
        elif not standard:
            root.complain(key, f"is not an Availability Zone's name such as {region or 'us-west-2'}a", value=zone)
        elif region in COMMERCIAL_REGIONS and standard[1] != region:
            root.complain(key, f"is not in {region_key} {region}; {how}", value=zone)
        elif standard[2] > LAST_ZONE_LETTER:
            root.complain(
                key, f"the address plan has no subnets for zones after {LAST_ZONE_LETTER}; use another zone", value=zone
            )
    if len(set(zones)) != len(zones):
        root.complain(key, "names a zone twice; the zones must be distinct")
    elif not MIN_ZONES <= len(zones) <= MAX_ZONES:
        root.complain(key, f"has {len(zones)} zone{'s' if len(zones) > 1 else ''}; {how}")
    return zones


def read_cidr(root: Section, key: str, default: str) -> _Network | None:
    """A private IPv4 range between /16 and /20; None after a mistake."""
    value = root.text(key, default, rule=f"must be an IPv4 range such as {default}")
    try:
        network = ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        root.complain(key, f"must be an IPv4 range such as {default}")
        return None
    if "/" not in value or str(network) != value:
        root.complain(key, f"must be written as a network; did you mean {network.network_address}/{network.prefixlen}?")
    elif not WIDEST_VPC <= network.prefixlen <= NARROWEST_VPC:
        root.complain(key, f"must be a /{WIDEST_VPC} to a /{NARROWEST_VPC}, for three subnets in each zone")
    elif not any(network.subnet_of(private) for private in _PRIVATE):
        root.complain(key, f"must lie in a private range: {', '.join(map(str, _PRIVATE))}")
    else:
        return network
    return None


def read_cells(root: Section) -> tuple[CellSettings, CellSettings | None]:
    """The primary cell, and the standby cell when ``standbyRegion`` is set."""
    region = read_region(root, "region", required=True)
    zones = read_zones(root, "availabilityZones", region, "region")
    network = read_cidr(root, "vpcCidr", "10.0.0.0/16")
    primary = CellSettings(region=region, zones=zones, vpc_cidr=str(network))

    standby_region = read_region(root, "standbyRegion", required=False)
    standby_network = read_cidr(root, "standbyVpcCidr", "10.1.0.0/16")
    if not standby_region:
        if root.words("standbyAvailabilityZones"):
            root.complain("standbyAvailabilityZones", "needs standbyRegion; set it, or remove these zones")
        return primary, None
    if standby_region == region:
        root.complain("standbyRegion", "must differ from region: it takes over when region is lost")
    standby_zones = read_zones(root, "standbyAvailabilityZones", standby_region, "standbyRegion")
    if network and standby_network and network.overlaps(standby_network):
        root.complain(
            "standbyVpcCidr",
            f"must not overlap vpcCidr {network}: overlapping VPCs cannot be connected",
            value=str(standby_network),
        )
    return primary, CellSettings(region=standby_region, zones=standby_zones, vpc_cidr=str(standby_network))
