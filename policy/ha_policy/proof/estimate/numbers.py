"""The figures of an entry point: the SLA floor, the structural estimate, and what would improve it most.

Neither is a promise. The floor multiplies the SLAs of the services that requests pass through. The estimate is exact
arithmetic on assumptions; it does not cover software errors, deployments, overload or people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ha_policy.proof.estimate import maths
from ha_policy.proof.estimate.assumptions import Assumptions, slas
from ha_policy.proof.estimate.decision_diagram import All, AtLeast, Atom, Diagram, Structure, any_of, shape
from ha_policy.proof.model import (
    Component,
    EntryPoint,
    Failover,
    Part,
    Pool,
    Recovery,
    Series,
    Service,
    Unknown,
    children,
    postorder,
)

IMPROVEMENTS = 8
"""Number of lines in the table of improvements."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """What a perfect component would gain. minutes: of downtime per year that would go away."""

    name: str
    minutes: float
    resource: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """Figures of one path. sla_floor and estimate: availabilities, 0-1; None if a part is unknown.

    services: the SLAs that were multiplied, and what each covers. failover_minutes: minutes per year spent failing
    over, part of the estimate. unknown: what could not be told.
    """

    sla_floor: float | None
    estimate: float | None
    services: tuple[tuple[str, str], ...]
    failover_minutes: float
    improvements: tuple[Improvement, ...]
    unknown: tuple[str, ...]

    @property
    def estimate_minutes(self) -> float | None:
        return None if self.estimate is None else maths.minutes_per_year(self.estimate)

    @property
    def floor_minutes(self) -> float | None:
        return None if self.sla_floor is None else maths.minutes_per_year(self.sla_floor)


Known = dict[object, tuple[float, tuple[float, ...]]]
"""Figures that were computed before, by shape: the entry points of a large stack are often alike."""


def numbers(entry: EntryPoint, assumed: Assumptions, known: Known | None = None) -> Numbers:
    """The figures of an entry point: all of its paths must work."""
    known = {} if known is None else known
    root = entry.paths[0].root if len(entry.paths) == 1 else Series(entry.name, tuple(p.root for p in entry.paths))
    order = postorder(root)
    unknown = tuple(dict.fromkeys(f"{n.name}: {n.why}" for n in order if isinstance(n, Unknown)))
    services = _services(root)
    if unknown:
        return Numbers(None, None, services, 0.0, (), unknown)
    structure, recoveries = structural(root)
    of, names = _availabilities(order, assumed)
    for key, (recovery, members) in recoveries.items():
        rate = sum(assumed.kinds[m.kind].per_minute for m in members)
        of[key] = max(0.0, 1 - rate * recovery.seconds / 60)
        names[key] = (f"time of the {recovery.label}", "")
    estimate, improvements = _estimate(structure, of, names, known)
    failover_minutes = sum(maths.minutes_per_year(of[key]) for key in recoveries)
    return Numbers(_floor(root, known), estimate, services, failover_minutes, improvements, ())


def structural(root: Part) -> tuple[Structure, dict[str, tuple[Recovery, tuple[Component, ...]]]]:
    """The model as a structure over zones, Regions and components.

    Failover time is a further component in series with each group that fails over: its unavailability is the sum of the
    members' failure rates times the duration of the recovery. Also returns its key, recovery and members.
    """
    made: dict[int, Structure] = {}
    atoms: dict[str, Atom] = {}
    recoveries: dict[str, tuple[Recovery, tuple[Component, ...]]] = {}

    def atom(key: str) -> Atom:
        return atoms.setdefault(key, Atom(key))

    def with_failover_time(node: Pool | Failover, inner: Structure) -> Structure:
        if node.recovery is None or not node.recovery.seconds or isinstance(node, Pool):
            return inner  # a group that shares the load keeps serving with the others until the loss is detected
        first = node.options[:1] if node.ordered else node.options
        members = tuple(n for n in postorder(*first) if isinstance(n, Component)) if not node.ordered else ()
        places = _places(first[0]) if node.ordered else ()
        key = f"recovery {len(recoveries)}"
        recoveries[key] = (node.recovery, members or places)
        return All((inner, atom(key)))

    for node in postorder(root):
        match node:
            case Component():
                where = [f"region {node.region}"] if node.region else []
                where += [f"zone {node.zone}"] if node.zone else []
                own = atom(node.key)
                made[id(node)] = All((*(atom(w) for w in where), own)) if where else own
            case Series():
                made[id(node)] = All(tuple(made[id(p)] for p in node.parts))
            case Pool():
                made[id(node)] = with_failover_time(
                    node, AtLeast(node.needed, tuple(made[id(m)] for m in node.members))
                )
            case Failover():
                made[id(node)] = with_failover_time(
                    node, AtLeast(node.needed, tuple(made[id(o)] for o in node.options))
                )
            case Unknown():
                made[id(node)] = All(())
    return made[id(root)], recoveries


def _places(first: Part) -> tuple[Component, ...]:
    """What takes a first option down by itself: its Region, as a component of kind ``region``."""
    regions = sorted({n.region for n in postorder(first) if isinstance(n, Component) and n.region})
    return tuple(Component(key=f"region {r}", name=r, kind="region", region=r) for r in regions[:1])


def _availabilities(order: list[Part], assumed: Assumptions) -> tuple[dict[str, float], dict[str, tuple[str, str]]]:
    of: dict[str, float] = {}
    names: dict[str, tuple[str, str]] = {}
    for node in order:
        if not isinstance(node, Component):
            continue
        of[node.key] = assumed.kinds[node.kind].availability
        names[node.key] = (node.name, node.resource)
        for kind, place in (("region", node.region), ("zone", node.zone)):
            if place:
                of[f"{kind} {place}"] = assumed.kinds[kind].availability
                names[f"{kind} {place}"] = (f"{'Region' if kind == 'region' else 'Availability Zone'} {place}", "")
    return of, names


def _estimate(
    structure: Structure, of: Mapping[str, float], names: Mapping[str, tuple[str, str]], known: Known
) -> tuple[float, tuple[Improvement, ...]]:
    """The availability, and by resource how much less downtime there would be if it never failed."""
    form, keys = shape(structure)
    groups: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        name, resource = names[key]
        groups.setdefault((resource, "") if resource else ("", name), []).append(key)
    place = {key: i for i, group in enumerate(groups.values()) for key in group}
    same = ("estimate", form, tuple(of[k] for k in keys), tuple(place[k] for k in keys))
    if same not in known:
        known[same] = _gains(Diagram(structure), of, list(groups.values()))
    now, gains = known[same]
    found = [
        Improvement(
            names[keys[0]][0].partition(" #")[0] if len(keys) == 1 else _common(names[keys[0]][0], len(keys)),
            minutes,
            resource,
        )
        for ((resource, _), keys), minutes in zip(groups.items(), gains, strict=True)
    ]
    return now, tuple(sorted(found, key=lambda i: (-i.minutes, i.name))[:IMPROVEMENTS])


def _gains(diagram: Diagram, of: Mapping[str, float], groups: list[list[str]]) -> tuple[float, tuple[float, ...]]:
    """The availability, and the minutes per year that each group costs. Exact: of one atom by its importance, since the
    availability is linear in it; of several by evaluating the diagram again with all of them perfect.
    """
    now, importance = diagram.availability(of), diagram.importance(of)
    perfect = (
        now + importance[g[0]] * (1 - of[g[0]])
        if len(g) == 1
        else diagram.availability({**of, **dict.fromkeys(g, 1.0)})
        for g in groups
    )
    return now, tuple(maths.minutes_per_year(now) - maths.minutes_per_year(p) for p in perfect)


def _common(name: str, count: int) -> str:
    return f"{name.partition(' #')[0]} (all {count})"


def _services(root: Part) -> tuple[tuple[str, str], ...]:
    keys: dict[tuple[str, str], None] = {}
    for node in postorder(root):
        if isinstance(node, Series | Pool | Failover) and node.service:
            keys[(node.service.key, _place(node.service))] = None
    return tuple(sorted(keys))


def _place(service: Service) -> str:
    return "global" if slas()[service.key].scope == "global" else service.place


def _floor(root: Part, known: Known) -> float:
    """Product of the SLAs; Regions that can replace each other are in parallel. Each SLA counts once."""
    made: dict[int, Structure] = {}
    atoms: dict[str, Atom] = {}
    of: dict[str, float] = {}
    every: Callable[[Part], tuple[Structure, ...]] = lambda n: tuple(made[id(c)] for c in children(n))  # noqa: E731
    for node in postorder(root):
        parts = every(node)
        if isinstance(node, Series | Pool | Failover) and node.service:
            key = f"{node.service.key} {_place(node.service)}"
            of[key] = slas()[node.service.key].percent / 100
            own = atoms.setdefault(key, Atom(key))
            inner = _beyond(node, made)
            made[id(node)] = All((own, *inner)) if inner else own
        elif isinstance(node, Failover):
            made[id(node)] = any_of(parts)
        elif isinstance(node, Pool):
            made[id(node)] = any_of(parts) if _several_regions(node) else All(parts)
        else:
            made[id(node)] = All(parts)
    form, keys = shape(made[id(root)])
    same = ("floor", form, tuple(of[k] for k in keys))
    if same not in known:
        known[same] = Diagram(made[id(root)]).availability(of), ()
    return known[same][0]


def _several_regions(node: Part) -> bool:
    return len({n.region for n in postorder(node) if isinstance(n, Component) and n.region}) > 1


def _beyond(node: Part, made: Mapping[int, Structure]) -> tuple[Structure, ...]:
    """What a service's SLA does not cover: the other services that it needs. It covers its own members."""
    if isinstance(node, Series):
        return tuple(made[id(p)] for p in node.parts if not isinstance(p, Component))
    return ()
