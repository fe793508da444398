"""The drawing of the architecture: Regions side by side, a column per zone, a row per resource, in the order of
requests.

Coordinates are pixels of one drawing. A resource that spans the zones of its Region is one long box; a resource in a
zone is a box in its column; the arcs on the left are needs (caller above, called below).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from ha_policy.proof.model import Component, Part, Series, Unknown, children, postorder
from ha_policy.proof.proof import Proof

GUTTER: Final = 46
LABEL: Final = 200
COLUMN: Final = 138
ROW: Final = 40
BOX: Final = 28
TOP: Final = 62
GAP: Final = 34
EDGE: Final = 84
MARGIN: Final = 16
ROWS: Final = 200
"""Resources drawn per Region, those that the first entry points need."""

EDGES: Final = 24
"""Names, distributions and accelerators drawn above the Regions."""

KIND_NAMES: Final = {
    "autoscaling/group": "servers",
    "ecs/service": "service",
    "lambda/function": "function",
    "lb/loadBalancer": "load balancer",
    "elb/loadBalancer": "load balancer",
    "rds/instance": "database",
    "rds/cluster": "database cluster",
    "rds/clusterInstance": "database cluster",
    "elasticache/replicationGroup": "cache",
    "dynamodb/table": "table",
    "s3/bucket": "bucket",
    "sqs/queue": "queue",
    "sns/topic": "topic",
    "efs/fileSystem": "file system",
    "efs/mountTarget": "file system",
    "rds/proxy": "proxy",
    "apigateway/restApi": "API",
    "apigatewayv2/api": "API",
    "elasticbeanstalk/environment": "application",
    "eks/nodeGroup": "nodes",
    "ec2/instance": "server",
    "wafv2/webAcl": "web ACL",
    "kinesis/stream": "stream",
    "sfn/stateMachine": "state machine",
    "ec2transitgateway/transitGateway": "transit gateway",
    "ec2/vpnConnection": "VPN",
    "directconnect/connection": "Direct Connect",
}
EDGE_KINDS: Final = ("edge", "dns")
NATS: Final = "NAT gateways"
WORDS: Final = {"nat": "ways out", "service": "service", "location": "location"}


def draw(proof: Proof) -> dict[str, Any]:
    """Regions, zones, boxes and lines, each with its components (keys), and the total size."""
    rows = _rows(proof)
    needs = _needs(proof)
    regions = [r for r in _ordered(proof, rows) if any(region == r for (_, region) in rows)] or list(proof.cells)
    outside = _outside(proof)
    outside, left_edges = outside[:EDGES], max(len(outside) - EDGES, 0)
    top = EDGE if outside else MARGIN
    shapes: list[dict[str, Any]] = []
    x, height, left = MARGIN, 0, 0
    starts: dict[str, float] = {}
    for region in regions:
        zones = [z for z, r in proof.zones if r == region] or [""]
        mine = [(urn, leaves) for (urn, r), leaves in rows.items() if r == region]
        mine.sort(key=lambda m: _rank(proof, m[0]))
        left += max(len(mine) - ROWS, 0)
        shape = _region(proof, region, zones, mine[:ROWS], needs, (x, top))
        starts[region] = x + shape["width"] / 2
        shapes.append(shape)
        x += shape["width"] + GAP
        height = max(height, shape["height"])
    width = max(x - GAP + MARGIN, 640)
    edges = [_edge(e, i, len(outside), width, starts) for i, e in enumerate(outside)]
    return {
        "width": width,
        "height": height + top + MARGIN,
        "regions": shapes,
        "edges": edges,
        "left": left + left_edges,
    }


def _owner(proof: Proof, leaf: Component) -> str:
    """The resource whose row a component is in: members of a cluster and mount targets are in the row of the whole."""
    node = proof.graph.get(leaf.resource)
    if node is not None and node.kind in ("rds/clusterInstance", "docdb/clusterInstance", "efs/mountTarget"):
        path = "fileSystemId" if node.kind == "efs/mountTarget" else "clusterIdentifier"
        kinds = ("efs/fileSystem",) if node.kind == "efs/mountTarget" else ("rds/cluster", "docdb/cluster")
        for whole in proof.graph.refs(node, path, *kinds).nodes:
            return whole.urn
    if node is not None and node.kind == "ec2/natGateway":
        return f"{NATS} {leaf.region}"
    return leaf.resource or leaf.key


def _ordered(proof: Proof, rows: Mapping[tuple[str, str | None], list[Component]]) -> list[str]:
    """The Regions, the one with most parts first, since a standby has at most what its primary has."""
    parts = Counter(region for _, region in rows)
    return sorted(proof.regions, key=lambda r: (-parts[r], r))


def _rows(proof: Proof) -> dict[tuple[str, str | None], list[Component]]:
    rows: dict[tuple[str, str | None], list[Component]] = {}
    for leaf in proof.components:
        if leaf.region is not None or leaf.kind not in EDGE_KINDS:
            rows.setdefault((_owner(proof, leaf), leaf.region), []).append(leaf)
    return rows


def _rank(proof: Proof, urn: str) -> tuple[bool, tuple[int, int], str]:
    return urn.startswith(NATS), _depths(proof).get(urn, (99, 99)), urn


def _depths(proof: Proof) -> dict[str, tuple[int, int]]:
    """The first entry point that needs a resource, and how many resources its requests pass before it."""
    memo = proof.graph.memo
    if ("depths", "") not in memo:
        found: dict[str, tuple[int, int]] = {}
        for index, entry in enumerate(proof.entry_points):
            seen: dict[int, int] = {}
            todo: list[tuple[Part, int]] = [(p.root, 0) for p in entry.paths]
            while todo:
                node, depth = todo.pop()
                if seen.get(id(node), 1 << 30) <= depth:
                    continue
                seen[id(node)] = depth
                urn = _owner(proof, node) if isinstance(node, Component) else node.resource
                if urn and not isinstance(node, Unknown):
                    found[urn] = min(found.get(urn, (index, depth)), (index, depth))
                todo += [(c, depth + 1) for c in children(node)]
        memo[("depths", "")] = found
    return memo[("depths", "")]


def _needs(proof: Proof) -> list[tuple[str, str]]:
    """(caller, called) pairs of resources with rows: a part of a series needs what follows in it."""
    found: dict[tuple[str, str], None] = {}
    for node in postorder(*(p.root for e in proof.entry_points for p in e.paths)):
        if isinstance(node, Series) and node.resource:
            for part in node.parts:
                target = _owner(proof, part) if isinstance(part, Component) else part.resource
                if target and target != node.resource:
                    found[(node.resource, target)] = None
    return list(found)


def _region(
    proof: Proof,
    region: str,
    zones: list[str],
    mine: list[tuple[str, list[Component]]],
    needs: list[tuple[str, str]],
    at: tuple[float, float],
) -> dict[str, Any]:
    width = GUTTER + LABEL + COLUMN * len(zones) + MARGIN
    boxes: list[dict[str, Any]] = []
    lines: dict[str, float] = {}
    x, top = at
    y = top + TOP
    left = x + GUTTER + LABEL
    for urn, leaves in mine:
        lines[urn] = y + BOX / 2
        wide = [n for n in leaves if n.zone is None and n.zone_known]
        lost = [n for n in leaves if not n.zone_known]
        inside = [n for n in leaves if n.zone is not None]
        found: list[dict[str, Any]] = []
        name, kind = _named(proof, urn, leaves[0])
        row = {"urn": urn, "name": name, "kind": kind, "y": y, "label_x": x + GUTTER, "boxes": found}
        if not inside:
            word = "in one zone, not known which" if lost else "the whole Region"
            found.append(
                _box(left, y, COLUMN * len(zones) - 8, word, [n.key for n in wide or lost], "", not lost, bool(lost))
            )
        for i, zone in enumerate(zones):
            here = [n for n in inside if n.zone == zone]
            if here:
                keys = [n.key for n in (*here, *wide)]
                found.append(_box(left + i * COLUMN, y, COLUMN - 8, _word(here), keys, zone))
        boxes.append(row)
        y += ROW
    arcs = [
        {"from": a, "to": b, "y1": lines[a], "y2": lines[b], "x": x + GUTTER - 4}
        for a, b in needs
        if a in lines and b in lines and a != b
    ]
    return {
        "name": region, "x": x, "y": top, "width": width, "height": y - top + MARGIN / 2,
        "zones": [{"name": z, "x": left + i * COLUMN, "width": COLUMN - 8} for i, z in enumerate(zones) if z],
        "rows": boxes, "arcs": arcs,
    }  # fmt: skip


def _named(proof: Proof, urn: str, leaf: Component) -> tuple[str, str]:
    """The name and the kind of a row."""
    node = proof.graph.get(urn)
    if node is not None:
        return node.name, KIND_NAMES.get(node.kind, node.kind.rpartition("/")[2])
    return NATS if urn.startswith(NATS) else leaf.name, WORDS.get(leaf.kind, leaf.kind)


def _box(
    x: float, y: float, width: float, text: str, keys: list[str], zone: str, spread: bool = False, unsure: bool = False
) -> dict[str, Any]:
    box = {"x": x, "y": y, "width": width, "height": BOX, "text": text, "keys": keys, "zone": zone}
    return {**box, "spread": spread, "unsure": unsure}


def _word(here: list[Component]) -> str:
    first = "NAT gateway" if here[0].kind == "nat" else here[0].name.partition(" of ")[0].partition(" #")[0]
    return f"{len(here)} \N{MULTIPLICATION SIGN} {first}" if len(here) > 1 else first


def _outside(proof: Proof) -> list[dict[str, Any]]:
    """What is in no Region: DNS names, distributions, accelerators, each with the Regions behind it."""
    found: list[dict[str, Any]] = []
    for entry in proof.entry_points:
        leaves = [n for p in entry.paths for n in postorder(p.root) if isinstance(n, Component)]
        edge = [n for n in leaves if n.kind in EDGE_KINDS]
        if edge and entry.kind in ("name", "distribution", "accelerator"):
            regions = sorted({n.region for n in leaves if n.region})
            found.append({"name": entry.name, "kind": entry.kind, "keys": [n.key for n in edge], "regions": regions})
    return found


def _edge(item: dict[str, Any], index: int, count: int, width: float, starts: dict[str, float]) -> dict[str, Any]:
    each = min(260.0, (width - 2 * MARGIN) / count)
    x = (width - each * count) / 2 + index * each
    middle, foot = x + each / 2, MARGIN + 36
    lines = [{"x1": middle, "y1": foot, "x2": starts[r], "y2": EDGE} for r in item["regions"] if r in starts]
    return {**item, "x": x + 4, "y": MARGIN, "width": each - 8, "height": 36, "lines": lines}
