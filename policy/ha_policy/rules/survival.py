"""The stack-wide rules: no entry point goes down with one Availability Zone, or one Region where there is a standby."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ha_policy.graph import CannotTell, Node
from ha_policy.rule import CORE, Check, Param, Severity, rule, skip

if TYPE_CHECKING:  # imported only when a rule needs it: the pack's start delays every preview
    from ha_policy.proof.model import EntryPoint
    from ha_policy.proof.proof import Proof

ENTRY_KINDS: Final = (
    "route53/record", "globalaccelerator/accelerator", "cloudfront/distribution", "apigateway/restApi",
    "apigatewayv2/api", "lambda/functionUrl", "elasticbeanstalk/environment", "lb/loadBalancer", "elb/loadBalancer",
    "lambda/eventSourceMapping", "cloudwatch/eventTarget", "scheduler/schedule", "ec2transitgateway/transitGateway",
    "ec2/vpnGateway", "ec2/instance", "ecs/service", "autoscaling/group", "s3/bucket",
)  # fmt: skip
DECLARED: Final = "declared-paths-hold"
TARGETS_MET: Final = "targets-met"
REFERENCES: Final = ("REL10-BP01", "REL11-BP01", "REL11-BP05")
LOSSES: Final = ("survives-az-loss", "survives-region-loss")
EGRESS: Final = "egress-needed"
PARAMS: Final = {
    "minimum-capacity": Param("minimum capacity that an entry point keeps before any scaling, percent", 1, 1, 100),
    EGRESS: Param("whether compute in a subnet with a NAT route needs that route to serve", True),
}


def entry_of(node: Node, check: Check) -> tuple[Proof, EntryPoint]:
    """The simulation, and the entry point that this resource is; skips the resource if it is none."""
    from ha_policy.proof.proof import proof_of

    proof = proof_of(check.graph, check.flag(EGRESS))
    entry = proof.entry_at.get(node.urn)
    return (proof, entry) if entry else skip("it is not an entry point: requests arrive elsewhere")


@rule(
    "survives-az-loss",
    "Every entry point keeps serving when any one Availability Zone is lost",
    *ENTRY_KINDS,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a zone fails as a whole; whatever it takes down must already be running in another zone",
    fix="see the finding: it names the zone, the path that breaks and what to change",
    refs=REFERENCES,
    params=PARAMS,
)
def survives_az_loss(node: Node, check: Check) -> Iterator[str]:
    """One sentence per zone (or per component in one unknown zone) whose loss brings the entry point down."""
    proof, entry = entry_of(node, check)
    yield from _losses(proof, entry, "zone", check.number("minimum-capacity"))


@rule(
    "survives-region-loss",
    "If the stack has a standby Region, every entry point keeps serving when any one Region is lost",
    *ENTRY_KINDS,
    severity=Severity.CRITICAL,
    levels=CORE,
    reason="a standby Region that an entry point does not reach, or that depends on the lost Region, is no standby",
    fix="see the finding: it names the Region, the path that breaks and what to change",
    refs=(*REFERENCES, "REL13-BP02"),
    params=PARAMS,
)
def survives_region_loss(node: Node, check: Check) -> Iterator[str]:
    """One sentence per Region whose loss brings the entry point down."""
    proof, entry = entry_of(node, check)
    if len(proof.cells) < 2:
        skip("the stack has no standby Region")
    yield from _losses(proof, entry, "region", check.number("minimum-capacity"))


@rule(
    DECLARED,
    "Request paths and availability that components declare agree with the resource graph",
    "*",
    severity=Severity.HIGH,
    levels=CORE,
    reason="people and the simulation rely on the declaration; one that contradicts the graph misleads both",
    fix="connect the two resources (security-group rule, target group, role policy), or correct the declaration",
    refs=("REL10-BP01",),
)
def declared_paths_hold(node: Node, check: Check) -> Iterator[str]:
    """One sentence per contradiction, at the caller of the step (at the stack's first resource if none is named)."""
    from ha_policy.proof.proof import proof_of

    proof = proof_of(check.graph)
    if not proof.declared.paths and not proof.declaration_findings:
        skip("no component declares a request path or an availability")
    mine = [
        f for f in proof.declaration_findings if f.urn == node.urn or (not f.urn and node is check.graph.of("*")[0])
    ]
    if not mine and not any(node.urn in d.path for d in proof.declared.paths):
        skip("it is on no declared path")
    yield from (f.text for f in mine if not f.unknown)
    if unknown := [f.text for f in mine if f.unknown]:
        raise CannotTell("; ".join(unknown))


@rule(
    TARGETS_MET,
    "Every entry point meets the targets that its owner has set",
    *ENTRY_KINDS,
    severity=Severity.HIGH,
    levels=CORE,
    reason="a target that the stack cannot meet is found out when something fails",
    fix="see the finding: it names what is lost, and the path that breaks; or correct the target",
    refs=("REL13-BP01",),
    params={EGRESS: PARAMS[EGRESS]},
)
def targets_met(node: Node, check: Check) -> Iterator[str]:
    """One sentence per target that is missed."""
    from ha_policy.proof.target_results import results_for

    if not check.targets:
        skip("no targets are set")
    proof, entry = entry_of(node, check)
    found = results_for(proof, entry, check.targets)
    if not found:
        skip("no target names it")
    yield from (r.text for r in found if r.status == "missed")
    if unknown := [r.text for r in found if r.status == "cannot tell"]:
        raise CannotTell("; ".join(unknown))


def _losses(proof: Proof, entry: EntryPoint, kind: str, minimum: int) -> Iterator[str]:
    from ha_policy.proof.fixes import fix_of
    from ha_policy.proof.model import Component

    unknown: list[str] = []
    zones: set[str] = set()
    certain = False
    losses = proof.zone_and_region_losses
    for index in losses.affected(entry):
        failure = losses.failures[index]
        if failure.kind != kind:
            continue
        outcome = losses.outcome(entry, index)
        if outcome.verdict == "serves" or (outcome.verdict == "degrades" and outcome.capacity * 100 >= minimum):
            continue
        path = " -> ".join(losses.explain(entry, index))
        if outcome.verdict == "cannot tell":
            unknown.append(f"loss of {failure.name}: {path}")
        elif outcome.verdict == "down":
            certain = True
            zones |= failure.zones
            name = failure.name
            if failure.unknown_zone_of is not None and (culprit := losses.root_cause(entry, index)) is not None:
                if isinstance(culprit, Component) and culprit.zone in zones:
                    continue  # that zone's own loss says so
                name = f"the Availability Zone of {culprit.name} is lost (one zone; which one is not known)"
            else:
                name = f"{name} is lost"
            yield f"{entry.kind} {entry.name} goes down when {name}: {path}; {fix_of(losses, entry, index)}"
        else:
            kept = f"{outcome.capacity:.0%} of its capacity (minimum: {minimum} %)"
            yield f"{entry.kind} {entry.name} keeps {kept} when {failure.name} is lost: {path}"
    intact, path = losses.intact(entry)
    if intact.verdict in ("cannot tell", "down") and not unknown:
        unknown.append(f"{intact.verdict} with nothing lost: {' -> '.join(path)}")
    if unknown and not certain:
        raise CannotTell("; ".join(unknown))
