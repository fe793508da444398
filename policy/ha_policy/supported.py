"""The oldest release of the policy SDK that the pack runs on."""

from importlib import metadata

PULUMI_POLICY = "1.3.0"
"""The first for Pulumi 3."""
DISPLAY_NAMES = "1.18.0"
"""The first with display names and tags of policies, which Pulumi Cloud shows."""


def has(version: str) -> bool:
    """Whether the installed SDK is this release or a newer one."""
    return _minor(metadata.version("pulumi-policy")) >= _minor(version)


def _minor(version: str) -> list[int]:
    return [int(part) for part in version.split(".")[:2]]


def too_old() -> str:
    """One sentence when the installed SDK is too old, else empty."""
    if has(PULUMI_POLICY):
        return ""
    have = metadata.version("pulumi-policy")
    return (
        f"pulumi-policy {have} is too old: {PULUMI_POLICY} or newer is needed; "
        "run `pulumi install` in the pack's folder, `pip install -U pulumi-policy`, or `make setup` in this repository"
    )
