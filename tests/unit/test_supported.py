"""A Pulumi that is too old is named in one sentence, with the cure."""

from importlib import metadata

import pulumi
import pytest
from ha_policy import supported as pack

from components import supported
from offline.engine.places import MINIMUM, TREE, text


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "require_pulumi_version", lambda _: None)


def installed(monkeypatch: pytest.MonkeyPatch, package: str, version: str) -> None:
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: version if name == package else real(name))


def test_what_is_installed_is_supported() -> None:
    supported.require()
    assert pack.too_old() == ""


@pytest.mark.parametrize("package", supported.PACKAGES)
@pytest.mark.parametrize("version", ["2.99.99", "3.7.99", "1.0.0a1"])
def test_an_old_package_is_named_with_the_cure(package: str, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, package, version)
    with pytest.raises(pulumi.RunError) as caught:
        supported.require()
    assert str(caught.value) == (
        f"{package} {version} is too old: {supported.PACKAGES[package]} or newer is needed; "
        "install requirements/runtime.txt into the program's virtual environment, or run `make setup`"
    )


@pytest.mark.parametrize("package", supported.PACKAGES)
def test_the_oldest_supported_package_and_a_newer_major_version_are_accepted(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in (supported.PACKAGES[package], supported.PACKAGES[package] + "a1", "10.0.0"):
        installed(monkeypatch, package, version)
        supported.require()


def test_an_old_engine_is_named_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refuse(wanted: str) -> None:
        asked.append(wanted)
        raise Exception('Pulumi CLI version 3.100.0 does not satisfy the version range ">=3.249.0"')

    monkeypatch.setattr(pulumi, "require_pulumi_version", refuse)
    with pytest.raises(pulumi.RunError) as caught:
        supported.require()
    assert asked == [">=3.249.0"]
    assert str(caught.value) == (
        'Pulumi CLI version 3.100.0 does not satisfy the version range ">=3.249.0": '
        "install Pulumi 3.249.0 or newer (https://www.pulumi.com/docs/install/)"
    )


def test_an_old_policy_sdk_is_named_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, "pulumi-policy", "1.2.9")
    assert pack.too_old() == (
        "pulumi-policy 1.2.9 is too old: 1.3.0 or newer is needed; "
        "run `pulumi install` in the pack's folder, `pip install -U pulumi-policy`, or `make setup` in this repository"
    )


def test_the_oldest_versions_are_the_same_everywhere() -> None:
    oldest = {**supported.PACKAGES, "pulumi-policy": pack.PULUMI_POLICY}
    lines = (TREE / "requirements" / "oldest.in").read_text().splitlines()
    assert {line for line in lines if line.startswith("pulumi")} == {f"{k}=={v}" for k, v in oldest.items()}
    assert text(MINIMUM) == supported.ENGINE
    assert (
        f"Pulumi](https://www.pulumi.com/docs/install/) {supported.ENGINE[:5]} or newer"
        in (TREE / "README.md").read_text()
    )
