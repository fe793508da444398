"""The graph: nodes by kind, id and parent, and the references between them."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from .node import Node
from .placement import locate
from .references import Refs
from .region import region_of
from .trace import Trace, is_list
from .values import UNKNOWN
from .zones import Zones

# Remote components that return several lists of resources of one kind, with the tag that says in which list a resource
# is. (awsx vpc.ts: publicSubnetIds, privateSubnetIds, isolatedSubnetIds by the type of the subnet, which is this tag.)
LISTS: Final = {"awsx:ec2:Vpc": ("ec2/subnet", "SubnetType")}
# Properties whose value another resource's input may contain to refer to this one: ids, ARNs, names, host names.
REFERENCE: Final = "pulumi:pulumi:StackReference"
REPLICAS: Final = ("replicas.arn", "replicas.streamArn")
IDENTITIES: Final = (
    "id",
    "arn",
    "name",
    "bucket",
    "url",
    "identifier",
    "clusterIdentifier",
    "replicationGroupId",
    "keyId",
    "family",
    "arnWithoutRevision",
    "arnSuffix",
    "dnsName",
    "domainName",
    "regionalDomainName",
    "bucketRegionalDomainName",
    "bucketDomainName",
    "qualifiedArn",
    "invokeArn",
    "allocationId",
    "defaultRouteTableId",
    "mainRouteTableId",
    "publicIp",
    "address",
    "endpoint",
    "readerEndpoint",
    "streamArn",
    "tableName",
    "apiEndpoint",
    "executionArn",
    "websiteEndpoint",
    "globalClusterIdentifier",
    "primaryEndpointAddress",
    "resourceId",
    "invokeUrl",
    "targetDomainName",
    "cloudfrontDomainName",
    "cname",
    "dualStackDnsName",
    "functionUrl",
    "publicDns",
    "configurationEndpointAddress",
)
INSIDE: Final = {
    "dynamodb/table": REPLICAS,  # a global table is one resource, whichever Region's replica or stream is meant
    "apigatewayv2/domainName": ("domainNameConfiguration.targetDomainName",),
}
"""Identities that are inside another property, by kind."""
# A host name, or the URL of one. Route 53 writes host names in lower case, and AWS's console puts dualstack. before a
# load balancer's (Route 53 API: AliasTarget).
_HOST: Final = re.compile(r"(?:[a-z]+://)?(?:dualstack\.)?([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)\.?(?::\d+)?(/.*)?")


class Graph:
    """All resources of a stack.

    zones: Availability Zone by id, for subnets and instances that are not part of the stack. Building is linear in the
    number of resources; reverse look-ups are indexed at the first use.
    """

    def __init__(self, nodes: Iterable[Node], zones: Mapping[str, str] | None = None) -> None:
        self.nodes: tuple[Node, ...] = tuple(nodes)
        self.known_zones: Mapping[str, str] = zones or {}
        self._by_urn: dict[str, Node] = {n.urn: n for n in self.nodes}
        self._by_kind: dict[str, list[Node]] = defaultdict(list)
        self._children: dict[str, list[Node]] = defaultdict(list)
        self._named: dict[str, list[Node]] = defaultdict(list)
        self._hosts: dict[str, list[Node]] | None = None  # by host name
        self._read: dict[str, str] | None = None  # value -> the stack whose outputs have it
        self._referrers: dict[tuple[str, str, tuple[str, ...]], _Reverse] = {}
        self._zones: dict[str, Zones] = {}
        self.memo: dict[Any, Any] = {}  # results of the functions in `relations`, by function and argument
        self.stacks: tuple[str, ...] = tuple(dict.fromkeys(n.stack for n in self.nodes))
        for node in self.nodes:
            self._by_kind[node.kind].append(node)
            if node.parent:
                self._children[node.parent].append(node)
            for value in _identities(node):
                self._named[value].append(node)

    def get(self, urn: str) -> Node | None:
        """The node with a URN."""
        return self._by_urn.get(urn)

    def of(self, *kinds: str) -> list[Node]:
        """All nodes of these kinds, in the engine's order; ``*`` means all AWS resources."""
        if kinds == ("*",):
            return [n for n in self.nodes if "/" in n.kind and not n.kind.startswith("pulumi:")]
        if len(kinds) == 1:
            return list(self._by_kind.get(kinds[0], ()))
        return [n for k in kinds for n in self._by_kind.get(k, ())]

    def children(self, node: Node) -> list[Node]:
        """The nodes whose parent is this one."""
        return list(self._children.get(node.urn, ()))

    def descendants(self, urn: str, kinds: tuple[str, ...]) -> Iterator[Node]:
        """All nodes of these kinds below a URN; a cycle of parents ends the search."""
        seen, todo = {urn}, [urn]
        while todo:
            for child in self._children.get(todo.pop(), ()):
                if child.urn not in seen:
                    seen.add(child.urn)
                    todo.append(child.urn)
                    if child.kind in kinds:
                        yield child

    def named(self, value: str, *kinds: str, near: Node | None = None) -> list[Node]:
        """The nodes of these (or any) kinds with this id, ARN, name or host name; if there are several, those in
        ``near``'s Region.
        """
        found = [n for n in self._named.get(value, ()) if not kinds or n.kind in kinds]
        if not found and (host := _HOST.fullmatch(value.lower())):
            found = [n for n in self._at_host().get(host[1], ()) if not kinds or n.kind in kinds]
        if len(found) > 1 and near is not None:
            region = region_of(near)
            same = [
                n for n in found if region_of(n) is not UNKNOWN and region is not UNKNOWN and region_of(n) == region
            ]
            return same or found
        return found

    def _at_host(self) -> dict[str, list[Node]]:
        """The nodes by their host names. A URL with a path may share its host with others (queues): it names none."""
        if self._hosts is None:
            self._hosts = {}
            for value, nodes in self._named.items():
                if (host := _HOST.fullmatch(value.lower())) and host[2] in (None, "/"):
                    self._hosts.setdefault(host[1], []).extend(nodes)
        return self._hosts

    def refs(self, node: Node, path: str, *kinds: str) -> Refs:
        """The resources of these kinds that a property refers to: by known id, else by dependency, else by parent.

        ``missing`` contains ids that are not of this stack, unknown values without a dependency, and ambiguous
        dependencies.
        """
        values = list(node.leaves(path))
        found: dict[str, Node] = {}
        foreign: list[str] = []
        missing: list[str] = []
        unknowns = 0
        for value in values:
            if value is UNKNOWN:
                unknowns += 1
            elif not isinstance(value, str):
                missing.append(f"{path} of {node.label} is not an id")
            elif matches := self._meant(value, kinds, node):
                found.update({m.urn: m for m in matches})
            else:
                foreign.append(value)
        if foreign and any(n.id is None and n.urn not in found for n in self._edges(node, path, kinds)):
            unknowns, foreign = unknowns + len(foreign), []  # ids of resources whose own id is unknown
        outside = [
            f"{value} ({path} of {node.label}) is not part of this stack{self._hint(value)}" for value in foreign
        ]
        missing += outside
        if not unknowns:
            return Refs(
                tuple(found.values()), tuple(missing), (), len(values), frozenset(outside), foreign=tuple(foreign)
            )
        trace = self._traced_by_value if node.is_terraform else self._traced
        traced = trace(node, path, kinds, found, missing, unknowns, len(values))
        if not foreign:
            return traced
        return replace(traced, outside=traced.outside.union(outside), foreign=tuple(foreign))

    def _hint(self, value: str) -> str:
        """Which stack has something that is not here, if a reference to that stack says so."""
        if self._read is None:
            self._read = {
                text: str(reference.raw("name"))
                for reference in self.of(REFERENCE)
                for text in reference.leaves("outputs")
                if isinstance(text, str)
            }
        stack = self._read.get(value)
        return f" (it is an output of the stack {stack}: give its state by ha.with)" if stack else ""

    def _edges(self, node: Node, path: str, kinds: tuple[str, ...]) -> list[Node]:
        """The resources of these kinds on which the property depends."""
        urns = node.property_dependencies.get(path.split(".")[0], ())
        return [self._by_urn[u] for u in urns if u in self._by_urn and self._by_urn[u].kind in kinds]

    def _meant(self, value: str, kinds: tuple[str, ...], node: Node) -> list[Node]:
        if value[:1] in "{[":  # a JSON document: the resources it names
            return [m for text in _strings(value) for m in self.named(text, *kinds, near=node)[:1]]
        return self.named(value, *kinds, near=node)[:1]

    def _traced(
        self, node: Node, path: str, kinds: tuple[str, ...], found: dict[str, Node], missing: list[str],
        unknowns: int, count: int,
    ) -> Refs:  # fmt: skip
        top = path.split(".")[0]
        edges = [self._by_urn[u] for u in node.property_dependencies.get(top, ()) if u in self._by_urn]
        direct = {n.urn: n for n in edges if n.kind in kinds and n.urn not in found}
        components = [n for n in edges if "/" not in n.kind and not n.kind.startswith("pulumi:")]
        wide = {m.urn: m for c in components for m in self.descendants(c.urn, kinds) if m.urn not in found}
        reach = {**direct, **wide}
        # A list that is unknown as a whole was computed from everything it depends on; a single value cannot be several
        # resources.
        listed = any(step.endswith("s") and not step.endswith("ss") for step in path.split("."))
        whole = listed and unknowns == 1 and any(v is UNKNOWN for v in (node.raw(path), node.raw(top)))
        if reach and (len(reach) == unknowns or (whole and not components)):
            return Refs((*found.values(), *reach.values()), tuple(missing), count=count)
        if reach and len(reach) < unknowns:
            missing.append(
                f"{unknowns - len(reach)} of {count} values in {path} of {node.label}, {node.not_known(path)}"
            )
            return Refs((*found.values(), *reach.values()), tuple(missing), count=count)
        if reach:
            missing.append(
                f"which of {len(reach)} {'/'.join(kinds)} {path} of {node.label} means: it comes from a component's "
                f"outputs and is {node.not_known(path)}"
            )
            lists = self._lists(components, tuple(direct.values()) or tuple(wide.values())) if whole else ()
            return Refs(tuple(found.values()), tuple(missing), tuple(reach.values()), count, choices=lists)
        what = f"{path} of {node.label}, {node.not_known(path)} and without a dependency on {' or '.join(kinds)}"
        # A value that depends only on resources of other kinds is an id that they created; it is not a resource of the
        # stack. What a reference to another stack gives may be any resource of the stacks that are joined.
        joined = len(self.stacks) > 1 and any(n.kind == REFERENCE for n in edges)
        made = frozenset((what,)) if edges and not components and path == top and not joined else frozenset[str]()
        return Refs(tuple(found.values()), (*missing, what), count=count, outside=made)

    def _traced_by_value(
        self, node: Node, path: str, kinds: tuple[str, ...], found: dict[str, Node], missing: list[str],
        unknowns: int, count: int,
    ) -> Refs:  # fmt: skip
        """What the unknown values refer to, where the document says it for each of them. Values with the same trace
        come from the same expressions, so that together they are as many of its resources.
        """
        groups: dict[Trace | None, list[str]] = {}
        for location, value in node.located(path):
            if value is UNKNOWN:
                groups.setdefault(node.traces.get(location), []).append(location)
        candidates: dict[str, Node] = {}
        outside: set[str] = set()
        narrow = True
        for trace, locations in groups.items():
            if trace is None:
                missing.append(f"{path} of {node.label}, {node.not_known(path)}")
                narrow = False
                continue
            reach = [n for n in self._of_trace(trace, kinds) if n.urn not in found]
            listed = len(locations) == 1 and is_list(locations[0])
            above = locations[0].count(".") < path.count(".")  # a block of which nothing is known: there may be none
            if reach and (trace.exact if above else len(reach) == len(locations) or (listed and trace.exact)):
                found.update({n.urn: n for n in reach})
            elif reach and len(reach) < len(locations):
                found.update({n.urn: n for n in reach})
                narrow = False
                missing.append(
                    f"{len(locations) - len(reach)} of {count} values in {path} of {node.label}, not known yet"
                )
            elif reach:
                candidates.update({n.urn: n for n in reach})
                narrow = narrow and trace.complete
                why = f": {trace.why}" if trace.why else ""
                which = f"whether {reach[0].label} is what" if len(reach) == 1 else f"which of {len(reach)} {kinds[0]}"
                missing.append(f"{which} {path} of {node.label} means{why}")
            else:
                what = f"{path} of {node.label}, not known yet and without a reference to {' or '.join(kinds)}"
                missing.append(what)
                outside |= {what} if trace.urns and trace.complete else set()
                narrow = False
        return Refs(
            tuple(found.values()), tuple(missing), tuple(candidates.values()), count, outside=frozenset(outside),
            narrow=narrow,
        )  # fmt: skip

    def _of_trace(self, trace: Trace, kinds: tuple[str, ...]) -> tuple[Node, ...]:
        """The resources of these kinds that a trace reaches."""
        key = (trace, kinds)
        if key not in self.memo:
            nodes = (self._by_urn.get(u) for u in trace.urns)
            self.memo[key] = tuple(n for n in nodes if n is not None and n.kind in kinds)
        return self.memo[key]

    def _lists(self, components: list[Node], reach: tuple[Node, ...]) -> tuple[tuple[Node, ...], ...]:
        """The lists of a component, if it is the only dependency and they contain all resources that the property
        depends on.
        """
        if len(components) != 1 or components[0].kind not in LISTS:
            return ()
        kind, tag = LISTS[components[0].kind]
        inside = {n.urn for n in self.descendants(components[0].urn, (kind,))}
        found: dict[str, list[Node]] = {}
        for node in reach:
            word = node.raw(f"tags.{tag}")
            if node.urn not in inside or not isinstance(word, str):
                return ()
            found.setdefault(word.lower(), []).append(node)
        return tuple(tuple(nodes) for nodes in found.values())

    def ref(self, node: Node, path: str, *kinds: str) -> Node | None:
        """The single resource that a property refers to; None if not set. Raises CannotTell if it cannot be traced."""
        return self.refs(node, path, *kinds).one()

    def referrers(self, target: Node, kind: str, path: str, *targets: str) -> Refs:
        """The resources of ``kind`` whose ``path`` refers to ``target`` (``targets``: kinds that the path may refer
        to).

        ``missing`` lists those whose reference could not be traced: they may refer to it or not.
        """
        key = (kind, path, targets or (target.kind,))
        reverse = self._referrers.get(key)
        if reverse is None:
            reverse = self._referrers[key] = self._reverse(*key)
        sources = tuple(reverse.by_target.get(target.urn, ()))
        return Refs(sources, (*reverse.missing, *reverse.missing_for.get(target.urn, ())))

    def _reverse(self, kind: str, path: str, targets: tuple[str, ...]) -> "_Reverse":
        reverse = _Reverse()
        for source in self.of(kind):
            refs = self.refs(source, path, *targets)
            for target in refs.nodes:
                reverse.by_target[target.urn].append(source)
            if refs.narrow and refs.candidates:
                for target in refs.candidates:
                    reverse.missing_for[target.urn] += refs.unresolved_here
                continue
            reverse.missing += refs.unresolved_here  # an id of another stack does not refer to a resource of this one
        return reverse

    def region(self, node: Node) -> str:
        """The Region: the resource's own ``region``, else from its ARN, else its provider's. Raises CannotTell."""
        region = region_of(node)
        if region is UNKNOWN:
            raise node.unknown("the Region")
        return str(region)

    def zones(self, node: Node) -> Zones:
        """The Availability Zones of a resource, as `placement` defines for its kind."""
        if node.urn not in self._zones:
            self._zones[node.urn] = Zones(unresolved=(f"the zones of {node.label} (they refer to each other)",))
            self._zones[node.urn] = locate(self, node)
        return self._zones[node.urn]


@dataclass(slots=True)
class _Reverse:
    by_target: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    missing: list[str] = field(default_factory=list[str])
    missing_for: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def _identities(node: Node) -> set[str]:
    values = {v for k in IDENTITIES if type(v := node.props.get(k)) is str and v}
    if node.id:
        values.add(node.id)
    return values | {v for k in INSIDE.get(node.kind, ()) for v in node.leaves(k) if isinstance(v, str) and v}


def _strings(document: str) -> list[str]:
    """All strings in a JSON document; none if it is not JSON."""
    try:
        todo: list[Any] = [json.loads(document)]
    except ValueError:
        return []
    found: list[str] = []
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            todo += cast(dict[str, Any], value).values()
        elif isinstance(value, list):
            todo += cast(list[Any], value)
    return found
