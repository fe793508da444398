"""The resources known in one run of the provider, for rules and outputs that depend on several resources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from offline.aws.holders import Holders, Key

SUBNET = "aws:ec2/subnet:Subnet"


@dataclass(slots=True)
class Inventory:
    """The resources of this run: checked inputs by URN, outputs by id.

    In the preview of a new stack ids are unknown, so rules between resources report most failures in the update, before
    the resource is created. At preview, the policy pack checks relations between resources.

    Requests come in threads and add to it meanwhile: whoever goes through it gets a copy.
    """

    inputs: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict[str, tuple[str, Mapping[str, Any]]])
    _by_id: dict[tuple[str, str], tuple[str, Mapping[str, Any]]] = field(
        default_factory=dict[tuple[str, str], tuple[str, Mapping[str, Any]]]
    )
    held: Holders[str] = field(default_factory=Holders[str])
    """The unique keys, and which URN holds each."""

    def checked(self, token: str, urn: str, inputs: Mapping[str, Any], keys: tuple[Key, ...] = ()) -> None:
        """Add a resource that passed the check. keys: the unique keys that it holds."""
        self.inputs[urn] = (token, inputs)
        self.held.put(urn, keys)

    def created(self, token: str, urn: str, identifier: str, outputs: Mapping[str, Any]) -> None:
        """Add the outputs of a resource."""
        self._by_id[token, identifier] = (urn, outputs)

    def deleted(self, token: str, urn: str, identifier: str) -> None:
        """Remove a deleted resource."""
        if self._by_id.get((token, identifier), ("",))[0] == urn:
            del self._by_id[token, identifier]

    def get(self, token: str, identifier: Any) -> Mapping[str, Any] | None:
        """The outputs of the resource with this id; None if the id is unknown or not from this run."""
        found = self._by_id.get((token, identifier)) if isinstance(identifier, str) else None
        return found[1] if found else None

    def find(self, token: str, name: str, value: Any) -> Mapping[str, Any] | None:
        """The outputs of a resource of this type with this value of an output; None if there is none."""
        if not isinstance(value, str):
            return None
        return next((outputs for _, outputs in self.created_of(token) if outputs.get(name) == value), None)

    def created_of(self, token: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """(id, outputs) of every resource of a type whose outputs are known."""
        return ((key, outputs) for (kind, key), (_, outputs) in list(self._by_id.items()) if kind == token)

    def created_urns(self) -> set[str]:
        """URNs of all resources whose outputs are known."""
        return {urn for urn, _ in list(self._by_id.values())}

    def of_type(self, token: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """(URN, inputs) of every resource of a type checked in this run."""
        return ((urn, inputs) for urn, (kind, inputs) in list(self.inputs.items()) if kind == token)


@dataclass(slots=True)
class Memory:
    """Resources outside the stack that look-ups of this run answered: id -> type and outputs."""

    by_id: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict[str, tuple[str, dict[str, Any]]])
