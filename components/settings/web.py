"""Settings of the web servers: the ``web`` group in the scenario's group."""

from dataclasses import dataclass

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
class WebSettings:
    """Web servers of each cell. instances: for the ordinary load. peak_instances: for the highest load.

    The tier adds the capacity that the loss of a zone takes away. instance_types: arm64, preferred first. image: AMI
    id, or empty for the current Amazon Linux 2023.
    """

    instances: int
    peak_instances: int
    instance_types: tuple[str, ...]
    image: str


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
    image = section.text("imageId", "", r"ami-([0-9a-f]{8}|[0-9a-f]{17})", "must be the id of an arm64 image (ami-…)")
    section.finish()
    return WebSettings(instances=instances, peak_instances=peak, instance_types=types, image=image)
