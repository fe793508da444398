"""The resource graph: nodes with plain data, references, Availability Zones and Regions. Nothing unknown counts as
known.

Build it with `from_policy` (a stack policy's resources), `from_state` (an exported state) or `from_preview` (`pulumi
preview --json`). Query it with `Graph.of`, `Graph.refs`, `Graph.referrers`, `Graph.zones`, `Graph.region` and the
functions in `ha_policy.graph.relations`; `edges(graph)` lists every relation as plain tuples.
"""

from .documents import Document, InputError
from .edges import Edge, edges
from .joining import Given, join
from .kinds import kind_of
from .model import Graph, Refs
from .node import Node
from .readers import from_document, from_policy, from_preview, from_state, nodes_of
from .values import UNKNOWN, CannotTell, Unknown
from .zones import Zones

__all__ = [
    "UNKNOWN",
    "CannotTell",
    "Document",
    "Edge",
    "Given",
    "Graph",
    "InputError",
    "Node",
    "Refs",
    "Unknown",
    "Zones",
    "edges",
    "from_document",
    "from_policy",
    "from_preview",
    "from_state",
    "join",
    "kind_of",
    "nodes_of",
]
