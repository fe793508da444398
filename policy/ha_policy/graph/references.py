"""What a property refers to: the resources that could be traced, and what could not."""

from dataclasses import dataclass

from .node import Node
from .values import CannotTell


@dataclass(frozen=True, slots=True)
class Refs:
    """What a property refers to.

    nodes: resources it certainly refers to. missing: what could not be traced, one text each. candidates: when the
    dependency edges are wider than the property (outputs of remote components), the resources it may refer to.
    count: values in the property. outside: those of ``missing`` that are known not to be part of the stack.
    choices: when the property is one of the lists that a component hands out, each of these lists (`LISTS`).
    """

    nodes: tuple[Node, ...] = ()
    missing: tuple[str, ...] = ()
    candidates: tuple[Node, ...] = ()
    count: int = 0
    outside: frozenset[str] = frozenset()
    choices: tuple[tuple[Node, ...], ...] = ()

    @property
    def unresolved_here(self) -> tuple[str, ...]:
        """What of ``missing`` may mean a resource of this stack."""
        return tuple(m for m in self.missing if m not in self.outside)

    def resolved_here(self) -> tuple[Node, ...]:
        """Those of this stack. Raises CannotTell when there may be more of them."""
        if self.unresolved_here:
            raise CannotTell("; ".join(self.unresolved_here))
        return self.nodes

    def resolved(self) -> tuple[Node, ...]:
        """All of them. Raises CannotTell when some could not be traced."""
        if self.missing:
            raise CannotTell("; ".join(self.missing))
        return self.nodes

    def alternatives(self) -> tuple[tuple[Node, ...], ...]:
        """All of them, once for each list that it may be. Raises CannotTell when they could not be traced."""
        return self.choices or (self.resolved(),)

    def one(self) -> Node | None:
        """The only one, None when the property is not set. Raises CannotTell when it could not be traced."""
        found = self.resolved()
        return found[0] if found else None
