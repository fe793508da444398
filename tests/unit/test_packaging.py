"""Deployment packages: what is in them, and that what is in them is enough."""

import os
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pulumi
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from components import packaging
from components.packaging import (
    APPLICATION_LIBRARIES,
    AWS_SERVICES,
    MYSQL,
    POSTGRES,
    function_archive,
    library_files,
    schema_archive,
    service_bundle,
)
from tests.support.some import some


def built(archive: pulumi.AssetArchive, path: Path) -> Path:
    """The archive as the engine builds it: every asset under its place."""
    with zipfile.ZipFile(path, "w") as file:
        for place, asset in some(archive.assets.items()):
            assert isinstance(asset, pulumi.FileAsset)
            file.write(str(asset.path), place)
    return path


def test_a_bundle_with_the_database_driver_imports_without_anything_installed(tmp_path: Path) -> None:
    bundle = built(function_archive("settlement", libraries=POSTGRES), tmp_path / "bundle.zip")
    code = f"import sys; sys.path.insert(0, {str(bundle)!r}); import pg8000.dbapi, ledger; print(pg8000.dbapi.__file__)"
    alone = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert alone.returncode == 0, alone.stderr
    assert alone.stdout.startswith(str(bundle)), "imported from somewhere else"


def test_without_the_libraries_the_same_import_fails(tmp_path: Path) -> None:
    bundle = built(function_archive("settlement"), tmp_path / "bundle.zip")
    code = f"import sys; sys.path.insert(0, {str(bundle)!r}); import pg8000"
    assert subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, check=False).returncode


def test_a_bundle_is_the_same_on_every_machine_and_holds_nothing_of_the_installation() -> None:
    places = list(function_archive("settlement", libraries=POSTGRES).assets)
    assert places == sorted(places)
    assert "pg8000/dbapi.py" in places
    assert "handler.py" in places
    for place in places:
        assert not place.endswith((".pyc", ".so", "RECORD", "INSTALLER", "direct_url.json")), place


def test_the_services_start_from_their_bundle_without_anything_installed(tmp_path: Path) -> None:
    code = tmp_path / "code"
    with zipfile.ZipFile(str(service_bundle().path)) as file:
        file.extractall(code)
    modules = [f"{path.parent.name}.{path.stem}" for path in code.glob("shop/[a-z]*.py")]
    modules += ["serving.server", "serving.tracing"]
    statements = "; ".join(f"import {module}" for module in some(sorted(modules)))
    # As it is in the container: no compiled parts, and no site-packages.
    alone = subprocess.run(
        [
            sys.executable,
            "-S",
            "-c",
            f"import boto3; {statements}; print(boto3.__file__)",
        ],
        cwd=code,
        env={"PATH": os.environ["PATH"], "AWS_REGION": "us-west-2", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert alone.returncode == 0, alone.stderr
    assert alone.stdout.startswith(str(code)), "imported from somewhere else"


def test_the_bundle_has_the_same_bytes_whenever_it_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"b.py": tmp_path / "b.py", "a.py": tmp_path / "a.py"}
    built_at: list[Path] = []
    for folder, mode in (("one", 0o600), ("other", 0o755)):
        monkeypatch.setattr(packaging, "BUNDLES", tmp_path / folder)
        for name, path in files.items():
            path.write_text(f"# {name}")
            path.chmod(mode)
            os.utime(path, (0, 10**9 * (1 + len(built_at))))
        built_at.append(packaging.zip_file(dict(reversed(files.items()))))
    one, other = built_at
    assert (one.name, one.read_bytes()) == (other.name, other.read_bytes())
    files["a.py"].write_text("# changed")
    assert packaging.zip_file(files).name != one.name


def test_the_bundle_has_no_compiled_parts_and_only_the_services_of_aws_that_are_called() -> None:
    with zipfile.ZipFile(str(service_bundle().path)) as file:
        places = file.namelist()
    assert not [place for place in places if place.endswith((".so", ".pyd", ".pyc"))]
    described = {place.split("/")[2] for place in places if re.fullmatch(r"botocore/data/[^/]+/.+", place)}
    assert described == set(AWS_SERVICES)
    assert Path(str(service_bundle().path)).stat().st_size < 16 * 2**20, "downloaded before every start"


def test_the_listed_libraries_are_those_that_the_applications_need_and_what_they_need() -> None:
    roots = ["boto3", "certifi", "pg8000", "pymysql", "valkey", "waitress"]
    roots += ["opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"]
    roots += ["opentelemetry-sdk-extension-aws", "opentelemetry-propagator-aws-xray"]
    needed: set[str] = set()
    while roots:
        name = canonicalize_name(roots.pop())
        if name not in needed:
            needed.add(name)
            for line in metadata.requires(name) or ():
                requirement = Requirement(line)
                if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                    roots.append(requirement.name)
    assert set(APPLICATION_LIBRARIES) == needed


def test_the_schema_function_imports_with_what_lambda_has_and_holds_no_service(tmp_path: Path) -> None:
    archive = schema_archive("shop", MYSQL)
    bundle = built(archive, tmp_path / "bundle.zip")
    code = tmp_path / "code"
    with zipfile.ZipFile(bundle) as file:
        file.extractall(code)
    assert sorted(path.name for path in (code / "shop").iterdir()) == ["__init__.py", "schema.py"]
    program = "import sys; sys.path.insert(0, '.'); import shop.schema, pymysql; print(pymysql.__file__)"
    alone = subprocess.run([sys.executable, "-I", "-c", program], cwd=code, capture_output=True, text=True, check=False)
    assert alone.returncode == 0, alone.stderr
    assert alone.stdout.startswith(str(code)) or alone.stdout.startswith("."), alone.stdout


def test_what_is_not_installed_or_compiled_for_this_machine_is_refused() -> None:
    with pytest.raises(ValueError, match="libraries=no-such: not installed"):
        library_files("no-such")
    with pytest.raises(ValueError, match="compiled for this machine"):
        library_files("grpcio")
