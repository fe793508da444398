"""Bundles of the functions' own sources, the same bytes on every machine."""

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import pulumi

FUNCTIONS = Path(__file__).parent / "functions"
"""One folder per function; its files are the root of the deployment package."""

POWERTOOLS_ACCOUNT = "017000801446"
"""The account AWS publishes Powertools for AWS Lambda (Python) layers from, in every commercial Region."""
POWERTOOLS_LAYER_VERSION = 25
"""Layer version, the same in every Region (Powertools documentation, "Lambda Layer", list of ARNs)."""


POSTGRES = ("pg8000", "scramp", "asn1crypto", "python-dateutil", "six")
"""A PostgreSQL driver of pure Python and what it imports: distributions as the lock file names them."""

_INSTALLERS_OWN = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_cache.json")
"""Files of a distribution's metadata that tell of the installation, not of the distribution."""


def function_archive(name: str, root: Path = FUNCTIONS, libraries: Sequence[str] = ()) -> pulumi.AssetArchive:
    """The Python sources and data files of function ``name``, without caches, so that equal sources have one hash.

    libraries: installed distributions of pure Python that go into the bundle, whatever the machine's platform.

    Raises ValueError when there is no such function (it lists those there are), or a library is not there or not pure.
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
    for library in libraries:
        files |= {place: pulumi.FileAsset(str(path)) for place, path in library_files(library).items()}
    return pulumi.AssetArchive(dict(sorted(files.items())))


def library_files(library: str) -> dict[str, Path]:
    """Files of an installed distribution by their place in a bundle, with its metadata, which it may ask for.

    Raises ValueError when it is not installed or has compiled parts, which would be this machine's.
    """
    try:
        found = metadata.distribution(library)
    except metadata.PackageNotFoundError:
        raise ValueError(f"libraries={library}: not installed; run make setup") from None
    kept: dict[str, Path] = {}
    for file in found.files or ():
        if ".." in file.parts or "__pycache__" in file.parts or file.suffix == ".pyc" or file.name in _INSTALLERS_OWN:
            continue
        if file.suffix in (".so", ".pyd", ".dylib"):
            raise ValueError(f"libraries={library}: {file} is compiled for this machine; give pure Python only")
        kept[file.as_posix()] = Path(str(found.locate_file(file)))
    return dict(sorted(kept.items()))


def powertools_layer(region: pulumi.Input[str], *, runtime: str = "python313") -> pulumi.Output[str]:
    """ARN of AWS's own Powertools layer (arm64, with the X-Ray SDK) in ``region``: the library without a build step."""
    return pulumi.Output.concat(
        "arn:aws:lambda:",
        region,
        f":{POWERTOOLS_ACCOUNT}:layer:AWSLambdaPowertoolsPythonV3-{runtime}-arm64:{POWERTOOLS_LAYER_VERSION}",
    )


MICROSERVICE = Path(__file__).parent / "microservice" / "service.py"
"""The service that the container tiers run, of the standard library alone; it imports `TRACING`, which is beside it."""

TRACING = MICROSERVICE.with_name("tracing.py")

SERVICE_IMAGE = "public.ecr.aws/docker/library/python:3.13-alpine"
"""The stock image that runs it, from the public registry without credentials; both architectures."""


def service_command() -> tuple[str, ...]:
    """The container command that runs the service unbuilt: its two sources are an argument of some kilobytes.

    To run an own image instead give its URI and an empty command (``components/microservice/Dockerfile``).
    """
    beside = (
        "import sys, types\n"
        'sys.modules["tracing"] = module = types.ModuleType("tracing")\n'
        f"exec({TRACING.read_text()!r}, module.__dict__)\n"
    )
    return ("python", "-c", beside + MICROSERVICE.read_text())


BACKOFFICE = Path(__file__).parent / "applications" / "backoffice"


def backoffice_bundle() -> dict[str, str]:
    """Sources of the back office by their path in the Elastic Beanstalk source bundle, with the service's beside."""
    own = {
        path.relative_to(BACKOFFICE).as_posix(): path.read_text()
        for path in sorted(BACKOFFICE.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    return {**own, **{path.name: path.read_text() for path in (MICROSERVICE, TRACING)}}
