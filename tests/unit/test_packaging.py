"""Deployment packages: what is in them, and that what is in them is enough."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pulumi
import pytest

from components.packaging import POSTGRES, function_archive, library_files
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


def test_what_is_not_installed_or_compiled_for_this_machine_is_refused() -> None:
    with pytest.raises(ValueError, match="libraries=no-such: not installed"):
        library_files("no-such")
    with pytest.raises(ValueError, match="compiled for this machine"):
        library_files("grpcio")
