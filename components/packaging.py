"""Bundles of the functions' own sources, the same bytes on every machine."""

from pathlib import Path

import pulumi

FUNCTIONS = Path(__file__).parent / "functions"
"""One folder per function; its files are the root of the deployment package."""

POWERTOOLS_ACCOUNT = "017000801446"
"""The account AWS publishes Powertools for AWS Lambda (Python) layers from, in every commercial Region."""
POWERTOOLS_LAYER_VERSION = 25
"""Layer version, the same in every Region (Powertools documentation, "Lambda Layer", list of ARNs)."""


def function_archive(name: str, root: Path = FUNCTIONS) -> pulumi.AssetArchive:
    """The Python sources and data files of function ``name``, without caches, so that equal sources have one hash.

    Raises ValueError when there is no such function; it lists those there are.
    """
    folder = root / name
    files = {
        path.relative_to(folder).as_posix(): pulumi.FileAsset(str(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    if not files:
        known = sorted(p.name for p in root.iterdir() if p.is_dir() and any(p.glob("*.py")))
        raise ValueError(f"name={name}: no such function; give one of {', '.join(known)}")
    return pulumi.AssetArchive(dict(files))


def powertools_layer(region: pulumi.Input[str], *, runtime: str = "python313") -> pulumi.Output[str]:
    """ARN of AWS's own Powertools layer (arm64, with the X-Ray SDK) in ``region``: the library without a build step."""
    return pulumi.Output.concat(
        "arn:aws:lambda:",
        region,
        f":{POWERTOOLS_ACCOUNT}:layer:AWSLambdaPowertoolsPythonV3-{runtime}-arm64:{POWERTOOLS_LAYER_VERSION}",
    )


MICROSERVICE = Path(__file__).parent / "microservice" / "service.py"
"""The service that the container tiers run, one file of the standard library alone."""

SERVICE_IMAGE = "public.ecr.aws/docker/library/python:3.13-alpine"
"""The stock image that runs it, from the public registry without credentials; both architectures."""


def service_command() -> tuple[str, ...]:
    """The container command that runs the service unbuilt: its source is an argument of a few kilobytes.

    To run an own image instead give its URI and an empty command (``components/microservice/Dockerfile``).
    """
    return ("python", "-c", MICROSERVICE.read_text())


BACKOFFICE = Path(__file__).parent / "applications" / "backoffice"


def backoffice_bundle() -> dict[str, str]:
    """Sources of the back office by their path in the Elastic Beanstalk source bundle, with the service's beside."""
    own = {
        path.relative_to(BACKOFFICE).as_posix(): path.read_text()
        for path in sorted(BACKOFFICE.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    return {**own, "service.py": MICROSERVICE.read_text()}
