"""What an architecture declares about its availability, which the policy pack compares with the resource graph.

The rule ``declared-paths-hold`` fails a preview whose claims are better than the simulation, so `pulumi stack output`
is true for every update that passed the pack.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi

Verdict = Literal["serves", "degrades", "down"]


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What is left after losing any one zone or Region. capacity: share before any scaling, 0-1."""

    verdict: Verdict
    capacity: float

    def __post_init__(self) -> None:
        if not 0 <= self.capacity <= 1:
            raise ValueError(f"capacity={self.capacity}: must be 0-1")
        if (self.verdict == "down") != (self.capacity == 0):
            raise ValueError(f"verdict={self.verdict}, capacity={self.capacity}: down is no capacity, and only that")


def zone_loss(zones: int) -> Loss:
    """A tier that is spread evenly over ``zones`` (at least 2) keeps the other zones' share, rounded down
    to a percent.
    """
    if zones < 2:
        raise ValueError(f"zones={zones}: must be at least 2")
    return Loss(verdict="degrades", capacity=int(100 * (zones - 1) / zones) / 100)


NO_STANDBY = Loss(verdict="down", capacity=0)
"""Loss of the Region without a standby Region."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The claim for one entry point. sla_floor: percent, product of the SLAs on its path."""

    zone: Loss
    region: Loss
    sla_floor: float

    def document(self) -> dict[str, Any]:
        """In the format that the pack reads and the stack exports."""
        losses = {"zoneLoss": self.zone, "regionLoss": self.region}
        found = {k: {"verdict": v.verdict, "capacity": v.capacity} for k, v in losses.items()}
        return {**found, "slaFloor": self.sla_floor}


def claims(entries: Mapping[str, Claim]) -> dict[str, Any]:
    """The claims of a stack, to declare (`Declarations`) and to export as the stack output ``availability``.

    entries: by the entry point's name in the availability report (a DNS name, or the logical name of the resource).
    """
    return {name: claim.document() for name, claim in entries.items()}


Step = pulumi.Resource | pulumi.Output[pulumi.Resource]


def request_path(entry: str, path: Sequence[Step], soft: Sequence[Step] = ()) -> dict[str, Any]:
    """One of the request paths to declare (`Declarations`). path: resources in the order in which a request passes
    them. soft: those without which the caller keeps serving.
    """
    return {"entry": entry, "path": [_urn(step) for step in path], "soft": [_urn(step) for step in soft]}


def _urn(step: Step) -> pulumi.Output[str]:
    return step.urn if isinstance(step, pulumi.Resource) else step.apply(lambda found: found.urn)


@dataclass(frozen=True, kw_only=True)
class DeclarationsArgs:
    """What `Declarations` declares. availability: `claims`. request_paths: each a `request_path`. targets: what entry
    points must keep when something is lost (docs/check.md#targets).
    """

    availability: Mapping[str, Any] = field(default_factory=dict[str, Any])
    request_paths: Sequence[Mapping[str, Any]] = ()
    targets: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Declarations(pulumi.ComponentResource):
    """Tells the policy pack what the resource graph does not show. It has no children.

    Everything is an input and an output: the pack sees only the outputs of a component, and `pulumi preview --json`
    only its inputs.
    """

    def __init__(self, name: str, args: DeclarationsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        declared = {
            "availability": args.availability,
            "requestPaths": args.request_paths,
            "availabilityTargets": args.targets,
        }
        given = {key: value for key, value in declared.items() if value}
        super().__init__("ha:arch:Declarations", name, given, opts)
        self.register_outputs(given)
