"""AWS Regions and their Availability Zones.

Source: EC2 User Guide, "Regions and Zones". Zone letters differ between accounts;
 the letters here are those that any account can have.
"""

import re
from typing import Final

ZONES: Final = {
    "af-south-1": "abc",
    "ap-east-1": "abc",
    "ap-east-2": "abc",
    "ap-northeast-1": "abcd",
    "ap-northeast-2": "abcd",
    "ap-northeast-3": "abc",
    "ap-south-1": "abc",
    "ap-south-2": "abc",
    "ap-southeast-1": "abc",
    "ap-southeast-2": "abc",
    "ap-southeast-3": "abc",
    "ap-southeast-4": "abc",
    "ap-southeast-5": "abc",
    "ap-southeast-6": "abc",
    "ap-southeast-7": "abc",
    "ca-central-1": "abd",
    "ca-west-1": "abc",
    "cn-north-1": "abd",
    "cn-northwest-1": "abc",
    "eu-central-1": "abc",
    "eu-central-2": "abc",
    "eu-north-1": "abc",
    "eu-south-1": "abc",
    "eu-south-2": "abc",
    "eu-west-1": "abc",
    "eu-west-2": "abc",
    "eu-west-3": "abc",
    "il-central-1": "abc",
    "me-central-1": "abc",
    "me-south-1": "abc",
    "mx-central-1": "abc",
    "sa-east-1": "abc",
    "us-east-1": "abcdef",
    "us-east-2": "abc",
    "us-gov-east-1": "abc",
    "us-gov-west-1": "abc",
    "us-west-1": "abc",
    "us-west-2": "abcd",
}
"""Letters of the Availability Zones by Region."""

LOAD_BALANCER_ZONES: Final = {
    "us-east-1": "Z35SXDOTRQ7X7K",
    "us-east-2": "Z3AADJGX6KTTL2",
    "us-west-1": "Z368ELLRRE2KJ0",
    "us-west-2": "Z1H1FL5HABSF5",
    "eu-west-1": "Z32O12XQLNTSW2",
    "eu-central-1": "Z215JYRZR1TBD5",
    "ap-southeast-2": "Z1GM3OXH4ZPM65",
}
"""Hosted zone ids of Application Load Balancers (AWS General Reference, "Elastic Load Balancing endpoints")."""

NETWORK_LOAD_BALANCER_ZONES: Final = {
    "us-east-1": "Z26RNL4JYFTOTI",
    "us-east-2": "ZLMOA37VPKANP",
    "us-west-1": "Z24FKFUX50B4VW",
    "us-west-2": "Z18D5FSROUN65G",
    "eu-west-1": "Z2IFOLAFXWLO4F",
    "eu-central-1": "Z3F0SRJ5LGBH90",
    "ap-southeast-2": "ZCT6FZBF4DROD",
}
"""Hosted zone ids of Network Load Balancers (same page)."""

S3_WEBSITE_ZONES: Final = {"us-east-1": "Z3AQBSTGFAJSTF", "us-west-2": "Z3BJ6K6RIION7M", "us-east-2": "Z2O1EMRO9K5GLX"}
"""Hosted zone ids of S3 website endpoints (AWS General Reference, "Amazon S3 endpoints")."""

_DASHED_WEBSITES: Final = (
    "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-1", "sa-east-1", "us-east-1", "us-gov-west-1",
    "us-west-1", "us-west-2",
)  # fmt: skip
"""Regions whose website endpoints have a hyphen before the Region; the others have a dot (same page)."""

CLOUDFRONT_ZONE: Final = "Z2FDTNDATAQYW2"
"""Hosted zone id of every CloudFront distribution (Route 53 API Reference, AliasTarget)."""

GLOBAL_ACCELERATOR_ZONE: Final = "Z2BJ6XQ5FK7U4H"
"""Hosted zone id of every standard accelerator (Route 53 API Reference, AliasTarget)."""

_LOCAL = re.compile(r"-[a-z]+-\d[a-z]$")  # Local Zones and Wavelength Zones: us-west-2-lax-1a, us-east-1-wl1-bos-wlz-1


def partition(region: str) -> str:
    """The ARN partition of a Region."""
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"


def website_domain(region: str) -> str:
    """Host name suffix of a Region's S3 websites: ``s3-website-us-west-2.amazonaws.com``."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"s3-website{'-' if region in _DASHED_WEBSITES else '.'}{region}.{suffix}"


def zones(region: str) -> list[str]:
    """The Availability Zones of a Region, in order; empty for an unknown Region."""
    return [region + letter for letter in ZONES.get(region, "")]


def is_zone_of(zone: str, region: str) -> bool:
    """Whether the Region has this Availability Zone or Local Zone."""
    if not zone.startswith(region):
        return False
    tail = zone[len(region) :]
    return (len(tail) == 1 and tail in ZONES.get(region, "")) or bool(_LOCAL.match(tail)) or tail.startswith("-wl")


def zone_id(zone: str) -> str:
    """The zone id of a zone, such as ``usw2-az1`` (offline, zone letters map to ids in order)."""
    match = re.fullmatch(r"([a-z]{2})(-gov)?-([a-z]+)-(\d)([a-z])", zone)
    if not match:
        return zone
    area, gov, direction, number, letter = match.groups()
    for word, short in (("north", "n"), ("south", "s"), ("east", "e"), ("west", "w"), ("central", "c")):
        direction = direction.replace(word, short)
    index = ZONES.get(zone[:-1], "abcdef").find(letter) + 1
    return f"{area}{'g' if gov else ''}{direction}{number}-az{index}"
