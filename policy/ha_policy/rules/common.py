"""Helpers that several rules use."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ha_policy.graph.model import Graph, Refs
from ha_policy.graph.node import Node
from ha_policy.graph.values import CannotTell
from ha_policy.graph.zones import Zones
from ha_policy.rule import Check, Param

MIN_ZONES: Final = {"minZones": Param("minimum number of distinct Availability Zones", 2, minimum=2, maximum=6)}

LONGEST_GRACE: Final = Param("seconds after its start for which a failing health check may be ignored", 3600, minimum=1)


def together(graph: Graph, refs: Refs) -> Zones:
    """The zones of several resources together, with what could not be traced."""
    total = Zones(unresolved=refs.missing)
    for node in refs.nodes:
        total |= graph.zones(node)
    return total


def spans(zones: Zones, check: Check, what: str) -> Iterator[str]:
    """Yields a violation unless there are at least ``minZones`` zones."""
    needed = check.number("minZones")
    if not zones.at_least(needed):
        yield f"{what} in {zones}; at least {needed} distinct Availability Zones are needed"


def in_one_zone(zones: Zones, what: str) -> Iterator[str]:
    """Yields a violation if all zones are known and there is one only, whatever a property promises."""
    if zones.known and not zones.at_least(2):
        yield f"{what} in {zones} only"


def each_list(refs: Refs, judge: Callable[[tuple[Node, ...]], Iterable[str]]) -> Iterator[str]:
    """The findings of ``judge`` about the resources, if they are the same for each list that it may be. Raises
    CannotTell.
    """
    found = [list(judge(nodes)) for nodes in refs.alternatives()]
    if any(found):
        if not all(found):
            refs.resolved()
        yield from found[0]


def zone_of(graph: Graph, node: Node) -> str:
    """The one zone of a zonal resource. Raises CannotTell."""
    names = graph.zones(node).exactly()
    if len(names) != 1:
        raise CannotTell(f"the one zone of {node.label}")
    return next(iter(names))


def whole(value: object) -> int | None:
    """A whole number of a JSON document, which some languages write as 5.0 or "5"; None if it is none."""
    try:
        return int(float(value)) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except ValueError:
        return None


# What Lambda reads by an event source mapping: queues, streams with shards, and the rest (Kafka, change streams).
QUEUES: Final = ("sqs/queue", "mq/broker")
SHARDED: Final = ("kinesis/stream", "kinesis/streamConsumer", "dynamodb/table")
EVENT_SOURCES: Final = (*QUEUES, *SHARDED, "msk/cluster", "msk/serverlessCluster", "docdb/cluster")
QUEUE_ARNS: Final = (":sqs:", ":mq:")
SHARDED_ARNS: Final = (":kinesis:", ":dynamodb:")


def listing(nodes: Iterator[Node] | tuple[Node, ...] | list[Node]) -> str:
    """Names as a list in a sentence."""
    return ", ".join(sorted(n.name for n in nodes))
