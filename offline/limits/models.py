"""botocore's service models: what each operation of AWS takes."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

Shape = Mapping[str, Any]
KIND = "service-2"
"""botocore's name for the files with operations and shapes."""
_LOADER: Any = Loader()


class Model:
    """The newest model of one service of AWS."""

    def __init__(self, name: str, raw: Mapping[str, Any]) -> None:
        self.name = name
        self.protocol: str = raw["metadata"].get("protocol", "")
        self.shapes: Mapping[str, Shape] = raw["shapes"]
        self.operations: dict[str, str] = {n: o["input"]["shape"] for n, o in raw["operations"].items() if "input" in o}
        self.by_lower = {n.lower(): n for n in self.operations}

    def members(self, shape: str) -> dict[str, str]:
        """Shape names by member of a structure; empty for any other shape."""
        return {n: m["shape"] for n, m in cast("dict[str, Any]", self.shapes[shape].get("members", {})).items()}

    def kind(self, shape: str) -> str:
        """The type of a shape: ``string``, ``integer``, ``list``, ``map``, ``structure`` …"""
        return self.shapes[shape]["type"]


def available() -> list[str]:
    """botocore's names of the services that have a model."""
    return _LOADER.list_available_services(KIND)


@cache
def model(service: str) -> Model | None:
    """The model of a service by botocore's name (``elbv2``), None where there is none."""
    try:
        return Model(service, _LOADER.load_service_model(service, KIND))
    except UnknownServiceError:
        return None
