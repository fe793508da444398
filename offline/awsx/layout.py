"""The subnets of `awsx.ec2.Vpc`: CIDR blocks, names, zones, kinds. Arithmetic only."""

import ipaddress
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from offline.awsx.values import PlanError

Range = ipaddress.IPv4Interface  # an address and a mask; the address need not be the first of its block
SMALLEST_PER_ZONE = 26  # mask; what awsx divides a zone of into subnets by itself
ADDRESS_BITS = 32
DEFAULT_MASKS = {"private": 19, "public": 20, "isolated": 24}  # no subnet of the old layout is larger by itself
ORDER = ("public", "private", "isolated")


@dataclass(frozen=True, slots=True)
class Spec:
    """One subnet per zone. kind: Public, Private, Isolated or Unused, as given. mask: bits of its network, if given."""

    kind: str
    name: str | None = None
    mask: int | None = None
    blocks: tuple[str, ...] = ()
    tags: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet to create."""

    kind: str
    name: str
    zone: str
    block: str
    tags: Mapping[str, Any] = field(default_factory=dict[str, Any])


def specs_of(given: Sequence[Mapping[str, Any]] | None, zones: int) -> tuple[Spec, ...] | None:
    """The specs as awsx normalizes them. Raises PlanError with all mistakes."""
    if given is None:
        return None
    issues: list[str] = []
    explicit = any(s.get("cidrBlocks") is not None for s in given)
    found: list[Spec] = []
    for number, spec in enumerate(given):
        blocks = tuple(str(b) for b in spec.get("cidrBlocks") or ())
        size, mask = spec.get("size"), spec.get("cidrMask")
        if size is not None and (size < 4 or size & (size - 1)):
            issues.append(f"The following subnet sizes are invalid: {size}.")
        elif size is not None:
            of_size = ADDRESS_BITS - int(math.log2(size))
            if mask is not None and mask != of_size:
                issues.append(f"Subnet size {size} does not match the expected size for a /{mask} subnet.")
            mask = of_size
        if explicit and not blocks:
            issues.append("If any subnet spec has explicit cidrBlocks, all subnets must have explicit cidrBlocks.")
        elif explicit and len(blocks) != zones:
            issues.append(
                f"The number of CIDR blocks in subnetSpecs[{number}] must match the number of availability zones "
                f"({zones})."
            )
        found.append(Spec(str(spec["type"]), spec.get("name"), mask, blocks, spec.get("tags") or {}))
    if issues:
        raise PlanError("Invalid subnet specifications:\n - " + "\n - ".join(dict.fromkeys(issues)))
    return tuple(found)


def subnets(
    vpc: str, block: str, zones: Sequence[str], specs: tuple[Spec, ...] | None, strategy: str, zone_mask: int | None
) -> list[Subnet]:
    """Every subnet of a VPC, in the order of the layout. strategy: Legacy, Auto or Exact."""
    if strategy == "Legacy" or (specs is None and strategy != "Auto"):
        made = _legacy(vpc, block, zones, specs) if specs is not None else _legacy_default(vpc, block, zones)
    elif specs is not None and any(s.blocks for s in specs):
        made = [_subnet(vpc, s, n, z, s.blocks[n]) for n, z in enumerate(zones) for s in specs]
    else:
        made = _aligned(vpc, block, zones, specs, zone_mask)
    _apart(made)
    if strategy == "Exact":
        _without_gaps(block, made)
    return made


def in_zone(layout: Iterable[Subnet], zone: str) -> list[Subnet]:
    """The subnets of a zone, public ones first, since NAT gateways are in them."""
    return sorted(
        (s for s in layout if s.zone == zone and s.kind != "Unused"), key=lambda s: ORDER.index(s.kind.lower())
    )


def _subnet(vpc: str, spec: Spec, number: int, zone: str, block: str, kind: str | None = None) -> Subnet:
    return Subnet(kind or spec.kind, f"{vpc}-{spec.name or spec.kind.lower()}-{number + 1}", zone, block, spec.tags)


# ------------------------------------------------------------------------------------------------------- Auto, Exact
def _aligned(
    vpc: str, block: str, zones: Sequence[str], specs: tuple[Spec, ...] | None, zone_mask: int | None
) -> list[Subnet]:
    whole = ipaddress.IPv4Network(block, strict=False)
    per_zone = zone_mask if zone_mask is not None else whole.prefixlen + _bits(len(zones))
    chosen = specs if specs is not None else _default(per_zone)
    if not chosen:
        raise PlanError("No subnets specified")
    usual = per_zone + _bits(len(chosen))
    masks = [usual if s.mask is None else s.mask for s in chosen]
    has, needs = 2 ** (ADDRESS_BITS - per_zone), sum(2 ** (ADDRESS_BITS - m) for m in masks)
    if needs > has:
        raise PlanError(
            f"Subnets are too large for VPC. VPC has {has} addresses, but subnets require {needs} addresses."
        )
    made: list[Subnet] = []
    start = ipaddress.IPv4Network((whole.network_address, per_zone), strict=False)
    for number, zone in enumerate(zones):
        last: ipaddress.IPv4Network | None = None
        for spec, mask in zip(chosen, masks, strict=True):
            begin = start.network_address if last is None else _after(last.broadcast_address, mask)
            last = ipaddress.IPv4Network((begin, mask), strict=False)
            made.append(_subnet(vpc, spec, number, zone, str(last)))
        start = ipaddress.IPv4Network((start.broadcast_address + 1, per_zone))
    return made


def _default(per_zone: int) -> tuple[Spec, ...]:
    if per_zone > SMALLEST_PER_ZONE:
        raise PlanError(
            f"Automatic subnet creation requires a VPC with at least /26 available per AZ, but only /{per_zone} is "
            "available."
        )
    mask = max(per_zone, 16)
    return Spec("Private", mask=mask + 1), Spec("Public", mask=mask + 2)


def _after(last: ipaddress.IPv4Address, mask: int) -> ipaddress.IPv4Address:
    """Start of the next block of that size after an address."""
    return ipaddress.IPv4Network((last, mask), strict=False).broadcast_address + 1


def _bits(count: int) -> int:
    return math.ceil(math.log2(count)) if count else 0


# ------------------------------------------------------------------------------------------------------------ Legacy
def _legacy_default(vpc: str, block: str, zones: Sequence[str]) -> list[Subnet]:
    private = [_within(base, 1, 0) for base in _bases(block, len(zones))]
    public = [_within(_within(p, 0, 1), 1, 0) for p in private]
    return [
        _subnet(vpc, Spec(kind), number, zone, str(ranges[number]))
        for kind, ranges in (("Private", private), ("Public", public))
        for number, zone in enumerate(zones)
    ]


def _legacy(vpc: str, block: str, zones: Sequence[str], specs: tuple[Spec, ...]) -> list[Subnet]:
    """Private subnets first, then public, then isolated ones, each as far after the last as its size asks."""
    made: list[Subnet] = []
    bases = _bases(block, len(zones))
    usual = bases[0].network.prefixlen + (0 if len(specs) == 1 else 1)
    for number, (zone, base) in enumerate(zip(zones, bases, strict=True)):
        current, before = Range((base.network.network_address - 1, ADDRESS_BITS)), base
        for kind in ("private", "public", "isolated"):
            earlier = before  # the last of the kind before, for all of this kind
            for index, spec in enumerate(s for s in specs if s.kind.lower() == kind):
                mask = spec.mask if spec.mask is not None else max(usual, DEFAULT_MASKS[kind])
                start = base if earlier is base else _within(earlier, 0, 1)
                following = _within(start, mask - start.network.prefixlen, index)
                if _overlap(current.network, following.network):
                    following = Range((_after(current.network.broadcast_address, mask), mask))
                made.append(_subnet(vpc, spec, number, zone, str(following), kind.capitalize()))
                current = before = following
    return made


def _bases(block: str, zones: int) -> list[Range]:
    whole = Range(block)
    return [_within(whole, _bits(zones), n) for n in range(zones)]


def _within(start: Range, bits: int, number: int) -> Range:
    """The n-th block with so many bits more, counted from an address."""
    mask = start.network.prefixlen + bits
    if mask > ADDRESS_BITS:
        raise PlanError(f"Requested {bits} new bits, but only {ADDRESS_BITS - start.network.prefixlen} are available.")
    return Range((int(start.ip) + number * 2 ** (ADDRESS_BITS - mask), mask))


# ------------------------------------------------------------------------------------------------------------ checks
def _overlap(one: ipaddress.IPv4Network, other: ipaddress.IPv4Network) -> bool:
    return one.overlaps(other)


def _apart(made: Sequence[Subnet]) -> None:
    ranges = [Range(s.block).network for s in made]
    wrong = [
        f"{n + 1}. {s.name}: {s.block}"
        for n, s in enumerate(made)
        if any(ranges[n].overlaps(r) for m, r in enumerate(ranges) if m != n)
    ]
    if wrong:
        raise PlanError(
            "The following subnets overlap with at least one other subnet. Make the CIDR for the VPC larger, reduce "
            "the size of the subnets per AZ, or use less Availability Zones:\n\n" + "\n".join(wrong)
        )


def _without_gaps(block: str, made: Sequence[Subnet]) -> None:
    whole = ipaddress.IPv4Network(block, strict=False)
    ranges = [Range(s.block).network for s in made]
    gaps = [
        f"{made[n].name} ({made[n].block}) <=> {made[n + 1].name} ({made[n + 1].block})"
        for n, (one, other) in enumerate(pairwise(ranges))
        if other.network_address != one.broadcast_address + 1
    ]
    if ranges[0].network_address != whole.network_address:
        gaps.append(f"{made[0].name} ({made[0].block}) does not start at the beginning of the VPC ({block})")
    if ranges[-1].broadcast_address != whole.broadcast_address:
        gaps.append(f"{made[-1].name} (ending {ranges[-1].broadcast_address}) ends before VPC ends")
    if gaps:
        raise PlanError(f"There are gaps in the subnet ranges. Please fix the following gaps: {', '.join(gaps)}")


def normalized(specs: tuple[Spec, ...] | None, layout: Sequence[Subnet], zones: int, strategy: str) -> list[Any]:
    """The output ``subnetLayout``: the specs, with gaps as unused ones where the layout is the old one."""
    if strategy != "Legacy" and specs is not None:
        return [
            {k: v for k, v in (("type", s.kind), ("name", s.name), ("cidrMask", s.mask)) if v is not None}
            for s in specs
        ]
    found: list[Any] = []
    last: ipaddress.IPv4Network | None = None
    for subnet in layout[: len(layout) // zones]:
        block = Range(subnet.block).network
        if last is not None:
            first, second = sorted((last, block))
            if int(second.network_address) > int(first.broadcast_address) + 1:
                gap = ipaddress.summarize_address_range(first.broadcast_address + 1, second.network_address - 1)
                found += [{"type": "Unused", "cidrMask": g.prefixlen} for g in gap]
        found.append({"type": subnet.kind, "cidrMask": block.prefixlen})
        last = block
    return found
