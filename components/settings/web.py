"""Settings of a web tier: the ``web`` group inside a scenario's group."""

from dataclasses import dataclass

from components.settings.core import Section

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
"""arm64 types that the user data and the image are made for, each in all the Regions' common zones."""

_DEFAULT_TYPES = {
    "dev": ("t4g.small", "t4g.medium"),
    "production": ("m7g.large", "m6g.large", "c7g.large"),
}
_DEFAULT_LOAD = {"dev": 1, "production": 4}
MAX_INSTANCES = 100


@dataclass(frozen=True, kw_only=True)
class WebSettings:
    """Web servers. instances: how many serve the load with every zone up (the tier adds what the loss of one takes).

    max_instances: where scaling out ends. instance_types: arm64, preferred first.
    """

    instances: int
    max_instances: int
    instance_types: tuple[str, ...]


def read_web(section: Section, profile: str) -> WebSettings:
    """The group's keys, with the profile's sizes as defaults."""
    instances = section.number("instances", _DEFAULT_LOAD[profile], 1, MAX_INSTANCES, "instances")
    most = section.number("maxInstances", 4 * instances + 2, 2, 4 * MAX_INSTANCES + 2, "instances")
    if most < instances * 2:
        section.complain(
            "maxInstances",
            f"must be at least {2 * instances}, twice instances: what two zones need to survive the loss of one",
            value=most,
        )
    types = section.words("instanceTypes", _DEFAULT_TYPES[profile])
    for wrong in (t for t in types if t not in INSTANCE_TYPES):
        section.complain("instanceTypes", f"must be arm64 types out of {', '.join(INSTANCE_TYPES)}", value=wrong)
    if len(set(types)) < 2:
        section.complain("instanceTypes", "must name at least two types, so that a lack of one does not stop a launch")
    section.finish()
    return WebSettings(instances=instances, max_instances=most, instance_types=types)
