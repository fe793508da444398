"""The resources that a property refers to, and what could not be traced."""

from dataclasses import dataclass

from .node import Node
from .values import CannotTell


@dataclass(frozen=True, slots=True)
class Refs:
    """The references in a property.

    nodes: resources that it certainly refers to. missing: what could not be traced, one text each. candidates:
    resources that it may refer to, if the dependencies are wider than the property (outputs of remote components).
    count: number of values in the property. outside: the part of ``missing`` that is known not to be in the stack.
    choices: if the property is one of the lists of a component, each of these lists (`LISTS`). foreign: the known ids
    that are not in the stack. narrow: whether what could not be traced is one of the candidates.
    """

    nodes: tuple[Node, ...] = ()
    missing: tuple[str, ...] = ()
    candidates: tuple[Node, ...] = ()
    count: int = 0
    outside: frozenset[str] = frozenset()
    choices: tuple[tuple[Node, ...], ...] = ()
    foreign: tuple[str, ...] = ()
    narrow: bool = False

    @property
    def unresolved_here(self) -> tuple[str, ...]:
        """The part of ``missing`` that may be a resource of this stack."""
        return tuple(m for m in self.missing if m not in self.outside)

    def resolved_here(self) -> tuple[Node, ...]:
        """The resources of this stack. Raises CannotTell if there may be more of them."""
        if self.unresolved_here:
            raise CannotTell("; ".join(self.unresolved_here))
        return self.nodes

    def resolved(self) -> tuple[Node, ...]:
        """All resources. Raises CannotTell if some could not be traced."""
        if self.missing:
            raise CannotTell("; ".join(self.missing))
        return self.nodes

    def alternatives(self) -> tuple[tuple[Node, ...], ...]:
        """All resources, once for each list that it may be. Raises CannotTell if they could not be traced."""
        return self.choices or (self.resolved(),)

    def one(self) -> Node | None:
        """The only resource, None if the property is not set. Raises CannotTell if it could not be traced."""
        found = self.resolved()
        return found[0] if found else None
