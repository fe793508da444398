"""Deployment packages of the Lambda functions, with the same bytes on every machine."""

import hashlib
import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
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
MYSQL = ("pymysql",)
"""A MySQL driver in pure Python."""
AWS_SDK = ("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3")
AWS_SERVICES = ("dynamodb", "rds", "sns")
"""Services that the sample applications call, by the names of botocore, which describes over 400."""
TRACING = (
    "certifi",
    "charset-normalizer",
    "googleapis-common-protos",
    "idna",
    "opentelemetry-api",
    "opentelemetry-exporter-http-transport",
    "opentelemetry-exporter-otlp-common",
    "opentelemetry-exporter-otlp-proto-common",
    "opentelemetry-exporter-otlp-proto-http",
    "opentelemetry-propagator-aws-xray",
    "opentelemetry-proto",
    "opentelemetry-sdk",
    "opentelemetry-sdk-extension-aws",
    "opentelemetry-semantic-conventions",
    "protobuf",
    "requests",
    "typing-extensions",
)
"""OpenTelemetry's SDK and its exporter to a collector."""
APPLICATION_LIBRARIES = (*AWS_SDK, *MYSQL, *POSTGRES, *TRACING, "valkey", "waitress")
"""What the sample applications import, with the dependencies."""

_OPTIONAL_PARTS = {
    "protobuf": ("google/_upb/",),
    "charset-normalizer": ("charset_normalizer/cd.", "charset_normalizer/md."),
}
"""Compiled modules by library, without which it falls back to Python."""
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

    Of botocore, only the descriptions of `AWS_SERVICES` are included.

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
        if library == "botocore" and _other_service(file.as_posix()):
            continue
        if library in _OPTIONAL_PARTS and file.name == "WHEEL":  # it names the platform
            continue
        if file.suffix in (".so", ".pyd", ".dylib"):
            if file.as_posix().startswith(_OPTIONAL_PARTS.get(library, ())):
                continue
            raise ValueError(f"libraries={library}: {file} is compiled for this machine; give pure Python only")
        kept[file.as_posix()] = Path(str(found.locate_file(file)))
    return dict(sorted(kept.items()))


def _other_service(file: str) -> bool:
    """Whether a file of botocore describes a service that no application calls."""
    described = re.fullmatch(r"botocore/data/([^/]+)/.+", file)
    return described is not None and described[1] not in AWS_SERVICES


def powertools_layer(region: pulumi.Input[str], *, runtime: str = "python313") -> pulumi.Output[str]:
    """ARN of AWS's Powertools layer (arm64, with the X-Ray SDK) in ``region``."""
    return pulumi.Output.concat(
        "arn:aws:lambda:",
        region,
        f":{POWERTOOLS_ACCOUNT}:layer:AWSLambdaPowertoolsPythonV3-{runtime}-arm64:{POWERTOOLS_LAYER_VERSION}",
    )


APPLICATIONS = Path(__file__).parent / "applications"
"""The sample applications: import root of what runs in the containers."""
SERVICES = ("media", "payments", "serving", "shop")
"""Packages of the container services."""
BUNDLES = Path(__file__).parents[1] / "build" / "bundles"
"""Where zip files are written, by the hash of their content."""

SERVICE_IMAGE = f"public.ecr.aws/docker/library/python:{versions.PYTHON_IMAGE.version}"
"""The public image that runs them, pulled without credentials; for both architectures."""


def service_command(module: str) -> tuple[str, ...]:
    """The container command that runs a service from its unpacked bundle. module: such as ``shop.catalog``.

    To use your own image instead, give its URI and an empty command (``components/applications/Dockerfile``).
    """
    return ("python", "-m", "serving", module)


@cache
def service_bundle() -> pulumi.FileAsset:
    """The zip file with the container services and their libraries, which tasks and pods download."""
    return pulumi.FileAsset(str(zip_file({**_sources(SERVICES), **_libraries(APPLICATION_LIBRARIES)})))


def schema_archive(package: str, libraries: Sequence[str]) -> pulumi.AssetArchive:
    """Deployment package of the function that applies the schema of ``package``. libraries: the database's driver.

    boto3 is in Lambda's runtime.
    """
    own = {f"{package}/{name}" for name in ("__init__.py", "schema.py")}
    sources = {**_sources(("serving",)), **{k: v for k, v in _sources((package,)).items() if k in own}}
    files = {**sources, **_libraries((*libraries, "certifi"))}
    return pulumi.AssetArchive({place: pulumi.FileAsset(str(path)) for place, path in sorted(files.items())})


def zip_file(files: Mapping[str, Path]) -> Path:
    """A zip file of ``files`` by their path in it, with the same bytes on every machine.

    Nothing is compressed, because compressed bytes differ from one zlib to another, and a difference is a new revision
    of every service.
    """
    contents = {place: files[place].read_bytes() for place in sorted(files)}
    digest = hashlib.sha256()
    for place, content in contents.items():
        digest.update(f"{place}\0{len(content)}\0".encode() + content)
    made = BUNDLES / f"{digest.hexdigest()}.zip"
    if not made.exists():
        BUNDLES.mkdir(parents=True, exist_ok=True)
        written = BUNDLES / f"{made.stem}.{os.getpid()}"  # another process may write the same
        with zipfile.ZipFile(written, "w") as archive:
            for place, content in contents.items():
                entry = zipfile.ZipInfo(place)  # of 1980, the earliest time that a zip file knows
                entry.create_system, entry.external_attr = _UNIX, _READABLE << 16
                archive.writestr(entry, content)
        written.replace(made)
    return made


_UNIX = 3
_READABLE = 0o100644
"""A file that everybody can read."""


def _sources(packages: Sequence[str]) -> dict[str, Path]:
    return {
        path.relative_to(APPLICATIONS).as_posix(): path
        for package in packages
        for path in sorted((APPLICATIONS / package).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }


def _libraries(libraries: Sequence[str]) -> dict[str, Path]:
    return {place: path for library in libraries for place, path in library_files(library).items()}


BACKOFFICE_LIBRARIES = (*APPLICATION_LIBRARIES, "ecdsa", "pyjwt")


@cache
def backoffice_bundle() -> Path:
    """The Elastic Beanstalk source bundle of the back office, with its libraries: nothing is installed when an instance
    starts. Its start module is at the root, and what extends the configuration of nginx where the platform looks for it
    (Developer Guide, "Extending Elastic Beanstalk Linux platforms").
    """
    own = APPLICATIONS / "backoffice"
    platform = {
        "application.py": own / "application.py",
        ".platform/nginx/conf.d/headers.conf": own / "headers.conf",
    }
    return zip_file({**platform, **_sources(("backoffice", "serving")), **_libraries(BACKOFFICE_LIBRARIES)})
