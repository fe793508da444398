"""What AWS refuses while a running stack changes from one recorded graph to another.

The engine creates and changes resources before it deletes those that the program no longer has. So a unique key (name,
priority, destination, …) must not pass from one resource to another within one update.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from offline.aws.account import Account, Existing
from offline.aws.inventory import Inventory
from offline.aws.refusals import Case
from offline.aws.replacement import DELETED_FIRST, replaces
from offline.aws.schema import installed
from offline.aws.templates import canonical
from tests.support.graph import Graph, Node
from tests.support.offline import REGION, plain


def collisions(before: Graph, after: Graph) -> list[str]:
    """``resource: property: what AWS says`` for everything that the update would be refused.

    Whatever ``before`` has counts as existing until the end of the update: the worst order in which the engine can do
    it.
    """
    account, running = Account(), dict[str, Node]()
    for node, region in _of_aws(before):
        running[node.urn] = node
        account.stated.add((node.type, node.urn))
        account.put(Existing(node.type, node.urn, node.urn, region, _inputs(node)), note=False)
    found: list[str] = []
    for node, region in _of_aws(after):
        was = next((running[urn] for urn in (node.urn, *node.former_urns) if urn in running), None)
        inputs = _inputs(node)
        if was is not None:  # the engine keeps what the program tells it to ignore
            inputs = {k: v for k, v in inputs.items() if k not in node.ignore_changes}
            inputs |= {k: v for k, v in _inputs(was).items() if k in node.ignore_changes}
        if was is not None and canonical(_inputs(was)) == canonical(inputs):
            continue
        own = was.urn if was is not None and not _overlaps(node, _inputs(was), inputs) else None
        case = Case(node.type, node.urn, inputs, region, Inventory(), new=own is None)
        found += [f"{node.name}: {prop}: {reason}" for prop, reason in account.conflicts(case, own, preview=False)]
    return sorted(set(found))


def _overlaps(node: Node, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Is it created anew, before the old one is deleted?"""
    resource = installed().resource(node.type)
    if resource is None or node.deleted_first or node.type in DELETED_FIRST:
        return False
    changed = [k for k in {*before, *after} if canonical(before.get(k)) != canonical(after.get(k))]
    return any(replaces(resource, k, after) for k in changed)


def _inputs(node: Node) -> dict[str, Any]:
    return {k: plain(v) for k, v in node.inputs.items()}


def _of_aws(graph: Graph) -> Iterator[tuple[Node, str]]:
    """Every AWS resource with its Region."""
    regions = {n.urn: str(n.inputs.get("region", REGION)) for n in graph.of("pulumi:providers:aws")}
    for node in graph.nodes:
        if node.type.startswith("aws:"):
            inherited = regions.get(node.provider.rpartition("::")[0], REGION)
            yield node, str(node.inputs.get("region") or inherited)
