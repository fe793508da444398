"""Settings of the web servers: the ``web`` group in the scenario's group; and images of servers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from components.settings.cells import CellSettings
from components.settings.section import Section

INSTANCE_TYPES = (
    "t4g.micro",
    "t4g.small",
    "t4g.medium",
    "t4g.large",
    "m6g.large",
    "m7g.large",
    "m8g.large",
    "c6g.large",
    "c7g.large",
    "c8g.large",
    "m7g.xlarge",
    "c7g.xlarge",
)
"""arm64 instance types; the user data and the default image are for arm64."""

_DEFAULT_TYPES = {
    "dev": ("t4g.small", "t4g.medium"),
    "production": ("m7g.large", "m6g.large", "c7g.large"),
}
_DEFAULT_LOAD = {"dev": 1, "production": 4}
MAX_INSTANCES = 100
PEAK = 4
"""Default ratio of the highest to the ordinary load."""


@dataclass(frozen=True, kw_only=True)
class ServerImages:
    """AMI ids, arm64; empty for the current Amazon Linux 2023. An AMI belongs to one Region, so each has its own."""

    primary: str
    standby: str

    def of(self, role: str) -> str:
        """The id for the cell ``primary`` or ``standby``."""
        return self.primary if role == "primary" else self.standby


def read_images(section: Section) -> ServerImages:
    """Read ``imageId`` and ``standbyImageId``."""
    rule = "must be the id of an arm64 image (ami-…)"
    pattern = r"ami-([0-9a-f]{8}|[0-9a-f]{17})"
    return ServerImages(
        primary=section.text("imageId", "", pattern, rule), standby=section.text("standbyImageId", "", pattern, rule)
    )


def check_images(section: Section, group: str, images: ServerImages, cells: Sequence[CellSettings]) -> None:
    """Report an image that a Region of the stack would not find. group: the servers' group in ``section``."""
    key = f"{group}.standbyImageId"
    if len(cells) == 1:
        if images.standby:
            section.complain(key, "needs standbyRegion; remove it", value=images.standby)
    elif bool(images.primary) != bool(images.standby):
        wanted = key if images.primary else f"{group}.imageId"
        rule = "missing: an image belongs to one Region; copy it with aws ec2 copy-image and give the copy's id"
        section.complain(wanted, rule)
    elif images.primary and images.primary == images.standby:
        rule = "must differ from imageId: an image belongs to one Region; give the id of its copy in standbyRegion"
        section.complain(key, rule, value=images.standby)


LISTS_WITH_DOMAIN = 2
"""Prefix lists at least if Route 53's health checkers connect to the load balancers, too."""


@dataclass(frozen=True, kw_only=True)
class PrefixLists:
    """Managed prefix lists that may connect to a Region's load balancers; without any, everybody may. AWS's lists have
    another id in each Region.
    """

    primary: tuple[str, ...]
    standby: tuple[str, ...]

    def of(self, role: str) -> tuple[str, ...]:
        """The ids for the cell ``primary`` or ``standby``."""
        return self.primary if role == "primary" else self.standby


def _read_prefix_lists(section: Section) -> PrefixLists:
    found: dict[str, tuple[str, ...]] = {}
    for key in ("prefixListIds", "standbyPrefixListIds"):
        found[key] = section.words(key)
        for wrong in (one for one in found[key] if not re.fullmatch(r"pl-([0-9a-f]{8}|[0-9a-f]{17})", one)):
            section.complain(key, "must be ids of managed prefix lists (pl-…)", value=wrong)
        if len(set(found[key])) < len(found[key]):
            section.complain(key, "names a list twice")
    return PrefixLists(primary=found["prefixListIds"], standby=found["standbyPrefixListIds"])


def check_prefix_lists(
    section: Section, lists: PrefixLists, cells: Sequence[CellSettings], *, domain_given: bool
) -> None:
    """Report lists that would shut a Region's load balancers to CloudFront or to Route 53. section: the scenario's."""
    standby = "web.standbyPrefixListIds"
    if len(cells) == 1 and lists.standby:
        section.complain(standby, "needs standbyRegion; remove it", value=list(lists.standby))
    elif len(cells) > 1 and bool(lists.primary) != bool(lists.standby):
        wanted = standby if lists.primary else "web.prefixListIds"
        section.complain(wanted, "missing: AWS's prefix lists have another id in each Region; give those of this one")
    if domain_given:
        for key, given in (("web.prefixListIds", lists.primary), (standby, lists.standby)):
            if given and len(given) < LISTS_WITH_DOMAIN:
                rule = "must name two lists with a domain: CloudFront's and the one of Route 53's health checkers"
                section.complain(key, rule, value=list(given))


@dataclass(frozen=True, kw_only=True)
class WebSettings:
    """Web servers of each cell. instances: for the ordinary load. peak_instances: for the highest load.

    The tier adds the capacity that the loss of a zone takes away. instance_types: arm64, preferred first.
    """

    instances: int
    peak_instances: int
    instance_types: tuple[str, ...]
    images: ServerImages
    prefix_lists: PrefixLists


def read_web(section: Section, profile: str) -> WebSettings:
    """Read the group; defaults are the profile's sizes."""
    instances = section.number("instances", _DEFAULT_LOAD[profile], 1, MAX_INSTANCES, "instances")
    peak = section.number("peakInstances", min(PEAK * instances, MAX_INSTANCES), 1, MAX_INSTANCES, "instances")
    if peak < instances:
        section.complain("peakInstances", f"must be at least instances, {instances}", value=peak)
    types = section.words("instanceTypes", _DEFAULT_TYPES[profile])
    for wrong in (t for t in types if t not in INSTANCE_TYPES):
        section.complain(
            "instanceTypes", f"must be arm64 types from this list: {', '.join(INSTANCE_TYPES)}", value=wrong
        )
    if len(set(types)) < 2:
        section.complain(
            "instanceTypes", "must name at least two types, so that instances still launch when one type runs out"
        )
    images, lists = read_images(section), _read_prefix_lists(section)
    section.finish()
    return WebSettings(
        instances=instances, peak_instances=peak, instance_types=types, images=images, prefix_lists=lists
    )
