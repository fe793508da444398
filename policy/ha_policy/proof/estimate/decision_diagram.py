"""Coherent structures: which components must work for the whole to work, with exact availability; shared components
count once.

A structure is a directed acyclic graph of nodes. A leaf (`Atom`) fails independently: an Availability Zone, a Region,
one instance. The same atom may occur in many places; it is still one variable. A reduced ordered binary decision
diagram gives the exact result, whatever is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """Something that fails independently. Two leaves with the same ``key`` are one component."""

    key: str


@dataclass(frozen=True, slots=True, eq=False)
class All:
    """Works if every part works."""

    parts: tuple[Structure, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AtLeast:
    """Works if at least ``k`` of the parts work; ``k`` = 1 is plain redundancy."""

    k: int
    parts: tuple[Structure, ...]


Structure = Atom | All | AtLeast

FALSE, TRUE = 0, 1


def any_of(parts: Iterable[Structure]) -> AtLeast:
    """Redundancy: one working part is enough."""
    return AtLeast(1, tuple(parts))


class Diagram:
    """The decision diagram of one structure. `nodes`: (variable, low, high); 0 and 1 are the terminals."""

    def __init__(self, structure: Structure) -> None:
        self.order: list[str] = _order(structure)
        self._rank: dict[str, int] = {key: i for i, key in enumerate(self.order)}
        self.nodes: list[tuple[int, int, int]] = [(len(self.order), 0, 0), (len(self.order), 1, 1)]
        self._unique: dict[tuple[int, int, int], int] = {}
        self._ite: dict[tuple[int, int, int], int] = {}
        self.root: int = self._build(structure, {})

    def availability(self, of: Mapping[str, float]) -> float:
        """Probability that the structure works, given the availability of each atom by key."""
        return self._forward(of)[self.root]

    def importance(self, of: Mapping[str, float]) -> dict[str, float]:
        """Birnbaum importance per atom: how much the structure's availability changes with the atom's."""
        up, reach = self._forward(of), [0.0] * len(self.nodes)
        reach[self.root] = 1.0
        result = dict.fromkeys(self.order, 0.0)
        for index in sorted(range(2, len(self.nodes)), key=lambda i: self.nodes[i][0]):
            if not reach[index]:
                continue
            variable, low, high = self.nodes[index]
            key = self.order[variable]
            result[key] += reach[index] * (up[high] - up[low])
            reach[low] += reach[index] * (1 - of[key])
            reach[high] += reach[index] * of[key]
        return result

    def _forward(self, of: Mapping[str, float]) -> list[float]:
        up = [0.0, 1.0]
        for variable, low, high in self.nodes[2:]:  # children come before their parents
            a = of[self.order[variable]]
            up.append(a * up[high] + (1 - a) * up[low])
        return up

    def _make(self, variable: int, low: int, high: int) -> int:
        if low == high:
            return low
        key = (variable, low, high)
        found = self._unique.get(key)
        if found is None:
            found = self._unique[key] = len(self.nodes)
            self.nodes.append(key)
        return found

    def _if(self, test: int, then: int, other: int) -> int:
        if test == TRUE or then == other:
            return then
        if test == FALSE:
            return other
        key = (test, then, other)
        found = self._ite.get(key)
        if found is None:
            top = min(self.nodes[test][0], self.nodes[then][0], self.nodes[other][0])
            low, high = (self._if(*(self._cofactor(n, top, side) for n in key)) for side in (1, 2))
            found = self._ite[key] = self._make(top, low, high)
        return found

    def _cofactor(self, node: int, variable: int, side: int) -> int:
        return self.nodes[node][side] if self.nodes[node][0] == variable else node

    def _build(self, s: Structure, seen: dict[int, int]) -> int:
        if id(s) in seen:
            return seen[id(s)]
        match s:
            case Atom(key):
                result = self._make(self._rank[key], FALSE, TRUE)
            case All(parts):
                result = TRUE
                for part in sorted((self._build(p, seen) for p in parts), key=lambda n: -self.nodes[n][0]):
                    result = self._if(part, result, FALSE)
            case AtLeast(k, parts):
                result = self._threshold(k, [self._build(p, seen) for p in parts])
        seen[id(s)] = result
        return result

    def _threshold(self, k: int, parts: list[int]) -> int:
        """Row by row: ``row[j]`` is "at least j of the parts so far work"."""
        row = [TRUE] + [FALSE] * k
        for part in sorted(parts, key=lambda n: -self.nodes[n][0]):
            for j in range(k, 0, -1):
                row[j] = self._if(part, row[j - 1], row[j])
        return row[k]


def _order(structure: Structure) -> list[str]:
    """Variables, the most shared ones first (a Region, a zone, a NAT gateway), then in order of occurrence; this keeps
    the diagram small.
    """
    uses: dict[str, int] = {}
    for node in walk(structure):
        for part in () if isinstance(node, Atom) else node.parts:
            if isinstance(part, Atom):
                uses[part.key] = uses.get(part.key, 0) + 1
    if isinstance(structure, Atom):
        uses[structure.key] = 1
    met = {key: i for i, key in enumerate(uses)}
    return sorted(uses, key=lambda key: (-uses[key], met[key]))


def walk(structure: Structure) -> list[Structure]:
    """Every node once, parents before their parts."""
    seen: set[int] = set()
    result: list[Structure] = []
    stack = [structure]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        result.append(node)
        if not isinstance(node, Atom):
            stack.extend(reversed(node.parts))
    return result


def shape(structure: Structure) -> tuple[tuple[object, ...], list[str]]:
    """The structure without the names of its atoms, which are returned in the order of their numbers in the shape.

    Structures of the same shape, with the same availabilities in that order, have the same availability.
    """
    nodes: dict[int, int] = {}
    atoms: dict[str, int] = {}
    result: list[object] = []
    for node in _parts_first(structure):
        if isinstance(node, Atom):
            result.append(atoms.setdefault(node.key, len(atoms)))
        else:
            parts = tuple(nodes[id(p)] for p in node.parts)
            result.append((node.k if isinstance(node, AtLeast) else -1, *parts))
        nodes[id(node)] = len(result) - 1
    return tuple(result), list(atoms)


def _parts_first(structure: Structure) -> list[Structure]:
    """Every node once, parts before the nodes that have them."""
    done: set[int] = set()
    result: list[Structure] = []
    stack: list[tuple[Structure, bool]] = [(structure, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            result.append(node)
        elif id(node) not in done:
            done.add(id(node))
            stack.append((node, True))
            if not isinstance(node, Atom):
                stack += [(p, False) for p in node.parts]
    return result


def holds(structure: Structure, works: Callable[[str], bool]) -> bool:
    """Whether the structure works if ``works`` says which atoms do."""
    match structure:
        case Atom(key):
            return works(key)
        case All(parts):
            return all(holds(p, works) for p in parts)
        case AtLeast(k, parts):
            return sum(holds(p, works) for p in parts) >= k


def minimal_cuts(structure: Structure, limit: int) -> list[frozenset[str]]:
    """Minimal sets of at most ``limit`` atoms whose loss brings the structure down, smallest first."""
    cuts = _cuts(structure, limit, {})
    return sorted(cuts, key=lambda c: (len(c), sorted(c)))


Cuts = frozenset[frozenset[str]]


def _cuts(s: Structure, limit: int, seen: dict[Structure, Cuts]) -> Cuts:
    if s in seen:
        return seen[s]
    match s:
        case Atom(key):
            result: Cuts = frozenset({frozenset({key})})
        case All(parts):
            result = _minimal(cut for p in parts for cut in _cuts(p, limit, seen))
        case AtLeast(k, parts):
            # It is down when len - k + 1 parts are down: row[j] has the cuts that take j of the parts so far.
            needed = max(len(parts) - k + 1, 0)
            row: list[Cuts] = [frozenset({frozenset[str]()})] + [frozenset[frozenset[str]]() for _ in range(needed)]
            for part in parts:
                own = _cuts(part, limit, seen)
                for j in range(needed, 0, -1):
                    both = (a | b for a in row[j - 1] for b in own if len(a | b) <= limit)
                    row[j] = _minimal([*row[j], *both])
            result = row[needed] if k > 0 else frozenset()
    seen[s] = result
    return result


def _minimal(cuts: Iterable[frozenset[str]]) -> Cuts:
    kept: list[frozenset[str]] = []
    for cut in sorted(set(cuts), key=len):
        if not any(k <= cut for k in kept):
            kept.append(cut)
    return frozenset(kept)
