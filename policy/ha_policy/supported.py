"""The oldest release of the policy SDK that the pack runs on."""

from importlib import metadata

PULUMI_POLICY = "1.18.0"
"""The first with the severity of findings."""


def too_old() -> str:
    """One sentence when the installed SDK is too old, else empty."""
    have = metadata.version("pulumi-policy")
    if [int(part) for part in have.split(".")[:2]] >= [int(part) for part in PULUMI_POLICY.split(".")[:2]]:
        return ""
    return (
        f"pulumi-policy {have} is too old: {PULUMI_POLICY} or newer is needed; "
        "install policy/requirements.txt into the pack's virtual environment, or run `make setup`"
    )
