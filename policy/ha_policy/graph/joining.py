"""Several stacks as one graph: an id, an ARN or a host name that one stack uses is the resource that another one has.

Teams split network, data and applications into stacks. What a program knows of another stack's resources it knows by
value: from a `StackReference`, from a look-up (`getSubnets`), from its configuration. So a known id is enough to join
them, and nothing has to be declared.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from .documents import InputError
from .model import REFERENCE, Graph
from .node import Node
from .values import UNKNOWN

ROOT: Final = "pulumi:pulumi:Stack"


@dataclass(frozen=True, slots=True)
class Given:
    """The resources of one input. source: how messages name the input, such as a file's name."""

    source: str
    nodes: tuple[Node, ...]


def join(inputs: Sequence[Given], zones: Mapping[str, str] | None = None) -> tuple[Graph, list[str]]:
    """One graph of all inputs, and notes about what does not fit together.

    With several stacks the name of a resource starts with its stack, so that whatever crosses stacks names them. Raises
    InputError if a stack is given twice.
    """
    stacks: dict[str, str] = {}
    for given in inputs:
        for stack in dict.fromkeys(n.stack for n in given.nodes):
            if stack in stacks:
                raise InputError(f"{stacks[stack]} and {given.source} are both of the stack {stack}; give it once")
            stacks[stack] = given.source
    nodes = [n for given in inputs for n in given.nodes]
    notes = [*_twice(nodes), *_references(nodes, set(stacks))]
    if len(stacks) > 1:
        nodes = _without_looked_up(nodes)
        labels = _labels(stacks)
        nodes = [replace(n, name=f"{labels[n.stack]}/{n.name}") for n in nodes]
    return Graph(nodes, zones), notes


def _labels(stacks: Iterable[str]) -> dict[str, str]:
    """The shortest name of each stack: its project's, its own, or both."""
    known = list(stacks)
    for part in (0, 2):
        short = {s: s.partition("/")[part] for s in known}
        if len(set(short.values())) == len(known):
            return short
    return {s: s for s in known}


def _identity(node: Node) -> tuple[str, str] | None:
    return (node.kind, node.id) if node.id and "/" in node.kind and not node.kind.startswith("pulumi:") else None


def _without_looked_up(nodes: list[Node]) -> list[Node]:
    """Without resources that one stack only looks up and another one manages: what depends on the first depends on the
    second.
    """
    managed = {key: n.urn for n in nodes if not n.external and (key := _identity(n))}
    same = {n.urn: managed[key] for n in nodes if n.external and (key := _identity(n)) and key in managed}
    if not same:
        return nodes
    return [
        replace(
            n,
            dependencies=tuple(same.get(d, d) for d in n.dependencies),
            property_dependencies={k: tuple(same.get(d, d) for d in v) for k, v in n.property_dependencies.items()},
        )
        for n in nodes
        if n.urn not in same
    ]


def _twice(nodes: Iterable[Node]) -> Iterator[str]:
    """Resources that two stacks claim to manage."""
    owners: dict[tuple[str, str], Node] = {}
    for node in nodes:
        if node.external or not (key := _identity(node)) or node.kind.startswith(("iam/", "route53/record")):
            continue
        other = owners.setdefault(key, node)
        if other.stack != node.stack:
            yield f"{other.stack} and {node.stack} both manage {node.kind} {node.id}; one of them should let it go"


def _references(nodes: Sequence[Node], stacks: set[str]) -> Iterator[str]:
    """References to stacks that are not given, that had no outputs to read, or that have other outputs by now."""
    roots = {n.stack: n for n in nodes if n.kind == ROOT}
    missing: Counter[tuple[str, str]] = Counter()
    for node in nodes:
        if node.kind != REFERENCE:
            continue
        name = node.raw("name")
        target = _target(name, node, stacks) if isinstance(name, str) else None
        if target is None:
            missing[node.stack, name if isinstance(name, str) else node.name] += 1
        elif not any(v is not UNKNOWN for v in node.leaves("outputs")):
            yield (
                f"{node.stack} has read no outputs of {target}, so the two cannot be joined: "
                f"deploy {target}, then preview {node.stack} again"
            )
        elif differing := sorted(_differing(node, roots.get(target))):
            yield (
                f"{node.stack} has read other values of {', '.join(differing)} than {target} gives: "
                "one of the two inputs is older; update and export again"
            )
    for stack, name in missing:
        yield f"{stack} reads outputs of the stack {name}, which is not given; give its preview or state too"


def _target(name: str, node: Node, stacks: set[str]) -> str | None:
    """The given stack that a reference means: ``organization/project/stack``, ``project/stack`` or ``stack``."""
    parts = name.split("/")
    wanted = "/".join(parts[-2:]) if len(parts) > 1 else f"{node.stack.partition('/')[0]}/{name}"
    found = [s for s in stacks if s == wanted] or [
        s for s in stacks if len(parts) == 1 and s.partition("/")[2] == name and s != node.stack
    ]
    return found[0] if len(found) == 1 else None


def _differing(reference: Node, root: Node | None) -> Iterator[str]:
    """Outputs whose value the reference read differently; what is not known on either side does not count."""
    read: Any = reference.raw("outputs")
    if root is None or not root.props or not isinstance(read, Mapping):
        return
    for key, value in cast(Mapping[str, Any], read).items():
        now = root.props.get(key)
        if not (_has_unknown(value) or _has_unknown(now)) and value != now:
            yield key


def _has_unknown(value: Any) -> bool:
    if value is UNKNOWN:
        return True
    if isinstance(value, Mapping):
        return any(map(_has_unknown, cast(Mapping[str, Any], value).values()))
    return isinstance(value, tuple) and any(map(_has_unknown, cast(tuple[Any, ...], value)))
