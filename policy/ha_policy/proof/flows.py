"""Entry points that no client addresses: consumers of queues and streams, rules, schedules; links to on-premises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ha_policy.graph import CannotTell, Node
from ha_policy.proof import model
from ha_policy.proof.build import Builder
from ha_policy.proof.model import Entry, Failover, Path, Series, Share, Switch, Unknown
from ha_policy.proof.places import Regions

SOURCES: Final = ("sqs/queue", "kinesis/stream", "dynamodb/table", "msk/cluster")
WORKERS: Final = ("lambda/function", "lambda/alias", "sqs/queue", "sfn/stateMachine", "sns/topic", "ecs/cluster")
STARTERS: Final = {"lambda/eventSourceMapping": "", "cloudwatch/eventTarget": "arn", "scheduler/schedule": "target.arn"}
"""What starts work, and where it names what it starts."""
WAITS: Final = "what has already arrived in the lost Region waits there until it returns"


class Flows:
    """Builds the asynchronous entry points. Twins in several Regions (the same name but for the Region) are one."""

    def __init__(self, builder: Builder) -> None:
        self.b, self.ctx, self.graph = builder, builder.ctx, builder.graph
        self.regions = Regions(builder)

    def entries(self) -> list[Entry]:
        """Consumers, then links."""
        made: list[tuple[str, Node, str, model.Node]] = []
        for kind, path in STARTERS.items():
            for node in self.graph.of(kind):
                try:
                    root = self._target(node, path) if path else self._mapping(node)
                except CannotTell as unknown:
                    root = Unknown(node.name, unknown.what, node.urn)
                if root is not None:
                    made.append((self.regions.plain(node.name), node, "consumer", root))
        made += self._links()
        groups: dict[tuple[str, str], list[tuple[Node, model.Node]]] = {}
        for name, node, kind, root in made:
            groups.setdefault((kind, name), []).append((node, root))
        return [self._entry(kind, name, members) for (kind, name), members in groups.items()]

    def _entry(self, kind: str, name: str, members: Sequence[tuple[Node, model.Node]]) -> Entry:
        regions = [self.ctx.region(n)[0] for n, _ in members]
        node, root = members[0]
        if len(members) > 1 and len(set(regions)) == len(members):
            limit = WAITS if kind == "consumer" else "the lost Region's networks are not reached"
            switch = Switch(f"{name} goes on in the other Region", (), None, "", "automatic", limit)
            root = Share(name, tuple(r for _, r in members), 1, (), switch, node.urn)
            return Entry(f"{kind} {name}", name, kind, (Path("", root),), node.urn)
        if len(members) > 1:  # the same name twice in one Region: each is needed
            root = Series(name, tuple(r for _, r in members), node.urn)
        return Entry(node.urn, node.name, kind, (Path("", root),), node.urn)

    def _mapping(self, node: Node) -> model.Node:
        source = self.graph.refs(node, "eventSourceArn", *SOURCES)
        worker = self.graph.refs(node, "functionName", "lambda/function", "lambda/alias")
        parts: list[model.Node] = []
        near = self.ctx.region(node)[0]
        for refs, word in ((source, "event source"), (worker, "function")):
            if not refs.nodes:
                parts.append(Unknown(f"{word} of {node.name}", "; ".join(refs.missing) or "not set", node.urn))
        parts += [self.b.part(n, near) for n in source.nodes]
        seen: set[str] = {n.urn for n in source.nodes}
        parts += [self.b.require(self.b.calls.function_of(n), seen) for n in worker.nodes]
        return Series(node.name, tuple(parts), node.urn)

    def _target(self, node: Node, path: str) -> model.Node | None:
        """What a rule or schedule starts; None for targets that only record (log groups, buses of other accounts)."""
        refs = self.graph.refs(node, path, *WORKERS)
        if not refs.nodes:
            return None
        if all(n.kind == "sns/topic" for n in refs.nodes):
            return None  # notification, no work
        near = self.ctx.region(node)[0]
        nodes = [self.b.calls.function_of(n) for n in refs.nodes]
        return Series(
            node.name,
            tuple(self.b.require(n) if n.kind != "sqs/queue" else self.b.part(n, near) for n in nodes),
            node.urn,
        )

    def _links(self) -> list[tuple[str, Node, str, model.Node]]:
        made: list[tuple[str, Node, str, model.Node]] = []
        for kind, vpn in (("ec2transitgateway/transitGateway", "transitGatewayId"), ("ec2/vpnGateway", "vpnGatewayId")):
            for gateway in self.graph.of(kind):
                options = [*self._circuits(gateway), *self._tunnels(gateway, kind, vpn)]
                if options:
                    hub = self.ctx.regional(gateway, "transit-gateway" if "transit" in kind else None)
                    steps = (self.ctx.timed("detect", "BGP hold time runs out", "bgp-hold"),)
                    ways = Failover(
                        f"ways to {gateway.name}", tuple(options),
                        self.ctx.switch(f"{gateway.name} takes another way", steps), False, (), gateway.urn,
                    )  # fmt: skip
                    made.append(
                        (
                            self.regions.plain(gateway.name),
                            gateway,
                            "connection",
                            Series(gateway.name, (hub, ways), gateway.urn),
                        )
                    )
        return made

    def _circuits(self, gateway: Node) -> list[model.Node]:
        """The Direct Connect circuits as one group: their SLA is one figure for the whole topology."""
        lines = self._lines(gateway)
        if not lines:
            return []
        circuits = tuple(self._circuit(n) for n in lines)
        places = {str(n.raw("location") or n.raw("connectionsLocation")) for n in lines}
        steps = (self.ctx.timed("detect", "BGP hold time runs out", "bgp-hold"),)
        sla = (
            "direct-connect-single" if len(places) < 2
            else "direct-connect-redundant" if len(lines) >= 4
            else "direct-connect-two-sites"
        )  # fmt: skip
        switch = self.ctx.switch(f"{gateway.name} takes another circuit", steps)
        name = f"Direct Connect to {gateway.name}"
        return [Failover(name, circuits, switch, False, (), gateway.urn, self.ctx.service(sla, gateway))]

    def _lines(self, gateway: Node) -> list[Node]:
        found: dict[str, Node] = {}
        for link in self.graph.referrers(
            gateway, "directconnect/gatewayAssociation", "associatedGatewayId", gateway.kind
        ).nodes:
            for world in self.graph.refs(link, "dxGatewayId", "directconnect/gateway").nodes:
                for kind in ("transitVirtualInterface", "privateVirtualInterface"):
                    for face in self.graph.referrers(world, f"directconnect/{kind}", "dxGatewayId", world.kind).nodes:
                        for line in self.graph.refs(
                            face, "connectionId", "directconnect/connection", "directconnect/linkAggregationGroup"
                        ).nodes:
                            found[line.urn] = line
        return list(found.values())

    def _circuit(self, line: Node) -> model.Node:
        place = line.raw("location") or line.raw("connectionsLocation")
        self.ctx.touched.add(line.urn)
        own = self.ctx.leaf(line.urn, line.name, "connection", line, region="")
        if not isinstance(place, str):
            return Series(line.name, (own, Unknown(f"location of {line.name}", "not known", line.urn)), line.urn)
        at = self.ctx.leaf(f"location {place}", f"Direct Connect location {place}", "location", region="")
        return Series(line.name, (own, at), line.urn)

    def _tunnels(self, gateway: Node, kind: str, path: str) -> list[model.Node]:
        found: list[model.Node] = []
        for vpn in self.graph.referrers(gateway, "ec2/vpnConnection", path, kind).nodes:
            self.ctx.touched.add(vpn.urn)
            ends = tuple(self.ctx.leaf(f"{vpn.urn}#{i}", f"tunnel {i} of {vpn.name}", "tunnel", vpn) for i in (1, 2))
            found.append(Failover(vpn.name, ends, None, False, (), vpn.urn, model.Service("vpn", vpn.urn)))
        return found
