"""Request paths that components declare, and whether the graph agrees.

A component declares paths in an input and output named ``requestPaths``: a list of objects ``{"entry": name, "path":
[URN, URN, ...], "soft": [URN, ...]}``. ``path`` lists resources in the order in which a request passes them, from the
entry point on; ``soft`` lists those without which the caller keeps serving. URNs are known at preview, so declarations
always are.
A step is a contradiction, and so an error, if the graph has evidence against it: both ends have security groups and no
rule connects them; or the called resource is reached with an IAM role, and no policy of the caller's role names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from ha_policy.graph import Graph, Node
from ha_policy.graph.values import UNKNOWN

if TYPE_CHECKING:
    from ha_policy.proof.request_paths.builder import PathBuilder

OUTPUT: Final = "requestPaths"
BY_ROLE: Final = frozenset(
    {"dynamodb/table", "sqs/queue", "sns/topic", "kinesis/stream", "s3/bucket", "sfn/stateMachine"}
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declared path: its name, its steps, and which of them are soft. URNs."""

    entry: str
    path: tuple[str, ...]
    soft: frozenset[str]
    by: str


class Finding(NamedTuple):
    """A declaration with a problem. urn: the caller of the step, or the first resource that is named; empty if there is
    none. unknown: not a contradiction, but not known yet.
    """

    urn: str
    text: str
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """All declarations. errors: declarations that cannot be read or name resources that do not exist."""

    paths: tuple[Declaration, ...]
    errors: tuple[Finding, ...]

    @property
    def soft(self) -> frozenset[tuple[str, str]]:
        """(caller, called) pairs in which the called resource is a soft dependency."""
        return frozenset(
            (caller, called)
            for d in self.paths
            for i, caller in enumerate(d.path)
            for called in d.path[i + 1 :]
            if called in d.soft
        )

    def findings(self, builder: PathBuilder) -> tuple[Finding, ...]:
        """All problems, as sentences."""
        found = list(self.errors)
        for declaration in self.paths:
            for a, b in pairwise(declaration.path):
                caller, called = builder.graph.get(a), builder.graph.get(b)
                if caller is not None and called is not None and (why := _against(builder, caller, called)):
                    step = f"{caller.label} -> {called.label}"
                    found.append(Finding(a, f"path {declaration.entry} ({declaration.by}): {step}: {why}"))
        return tuple(found)


def _against(builder: PathBuilder, caller: Node, called: Node) -> str:
    if called in builder.dependencies.of(caller):
        return ""
    if caller.kind in ("lb/loadBalancer", "elb/loadBalancer"):
        nodes, missing = builder.dependencies.members(caller)
        return "" if missing or called in nodes else "no listener forwards to a target group that it is a member of"
    allowed = builder.dependencies.allowed(caller, called)
    if allowed is False:
        return "both have security groups and no rule lets the first open connections to the second"
    if called.kind in BY_ROLE and builder.dependencies.has_policies(caller):
        return "no policy of the caller's role and nothing in its environment names it"
    return ""


def read(graph: Graph) -> Declared:
    """The declarations of all components and of the stack itself."""
    paths: list[Declaration] = []
    errors: list[Finding] = []
    for node in graph.nodes:
        if OUTPUT not in node.props or ("/" in node.kind and not node.kind.startswith("pulumi:")):
            continue
        for item in _items(node.props[OUTPUT]):
            made = _one(graph, node, item)
            if isinstance(made, Finding):
                errors.append(made._replace(text=f"{OUTPUT} of {node.name}: {made.text}"))
            elif made not in paths:
                paths.append(made)
    return Declared(tuple(paths), tuple(errors))


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        yield from cast(tuple[Any, ...], value)
    else:
        yield value


def _one(graph: Graph, node: Node, item: Any) -> Declaration | Finding:
    if item is UNKNOWN:
        return Finding("", "is not known before deployment: give URNs, which are", True)
    fields: Mapping[str, Any] = cast(Mapping[str, Any], item) if isinstance(item, Mapping) else {}
    entry, steps, soft = fields.get("entry"), fields.get("path"), fields.get("soft", ())
    if not isinstance(entry, str) or not isinstance(steps, tuple) or not isinstance(soft, tuple):
        return Finding("", "each needs entry (a text), path (a list of URNs) and may have soft (a list of URNs)")
    urns, lax = cast(tuple[Any, ...], steps), cast(tuple[Any, ...], soft)
    there = [u for u in (*urns, *lax) if isinstance(u, str) and graph.get(u) is not None]
    first = there[0] if there else ""
    if any(u is UNKNOWN for u in (*urns, *lax)):
        return Finding(first, f"path {entry} is not known before deployment: give URNs, which are", True)
    for urn in (*urns, *lax):
        if urn not in there:
            return Finding(first, f"path {entry} names {urn!r}, which is no resource of this stack")
    if len(urns) < 2:
        return Finding(first, f"path {entry} has fewer than two steps")
    return Declaration(entry, urns, frozenset(lax), node.name)
