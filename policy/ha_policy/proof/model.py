"""The model of an entry point: components that are lost with their zone or Region, and groups of them.

A model is a directed acyclic graph; `simulation` evaluates it and `estimate` computes with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["automatic", "manual"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a recovery: detect, decide, act or DNS. seconds: usual worst case. source: where the figure
    comes from.
    """

    phase: Literal["detect", "decide", "act", "dns"]
    what: str
    seconds: float
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Recovery:
    """How a group recovers from the loss of a member.

    rpo: seconds of accepted writes that may be lost; None if the group stores nothing. mode: manual means that a person
    decides; until then only reads are served. limit: what is not served after the recovery.
    """

    label: str
    steps: tuple[Step, ...]
    rpo: float | None = None
    rpo_source: str = ""
    mode: Mode = "automatic"
    limit: str = ""

    @property
    def seconds(self) -> float:
        """Recovery time: the steps run one after another."""
        return sum(step.seconds for step in self.steps)


@dataclass(frozen=True, slots=True)
class Service:
    """The managed service of a part of the model, for the SLA floor: a key of `sla.json`, and what it covers.

    place: the Region; or the resource itself if the SLA is per resource; or ``global``.
    """

    key: str
    place: str


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """A single thing that can fail; ``key`` identifies it. region None: in no Region (edge services).

    zone: its Availability Zone; None if it spans the zones of its Region (a Regional service) or if it is unknown which
    one it is in. Then ``place`` is what decides the zone (a subnet's id or URN): components of one place share a zone.
    kind: key of the assumptions. resource: URN of the resource that it belongs to.
    """

    key: str
    name: str
    kind: str
    resource: str = ""
    region: str | None = None
    zone: str | None = None
    place: str = ""
    region_known: bool = True

    @property
    def zone_known(self) -> bool:
        """Whether the zone is known, or it is in no single zone."""
        return not self.place

    @property
    def zonal(self) -> bool:
        """Whether it is in one zone, known or not."""
        return self.zone is not None or bool(self.place)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Works if every part works."""

    name: str
    parts: tuple[Part, ...]
    resource: str = ""
    service: Service | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Members that share the load: the members that are left are the capacity.

    needed: number of members that must work for the group to count as available in the numbers. weights: share of each
    member, equal by default.
    """

    name: str
    members: tuple[Part, ...]
    needed: int = 1
    weights: tuple[int, ...] = ()
    recovery: Recovery | None = None
    resource: str = ""
    service: Service | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Failover:
    """One option serves and another takes over; the capacity stays the same.

    ordered: the first option serves while it works (primary and standby); otherwise any member may be the active one,
    so that losing any of them may need the recovery. weights: size of each option. recovery None: all options serve at
    all times (the nodes of a load balancer). needed: number of options that must work; more than 1 if there are fewer
    members than options and it is unknown which options they are in. watch: a part whose loss starts the recovery
    although it is not an option (the source of a replica).
    """

    name: str
    options: tuple[Part, ...]
    recovery: Recovery | None = None
    ordered: bool = True
    weights: tuple[int, ...] = ()
    resource: str = ""
    service: Service | None = None
    needed: int = 1
    watch: Part | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """A part that the graph does not determine. ``why`` says what could not be resolved."""

    name: str
    why: str
    resource: str = ""

    def __post_init__(self) -> None:
        # The graph lists every kind that it looked for; the reader needs only the property that could not be traced.
        object.__setattr__(self, "why", self.why.partition(" and without a dependency on ")[0])


Part = Component | Series | Pool | Failover | Unknown


@dataclass(frozen=True, slots=True)
class Path:
    """One path through an entry point, such as a cache behavior. label: what distinguishes it."""

    label: str
    root: Part


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """An entry point, where requests or events arrive. kind: name, distribution, accelerator, api, load-balancer,
    instance, service, group (reached directly), consumer, connection, function-url, application.
    """

    key: str
    name: str
    kind: str
    paths: tuple[Path, ...]
    resource: str = ""
    notes: tuple[str, ...] = field(default=())


def children(node: Part) -> tuple[Part, ...]:
    """The parts, members or options of a node."""
    match node:
        case Series(parts=parts):
            return parts
        case Pool(members=members):
            return members
        case Failover(options=options):
            return options
        case _:
            return ()


def postorder(*roots: Part) -> list[Part]:
    """Every node under ``roots`` once, parts before the nodes that contain them."""
    done: set[int] = set()
    result: list[Part] = []
    stack: list[tuple[Part, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            result.append(node)
        elif id(node) not in done:
            done.add(id(node))
            if parts := children(node):
                stack.append((node, True))
                stack.extend([(part, False) for part in reversed(parts)])
            else:
                result.append(node)
    return result
