# ruff: noqa: E501 (what AWS says is as long as it is)
"""What holds for every resource: its Region, its zones, its tags."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from offline.aws import regions
from offline.aws.refusals import Case, Problem, refuses

_TAG = re.compile(r"[\w\s.:/=+\-@]*")
_ZONED = ("availabilityZone", "availabilityZones", "preferredCacheClusterAzs", "availabilityZoneName")


@refuses()
def region_exists(case: Case) -> Iterator[Problem]:
    """Region names: EC2 User Guide, "Regions and Zones"."""
    region = case.text("region")
    if region is not None and region not in regions.ZONES:
        yield "region", f"invalid AWS Region: {region}"


@refuses()
def zones_are_of_the_region(case: Case) -> Iterator[Problem]:
    """EC2: InvalidParameterValue "Value (x) for parameter availabilityZone is invalid"."""
    for name in _ZONED:
        values = case.get(name)
        for zone in cast(list[Any], values) if isinstance(values, list) else [values]:
            if isinstance(zone, str) and case.region in regions.ZONES and not regions.is_zone_of(zone, case.region):
                there = ", ".join(regions.zones(case.region))
                yield (
                    name,
                    f"Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: {there}.",
                )


@refuses()
def tags_are_legal(case: Case) -> Iterator[Problem]:
    """Tag naming limits: AWS General Reference, "Tagging your AWS resources" (50 tags, key 128, value 256, no aws: prefix)."""
    tags = case.inputs.get("tags")
    if not isinstance(tags, Mapping):
        return
    given = cast(Mapping[str, Any], tags)
    if len(given) > 50:
        yield "tags", f"{len(given)} tags: at most 50 tags per resource"
    for key, value in given.items():
        if key.lower().startswith("aws:"):
            yield f"tags.{key}", f"tag key {key!r}: keys beginning with aws: are reserved for AWS"
        if not 1 <= len(key) <= 128:
            yield f"tags.{key}", f"tag key {key!r}: 1 to 128 characters"
        if isinstance(value, str) and len(value) > 256:
            yield f"tags.{key}", f"value of tag {key!r}: at most 256 characters"
        if isinstance(value, str) and not _TAG.fullmatch(value):
            yield f"tags.{key}", f"value of tag {key!r}: only letters, digits, spaces and _ . : / = + - @"
