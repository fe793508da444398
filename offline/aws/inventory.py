"""The resources that one run of the provider knows, for the rules and the outputs that are about several of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from offline.aws.unique import Holders, Key

SUBNET = "aws:ec2/subnet:Subnet"


@dataclass(slots=True)
class Inventory:
    """The resources of this run: inputs by URN as they are checked, outputs by id once AWS has given one.

    Ids are unknown when a new stack is previewed, so rules between resources find most at the update itself, before the
    resource is created; what is proven at preview is proven by the policy pack.
    """

    inputs: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict[str, tuple[str, Mapping[str, Any]]])
    by_id: dict[tuple[str, str], tuple[str, Mapping[str, Any]]] = field(
        default_factory=dict[tuple[str, str], tuple[str, Mapping[str, Any]]]
    )
    held: Holders[str] = field(default_factory=Holders[str])
    """Which URN holds what AWS has one of."""

    def checked(self, token: str, urn: str, inputs: Mapping[str, Any], keys: tuple[Key, ...] = ()) -> None:
        """A resource was checked, and found right. keys: what it holds of what AWS has one of."""
        self.inputs[urn] = (token, inputs)
        self.held.put(urn, keys)

    def created(self, token: str, urn: str, identifier: str, outputs: Mapping[str, Any]) -> None:
        """A resource exists under this id."""
        self.by_id[token, identifier] = (urn, outputs)

    def deleted(self, token: str, urn: str, identifier: str) -> None:
        """A resource was deleted."""
        if self.by_id.get((token, identifier), ("",))[0] == urn:
            del self.by_id[token, identifier]

    def get(self, token: str, identifier: Any) -> Mapping[str, Any] | None:
        """The outputs of the resource with this id, None where the id is unknown or not of this run."""
        found = self.by_id.get((token, identifier)) if isinstance(identifier, str) else None
        return found[1] if found else None

    def find(self, token: str, name: str, value: Any) -> Mapping[str, Any] | None:
        """The outputs of a resource of a type of which one output has this value, None where there is none."""
        if not isinstance(value, str):
            return None
        return next(
            (o for (kind, _), (_, o) in list(self.by_id.items()) if kind == token and o.get(name) == value), None
        )

    def of_type(self, token: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """(URN, inputs) of every resource of a type checked in this run."""
        return ((urn, inputs) for urn, (kind, inputs) in list(self.inputs.items()) if kind == token)


@dataclass(slots=True)
class Memory:
    """What look-ups of this run were told to exist beside the stack: by id, the type and its outputs."""

    by_id: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict[str, tuple[str, dict[str, Any]]])
