"""A recorded stack that can be changed: the resources of a preview or a state, as JSON."""

import copy
from collections.abc import Mapping
from typing import Any

from ha_policy.graph import Graph, from_state, kind_of
from ha_policy.graph.values import SENTINELS, SIGNATURE

UNKNOWN = sorted(SENTINELS)[0]
Resource = dict[str, Any]


class World:
    """Resources in order. Changing one replaces it, so that worlds made of each other do not share changes."""

    def __init__(self, resources: list[Resource]) -> None:
        self.resources = list(resources)

    @classmethod
    def recorded(cls, recorded: Mapping[str, Any]) -> "World":
        """From `pulumi preview --json` or `pulumi stack export`."""
        if "steps" in recorded:
            states = [s["newState"] for s in recorded["steps"] if s.get("newState") and "delete" not in s.get("op", "")]
            return cls(list({s["urn"]: s for s in states}.values()))
        deployment = recorded.get("deployment", recorded)
        return cls(list(deployment["resources"]))

    def graph(self) -> Graph:
        """What the rules are asked about."""
        return from_state({"resources": self.resources})

    def copy(self) -> "World":
        """A world of its own."""
        return World(self.resources)

    def of(self, kind: str) -> list[Resource]:
        """Every resource of a kind."""
        return [r for r in self.resources if kind_of(r["type"]) == kind]

    def edit(self, resource: Resource) -> Resource:
        """The resource to change, in this world only."""
        index = next(i for i, r in enumerate(self.resources) if r["urn"] == resource["urn"])
        own = copy.deepcopy(self.resources[index])
        own.setdefault("inputs", {})
        own.setdefault("outputs", {})
        own.setdefault("propertyDependencies", {})
        self.resources[index] = own
        return own

    def remove(self, *gone: Resource) -> None:
        """Take resources away, and every dependency on them."""
        urns = {r["urn"] for r in gone}
        self.resources = [r for r in self.resources if r["urn"] not in urns]

    def get(self, resource: Resource, path: str) -> Any:
        """The value at a dotted path, None when it is not set; lists of one count as their element."""
        value: Any = {**(resource.get("inputs") or {}), **(resource.get("outputs") or {})}
        for step in path.split("."):
            if isinstance(value, list):
                value = value[0] if value else None
            if not isinstance(value, dict) or SIGNATURE in value:
                return None
            value = value.get(step)
        return value

    def set(self, resource: Resource, path: str, value: Any) -> None:
        """Set (None: unset) the value at a dotted path, in every element of lists on the way."""
        own = self.edit(resource)
        for side in ("inputs", "outputs"):
            _put(own[side], path.split("."), value)
        top = path.split(".")[0]
        if top == path:
            own["propertyDependencies"][top] = []

    def refers(self, resource: Resource, top: str, kind: str) -> list[Resource]:
        """The resources of a kind that a top-level property depends on, or names by id."""
        urns = (resource.get("propertyDependencies") or {}).get(top) or []
        found = [r for r in self.of(kind) if r["urn"] in urns]
        if found:
            return found
        names = set(_texts(self.get(resource, top)))
        return [r for r in self.of(kind) if names & {r.get("id"), self.get(r, "arn"), self.get(r, "name")} - {None, ""}]

    def point(self, resource: Resource, top: str, target: Resource, path: str = "", value: Any = None) -> None:
        """Let a property refer to one resource: by its id when that is known, else by dependency."""
        own = self.edit(resource)
        given = value if value is not None else target.get("id") or UNKNOWN
        for side in ("inputs", "outputs"):
            _put(own[side], (path or top).split("."), given)
        kind = kind_of(target["type"])
        others = [u for u in own["propertyDependencies"].get(top, []) if kind not in self._kind(u)]
        own["propertyDependencies"][top] = [*others, target["urn"]]

    def narrow(self, resource: Resource, path: str, kind: str) -> bool:
        """Leave one element in a list of references; False when there are not several."""
        before = self.get(resource, path)
        targets = self.refers(resource, path.split(".")[0], kind)
        if not isinstance(before, list | str) or (isinstance(before, list) and len(before) < 2) or len(targets) < 2:
            return False
        element = before[0] if isinstance(before, list) else UNKNOWN
        self.point(resource, path.split(".")[0], targets[0], path, [element])
        return True

    def _kind(self, urn: str) -> list[str]:
        return [kind_of(r["type"]) for r in self.resources if r["urn"] == urn]


def _put(value: Any, steps: list[str], new: Any) -> None:
    if isinstance(value, list):
        for element in value:
            _put(element, steps, new)
    elif isinstance(value, dict) and SIGNATURE not in value:
        if len(steps) > 1:
            if steps[0] not in value and new is not None:
                value[steps[0]] = {}
            _put(value.get(steps[0]), steps[1:], new)
        elif new is None:
            value.pop(steps[0], None)
        else:
            value[steps[0]] = new


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [t for v in value for t in _texts(v)]
    if isinstance(value, dict):
        return [t for v in value.values() for t in _texts(v)]
    return []
