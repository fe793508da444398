"""Deployment packages of the Lambda functions, with the same bytes on every machine."""

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import pulumi

from components import versions

FUNCTIONS = Path(__file__).parent / "functions"
"""One folder per function; its files are at the root of the deployment package."""

POWERTOOLS_ACCOUNT = "017000801446"
"""The AWS account that publishes the layers of Powertools for AWS Lambda (Python), in every commercial Region."""
POWERTOOLS_LAYER_VERSION = int(versions.POWERTOOLS_LAYER.version)
"""Layer version, the same in every Region (Powertools documentation, "Lambda Layer", list of ARNs)."""


POSTGRES = ("pg8000", "scramp", "asn1crypto", "python-dateutil", "six")
"""A PostgreSQL driver in pure Python and its dependencies: distribution names as in the lock file."""

_INSTALLERS_OWN = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_cache.json")
"""Metadata files that describe the installation, not the distribution."""


def function_archive(name: str, root: Path = FUNCTIONS, libraries: Sequence[str] = ()) -> pulumi.AssetArchive:
    """The Python sources and data files of function ``name``, without caches, so that equal sources have equal hashes.

    libraries: installed distributions in pure Python to include, independent of the machine's platform.

    Raises ValueError if there is no such function (it lists the existing ones), or if a library is missing or not pure.
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
    """Files of an installed distribution by their path in a package, with its metadata, which it may read.

    Raises ValueError if it is not installed, or has compiled parts, which would be for this machine only.
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
    """ARN of AWS's Powertools layer (arm64, with the X-Ray SDK) in ``region``."""
    return pulumi.Output.concat(
        "arn:aws:lambda:",
        region,
        f":{POWERTOOLS_ACCOUNT}:layer:AWSLambdaPowertoolsPythonV3-{runtime}-arm64:{POWERTOOLS_LAYER_VERSION}",
    )


MICROSERVICE = Path(__file__).parent / "microservice" / "service.py"
"""The sample service of the container tiers, with the standard library only; it imports `TRACING`, which is
beside it."""

TRACING = MICROSERVICE.with_name("tracing.py")

SERVICE_IMAGE = f"public.ecr.aws/docker/library/python:{versions.PYTHON_IMAGE.version}"
"""The public image that runs it, pulled without credentials; for both architectures."""


def service_bundle() -> pulumi.AssetArchive:
    """The sample service's source files, which its tasks and pods download (`ApplicationBundle`)."""
    return pulumi.AssetArchive({path.name: pulumi.FileAsset(str(path)) for path in (MICROSERVICE, TRACING)})


def service_command() -> tuple[str, ...]:
    """The container command that runs the service from its unpacked bundle.

    To use your own image instead, give its URI and an empty command (``components/microservice/Dockerfile``).
    """
    return ("python", MICROSERVICE.name)


BACKOFFICE = Path(__file__).parent / "applications" / "backoffice"


def backoffice_bundle() -> dict[str, str]:
    """Source files of the back office by their path in the Elastic Beanstalk source bundle, with the sample
    service's.
    """
    own = {
        path.relative_to(BACKOFFICE).as_posix(): path.read_text()
        for path in sorted(BACKOFFICE.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    return {**own, **{path.name: path.read_text() for path in (MICROSERVICE, TRACING)}}
