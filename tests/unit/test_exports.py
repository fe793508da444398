"""Each package of tiers exports every tier with its arguments."""

import importlib
import pkgutil

import pulumi
import pytest

import components.tiers

AREAS = sorted(module.name for module in pkgutil.iter_modules(components.tiers.__path__) if module.ispkg)


@pytest.mark.parametrize("area", AREAS)
def test_a_package_exports_its_tiers_with_their_arguments(area: str) -> None:
    package = importlib.import_module(f"components.tiers.{area}")
    tiers = {
        name
        for module in pkgutil.iter_modules(package.__path__)
        for name, value in vars(importlib.import_module(f"{package.__name__}.{module.name}")).items()
        if isinstance(value, type)
        and issubclass(value, pulumi.ComponentResource)
        and value.__module__.startswith(package.__name__)
        and not name.startswith("_")
        and "__init__" in vars(value)  # what has no constructor is a base class of tiers
    }
    arguments = {f"{name}Args" for name in tiers}
    known = {name for name in dir(package) if name.endswith("Args")}
    assert tiers, "no tier was found, so nothing would be tested"
    assert sorted(tiers - set(package.__all__)) == []
    assert sorted(arguments - known) == []
    assert package.__all__ == sorted(package.__all__, key=lambda name: (name[0].islower(), name))
