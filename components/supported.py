"""The oldest releases of Pulumi that the program runs on, and one sentence when something is older."""

from importlib import metadata

import pulumi

ENGINE = "3.249.0"
"""Of the Pulumi CLI: the first with ``pulumi policy analyze --file``."""
PACKAGES = {"pulumi": "3.249.0", "pulumi-aws": "7.51.0", "pulumi-awsx": "3.8.0"}
"""Of the Python packages: pulumi as the engine, pulumi-aws the first with ``publicly_accessible`` of RDS clusters,
pulumi-awsx the first with capacity provider strategies of services."""


def require() -> None:
    """Raises pulumi.RunError with one sentence when a package or the engine is too old."""
    for package, oldest in PACKAGES.items():
        if _numbers(have := metadata.version(package)) < _numbers(oldest):
            raise pulumi.RunError(
                f"{package} {have} is too old: {oldest} or newer is needed; "
                "install requirements/runtime.txt into the program's virtual environment, or run `make setup`"
            )
    try:
        pulumi.require_pulumi_version(f">={ENGINE}")
    except Exception as refused:  # the SDK raises nothing more specific
        raise pulumi.RunError(
            f"{str(refused).rstrip('.')}: install Pulumi {ENGINE} or newer (https://www.pulumi.com/docs/install/)"
        ) from None


def _numbers(version: str) -> tuple[int, ...]:
    """3.249.0, also of 3.249.0a1."""
    return tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in version.split(".")[:3])
