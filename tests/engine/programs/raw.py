"""The resources of resources.json, by type token and wire names: what no typed class would let a program say."""

import json
from pathlib import Path
from typing import Any

import pulumi

made: dict[str, pulumi.CustomResource] = {}
listed = json.loads(Path("resources.json").read_text())
version: str = listed["version"]


class Raw(pulumi.CustomResource):
    def __init__(self, token: str, name: str, properties: dict[str, Any]) -> None:
        super().__init__(token, name, properties, pulumi.ResourceOptions(version=version))


def resolved(value: Any) -> Any:
    """A value in which `$net` is the id of the resource net."""
    if isinstance(value, str) and value.startswith("$"):
        return made[value[1:]].id
    if isinstance(value, dict):
        return {k: resolved(v) for k, v in value.items()}
    return [resolved(v) for v in value] if isinstance(value, list) else value


for name, (token, properties) in listed["resources"].items():
    made[name] = Raw(token, name, resolved(properties))
