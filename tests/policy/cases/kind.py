"""How a case is written: the subject ``x`` of a rule in a small network, with what stands around it."""

from dataclasses import dataclass, field
from typing import Any

from ha_policy.testing import UNKNOWN, Json, Output, Resource, Stack

U = UNKNOWN
Extra = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Variation:
    """The subject's properties, what stands around it, its resource options, its kind when it is not the case's."""

    props: dict[str, Any]
    around: tuple[Extra, ...] = ()
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    kind: str = ""


@dataclass(frozen=True)
class Case:
    """One rule. unknown: None where nothing that it reads can be unknown (resource options). na: None where it
    applies to every resource of its kinds; then a stack with none of them has no verdict. targets: the owner's.
    """

    kind: str
    ok: Variation
    bad: Variation
    unknown: Variation | None
    na: Variation | None = None
    targets: Any = None


def v(*around: Extra, kind: str = "", options: dict[str, Any] | None = None, **props: Any) -> Variation:
    """A variation. In values ``@name`` is the id of a resource of the stack, ``@name.output`` one of its outputs."""
    return Variation(props, around, options or {}, kind)


def build(case: Case, variation: Variation, *, deployed: bool) -> Stack:
    """The stack: VPC ``vpc``, subnets ``a``, ``a2`` (us-west-2a), ``b``, ``c``, key ``east`` in us-east-1, then x."""
    stack = Stack(deployed=deployed)
    stack.targets = case.targets
    known: dict[str, Resource] = {}
    known["vpc"] = stack.add("ec2/vpc", "vpc", cidrBlock="10.0.0.0/16")
    for name, zone in (("a", "a"), ("a2", "a"), ("b", "b"), ("c", "c")):
        known[name] = stack.add("ec2/subnet", name, vpcId=known["vpc"], availabilityZone=f"us-west-2{zone}")
    placed: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [(k, n, p, {}) for k, n, p in variation.around]
    placed.append((variation.kind or case.kind, "x", variation.props, variation.options))
    for kind, name, _, _ in placed:  # what stands around may refer to x, and x to it
        known.setdefault(name, stack.later(kind, name))
    for kind, name, props, options in placed:
        stack.add(kind, name, {k: _filled(w, known) for k, w in props.items()}, **options)
    return stack


def _filled(value: Any, known: dict[str, Resource]) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        name, _, output = value[1:].partition(".")
        return Output(known[name], output) if output else known[name]
    if isinstance(value, Json):
        return Json(_filled(value.value, known))
    if isinstance(value, dict):
        return {k: _filled(w, known) for k, w in value.items()}
    if isinstance(value, list):
        return [_filled(w, known) for w in value]
    return value
